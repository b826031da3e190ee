"""From 「確定」 to the last byte in the folder printer: where the time goes, beside its cryptography.

The household's three sheets, with every embedded part real and no simulated latency counted: wall
seconds inside each part. The floor is what cannot be left out: one Ed25519 signature and three
verifications a page, and one file synced to disk.
"""

import functools
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import journal
from kiosk.lanes import centre as centre_lane
from kiosk.lanes import printer as printer_lane
from kiosk.session.buttons import Button
from kiosk.session.states import Step
from municipality_client.centre import handle
from printer import folder, readback
from tests.benchmarks.measure import say, seconds
from tests.kiosk.machine import Machine

_RUNS = 15
_SHEETS = 3
_STAGES: tuple[tuple[str, object, str], ...] = (
    ("centre: offer again, compose, sign, commit", handle.Centre, "handle"),
    ("kiosk: check signature, order, page, glyphs", centre_lane, "check_set"),
    ("kiosk: check once more before printing", printer_lane, "check_seals"),
    ("PDF and read-back", readback, "render_checked"),
    ("spool: write, sync, rename", folder.FolderPrinter, "print_set"),
    ("journal", journal.Journal, "append"),
)


def run() -> None:
    """Print each stage and the whole, medians over visits."""
    spent: dict[str, list[float]] = defaultdict(list)
    whole = []
    with tempfile.TemporaryDirectory() as place:
        Machine(Path(place) / "warm").issue()
        for number in range(_RUNS):
            machine = Machine(Path(place) / str(number))
            machine.to_confirm()
            with _watched() as stages:
                whole.append(_confirm_to_paper(machine))
            for name, took in stages.items():
                spent[name].append(took)
            machine.kiosk.close()
        floor = statistics.median(seconds(lambda: _floor(Path(place))) for _ in range(_RUNS))
    total = statistics.median(whole)
    say(
        "confirm to last byte, household of three",
        f"{total * 1000:.1f} ms",
        f"signatures and one sync {floor * 1000:.1f} ms",
        f"× {total / floor:.1f}",
    )
    for name, _, _ in _STAGES:
        took = statistics.median(spent[name])
        say(f"  {name}", f"{took * 1000:.1f} ms", "", f"{took / total:.0%}")
    rest = total - sum(statistics.median(times) for times in spent.values())
    say("  flow, screens, coins and the rest", f"{rest * 1000:.1f} ms", "", f"{rest / total:.0%}")


def _confirm_to_paper(machine: Machine) -> float:
    begun = time.perf_counter()
    machine.touch(Button.NEXT)
    machine.pay()
    took = time.perf_counter() - begun
    assert machine.step is Step.TAKE_PAPER, machine.step
    return took


@contextmanager
def _watched() -> Iterator[dict[str, float]]:
    """Count wall seconds in each stage; a generator is counted while it runs."""
    stages: dict[str, float] = {name: 0.0 for name, _, _ in _STAGES}
    with ExitStack() as back:
        for name, owner, attribute in _STAGES:
            inner = getattr(owner, attribute)
            back.callback(setattr, owner, attribute, inner)
            setattr(owner, attribute, _counted(inner, functools.partial(_add, stages, name)))
        yield stages


def _add(stages: dict[str, float], name: str, took: float) -> None:
    stages[name] += took


def _counted(inner: Callable[..., object], add: Callable[[float], None]) -> Callable[..., object]:
    def outer(*words: object, **named: object) -> object:
        begun = time.perf_counter()
        result = inner(*words, **named)
        if hasattr(result, "send"):
            return _counted_steps(result, add)  # type: ignore[arg-type]
        add(time.perf_counter() - begun)
        return result

    return outer


def _counted_steps(steps: Iterator[object], add: Callable[[float], None]) -> Iterator[object]:
    while True:
        begun = time.perf_counter()
        try:
            step = next(steps)
        except StopIteration:
            return
        finally:
            add(time.perf_counter() - begun)
        yield step


def _floor(place: Path) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public = key.public_key()
    for _ in range(_SHEETS):
        signature = key.sign(b"page" * 400)
        for _ in range(3):
            public.verify(signature, b"page" * 400)
    with (place / "floor").open("wb") as paper:
        paper.write(bytes(100_000))
        paper.flush()
        os.fsync(paper.fileno())
