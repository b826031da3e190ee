"""Setting a forgotten PIN anew with the other one, authorised by the test issuer: both ends of our own exchange.

Ours alone: how real cards are unlocked at kiosks is not public (card.md §7), and this is not it. A
card takes part only where its profile says so; every other card answers that it does not know the
class. Apart from `pins`, which works on real cards. Described in docs/card.md.

    D0 84 00 P2 Le=10               GET RESET CHALLENGE      -> 16 bytes that change with every new value
    00 20 00 P2' Lc other           VERIFY of the other secret, as always
    D0 2C 00 P2 Lc sig(64) new      RESET RETRY COUNTER      -> 9000, tries full; 6982 without VERIFY or a
                                                                signature that is the issuer's for this card
    sig = Ed25519 over "kiosk-pin-reset/1" 00 ‖ IEF (2) ‖ SHA-256(user authentication certificate) ‖ challenge
"""

import hashlib

from card import errors, exchange, jpki
from card.apdu import CommandApdu
from card.connection import CardConnection
from card.pins import ChangeUnknown, PinChanged, Secret
from card.verification import Refused, verify_once

CLASS, GET_RESET_CHALLENGE, RESET_RETRY_COUNTER = 0xD0, 0x84, 0x2C
CHALLENGE_SIZE, SIGNATURE_SIZE = 16, 64
_DOMAIN = b"kiosk-pin-reset/1\0"


class NotAuthorised:
    """The card did not take the issuer's word; nothing was changed."""


def signed_text(ief: int, auth_cert: bytes, challenge: bytes) -> bytes:
    """Return what the issuer signs: for one PIN of one card, until that PIN has another value."""
    return _DOMAIN + ief.to_bytes(2, "big") + hashlib.sha256(auth_cert).digest() + challenge


def challenge(connection: CardConnection, secret: Secret) -> bytes:
    """Ask the selected JPKI application what is to be authorised; b"" for a card that takes no part (a real one)."""
    command = CommandApdu(
        CLASS, GET_RESET_CHALLENGE, 0x00, exchange.reference(connection, secret.value), le=CHALLENGE_SIZE
    )
    answer = exchange.transmit(connection, command)
    return answer.body if answer.ok and len(answer.body) == CHALLENGE_SIZE else b""


def reset(
    connection: CardConnection, secret: Secret, authorisation: bytes, other: bytearray, new: bytearray
) -> PinChanged | ChangeUnknown | NotAuthorised | Refused:
    """Set `secret` to `new`, shown the `other` secret and the issuer's `authorisation` (64 bytes).

    Neither VERIFY nor the reset is repeated; both values stay their owner's to wipe. Raises as `pins.change`.
    """
    proof = _OTHER[secret]
    if not proof.allows(other) or not secret.allows(new):
        raise ValueError(f"not the form of {proof.name} or {secret.name}")
    with jpki.leaving(connection):
        exchange.expect_ok("SELECT", exchange.select_application(connection, jpki.AID))
        return verify_once(connection, proof.value, other) or _set(connection, secret, authorisation + new)


def _set(connection: CardConnection, secret: Secret, body: bytes) -> PinChanged | ChangeUnknown | NotAuthorised:
    reference = exchange.reference(connection, secret.value)
    try:
        answer = exchange.transmit(connection, CommandApdu(CLASS, RESET_RETRY_COUNTER, 0x00, reference, body))
    except errors.CardError:
        return ChangeUnknown()
    return PinChanged() if answer.ok else NotAuthorised()


_OTHER = {
    Secret.AUTHENTICATION_PIN: Secret.SIGNATURE_PASSWORD,
    Secret.SIGNATURE_PASSWORD: Secret.AUTHENTICATION_PIN,
}
