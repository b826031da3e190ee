"""Plays one scenario in a world of its own and says what became of it.

Separate from the command, which plays many and reports. After every step the invariants of
faults.md §1 are checked; the first step or invariant that fails ends the scenario.
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace

from kiosk.errors import KioskError
from kiosk.replay.errors import ExpectationError
from kiosk.replay.machine import new_folder
from kiosk.replay.options import Fittings, Turn
from kiosk.replay.results import Failure, Result
from kiosk.replay.steps import Call
from kiosk.replay.story import Witness
from kiosk.replay.world import Onlooker, World


def play(turn: Turn, calls: Sequence[Call], onlooker: Onlooker | None = None) -> Result:
    """Play the scenario of `turn`, whose steps are `calls`, in a new folder that is gone afterwards.

    Without a seed it is the scenario's name. One that fails is played once more where its story is to be
    told. An `onlooker` sees all of it. Over real wires, a step that breaks an emulated part fails.
    """
    turn = replace(turn, seed=turn.seed or turn.play.name)
    result = _played(turn, calls, onlooker)
    return _played(turn, calls, None, telling=True) if turn.telling and result.failure else result


def _played(turn: Turn, calls: Sequence[Call], onlooker: Onlooker | None, *, telling: bool = False) -> Result:
    begun = time.perf_counter()
    with new_folder() as folder:
        world = World(folder, turn.seed, onlooker, _own(turn))
        witness = Witness(world) if telling else None
        try:
            failure = _steps(world, calls, witness, onlooker)
            digest = _digest(world)
            story = witness.story() if witness else None
        finally:
            world.close()
    return Result(turn.play, time.perf_counter() - begun, world.counted, failure, turn.seed, digest, story, turn.words)


def _steps(world: World, calls: Sequence[Call], witness: Witness | None, onlooker: Onlooker | None) -> Failure | None:
    for call in calls:
        if onlooker is not None:
            onlooker.begins(call.line)
        try:
            call.run(world)
            world.check()
        except (ExpectationError, KioskError) as error:
            return Failure(call.line, str(error), world.seen())
        finally:
            if witness is not None:
                witness.note(call.line)
    return None


def _own(turn: Turn) -> Fittings:
    """Give a scenario's print jobs names of their own: every scenario numbers its sets from the beginning."""
    wires = turn.fittings.wires
    if wires is None:
        return turn.fittings
    jobs = hashlib.sha256(f"{turn.seed} {time.time_ns()}".encode()).hexdigest()[:8] + " "
    return replace(turn.fittings, wires=replace(wires, jobs=jobs))


def _digest(world: World) -> str:
    """SHA-256 over the journal's records and the printed files, names and bytes."""
    if not world.is_on:
        return ""
    over = hashlib.sha256()
    for record in world.records():
        over.update(repr((record.seq, record.at, record.session, record.kind, sorted(record.fields.items()))).encode())
    for file in world.kiosk.bench.printed():
        over.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return over.hexdigest()
