"""Where checked pages wait for the printer, by the order they belong to.

Separate because pages hold names and addresses: they are in this process's memory only, never in
the session, the journal or a file, and all are let go together when the session ends (I6, O-58).
Both the centre's lane (puts) and the printer's lane (gets) use it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # checking pages needs cryptography, keeping them does not
    from printer.verify import CheckedSet


@dataclass(frozen=True, slots=True)
class Paper:
    """A checked set with the PDF that was read back for it; `mark` binds the two to each other."""

    checked: CheckedSet
    pdf: bytes
    mark: bytes

    @classmethod
    def of(cls, checked: CheckedSet, pdf: bytes) -> Paper:
        """Bind a PDF to the set that it was compared with."""
        return cls(checked, pdf, _mark(checked, pdf))

    @property
    def is_bound(self) -> bool:
        """True while set and PDF are the two that were compared."""
        return self.mark == _mark(self.checked, self.pdf)


def _mark(checked: CheckedSet, pdf: bytes) -> bytes:
    """SHA-256 of the SHA-256 of each seal, signature and of the PDF."""
    parts = [part for page in checked.pages for part in (page.signed.seal, page.signed.signature)]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in (*parts, pdf))).digest()


@dataclass(frozen=True, slots=True)
class Kept:
    """What the kiosk holds of one order: the SHA-256 of the bytes it sent, and the checked sets as papers."""

    municipality: str
    order_sha256: bytes
    papers: tuple[Paper, ...] = field(default=(), repr=False)


class Vault:
    """Orders of the running session. An order that was let go of takes no pages any more (F-01)."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}
        self._lock = Lock()

    def expect(self, order_id: str, municipality: str, order_sha256: bytes) -> None:
        """Note the hash of an order before it is sent."""
        with self._lock:
            self._kept[order_id] = Kept(municipality, order_sha256)

    def get(self, order_id: str) -> Kept | None:
        """What is known of the order, None after a wipe."""
        with self._lock:
            return self._kept.get(order_id)

    def put(self, order_id: str, papers: tuple[Paper, ...]) -> bool:
        """Keep the checked sets of an expected order; False when it was wiped in the meantime."""
        with self._lock:
            known = self._kept.get(order_id)
            if known is None:
                return False
            self._kept[order_id] = Kept(known.municipality, known.order_sha256, papers)
            return True

    def drop(self, order_id: str) -> None:
        """Let go of one order."""
        with self._lock:
            self._kept.pop(order_id, None)

    def wipe(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._kept.clear()
