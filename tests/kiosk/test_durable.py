"""A small file is old or new, never torn; a folder belongs to one kiosk; a full disk is said at once."""

import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from kiosk import durable
from kiosk.clock import JST
from kiosk.errors import AlreadyRunning, StateNotWritten
from kiosk.journal import Journal

ROOT = Path(__file__).resolve().parents[2]

_KILL = "import os, signal, sys\nfrom pathlib import Path\nfrom kiosk import durable\n"
_WRITER = (
    _KILL
    + """
def hook(name):
    if name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
durable.write(Path(sys.argv[1]), b"new", hook)
"""
)
_HOLDER = _KILL + "lock = durable.FolderLock(Path(sys.argv[1]))\nos.kill(os.getpid(), signal.SIGKILL)\n"


def killed(program: str, *words: str) -> None:
    """Run a program that kills itself."""
    done = subprocess.run([sys.executable, "-c", program, *words], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL


def test_replaces_the_whole_content_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    durable.write(path, b"a long first content")
    durable.write(path, b"short")

    assert path.read_bytes() == b"short"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.proves("fault-16", "fault-17")
def test_after_kill_9_at_every_step_the_content_is_old_or_new(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    steps: list[str] = []
    durable.write(path, b"old", steps.append)
    found = []
    for step in steps:
        durable.write(path, b"old")
        killed(_WRITER, str(path), step)
        found.append(path.read_bytes())

    assert found == [b"old", b"old", b"new", b"new"]


@pytest.mark.proves("fault-20")
def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(StateNotWritten, match="gone"):
        durable.write(tmp_path / "gone" / "state.json", b"")


@pytest.mark.proves("fault-20")
def test_a_full_disk_stops_the_journal_at_once(tmp_path: Path) -> None:
    book = Journal(tmp_path / "journal.db", lambda: datetime(2026, 4, 6, tzinfo=JST))
    book._rows.execute("PRAGMA max_page_count = 4")
    with pytest.raises(StateNotWritten, match="full"):
        for _ in range(10_000):
            book.append("s-1", "sheet", {"order": "x" * 200})
    written = len(list(book.records()))
    book.close()
    again = Journal(tmp_path / "journal.db", lambda: datetime(2026, 4, 6, tzinfo=JST))

    assert written == len(list(again.records()))
    again.close()


@pytest.mark.proves("fault-24")
def test_a_folder_is_held_by_one(tmp_path: Path) -> None:
    with durable.FolderLock(tmp_path / "state"), pytest.raises(AlreadyRunning, match="state"):
        durable.FolderLock(tmp_path / "state")

    durable.FolderLock(tmp_path / "state").release()


def test_a_folder_is_free_when_its_holder_was_killed(tmp_path: Path) -> None:
    killed(_HOLDER, str(tmp_path))

    durable.FolderLock(tmp_path).release()
