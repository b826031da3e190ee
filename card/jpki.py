"""The reader's side of the JPKI application: what a kiosk does with a My Number card.

Apart from `exchange` (single steps) and `certificates` (X.509). A card is known by what it
answers to SELECT, never by ATR or reader name. Everything a card says is bounded. VERIFY is sent
once for each call of `sign` and never as a retry. Source: card.md §2.2, §3, §10.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from card import certificates, errors, exchange
from card.apdu import CommandApdu, Ins
from card.connection import CardConnection
from card.pin import is_authentication_pin

AID = bytes.fromhex("D392F000260100000001")
ISD_AID = bytes.fromhex("A0000001510000")
TOKEN, AUTHENTICATION_CERT, AUTHENTICATION_KEY, AUTHENTICATION_PIN = 0x0006, 0x000A, 0x0017, 0x0018
_TOKEN_LABEL_SIZE = 32
_TOKEN_PREFIX = "JPKIAP"  # noqa: S105 - the beginning of the label of every JPKI token
_NO_DIGEST_INFO_BY_CARD = 0x00
_SIGNATURE_SIZE = 256
_SHA256_SIZE = 32
_SHA256_DIGEST_INFO = bytes.fromhex("3031300D060960864801650304020105000420")


@dataclass(frozen=True)
class MyNumberCard:
    """A card with the JPKI application, as read without any PIN.

    `token` is the label of EF 0006 (`JPKIAPICCTOKEN2` for the plastic card); `tries_left` counts
    for the 4-digit PIN, 0 is blocked; `auth_cert` is the DER of EF 000A.
    """

    token: str
    tries_left: int
    issuer_known: bool
    issuer_name: str
    auth_cert: bytes = field(repr=False)


@dataclass(frozen=True)
class NotMyNumberCard:
    """The card has no JPKI application."""


@dataclass(frozen=True)
class Signed:
    """The PIN was right; `signature` (256 bytes) verifies with the key of `auth_cert` (DER)."""

    auth_cert: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True)
class PinRejected:
    """The PIN was wrong; `tries_left` (1..15) are left as the card says."""

    tries_left: int


@dataclass(frozen=True)
class PinBlocked:
    """No try is left: before this one, or through it."""


@dataclass(frozen=True)
class PinUnknown:
    """The transport died while VERIFY was under way: nobody knows the outcome, and a try may be gone (fault-02)."""


def probe(connection: CardConnection, known_issuers: Sequence[bytes]) -> MyNumberCard | NotMyNumberCard:
    """Read what the card tells without a PIN; `known_issuers` are DER CA certificates. Never sends VERIFY with data.

    Raises CardRemoved, ReaderUnavailable or TransportError from the connection, and CardAnswerError
    where a JPKI application answers what it must not.
    """
    if not exchange.select_application(connection, AID).ok:
        return NotMyNumberCard()
    token = read_token(connection)
    # Some cards say 9000 to any SELECT; the token tells.
    if not token.startswith(_TOKEN_PREFIX):
        return NotMyNumberCard()
    left = exchange.tries(connection, AUTHENTICATION_PIN)
    cert = certificates.read(exchange.read_der(connection, AUTHENTICATION_CERT))
    known = any(certificates.is_issued_by(cert, certificates.issuer(der)) for der in known_issuers)
    return MyNumberCard(token, left, known, cert.issuer_name, cert.der)


def sign(
    connection: CardConnection, pin: bytearray, digest: bytes, auth_cert: bytes | None = None
) -> Signed | PinRejected | PinBlocked | PinUnknown:
    """Verify the PIN once, then sign `digest` (SHA-256, 32 bytes) with the user authentication key.

    `auth_cert` is the DER that `probe` read over this same connection; without it the certificate
    is read again first, so that a card that was exchanged shows in the answer. The signature is
    checked with it. The card is left with SELECT ISD, which drops its PIN status. `pin` is not
    changed: wiping it is its owner's task.

    Raises ValueError, before anything is sent, for a PIN that is not four digits or a digest of
    another length; after a right PIN also CardRemoved, ReaderUnavailable, TransportError,
    CardAnswerError.
    """
    if not is_authentication_pin(pin):
        raise ValueError("the PIN is not four digits")
    if len(digest) != _SHA256_SIZE:
        raise ValueError("the digest is not SHA-256")
    try:
        exchange.expect_ok("SELECT", exchange.select_application(connection, AID))
        cert = certificates.read(auth_cert or exchange.read_der(connection, AUTHENTICATION_CERT))
        return _verify(connection, pin) or _signed(connection, cert, digest)
    finally:
        _leave(connection)


def read_token(connection: CardConnection) -> str:
    """Return the label in EF 0006 of the selected JPKI application, nothing where there is no readable one."""
    answer = exchange.read_start(connection, TOKEN, _TOKEN_LABEL_SIZE)
    label = answer.body[:_TOKEN_LABEL_SIZE] if answer.ok else b""
    return label.decode("ascii", errors="replace").rstrip(" \0")


def _leave(connection: CardConnection) -> None:
    """A card that is gone has lost its status too, so failing here changes nothing."""
    with suppress(errors.CardError):
        exchange.select_application(connection, ISD_AID)


def _verify(connection: CardConnection, pin: bytearray) -> PinRejected | PinBlocked | PinUnknown | None:
    """None: the PIN was right."""
    verify = CommandApdu(0x00, Ins.VERIFY, 0x00, exchange.BY_SFI | AUTHENTICATION_PIN, bytes(pin))
    try:
        answer = exchange.transmit(connection, verify)
    # Whether the card has seen it nobody can say: a wrong PIN must not be claimed, nor sent again.
    except errors.CardError:
        return PinUnknown()
    if answer.ok:
        return None
    left = exchange.left_of(answer.sw)
    if left is None:
        raise exchange.unexpected("VERIFY", answer)
    return PinRejected(left) if left else PinBlocked()


def _signed(connection: CardConnection, cert: certificates.PublicKeyCert, digest: bytes) -> Signed:
    command = CommandApdu(
        0x80,
        Ins.COMPUTE_DIGITAL_SIGNATURE,
        _NO_DIGEST_INFO_BY_CARD,
        exchange.BY_SFI | AUTHENTICATION_KEY,
        _SHA256_DIGEST_INFO + digest,
        le=_SIGNATURE_SIZE,
    )
    signature = exchange.expect_ok("COMPUTE DIGITAL SIGNATURE", exchange.transmit(connection, command))
    # Checked here too, not only at the centre: a card that lies stops before anything is sent on.
    if len(signature) != _SIGNATURE_SIZE or not certificates.signed_digest(cert, digest, signature):
        raise errors.CardAnswerError("COMPUTE DIGITAL SIGNATURE: not signed by the key of the certificate")
    return Signed(cert.der, signature)
