"""What can happen at the e-money reader; `kiosk.session.events` names them with all others.

Separate because they belong to one device that not every machine has.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MoneyCardHeld:
    """An e-money card or phone is held to its reader."""


@dataclass(frozen=True, slots=True)
class MoneyReaderOut:
    """The e-money reader cannot be used."""


@dataclass(frozen=True, slots=True)
class NotDebited:
    """Nothing has left the card. `reason`: balance (then the card's `balance` is told), refused, gone or none."""

    request_id: str
    reason: str
    balance: int = 0


@dataclass(frozen=True, slots=True)
class DebitUnknown:
    """The reader itself does not know whether the fee has left the card (F-38)."""

    request_id: str


@dataclass(frozen=True, slots=True)
class Credited:
    """`yen` of an order's fee are on the card again that had paid it."""

    order_id: str
    yen: int
