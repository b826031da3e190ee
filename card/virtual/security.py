"""Security status and PIN checks of the card: who has shown what, and what a try costs.

Apart from the commands because the order here is the security of the card: a try is taken on
stable storage *before* the PIN is compared, so a card torn out in between has lost it
(card.md §3.3, §3.4).
"""

import hashlib
from collections.abc import Callable

from card.apdu import StatusWord, sw_tries_left
from card.virtual.filesystem import PinFile
from card.virtual.profiles import CardProfile
from card.virtual.state import Reference, StoredReferences


class PowerLost(Exception):
    """The card was torn out while it executed a command."""


class SecurityStatus:
    """Which PINs of the current application are verified; volatile, except for the counters behind it."""

    def __init__(self, stored: StoredReferences, random_bytes: Callable[[int], bytes], profile: CardProfile) -> None:
        self._stored = stored
        self._random_bytes = random_bytes
        self._profile = profile
        self._verified: set[int] = set()
        self.torn = False

    def clear(self) -> None:
        """Forget every verified PIN."""
        self._verified.clear()

    def is_verified(self, *fids: int) -> bool:
        """True where one of the PINs in those IEFs of the current application is verified, or none is named."""
        return not fids or not self._verified.isdisjoint(fids)

    def accept(self, fid: int) -> None:
        """Count the PIN in IEF `fid` as shown: the device has verified its user by other means."""
        self._verified.add(fid)

    def tries(self, file: PinFile) -> int | None:
        """Tries left of the PIN, None where it has no limit."""
        return None if file.most is None else self._stored.tries(file.reference)

    def retry_query(self, file: PinFile) -> int:
        """Return 63Cx, verified or blocked or not: any other word breaks OpenSC (card.md §6.5)."""
        if self._profile.verified_query and file.fid in self._verified:
            return StatusWord.OK
        if file.most is None:
            return StatusWord.VERIFICATION_FAILED
        return sw_tries_left(self._stored.tries(file.reference))

    def verify(self, file: PinFile, given: bytes) -> int:
        """Return 9000, 63Cx (63C0 for the try that exhausts), 6984, or 6300 without a limit.

        Raises PowerLost where torn.
        """
        # A VERIFY that fails takes an earlier success away.
        self._verified.discard(file.fid)
        word = self._compare(file, given) if file.most is None else self._spend(file, file.most, given)
        if word == StatusWord.OK:
            self._verified.add(file.fid)
        return word

    def _compare(self, file: PinFile, given: bytes) -> int:
        matches = self._stored.look(file.reference).matches(given)
        return StatusWord.OK if matches else StatusWord.VERIFICATION_FAILED

    def _spend(self, file: PinFile, most: int, given: bytes) -> int:
        # From here on the try is gone, whatever happens: only a match gives it back.
        reference = self._stored.spend(file.reference)
        if reference is None:
            return self._profile.blocked_word
        if self.torn:
            raise PowerLost
        if not reference.matches(given):
            return sw_tries_left(reference.tries)
        # If this cannot be stored the card answers 6581 and nothing counts as verified.
        self._stored.put(file.reference, Reference(reference.salt, reference.digest, most))
        return StatusWord.OK

    def reset_challenge(self, file: PinFile) -> bytes:
        """Return 16 bytes that change with every new value of this PIN and never otherwise; b"" for none set."""
        salt = self._stored.look(file.reference).salt
        return hashlib.sha256(b"reset challenge" + salt).digest()[:16] if salt else b""

    def reset(self, file: PinFile, fresh: bytes) -> int:
        """Store a new PIN that the issuer has authorised, with full tries; 6A80 for a form that is not allowed."""
        if not file.form(fresh):
            return StatusWord.INCORRECT_PARAMETERS_IN_DATA
        self._stored.put(file.reference, Reference.of(fresh, file.most or 0, self._random_bytes))
        return StatusWord.OK

    def change(self, file: PinFile, fresh: bytes) -> int:
        """Store a new PIN after VERIFY of the old one; 6982 without, 6A80 for a form that is not allowed."""
        if file.fid not in self._verified:
            return StatusWord.SECURITY_STATUS_NOT_SATISFIED
        if not file.form(fresh):
            return StatusWord.INCORRECT_PARAMETERS_IN_DATA
        self._stored.put(file.reference, Reference.of(fresh, file.most or 0, self._random_bytes))
        return StatusWord.OK
