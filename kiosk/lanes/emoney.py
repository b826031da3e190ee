"""The e-money reader's lane: lights it, commands a debit, asks what became of one, opens it for a refund.

Separate from the reader so that the flow's effects and a device's terms meet in one place. First in, first
out: a question about a debit is asked after the debit was carried out, so that its answer is final. Nothing
is debited for a printer that cannot print (fault-41).
"""

from collections.abc import Callable

from kiosk.emoney import Debited, Declined, MoneyReader, Outcome, ReaderFault
from kiosk.ports import Answer
from kiosk.session import effects as e
from kiosk.session import events as ev

WRITING = 0.6
"""Seconds that a real reader needs for a debit."""


class MoneyReaderPort:
    """Fulfils `kiosk.ports.Port` for everything that is asked of the e-money reader."""

    def __init__(self, reader: MoneyReader, obstacle: Callable[[], str] = lambda: "") -> None:
        """`obstacle` gives the code of what keeps the printer from printing now, "" for nothing."""
        self._reader, self._obstacle = reader, obstacle

    def perform(self, effect: e.Effect, answer: Answer) -> None:
        """Carry out one effect; raises StateNotWritten where the reader cannot remember it."""
        match effect:
            case e.OpenMoneyReader(order_id):
                self._lit(self._reader.open(order_id), answer)
            case e.OpenRefund(order_id):
                self._lit(self._reader.open_refund(order_id), answer)
            case e.CloseMoneyReader():
                self._reader.close()
            case e.Debit():
                self._debit(effect, answer)
            case e.AskDebit(request_id, order_id):
                self._tell(request_id, self._reader.outcome(order_id), answer, 0.0)
            case e.SettleDebit(request_id, order):
                self._tell(request_id, self._reader.outcome(order.request_id), answer, 0.0)
            case _:
                raise TypeError(f"no effect for the e-money reader: {type(effect).__name__}")

    def _lit(self, is_on: bool, answer: Answer) -> None:
        if not is_on:
            answer(ev.MoneyReaderOut(), 0.0)

    def _debit(self, effect: e.Debit, answer: Answer) -> None:
        if self._reader.fault is ReaderFault.OUT:
            return  # nothing is debited and nobody answers: the flow asks until the reader is on again
        if code := self._obstacle():
            answer(ev.PaymentFailed(effect.request_id, code), 0.0)
            return
        self._tell(effect.request_id, self._reader.debit(effect.order_id, effect.fee), answer, WRITING)

    def _tell(self, request_id: str, outcome: Outcome, answer: Answer, seconds: float) -> None:
        if self._reader.fault not in (ReaderFault.MUTE, ReaderFault.OUT):
            answer(_event(request_id, outcome), seconds)


def _event(request_id: str, outcome: Outcome) -> ev.Event:
    match outcome:
        case Debited():
            return ev.FeeTaken(request_id, change=0)
        case Declined(reason, balance):
            return ev.NotDebited(request_id, reason, balance)
    return ev.DebitUnknown(request_id)
