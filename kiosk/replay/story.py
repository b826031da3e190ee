"""What happened in a scenario, moment by moment: for the report of a failed one.

Separate from the player, which needs nothing of this while all goes well: a scenario that failed
is played again from its seed with a witness beside it. Values only, so that they travel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from kiosk import journal
from kiosk.replay import papers
from kiosk.replay.feature import Line
from kiosk.screens.view import View

if TYPE_CHECKING:
    from card.trace import TraceLine
    from kiosk.replay.world import World

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Moment:
    """The machine after one step: its screen, and what card, centre and journal have seen since the last.

    Lines of `card` are decoded APDUs with secrets masked; `inserted` and `tray` are yen.
    """

    line: Line
    at: datetime
    view: View
    caption: str
    card: tuple[str, ...]
    centre: tuple[str, ...]
    journal: tuple[str, ...]
    inserted: int
    tray: int
    sheets: int


@dataclass(frozen=True, slots=True)
class Story:
    """All moments of a scenario until it failed, and what was printed in it, as PDF."""

    moments: tuple[Moment, ...]
    papers: tuple[bytes, ...]


class Witness:
    """Stands beside a world and notes what each step led to."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._moments: list[Moment] = []
        self._card = self._centre = self._journal = 0

    def note(self, line: Line) -> None:
        """Note what the step of `line` led to."""
        world, bench = self._world, self._world.kiosk.bench
        trace, calls, records = bench.trace(), world.calls(), world.records()
        self._moments.append(
            Moment(
                line,
                world.clock.now(),
                world.view,
                world.runner.caption,
                tuple(_exchange(one) for one in _since(trace, self._card)),
                tuple(f"{one.method} {one.path} → {one.outcome}" for one in _since(calls, self._centre)),
                tuple(journal.lines(_since(records, self._journal))),
                bench.money.inserted,
                bench.money.tray,
                bench.paper_waiting,
            )
        )
        self._card, self._centre, self._journal = len(trace), len(calls), len(records)

    def story(self) -> Story:
        """Return what was noted."""
        return Story(tuple(self._moments), tuple(papers.pdf(file) for file in self._world.kiosk.bench.printed()))


def _since(seen: Sequence[T], before: int) -> Sequence[T]:
    """What is new; a machine that was switched on again begins at nothing."""
    return seen[before:] if len(seen) >= before else seen


def _exchange(line: TraceLine) -> str:
    return " ".join(filter(None, (line.command_words, line.meaning, "→", line.response_words)))
