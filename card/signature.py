"""Signing a document with the signature key (署名用電子証明書), which stands for a handwritten signature.

Apart from `jpki`, which proves who holds the card with the 4-digit PIN: this key has a password of
its own, its certificate carries name and address and opens only after that password, and a phone or
a child's card has none. Source: card.md §2.2, §2.7; service.md §1.3 V-3.
"""

from dataclasses import dataclass, field

from card import certificates, exchange, jpki
from card.connection import CardConnection
from card.pin import is_signature_password
from card.verification import Refused, verify_once

_THERE = 0x8F


@dataclass(frozen=True)
class DocumentSigned:
    """The password was right; `signature` (256 bytes) verifies with the key of `sign_cert` (DER)."""

    sign_cert: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True)
class NoSignatureCert:
    """The card carries no signature certificate, as those of children under 15; nothing was sent."""


@dataclass(frozen=True)
class LastTry:
    """One try is left and nobody has agreed to risk it; nothing was sent."""


def sign(
    connection: CardConnection, password: bytearray, digest: bytes, *, last_try: bool = False
) -> DocumentSigned | Refused | NoSignatureCert | LastTry:
    """Verify the password once, then sign `digest` (SHA-256, 32 bytes) with the signature key.

    Expects the JPKI application selected, as `jpki.probe` leaves it, and leaves it. The tries are asked
    for first, which costs none. `password` is not changed: wiping it is its owner's task.

    Raises ValueError, before anything is sent, for a password that no card can have (6 to 16 of A-Z and
    0-9, both among them) or a digest of another length; otherwise as `jpki.sign`.
    """
    if not is_signature_password(password):
        raise ValueError("not the form of a signature password")
    if len(digest) != jpki.SHA256_SIZE:
        raise ValueError("the digest is not SHA-256")
    with jpki.leaving(connection):
        return _hindrance(connection, last_try) or _verified(connection, password) or _sign(connection, digest)


def _hindrance(connection: CardConnection, last_try: bool) -> NoSignatureCert | LastTry | None:
    if exchange.read_start(connection, jpki.AVAILABILITY, 3).body[:1] != bytes([_THERE]):
        return NoSignatureCert()
    left = exchange.tries(connection, jpki.SIGNATURE_PASSWORD)
    return LastTry() if left == 1 and not last_try else None


def _verified(connection: CardConnection, password: bytearray) -> Refused | None:
    return verify_once(connection, jpki.SIGNATURE_PASSWORD, password)


def _sign(connection: CardConnection, digest: bytes) -> DocumentSigned:
    cert = certificates.read(exchange.read_der(connection, jpki.SIGNATURE_CERT))
    signed = jpki.compute_signature(connection, cert, digest, jpki.SIGNATURE_KEY)
    return DocumentSigned(signed.auth_cert, signed.signature)
