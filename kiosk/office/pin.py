"""The operator's PIN: 6 to 12 digits, kept as a salted hash in the state folder, compared and never told.

Separate from `kiosk.pinpad`, which holds customers' secrets for the card; no card knows this one.
File: {"salt": hex, "hash": hex}, scrypt (RFC 7914) with N = 2^14, r = 8, p = 1.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path

from kiosk import durable
from kiosk.errors import SettingsError

SHORTEST, LONGEST = 6, 12
_N, _R, _P = 2**14, 8, 1
_SALT = 16


class OperatorPin:
    """The PIN in `path`, which need not be there yet."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def is_set(self) -> bool:
        """True once there is a PIN."""
        return self._path.exists()

    def set(self, pin: str, random_bytes: Callable[[int], bytes]) -> None:
        """Make `pin` the operator's; raises SettingsError for what is no PIN, StateNotWritten."""
        if not (pin.isascii() and pin.isdecimal() and SHORTEST <= len(pin) <= LONGEST):
            raise SettingsError(f"operator PIN: {SHORTEST} to {LONGEST} digits")
        if len(set(pin)) == 1:
            raise SettingsError("operator PIN: one digit again and again is none")
        salt = random_bytes(_SALT)
        content = {"salt": salt.hex(), "hash": _digest(pin.encode(), salt).hex()}
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        durable.write(self._path, json.dumps(content).encode())

    def fits(self, typed: bytes | bytearray) -> bool:
        """True when `typed` is the PIN; raises SettingsError where the file cannot be read as one."""
        try:
            kept = json.loads(self._path.read_bytes())
            salt, digest = bytes.fromhex(kept["salt"]), bytes.fromhex(kept["hash"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsError(f"{self._path}: unreadable; set the operator PIN again") from error
        return hmac.compare_digest(_digest(typed, salt), digest)


def _digest(pin: bytes | bytearray, salt: bytes) -> bytes:
    return hashlib.scrypt(pin, salt=salt, n=_N, r=_R, p=_P)


def operator_pin(state: Path) -> OperatorPin:
    """The operator's PIN of the kiosk with that state folder."""
    return OperatorPin(state / "office" / "pin.json")
