"""The card's end of a PIN reset (see `card.resetting`): off unless the profile says otherwise.

Apart from `commands` because no real card has these two; without them the card answers as it always did.
"""

from cryptography.exceptions import InvalidSignature

from card.apdu import CommandApdu, ResponseApdu, StatusWord
from card.authority import keys
from card.resetting import CLASS, GET_RESET_CHALLENGE, RESET_RETRY_COUNTER, SIGNATURE_SIZE, signed_text
from card.tlv import der_size
from card.virtual.applets import AUTHENTICATION_PIN, SIGNATURE_PASSWORD
from card.virtual.filesystem import PinFile, TransparentFile
from card.virtual.volatile import Volatile, only, referenced

_AUTH_CERT = 0x000A
_PROOF = {AUTHENTICATION_PIN: SIGNATURE_PASSWORD, SIGNATURE_PASSWORD: AUTHENTICATION_PIN}
_LARGEST = 8192


def takes(card: Volatile, apdu: CommandApdu) -> bool:
    """True for a command of this class to a card that knows it."""
    return card.profile.administration and apdu.cla == CLASS


def execute(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """Answer a command of this class."""
    if apdu.ins not in (GET_RESET_CHALLENGE, RESET_RETRY_COUNTER):
        return only(StatusWord.INS_NOT_SUPPORTED)
    file = referenced(card, apdu, PinFile)
    if not isinstance(file, PinFile):
        return only(file)
    if file.fid not in _PROOF:
        return only(StatusWord.CONDITIONS_NOT_SATISFIED)
    challenge = card.status.reset_challenge(file)
    # A card without a signature certificate has no password that could be set anew.
    if not challenge:
        return only(StatusWord.CONDITIONS_NOT_SATISFIED)
    if apdu.ins == GET_RESET_CHALLENGE:
        return ResponseApdu(challenge, StatusWord.OK)
    return only(_reset(card, file, challenge, apdu.body))


def _reset(card: Volatile, file: PinFile, challenge: bytes, body: bytes) -> int:
    signature, new = body[:SIGNATURE_SIZE], body[SIGNATURE_SIZE:]
    if not card.status.is_verified(_PROOF[file.fid]):
        return StatusWord.SECURITY_STATUS_NOT_SATISFIED
    try:
        keys.reset_key().public_key().verify(signature, signed_text(file.fid, _auth_cert(card), challenge))
    except InvalidSignature:
        return StatusWord.SECURITY_STATUS_NOT_SATISFIED
    return card.status.reset(file, new)


def _auth_cert(card: Volatile) -> bytes:
    file = card.application.files[_AUTH_CERT]
    content = file.content if isinstance(file, TransparentFile) else b""
    return content[: der_size(content[:4], _LARGEST) or 0]
