"""Signing with the JPKI application of a phone: PIN first, then the certificate (card.md §9).

Apart from `jpki` because a phone's order of steps is another one: its user-authentication
certificate opens only after VERIFY, and an iPhone asks for its face or code itself and is told
which command is the last one. `jpki.probe` answers PhoneCard for such a phone.
"""

from contextlib import suppress
from dataclasses import dataclass

from card import certificates, errors, exchange, jpki
from card.apdu import CommandApdu, StatusWord
from card.connection import CardConnection
from card.jpki import PhoneCard, Platform, Signed
from card.pin import is_authentication_pin
from card.verification import Refused, verify_once


@dataclass(frozen=True)
class NotConfirmed:
    """The phone asks its owner itself, and its owner has not confirmed, or has declined."""


_LAST_COMMAND = CommandApdu(0x80, 0xFC, 0x00, 0x00)


def sign(
    connection: CardConnection, phone: PhoneCard, pin: bytearray | None, digest: bytes
) -> Signed | Refused | NotConfirmed:
    """Sign `digest` (SHA-256) with the phone that `jpki.probe` has just found over this connection.

    `pin` is None where the phone itself asks its owner (iPhone, or biometrics on Android): NotConfirmed
    where that has not happened. Otherwise as `jpki.sign`; raises as it does.
    """
    if pin is not None and not is_authentication_pin(pin):
        raise ValueError("the PIN is not four digits")
    if len(digest) != jpki.SHA256_SIZE:
        raise ValueError("the digest is not SHA-256")
    with jpki.leaving(connection):
        outcome = _verified_and_signed(connection, pin, digest)
        if phone.platform is Platform.IPHONE:
            _tell_last(connection)
        return outcome


def _verified_and_signed(
    connection: CardConnection, pin: bytearray | None, digest: bytes
) -> Signed | Refused | NotConfirmed:
    refused = _unconfirmed(connection) if pin is None else verify_once(connection, jpki.AUTHENTICATION_PIN, pin)
    if refused is not None:
        return refused
    cert = certificates.read(exchange.read_der(connection, jpki.AUTHENTICATION_CERT))
    return jpki.compute_signature(connection, cert, digest)


def _unconfirmed(connection: CardConnection) -> NotConfirmed | None:
    """The certificate stays shut until the phone knows its owner."""
    first = exchange.read_start(connection, jpki.AUTHENTICATION_CERT, 1)
    return NotConfirmed() if first.sw == StatusWord.SECURITY_STATUS_NOT_SATISFIED else None


def _tell_last(connection: CardConnection) -> None:
    """Let the phone show that it may be taken away; what it answers changes nothing."""
    with suppress(errors.CardError):
        exchange.transmit(connection, _LAST_COMMAND)
