"""The commands of the card that select, read and check PINs, one function each.

Apart from `icc`, which knows power, classes and lengths, and from `key_commands`: a new command is
a function and a row in `TABLE`. Behaviour: card.md §3.1 and §3.2.
"""

from collections.abc import Mapping

from card.apdu import CommandApdu, Ins, ResponseApdu, StatusWord
from card.virtual import ber, key_commands, messaging
from card.virtual.filesystem import File, PinFile, RecordFile, TransparentFile
from card.virtual.volatile import CURRENT, SFI_BITS, Command, Volatile, only, referenced

_BY_SFI = CURRENT
_PIN_MOST = 16
_ONE_RECORD, _ALL_RECORDS = 0x04, 0x05
_FCI, _FCI_NAME = 0x6F, 0x84


def select(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """SELECT by name (P1 04), by FID in the application (P1 02), or of the master file (P1 00)."""
    if apdu.p2 not in (0x00, 0x0C):
        return only(StatusWord.INCORRECT_P1P2)
    kinds = {0x04: _select_application, 0x02: _select_file, 0x00: _select_master}
    step = kinds.get(apdu.p1)
    word = step(card, apdu.body) if step else StatusWord.INCORRECT_P1P2
    wants_fci = apdu.p1 == 0x04 and apdu.p2 == 0x00 and apdu.le is not None
    if word == StatusWord.OK and wants_fci and card.profile.gives_fci:
        return ResponseApdu(ber.tlv(_FCI, ber.tlv(_FCI_NAME, card.application.aid)), word)
    return only(word)


def _select_application(card: Volatile, name: bytes) -> int:
    """A prefix of a name is enough (JICSAP 4.2); another application drops the status (5.1.3 rule 3)."""
    if not 1 <= len(name) <= 16:
        return StatusWord.WRONG_LENGTH
    found = next((one for one in card.applications if one.aid.startswith(name)), None)
    if found is None:
        return StatusWord.FILE_NOT_FOUND
    # Selecting the same application again keeps what was verified (rule 2).
    if found is not card.application:
        card.forget()
        for fid in found.shown_pins:
            card.status.accept(fid)
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
        return only(StatusWord.WRONG_LENGTH)
    # P1 b8 tells the two forms apart (ISO/IEC 7816-4 11.3.2).
    if not apdu.p1 & _BY_SFI:
        return _read(card, card.file, apdu.p1 << 8 | apdu.p2, apdu.le)
    if apdu.p1 & ~(_BY_SFI | SFI_BITS):
        return only(StatusWord.INCORRECT_P1P2)
    found = card.application.by_sfi(apdu.p1 & SFI_BITS)
    if found is None:
        return only(StatusWord.FILE_NOT_FOUND)
    card.file = found
    return _read(card, found, apdu.p2, apdu.le)


def _read(card: Volatile, file: File | None, offset: int, le: int) -> ResponseApdu:
    if file is None:
        return only(StatusWord.NO_CURRENT_FILE)
    if not isinstance(file, TransparentFile):
        return only(StatusWord.INCOMPATIBLE_FILE)
    if not file.readable or not card.status.is_verified(*file.pins):
        return only(StatusWord.SECURITY_STATUS_NOT_SATISFIED)
    if offset >= len(file.content):
        return only(StatusWord.OFFSET_OUTSIDE_FILE)
    # Less than Le at the end is no error: clients read whole blocks of 256.
    return ResponseApdu(file.content[offset : offset + le], StatusWord.OK)


def read_record(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """READ RECORD number P1 (P2 = SFI << 3 | 4), or from P1 to the last (… | 5), of a file of records."""
    if apdu.body or apdu.le is None:
        return only(StatusWord.WRONG_LENGTH)
    sfi, how = apdu.p2 >> 3, apdu.p2 & 0x07
    if how not in (_ONE_RECORD, _ALL_RECORDS):
        return only(StatusWord.INCORRECT_P1P2)
    file = card.application.by_sfi(sfi) if sfi else card.file
    if file is None:
        return only(StatusWord.FILE_NOT_FOUND if sfi else StatusWord.NO_CURRENT_FILE)
    card.file = file
    if not isinstance(file, RecordFile):
        return only(StatusWord.INCOMPATIBLE_FILE)
    if how == _ALL_RECORDS and not card.profile.reads_all_records:
        return only(StatusWord.FUNCTION_NOT_SUPPORTED)
    return _records(file, apdu.p1, apdu.le, every=how == _ALL_RECORDS)


def _records(file: RecordFile, number: int, le: int, *, every: bool) -> ResponseApdu:
    """Records count from 1; 0 is the current one, and nothing here makes one current."""
    if not 1 <= number <= len(file.records):
        return only(StatusWord.RECORD_NOT_FOUND)
    content = b"".join(file.records[number - 1 :]) if every else file.records[number - 1]
    return ResponseApdu(content, StatusWord.OK) if len(content) <= le else only(StatusWord.WRONG_LENGTH)


def verify(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """VERIFY, or without a body the query for the tries left, which never costs one."""
    file = referenced(card, apdu, PinFile)
    if not isinstance(file, PinFile):
        return only(file)
    if not apdu.body:
        return only(card.status.retry_query(file))
    if len(apdu.body) > _PIN_MOST:
        return only(StatusWord.WRONG_LENGTH)
    return only(card.status.verify(file, apdu.body))


def change_reference_data(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """CHANGE REFERENCE DATA with the new PIN alone (P1 01), after VERIFY: JPKI and 券面事項入力補助."""
    return _changed(card, apdu, p1=0x01)


def change_key(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """CHANGE KEY with the new PIN alone, after VERIFY: the common and the 住基 application."""
    return _changed(card, apdu, p1=0x00)


def _changed(card: Volatile, apdu: CommandApdu, p1: int) -> ResponseApdu:
    file = referenced(card, apdu, PinFile, p1=p1)
    if not isinstance(file, PinFile):
        return only(file)
    # 照合番号 are changed by the municipality alone; the rest knows one instruction each.
    if file.change is None:
        return only(StatusWord.SECURITY_STATUS_NOT_SATISFIED)
    if file.change != apdu.ins:
        return only(StatusWord.CONDITIONS_NOT_SATISFIED)
    if not 1 <= len(apdu.body) <= _PIN_MOST:
        return only(StatusWord.WRONG_LENGTH)
    return only(card.status.change(file, apdu.body))


def get_challenge(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """GET CHALLENGE: 1 to 256 random bytes."""
    if apdu.p1 or apdu.p2:
        return only(StatusWord.INCORRECT_P1P2)
    if apdu.extended:
        return only(StatusWord.CONDITIONS_NOT_SATISFIED)
    if apdu.body or apdu.le is None:
        return only(StatusWord.WRONG_LENGTH)
    return ResponseApdu(card.random_bytes(apdu.le), StatusWord.OK)


def get_data(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """GET DATA: the objects of the current application, P1-P2 is the tag; 6700 where Le is too small."""
    found = card.application.objects.get(apdu.p1 << 8 | apdu.p2)
    if found is None:
        return only(StatusWord.REFERENCE_NOT_FOUND)
    if apdu.le is None or len(found) > apdu.le:
        return only(StatusWord.WRONG_LENGTH)
    return ResponseApdu(found, StatusWord.OK)


TABLE: Mapping[tuple[int, int], Command] = {
    (0x00, Ins.SELECT): select,
    (0x00, Ins.READ_BINARY): read_binary,
    (0x00, Ins.READ_RECORD): read_record,
    (0x00, Ins.VERIFY): verify,
    (0x00, Ins.CHANGE_REFERENCE_DATA): change_reference_data,
    (0x00, Ins.GET_CHALLENGE): get_challenge,
    (0x00, Ins.GET_DATA): get_data,
    (0x00, Ins.INTERNAL_AUTHENTICATE): key_commands.internal_authenticate,
    (0x00, Ins.EXTERNAL_AUTHENTICATE): key_commands.not_granted,
    (0x80, Ins.CHANGE_KEY): change_key,
    (0x80, Ins.COMPUTE_DIGITAL_SIGNATURE): key_commands.compute_digital_signature,
    (0x80, Ins.SET_SESSION_KEY): messaging.set_session_key,
    (0x80, Ins.SET_PUBLIC_IC_KEY): key_commands.set_public_ic_key,
    (0x80, Ins.UNLOCK_KEY): key_commands.not_granted,
    (0x80, Ins.MANAGE_ATTRIBUTES): key_commands.manage_attributes,
    (0x80, Ins.LAST_COMMAND): key_commands.last_command,
}
"""By class and instruction."""

SECURE: Mapping[int, messaging.Secured] = {
    Ins.SELECT: messaging.Secured(select, carries_body=True),
    Ins.VERIFY: messaging.Secured(verify, carries_body=True),
    Ins.READ_BINARY: messaging.Secured(read_binary, carries_body=False),
}
"""What goes under secure messaging, by instruction: with its body encrypted, or its answer."""
