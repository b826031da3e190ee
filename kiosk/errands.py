"""What the centre must be told in the end: that an order is void, or that its sets were delivered.

Separate from the session, which may be over long before the centre acknowledges (fault-26,
fault-27). What is open here after a crash is found again by `kiosk.decision`.
"""

from dataclasses import replace
from itertools import count

from kiosk.requests import Errand
from kiosk.session import effects as e
from kiosk.session import records

RETRY = 60.0
"""Seconds until the centre is told again what it has not acknowledged."""


class Errands:
    """Open errands, the newest for each order."""

    def __init__(self) -> None:
        self._open: dict[str, Errand] = {}
        self._numbers = count(1)

    @property
    def open(self) -> tuple[Errand, ...]:
        """What the centre has not acknowledged yet."""
        return tuple(self._open.values())

    def begin(self, errand: Errand) -> None:
        """The centre is being told; an older errand about the same order is of no interest any more."""
        self._open[order_of(errand)] = errand

    def is_open(self, errand: Errand) -> bool:
        """True for the newest errand of an order until it is acknowledged."""
        return self._open.get(order_of(errand)) is errand

    def find(self, request_id: str) -> Errand | None:
        """The open errand that was told last under this request id."""
        return next((one for one in self._open.values() if one.request_id == request_id), None)

    def end(self, errand: Errand) -> None:
        """The centre has said yes or no: it need not be told again."""
        self._open.pop(order_of(errand), None)

    def again(self, errand: Errand) -> Errand:
        """The same errand under a request id that no session gives."""
        return replace(errand, request_id=f"{order_of(errand)}.{next(self._numbers)}")

    def void(self, order_id: str) -> Errand:
        """A new errand to make an order void."""
        return self.again(e.VoidOrder("", order_id))


def order_of(errand: Errand) -> str:
    """Id of the order that an errand is about."""
    return errand.order_id if isinstance(errand, e.VoidOrder) else errand.order.request_id


def acknowledged(errand: Errand) -> e.Record:
    """The record that the centre has it in its books."""
    made = records.void if isinstance(errand, e.VoidOrder) else records.delivered
    return made(order_of(errand))
