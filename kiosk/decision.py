"""After a crash: what the journal says must be done. Pure, so that every prefix can be tried.

Separate from the journal (storage) and the composition root (acts on it). The journal is asked
order by order; where it cannot know whether a device went on after the last record, the coin box
and the printer are asked (`World`): an unknown outcome is asked for, never guessed (design 3.3).

    no fee taken                      -> Void
    fee taken, all sheets out         -> Report
    fee taken, sheets missing         -> Reprint, after 30 minutes RefundOwed and Void
    fee taken, printer knows nothing  -> RefundOwed and Void (fault-19)
    failed, fee neither owed nor back -> RefundOwed and Void
    owed, but the device gave back    -> Returned
    debit unknown even to the reader  -> Ask and Void; when it is known: RefundOwed, or NotDebited (F-38)
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kiosk.journal import JournalRecord
from kiosk.session.records import order_of
from kiosk.session.states import Order

REPRINT_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Void:
    """The centre must be told that nothing of this order counts."""

    order_id: str


@dataclass(frozen=True, slots=True)
class RefundOwed:
    """`yen` were taken and no whole set came out: record it, an operator pays it back (I2)."""

    order_id: str
    yen: int


@dataclass(frozen=True, slots=True)
class Returned:
    """Coin box or e-money reader gave `yen` of a fee back before the journal could say so."""

    order_id: str
    yen: int


@dataclass(frozen=True, slots=True)
class Reprint:
    """Paid and not whole: the same card may have the same numbers printed (again)."""

    order: Order


@dataclass(frozen=True, slots=True)
class Report:
    """All sheets are out: the centre must be told that the sets were delivered."""

    order: Order


@dataclass(frozen=True, slots=True)
class Ask:
    """The e-money reader does not know whether a card was debited: it is asked until it does."""

    order: Order


@dataclass(frozen=True, slots=True)
class NotDebited:
    """It was not known whether a card was debited, and now the reader says that none was."""

    order_id: str


Decision = Void | RefundOwed | Returned | Reprint | Report | Ask | NotDebited


@dataclass(frozen=True, slots=True)
class World:
    """What the devices remember, by order id: fees taken, fees given back, sets that came out whole.

    `in_doubt`: the e-money reader does not know either. `unknown`: sent to a printer that cannot say what became of it.
    """

    taken: frozenset[str] = frozenset()
    returned: frozenset[str] = frozenset()
    in_doubt: frozenset[str] = frozenset()
    printed: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()


@dataclass(slots=True)
class Story:
    """What the journal tells of one order."""

    order_id: str
    kinds: set[str] = field(default_factory=set)
    order: Order | None = None
    paid_at: datetime | None = None
    owed: int = 0

    @property
    def is_over(self) -> bool:
        """True when nothing is left to be done or asked."""
        return self.is_told and not self.is_in_doubt and (self.owed == 0 or "returned" in self.kinds)

    @property
    def is_in_doubt(self) -> bool:
        """True while it was given up to know whether a card was debited, and nobody has found out since."""
        return "debit-unknown" in self.kinds and not self.kinds & {"debit-none", "fee-taken"}

    @property
    def is_told(self) -> bool:
        """True when the centre has it in its books, or has said that it never will (an operator's task)."""
        return bool(self.kinds & {"delivered", "void", "refused"})


def stories(records: Iterable[JournalRecord]) -> dict[str, Story]:
    """Orders that are not over, by id, oldest first."""
    found: dict[str, Story] = {}
    for record in records:
        order_id = str(record.fields.get("order", ""))
        if order_id:
            _tell(found.setdefault(order_id, Story(order_id)), record)
    return {order_id: story for order_id, story in found.items() if not story.is_over}


def decide(open_stories: Iterable[Story], world: World, now: datetime) -> tuple[Decision, ...]:
    """What to do about each order, oldest first; nothing for those that only an operator can end."""
    return tuple(decision for story in open_stories for decision in _decide(story, world, now))


def _tell(story: Story, record: JournalRecord) -> None:
    story.kinds.add(record.kind)
    if record.kind == "sets":
        story.order = order_of(dict(record.fields))
    elif record.kind in ("fee", "fee-taken"):
        story.paid_at = story.paid_at or record.at
    elif record.kind == "refund-owed":
        story.owed = int(record.fields["yen"])
    elif record.kind == "task-done" and record.fields["task"] == "debit":
        story.kinds.add("debit-none")


def _decide(story: Story, world: World, now: datetime) -> tuple[Decision, ...]:
    voiding = () if story.is_told else (Void(story.order_id),)
    if story.order is None or not _is_paid(story, world):
        return (*_doubt(story, world), *voiding)
    if story.owed:
        back = (Returned(story.order_id, story.owed),) if story.order_id in world.returned else ()
        return (*voiding, *back)
    # A set that is whole is not reported for a visit that failed: its fee is on the way back already.
    if "failed" not in story.kinds and _is_out(story, world):
        return (Report(story.order),)
    given_up = bool(story.kinds & {"failed", "debit-unknown"})
    if given_up or story.order_id in world.unknown or _is_too_late(story, now):
        return (RefundOwed(story.order_id, story.order.fee), *voiding)
    return (Reprint(story.order),)


def _doubt(story: Story, world: World) -> tuple[Decision, ...]:
    if story.order is not None and story.order_id in world.in_doubt:
        return () if "debit-none" in story.kinds else (Ask(story.order),)
    return (NotDebited(story.order_id),) if story.is_in_doubt else ()


def _is_out(story: Story, world: World) -> bool:
    return "printed" in story.kinds or story.order_id in world.printed


def _is_too_late(story: Story, now: datetime) -> bool:
    return story.paid_at is not None and now - story.paid_at > REPRINT_WITHIN


def _is_paid(story: Story, world: World) -> bool:
    return "fee-taken" in story.kinds or story.order_id in world.taken | world.returned
