"""The coin box's lane: opens it, takes the fee of an order, gives money back.

Separate from the box so that the flow's effects and a device's terms meet in one place. A fee is
given back only to the visit that paid it, and only while its sets have not come out: this lane
remembers which order that is, and forgets it with the next. Nothing is taken for a printer that
cannot print (fault-41).
"""

from collections.abc import Callable

from kiosk.coinbox import CoinBox, NotTaken
from kiosk.ports import Answer
from kiosk.session import effects as e
from kiosk.session import events as ev

NO_CHANGE = "E-50"


class CoinPort:
    """Fulfils `kiosk.ports.Port` for OpenCoinBox, TakeFee and ReturnMoney."""

    def __init__(self, box: CoinBox, obstacle: Callable[[], str] = lambda: "") -> None:
        """`obstacle` gives the code of what keeps the printer from printing now, "" for nothing."""
        self._box, self._obstacle = box, obstacle
        self._paid = ""

    def perform(self, effect: e.Effect, answer: Answer) -> None:
        """Carry out one effect; raises StateNotWritten where the box cannot remember it."""
        match effect:
            case e.OpenCoinBox(due):
                self._paid = ""
                self._box.open(due)
                if not self._box.gives_change:
                    answer(ev.ExactOnly(), 0.0)
            case e.TakeFee():
                answer(self._take(effect), 0.0)
            case e.ReturnMoney():
                self._box.give_back()
                self._box.refund(self._paid)
                answer(ev.MoneyReturned(self._box.tray), 0.0)
            case _:
                raise TypeError(f"no effect for the coin box: {type(effect).__name__}")

    def _take(self, effect: e.TakeFee) -> ev.Event:
        if code := self._obstacle():
            return ev.PaymentFailed(effect.request_id, code)
        taken = self._box.take_fee(effect.order_id, effect.fee)
        if isinstance(taken, NotTaken):
            return ev.PaymentFailed(effect.request_id, NO_CHANGE)
        self._paid = effect.order_id
        return ev.FeeTaken(effect.request_id, taken.change)
