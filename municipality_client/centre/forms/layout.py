"""Draws any form from its TOML file: title, ruled cells, attestation, seal, foot.

Separate from the facts so that measures and wording are data: a form is a file. Every element
carries its source, so that the signer can hold each text against what it may be. Lengths in the
files are millimetres, in pages 0.01 mm.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assets import tables
from municipality_client.centre.forms.facts import Facts, Stamp
from municipality_client.errors import BadProfile
from municipality_client.messages import Kind
from printer import fonts
from printer.document import Element, Picture, Rule, Text

_FOLDER = Path(__file__).resolve().parent
_THIN = 20  # rule thickness, 0.01 mm (visual.md, Paper)
# Sizes in per cent that are tried on one line, then the size of two folded lines.
_STEPS = (100, 92, 84, 76, 68)
_FOLDED = 68
_LEADING = 125  # per cent of the size, between folded lines
_PADDING = 200  # between a rule and a fact, 0.01 mm
_OF_COPY = ("set_number", "page")

Millimetre = Annotated[float, Field(ge=0, le=297)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(_Table):
    """One line of text: baseline (left, centre or right of `at`), and what stands there."""

    at: tuple[Millimetre, Millimetre]
    size: Annotated[float, Field(ge=1.5, le=20)]
    align: Literal["left", "centre", "right"] = "left"
    word: str = ""
    fact: str = ""
    only: Literal["every", "last", "not_last"] = "every"

    def is_on(self, last: bool) -> bool:
        """Say whether the line is drawn before copies are numbered, on the last page or another."""
        return self.fact not in _OF_COPY and (self.only == "every" or (self.only == "last") == last)


class Cell(_Table):
    """A ruled box: a small label in a column at its left, the fact in the rest."""

    at: tuple[Millimetre, Millimetre]
    box: tuple[Millimetre, Millimetre]
    label: str
    label_width: Millimetre
    fact: str
    size: Annotated[float, Field(ge=2, le=12)] = 4.2


class Place(_Table):
    """Where a picture stands in its true size: its middle."""

    middle: tuple[Millimetre, Millimetre]
    fact: str
    only: Literal["every", "last", "not_last"] = "every"

    def is_on(self, last: bool) -> bool:
        """Say whether the picture stands on the last page or another."""
        return self.only == "every" or (self.only == "last") == last


class Form(_Table):
    """One form as its file says."""

    kind: Kind
    sheet: Literal["one_person", "set"]
    label_size: float
    words: Mapping[str, str]
    items: Mapping[str, str] = {}
    lines: tuple[Line, ...]
    cells: tuple[Cell, ...]
    places: tuple[Place, ...] = ()
    boxes: tuple[tuple[Millimetre, Millimetre, Millimetre, Millimetre], ...] = ()


@dataclass(frozen=True)
class Wording:
    """The text is the form's own word `key`."""

    key: str


@dataclass(frozen=True)
class Label:
    """The text is the label of one of the form's cells."""


@dataclass(frozen=True)
class SetFact:
    """The text or picture is a fact of the set: number, page, date, who certifies."""

    name: str


@dataclass(frozen=True)
class PersonFact:
    """The text (or one line of it) or picture is the fact `field` of this person."""

    person: str
    field: str


Source = Wording | Label | SetFact | PersonFact


@dataclass(frozen=True)
class Placed:
    """One element and where its content comes from; rules have no source."""

    element: Element
    source: Source | None = None


Drawn = tuple[Placed, ...]


@dataclass(frozen=True)
class Unprintable:
    """A text that does not fit its cell, or has no glyph in the font (E-38); says which fact, never the text."""

    field: str


@cache
def form(kind: Kind) -> Form | None:
    """Read the form of a kind; None where there is none. Raises BadProfile."""
    path = _FOLDER / f"{kind.value}.toml"
    if not path.exists():
        return None
    try:
        return tables.read(path, Form)
    except tables.FileError as error:
        raise BadProfile(str(error)) from error


def kinds() -> frozenset[Kind]:
    """Return the kinds that have a form."""
    return frozenset(kind for kind in Kind if form(kind) is not None)


def draw(of: Form, font: str, facts: Facts, about_set: Facts, person: str, last: bool) -> Drawn | Unprintable:
    """Draw one page but for its number: facts of `person` and of the set in the form's places, in reading order."""
    values = {**about_set, **facts}
    sources: dict[str, Source] = {name: SetFact(name) for name in about_set}
    sources |= {name: PersonFact(person, name) for name in facts}
    pen = _Pen(of, font, values, sources)
    blocks = [((box[1], box[0]), _frame(box)) for box in of.boxes]
    blocks += [((place.middle[1], place.middle[0]), [pen.stamp(place)]) for place in of.places if place.is_on(last)]
    blocks += [((line.at[1] - line.size, line.at[0]), [pen.line(line)]) for line in of.lines if line.is_on(last)]
    for cell in of.cells:
        drawn = pen.cell(cell)
        if isinstance(drawn, Unprintable):
            return drawn
        blocks.append(((cell.at[1], cell.at[0]), drawn))
    # Reading order is top to bottom, then left to right, by block: label and fact stay together.
    placed = tuple(one for _, block in sorted(blocks, key=lambda block: block[0]) for one in block)
    return _without_glyph(placed, font) or placed


def fact_names(of: Form, last: bool) -> frozenset[str]:
    """Return the facts that a numbered page of this form shows, on the last page or another."""
    lines = (line.fact for line in of.lines if line.fact in _OF_COPY or line.is_on(last))
    places = (place.fact for place in of.places if place.is_on(last))
    return frozenset({*lines, *places, *(cell.fact for cell in of.cells)} - {""})


def _without_glyph(placed: Drawn, font: str) -> Unprintable | None:
    for one in placed:
        if not isinstance(one.element, Text):
            continue
        of_person = isinstance(one.source, PersonFact)
        if fonts.missing(one.element.text, font) if of_person else _lacks_word(one.element.text, font):
            return Unprintable(one.source.field if isinstance(one.source, PersonFact) else "wording")
    return None


# Only words of forms and facts of sets are remembered: a person's facts do not outlive the session.


@lru_cache(maxsize=512)
def _lacks_word(text: str, font: str) -> bool:
    return bool(fonts.missing(text, font))


@lru_cache(maxsize=512)
def _width_of_word(text: str, size: int, font: str) -> int:
    return fonts.width(text, size, font)


def number(of: Form, font: str, about_copy: Mapping[str, str]) -> Drawn:
    """Draw what differs from copy to copy: `set_number` and `page`, at the foot."""
    return tuple(
        Placed(_line(line, about_copy[line.fact], font), SetFact(line.fact))
        for line in of.lines
        if line.fact in _OF_COPY
    )


@dataclass(frozen=True)
class _Pen:
    """Draws parts of one form with the values and sources of one page."""

    of: Form
    font: str
    values: Facts
    sources: Mapping[str, Source]

    def line(self, line: Line) -> Placed:
        if line.word:
            return Placed(_line(line, self.of.words[line.word], self.font), Wording(line.word))
        text = self.values[line.fact]
        if not isinstance(text, str):
            raise BadProfile(f"{line.fact}: is no text")
        return Placed(_line(line, text, self.font), self.sources[line.fact])

    def cell(self, cell: Cell) -> list[Placed] | Unprintable:
        text = self.values[cell.fact]
        lines = _fitted(text, cell, self.font) if isinstance(text, str) else None
        if lines is None:
            return Unprintable(cell.fact)
        return _ruled(self.of, cell, self.font) + [Placed(line, self.sources[cell.fact]) for line in lines]

    def stamp(self, place: Place) -> Placed:
        stamp = self.values[place.fact]
        if not isinstance(stamp, Stamp):
            raise BadProfile(f"{place.fact}: is no picture")
        x, y = (_hundredths(length) for length in place.middle)
        picture = Picture(x - stamp.width // 2, y - stamp.height // 2, stamp.width, stamp.height, stamp.png)
        return Placed(picture, self.sources[place.fact])


def _line(line: Line, text: str, font: str) -> Text:
    x, y, size = _hundredths(line.at[0]), _hundredths(line.at[1]), _hundredths(line.size)
    if line.align != "left":
        width = fonts.width(text, size, font)
        x -= width if line.align == "right" else width // 2
    return Text(x, y, size, text)


def _ruled(of: Form, cell: Cell, font: str) -> list[Placed]:
    """Rules round the cell and behind its label, and the label, spread over its column."""
    left, top = cell.at
    placed = _frame((left, top, *cell.box))
    x, y = _hundredths(left + cell.label_width), _hundredths(top)
    if cell.label_width < cell.box[0]:
        placed.append(Placed(Rule(x, y, x, y + _hundredths(cell.box[1]), _THIN)))
    size, room = _hundredths(of.label_size), _hundredths(cell.label_width) - _PADDING
    rows = cell.label.split("\n")
    middle = _hundredths(left) + _hundredths(cell.label_width) // 2
    for text, baseline in zip(rows, _baselines(cell, size, len(rows)), strict=True):
        width = min(_width_of_word(text, size, font), room)
        placed.append(Placed(Text(middle - width // 2, baseline, size, text, width), Label()))
    return placed


def _fitted(text: str, cell: Cell, font: str) -> list[Text] | None:
    """Fit the text: as it is, smaller in steps, folded into two lines; None when nothing helps."""
    room = _hundredths(cell.box[0] - cell.label_width) - 2 * _PADDING
    full = _hundredths(cell.size)
    left = _hundredths(cell.at[0] + cell.label_width) + _PADDING
    for step in _STEPS:
        size = full * step // 100
        if fonts.width(text, size, font) <= room:
            return [Text(left, _baselines(cell, size, 1)[0], size, text)]
    size = full * _FOLDED // 100
    cut = _longest(text, size, room, font)
    high = size + size * _LEADING // 100
    if high > _hundredths(cell.box[1]) - _PADDING // 2 or fonts.width(text[cut:], size, font) > room:
        return None
    first, second = _baselines(cell, size, 2)
    return [Text(left, first, size, text[:cut]), Text(left, second, size, text[cut:])]


def _longest(text: str, size: int, room: int, font: str) -> int:
    """Return how many characters fit; never cuts before a mark or a variation selector."""
    count = next((n for n in range(len(text), 0, -1) if fonts.width(text[:n], size, font) <= room), 1)
    while count > 1 and count < len(text) and (text[count] >= "\U000e0100" or "\u3099" <= text[count] <= "\u309a"):
        count -= 1
    return count


def _baselines(cell: Cell, size: int, rows: int) -> list[int]:
    """Baselines of `rows` lines, centred in the cell; a kanji stands 0.88 em above its baseline."""
    leading = size * _LEADING // 100
    top = _hundredths(cell.at[1]) + (_hundredths(cell.box[1]) - size - leading * (rows - 1)) // 2
    return [top + size * 88 // 100 + leading * row for row in range(rows)]


def _frame(box: tuple[float, float, float, float]) -> list[Placed]:
    left, top = _hundredths(box[0]), _hundredths(box[1])
    right, bottom = left + _hundredths(box[2]), top + _hundredths(box[3])
    return [
        Placed(Rule(left, top, right, top, _THIN)),
        Placed(Rule(left, bottom, right, bottom, _THIN)),
        Placed(Rule(left, top, left, bottom, _THIN)),
        Placed(Rule(right, top, right, bottom, _THIN)),
    ]


def _hundredths(millimetres: float) -> int:
    return round(millimetres * 100)
