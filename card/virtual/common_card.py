"""The common card application (共通カード), the 住基 application, and what the ISD tells of a card.

Apart from JPKI: files of records, a key for INTERNAL AUTHENTICATE, and PINs that CHANGE KEY changes.
Source: card.md §2.6.
"""

from collections.abc import Mapping

from card import people, pin
from card.apdu import Ins, StatusWord
from card.authority import keys
from card.virtual import cv
from card.virtual.ber import tlv
from card.virtual.filesystem import Application, KeyFile, KeyUse, PinFile, RecordFile, table
from card.virtual.state import Issued

COMMON_AID = bytes.fromhex("D3921000310001010100")
RESIDENT_AID = bytes.fromhex("D3921000310001010401")
COMMON_SCOPE, RESIDENT_SCOPE = 0x0100, 0x0401
RESIDENT_PIN = 0x001C
TRIES = 3
_INTERNAL_AUTHENTICATION_KEY = 0x0019
_RECORD = 0x01
_KEY_REFERENCE = cv.key_id("9000025")
_GLOBAL_PLATFORM = bytes.fromhex("2A864886FC6B01")
_GP_VERSION = bytes.fromhex("2A864886FC6B02020201")
_GP_IDENTIFICATION = bytes.fromhex("2A864886FC6B03")
_GP_SCP02 = bytes.fromhex("2A864886FC6B040255")


def common(face: people.CardFace, number: str, objects: Mapping[int, bytes]) -> Application:
    """The common application; `number` is the card's serial number, 15 digits."""
    key = keys.cv_key("internal-authentication")
    files = table(
        RecordFile(0x0001, (_record(f"{number}{face.municipality_code}{face.expires:%Y%m%d}".encode()),)),
        RecordFile(0x0002, (_record(_KEY_REFERENCE),)),
        KeyFile(_INTERNAL_AUTHENTICATION_KEY, key, None, KeyUse.AUTHENTICATION),
        _pin_file(COMMON_SCOPE),
    )
    return Application(COMMON_AID, files, objects, delivery_refusal=StatusWord.KEY_DELIVERY_NOT_CONFIGURED)


def resident(objects: Mapping[int, bytes]) -> Application:
    """The 住基 application: its PIN has a counter of its own, although people know one PIN for both."""
    files = table(RecordFile(0x0002, (_record(_KEY_REFERENCE),)), _pin_file(RESIDENT_SCOPE))
    return Application(RESIDENT_AID, files, objects)


def issued_pins(holder: people.CardHolder) -> dict[int, Issued]:
    """The PINs of both as the card was handed out."""
    issued = Issued((holder.resident_pin or holder.pin).encode(), TRIES)
    return {_pin_file(scope).reference: issued for scope in (COMMON_SCOPE, RESIDENT_SCOPE)}


def isd_objects(face: people.CardFace, number: str) -> dict[int, bytes]:
    """GET DATA in the ISD: who issued the card, its number, municipality, last day, and a chain of CV certificates."""
    chain_lower = cv.municipality_id(face.municipality_code)
    return {
        0x0042: cv.ca_id(cv.CARD_CA),
        0x0045: number.encode(),
        0x0066: _recognition(),
        0x00F0: face.municipality_code.encode(),
        0x00F2: f"{face.expires:%Y%m%d}".encode(),
        0x00F7: cv.ca_id(cv.CARD_INTERMEDIATE),
        0x00F8: cv.bare_certificate(cv.CARD_CA, cv.ca_id(cv.CARD_INTERMEDIATE), cv.CARD_INTERMEDIATE),
        0x7F21: cv.bare_certificate(cv.CARD_INTERMEDIATE, chain_lower, cv.MUNICIPALITY),
    }


def _pin_file(scope: int) -> PinFile:
    return PinFile(RESIDENT_PIN, TRIES, pin.is_authentication_pin, scope, Ins.CHANGE_KEY)


def _record(value: bytes) -> bytes:
    """Simple TLV (JICSAP 4.4.1): one byte of tag, one of length."""
    return bytes((_RECORD, len(value))) + value


def _recognition() -> bytes:
    """Card recognition data of GlobalPlatform 2.2.1, appendix H: 66 { 73 { OID, 60 OID, 63 OID, 64 OID } }."""
    marks = ((0x60, _GP_VERSION), (0x63, _GP_IDENTIFICATION), (0x64, _GP_SCP02))
    return tlv(0x73, tlv(0x06, _GLOBAL_PLATFORM) + b"".join(tlv(tag, tlv(0x06, oid)) for tag, oid in marks))
