"""Switches the machine of a scenario on: all parts embedded, lanes inline, random bytes from a seed.

Separate because it is the only place of this package that composes a kiosk.
"""

import gc
import hashlib
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from kiosk import app
from kiosk.clock import JST, Clock, JumpingClock
from kiosk.durable import Hook, no_hook
from kiosk.replay.options import USUAL, Fittings
from kiosk.settings import FolderTarget, Settings, Terminal
from printer.fonts import FALLBACK

BEGIN = datetime(2026, 4, 6, 10, 0, tzinfo=JST)
"""When every scenario begins that does not set the clock."""

_STORE = Terminal()
_CENTRE = "centre"
_RUBBISH = 50_000
_MEMORY = Path("/dev/shm")  # noqa: S108 - folders made there have names of their own and are the owner's only


@contextmanager
def new_folder() -> Iterator[Path]:
    """Make an empty folder for the state of one machine, in memory where there is such a place; gone afterwards.

    A power cut of a replay lets go of everything at once, and no written page is lost by that. A thread
    gets the same name each time: the database keeps what it has compiled for the file of that name.
    """
    folder = Path(_place().name) / f"{os.getpid()}-{threading.get_ident()}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@dataclass(frozen=True, slots=True)
class Making:
    """What a machine is made with; the same `seed` gives the same ids, challenges and salts.

    `hook` hears of every durable write of journal and coin box, before and after it.
    """

    clock: Clock
    seed: str = ""
    hook: Hook = no_hook
    terminal: Terminal = _STORE
    fittings: Fittings = USUAL


def start(folder: Path, making: Making) -> app.Kiosk:
    """Return a machine on the state in `folder`.

    An empty folder gets the centre's registers ready made: filling them anew takes a while.
    """
    if not any(folder.iterdir()):
        shutil.copytree(_unused() / _CENTRE, folder / _CENTRE)
    return _build(folder, making)


def warm_up() -> None:
    """Load all parts and make what every machine of this process begins with.

    What is loaded stays until the process ends, so the garbage collector need not look at it again; a
    scenario leaves few rings of objects behind, so it looks for them once in two or three.
    """
    _unused()
    gc.freeze()
    gc.set_threshold(_RUBBISH)


def _build(folder: Path, making: Making) -> app.Kiosk:
    # The font that comes with the program: what prints and what is refused (E-38) is the same everywhere.
    printer = FolderTarget(format=making.fittings.paper)
    settings = Settings(making.terminal, printer=printer, state=folder, font=FALLBACK)
    random_bytes, wires = _stream(making.seed), making.fittings.wires
    return app.build(settings, making.clock, inline=True, random_bytes=random_bytes, hook=making.hook, wires=wires)


@cache
def _place() -> tempfile.TemporaryDirectory[str]:
    """Where all folders of this process are; gone when it ends."""
    return tempfile.TemporaryDirectory(prefix="kiosk-replay-", dir=_MEMORY if _MEMORY.is_dir() else None)


@cache
def _unused() -> Path:
    """The state of a machine that nobody has used; made once in a process."""
    folder = Path(_place().name) / "unused"
    _build(folder, Making(JumpingClock(BEGIN))).close()
    return folder


def _stream(seed: str) -> Callable[[int], bytes]:
    """Bytes that look random and are the same for the same seed; not for secrets of anybody real."""
    given = 0

    def more(length: int) -> bytes:
        nonlocal given
        given += 1
        return hashlib.shake_256(f"{seed} {given}".encode()).digest(length)

    return more
