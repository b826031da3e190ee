"""S-09 … S-13: which certificate, of whom, with which items, how many, and the last look at it.

Nothing here costs anything: until S-13 is confirmed every choice can be changed or given up.
"""

from dataclasses import replace

from kiosk.session import records
from kiosk.session.effects import PlaceOrder
from kiosk.session.events import Touched
from kiosk.session.moves import Result, asking, go, known, told
from kiosk.session.states import Choice, Session, Step
from municipality_client.messages import OfferedItem, OfferedKind, PersonChoice

SELF = "self"
ALL = "all"
SOME = "some"
ITEM_WARNING = "item-warning"


def kind_of(session: Session) -> OfferedKind:
    """The offered kind that is chosen; a bug when there is none."""
    return next(kind for kind in known(session.offer).kinds if kind.kind == session.choice.kind)


def kind_chosen(session: Session, event: Touched) -> Result:
    """S-09: an available kind; its items stand as the municipality presets them (マイナンバー: without)."""
    for kind in known(session.offer).kinds:
        if kind.kind == event.value and kind.available:
            return _after_kind(replace(session, choice=_preset(kind)))
    return session, ()


def _preset(kind: OfferedKind) -> Choice:
    items = frozenset(item.id for item in kind.items if item.default)
    if kind.person_choice is PersonChoice.HOUSEHOLD:
        return Choice(kind=kind.kind, items=items)
    return Choice(kind=kind.kind, who=SELF, persons=_selves(kind), items=items)


def _selves(kind: OfferedKind) -> tuple[str, ...]:
    return tuple(person.handle for person in kind.persons if person.is_self)


def _after_kind(session: Session) -> Result:
    if kind_of(session).person_choice is PersonChoice.HOUSEHOLD:
        return go(session, Step.PERSONS)
    return _to_items(session)


def _to_items(session: Session) -> Result:
    return go(session, Step.ITEMS if kind_of(session).items else Step.COPIES)


def to_kinds(session: Session, _event: Touched) -> Result:
    """S-10 → S-09."""
    return go(replace(session, choice=Choice()), Step.KIND)


def who_chosen(session: Session, event: Touched) -> Result:
    """S-10: the holder alone, the whole household, or a part of it that is ticked below."""
    kind = kind_of(session)
    if event.value == SELF:
        return _persons(session, SELF, _selves(kind)), ()
    if event.value == ALL:
        return _persons(session, ALL, tuple(person.handle for person in kind.persons)), ()
    return _persons(session, SOME, ()), ()


def _persons(session: Session, who: str, persons: tuple[str, ...]) -> Session:
    whole = who == ALL or len(persons) == len(kind_of(session).persons)
    return replace(session, choice=replace(session.choice, who=who, persons=persons, whole_household=whole))


def person_ticked(session: Session, event: Touched) -> Result:
    """S-10: tick or untick one member; the order is the register's, whatever the order of touches."""
    if session.choice.who != SOME:
        return session, ()
    ticked = set(session.choice.persons) ^ {event.value}
    return _persons(session, SOME, tuple(p.handle for p in kind_of(session).persons if p.handle in ticked)), ()


def persons_done(session: Session, _event: Touched) -> Result:
    """S-10 → S-11, or S-12 when there are no items; somebody must be chosen."""
    return _to_items(session) if session.choice.persons else (session, ())


def item_touched(session: Session, event: Touched) -> Result:
    """S-11: with or without; what carries a warning (マイナンバー) is asked once more (I-18)."""
    item = _item(session, event.value)
    if item is None:
        return session, ()
    if item.warning and item.id not in session.choice.items:
        return told(session, ITEM_WARNING, item.id), ()
    return _toggled(told(session, ""), item.id), ()


def _item(session: Session, item_id: str) -> OfferedItem | None:
    return next((item for item in kind_of(session).items if item.id == item_id), None)


def _toggled(session: Session, item_id: str) -> Session:
    return replace(session, choice=replace(session.choice, items=session.choice.items ^ {item_id}))


def warned_item_wanted(session: Session, _event: Touched) -> Result:
    """S-11: yes, print it."""
    if session.notice != ITEM_WARNING:
        return session, ()
    return _toggled(told(session, ""), session.notice_detail), ()


def warned_item_declined(session: Session, _event: Touched) -> Result:
    """S-11: better without."""
    return told(session, ""), ()


def before_items(session: Session, event: Touched) -> Result:
    """S-11 → S-10, or S-09 when there was nobody to choose."""
    if kind_of(session).person_choice is PersonChoice.HOUSEHOLD:
        return go(session, Step.PERSONS)
    return to_kinds(session, event)


def items_done(session: Session, _event: Touched) -> Result:
    """S-11 → S-12, not while a warning waits for its answer."""
    return (session, ()) if session.notice == ITEM_WARNING else go(session, Step.COPIES)


def more(session: Session, _event: Touched) -> Result:
    """S-12: one copy more, up to the municipality's limit."""
    return _copies(session, min(session.choice.copies + 1, kind_of(session).max_copies)), ()


def fewer(session: Session, _event: Touched) -> Result:
    """S-12: one copy less, at least one."""
    return _copies(session, max(session.choice.copies - 1, 1)), ()


def _copies(session: Session, copies: int) -> Session:
    return replace(session, choice=replace(session.choice, copies=copies))


def before_copies(session: Session, event: Touched) -> Result:
    """S-12 → S-11, S-10 or S-09, whichever was shown."""
    return go(session, Step.ITEMS) if kind_of(session).items else before_items(session, event)


def copies_done(session: Session, _event: Touched) -> Result:
    """S-12 → S-13."""
    return go(session, Step.CONFIRM)


def to_copies(session: Session, _event: Touched) -> Result:
    """S-13 → S-12."""
    return go(session, Step.COPIES)


def confirmed(session: Session, _event: Touched) -> Result:
    """S-13 → S-14: the order is on record before it is sent; it is not paid for yet."""
    asked = asking(session)
    offer, choice = known(session.offer), session.choice
    order = PlaceOrder(
        request_id=asked.awaiting,
        municipality=offer.municipality,
        session=offer.session,
        auth_cert=session.auth_cert,
        kind=choice.kind,
        persons=choice.persons,
        items=choice.items,
        copies=choice.copies,
    )
    placed = records.order_placed(asked.awaiting, offer.municipality, choice.kind, choice.copies, session.consent)
    return go(replace(asked, order_id=asked.awaiting), Step.PREPARING, placed, order)
