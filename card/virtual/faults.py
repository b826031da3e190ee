"""What may go wrong with a card in a reader, as values that a test or a workbench injects (faults.md §3).

Apart from the slot that obeys them, so that a scenario can name a fault without touching a card.
"""

from dataclasses import dataclass
from enum import Enum

from card.apdu import Ins


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


CardFault = Tear | Mute | WrongAnswer
_INS = {Of.SELECT: Ins.SELECT, Of.READ: Ins.READ_BINARY, Of.VERIFY: Ins.VERIFY, Of.SIGN: Ins.COMPUTE_DIGITAL_SIGNATURE}


def counts(of: Of, command: bytes) -> bool:
    """True where `command` is of that kind."""
    if of is Of.ANY:
        return True
    return command[1:2] == bytes((_INS[of],)) and (of is not Of.VERIFY or len(command) > 4)
