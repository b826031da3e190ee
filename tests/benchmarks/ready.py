"""P14: from kill -9 to a kiosk that can be touched, and a journal of 100,000 records followed at start.

CPU seconds of whole processes, which a busy machine does not stretch; wall seconds beside them.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path

from kiosk.clock import JST
from kiosk.decision import stories
from kiosk.journal import Journal
from kiosk.replay.machine import new_folder
from kiosk.session import records
from kiosk.session.states import Order, SetFacts
from tests.benchmarks.measure import in_turn, say

_READY = """
import os, sys
from pathlib import Path
from kiosk import app
from kiosk.clock import RealClock, SimulatedClock
from kiosk.settings import EmbeddedCentre, RemoteCentre, Settings
from tests.kiosk.machine import MORNING
centre = RemoteCentre("https://127.0.0.1:9") if sys.argv[2] == "remote" else EmbeddedCentre()
app.build(Settings(state=Path(sys.argv[1]), centre=centre), SimulatedClock(MORNING)).runner.view()
os._exit(0)  # as kill -9 does: nothing is tidied up
"""
_BARE = "import pygame"
_RECORDS = 100_000


def run() -> None:
    """Print the figures; the goals are 3 times the bare start and 3 s, and 1 s for the journal."""
    for centre in ("embedded", "remote"):
        with tempfile.TemporaryDirectory() as folder:
            ready = _cpu([sys.executable, "-c", _READY, folder, centre])
            pair = in_turn(ready, _cpu([sys.executable, "-c", _BARE]), pairs=5)
            begun = time.perf_counter()
            ready()
            wall = time.perf_counter() - begun
        say(
            f"kill -9 to ready, centre {centre}, CPU",
            f"{pair.ours * 1000:.0f} ms",
            f"import pygame {pair.floor * 1000:.0f} ms",
            f"× {pair.ratio:.1f} (goal ≤ 3); wall {wall:.1f} s (goal ≤ 3)",
        )
    with new_folder() as folder:
        path = Path(folder) / "journal.db"
        _written(path)
        usual = _own_cpu(lambda: _followed(path, all_of_it=False))
        longest = _own_cpu(lambda: _followed(path, all_of_it=True))
    say(f"start on a journal of {_RECORDS:,} records, CPU", f"{usual * 1000:.0f} ms", "", "(goal ≤ 1 s)")
    say("… whose first order is still open, CPU", f"{longest * 1000:.0f} ms", "all records read", "(goal ≤ 1 s)")


def _cpu(words: list[str]) -> Callable[[], float]:
    """A figure: CPU seconds, user and system, of a whole process that must end with 0."""
    env = {**os.environ, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}

    def take() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(words, env=env, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return take


def _own_cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _written(path: Path) -> None:
    """A journal of visits that ended well, its chain whole."""
    journal = Journal(path, _now)
    for number in count(1):
        order = Order(f"visit-{number}-1", bytes(32), 350, (SetFacts(f"set-{number}", 3),), False, "0" * 16)
        told = (
            records.session_began(),
            records.order_placed(order.request_id, "012351", "residence_copy", 1, "1"),
            records.sets_ready(order),
            records.fee_due(order),
            records.fee_taken(order, 150),
            records.printing(order),
            *(records.sheet_out(order, sheet) for sheet in (1, 2, 3)),
            records.printed(order),
            records.delivered(order.request_id),
            records.closed(),
        )
        for one in told:
            journal.append(f"visit-{number}", one.kind, dict(one.fields))
        if number * len(told) >= _RECORDS:
            break
    journal.close()


def _followed(path: Path, *, all_of_it: bool) -> None:
    """What a start does with it: follows the chain, then reads what stands behind the last start that ended well."""
    journal = Journal(path, _now)
    stories(journal.records() if all_of_it else journal.records(journal.last("closed", {})))
    journal.close()


def _now() -> datetime:
    return datetime(2026, 4, 6, 10, 0, tzinfo=JST)
