"""What an operator may know of one question and its answer: no name, no number of a person, no page.

Separate so that audit log and metrics see one value, and so that what it holds can be looked over at
one place (X-21, service.md 5.5). Made after the answer stands in the books.
"""

from collections.abc import Callable
from datetime import datetime
from typing import get_args

from msgspec import Struct

from municipality_client import messages as m
from municipality_client.errors import ProtocolError
from municipality_client.order import read_order
from municipality_client.wire import PROBLEM_TYPE, Request

_TOLD = (m.PlaceOrder, m.Results, m.Void)


class Event(Struct, frozen=True, omit_defaults=True):
    """One question of a terminal: `message` is its kind, `reason` and `code` say the no, `sets` what it is about.

    `states` of sets after Results and Void; `fee` in yen a set; `seconds` that the answer took.
    """

    at: datetime
    terminal: str
    message: str
    status: int
    request_id: str = ""
    municipality: str = ""
    kind: str = ""
    reason: str = ""
    code: str = ""
    sets: tuple[str, ...] = ()
    states: dict[str, str] = {}
    fee: int = 0
    seconds: float = 0.0

    @property
    def changes(self) -> bool:
        """Whether sets were made or ended by it."""
        return self.message in _CHANGING and self.status == 200


_CHANGING = frozenset(one.__name__ for one in _TOLD)
Observe = Callable[[Event], None]
"""Takes notice; raises StoreFailed where it must not be lost and could not be kept."""


def event(ask: m.Ask | Request, answer: m.Answer, terminal: str, now: datetime, seconds: float) -> Event:
    """Make the event of a question, or of bytes that were none, and its answer."""
    known = isinstance(ask, get_args(m.Ask))
    problem = answer if isinstance(answer, m.Problem) else None
    return Event(
        at=now,
        terminal=terminal,
        message=type(ask).__name__ if known else "",
        status=problem.status if problem else 200,
        request_id=getattr(ask, "request_id", ""),
        municipality=getattr(ask, "municipality", ""),
        kind=_kind(ask),
        reason=problem.type.removeprefix(PROBLEM_TYPE) if problem else "",
        code=problem.code if problem else "",
        sets=tuple(one.set_number for one in answer.sets) if isinstance(answer, m.Issued) else (),
        states=answer.states if isinstance(answer, m.Settled) else {},
        fee=answer.fee if isinstance(answer, m.Issued) else 0,
        seconds=round(seconds, 4),
    )


def _kind(ask: m.Ask | Request) -> str:
    """Return the kind that an order asks for, as far as the list of kinds knows it."""
    if not isinstance(ask, m.PlaceOrder):
        return ""
    try:
        return m.Kind(read_order(ask.order).kind).value
    except (ProtocolError, ValueError):
        return ""
