"""S-09 … S-13: which certificate, of whom, with which items, how many, and the last look at it.

What S-10 asks depends on the kind: a fiscal year, one paper of several, whose names (`question`).

Nothing here costs anything: until S-13 is confirmed every choice can be changed or given up.
"""

from dataclasses import replace
from enum import StrEnum

from kiosk.session import records
from kiosk.session.effects import LookAtPrinter, PlaceOrder
from kiosk.session.events import Touched
from kiosk.session.moves import Result, asking, go, known, told
from kiosk.session.states import Choice, Session, Step
from municipality_client.messages import OfferedItem, OfferedKind, OfferedYear, PersonChoice

SELF = "self"
ALL = "all"
SOME = "some"
ITEM_WARNING = "item-warning"
ABOUT = "about"


class Question(StrEnum):
    """What S-10 can ask, in this order."""

    YEAR = "year"
    VARIANT = "variant"
    PERSONS = "persons"
    ONE = "one"


def kind_of(session: Session) -> OfferedKind:
    """The offered kind that is chosen; a bug when there is none."""
    return next(kind for kind in known(session.offer).kinds if kind.kind == session.choice.kind)


def kind_chosen(session: Session, event: Touched) -> Result:
    """S-09: an available kind; its items stand as the municipality presets them (マイナンバー: without)."""
    for kind in known(session.offer).kinds:
        if kind.kind == event.value and kind.available:
            return _asked_or_on(replace(session, choice=_preset(kind)))
    return session, ()


def _preset(kind: OfferedKind) -> Choice:
    items = frozenset(item.id for item in kind.items if item.default)
    # A year that is the only one is no question (I-35).
    year = kind.years[0].year if len(kind.years) == 1 else 0
    if kind.person_choice is not PersonChoice.SELF:
        return Choice(kind=kind.kind, items=items, year=year)
    return Choice(kind=kind.kind, who=SELF, persons=_selves(kind), items=items, year=year)


def year_of(session: Session) -> OfferedYear | None:
    """The fiscal year that is chosen, None while there is none."""
    return next((year for year in kind_of(session).years if year.year == session.choice.year), None)


def question(session: Session) -> Question | None:
    """What S-10 has to ask next; None when all is said, though whose names can still be changed there."""
    kind, year = kind_of(session), year_of(session)
    if kind.years and year is None:
        return Question.YEAR
    if year is not None and year.variants and not session.choice.variant:
        return Question.VARIANT
    if kind.person_choice is PersonChoice.SELF:
        return None
    return Question.ONE if kind.person_choice is PersonChoice.ONE else Question.PERSONS


def _asked_or_on(session: Session) -> Result:
    return _to_items(session) if question(session) is None else go(session, Step.PERSONS)


def year_chosen(session: Session, event: Touched) -> Result:
    """S-10: a fiscal year that can be had; then its papers, or on."""
    for year in kind_of(session).years:
        if str(year.year) == event.value and year.available and question(session) is Question.YEAR:
            return _asked_or_on(replace(session, choice=replace(session.choice, year=year.year)))
    return session, ()


def variant_chosen(session: Session, event: Touched) -> Result:
    """S-10: one paper of the year, like 所得証明書 (O-34, X-30)."""
    year = year_of(session)
    for variant in () if year is None or session.choice.variant else year.variants:
        if variant.id == event.value and variant.available:
            return _asked_or_on(replace(session, choice=replace(session.choice, variant=variant.id)))
    return session, ()


def about_shown(session: Session, event: Touched) -> Result:
    """S-09: what the municipality wants read, one chapter at a time."""
    return told(session, ABOUT, event.value), ()


def about_closed(session: Session, _event: Touched) -> Result:
    """S-09: back to the kinds."""
    return told(session, ""), ()


def _selves(kind: OfferedKind) -> tuple[str, ...]:
    return tuple(person.handle for person in kind.persons if person.is_self)


def _to_items(session: Session) -> Result:
    return go(session, Step.ITEMS if kind_of(session).items else Step.COPIES)


def to_kinds(session: Session, _event: Touched) -> Result:
    """S-10 → S-09; from the papers of a year back to the years."""
    kind = kind_of(session)
    if question(session) is Question.VARIANT and len(kind.years) > 1:
        return go(replace(session, choice=_preset(kind)), Step.PERSONS)
    return go(replace(session, choice=Choice()), Step.KIND)


def who_chosen(session: Session, event: Touched) -> Result:
    """S-10: the holder alone, the whole household or register, or a part of it that is ticked below."""
    kind = kind_of(session)
    if question(session) is not Question.PERSONS:
        return session, ()
    if event.value == SELF:
        return _persons(session, SELF, _selves(kind)), ()
    if event.value == ALL:
        return _persons(session, ALL, tuple(person.handle for person in kind.persons)), ()
    return _persons(session, SOME, ()), ()


def _persons(session: Session, who: str, persons: tuple[str, ...]) -> Session:
    whole = who == ALL or len(persons) == len(kind_of(session).persons)
    return replace(session, choice=replace(session.choice, who=who, persons=persons, whole_household=whole))


def person_ticked(session: Session, event: Touched) -> Result:
    """S-10: tick or untick one member; the order is the register's, whatever the order of touches.

    Where only one person can be on the paper (戸籍個人事項証明書, I-27), the last one touched is meant.
    """
    if question(session) is Question.ONE:
        one = tuple(p.handle for p in kind_of(session).persons if p.handle == event.value)
        return (_persons(session, SOME, one) if one else session), ()
    if session.choice.who != SOME:
        return session, ()
    ticked = set(session.choice.persons) ^ {event.value}
    return _persons(session, SOME, tuple(p.handle for p in kind_of(session).persons if p.handle in ticked)), ()


def persons_done(session: Session, _event: Touched) -> Result:
    """S-10 → S-11, or S-12 when there are no items; somebody must be chosen, and everything else said."""
    asked = question(session) in (Question.YEAR, Question.VARIANT)
    return _to_items(session) if session.choice.persons and not asked else (session, ())


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
    """S-11 → S-10 with its last question, or S-09 when there was none."""
    kind = kind_of(session)
    if kind.person_choice is PersonChoice.SELF:
        session = replace(session, choice=_unsaid(session, kind))
        if question(session) is None:
            return to_kinds(session, event)
    return go(session, Step.PERSONS)


def _unsaid(session: Session, kind: OfferedKind) -> Choice:
    """The choice without the last answer of S-10."""
    if session.choice.variant:
        return replace(session.choice, variant="")
    return replace(session.choice, year=0) if len(kind.years) > 1 else session.choice


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
    """S-13 → S-14: the order is on record before it is sent; it is not paid for yet.

    Nothing is ordered for a printer that is out; it is looked at again, so that the next touch may go on.
    """
    if session.printer_code:
        return told(session, session.printer_code), (LookAtPrinter(),)
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
        year=choice.year,
        variant=choice.variant,
    )
    placed = records.order_placed(asked.awaiting, offer.municipality, choice.kind, choice.copies, session.consent)
    return go(replace(asked, order_id=asked.awaiting), Step.PREPARING, placed, order)
