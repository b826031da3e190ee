"""What `python -m kiosk replay` and `python -m kiosk steps` do: choose, play, report, exit code.

Separate from the player, which knows one scenario only, and from the command line's words.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import AbstractContextManager, nullcontext
from typing import TextIO

from kiosk.errors import PartMissing
from kiosk.replay import engines
from kiosk.replay.errors import EngineError, FeatureError, ReplayError, StepError
from kiosk.replay.feature import Play, collect
from kiosk.replay.options import Options, Turn
from kiosk.replay.results import Result, told, totals
from kiosk.replay.steps import Call, bind, known

PASSED, FAILED, BAD_INPUT = 0, 1, 2
_MOST, _SHARES = 20, 32
_SILENCE = 600.0
_USUAL = Options()


def replay(
    paths: Sequence[str], options: Options = _USUAL, *, out: TextIO | None = None, err: TextIO | None = None
) -> int:
    """Play the scenarios of `paths` (files, folders, `FILE:LINE`) and say what became of them on `out`.

    Returns 0 when all passed, 1 when one failed, 2 for mistakes in the input: one line each on `err`,
    FILE:LINE first, and nothing is played then.
    """
    out, err = out or sys.stdout, err or sys.stderr
    try:
        plays = options.selection.of(collect(paths))
        if not plays:
            raise FeatureError(f"{' '.join(paths)}: no scenario fits {options.selection.asked}")
        _bind_all(plays)
        if options.dry_run:
            return _list(plays, out)
        if options.fittings.wires is not None:
            options.fittings.wires.check()
        return _Round(options, out, err).played(options.turns(plays))
    except (ReplayError, PartMissing) as error:
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
    return [play(turn, bound(turn.play)) for turn in turns]


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

    def __init__(self, options: Options, out: TextIO, err: TextIO) -> None:
        self._options, self._out, self._err = options, out, err
        self._begun = time.perf_counter()

    def played(self, turns: Sequence[Turn]) -> int:
        """Play and report; the exit code."""
        with _players(self._options) as pool:
            coming = _here(turns, self._options) if pool is None else _from_afar(turns, self._options, pool)
            results = self._gathered(len(turns), coming)
        sums = totals(results, time.perf_counter() - self._begun)
        for report in self._options.reports:
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
                if self._options.fail_fast:
                    break
        return [results[number] for number in sorted(results)]


def _players(options: Options) -> AbstractContextManager[Executor | None]:
    """Open the processes asked for; None for this one, where who watches and who has real wires plays anyway."""
    alone = options.onlooker is not None or options.fittings.wires is not None
    if alone or (options.jobs == 1 and not options.engine):
        return nullcontext()
    return engines.opened(options.engine, options.jobs)


def _here(turns: Sequence[Turn], options: Options) -> Iterator[tuple[int, Result]]:
    from kiosk.replay.machine import warm_up
    from kiosk.replay.player import play

    warm_up()
    for number, turn in enumerate(turns):
        yield number, play(turn, bound(turn.play), options.onlooker)


def _from_afar(turns: Sequence[Turn], options: Options, pool: Executor) -> Iterator[tuple[int, Result]]:
    """Hand out batches and yield results as they come back; what is left is dropped at the end.

    Small batches, so that nobody waits long for the last one; large enough to cost nothing.
    """
    version = engines.version() if options.engine else ""
    size = max(1, min(_MOST, len(turns) // (_SHARES * options.jobs)))
    asked: dict[Future[list[Result]], int] = {}
    for first in range(0, len(turns), size):
        asked[pool.submit(batch, turns[first : first + size], version)] = first
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
