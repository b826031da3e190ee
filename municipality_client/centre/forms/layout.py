"""Draws sheets of fixed cells from a form: title, ruled cells, attestation, seal, foot.

Separate from the facts so that measures and wording are data. Every element carries its source,
so that the signer can hold each text against what it may be. Flowing rows are drawn by `flow`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from municipality_client.centre.forms import fitting
from municipality_client.centre.forms.facts import Facts, Stamp
from municipality_client.centre.forms.fitting import PADDING, Measure
from municipality_client.centre.forms.shapes import (
    OF_COPY,
    Cell,
    Form,
    Line,
    Place,
    Slots,
    form,
    hundredths,
    is_on,
    kinds,
)
from municipality_client.centre.forms.sources import (
    Drawn,
    Heading,
    Label,
    PersonFact,
    Placed,
    RowFact,
    SetFact,
    Source,
    Unprintable,
    Wording,
)
from municipality_client.errors import BadProfile
from printer.document import Picture, Rule, Text

__all__ = [
    "Drawn", "Form", "Heading", "Label", "PersonFact", "Placed", "RowFact", "SetFact", "Source",
    "Unprintable", "Wording", "form", "kinds",
]  # fmt: skip

Edges = tuple[int, int, int, int]
THIN = 20  # rule thickness, 0.01 mm (visual.md, Paper)
END = "end"


@dataclass(frozen=True)
class About:
    """One person on a sheet: id, whether a foreign resident, facts."""

    person: str
    foreign: bool
    facts: Facts


@dataclass(frozen=True)
class Sheet:
    """What one sheet of fixed cells shows, and where it stands in its set."""

    persons: tuple[About, ...]
    about_set: Facts
    first: bool
    last: bool


@dataclass(frozen=True)
class Spot:
    """One cell on one sheet: whose fact it shows, and how far below its place in the form (0.01 mm)."""

    cell: Cell
    about: About
    below: int = 0

    @property
    def source(self) -> PersonFact:
        """The fact that the cell shows."""
        return PersonFact(self.about.person, self.cell.fact)

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the whole cell."""
        left, top, right, bottom = self.cell.edges
        return left, top + self.below, right, bottom + self.below

    @property
    def frames(self) -> tuple[Edges, ...]:
        """The boxes that are ruled: of label and fact, or of the fact alone."""
        left, top, right, bottom = self.box
        x = left + hundredths(self.cell.label_width)
        return ((left, top, x, bottom), (x, top, right, bottom)) if x < right else ((left, top, right, bottom),)


def spots(of: Form, sheet: Sheet) -> tuple[Spot, ...]:
    """Return the cells of a sheet: the form's own for its first person, and those of each slot."""
    found = [Spot(cell, sheet.persons[0]) for cell in of.cells if _is_for(cell, sheet.persons[0])]
    if of.slots is not None:
        for number, about in enumerate(sheet.persons):
            below = number * hundredths(of.slots.pitch)
            found += [Spot(cell, about, below) for cell in of.slots.cells if _is_for(cell, about)]
    return tuple(found)


def draw(of: Form, font: str, sheets: Sequence[Sheet]) -> tuple[Drawn, ...] | Unprintable:
    """Draw all sheets but for their numbers, each in reading order."""
    measure = Measure(font)
    drawn = []
    for sheet in sheets:
        page = _sheet(Pen(of, font, sheet.about_set), sheet, measure)
        if isinstance(page, Unprintable):
            return page
        drawn.append(page)
    return fitting.without_glyph(drawn, font) or tuple(drawn)


def _sheet(pen: "Pen", sheet: Sheet, measure: Measure) -> Drawn | Unprintable:
    of = pen.of
    blocks = pen.fixed(sheet.first, sheet.last)
    blocks += [(_order(place), [pen.stamp(place, sheet)]) for place in _places(of, sheet)]
    cells = spots(of, sheet)
    blocks.append(((0, 0), list(_grid(tuple(box for spot in cells for box in spot.frames)))))
    for spot in cells:
        drawn = pen.cell(spot, measure)
        if isinstance(drawn, Unprintable):
            return drawn
        blocks.append(((spot.box[1] / 100, spot.cell.at[0]), drawn))
    if sheet.last and of.slots is not None:
        blocks.append(pen.left_over(of.slots, len(sheet.persons)))
    return in_order(blocks)


Block = tuple[tuple[float, float], list[Placed]]


def in_order(blocks: Sequence[Block]) -> Drawn:
    """Put blocks in reading order: top to bottom, then left to right; label and fact stay together."""
    return tuple(one for _, block in sorted(blocks, key=lambda block: block[0]) for one in block)


def picture_sources(of: Form, sheet: Sheet) -> frozenset[PersonFact]:
    """Return the pictures of persons that a sheet shows."""
    sources = (_place_source(place, sheet) for place in _places(of, sheet))
    return frozenset(source for source in sources if isinstance(source, PersonFact))


def set_sources(of: Form, first: bool, last: bool) -> frozenset[Source]:
    """Return the facts of the set in the fixed lines of a numbered page."""
    lines = (line.fact for line in of.lines if line.fact and is_on(line.only, first, last))
    return frozenset(SetFact(fact) for fact in lines)


def number(of: Form, font: str, about_copy: Mapping[str, str]) -> Drawn:
    """Draw what differs from copy to copy: `set_number` and `page`."""
    return tuple(
        Placed(fitting.line(line, about_copy[line.fact], font), SetFact(line.fact))
        for line in of.lines
        if line.fact in OF_COPY
    )


@dataclass(frozen=True)
class Pen:
    """Draws parts of one form."""

    of: Form
    font: str
    about_set: Facts

    def fixed(self, first: bool, last: bool) -> list[Block]:
        """Lines and boxes that stand at their places whoever is named."""
        blocks: list[Block] = [((box[1], box[0]), _framed(box)) for box in self.of.boxes]
        for line in self.of.lines:
            if line.fact not in OF_COPY and is_on(line.only, first, last):
                blocks.append(((line.at[1] - line.size, line.at[0]), [self.line(line)]))
        return blocks

    def line(self, line: Line) -> Placed:
        """One line: a word of the form or a fact of the set."""
        if line.word:
            return Placed(fitting.line(line, self.of.words[line.word], self.font), Wording(line.word))
        text = self.about_set[line.fact]
        if not isinstance(text, str):
            raise BadProfile(f"{line.fact}: is no text")
        return Placed(fitting.line(line, text, self.font), SetFact(line.fact))

    def cell(self, spot: Spot, measure: Measure) -> list[Placed] | Unprintable:
        """The label and fact of a cell; its rules are the sheet's."""
        text, cell = spot.about.facts[spot.cell.fact], spot.cell
        left, top, right, bottom = spot.box
        left += hundredths(cell.label_width) + PADDING
        place = left, top, right - PADDING - left, bottom - top, hundredths(cell.size)
        lines = fitting.fitted(text, *place, measure) if isinstance(text, str) else None
        if lines is None:
            return Unprintable(cell.fact, spot.about.person)
        return [*_label(cell.label, cell.label_width, spot.box, self.of.label_size, self.font)] + [
            Placed(line, spot.source) for line in lines
        ]

    def stamp(self, place: Place, sheet: Sheet) -> Placed:
        """A picture in its true size."""
        facts = {**sheet.about_set, **sheet.persons[0].facts} if sheet.persons else sheet.about_set
        stamp = facts[place.fact]
        if not isinstance(stamp, Stamp):
            raise BadProfile(f"{place.fact}: is no picture")
        x, y = (hundredths(length) for length in place.middle)
        picture = Picture(x - stamp.width // 2, y - stamp.height // 2, stamp.width, stamp.height, stamp.png)
        return Placed(picture, _place_source(place, sheet))

    def left_over(self, slots: Slots, taken: int) -> Block:
        """以下余白 where the next person would stand."""
        at = slots.end_at[0], slots.end_at[1] + taken * slots.pitch
        line = Line(at=at, size=slots.end_size, align="centre", word=END)
        return (at[1] - line.size, at[0]), [self.line(line)]


@lru_cache(maxsize=2048)
def _label(label: str, label_width: float, box: Edges, em: float, font: str) -> tuple[Placed, ...]:
    """The label of a cell, the same on every sheet."""
    left, top, _, bottom = box
    size, room = hundredths(em), hundredths(label_width) - PADDING
    rows = label.split("\n")
    middle = left + hundredths(label_width) // 2
    placed = []
    for text, down in zip(rows, fitting.baselines(top, bottom - top, size, len(rows)), strict=True):
        width = min(fitting.width_of_word(text, size, font), room)
        placed.append(Placed(Text(middle - width // 2, down, size, text, width), Label()))
    return tuple(placed)


@lru_cache(maxsize=256)
def _grid(boxes: tuple[Edges, ...]) -> tuple[Placed, ...]:
    """The rules round all boxes, each drawn once however many boxes share it."""
    across: dict[int, list[tuple[int, int]]] = defaultdict(list)
    down: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for left, top, right, bottom in boxes:
        for y in (top, bottom):
            across[y].append((left, right))
        for x in (left, right):
            down[x].append((top, bottom))
    level = [Rule(start, y, end, y, THIN) for y, spans in across.items() for start, end in _joined(spans)]
    upright = [Rule(x, start, x, end, THIN) for x, spans in down.items() for start, end in _joined(spans)]
    return tuple(Placed(rule) for rule in [*level, *upright])


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that touch or overlap."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def _is_for(cell: Cell, about: About) -> bool:
    return cell.of == "all" or (cell.of == "foreign") == about.foreign


def _places(of: Form, sheet: Sheet) -> list[Place]:
    return [place for place in of.places if is_on(place.only, sheet.first, sheet.last)]


def _place_source(place: Place, sheet: Sheet) -> Source:
    of_person = sheet.persons and place.fact in sheet.persons[0].facts
    return PersonFact(sheet.persons[0].person, place.fact) if of_person else SetFact(place.fact)


def _order(place: Place) -> tuple[float, float]:
    return place.middle[1], place.middle[0]


def _framed(box: tuple[float, float, float, float]) -> list[Placed]:
    left, top = hundredths(box[0]), hundredths(box[1])
    return frame(left, top, left + hundredths(box[2]), top + hundredths(box[3]))


def frame(left: int, top: int, right: int, bottom: int) -> list[Placed]:
    """Four rules, in 0.01 mm."""
    return [
        Placed(Rule(left, top, right, top, THIN)),
        Placed(Rule(left, bottom, right, bottom, THIN)),
        Placed(Rule(left, top, left, bottom, THIN)),
        Placed(Rule(right, top, right, bottom, THIN)),
    ]
