"""Plays one scenario in a world of its own and says what became of it.

Separate from the command, which plays many and reports. After every step the invariants of
faults.md §1 are checked; the first step or invariant that fails ends the scenario.
"""

import time
from collections.abc import Sequence
from pathlib import Path

from kiosk.replay.errors import ExpectationError
from kiosk.replay.feature import Play
from kiosk.replay.machine import new_folder
from kiosk.replay.results import Failure, Result
from kiosk.replay.steps import Call
from kiosk.replay.world import World


def play(scenario: Play, calls: Sequence[Call]) -> Result:
    """Play `scenario`, whose steps are `calls`, in a new folder that is gone afterwards."""
    begun = time.perf_counter()
    with new_folder() as folder:
        world = World(Path(folder), scenario.name)
        try:
            failure = _steps(world, calls)
        finally:
            world.close()
    return Result(scenario, time.perf_counter() - begun, world.counted, failure)


def _steps(world: World, calls: Sequence[Call]) -> Failure | None:
    for call in calls:
        try:
            call.run(world)
            world.check()
        except ExpectationError as error:
            return Failure(call.line, str(error), world.seen())
    return None
