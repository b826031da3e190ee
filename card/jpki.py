"""The reader's side of the JPKI application: what a kiosk does with a My Number card.

Apart from `exchange` (single steps) and `certificates` (X.509). A card is known by what it
answers to SELECT, never by ATR or reader name. Everything a card says is bounded. VERIFY is sent
once for each call of `sign` and never as a retry. Source: card.md §2.2, §3, §10.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from card import certificates, errors, exchange
from card.apdu import CommandApdu, Ins
from card.connection import CardConnection
from card.pin import is_authentication_pin
from card.verification import PinBlocked as PinBlocked
from card.verification import PinRejected as PinRejected
from card.verification import PinUnknown as PinUnknown
from card.verification import verify_once

AID = bytes.fromhex("D392F000260100000001")
ISD_AID = bytes.fromhex("A0000001510000")
TOKEN, AUTHENTICATION_CERT, AUTHENTICATION_KEY, AUTHENTICATION_PIN = 0x0006, 0x000A, 0x0017, 0x0018
AVAILABILITY = 0x0008
SIGNATURE_CERT, SIGNATURE_KEY, SIGNATURE_PASSWORD = 0x0001, 0x001A, 0x001B
_TOKEN_LABEL_SIZE = 32
_TOKEN_PREFIX = "JPKIAP"  # noqa: S105 - the beginning of the label of every JPKI token
_NO_DIGEST_INFO_BY_CARD = 0x00
_SIGNATURE_MOST = 256
SHA256_SIZE, SHA384_SIZE = 32, 48
_HASH_GIVEN = 0x02
_SHA256_DIGEST_INFO = bytes.fromhex("3031300D060960864801650304020105000420")


class Standing(Enum):
    """Where a moment lies to the validity of a public-key certificate."""

    VALID = "valid"
    NOT_YET_VALID = "not yet valid"
    EXPIRED = "expired"


class Platform(Enum):
    """What a phone's token is called (card.md §9)."""

    ANDROID = "JPKIAPGPSETOKEN"
    IPHONE = "JPKIAPIOSTOKEN"


@dataclass(frozen=True)
class MyNumberCard:
    """A card with the JPKI application, as read without any PIN.

    `token` is the label of EF 0006 (`JPKIAPICCTOKEN2` for the plastic card); `tries_left` counts
    for the 4-digit PIN, 0 is blocked; `auth_cert` is the DER of EF 000A, valid from and until the
    two moments, both included. Whether it was revoked only the issue centre knows.
    """

    token: str
    tries_left: int
    issuer_known: bool
    issuer_name: str
    auth_cert: bytes = field(repr=False)
    valid_from: datetime
    valid_until: datetime

    def standing(self, now: datetime) -> Standing:
        """Say whether the card is good at `now` (aware), not yet, or expired."""
        if now < self.valid_from:
            return Standing.NOT_YET_VALID
        return Standing.EXPIRED if now > self.valid_until else Standing.VALID


@dataclass(frozen=True)
class NotMyNumberCard:
    """No My Number card that can be read without its PIN: the card has no JPKI application, or see PhoneCard."""


@dataclass(frozen=True)
class PhoneCard(NotMyNumberCard):
    """A phone that carries JPKI: its certificate opens only after its PIN, see `card.phone`.

    `tries_left` is None where the phone tells none. Who serves no phones may treat it as any other
    card that is no My Number card.
    """

    platform: Platform
    tries_left: int | None


@dataclass(frozen=True)
class Signed:
    """The PIN was right; `signature` verifies with the key of `auth_cert` (DER): 256 bytes, P-384 96 (r then s)."""

    auth_cert: bytes = field(repr=False)
    signature: bytes = field(repr=False)


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
    if (platform := _platform(token)) is not None:
        return PhoneCard(platform, exchange.tries_told(connection, AUTHENTICATION_PIN))
    left = exchange.tries(connection, AUTHENTICATION_PIN)
    cert = certificates.read(exchange.read_der(connection, AUTHENTICATION_CERT))
    known = any(certificates.is_issued_by(cert, certificates.issuer(der)) for der in known_issuers)
    return MyNumberCard(token, left, known, cert.issuer_name, cert.der, cert.not_before, cert.not_after)


def sign(
    connection: CardConnection, pin: bytearray, digest: bytes, auth_cert: bytes | None = None
) -> Signed | PinRejected | PinBlocked | PinUnknown:
    """Verify the PIN once, then sign `digest` with the user authentication key.

    `digest` is SHA-256 (32 bytes) for an RSA key, SHA-384 (48 bytes) for a P-384 one (the next-generation
    experiment); where it does not fit the key, CardAnswerError is raised before VERIFY.

    `auth_cert` is the DER that `probe` read over this same connection, which left the application
    selected; without it the application is selected and the certificate read, so that a card that
    was exchanged shows in the answer. The signature is checked with it. The card is left with
    SELECT ISD, which drops its PIN status. `pin` is not changed: wiping it is its owner's task.

    Raises ValueError, before anything is sent, for a PIN that is not four digits or a digest of
    another length; after a right PIN also CardRemoved, ReaderUnavailable, TransportError,
    CardAnswerError.
    """
    if not is_authentication_pin(pin):
        raise ValueError("the PIN is not four digits")
    if len(digest) not in (SHA256_SIZE, SHA384_SIZE):
        raise ValueError("the digest is neither SHA-256 nor SHA-384")
    with leaving(connection):
        cert = certificates.read(auth_cert or _cert(connection))
        if (len(digest) == SHA384_SIZE) is not certificates.is_on_p384(cert):
            raise errors.CardAnswerError("public-key certificate: a key for another digest")
        return verify_once(connection, AUTHENTICATION_PIN, pin) or compute_signature(connection, cert, digest)


def read_token(connection: CardConnection) -> str:
    """Return the label in EF 0006 of the selected JPKI application, nothing where there is no readable one."""
    answer = exchange.read_start(connection, TOKEN, _TOKEN_LABEL_SIZE)
    label = answer.body[:_TOKEN_LABEL_SIZE] if answer.ok else b""
    return label.decode("ascii", errors="replace").rstrip(" \0")


@contextmanager
def leaving(connection: CardConnection) -> Iterator[None]:
    """Drop every PIN status at the end by SELECT ISD, however the block ends (card.md §3.3)."""
    try:
        yield
    finally:
        # A card that is gone has lost its status too, so failing here changes nothing.
        with suppress(errors.CardError):
            exchange.select_application(connection, ISD_AID)


def compute_signature(
    connection: CardConnection, cert: certificates.PublicKeyCert, digest: bytes, key: int = AUTHENTICATION_KEY
) -> Signed:
    """Sign `digest` with the key in IEF `key`, whose PIN is verified, and check the result with its `cert`.

    Raises CardAnswerError where the signature is not by the key of `cert`, or there is none.
    """
    on_curve = len(digest) == SHA384_SIZE
    command = CommandApdu(
        0x80,
        Ins.COMPUTE_DIGITAL_SIGNATURE,
        _HASH_GIVEN if on_curve else _NO_DIGEST_INFO_BY_CARD,
        exchange.reference(connection, key),
        digest if on_curve else _SHA256_DIGEST_INFO + digest,
        le=_SIGNATURE_MOST,
    )
    signature = exchange.expect_ok("COMPUTE DIGITAL SIGNATURE", exchange.transmit(connection, command))
    # Checked here too, not only at the centre: a card that lies stops before anything is sent on.
    signed = certificates.signed_sha384 if on_curve else certificates.signed_digest
    if len(signature) > _SIGNATURE_MOST or not signed(cert, digest, signature):
        raise errors.CardAnswerError("COMPUTE DIGITAL SIGNATURE: not signed by the key of the certificate")
    return Signed(cert.der, signature)


def _cert(connection: CardConnection) -> bytes:
    exchange.expect_ok("SELECT", exchange.select_application(connection, AID))
    return exchange.read_der(connection, AUTHENTICATION_CERT)


def _platform(token: str) -> Platform | None:
    return next((platform for platform in Platform if platform.value == token), None)
