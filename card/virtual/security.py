"""Security status and PIN checks of the card: who has shown what, and what a try costs.

Apart from the commands because the order here is the security of the card: a try is taken on
stable storage *before* the PIN is compared, so a card torn out in between has lost it
(card.md §3.3, §3.4).
"""

from collections.abc import Callable

from card.apdu import StatusWord, sw_tries_left
from card.virtual.filesystem import PinFile
from card.virtual.state import Reference, StoredReferences


class PowerLost(Exception):  # noqa: N818 - an event inside the card, never seen outside
    """The card was torn out while it executed a command."""


class SecurityStatus:
    """Which PINs of the current application are verified; volatile, except for the counters behind it."""

    def __init__(self, stored: StoredReferences, random_bytes: Callable[[int], bytes]) -> None:
        self._stored = stored
        self._random_bytes = random_bytes
        self._verified: set[int] = set()
        self.torn = False

    def clear(self) -> None:
        """Forget every verified PIN."""
        self._verified.clear()

    def is_verified(self, fid: int | None) -> bool:
        """True where no PIN is needed, or that of IEF `fid` is verified."""
        return fid is None or fid in self._verified

    def retry_query(self, file: PinFile) -> int:
        """Return 63Cx, verified or blocked or not: any other word breaks OpenSC (card.md §6.5)."""
        return sw_tries_left(self._stored.tries(file.fid))

    def verify(self, file: PinFile, given: bytes) -> int:
        """Return 9000, 63Cx (63C0 for the try that exhausts) or 6984; raises PowerLost where torn."""
        # A VERIFY that fails takes an earlier success away.
        self._verified.discard(file.fid)
        # From here on the try is gone, whatever happens: only a match gives it back.
        reference = self._stored.spend(file.fid)
        if reference is None:
            return StatusWord.REFERENCE_DATA_BLOCKED
        if self.torn:
            raise PowerLost
        if not reference.matches(given):
            return sw_tries_left(reference.tries)
        # If this cannot be stored the card answers 6581 and nothing counts as verified.
        self._stored.put(file.fid, Reference(reference.salt, reference.digest, file.most))
        self._verified.add(file.fid)
        return StatusWord.OK

    def change(self, file: PinFile, fresh: bytes) -> int:
        """Store a new PIN after VERIFY of the old one; 6982 without, 6A80 for a form that is not allowed."""
        if file.fid not in self._verified:
            return StatusWord.SECURITY_STATUS_NOT_SATISFIED
        if not file.form(fresh):
            return StatusWord.INCORRECT_PARAMETERS_IN_DATA
        self._stored.put(file.fid, Reference.of(fresh, file.most, self._random_bytes))
        return StatusWord.OK
