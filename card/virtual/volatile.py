"""What a powered card holds in memory, and how a command names the file it is about.

Apart from the commands (`commands`, `key_commands`, `messaging`), which all share it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from card.apdu import CommandApdu, ResponseApdu, StatusWord
from card.virtual.filesystem import Application, File, KeyFile, PinFile
from card.virtual.profiles import CardProfile
from card.virtual.security import SecurityStatus

if TYPE_CHECKING:
    from card.virtual.messaging import SecureSession

CURRENT = 0x80
SFI_BITS = 0x1F


@dataclass
class Volatile:
    """What the powered card holds in memory; `fresh` until the first command was executed."""

    applications: tuple[Application, ...]
    application: Application
    status: SecurityStatus
    random_bytes: Callable[[int], bytes]
    profile: CardProfile
    file: File | None = None
    fresh: bool = True
    session: "SecureSession | None" = None

    def forget(self) -> None:
        """Drop verified PINs and the session key, as another application or a power cycle does."""
        self.status.clear()
        self.session = None


F = TypeVar("F", PinFile, KeyFile)
Command = Callable[[Volatile, CommandApdu], ResponseApdu]


@lru_cache(maxsize=256)
def only(sw: int) -> ResponseApdu:
    """Return an answer that is a status word alone."""
    return ResponseApdu(b"", sw)


def referenced(card: Volatile, apdu: CommandApdu, kind: type[F], p1: int = 0x00) -> F | StatusWord:
    """The IEF that P2 names: 80 for the current one, 80 + SFI for another, which becomes current."""
    if apdu.p1 != p1 or not apdu.p2 & CURRENT or apdu.p2 & ~(CURRENT | SFI_BITS):
        return StatusWord.INCORRECT_P1P2
    sfi = apdu.p2 & SFI_BITS
    found = card.application.by_sfi(sfi) if sfi else card.file
    if found is None:
        return StatusWord.REFERENCE_NOT_FOUND if sfi else StatusWord.NO_CURRENT_FILE
    if not isinstance(found, kind):
        return StatusWord.INCOMPATIBLE_FILE
    card.file = found
    return found
