"""Secure messaging of the text application: a session key, a counter, encrypted bodies and answers.

Apart from the commands, which run inside it unchanged. It hides what travels and proves nothing:
there is no MAC, and the PIN that opens a session has gone in clear before. AES-128-CBC; key = first
16 bytes of the seed; IV = AES(key, counter as 16 bytes BE); the counter starts at 1 and advances with
every command that was decrypted, also one that is then refused. Source: card.md §3.1.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.base import CipherContext

from card.apdu import CommandApdu, Ins, ResponseApdu, StatusWord
from card.virtual import ber
from card.virtual.volatile import Volatile, only

WITHOUT_HEADER, WITH_HEADER = 0x08, 0x0C
_BLOCK = 16
_CRYPTOGRAM, _EXPECTED_LENGTH = 0x86, 0x96
_PADDED = b"\x01"
_DELIVERED = bytes.fromhex("A0228020")
_SEED_SIZE = 32
_EVERYTHING = 65536
_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


class MessagingError(Exception):
    """An object of secure messaging is wrong; ends the session, never leaves the card."""


@dataclass(frozen=True)
class Secured:
    """A command that secure messaging may carry: with an encrypted body, or with an encrypted answer."""

    run: Callable[[Volatile, CommandApdu], ResponseApdu]
    carries_body: bool


class SecureSession:
    """The key and the counter of one session."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._counter = 1

    def advance(self) -> None:
        """Count one command."""
        self._counter += 1

    def decrypt(self, cryptogram: bytes) -> bytes:
        """Return what is inside; raises MessagingError for a length or padding that cannot be right."""
        if not cryptogram or len(cryptogram) % _BLOCK:
            raise MessagingError
        padded = _through(self._cipher().decryptor(), cryptogram)
        plain, mark, rest = padded.rpartition(b"\x80")
        # ISO/IEC 9797-1 padding method 2: 80, then zeros to the end of the block.
        if not mark or any(rest) or len(rest) >= _BLOCK:
            raise MessagingError
        return plain

    def encrypt(self, plain: bytes) -> bytes:
        """Pad and encrypt an answer under the counter of its command."""
        padded = plain + b"\x80" + bytes(-(len(plain) + 1) % _BLOCK)
        return _through(self._cipher().encryptor(), padded)

    def _cipher(self) -> Cipher[modes.CBC]:
        aes = algorithms.AES128(self._key)
        # One block under a zero IV is AES itself.
        vector = _through(Cipher(aes, modes.CBC(bytes(_BLOCK))).encryptor(), self._counter.to_bytes(_BLOCK, "big"))
        return Cipher(aes, modes.CBC(vector))


def set_session_key(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """SET SESSION KEY: RSA-OAEP-SHA256 of A0 22 80 20 seed, after the PIN in clear; access comes first."""
    delivery = card.application.delivery
    if delivery is None:
        return only(card.application.delivery_refusal)
    if not card.status.is_verified(delivery.pin):
        return only(StatusWord.SECURITY_STATUS_NOT_SATISFIED)
    if apdu.p1 or apdu.p2:
        return only(StatusWord.INCORRECT_P1P2)
    if len(apdu.body) != delivery.key.key_size // 8:
        return only(StatusWord.WRONG_LENGTH)
    if int.from_bytes(apdu.body, "big") >= delivery.key.private_numbers().public_numbers.n:
        return only(StatusWord.NO_DIAGNOSIS)
    seed = _seed(delivery.key, apdu.body)
    if seed is None:
        return only(StatusWord.INCORRECT_PARAMETERS_IN_DATA)
    card.session = SecureSession(seed[:_BLOCK])
    return only(StatusWord.OK)


def _seed(key: rsa.RSAPrivateKey, delivered: bytes) -> bytes | None:
    try:
        message = key.decrypt(delivered, _OAEP)
    except ValueError:
        return None
    head, seed = message[: len(_DELIVERED)], message[len(_DELIVERED) :]
    return seed if head == _DELIVERED and len(seed) == _SEED_SIZE else None


def execute(card: Volatile, apdu: CommandApdu, secured: Mapping[int, Secured]) -> ResponseApdu:
    """Run one command of class 08 or 0C."""
    if apdu.ins == Ins.SELECT and apdu.p1 == 0x04:
        return only(StatusWord.SECURE_MESSAGING_NOT_SUPPORTED)
    if card.session is None:
        return only(StatusWord.NO_SECURE_MESSAGING_SESSION)
    # Without a checksum key nothing can authenticate the header.
    if apdu.cla == WITH_HEADER or not apdu.body:
        return only(StatusWord.SECURE_MESSAGING_OBJECT_MISSING)
    command = secured.get(apdu.ins)
    if command is None:
        return only(StatusWord.SECURE_MESSAGING_NOT_SUPPORTED)
    try:
        run = _with_body if command.carries_body else _with_answer
        return run(card, card.session, command, apdu)
    except MessagingError:
        card.session = None
        return only(StatusWord.SECURE_MESSAGING_OBJECT_INCORRECT)


def _with_body(card: Volatile, session: SecureSession, command: Secured, apdu: CommandApdu) -> ResponseApdu:
    value = _object(apdu.body, _CRYPTOGRAM)
    if not value.startswith(_PADDED):
        raise MessagingError
    plain = session.decrypt(value[1:])
    session.advance()
    return command.run(card, replace(apdu, cla=0x00, body=plain, le=None, extended=False))


def _with_answer(card: Volatile, session: SecureSession, command: Secured, apdu: CommandApdu) -> ResponseApdu:
    """The expected length is 00 and two bytes; 0 asks for everything from the offset on."""
    value = _object(apdu.body, _EXPECTED_LENGTH)
    if len(value) != 3 or value[0]:
        raise MessagingError
    wanted = int.from_bytes(value[1:], "big") or _EVERYTHING
    answer = command.run(card, CommandApdu(0x00, apdu.ins, apdu.p1, apdu.p2, le=wanted, extended=True))
    hidden = ber.tlv(_CRYPTOGRAM, _PADDED + session.encrypt(answer.body)) if answer.body else b""
    session.advance()
    if apdu.le is None or len(hidden) > apdu.le:
        return only(StatusWord.WRONG_LENGTH)
    return replace(answer, body=hidden)


def _object(body: bytes, tag: int) -> bytes:
    """The value of the one object in a body; nothing may stand beside it."""
    size, rest = body[1:2], body[2:]
    if size in (b"\x81", b"\x82"):
        count = size[0] & 0x0F
        size, rest = rest[:count], rest[count:]
    if body[0] != tag or not size or len(rest) != int.from_bytes(size, "big"):
        raise MessagingError
    return rest


def _through(context: CipherContext, content: bytes) -> bytes:
    return context.update(content) + context.finalize()
