"""Plays one incident, with its guard or without."""

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import inf
from pathlib import Path

from municipality_client.centre import profiles
from municipality_client.messages import Kind
from tests.incidents.cases import INCIDENTS
from tests.incidents.world import Tally, worlds


def play(
    name: str, database: str, count: int, *, at_once: int = 1, seconds: float = inf, guarded: bool = True
) -> tuple[int, str]:
    """Return how much was amiss, and the line that tells of it.

    `at_once`: pairs under way at the same time; after `seconds` no other is begun.
    """
    incident = INCIDENTS[name]
    options = ["--fault", name] if incident.planted else []
    options += [] if guarded or incident.guard_in_kiosk else ["--off", name]
    checks, lanes = guarded or not incident.guard_in_kiosk, 1 if incident.alone else at_once
    shares = [len(range(lane, count, lanes)) for lane in range(lanes)]
    with _closing(incident.closes) as folder:
        options += ["--profiles", str(folder)] if incident.closes else []
        found = worlds(
            database,
            shares,
            *options,
            seconds=seconds,
            servers=incident.servers,
            checks=checks,
        )
        with found as played, ThreadPoolExecutor(lanes) as pool:
            amiss = sum(pool.map(incident.play, played))
    tally = sum((one.tally for one in played), Tally())
    return amiss + tally.twice - sum(one.tally.twice for one in played), tally.line(name)


@contextmanager
def _closing(kinds: tuple[Kind, ...]) -> Iterator[Path]:
    """A folder of municipalities where Ishikari has announced a pause of these kinds around the incident."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(shutil.copytree(profiles.FOLDER, Path(made) / "profiles"))
        file = folder / "012351-ishikari.toml"
        named = ", ".join(f'"{one}"' for one in kinds)
        pause = f"{{ from = 2026-04-06T08:00:00+09:00, until = 2026-04-06T12:00:00+09:00, kinds = [{named}] }}"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("maintenance = []", f"maintenance = [{pause}]"), encoding="utf-8")
        yield folder
