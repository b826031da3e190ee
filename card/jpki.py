"""The reader's side of the JPKI application: what a kiosk does with a My Number card.

Apart from `connection` (carries bytes) and `certificates` (X.509). A card is known by what it
answers to SELECT, never by ATR or reader name. Everything a card says is bounded. VERIFY is sent
once for each call of `sign` and never as a retry. Source: card.md §2.2, §3, §10.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from card import certificates, errors
from card.apdu import ApduFormatError, CommandApdu, Ins, ResponseApdu, StatusWord, tries_left
from card.connection import CardConnection
from card.pin import is_authentication_pin
from card.tlv import der_size

AID = bytes.fromhex("D392F000260100000001")
ISD_AID = bytes.fromhex("A0000001510000")
TOKEN, AUTHENTICATION_CERT, AUTHENTICATION_KEY, AUTHENTICATION_PIN = 0x0006, 0x000A, 0x0017, 0x0018
_TOKEN_LABEL_SIZE = 32
_TOKEN_PREFIX = "JPKIAP"  # noqa: S105 - the beginning of the label of every JPKI token
_BY_SFI = 0x80
_READ_MOST = 256
_READS_MOST = 40
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
    if not _select_jpki(connection).ok:
        return NotMyNumberCard()
    token = _token(connection)
    if not token.startswith(_TOKEN_PREFIX):
        return NotMyNumberCard()
    left = _tries(connection)
    der = _read_der(connection, AUTHENTICATION_CERT)
    cert = certificates.read(der)
    known = any(certificates.is_issued_by(cert, certificates.read(issuer)) for issuer in known_issuers)
    return MyNumberCard(token, left, known, cert.issuer_name, der)


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
        _expect_ok("SELECT", _select_jpki(connection))
        cert = certificates.read(auth_cert or _read_der(connection, AUTHENTICATION_CERT))
        return _verify(connection, pin) or _signed(connection, cert, digest)
    finally:
        _leave(connection)


def _select_jpki(connection: CardConnection) -> ResponseApdu:
    """Some cards fail the first command after power-up with 6F00: ask once more (card.md §3.2)."""
    select = CommandApdu(0x00, Ins.SELECT, 0x04, 0x0C, AID)
    answer = _transmit(connection, select)
    return _transmit(connection, select) if answer.sw == StatusWord.NO_DIAGNOSIS else answer


def _leave(connection: CardConnection) -> None:
    """A card that is gone has lost its status too, so failing here changes nothing."""
    with suppress(errors.CardError):
        _transmit(connection, CommandApdu(0x00, Ins.SELECT, 0x04, 0x0C, ISD_AID))


def _token(connection: CardConnection) -> str:
    """Label of the token, or nothing where there is no readable one."""
    answer = _transmit(connection, _read_by_sfi(TOKEN, _TOKEN_LABEL_SIZE))
    label = answer.body[:_TOKEN_LABEL_SIZE] if answer.ok else b""
    return label.decode("ascii", errors="replace").rstrip(" \0")


def _tries(connection: CardConnection) -> int:
    answer = _transmit(connection, CommandApdu(0x00, Ins.VERIFY, 0x00, _BY_SFI | AUTHENTICATION_PIN))
    left = _left(answer.sw)
    if left is None:
        raise _unexpected("retry query", answer)
    return left


def _left(sw: int) -> int | None:
    """Tries left as a status word says; both words for *blocked* count as 0."""
    if sw in (StatusWord.AUTHENTICATION_METHOD_BLOCKED, StatusWord.REFERENCE_DATA_BLOCKED):
        return 0
    return tries_left(sw)


def _verify(connection: CardConnection, pin: bytearray) -> PinRejected | PinBlocked | PinUnknown | None:
    """None: the PIN was right."""
    verify = CommandApdu(0x00, Ins.VERIFY, 0x00, _BY_SFI | AUTHENTICATION_PIN, bytes(pin))
    try:
        answer = _transmit(connection, verify)
    except errors.CardError:
        return PinUnknown()
    if answer.ok:
        return None
    left = _left(answer.sw)
    if left is None:
        raise _unexpected("VERIFY", answer)
    return PinRejected(left) if left else PinBlocked()


def _signed(connection: CardConnection, cert: certificates.PublicKeyCert, digest: bytes) -> Signed:
    command = CommandApdu(
        0x80,
        Ins.COMPUTE_DIGITAL_SIGNATURE,
        _NO_DIGEST_INFO_BY_CARD,
        _BY_SFI | AUTHENTICATION_KEY,
        _SHA256_DIGEST_INFO + digest,
        le=_READ_MOST,
    )
    answer = _expect_ok("COMPUTE DIGITAL SIGNATURE", _transmit(connection, command))
    if len(answer) != _SIGNATURE_SIZE or not certificates.signed_digest(cert, digest, answer):
        raise errors.CardAnswerError("COMPUTE DIGITAL SIGNATURE: not signed by the key of the certificate")
    return Signed(cert.der, answer)


def _read_der(connection: CardConnection, fid: int) -> bytes:
    """Read the one DER object of an EF, whatever filler follows it."""
    content = _part(_transmit(connection, _read_by_sfi(fid, _READ_MOST)), _READ_MOST)
    size = der_size(content[:4], certificates.LARGEST)
    if size is None:
        raise errors.CardAnswerError(f"READ BINARY {fid:04X}: not one DER object of bounded size")
    for _ in range(_READS_MOST):
        if len(content) >= size:
            return content[:size]
        wanted = min(_READ_MOST, size - len(content))
        offset = len(content).to_bytes(2, "big")
        command = CommandApdu(0x00, Ins.READ_BINARY, offset[0], offset[1], le=wanted)
        content += _part(_transmit(connection, command), wanted)
    raise errors.CardAnswerError(f"READ BINARY {fid:04X}: too many small answers")


def _part(answer: ResponseApdu, most: int) -> bytes:
    part = _expect_ok("READ BINARY", answer)
    if not 1 <= len(part) <= most:
        raise errors.CardAnswerError("READ BINARY: no bytes, or more than asked")
    return part


def _read_by_sfi(fid: int, le: int) -> CommandApdu:
    """Every EF of this application has its FID as short EF identifier."""
    return CommandApdu(0x00, Ins.READ_BINARY, _BY_SFI | fid, 0x00, le=le)


def _expect_ok(step: str, answer: ResponseApdu) -> bytes:
    if not answer.ok:
        raise _unexpected(step, answer)
    return answer.body


def _unexpected(step: str, answer: ResponseApdu) -> errors.CardAnswerError:
    return errors.CardAnswerError(f"{step}: status word {answer.sw:04X}")


def _transmit(connection: CardConnection, command: CommandApdu) -> ResponseApdu:
    try:
        return ResponseApdu.parse(connection.transmit(command.encode()))
    except ApduFormatError as error:
        raise errors.CardAnswerError("an answer without status word") from error
