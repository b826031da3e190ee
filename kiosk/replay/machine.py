"""Switches the machine of a scenario on: all parts embedded, lanes inline, random bytes from a seed.

Separate because it is the only place of this package that composes a kiosk.
"""

import gc
import hashlib
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

from kiosk import app
from kiosk.clock import JST, Clock, JumpingClock
from kiosk.durable import Hook, no_hook
from kiosk.settings import Settings, Terminal
from kiosk.wires import Wires
from printer.fonts import FALLBACK

BEGIN = datetime(2026, 4, 6, 10, 0, tzinfo=JST)
"""When every scenario begins that does not set the clock."""

_CENTRE = "centre"
_MEMORY = Path("/dev/shm")  # noqa: S108 - folders made there have names of their own and are the owner's only


def new_folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder for the state of one machine, in memory where there is such a place.

    A power cut of a replay lets go of everything at once, and no written page is lost by that.
    """
    return tempfile.TemporaryDirectory(prefix="kiosk-replay-", dir=_MEMORY if _MEMORY.is_dir() else None)


def start(
    folder: Path,
    clock: Clock,
    seed: str,
    hook: Hook = no_hook,
    terminal: Terminal | None = None,
    wires: Wires | None = None,
) -> app.Kiosk:
    """Return a machine on the state in `folder`; the same seed gives the same ids, challenges and salts.

    `hook` hears of every durable write of journal and coin box, before and after it.
    `wires`: reach card, centre and printer over real ones.
    An empty folder gets the centre's registers ready made: filling them anew takes a while.
    """
    if not any(folder.iterdir()):
        shutil.copytree(Path(_unused().name) / _CENTRE, folder / _CENTRE)
    return _build(folder, clock, seed, hook, terminal, wires)


def warm_up() -> None:
    """Load all parts and make what every machine of this process begins with.

    What is loaded stays until the process ends, so the garbage collector need not look at it again.
    """
    _unused()
    gc.freeze()


def _build(
    folder: Path,
    clock: Clock,
    seed: str,
    hook: Hook = no_hook,
    terminal: Terminal | None = None,
    wires: Wires | None = None,
) -> app.Kiosk:
    # The font that comes with the program: what prints and what is refused (E-38) is the same everywhere.
    settings = Settings(terminal or Terminal(), state=folder, font=FALLBACK)
    return app.build(settings, clock, inline=True, random_bytes=_stream(seed), hook=hook, wires=wires)


@cache
def _unused() -> tempfile.TemporaryDirectory[str]:
    """The state of a machine that nobody has used; made once in a process, gone when it ends."""
    folder = new_folder()
    _build(Path(folder.name), JumpingClock(BEGIN), "").close()
    return folder


def _stream(seed: str) -> Callable[[int], bytes]:
    """Bytes that look random and are the same for the same seed; not for secrets of anybody real."""
    given = 0

    def more(length: int) -> bytes:
        nonlocal given
        given += 1
        return hashlib.shake_256(f"{seed} {given}".encode()).digest(length)

    return more
