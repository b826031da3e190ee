"""The JPKI application and the issuer security domain as tables: files, who opens them, how many tries.

Apart from `filesystem` (what a file is) and `personalise` (whose content). The other applications
have modules of their own: `common_card`, `text`, `surface`. Source: card.md §2.1, §2.2, §2.3, §2.6.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from card import pin
from card.virtual.filesystem import (
    Application,
    Deferred,
    File,
    InternalFile,
    KeyFile,
    PinFile,
    TransparentFile,
    filled,
    table,
)
from card.virtual.profiles import CardProfile

ISD_AID = bytes.fromhex("A0000001510000")
JPKI_AID = bytes.fromhex("D392F000260100000001")
AUTHENTICATION_PIN, SIGNATURE_PASSWORD, ADMINISTRATIVE_KEY = 0x0018, 0x001B, 0x0010
AUTHENTICATION_TRIES, SIGNATURE_TRIES, ADMINISTRATIVE_TRIES = 3, 5, 10
CONTACT_ATR_TAG = 0x5F51
_TERMINAL_CA = 0x0016
_PRESENT, _ABSENT = 0x8F, 0x00
_CERT_FILE_SIZE = 2048
_TOKEN_FLAGS = 0x0000040D


@dataclass(frozen=True)
class JpkiContent:
    """What differs from card to card: certificates as DER, keys, the token's serial number (16 digits)."""

    authentication_cert: bytes = field(repr=False)
    authentication_ca: bytes = field(repr=False)
    signature_ca: bytes = field(repr=False)
    authentication_key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = field(repr=False)
    signature_cert: bytes | None = field(repr=False)
    signature_key: rsa.RSAPrivateKey | None = field(repr=False)
    serial: str


def isd(contact_atr: bytes, objects: Deferred[bytes] | None = None) -> Application:
    """The application selected at power-up, with its data objects; 5F51 is the contact ATR without TS."""
    atr = {CONTACT_ATR_TAG: contact_atr[1:]}
    if objects is None:
        return Application(ISD_AID, objects=atr)
    return Application(ISD_AID, objects=Deferred(lambda: {**objects, **atr}))


def jpki(content: JpkiContent, profile: CardProfile, objects: Mapping[int, bytes]) -> Application:
    """The JPKI application. Without a signature certificate its password IEF is there, but blocked."""

    def cert(fid: int, der: bytes, *pins: int) -> TransparentFile:
        return TransparentFile(fid, filled(der, _CERT_FILE_SIZE, profile.filler), pins)

    # Free on the plastic card; phones ask for the PIN first.
    authentication_pins = (AUTHENTICATION_PIN,) if profile.cert_needs_pin else ()
    files: list[File] = [
        # Carries name and address, so it opens only with the password.
        cert(0x0001, content.signature_cert or b"", SIGNATURE_PASSWORD),
        cert(0x0002, content.signature_ca),
        TransparentFile(0x0006, _token(profile.token, content.serial)),
        TransparentFile(0x0008, _availability(content.signature_cert is not None)),
        # Seen on real cards, protected, purpose unknown.
        TransparentFile(0x0009, b"\xff" * 16, readable=False),
        cert(0x000A, content.authentication_cert, *authentication_pins),
        cert(0x000B, content.authentication_ca),
        *_internal(content),
    ]
    shown = (AUTHENTICATION_PIN,) if profile.user_present else ()
    return Application(JPKI_AID, table(*files), objects, shown_pins=shown)


def _internal(content: JpkiContent) -> list[File]:
    """Internal files: they can be selected, never read."""
    files: list[File] = [
        # A reference with a retry counter, for the issuer; nobody here knows its value.
        PinFile(ADMINISTRATIVE_KEY, ADMINISTRATIVE_TRIES, lambda _: False, change=None),
        InternalFile(_TERMINAL_CA),
        KeyFile(0x0017, content.authentication_key, AUTHENTICATION_PIN),
        PinFile(AUTHENTICATION_PIN, AUTHENTICATION_TRIES, pin.is_authentication_pin),
        PinFile(SIGNATURE_PASSWORD, SIGNATURE_TRIES, pin.is_signature_password),
    ]
    if content.signature_key is not None:
        files.append(KeyFile(0x001A, content.signature_key, SIGNATURE_PASSWORD))
    return files


def _availability(signature: bool) -> bytes:
    """EF 0008: signature, authentication, and a byte of unknown meaning."""
    return bytes((_PRESENT if signature else _ABSENT, _PRESENT, 0x00))


def _token(label: str, serial: str) -> bytes:
    """EF 0006: a serialised CK_TOKEN_INFO of 160 bytes, texts padded with spaces (card.md §2.3).

    label 32, manufacturer 32, model 16, serial 16, flags 4 and eleven more numbers BE32 from
    offset 100, versions 2+2 ASCII at 140, UTC time 16.
    """
    name = label.encode().ljust(32)
    texts = name + b"1".rjust(32, b"0") + b"E16R01NJ".ljust(16) + serial.encode().rjust(16, b"0")
    # Most sessions 1 and most read-write sessions 1, none open; PIN 6 to 16; memory sizes unknown.
    sessions, lengths, memory = (1, 0, 1, 0), (16, 6), (0xFFFFFFFF,) * 4
    numbers = b"".join(n.to_bytes(4, "big") for n in (_TOKEN_FLAGS, *sessions, *lengths, *memory))
    return texts + numbers + b"0301" + b"9" * 16
