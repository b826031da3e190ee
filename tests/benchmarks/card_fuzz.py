"""P17: the dispatcher of the virtual card under fuzz, beside an empty target fed the same inputs.

Nothing here waits, so processor time is measured: a busy neighbour does not show. Random APDUs never hit a
PIN, while the corpus of `tests.card.fuzz` holds right ones, each of which costs a scrypt; so the figure of P17,
which is about the dispatcher, is taken without these commands, and that of the whole corpus stands below it.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from card.apdu import Ins
from tests.benchmarks.measure import in_turn, say
from tests.card import fuzz

_SLICE = 0.15
_PAIRS = 41
_SEED = 1
_HEADER = 4


def run() -> None:
    """Print executions a second; the goal is at least 0.2 of the empty target."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        card, corpus = fuzz.targets(Path(folder), _SEED)["card"]
        _compare("APDUs/s under fuzz", card, [one for one in corpus if not _carries_pin(one)], " (goal ≥ 0.2)")
        _compare("the same with right PINs", card, corpus, "")


def _carries_pin(command: bytes) -> bool:
    return command[1] in (Ins.VERIFY, Ins.CHANGE_REFERENCE_DATA, Ins.CHANGE_KEY) and len(command) > _HEADER


def _compare(figure: str, card: fuzz.One, corpus: list[bytes], goal: str) -> None:
    pair = in_turn(_rate(card, corpus), _rate(fuzz.nothing, corpus), _PAIRS)
    verdict = f"× {pair.ratio:.2f} [{pair.low:.2f} {pair.high:.2f}]{goal}"
    say(figure, f"{pair.ours:,.0f}/s", f"empty target {pair.floor:,.0f}/s", verdict)


def _rate(target: fuzz.One, corpus: list[bytes]) -> Callable[[], float]:
    stream = fuzz.inputs(corpus, _SEED)

    def take() -> float:
        begun = time.process_time()
        count = 0
        while (spent := time.process_time() - begun) < _SLICE:
            target(next(stream))
            count += 1
        return count / spent

    return take
