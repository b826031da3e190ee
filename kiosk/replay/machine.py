"""Switches the machine of a scenario on: all parts embedded, lanes inline, random bytes from a seed.

Separate because it is the only place of this package that composes a kiosk.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from kiosk import app
from kiosk.clock import Clock
from kiosk.settings import Settings


def start(folder: Path, clock: Clock, seed: str) -> app.Kiosk:
    """Return a machine on the state in `folder`; the same seed gives the same ids, challenges and salts."""
    return app.build(Settings(state=folder), clock, inline=True, random_bytes=_stream(seed))


def _stream(seed: str) -> Callable[[int], bytes]:
    """Bytes that look random and are the same for the same seed; not for secrets of anybody real."""
    given = 0

    def more(length: int) -> bytes:
        nonlocal given
        given += 1
        return hashlib.shake_256(f"{seed} {given}".encode()).digest(length)

    return more
