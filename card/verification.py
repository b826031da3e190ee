"""One VERIFY with a secret, and what may come of it: the most careful command of the reader's side.

Apart from `jpki` (signing) and `pins` (changing), which both need exactly this. VERIFY is sent once
for each call and never as a retry; an answer that got lost is *unknown*, never a wrong PIN.
Source: card.md §3.1, §3.4; fault-02.
"""

from dataclasses import dataclass

from card import errors, exchange
from card.apdu import CommandApdu, Ins
from card.connection import CardConnection


@dataclass(frozen=True)
class PinRejected:
    """The PIN was wrong; `tries_left` (1..15) are left as the card says."""

    tries_left: int


@dataclass(frozen=True)
class PinBlocked:
    """No try is left: before this one, or through it."""


@dataclass(frozen=True)
class PinUnknown:
    """The transport died while VERIFY was under way: nobody knows the outcome, and a try may be gone (fault-02).

    `removed`: because the card left.
    """

    removed: bool = False


Refused = PinRejected | PinBlocked | PinUnknown


def verify_once(connection: CardConnection, fid: int, secret: bytes | bytearray) -> Refused | None:
    """Compare `secret` with the PIN in IEF `fid` of the selected application; None where it was right.

    Raises CardAnswerError for a status word that VERIFY must not give; where the IEF has to be
    selected first and that fails, what the connection raises: then no try was used.
    """
    verify = CommandApdu(0x00, Ins.VERIFY, 0x00, exchange.reference(connection, fid), bytes(secret))
    try:
        answer = exchange.transmit(connection, verify)
    # Whether the card has seen it nobody can say: a wrong PIN must not be claimed, nor sent again.
    except errors.CardError as error:
        return PinUnknown(isinstance(error, errors.CardRemoved))
    if answer.ok:
        return None
    left = exchange.left_of(answer.sw)
    if left is None:
        raise exchange.unexpected("VERIFY", answer)
    return PinRejected(left) if left else PinBlocked()
