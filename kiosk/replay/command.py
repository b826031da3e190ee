"""What `python -m kiosk replay` and `python -m kiosk steps` do: choose, play, report, exit code.

Separate from the player, which knows one scenario only, and from the command line's words.
"""

import hashlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from kiosk.replay import engines
from kiosk.replay.errors import EngineError, FeatureError, ReplayError, StepError
from kiosk.replay.feature import Play, collect
from kiosk.replay.results import Result, Totals, told, totals
from kiosk.replay.steps import Call, bind, known

if TYPE_CHECKING:
    from kiosk.replay.world import Onlooker
    from kiosk.wires import Wires

PASSED, FAILED, BAD_INPUT = 0, 1, 2
_BATCH = 20
_SILENCE = 600.0

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

    def of(self, plays: Sequence[Play]) -> tuple[Play, ...]:
        """Return the chosen ones."""
        tag = self.only.removeprefix("@")
        chosen = [play for play in plays if self.name in play.name and (not tag or tag in play.tags)]
        if self.shuffle is not None:
            chosen.sort(key=lambda play: hashlib.sha256(f"{self.shuffle} {play.place}".encode()).digest())
        return tuple(chosen)


@dataclass(frozen=True, slots=True)
class Turn:
    """One scenario to be played with one seed; `telling`: with its story, should it fail."""

    play: Play
    seed: str
    telling: bool


def replay(
    paths: Sequence[str],
    *,
    name: str = "",
    only: str = "",
    shuffle: int | None = None,
    seed: int | None = None,
    repeat: int = 1,
    fail_fast: bool = False,
    dry_run: bool = False,
    jobs: int = 1,
    engine: str = "",
    telling: bool = False,
    onlooker: "Onlooker | None" = None,
    wires: "Wires | None" = None,
    reports: Sequence[Report] = (),
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """Play the scenarios of `paths` (files, folders, `FILE:LINE`) and say what became of them on `out`.

    `repeat` plays each so often, every time with another seed; `engine` and `jobs` are those of
    `kiosk.replay.engines`; `telling`: failed ones bring their story for the `reports`; an `onlooker`
    watches them one by one, here, and so does who plays over real `wires`.
    Returns 0 when all passed, 1 when one failed, 2 for mistakes in the input: one line each on `err`,
    FILE:LINE first, and nothing is played then.
    """
    out, err = out or sys.stdout, err or sys.stderr
    try:
        plays = Selection(name, only, shuffle).of(collect(paths))
        if not plays:
            raise FeatureError(f"{' '.join(paths)}: no scenario fits the name or tag asked for")
        _bind_all(plays)
        if dry_run:
            return _list(plays, out)
        turns = [Turn(play, _seed(play, seed, number), telling) for number in range(repeat) for play in plays]
        alone = onlooker is not None or wires is not None
        results = _alone(turns, onlooker, wires) if alone else _results(turns, jobs, engine)
        return _Round(fail_fast, out, err).played(len(turns), results, reports)
    except ReplayError as error:
        err.write(f"{error}\n")
    except OSError as error:
        err.write(f"{error.filename}: {error.strerror}\n")
    return BAD_INPUT


def steps(out: TextIO | None = None) -> int:
    """List every step, chapter by chapter, with its meaning; returns 0."""
    out = out or sys.stdout
    chapter = ""
    for kind in known():
        if kind.chapter != chapter:
            chapter = kind.chapter
            out.write(f"\n{chapter}\n")
        colon = " :" if kind.table else ""
        out.write(f"  {kind.words}{colon}\n  {kind.english}{colon}\n      {kind.meaning}\n")
    return PASSED


def bound(play: Play) -> tuple[Call, ...]:
    """Return what the steps of `play` do; raises StepError with one line for each that is not known."""
    calls: list[Call] = []
    mistakes: list[str] = []
    for line in play.steps:
        try:
            calls.append(bind(line))
        except StepError as error:
            mistakes.append(str(error))
    if mistakes:
        raise StepError("\n".join(mistakes))
    return tuple(calls)


def batch(turns: Sequence[Turn], version: str) -> list[Result]:
    """Play `turns` in this process, whichever that is; raises EngineError where the program is another one."""
    from kiosk.replay.player import play

    if version not in ("", engines.version()):
        raise EngineError("a worker runs another version of this program")
    return [play(turn.play, bound(turn.play), turn.seed, telling=turn.telling) for turn in turns]


def _seed(play: Play, seed: int | None, number: int) -> str:
    """The scenario's name, so that it plays alike wherever it stands; with a seed or a repetition, another."""
    return " ".join(filter(None, ("" if seed is None else f"{seed}", play.name, f"#{number}" if number else "")))


def _bind_all(plays: Sequence[Play]) -> None:
    mistakes: list[str] = []
    for play in plays:
        try:
            bound(play)
        except StepError as error:
            mistakes += str(error).splitlines()
    if mistakes:
        raise StepError("\n".join(dict.fromkeys(mistakes)))


def _list(plays: Sequence[Play], out: TextIO) -> int:
    for play in plays:
        out.write(f"{play.place}: {play.name}\n")
    out.write(f"{len(plays)} scenarios, {sum(len(play.steps) for play in plays)} steps, nothing played\n")
    return PASSED


class _Round:
    """One replay: plays all turns, tells each failure as it comes, then the reports and the last line."""

    def __init__(self, fail_fast: bool, out: TextIO, err: TextIO) -> None:
        self._fail_fast, self._out, self._err = fail_fast, out, err

    def played(self, total: int, coming: Iterator[tuple[int, Result]], reports: Sequence[Report]) -> int:
        """Play and report; the exit code."""
        begun = time.perf_counter()
        results = self._gathered(total, coming)
        sums = totals(results, time.perf_counter() - begun)
        for report in reports:
            report(results, sums)
        self._out.write(f"{sums.line}\n")
        return FAILED if sums.failed else PASSED

    def _gathered(self, total: int, coming: Iterator[tuple[int, Result]]) -> list[Result]:
        """Results in the order of their numbers, whoever came first."""
        from kiosk.replay.progress import shown

        results: dict[int, Result] = {}
        for number, result in shown(coming, total, self._err):
            results[number] = result
            if result.failure:
                self._out.write(f"{told(result)}\n")
                if self._fail_fast:
                    break
        return [results[number] for number in sorted(results)]


def _results(turns: Sequence[Turn], jobs: int, engine: str) -> Iterator[tuple[int, Result]]:
    if jobs > 1 or engine:
        with engines.opened(engine, jobs) as pool:
            yield from _from_afar(turns, pool, min(_BATCH, max(1, len(turns) // (8 * jobs))))
        return
    from kiosk.replay.machine import warm_up

    warm_up()
    for number, turn in enumerate(turns):
        yield number, batch([turn], "")[0]


def _alone(turns: Sequence[Turn], onlooker: "Onlooker | None", wires: "Wires | None") -> Iterator[tuple[int, Result]]:
    from kiosk.replay.player import play

    for number, turn in enumerate(turns):
        yield number, play(turn.play, bound(turn.play), turn.seed, telling=turn.telling, onlooker=onlooker, wires=wires)


def _from_afar(turns: Sequence[Turn], pool: Executor, size: int) -> Iterator[tuple[int, Result]]:
    """Hand out batches of `size` and yield results as they come back; what is left is dropped at the end."""
    asked: dict[Future[list[Result]], int] = {}
    for first in range(0, len(turns), size):
        asked[pool.submit(batch, turns[first : first + size], engines.version())] = first
    waiting = set(asked)
    try:
        while waiting:
            done, waiting = wait(waiting, timeout=_SILENCE, return_when=FIRST_COMPLETED)
            if not done:
                raise EngineError(f"no worker has answered for {_SILENCE:.0f} s")
            for answered in done:
                yield from enumerate(_answer(answered), asked[answered])
    finally:
        for future in waiting:
            future.cancel()


def _answer(future: Future[list[Result]]) -> list[Result]:
    try:
        return future.result()
    except BrokenExecutor as error:
        raise EngineError("a process that played scenarios has died") from error
    except RuntimeError as error:  # distributed's KilledWorker and CancelledError are of this family
        raise EngineError(f"the workers gave up: {type(error).__name__}") from error
