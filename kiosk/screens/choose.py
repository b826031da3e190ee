"""S-09 … S-13: kind, persons, items, copies, and all of it once more before it counts."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from kiosk.screens.layout import BODY, GAP, HEADING, SMALL, TOUCH, Column, height_of
from kiosk.screens.parts import Desk
from kiosk.screens.start import reason
from kiosk.screens.view import Align, Box, Label, Press, Rect, Role, Tone
from kiosk.session.buttons import Button
from kiosk.session.choose import ABOUT, ALL, ITEM_WARNING, SELF, SOME, Question, kind_of, question, year_of
from kiosk.session.moves import known, serves
from kiosk.session.states import Session
from municipality_client.messages import (
    Chapter,
    Kind,
    Municipality,
    OfferedItem,
    OfferedKind,
    OfferedPerson,
    OfferedVariant,
    OfferedYear,
    PersonChoice,
)

_PICTURES = {
    Kind.RESIDENCE_COPY: "people",
    Kind.RESIDENCE_ITEMS: "people",
    Kind.SEAL: "seal",
    Kind.KOSEKI_WHOLE: "book",
    Kind.KOSEKI_PERSON: "book",
}
NOT_ENROLLED = "E-39"
_OTHER_PICTURE = "paper"
_COUNT = 96
_WHO = (SELF, ALL, SOME)
_ONE_BELOW_ANOTHER = 3
_ROW_MOST = 136
_KIND_LEAST = 144
_KINDS_MANY = 6
_HOUSEHOLD_LARGE = 6
_YEARS_MANY = 6


def kinds(desk: Desk) -> None:
    """S-09: what this person may have here and now; the rest stays visible with its reason."""
    town = known(desk.session.municipality)
    if desk.session.notice == ABOUT:
        _about(desk, town)
        return
    left, right = desk.columns()
    desk.question(left, why=desk.say("why", municipality=town.name))
    if town.about:
        desk.put(Press(left.take(TOUCH, GAP), Button.ABOUT, desk.say("about"), role=Role.TEXT))
    offered = known(desk.session.offer).kinds
    if any(kind.code == NOT_ENROLLED for kind in offered) and serves(desk.session, "registration"):
        # V-2: what is withheld explains itself, and this is the way to it.
        desk.put(Press(left.take(TOUCH, GAP), Button.ENROL, desk.texts.of("enrol.offer"), role=Role.OUTLINED))
    if town.window:
        desk.remark(left, desk.say("window", windows="、".join(town.window)))
    needed = len(offered) * _KIND_LEAST if left is right else 0
    for note in reversed(town.notes):
        if left.left >= needed + height_of(note, BODY, left.width):
            desk.remark(left, note)
    gap = GAP if len(offered) < _KINDS_MANY else GAP // 2
    for cell, kind in zip(right.grid(len(offered), gap=gap), offered, strict=True):
        desk.put(_kind(desk, kind, cell))
    desk.foot(cancel=True)


def _kind(desk: Desk, kind: OfferedKind, cell: Rect) -> Press:
    note = " ".join((desk.say("fee", fee=kind.fee), *_warnings(desk, kind))) if kind.available else _why_not(desk, kind)
    picture = _PICTURES.get(kind.kind, _OTHER_PICTURE)
    name = desk.named("kind", kind.kind, kind.name)
    note = note if name == kind.name else f"{kind.name} {note}"
    return Press(cell, Button.KIND, name, value=kind.kind, note=note, enabled=kind.available, picture=picture)


def _why_not(desk: Desk, kind: OfferedKind) -> str:
    until = desk.texts.of("reason.until", opens=kind.hours.opens) if kind.code == "E-22" else ""
    return reason(desk, kind.code) + until


def _warnings(desk: Desk, kind: OfferedKind) -> tuple[str, ...]:
    return tuple(desk.texts.of(f"warning.{one}") for one in kind.warnings)


def _about(desk: Desk, town: Municipality) -> None:
    """What the municipality wants read, a chapter at a time (I-51, I-75, I-88, O-46, O-62)."""
    left, right = desk.columns()
    desk.question(left, desk.say("about-question", municipality=town.name), desk.say("about-why"))
    open_at = next((one for one in town.about if one.id == desk.session.notice_detail), town.about[0])
    cells = left.grid(len(town.about), 3 if left is right else 2, TOUCH, GAP // 2)
    for cell, chapter in zip(cells, town.about, strict=True):
        title, chosen = desk.texts.of(f"about.{chapter.id}"), chapter is open_at
        desk.put(Press(cell, Button.ABOUT, title, value=chapter.id, chosen=chosen))
    _chapter(desk, right, open_at)
    desk.foot(back=True, cancel=True)


def _chapter(desk: Desk, column: Column, chapter: Chapter) -> None:
    """The chapter's lines; its heading is the button that is marked."""
    needed = sum(height_of(line, BODY, column.width) + GAP for line in chapter.lines)
    size, gap = (BODY, GAP) if needed <= column.left else (SMALL, GAP // 4)
    for line in chapter.lines:
        desk.put(Label(column.take_text(line, size, gap), line, size))


def persons(desk: Desk) -> None:
    """S-10: which year, which paper, whose: the holder, everybody, or some; names stand shortened."""
    asks = {Question.YEAR: _years, Question.VARIANT: _variants, Question.ONE: _one}
    asks.get(question(desk.session) or Question.PERSONS, _whose)(desk)


def title(session: Session) -> str:
    """Key of the title of S-10: whose certificate, of which year, or which paper."""
    asked = question(session)
    return f"title-{asked}" if asked in (Question.YEAR, Question.VARIANT) else "title"


def _years(desk: Desk) -> None:
    left, right = desk.columns()
    desk.question(left, desk.say("question-year"), desk.say("why-year"))
    years = kind_of(desk.session).years
    cells = right.grid(len(years), 1 if len(years) <= _YEARS_MANY else 2)
    desk.put(*(_year(desk, year, cell) for year, cell in zip(years, cells, strict=True)))
    desk.foot(back=True, cancel=True)


def _year(desk: Desk, year: OfferedYear, cell: Rect) -> Press:
    note = desk.say("income-of", year=year.year - 1) if year.available else reason(desk, year.code)
    return Press(cell, Button.YEAR, year.name, value=str(year.year), note=note, enabled=year.available)


def _variants(desk: Desk) -> None:
    left, right = desk.columns()
    year = known(year_of(desk.session))
    desk.question(left, desk.say("question-variant"), desk.say("why-variant", year=year.name))
    cells = right.grid(len(year.variants))
    desk.put(*(_variant(desk, variant, cell) for variant, cell in zip(year.variants, cells, strict=True)))
    desk.foot(back=True, cancel=True)


def _variant(desk: Desk, variant: OfferedVariant, cell: Rect) -> Press:
    note = "" if variant.available else reason(desk, variant.code)
    return Press(cell, Button.VARIANT, variant.name, value=variant.id, note=note, enabled=variant.available)


def _one(desk: Desk) -> None:
    """One person of a family register (I-27, X-08)."""
    left, right = desk.columns()
    desk.question(left, desk.say("question-one"), desk.say("why-one"))
    people = kind_of(desk.session).persons
    beside = 1 if len(people) <= _HOUSEHOLD_LARGE else 2
    desk.put(
        *(
            _person(desk, one, cell)
            for one, cell in zip(people, right.grid(len(people), beside, gap=GAP // 2), strict=True)
        )
    )
    desk.foot(back=True, cancel=True, next_label=desk.texts.of("foot.next"), ready=bool(desk.session.choice.persons))


def _whose(desk: Desk) -> None:
    left, right = desk.columns()
    desk.question(left)
    people = kind_of(desk.session).persons
    if desk.session.choice.who == SOME:
        _ticking(desk, left, right, people)
    else:
        desk.put(*(_who(desk, who, len(people), cell) for who, cell in zip(_WHO, right.grid(3), strict=True)))
    ready = bool(desk.session.choice.persons)
    desk.foot(back=True, cancel=True, next_label=desk.texts.of("foot.next"), ready=ready)


def _ticking(desk: Desk, left: Column, right: Column, people: tuple[OfferedPerson, ...]) -> None:
    """The three answers and below them, or beside them on a wide panel, the members of the household."""
    apart = left is not right and len(people) > _HOUSEHOLD_LARGE
    beside = 2 if apart else -(-len(people) // _ONE_BELOW_ANOTHER)
    members, gap = -(-len(people) // beside), GAP // 2
    rows = members if apart else len(_WHO) + members
    height = min(_ROW_MOST, (right.left - (rows - 1) * gap) // rows)
    for who, cell in zip(_WHO, (left if apart else right).grid(3, 1, height, gap), strict=True):
        desk.put(_who(desk, who, len(people), cell))
    inset = 0 if apart else 4 * GAP
    below = Column(replace(right.take(right.left), x=right.x + inset, width=right.width - inset))
    for person, cell in zip(people, below.grid(len(people), beside, height, gap), strict=True):
        desk.put(_person(desk, person, cell))


def _who(desk: Desk, who: str, count: int, cell: Rect) -> Press:
    notes = {ALL: desk.say("people", count=count), SOME: desk.say("some-note")}
    chosen = desk.session.choice.who == who
    register = kind_of(desk.session).person_choice is PersonChoice.REGISTER
    label = desk.say(f"{who}-register" if register and who != SELF else who)
    return Press(cell, Button.WHO, label, value=who, note=notes.get(who, ""), chosen=chosen)


def _person(desk: Desk, person: OfferedPerson, cell: Rect) -> Press:
    note = desk.say("person-self") if person.is_self else desk.named("relation", person.relation, person.relation)
    chosen = person.handle in desk.session.choice.persons
    return Press(cell, Button.PERSON, person.display_name, value=person.handle, note=note, chosen=chosen)


def items(desk: Desk) -> None:
    """S-11: one row for each item, with or without; what is sensitive is asked about once more (I-18)."""
    if desk.session.notice == ITEM_WARNING:
        _warning(desk)
        return
    left, right = desk.columns()
    desk.question(left)
    offered = kind_of(desk.session).items
    for cell, item in zip(right.grid(len(offered)), offered, strict=True):
        desk.put(_item(desk, item, cell))
    desk.foot(back=True, cancel=True, next_label=desk.texts.of("foot.next"))


def _item(desk: Desk, item: OfferedItem, cell: Rect) -> Press:
    chosen = item.id in desk.session.choice.items
    note = desk.say("with") if chosen else desk.say("without")
    return Press(cell, Button.ITEM, desk.named("item", item.id, item.name), value=item.id, note=note, chosen=chosen)


def _warning(desk: Desk) -> None:
    left, right = desk.columns()
    asked = next(item for item in kind_of(desk.session).items if item.id == desk.session.notice_detail)
    name = desk.named("item", asked.id, asked.name)
    desk.question(left, desk.say("warning-question", item=name), desk.say("warning-why"))
    no, yes = right.grid(2)
    desk.put(
        Press(no, Button.DISAGREE, desk.say("warning-no"), role=Role.OUTLINED),
        Press(yes, Button.AGREE, desk.say("warning-yes"), role=Role.OUTLINED),
    )
    desk.foot(back=True, cancel=True)


def copies(desk: Desk) -> None:
    """S-12: how many sets, and what they cost together (I-37, O-64)."""
    left, right = desk.columns()
    kind, chosen = kind_of(desk.session), desk.session.choice.copies
    desk.question(left, why=desk.say("why", fee=kind.fee, most=kind.max_copies))
    fewer, count, more = right.grid(3, 3, 200)
    desk.put(
        Press(fewer, Button.FEWER, desk.say("fewer"), role=Role.OUTLINED, enabled=chosen > 1),
        Box(count, Tone.GROUND, border=2),
        Label(count, desk.say("count", copies=chosen), _COUNT, True, Tone.TEXT, Align.CENTRE, True),
        Press(more, Button.MORE, desk.say("more"), role=Role.OUTLINED, enabled=chosen < kind.max_copies),
    )
    total = desk.say("total", total=f"{kind.fee * chosen:,}")
    desk.put(Label(right.take(2 * HEADING), total, HEADING, True, Tone.TEXT, Align.CENTRE, True))
    desk.foot(back=True, cancel=True, next_label=desk.texts.of("foot.next"))


def confirm(desk: Desk) -> None:
    """S-13: the last look before it counts (I-81, I-82, O-48); persons by their shortened names."""
    left, right = desk.columns()
    desk.question(left)
    kind = kind_of(desk.session)
    for note in reversed((*kind.notes, *_warnings(desk, kind))):
        desk.remark(left, note)
    desk.facts(right, _summary(desk, kind))
    desk.foot(back=True, cancel=True, next_label=desk.say("next"))


def _summary(desk: Desk, kind: OfferedKind) -> tuple[tuple[str, str], ...]:
    choice = desk.session.choice
    names = tuple(person.display_name for person in kind.persons if person.handle in choice.persons)
    items_chosen = tuple(desk.named("item", item.id, item.name) for item in kind.items if item.id in choice.items)
    rows = [
        (desk.say("kind"), "　".join((desk.named("kind", kind.kind, kind.name), *_which(desk)))),
        (desk.say("municipality"), known(desk.session.municipality).name),
        (desk.say("persons"), _listed(desk, names)),
    ]
    if kind.items:
        rows.append((desk.say("items"), _listed(desk, items_chosen) or desk.say("items-none")))
    rows += [
        (desk.say("copies"), desk.say("copies-value", copies=choice.copies)),
        (desk.say("unit-fee"), desk.say("yen", yen=f"{kind.fee:,}")),
        (desk.say("total"), desk.say("yen", yen=f"{kind.fee * choice.copies:,}")),
    ]
    return tuple(rows)


def _listed(desk: Desk, names: Sequence[str]) -> str:
    """The names as the language lists them."""
    return reduce(lambda before, name: desk.say("and", before=before, name=name), names) if names else ""


def _which(desk: Desk) -> tuple[str, ...]:
    """The year and the paper of a kind that has several."""
    year = year_of(desk.session)
    if year is None:
        return ()
    variants = tuple(one.name for one in year.variants if one.id == desk.session.choice.variant)
    return (year.name, *variants)
