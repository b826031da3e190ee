"""Coin box and e-money reader asked as one: what became of the fee of an order, wherever it was paid.

Separate from both, which know nothing of each other, and from who asks: recovery, back office, composition root.
"""

from dataclasses import dataclass

from kiosk.coinbox import CoinBox, Fate
from kiosk.emoney import MoneyReader
from kiosk.session.states import Means


@dataclass(frozen=True, slots=True)
class Tills:
    """The two devices that take fees. An order is paid at one of them."""

    box: CoinBox
    emoney: MoneyReader

    def means(self, order_id: str) -> Means:
        """Where the fee of this order was taken, or was about to be."""
        return Means.CASH if self.emoney.fate(order_id) is Fate.NONE else Means.EMONEY

    def fate(self, order_id: str) -> Fate:
        """What became of the fee of this order."""
        of_card = self.emoney.fate(order_id)
        return self.box.fate(order_id) if of_card is Fate.NONE else of_card

    def keep(self, order_id: str) -> None:
        """The order is complete: its fee is not given back any more."""
        self.box.keep(order_id)
        self.emoney.keep(order_id)
