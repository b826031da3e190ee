"""Command and response APDUs and status words (ISO/IEC 7816-4), alike for reader and card.

Apart from both sides so that they cannot disagree on bytes. Nothing here knows an application.
"""

from dataclasses import dataclass, field
from enum import IntEnum

_SHORT_MOST = 256
_EXTENDED_MOST = 65536


class StatusWord(IntEnum):
    """SW1-SW2 as the My Number card gives them; 63Cx is made by `tries_left`."""

    OK = 0x9000
    VERIFICATION_FAILED = 0x6300
    MEMORY_FAILURE = 0x6581
    KEY_DELIVERY_NOT_CONFIGURED = 0x66F1
    WRONG_LENGTH = 0x6700
    CHANNEL_NOT_SUPPORTED = 0x6881
    SECURE_MESSAGING_NOT_SUPPORTED = 0x6882
    CHAINING_NOT_SUPPORTED = 0x6884
    INCOMPATIBLE_FILE = 0x6981
    SECURITY_STATUS_NOT_SATISFIED = 0x6982
    AUTHENTICATION_METHOD_BLOCKED = 0x6983
    REFERENCE_DATA_BLOCKED = 0x6984
    CONDITIONS_NOT_SATISFIED = 0x6985
    NO_CURRENT_FILE = 0x6986
    SECURE_MESSAGING_OBJECT_MISSING = 0x6987
    SECURE_MESSAGING_OBJECT_INCORRECT = 0x6988
    NO_SECURE_MESSAGING_SESSION = 0x69FC
    INCORRECT_PARAMETERS_IN_DATA = 0x6A80
    FUNCTION_NOT_SUPPORTED = 0x6A81
    FILE_NOT_FOUND = 0x6A82
    RECORD_NOT_FOUND = 0x6A83
    INCORRECT_P1P2 = 0x6A86
    REFERENCE_NOT_FOUND = 0x6A88
    OFFSET_OUTSIDE_FILE = 0x6B00
    INS_NOT_SUPPORTED = 0x6D00
    CLA_NOT_SUPPORTED = 0x6E00
    NO_DIAGNOSIS = 0x6F00


class Ins:
    """Instruction bytes used on this card (ISO/IEC 7816-4 and -8, JICSAP 2.0)."""

    VERIFY = 0x20
    CHANGE_REFERENCE_DATA = 0x24
    COMPUTE_DIGITAL_SIGNATURE = 0x2A
    CHANGE_KEY = 0x32
    UNLOCK_KEY = 0x54
    EXTERNAL_AUTHENTICATE = 0x82
    GET_CHALLENGE = 0x84
    INTERNAL_AUTHENTICATE = 0x88
    MANAGE_ATTRIBUTES = 0x8A
    SET_PUBLIC_IC_KEY = 0xA2
    SELECT = 0xA4
    SET_SESSION_KEY = 0xAE
    READ_BINARY = 0xB0
    READ_RECORD = 0xB2
    GET_RESPONSE = 0xC0
    GET_DATA = 0xCA
    LAST_COMMAND = 0xFC


class ApduFormatError(ValueError):
    """Bytes that are no command APDU; the card answers 6700."""


@dataclass(frozen=True)
class CommandApdu:
    """One command. `le` is the number of bytes wanted (256 for a short Le of 00), None for no Le."""

    cla: int
    ins: int
    p1: int
    p2: int
    body: bytes = field(default=b"", repr=False)
    le: int | None = None
    extended: bool = False

    def encode(self) -> bytes:
        """Return the bytes on the wire; raises ValueError for a body or Le that does not fit the form."""
        most = _EXTENDED_MOST if self.extended else _SHORT_MOST
        if len(self.body) >= most or not 0 <= (self.le or 0) <= most:
            raise ValueError("body or Le does not fit this form of APDU")
        return bytes((self.cla, self.ins, self.p1, self.p2)) + (self._long() if self.extended else self._short())

    def _short(self) -> bytes:
        lc = bytes((len(self.body),)) + self.body if self.body else b""
        return lc if self.le is None else lc + bytes((self.le & 0xFF,))

    def _long(self) -> bytes:
        if not self.body and self.le is None:
            return b""
        lc = b"\0" + len(self.body).to_bytes(2, "big") + self.body if self.body else b"\0"
        return lc if self.le is None else lc + (self.le & 0xFFFF).to_bytes(2, "big")

    @classmethod
    def parse(cls, raw: bytes) -> "CommandApdu":
        """Read a short or extended command APDU of any of the four cases (ISO/IEC 7816-4 5.1).

        Raises ApduFormatError when the lengths inside contradict the length of `raw`.
        """
        if len(raw) < 4:
            raise ApduFormatError("shorter than a header")
        cla, ins, p1, p2 = raw[:4]
        # A zero where Lc would stand, with more behind it, announces extended lengths (5.2).
        extended = len(raw) > 6 and raw[4] == 0
        body, le = (_extended if extended else _short)(raw[4:])
        made = cls.__new__(cls)
        # A frozen value laid down in one step: its constructor would take longer than all the rest here.
        made.__dict__.update(cla=cla, ins=ins, p1=p1, p2=p2, body=body, le=le, extended=extended)
        return made


@dataclass(frozen=True)
class ResponseApdu:
    """One response: its data field and its status word as a number (any, not only a known one)."""

    body: bytes = field(repr=False)
    sw: int

    def encode(self) -> bytes:
        """Return data field, SW1, SW2."""
        return self.body + self.sw.to_bytes(2, "big")

    @classmethod
    def parse(cls, raw: bytes) -> "ResponseApdu":
        """Split an answer; raises ApduFormatError for one shorter than SW1-SW2 or longer than 64 KiB."""
        if not 2 <= len(raw) <= _EXTENDED_MOST + 2:
            raise ApduFormatError("an answer has 2 to 65538 bytes")
        return cls(raw[:-2], int.from_bytes(raw[-2:], "big"))

    @property
    def ok(self) -> bool:
        """True for 9000."""
        return self.sw == StatusWord.OK


def tries_left(sw: int) -> int | None:
    """Return x of a 63Cx status word, None for any other."""
    return sw & 0x0F if sw & 0xFFF0 == 0x63C0 else None


def sw_tries_left(tries: int) -> int:
    """Return 63Cx for `tries` (0..15) left."""
    return 0x63C0 | tries


def _short(rest: bytes) -> tuple[bytes, int | None]:
    if not rest:
        return b"", None
    lc = rest[0]
    if len(rest) == 1:
        return b"", lc or _SHORT_MOST
    if lc == 0 or len(rest) not in (1 + lc, 2 + lc):
        raise ApduFormatError("Lc contradicts the length")
    return rest[1 : 1 + lc], (rest[-1] or _SHORT_MOST) if len(rest) == 2 + lc else None


def _extended(rest: bytes) -> tuple[bytes, int | None]:
    number = int.from_bytes(rest[1:3], "big")
    if len(rest) == 3:
        return b"", number or _EXTENDED_MOST
    if number == 0 or len(rest) not in (3 + number, 5 + number):
        raise ApduFormatError("extended Lc contradicts the length")
    le = int.from_bytes(rest[-2:], "big") or _EXTENDED_MOST if len(rest) == 5 + number else None
    return rest[3 : 3 + number], le
