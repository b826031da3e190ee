"""Holds every element of a composed page against what may stand there; anything else is `MixedUp`.

Separate from signing so that it can be read alone: pure, no key, no database. A text is held
against the form's own words, the facts of the set, or the facts of those whose page it is, as
worked out afresh, and must stand in the cell or row of its fact; a person who is not on the
order has no facts here (F-02, F-04).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from municipality_client.centre import issuing
from municipality_client.centre.forms import flow, layout
from municipality_client.centre.forms.facts import Fact, Facts, Stamp
from municipality_client.centre.forms.fitting import PADDING
from municipality_client.centre.forms.layout import Sheet
from municipality_client.centre.forms.places import Edges
from municipality_client.centre.forms.rows import Row
from municipality_client.centre.forms.shapes import Column, Flow, Form, hundredths, is_on
from municipality_client.centre.forms.sources import (
    Drawn,
    Heading,
    Label,
    PersonFact,
    Placed,
    RowFact,
    SetFact,
    Source,
    Wording,
)
from municipality_client.centre.issuing import Commission
from municipality_client.errors import MixedUp
from printer.document import Element, Picture, Rule, Text

_OF_PERSONS = (PersonFact, RowFact, Heading)
_NOT_ITS_OWN = "holds what is not its own"
_SAYS_ELSE = "says something else than the register"
_INCOMPLETE = "does not say all it must"
_ASTRAY = "has a fact in another's place"


def check_set(commission: Commission, pages: Sequence[Drawn], set_number: str) -> None:
    """Raise MixedUp unless `pages` say what `commission` says, all of it and nothing else."""
    of = commission.form
    expected = _flowing(commission) if of.flow is not None else _of_cells(commission, pages)
    about_set = issuing.set_facts(commission)
    for number, drawn in enumerate(pages, 1):
        about = {**about_set, **issuing.copy_facts(of, set_number, number, len(pages))}
        page = _Page(of, about, number == 1, number == len(pages))
        if wrong := page.wrong(drawn) or expected.wrong(drawn, number):
            raise MixedUp(f"page {number}: {wrong}")
    if not pages or not expected.is_complete:
        raise MixedUp("the set has not all its pages")


@dataclass(frozen=True)
class _Page:
    """What stands on a page whoever it names: words of the form, facts of the set, the official seal."""

    form: Form
    about_set: Facts
    first: bool
    last: bool

    def wrong(self, drawn: Drawn) -> str:
        """Return what is wrong, without quoting it, or ""."""
        said = set()
        for placed in drawn:
            if isinstance(placed.element, Rule) or isinstance(placed.source, _OF_PERSONS):
                continue  # lines say nothing, facts of persons are looked at apart
            if placed.source is None or not self._may_stand(placed.element, placed.source):
                return _NOT_ITS_OWN
            if isinstance(placed.source, SetFact):
                said.add(placed.source.name)
        lines = layout.facts_of_set(self.form, self.first, self.last)
        return "" if lines <= said and self._pictures() <= said else _INCOMPLETE

    def _may_stand(self, element: Element, source: Source) -> bool:
        match source:
            case Label():
                return isinstance(element, Text) and element.text in self.form.labels
            case Wording(key):
                return isinstance(element, Text) and element.text == self.form.words.get(key)
            case SetFact(name):
                return _is(element, self.about_set.get(name))
        return False

    def _pictures(self) -> set[str]:
        places = (place for place in self.form.places if is_on(place.only, self.first, self.last))
        return {place.fact for place in places if place.fact in self.about_set}


@dataclass
class _Cells:
    """What sheets of cells must hold of whom they name."""

    form: Form
    sheets: tuple[Sheet, ...]
    is_complete: bool = True

    def wrong(self, drawn: Drawn, number: int) -> str:
        """Return what is wrong with the facts of a page (from 1), or ""."""
        sheet = self.sheets[number - 1]
        boxes = layout.boxes(self.form, sheet)
        facts = {(one.person, name): fact for one in sheet.persons for name, fact in one.facts.items()}
        said: dict[tuple[str, str], str] = {}
        for placed in drawn:
            if not isinstance(placed.source, _OF_PERSONS):
                continue
            if not isinstance(placed.source, PersonFact):
                return _NOT_ITS_OWN
            whose = placed.source.person, placed.source.field
            if wrong := _misplaced(placed.element, facts.get(whose), boxes.get(whose)):
                return wrong
            # A fact may be folded into several lines: joined in reading order they are the fact.
            said[whose] = said.get(whose, "") + (placed.element.text if isinstance(placed.element, Text) else "")
        if any(isinstance(fact := facts[whose], str) and text != fact for whose, text in said.items()):
            return _SAYS_ELSE
        # Nothing may be left out either: a sheet without the name would pass every check above.
        return "" if said.keys() == boxes.keys() | layout.pictures_of_persons(self.form, sheet) else _INCOMPLETE


@dataclass(frozen=True)
class _Part:
    """One part of a row that must come: its source, text, row and column."""

    source: Heading | RowFact
    text: str
    row: int
    column: Column


@dataclass
class _Rows:
    """What flowing rows must say, in this order, over all pages."""

    parts: list[_Part]
    area: tuple[int, int, int]
    _next: int = 0
    _said: str = ""
    _down: tuple[int, int, int] = (-1, 0, 0)

    @property
    def is_complete(self) -> bool:
        """Whether everything has been said."""
        return self._next == len(self.parts) and not self._said

    def wrong(self, drawn: Drawn, number: int) -> str:
        """Return what is wrong with the rows of the next page (from 1), or ""."""
        top = self.area[0 if number == 1 else 1]
        self._down = (-1, top, top)
        for placed in drawn:
            if isinstance(placed.source, PersonFact):
                return _NOT_ITS_OWN
            if isinstance(placed.source, Heading | RowFact) and (wrong := self._take(placed)):
                return wrong
        return ""

    def _take(self, placed: Placed) -> str:
        if self._next == len(self.parts) or not isinstance(placed.element, Text):
            return _NOT_ITS_OWN
        part, text = self.parts[self._next], placed.element
        if placed.source != part.source:
            return _NOT_ITS_OWN
        # Lines of one part join to its text; a row stands below the one before it.
        self._said += text.text
        if not part.text.startswith(self._said):
            return _SAYS_ELSE
        if not self._goes_down(part.row, text.y) or not _is_in_column(text, part.column):
            return _ASTRAY
        if self._said == part.text:
            self._next, self._said = self._next + 1, ""
        return ""

    def _goes_down(self, row: int, y: int) -> bool:
        before, floor, lowest = self._down
        # All parts of a row stand below everything of the rows before it.
        floor = floor if row == before else lowest
        self._down = row, floor, max(lowest, y)
        return floor < y < self.area[2]


def _flowing(commission: Commission) -> _Rows:
    shape = flow.flow_of(commission.form)
    area = hundredths(shape.top), hundredths(shape.top_next), hundredths(shape.bottom) + PADDING
    parts = [part for number, row in enumerate(issuing.rows(commission)) for part in _parts(shape, number, row)]
    return _Rows(parts, area)


def _parts(shape: Flow, number: int, row: Row) -> list[_Part]:
    columns = shape.styles[row.style].columns
    both = zip(row.parts, columns, strict=True)
    return [_Part(part.source, part.text, number, column) for part, column in both if part is not None and part.text]


def _of_cells(commission: Commission, pages: Sequence[Drawn]) -> _Cells:
    sheets = issuing.sheets(commission)
    if len(pages) != len(sheets):
        raise MixedUp("the set has not one page for each person")
    return _Cells(commission.form, sheets)


def _misplaced(element: Element, fact: Fact | None, box: Edges | None) -> str:
    """Return what is wrong with an element that stands for this fact, in this cell, or ""."""
    if isinstance(element, Text) and isinstance(fact, str):
        return "" if _is_within(element.x, element.y, box) else _ASTRAY
    return "" if isinstance(element, Picture) and _is(element, fact) else _NOT_ITS_OWN


def _is_within(x: int, y: int, box: Edges | None) -> bool:
    return box is not None and box[0] <= x < box[2] and box[1] < y <= box[3]


def _is_in_column(text: Text, column: Column) -> bool:
    left = hundredths(column.at)
    return left <= text.x <= left + hundredths(column.width)


def _is(element: Element, fact: Fact | None) -> bool:
    """Say whether this is that text, or that stamp in its true size."""
    match element, fact:
        case Text(text=text), str():
            return text == fact
        case Picture(), Stamp():
            return (element.png, element.width, element.height) == (fact.png, fact.width, fact.height)
    return False
