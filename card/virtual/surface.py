"""The surface application (券面事項確認): what is printed on the card, as pictures, signed.

Apart from `text`: other files, other numbers open them, and the face is signed in three parts, so
that a terminal may check it without ever getting the photograph. Byte layouts: card.md §2.5.
"""

import hashlib
from collections.abc import Mapping

from card import people
from card.apdu import StatusWord
from card.authority import keys
from card.virtual import codes, cv
from card.virtual.ber import tlv, with_offsets
from card.virtual.filesystem import (
    Application,
    Deferred,
    File,
    KeyFile,
    KeyUse,
    PinFile,
    TransparentFile,
    filled,
    table,
)
from card.virtual.profiles import CardProfile
from card.virtual.state import Issued
from card.virtual.text import SEX_DIGITS

SURFACE_AID = bytes.fromhex("D3921000310001010402")
SCOPE = 0x0402
BIRTH, CODE_B, CODE_A, OWN_KEY = 0x0011, 0x0012, 0x0013, 0x001A
TRIES = 10
_FACE_SIZE, _NUMBER_SIZE = 8192, 1024


def surface(
    person_id: str, holder: people.CardHolder, profile: CardProfile, objects: Mapping[int, bytes]
) -> Application:
    """The application of a person's card; its files are drawn and signed when it is first used."""
    face = holder.face
    assert face is not None  # noqa: S101 - only cards with a face have this application
    files: Deferred[File] = Deferred(lambda: _files(person_id, holder, face, profile))
    return Application(SURFACE_AID, files, objects, delivery_refusal=StatusWord.KEY_DELIVERY_NOT_CONFIGURED)


def issued_pins(holder: people.CardHolder, face: people.CardFace) -> dict[int, Issued]:
    """The date of birth and both numbers; counters apart from those of the text application."""
    return {
        SCOPE << 16 | BIRTH: Issued(codes.birth_code(holder), TRIES),
        SCOPE << 16 | CODE_B: Issued(codes.code_b(holder, face), TRIES),
        SCOPE << 16 | CODE_A: Issued(codes.code_a(face), TRIES),
    }


def _files(
    person_id: str, holder: people.CardHolder, face: people.CardFace, profile: CardProfile
) -> Mapping[int, File]:
    own_key = keys.presence_key(person_id)
    public = cv.public_key(own_key)
    born = f"{holder.birthday:%Y%m%d}".encode()
    picture = _face(face, born, public)
    subject = cv.municipality_id(face.municipality_code)
    return table(
        TransparentFile(0x0001, _record(0xFF10, tlv(0xDF11, born) + tlv(0xDF12, public), 0xDF13), (BIRTH,)),
        TransparentFile(0x0002, filled(picture, _FACE_SIZE, profile.filler), (CODE_A, CODE_B)),
        TransparentFile(0x0003, _basic(person_id, face, profile)),
        TransparentFile(0x0004, cv.certificate(cv.SURFACE_CA, subject, cv.MUNICIPALITY)),
        TransparentFile(0x0005, filled(_number(face, public), _NUMBER_SIZE, profile.filler), (CODE_A,)),
        # Seen on real cards, purpose unknown.
        TransparentFile(0x0006, b"\xff" * 16, (CODE_A, CODE_B)),
        *(PinFile(fid, TRIES, lambda _: False, SCOPE, None) for fid in (BIRTH, CODE_B, CODE_A)),
        KeyFile(OWN_KEY, own_key, None, KeyUse.PRESENCE),
    )


def _record(tag: int, content: bytes, signature_tag: int) -> bytes:
    """Objects and, last, the municipality's signature over them as written."""
    return tlv(tag, content + tlv(signature_tag, cv.by_municipality(content)))


def _number(face: people.CardFace, public: bytes) -> bytes:
    # Loads a picture library, which most sessions never need.
    from card.virtual import pictures

    return _record(0xFF40, tlv(0xDF41, pictures.digits(face.my_number)) + tlv(0xDF42, public), 0xDF43)


def _face(face: people.CardFace, born: bytes, public: bytes) -> bytes:
    """EF 0002: one signature over the digests of three groups; expiry and security code stand outside it."""
    from card.virtual import pictures

    printed = (tlv(0xDF22, born), tlv(0xDF23, SEX_DIGITS[face.sex]), tlv(0xDF24, public))
    drawn = (tlv(0xDF25, pictures.lines(face.name)), tlv(0xDF26, pictures.lines(face.address)))
    photo = (tlv(0xDF27, pictures.portrait()),)
    digests = b"".join(hashlib.sha256(b"".join(group)).digest() for group in (printed, drawn, photo))
    unsigned = (
        tlv(0xDF29, f"{face.expires:%Y%m%d}".encode()),
        tlv(0xDF2A, pictures.digits(face.security_code)),
    )
    signature = tlv(0xDF28, cv.by_municipality(digests))
    return with_offsets(0xFF20, 0xDF21, (*printed, *drawn, *photo, signature, *unsigned))


def _basic(person_id: str, face: people.CardFace, profile: CardProfile) -> bytes:
    """EF 0003: layout, a key that names nothing known, version, municipality, 16 + 256 bytes nobody can read."""
    layout = bytes((0x06, 0x03 if profile.extended_length else 0x00, 0x0E, 0x01))
    opaque = hashlib.shake_256(b"TEST" + people.name_of(person_id).encode()).digest(256)
    parts = (
        tlv(0xDF31, layout),
        tlv(0xDF32, cv.key_id("9000024")),
        tlv(0xDF33, b"\0"),
        tlv(0xDF34, face.municipality_code.encode()),
        tlv(0xDF35, cv.key_id("9900025") + opaque),
    )
    return tlv(0xFF30, b"".join(parts))
