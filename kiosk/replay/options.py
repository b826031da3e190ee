"""What a replay was asked for, as one value: which scenarios, how often, where, on what machine.

Separate so that the command line, the command and the worker processes hand on one thing.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.replay.feature import Play
from kiosk.replay.results import Result, Totals

if TYPE_CHECKING:
    from kiosk.replay.world import Onlooker
    from kiosk.wires import Wires
    from printer.formats import FormatName

Report = Callable[[Sequence[Result], Totals], None]
"""Writes what became of all scenarios somewhere; raises OSError naming the file."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of the scenarios found are played, and in what order.

    `name`: part of the scenario's name; `only`: a tag, with or without @; `shuffle`: a seed.
    """

    name: str = ""
    only: str = ""
    shuffle: int | None = None

    @property
    def asked(self) -> str:
        """The choice in the words of the command line."""
        name, only = (f"--name {self.name}" if self.name else ""), (f"--only {self.only}" if self.only else "")
        return " ".join(filter(None, (name, only)))

    def of(self, plays: Sequence[Play]) -> tuple[Play, ...]:
        """Return the chosen ones."""
        tag = self.only.removeprefix("@")
        chosen = [play for play in plays if self.name in play.name and (not tag or tag in play.tags)]
        if self.shuffle is not None:
            chosen.sort(key=lambda play: hashlib.sha256(f"{self.shuffle} {play.place}".encode()).digest())
        return tuple(chosen)


@dataclass(frozen=True, slots=True)
class Fittings:
    """What the machine of a scenario is fitted with.

    `wires`: real ones to card, centre and printer; `paper`: what the emulated printer is given.
    """

    wires: "Wires | None" = None
    paper: "FormatName" = "pdf"


USUAL = Fittings()
"""Everything emulated, with PDF."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One scenario to be played once. The same `seed` gives the same ids, challenges and numbers.

    `telling`: with its story, should it fail. `words`: options that play it in the same way again.
    """

    play: Play
    seed: str = ""
    telling: bool = False
    fittings: Fittings = USUAL
    words: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """Everything `python -m kiosk replay` can be asked for, beside the paths.

    `seed`: other random numbers; `repeat`: how often each is played, every time with another seed.
    `jobs`, `engine`: see `kiosk.replay.engines`; an `onlooker` watches the scenarios one by one, here.
    `telling`: failed ones bring their story for the `reports`.
    """

    selection: Selection = Selection()
    seed: int | None = None
    repeat: int = 1
    fail_fast: bool = False
    dry_run: bool = False
    jobs: int = 1
    engine: str = ""
    telling: bool = False
    fittings: Fittings = USUAL
    onlooker: "Onlooker | None" = None
    reports: Sequence[Report] = ()

    def turns(self, plays: Sequence[Play]) -> list[Turn]:
        """Return what is played, one repetition after the other."""
        return [
            Turn(play, self._seed(play, number), self.telling, self.fittings, self._words(number))
            for number in range(self.repeat)
            for play in plays
        ]

    def _seed(self, play: Play, number: int) -> str:
        """The scenario's name, so that it plays alike wherever it stands; with a seed or a repetition, another."""
        given = "" if self.seed is None else f"{self.seed}"
        return " ".join(filter(None, (given, play.name, f"#{number}" if number else "")))

    def _words(self, number: int) -> str:
        seed = "" if self.seed is None else f"--seed {self.seed}"
        paper = "--paper model" if self.fittings.paper == "model" else ""
        return " ".join(filter(None, (seed, f"--repeat {number + 1}" if number else "", paper)))
