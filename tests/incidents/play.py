"""Plays one incident, with its guard or without."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from municipality_client.centre import profiles
from municipality_client.messages import Kind
from tests.incidents.cases import INCIDENTS
from tests.incidents.world import world


def play(name: str, database: str, count: int, *, guarded: bool = True) -> tuple[int, str]:
    """Return how much was amiss, and the line that tells of it."""
    incident = INCIDENTS[name]
    options = ["--fault", name] if incident.planted else []
    options += [] if guarded or incident.guard_in_kiosk else ["--off", name]
    with _closing(incident.closes) as folder:
        options += ["--profiles", str(folder)] if incident.closes else []
        checks = guarded or not incident.guard_in_kiosk
        found = world(database, count, *options, servers=incident.servers, checks=checks, timeout=incident.timeout)
        with found as played:
            return incident.play(played), played.tally.line(name)


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
