"""Changing the two JPKI secrets from the reader's side: the 4-digit PIN and the signature password.

Apart from `jpki`, which only uses them, and from `pin`, which knows only their form. The card is
asked for the present secret once, then told the new one (CHANGE REFERENCE DATA P1=01 after VERIFY,
card.md §3.1); neither command is ever repeated. Works on real cards too.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from card import errors, exchange, jpki
from card.apdu import CommandApdu, Ins
from card.connection import CardConnection
from card.pin import is_authentication_pin, is_signature_password
from card.verification import Refused, verify_once

_NEW_ALONE = 0x01
_AVAILABILITY = 0x0008


class Secret(Enum):
    """Which of the two; the value is its IEF."""

    AUTHENTICATION_PIN = jpki.AUTHENTICATION_PIN
    SIGNATURE_PASSWORD = jpki.SIGNATURE_PASSWORD

    def allows(self, value: bytes | bytearray) -> bool:
        """True where `value` has the form of this secret."""
        return _FORMS[self](value)


@dataclass(frozen=True)
class PinChanged:
    """The card has taken the new secret; its tries are full."""


@dataclass(frozen=True)
class ChangeUnknown:
    """The present secret was right, but the answer to the change got lost: either of the two may hold now."""


@dataclass(frozen=True)
class SecretsFound:
    """Tries left of both, 0 for blocked; `password_tries` is None on a card without a signature certificate."""

    pin_tries: int
    password_tries: int | None


_FORMS: dict[Secret, Callable[[bytes | bytearray], bool]] = {
    Secret.AUTHENTICATION_PIN: is_authentication_pin,
    Secret.SIGNATURE_PASSWORD: is_signature_password,
}


def change(
    connection: CardConnection, secret: Secret, present: bytearray, new: bytearray
) -> PinChanged | ChangeUnknown | Refused:
    """Change `secret` from `present` to `new`; both stay their owner's to wipe.

    Raises ValueError, before anything is sent, for a value of another form; CardAnswerError for a
    card without JPKI application or one that breaks the rules; before VERIFY is sent also
    CardRemoved, ReaderUnavailable, TransportError.
    """
    for value in (present, new):
        if not secret.allows(value):
            raise ValueError(f"not the form of {secret.name}")
    with jpki.leaving(connection):
        exchange.expect_ok("SELECT", exchange.select_application(connection, jpki.AID))
        return verify_once(connection, secret.value, present) or _changed(connection, secret, new)


def normalised(secret: Secret, typed: str) -> bytearray:
    """Return what is sent for what a person typed: full-width forms folded, letters of the password in upper case.

    The card folds nothing itself: a lower-case letter would cost a try (card.md §2.7). The result
    need not have the right form; ask `Secret.allows`.
    """
    folded = unicodedata.normalize("NFKC", typed)
    if secret is Secret.SIGNATURE_PASSWORD:
        folded = folded.upper()
    return bytearray(folded.encode("ascii", errors="replace"))


def found(connection: CardConnection) -> SecretsFound:
    """Say what the selected JPKI application tells of both secrets, at no cost. Raises as `change`."""
    pin_tries = exchange.tries(connection, jpki.AUTHENTICATION_PIN)
    # EF 0008: the first byte says whether there is a signature certificate (card.md §2.2).
    available = exchange.read_start(connection, _AVAILABILITY, 3)
    signs = not available.ok or available.body[:1] != b"\x00"
    return SecretsFound(pin_tries, exchange.tries(connection, jpki.SIGNATURE_PASSWORD) if signs else None)


def tries_left(connection: CardConnection, secret: Secret) -> int:
    """Select JPKI and ask how many tries are left, which costs none. Raises as `change`, never sends VERIFY."""
    exchange.expect_ok("SELECT", exchange.select_application(connection, jpki.AID))
    return exchange.tries(connection, secret.value)


def _changed(connection: CardConnection, secret: Secret, new: bytearray) -> PinChanged | ChangeUnknown:
    reference = exchange.reference(connection, secret.value)
    try:
        answer = exchange.transmit(
            connection, CommandApdu(0x00, Ins.CHANGE_REFERENCE_DATA, _NEW_ALONE, reference, bytes(new))
        )
    except errors.CardError:
        return ChangeUnknown()
    exchange.expect_ok("CHANGE REFERENCE DATA", answer)
    return PinChanged()
