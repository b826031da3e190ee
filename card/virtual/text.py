"""The text input support application (券面事項入力補助): what is printed on the card, as text, signed.

Apart from `surface`, which holds the same as pictures. Byte layouts, digests and who opens what:
card.md §2.4. The municipality signs the records, the card signs challenges with IEF 0013.
"""

import hashlib
from collections.abc import Mapping

from card import people, pin
from card.authority import keys
from card.virtual import codes, cv
from card.virtual.ber import tlv, with_offsets
from card.virtual.filesystem import (
    Application,
    Deferred,
    File,
    KeyDelivery,
    KeyFile,
    KeyUse,
    PinFile,
    TransparentFile,
    filled,
    table,
)
from card.virtual.profiles import CardProfile
from card.virtual.state import Issued

TEXT_AID = bytes.fromhex("D3921000310001010408")
SCOPE = 0x0408
PIN, BLOCKED, OWN_KEY, CODE_A, CODE_B = 0x0011, 0x0012, 0x0013, 0x0014, 0x0015
PIN_TRIES, CODE_TRIES = 3, 10
SEX_DIGITS = {"男": b"1", "女": b"2"}
_NUMBER_SIZE, _ATTRIBUTES_SIZE, _BASIC_SIZE = 17, 1024, 256
_OPAQUE_SIZE = 128


def text(person_id: str, holder: people.CardHolder, profile: CardProfile, objects: Mapping[int, bytes]) -> Application:
    """The application of a person's card; its files are made when it is first used."""
    face = holder.face
    assert face is not None  # noqa: S101 - only cards with a face have this application
    delivery = KeyDelivery(keys.delivery_key(person_id), PIN)
    files: Deferred[File] = Deferred(lambda: _files(person_id, holder, face, profile))
    return Application(TEXT_AID, files, objects, delivery)


def issued_pins(holder: people.CardHolder, face: people.CardFace) -> dict[int, Issued]:
    """The PIN and both numbers as the card was handed out; IEF 0012 is blocked on every card seen."""
    return {
        SCOPE << 16 | PIN: Issued((holder.text_pin or holder.pin).encode(), PIN_TRIES),
        SCOPE << 16 | BLOCKED: Issued(None, 0),
        SCOPE << 16 | CODE_A: Issued(codes.code_a(face), CODE_TRIES),
        SCOPE << 16 | CODE_B: Issued(codes.code_b(holder, face), CODE_TRIES),
    }


def _files(
    person_id: str, holder: people.CardHolder, face: people.CardFace, profile: CardProfile
) -> Mapping[int, File]:
    filler, every = profile.filler, (PIN, CODE_A, CODE_B)
    number = filled(tlv(0xFF10, face.my_number.encode()), _NUMBER_SIZE, filler)
    attributes = _attributes(holder, face)
    own_key, delivery_key = keys.presence_key(person_id), keys.delivery_key(person_id)
    subject = cv.municipality_id(face.municipality_code)
    return table(
        TransparentFile(0x0001, number, (PIN, CODE_A)),
        TransparentFile(
            0x0002, filled(with_offsets(0xFF20, 0xDF21, attributes), _ATTRIBUTES_SIZE, filler), (PIN, CODE_B)
        ),
        TransparentFile(0x0003, _integrity(number, b"".join(attributes)), every),
        TransparentFile(0x0004, cv.certificate(cv.TEXT_CA, subject, cv.MUNICIPALITY)),
        TransparentFile(0x0005, filled(_basic(person_id, profile), _BASIC_SIZE)),
        TransparentFile(0x0006, tlv(0xA1, cv.public_key(delivery_key)), every),
        TransparentFile(0x0007, _signed_key(cv.public_key(own_key)), every),
        # Seen on real cards, purpose unknown.
        TransparentFile(0x0008, b"\xff" * 16, every),
        *_references(),
        KeyFile(OWN_KEY, own_key, None, KeyUse.PRESENCE),
    )


def _references() -> tuple[PinFile, ...]:
    return (
        PinFile(PIN, PIN_TRIES, pin.is_authentication_pin, SCOPE),
        PinFile(BLOCKED, 0, lambda _: False, SCOPE, None),
        PinFile(CODE_A, CODE_TRIES, lambda _: False, SCOPE, None),
        PinFile(CODE_B, CODE_TRIES, lambda _: False, SCOPE, None),
    )


def _attributes(holder: people.CardHolder, face: people.CardFace) -> tuple[bytes, ...]:
    return (
        tlv(0xDF22, face.name.encode()),
        tlv(0xDF23, face.address.encode()),
        tlv(0xDF24, f"{holder.birthday:%Y%m%d}".encode()),
        tlv(0xDF25, SEX_DIGITS[face.sex]),
    )


def _integrity(number: bytes, attributes: bytes) -> bytes:
    """EF 0003, 336 bytes: the digest of EF 0001 as stored, filler and all, and that of EF 0002 from DF22 on."""
    digests = tlv(0xDF31, hashlib.sha256(number).digest()) + tlv(0xDF32, hashlib.sha256(attributes).digest())
    return tlv(0xFF30, digests + tlv(0xDF33, cv.by_municipality(digests)))


def _basic(person_id: str, profile: CardProfile) -> bytes:
    """EF 0005: version, extended length, vendor, option; a key that names nothing known; 32 bytes and filler."""
    identification = bytes((0x01, 0x03 if profile.extended_length else 0x00, 0x0E, 0x01))
    opaque = hashlib.sha256(b"TEST" + people.name_of(person_id).encode()).digest()
    key = cv.key_id("9000034")
    return tlv(0xFF40, tlv(0xDF41, identification) + tlv(0xDF42, key) + tlv(0xDF43, filled(opaque, _OPAQUE_SIZE)))


def _signed_key(key: bytes) -> bytes:
    """EF 0007, 536 bytes: the public half of IEF 0013, signed."""
    named = tlv(0xDF51, key)
    return tlv(0xFF50, named + tlv(0xDF52, cv.by_municipality(named)))
