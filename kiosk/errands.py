"""What the centre must be told in the end: that an order is void, or that its sets were delivered.

And what the e-money reader must be asked: what became of a debit. Separate from the session, which may be
over long before they answer (fault-26, fault-27). What is open here after a crash is found again by
`kiosk.decision`.
"""

from dataclasses import replace
from itertools import count

from kiosk.requests import Errand
from kiosk.session import effects as e
from kiosk.session import events as ev
from kiosk.session import records
from kiosk.session.states import Means

RETRY = 60.0
"""Seconds until the centre is told again what it has not acknowledged, or a debit asked for again."""


class Errands:
    """Open errands: the newest to the centre for each order, and the question about its debit."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, bool], Errand] = {}
        self._numbers = count(1)

    @property
    def open(self) -> tuple[Errand, ...]:
        """What has not been answered yet."""
        return tuple(self._open.values())

    def begin(self, errand: Errand) -> None:
        """The centre is being told; an older errand about the same order is of no interest any more."""
        self._open[_about(errand)] = errand

    def is_open(self, errand: Errand) -> bool:
        """True for the newest errand of an order until it is acknowledged."""
        return self._open.get(_about(errand)) is errand

    def find(self, request_id: str) -> Errand | None:
        """The open errand that was told last under this request id."""
        return next((one for one in self._open.values() if one.request_id == request_id), None)

    def end(self, errand: Errand) -> None:
        """The centre has said yes or no: it need not be told again."""
        self._open.pop(_about(errand), None)

    def again(self, errand: Errand) -> Errand:
        """The same errand under a request id that no session gives."""
        return replace(errand, request_id=f"{order_of(errand)}.{next(self._numbers)}")

    def void(self, order_id: str) -> Errand:
        """A new errand to make an order void."""
        return self.again(e.VoidOrder("", order_id))


def order_of(errand: Errand) -> str:
    """Id of the order that an errand is about."""
    return errand.order_id if isinstance(errand, e.VoidOrder) else errand.order.request_id


def _about(errand: Errand) -> tuple[str, bool]:
    return order_of(errand), isinstance(errand, e.SettleDebit)


def acknowledged(errand: Errand, event: ev.Event) -> tuple[e.Record, ...]:
    """The records of its answer: the centre has it in its books; a fee that was debited for nothing is owed."""
    order_id = order_of(errand)
    match errand:
        case e.VoidOrder():
            return (records.void(order_id),)
        case e.ReportDelivered():
            return (records.delivered(order_id),)
    if isinstance(event, ev.NotDebited):
        return (records.debit_none(order_id),)
    return records.fee_taken(errand.order, 0, Means.EMONEY), records.refund_owed(order_id, errand.order.fee)
