"""What `python -m kiosk fleet` does: draw the customers, share the kiosks out, add up what became of them.

Separate from the visits, which run in workers.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from assets.tables import FileError
from kiosk.clock import JST
from kiosk.fleet.arrivals import Arrival, arrivals, read_mix, shared
from kiosk.fleet.visits import Outcome, Target, play, terminals
from kiosk.replay import engines
from kiosk.replay.errors import EngineError

ISSUED = "issued"
_HEAD_START = 3.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run: `kiosks` together `rate` customers a second for `seconds`; `as_day`: shaped like one day."""

    url: str
    pki: Path
    kiosks: int
    rate: float
    seconds: float
    seed: int = 0
    as_day: bool = False
    mix: Path | None = None
    at: datetime | None = None


def fleet(
    wanted: Wanted,
    *,
    jobs: int = 1,
    engine: str = "",
    outcomes: Path | None = None,
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """Run, and print what the centre bore; 0 when every customer got what was asked, 1 when not, 2 for bad input."""
    out, err = out or sys.stdout, err or sys.stderr
    names = terminals(wanted.pki)
    if len(names) < wanted.kiosks:
        err.write(f"{wanted.pki}: keys of {len(names)} terminals for {wanted.kiosks} kiosks (see centre init)\n")
        return 2
    try:
        mix = read_mix(wanted.mix)
        customers = arrivals(mix, wanted.kiosks, wanted.rate, wanted.seconds, wanted.seed, as_day=wanted.as_day)
        with engines.opened(engine, jobs) as pool:
            found = _played(wanted, names, customers, jobs, pool)
    except (EngineError, FileError) as error:
        err.write(f"{error}\n")
        return 2
    if outcomes is not None:
        outcomes.write_text("".join(json.dumps(asdict(one)) + "\n" for one in found), encoding="utf-8")
    for line in told(found, wanted.seconds):
        out.write(f"{line}\n")
    return 0 if _is_well(found) else 1


def _played(
    wanted: Wanted, names: Sequence[str], customers: Sequence[Arrival], jobs: int, pool: Executor
) -> list[Outcome]:
    begun = time.time() + _HEAD_START
    target = Target(wanted.url, wanted.pki, (wanted.at or datetime.now(JST)).replace(tzinfo=JST), begun)
    parts = shared(customers, wanted.kiosks, min(jobs, wanted.kiosks))
    running = [pool.submit(play, target, names, part) for part in parts]
    return sorted((one for done in running for one in done.result()), key=lambda one: one.due)


def told(found: Sequence[Outcome], seconds: float) -> list[str]:
    """Return the run in lines: sets a second, times from a customer's coming to the last page, numbers given twice."""
    codes = Counter(one.code for one in found)
    took = sorted(one.ended - one.due for one in found if one.code == ISSUED)
    lines = [
        f"{len(found)} customers, {', '.join(f'{count} {code}' for code, count in codes.most_common()) or 'nobody'}"
    ]
    if took:
        last = max(one.ended for one in found)
        lines.append(f"{len(took) / max(last, seconds):.2f} sets/s over {max(last, seconds):.0f} s")
        lines.append(f"p50 {_at(took, 0.5):.0f} ms, p99 {_at(took, 0.99):.0f} ms, longest {took[-1] * 1000:.0f} ms")
    lines.append(f"{_twice(found)} numbers given twice, {codes['E-43']} pages of somebody else")
    return lines


def _at(took: Sequence[float], share: float) -> float:
    return took[min(len(took) - 1, int(len(took) * share))] * 1000


def _twice(found: Sequence[Outcome]) -> int:
    return sum(count - 1 for count in Counter(number for one in found for number in one.numbers).values())


def _is_well(found: Sequence[Outcome]) -> bool:
    return all(one.code == ISSUED for one in found) and not _twice(found)
