"""The PIN between touch and VERIFY: one buffer, wiped on every way out.

Separate so that no session, view, journal or trace can hold a digit (I4, design 3): the runner
routes the keys here, everyone else hears how many there are. `commit` binds the digits to one
request, so a request left in the card's queue can never send the digits of the next customer.
What Python itself copies inside the process is out of reach (SECURITY.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

LENGTH = 4
_ZERO = ord("0")


class PinPad:
    """Four places for digits. Keys come from the panel's thread, the card's lane takes them."""

    def __init__(self) -> None:
        self._typed = bytearray(LENGTH)
        self._count = 0
        self._committed: dict[str, bytearray] = {}
        self._lock = Lock()

    @property
    def count(self) -> int:
        """Digits typed so far."""
        return self._count

    def press(self, key: str) -> int:
        """Add one digit (a fifth is dropped) and return how many there are."""
        digit = ord(key) - _ZERO if len(key) == 1 else -1
        if not 0 <= digit <= 9:
            raise ValueError("not a key of the pad")
        with self._lock:
            if self._count < LENGTH:
                self._typed[self._count] = _ZERO + digit
                self._count += 1
            return self._count

    def correct(self) -> int:
        """Forget all digits typed (訂正) and return 0: which one was wrong, nobody can see."""
        self.wipe()
        return self._count

    def commit(self, request_id: str) -> None:
        """Set the typed digits aside for `request_id`; the pad is empty afterwards."""
        with self._lock:
            self._committed[request_id] = self._typed[: self._count]
            self._blank()

    @contextmanager
    def taken(self, request_id: str) -> Iterator[bytearray]:
        """Lend the digits of `request_id` for one VERIFY and wipe them; empty when they were dropped."""
        with self._lock:
            pin = self._committed.pop(request_id, bytearray())
        try:
            yield pin
        finally:
            _overwrite(pin)

    def drop(self, request_id: str) -> None:
        """Wipe what was set aside for a request that is given up."""
        with self._lock:
            _overwrite(self._committed.pop(request_id, bytearray()))

    def wipe(self) -> None:
        """Overwrite the typed digits."""
        with self._lock:
            self._blank()

    def wipe_all(self) -> None:
        """Overwrite typed digits and those set aside."""
        with self._lock:
            self._blank()
            for pin in self._committed.values():
                _overwrite(pin)
            self._committed.clear()

    def _blank(self) -> None:
        _overwrite(self._typed)
        self._count = 0


def _overwrite(buffer: bytearray) -> None:
    buffer[:] = bytes(len(buffer))
