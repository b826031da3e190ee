"""How figures are taken on a small, noisy machine: pairs in turn, order swapped, medians of ratios."""

import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Take = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Pair:
    """Ours against the floor: medians, and median and quartiles of the ratios pair by pair."""

    ours: float
    floor: float
    ratio: float
    low: float
    high: float


def in_turn(ours: Take, floor: Take, pairs: int) -> Pair:
    """Take `pairs` of figures, A B B A A B …, after one of each that is not counted."""
    ours()
    floor()
    mine, theirs = [], []
    for number in range(pairs):
        if number % 2:
            theirs.append(floor())
            mine.append(ours())
        else:
            mine.append(ours())
            theirs.append(floor())
    ratios = [a / b for a, b in zip(mine, theirs, strict=True)]
    low, _, high = statistics.quantiles(ratios, n=4)
    return Pair(statistics.median(mine), statistics.median(theirs), statistics.median(ratios), low, high)


def seconds(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def process(words: Sequence[str], env: dict[str, str]) -> Take:
    """A figure: wall seconds of a whole process, which must end with 0."""
    return lambda: seconds(lambda: subprocess.run(words, env=env, check=True, capture_output=True))


def say(name: str, ours: str, floor: str, verdict: str) -> None:
    """Print one row of the report."""
    print(f"{name:<46} {ours:>18} {floor:>34} {verdict:>24}", flush=True)
