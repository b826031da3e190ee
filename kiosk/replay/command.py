"""What `python -m kiosk replay` and `python -m kiosk steps` do: choose, play, report, exit code.

Separate from the player, which knows one scenario only, and from the command line's words.
"""

import hashlib
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TextIO

from kiosk.replay.errors import FeatureError, ReplayError, StepError
from kiosk.replay.feature import Play, collect
from kiosk.replay.results import Result, told, totals, write_junit
from kiosk.replay.steps import Call, bind, known

PASSED, FAILED, BAD_INPUT = 0, 1, 2


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


def replay(
    paths: Sequence[str],
    *,
    name: str = "",
    only: str = "",
    fail_fast: bool = False,
    dry_run: bool = False,
    shuffle: int | None = None,
    jobs: int = 1,
    junit: Path | None = None,
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """Play the scenarios of `paths` (files, folders, `FILE:LINE`) and say what became of them on `out`.

    Returns 0 when all passed, 1 when one failed, 2 for mistakes in the input: one line each on `err`,
    FILE:LINE first, and nothing is played then.
    """
    out, err = out or sys.stdout, err or sys.stderr
    try:
        plays = Selection(name, only, shuffle).of(collect(paths))
        if not plays:
            raise FeatureError(f"{' '.join(paths)}: no scenario fits the name or tag asked for")
        _bind_all(plays)
    except ReplayError as error:
        err.write(f"{error}\n")
        return BAD_INPUT
    if dry_run:
        return _list(plays, out)
    return _play_all(plays, fail_fast, jobs, junit, out, err)


def steps(out: TextIO | None = None) -> int:
    """List every step, chapter by chapter, with its meaning; returns 0."""
    out = out or sys.stdout
    chapter = ""
    for kind in known():
        if kind.chapter != chapter:
            chapter = kind.chapter
            out.write(f"\n{chapter}\n")
        out.write(f"  {kind.words}{' :' if kind.table else ''}\n      {kind.meaning}\n")
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


def _play_all(plays: Sequence[Play], fail_fast: bool, jobs: int, junit: Path | None, out: TextIO, err: TextIO) -> int:
    from kiosk.replay.machine import warm_up
    from kiosk.replay.progress import shown

    if jobs <= 1:
        warm_up()
    results: list[Result] = []
    begun = time.perf_counter()
    for result in shown(_results(plays, jobs), len(plays), err):
        results.append(result)
        if result.failure:
            out.write(f"{told(result)}\n")
            if fail_fast:
                break
    sums = totals(results, time.perf_counter() - begun)
    if junit is not None:
        try:
            write_junit(junit, results)
        except OSError as error:
            err.write(f"{junit}: {error.strerror}\n")
            return BAD_INPUT
    out.write(f"{sums.line}\n")
    return FAILED if sums.failed else PASSED


def _results(plays: Sequence[Play], jobs: int) -> Iterator[Result]:
    if jobs <= 1:
        yield from (_play(play) for play in plays)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_play, plays, chunksize=max(1, len(plays) // (8 * jobs)))


def _play(play: Play) -> Result:
    from kiosk.replay.player import play as played

    return played(play, bound(play))
