"""What may go wrong with a card in a reader, as values that a test or a workbench injects (faults.md §3).

Apart from the slot that obeys them, so that a scenario can name a fault without touching a card.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from card.apdu import ApduFormatError, CommandApdu, Ins


class InsertableCard(Protocol):
    """What can be put into a slot: a VirtualCard or an OtherCard."""

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        ...

    def execute(self, command: bytes) -> bytes:
        """Answer one command."""
        ...

    def execute_torn(self, command: bytes) -> None:
        """Begin a command and lose power before it ends."""
        ...

    def power_off(self) -> None:
        """Take the power."""
        ...

    def reset(self) -> None:
        """Warm reset."""
        ...


class Moment(Enum):
    """When the card is torn out: the command never arrives, is cut in the middle, or its answer is lost."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Of(Enum):
    """Which commands are counted; VERIFY means one that carries a PIN, not the retry query."""

    ANY = "any"
    SELECT = "select"
    READ = "read"
    VERIFY = "verify"
    SIGN = "sign"
    CHANGE = "change"


@dataclass(frozen=True)
class Tear:
    """The card leaves at the `nth` command (1 is the next) of a kind."""

    moment: Moment
    nth: int = 1
    of: Of = Of.ANY


@dataclass(frozen=True)
class Mute:
    """The card executes the `nth` command and gives no answer, as one whose antenna is broken."""

    nth: int = 1
    of: Of = Of.ANY


@dataclass(frozen=True)
class WrongAnswer:
    """The card executes the `nth` command, and `answer` arrives in place of its answer."""

    answer: bytes
    nth: int = 1
    of: Of = Of.ANY


@dataclass(frozen=True)
class Slow:
    """The answer to the `nth` command takes `ms` milliseconds more, told to the clock and never waited for."""

    ms: float
    nth: int = 1
    of: Of = Of.ANY


@dataclass(frozen=True)
class WrongLength:
    """The body of the answer to the `nth` command is cut to `size` bytes, or filled up with zeros."""

    size: int
    nth: int = 1
    of: Of = Of.ANY


@dataclass(frozen=True)
class Endless:
    """From the `nth` command on every answer is this one (61xx: more; 6Cxx: other Le), until the card leaves."""

    answer: bytes = b"\x61\x10"
    nth: int = 1
    of: Of = Of.ANY


@dataclass(frozen=True)
class Garbage:
    """The body of the answer to the `nth` command is TLV of a `kind` of `GARBAGE` that no reader may trust."""

    kind: str
    nth: int = 1
    of: Of = Of.READ


@dataclass(frozen=True)
class Swap:
    """Just before the `nth` command another card takes the place of this one, without the reader noticing."""

    card: "InsertableCard"
    nth: int = 1
    of: Of = Of.SIGN


@dataclass(frozen=True)
class OtherText:
    """The card signs something else than it was given with the `nth` command: the last byte is changed."""

    nth: int = 1
    of: Of = Of.SIGN


CardFault = Tear | Mute | WrongAnswer | Slow | WrongLength | Endless | Garbage | Swap | OtherText
_INS = {
    Of.SELECT: Ins.SELECT,
    Of.READ: Ins.READ_BINARY,
    Of.VERIFY: Ins.VERIFY,
    Of.SIGN: Ins.COMPUTE_DIGITAL_SIGNATURE,
    Of.CHANGE: Ins.CHANGE_REFERENCE_DATA,
}
_BLOCK = 256
GARBAGE = {
    "overrun": bytes.fromhex("308210003082") + b"\xff" * (_BLOCK - 6),
    "indefinite": bytes.fromhex("3080") + b"\x02\x01\x01" * 80,
    "nested": b"\x30\x80" * (_BLOCK // 2),
    "16 MiB": bytes.fromhex("308401000000") + b"\x00" * (_BLOCK - 6),
    "negative serial": bytes.fromhex("301b3019a003020102020180300d06092a864886f70d01010b05003000"),
    "empty": b"",
    "zeros": bytes(_BLOCK),
    "filler": b"\xff" * _BLOCK,
}
"""Hostile TLV by name (fault-11): lengths that lie, that never end, nests, numbers that must not be."""


def counts(of: Of, command: bytes) -> bool:
    """True where `command` is of that kind."""
    if of is Of.ANY:
        return True
    return command[1:2] == bytes((_INS[of],)) and (of is not Of.VERIFY or len(command) > 4)


def spoiled(fault: WrongAnswer | WrongLength | Endless | Garbage, answer: bytes) -> bytes:
    """Return what arrives in place of `answer`."""
    match fault:
        case WrongAnswer() | Endless():
            return fault.answer
        case WrongLength():
            return answer[:-2][: fault.size].ljust(fault.size, b"\0") + answer[-2:]
        case Garbage():
            return GARBAGE[fault.kind] + answer[-2:]


def altered(command: bytes) -> bytes:
    """Return `command` with the last bit of its body turned; one without a body stays as it is."""
    try:
        apdu = CommandApdu.parse(command)
    except ApduFormatError:
        return command
    body = apdu.body[:-1] + bytes((apdu.body[-1] ^ 1,)) if apdu.body else b""
    return replace(apdu, body=body).encode()
