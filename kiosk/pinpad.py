"""PIN and signature password between touch and card: buffers that are wiped on every way out.

Separate so that no session, view, journal or trace can hold a key (I4, design 3): the runner
routes the keys here, everyone else hears how many there are. `commit` binds what was typed to one
request, so a request left in the card's queue can never send the secret of the next customer.
What Python itself copies inside the process is out of reach (SECURITY.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from kiosk import new_secret
from kiosk.session.states import Secret

LENGTH = Secret.AUTHENTICATION.longest
_DIGITS, _LETTERS = frozenset("0123456789"), frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_KEYS = {Secret.AUTHENTICATION: _DIGITS, Secret.SIGNATURE: _DIGITS | _LETTERS}


class PinPad:
    """Room for one secret being typed, and for those typed before it that belong to the same request.

    Keys come from the panel's thread, the card's lane takes them.
    """

    def __init__(self) -> None:
        self._typed = bytearray(Secret.SIGNATURE.longest)
        self._count = 0
        self._kept: list[bytearray] = []
        self._committed: dict[str, list[bytearray]] = {}
        self._lock = Lock()

    @property
    def count(self) -> int:
        """Characters typed so far."""
        return self._count

    def press(self, key: str, secret: Secret = Secret.AUTHENTICATION) -> int:
        """Add one character (one too many is dropped) and return how many there are.

        Small letters count as capitals: the card folds nothing, and a small one would cost a try (card.md §2.7).
        """
        character = key.upper()
        if character not in _KEYS[secret]:
            raise ValueError("not a key of the pad")
        with self._lock:
            if self._count < secret.longest:
                self._typed[self._count] = ord(character)
                self._count += 1
            return self._count

    def correct(self) -> int:
        """Forget all that is typed (訂正) and return 0: which key was wrong, nobody can see."""
        with self._lock:
            self._blank()
        return self._count

    def keep(self) -> None:
        """Lay what is typed aside, before the next secret of the same request is typed; what lay there is wiped."""
        with self._lock:
            self._unkeep()
            self._kept_typed()

    def accept(self, secret: Secret, changes: bool) -> str:
        """Keep what is typed as the new secret and return "", or wipe it and return what speaks against it.

        `changes`: what was kept first is the present value of the same secret. See `kiosk.new_secret`.
        """
        with self._lock:
            present = bytes(self._kept[0]) if changes and self._kept else b""
            said = new_secret.objection(secret, bytes(self._typed[: self._count]), present)
            # Typed anew after もどる, the new one takes the place of the one before.
            _overwrite(*self._kept[1:])
            del self._kept[1:]
            if not said:
                self._kept_typed()
            self._blank()
            return said

    def repeats(self) -> bool:
        """True when what is typed is what was kept last; it is wiped either way."""
        with self._lock:
            same = bool(self._kept) and self._typed[: self._count] == self._kept[-1]
            self._blank()
            return same

    def commit(self, request_id: str) -> None:
        """Set aside for `request_id` what was kept and, last, what is typed; the pad is empty afterwards."""
        with self._lock:
            if self._count:
                self._kept_typed()
            self._committed[request_id] = self._kept
            self._kept = []
            self._blank()

    @contextmanager
    def taken(self, request_id: str) -> Iterator[bytearray]:
        """Lend the last secret of `request_id` for one use and wipe them all; empty when they were dropped."""
        with self.all_taken(request_id) as secrets:
            yield secrets[-1] if secrets else bytearray()

    @contextmanager
    def all_taken(self, request_id: str) -> Iterator[tuple[bytearray, ...]]:
        """Lend all secrets of `request_id`, in the order typed, and wipe them; none when they were dropped."""
        with self._lock:
            secrets = self._committed.pop(request_id, [])
        try:
            yield tuple(secrets)
        finally:
            _overwrite(*secrets)

    def drop(self, request_id: str) -> None:
        """Wipe what was set aside for a request that is given up."""
        with self._lock:
            _overwrite(*self._committed.pop(request_id, []))

    def wipe(self) -> None:
        """Overwrite what is typed and kept."""
        with self._lock:
            self._blank()
            self._unkeep()

    def wipe_all(self) -> None:
        """Overwrite everything, set aside or not."""
        with self._lock:
            self._blank()
            self._unkeep()
            for secrets in self._committed.values():
                _overwrite(*secrets)
            self._committed.clear()

    def _kept_typed(self) -> None:
        self._kept.append(self._typed[: self._count])
        self._blank()

    def _unkeep(self) -> None:
        _overwrite(*self._kept)
        self._kept = []

    def _blank(self) -> None:
        _overwrite(self._typed)
        self._count = 0


def _overwrite(*buffers: bytearray) -> None:
    for buffer in buffers:
        buffer[:] = bytes(len(buffer))
