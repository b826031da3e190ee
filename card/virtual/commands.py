"""The commands of the card, one function each: what it answers and what that changes.

Apart from `icc`, which knows power, classes and lengths: a new command is a function here and a
row in `TABLE`. Behaviour: card.md §3.1 and §3.2.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed

from card.apdu import CommandApdu, Ins, ResponseApdu, StatusWord
from card.virtual.filesystem import Application, File, KeyFile, PinFile, TransparentFile
from card.virtual.security import SecurityStatus

_CURRENT = 0x80
_BY_SFI = 0x80
_SFI_BITS = 0x1F
_PIN_MOST = 16
_SHORT_MOST = 256
_PKCS1_MOST = 245
_MASTER_FILE = 0x3F00


@dataclass
class Volatile:
    """What the powered card holds in memory; `fresh` until the first command was executed."""

    applications: tuple[Application, ...]
    application: Application
    status: SecurityStatus
    random_bytes: Callable[[int], bytes]
    file: File | None = None
    fresh: bool = True


F = TypeVar("F", PinFile, KeyFile)
Command = Callable[[Volatile, CommandApdu], ResponseApdu]


def _only(sw: int) -> ResponseApdu:
    return ResponseApdu(b"", sw)


def select(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """SELECT by name (P1 04), by FID in the application (P1 02), or of the master file (P1 00)."""
    if apdu.p2 not in (0x00, 0x0C):
        return _only(StatusWord.INCORRECT_P1P2)
    kinds = {0x04: _select_application, 0x02: _select_file, 0x00: _select_master}
    step = kinds.get(apdu.p1)
    return _only(step(card, apdu.body) if step else StatusWord.INCORRECT_P1P2)


def _select_application(card: Volatile, name: bytes) -> int:
    """A prefix of a name is enough (JICSAP 4.2); another application drops the status (5.1.3 rule 3)."""
    if not 1 <= len(name) <= 16:
        return StatusWord.WRONG_LENGTH
    found = next((one for one in card.applications if one.aid.startswith(name)), None)
    if found is None:
        return StatusWord.FILE_NOT_FOUND
    # Selecting the same application again keeps what was verified (rule 2).
    if found is not card.application:
        card.status.clear()
    card.application, card.file = found, None
    return StatusWord.OK


def _select_file(card: Volatile, fid: bytes) -> int:
    if len(fid) != 2:
        return StatusWord.WRONG_LENGTH
    found = card.application.files.get(int.from_bytes(fid, "big"))
    if found is None:
        return StatusWord.FILE_NOT_FOUND
    card.file = found
    return StatusWord.OK


def _select_master(card: Volatile, fid: bytes) -> int:
    """Without a FID: 6A86 right after power-up, later accepted without effect; 3F00 is not there."""
    if fid:
        return StatusWord.FILE_NOT_FOUND
    return StatusWord.INCORRECT_P1P2 if card.fresh else StatusWord.OK


def read_binary(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """READ BINARY of the current EF (15-bit offset) or by SFI (8-bit offset, selects)."""
    if apdu.body or apdu.le is None:
        return _only(StatusWord.WRONG_LENGTH)
    # P1 b8 tells the two forms apart (ISO/IEC 7816-4 11.3.2).
    if not apdu.p1 & _BY_SFI:
        return _read(card, card.file, apdu.p1 << 8 | apdu.p2, apdu.le)
    if apdu.p1 & ~(_BY_SFI | _SFI_BITS):
        return _only(StatusWord.INCORRECT_P1P2)
    found = card.application.by_sfi(apdu.p1 & _SFI_BITS)
    if found is None:
        return _only(StatusWord.FILE_NOT_FOUND)
    card.file = found
    return _read(card, found, apdu.p2, apdu.le)


def _read(card: Volatile, file: File | None, offset: int, le: int) -> ResponseApdu:
    if file is None:
        return _only(StatusWord.NO_CURRENT_FILE)
    if not isinstance(file, TransparentFile):
        return _only(StatusWord.INCOMPATIBLE_FILE)
    if not file.readable or not card.status.is_verified(file.pin):
        return _only(StatusWord.SECURITY_STATUS_NOT_SATISFIED)
    if offset >= len(file.content):
        return _only(StatusWord.OFFSET_OUTSIDE_FILE)
    # Less than Le at the end is no error: clients read whole blocks of 256.
    return ResponseApdu(file.content[offset : offset + le], StatusWord.OK)


def read_record(card: Volatile, _: CommandApdu) -> ResponseApdu:
    """READ RECORD: no file of this card is structured in records."""
    return _only(StatusWord.NO_CURRENT_FILE if card.file is None else StatusWord.INCOMPATIBLE_FILE)


def verify(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """VERIFY, or without a body the query for the tries left, which never costs one."""
    file = _referenced(card, apdu, PinFile)
    if not isinstance(file, PinFile):
        return _only(file)
    if not apdu.body:
        return _only(card.status.retry_query(file))
    if len(apdu.body) > _PIN_MOST:
        return _only(StatusWord.WRONG_LENGTH)
    return _only(card.status.verify(file, apdu.body))


def change_reference_data(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """CHANGE REFERENCE DATA with the new PIN alone (P1 01), after VERIFY."""
    file = _referenced(card, apdu, PinFile, p1=0x01)
    if not isinstance(file, PinFile):
        return _only(file)
    if not 1 <= len(apdu.body) <= _PIN_MOST:
        return _only(StatusWord.WRONG_LENGTH)
    return _only(card.status.change(file, apdu.body))


def compute_digital_signature(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """COMPUTE DIGITAL SIGNATURE; P1 says who hashes and how it is padded."""
    if apdu.p1 not in _SIGNATURES:
        return _only(StatusWord.INCORRECT_P1P2)
    file = _referenced(card, apdu, KeyFile, p1=apdu.p1)
    if not isinstance(file, KeyFile):
        return _only(file)
    if not card.status.is_verified(file.pin):
        return _only(StatusWord.SECURITY_STATUS_NOT_SATISFIED)
    if not apdu.body or (apdu.le is not None and apdu.le < file.key.key_size // 8):
        return _only(StatusWord.WRONG_LENGTH)
    # A hash of another length, or too much to pad: conditions of use.
    lengths, make = _SIGNATURES[apdu.p1]
    if len(apdu.body) not in lengths:
        return _only(StatusWord.CONDITIONS_NOT_SATISFIED)
    return ResponseApdu(make(file.key, apdu.body), StatusWord.OK)


def get_challenge(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """GET CHALLENGE: 1 to 256 random bytes."""
    if apdu.p1 or apdu.p2:
        return _only(StatusWord.INCORRECT_P1P2)
    if apdu.extended:
        return _only(StatusWord.CONDITIONS_NOT_SATISFIED)
    if apdu.body or apdu.le is None:
        return _only(StatusWord.WRONG_LENGTH)
    return ResponseApdu(card.random_bytes(apdu.le), StatusWord.OK)


def get_data(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """GET DATA: the objects of the current application, P1-P2 is the tag; 6700 where Le is too small."""
    found = card.application.objects.get(apdu.p1 << 8 | apdu.p2)
    if found is None:
        return _only(StatusWord.REFERENCE_NOT_FOUND)
    if apdu.le is None or len(found) > apdu.le:
        return _only(StatusWord.WRONG_LENGTH)
    return ResponseApdu(found, StatusWord.OK)


def _refuse(sw: StatusWord) -> Command:
    """A command that this card knows but never grants in these applications."""
    return lambda _card, _apdu: _only(sw)


TABLE: Mapping[tuple[int, int], Command] = {
    (0x00, Ins.SELECT): select,
    (0x00, Ins.READ_BINARY): read_binary,
    (0x00, Ins.READ_RECORD): read_record,
    (0x00, Ins.VERIFY): verify,
    (0x00, Ins.CHANGE_REFERENCE_DATA): change_reference_data,
    (0x00, Ins.GET_CHALLENGE): get_challenge,
    (0x00, Ins.GET_DATA): get_data,
    (0x00, Ins.INTERNAL_AUTHENTICATE): _refuse(StatusWord.CONDITIONS_NOT_SATISFIED),
    (0x80, Ins.COMPUTE_DIGITAL_SIGNATURE): compute_digital_signature,
    (0x80, Ins.SET_SESSION_KEY): _refuse(StatusWord.SECURITY_STATUS_NOT_SATISFIED),
    (0x80, 0xFC): _refuse(StatusWord.WRONG_LENGTH),
}
"""By class and instruction. 80 FC is the iPhone's *last command*, which plastic cards refuse."""


def _referenced(card: Volatile, apdu: CommandApdu, kind: type[F], p1: int = 0x00) -> F | StatusWord:
    """The IEF that P2 names: 80 for the current one, 80 + SFI for another, which becomes current."""
    if apdu.p1 != p1 or not apdu.p2 & _CURRENT or apdu.p2 & ~(_CURRENT | _SFI_BITS):
        return StatusWord.INCORRECT_P1P2
    sfi = apdu.p2 & _SFI_BITS
    found = card.application.by_sfi(sfi) if sfi else card.file
    if found is None:
        return StatusWord.REFERENCE_NOT_FOUND if sfi else StatusWord.NO_CURRENT_FILE
    if not isinstance(found, kind):
        return StatusWord.INCOMPATIBLE_FILE
    card.file = found
    return found


def _bare(key: rsa.RSAPrivateKey, given: bytes) -> bytes:
    return key.sign(given, padding.PKCS1v15(), NoDigestInfo())


def _bare_hash(key: rsa.RSAPrivateKey, given: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(given)
    return _bare(key, digest.finalize())


def _pkcs1(algorithm: Prehashed | hashes.HashAlgorithm) -> Callable[[rsa.RSAPrivateKey, bytes], bytes]:
    return lambda key, given: key.sign(given, padding.PKCS1v15(), algorithm)


def _pss(algorithm: Prehashed | hashes.HashAlgorithm) -> Callable[[rsa.RSAPrivateKey, bytes], bytes]:
    salted = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    return lambda key, given: key.sign(given, salted, algorithm)


_ANY = range(1, 65536)
_HASH = range(32, 33)
_SIGNATURES: Mapping[int, tuple[range, Callable[[rsa.RSAPrivateKey, bytes], bytes]]] = {
    # The card pads what it is given, in practice a DigestInfo: all that public clients use.
    0x00: (range(1, _PKCS1_MOST + 1), _bare),
    # The card hashes, without DigestInfo.
    0x01: (_ANY, _bare_hash),
    # DigestInfo by the card: over a given hash (02), over a text it hashes (03).
    0x02: (_HASH, _pkcs1(Prehashed(hashes.SHA256()))),
    0x03: (_ANY, _pkcs1(hashes.SHA256())),
    # PSS: over a given hash (04), over a text it hashes (05).
    0x04: (_HASH, _pss(Prehashed(hashes.SHA256()))),
    0x05: (_ANY, _pss(hashes.SHA256())),
}
