"""The applications on the card as tables: files, who opens them, how many tries.

Apart from `filesystem` (what a file is) and `personalise` (whose content): another application is
another function here. Source: card.md §2.1, §2.2, §2.3.
"""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import rsa

from card import pin
from card.virtual.filesystem import Application, File, KeyFile, PinFile, TransparentFile, application

ISD_AID = bytes.fromhex("A0000001510000")
JPKI_AID = bytes.fromhex("D392F000260100000001")
AUTHENTICATION_PIN, SIGNATURE_PASSWORD = 0x0018, 0x001B
AUTHENTICATION_TRIES, SIGNATURE_TRIES = 3, 5
_CONTACT_ATR_TAG = 0x5F51
_PRESENT, _ABSENT = 0x8F, 0x00
_CERT_FILE_SIZE = 2048
_FILLER = b"\xff"
_TOKEN_LABEL = b"JPKIAPICCTOKEN2"
_TOKEN_FLAGS = 0x0000040D


@dataclass(frozen=True)
class JpkiContent:
    """What differs from card to card: certificates as DER, keys, the token's serial number (16 digits)."""

    authentication_cert: bytes = field(repr=False)
    authentication_ca: bytes = field(repr=False)
    signature_ca: bytes = field(repr=False)
    authentication_key: rsa.RSAPrivateKey = field(repr=False)
    signature_cert: bytes | None = field(repr=False)
    signature_key: rsa.RSAPrivateKey | None = field(repr=False)
    serial: str


def isd(contact_atr: bytes) -> Application:
    """The application selected at power-up; its data object 5F51 is the contact ATR without TS."""
    return Application(ISD_AID, objects={_CONTACT_ATR_TAG: contact_atr[1:]})


def jpki(content: JpkiContent) -> Application:
    """The JPKI application. Without a signature certificate its password IEF is there, but blocked."""
    files: list[File] = [
        # Signature certificate: carries name and address, so it opens only with the password.
        TransparentFile(0x0001, _filled(content.signature_cert or b""), pin=SIGNATURE_PASSWORD),
        TransparentFile(0x0002, _filled(content.signature_ca)),
        TransparentFile(0x0006, _token(content.serial)),
        TransparentFile(0x0008, _availability(content.signature_cert is not None)),
        # Seen on real cards, protected, purpose unknown.
        TransparentFile(0x0009, _FILLER * 16, readable=False),
        # Authentication certificate: free on the plastic card (phones ask for the PIN first).
        TransparentFile(0x000A, _filled(content.authentication_cert)),
        TransparentFile(0x000B, _filled(content.authentication_ca)),
        # Internal files: they can be selected, never read.
        KeyFile(0x0017, content.authentication_key, AUTHENTICATION_PIN),
        PinFile(AUTHENTICATION_PIN, AUTHENTICATION_TRIES, pin.is_authentication_pin),
        PinFile(SIGNATURE_PASSWORD, SIGNATURE_TRIES, pin.is_signature_password),
    ]
    if content.signature_key is not None:
        files.append(KeyFile(0x001A, content.signature_key, SIGNATURE_PASSWORD))
    return application(JPKI_AID, *files)


def _filled(der: bytes) -> bytes:
    """The physical file is larger than what stands in it."""
    return der.ljust(_CERT_FILE_SIZE, _FILLER)


def _availability(signature: bool) -> bytes:
    """EF 0008: signature, authentication, and a byte of unknown meaning."""
    return bytes((_PRESENT if signature else _ABSENT, _PRESENT, 0x00))


def _token(serial: str) -> bytes:
    """EF 0006: a serialised CK_TOKEN_INFO of 160 bytes, texts padded with spaces (card.md §2.3).

    label 32, manufacturer 32, model 16, serial 16, flags 4 and eleven more numbers BE32 from
    offset 100, versions 2+2 ASCII at 140, UTC time 16.
    """
    texts = _TOKEN_LABEL.ljust(32) + b"1".rjust(32, b"0") + b"E16R01NJ".ljust(16) + serial.encode().rjust(16, b"0")
    # Most sessions 1 and most read-write sessions 1, none open; PIN 6 to 16; memory sizes unknown.
    sessions, lengths, memory = (1, 0, 1, 0), (16, 6), (0xFFFFFFFF,) * 4
    numbers = b"".join(n.to_bytes(4, "big") for n in (_TOKEN_FLAGS, *sessions, *lengths, *memory))
    return texts + numbers + b"0301" + b"9" * 16
