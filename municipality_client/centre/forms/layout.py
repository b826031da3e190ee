"""Draws sheets of fixed cells: what always stands there, and the facts of those who are named.

Separate from the facts so that measures and wording are data. Every element carries its source,
so that the signer can hold each text against what it may be. Flowing rows are drawn by `flow`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from municipality_client.centre.forms import fitting, places
from municipality_client.centre.forms.facts import Facts, Stamp
from municipality_client.centre.forms.fitting import Measure
from municipality_client.centre.forms.places import Block, Spot
from municipality_client.centre.forms.shapes import OF_COPY, Form, Place, form, hundredths, is_on, kinds
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
from printer.document import Picture

__all__ = [
    "Drawn", "Form", "Heading", "Label", "PersonFact", "Placed", "RowFact", "SetFact", "Source",
    "Unprintable", "Wording", "form", "kinds",
]  # fmt: skip


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

    @property
    def foreign(self) -> tuple[bool, ...]:
        """For each person, whether a foreign resident: that decides which cells there are."""
        return tuple(one.foreign for one in self.persons)


def draw(of: Form, font: str, sheets: Sequence[Sheet]) -> tuple[Drawn, ...] | Unprintable:
    """Draw all sheets but for their numbers, each in reading order."""
    measure = Measure(font)
    drawn = []
    for sheet in sheets:
        blocks = fixed(of, font, sheet)
        for spot in places.spots(of, sheet.foreign):
            block = _fact(spot, sheet.persons[spot.number], measure)
            if isinstance(block, Unprintable):
                return block
            blocks.append(block)
        drawn.append(in_order(blocks))
    return fitting.without_glyph(drawn, font) or tuple(drawn)


def fixed(of: Form, font: str, sheet: Sheet) -> list[Block]:
    """Return what stands at its place on a sheet: words, rules, facts of the set, pictures."""
    blocks = list(places.still(of, font, sheet.foreign, sheet.first, sheet.last))
    for order, line in places.lines_of_set(of, sheet.first, sheet.last):
        text = sheet.about_set[line.fact]
        if not isinstance(text, str):
            raise BadProfile(f"{line.fact}: is no text")
        blocks.append((order, [Placed(fitting.line(line, text, font), SetFact(line.fact))]))
    for place in of.places:
        if is_on(place.only, sheet.first, sheet.last):
            blocks.append((_order(place), [_stamp(place, sheet)]))
    return blocks


def in_order(blocks: Sequence[Block]) -> Drawn:
    """Put blocks in reading order: top to bottom, then left to right; a label before its fact."""
    return tuple(one for _, block in sorted(blocks, key=lambda block: block[0]) for one in block)


def boxes(of: Form, sheet: Sheet) -> dict[tuple[str, str], places.Edges]:
    """Return the cell of each (person, fact) that a sheet shows: left, top, right, bottom (0.01 mm)."""
    spots = places.spots(of, sheet.foreign)
    return {(sheet.persons[spot.number].person, spot.fact): spot.box for spot in spots}


def pictures_of_persons(of: Form, sheet: Sheet) -> set[tuple[str, str]]:
    """Return the pictures of persons that a sheet shows, as (person, fact)."""
    shown = (_place_source(place, sheet) for place in of.places if is_on(place.only, sheet.first, sheet.last))
    return {(source.person, source.field) for source in shown if isinstance(source, PersonFact)}


def facts_of_set(of: Form, first: bool, last: bool) -> set[str]:
    """Return the facts of the set in the fixed lines of a numbered page."""
    return {line.fact for line in of.lines if line.fact and is_on(line.only, first, last)}


def number(of: Form, font: str, about_copy: Mapping[str, str]) -> Drawn:
    """Draw what differs from copy to copy: `set_number` and `page`."""
    return tuple(
        Placed(fitting.line(line, about_copy[line.fact], font), SetFact(line.fact))
        for line in of.lines
        if line.fact in OF_COPY
    )


def _fact(spot: Spot, about: About, measure: Measure) -> Block | Unprintable:
    text, (_, top, _, bottom) = about.facts[spot.fact], spot.box
    fitting_box = spot.left, top, spot.room, bottom - top, spot.size
    lines = fitting.fitted(text, *fitting_box, measure) if isinstance(text, str) else None
    if lines is None:
        return Unprintable(spot.fact, about.person)
    source = PersonFact(about.person, spot.fact)
    return spot.order, [Placed(line, source) for line in lines]


def _stamp(place: Place, sheet: Sheet) -> Placed:
    """Place a picture in its true size."""
    facts = {**sheet.about_set, **sheet.persons[0].facts} if sheet.persons else sheet.about_set
    stamp, source = facts[place.fact], _place_source(place, sheet)
    if not isinstance(stamp, Stamp):
        raise BadProfile(f"{place.fact}: is no picture")
    return Placed((_seal if isinstance(source, SetFact) else _picture)(place.middle, stamp), source)


def _picture(middle: tuple[float, float], stamp: Stamp) -> Picture:
    x, y = (hundredths(length) for length in middle)
    return Picture(x - stamp.width // 2, y - stamp.height // 2, stamp.width, stamp.height, stamp.png)


# The official seals are kept with their encoding: a handful, nobody's facts.
_seal = lru_cache(maxsize=64)(_picture)


def _place_source(place: Place, sheet: Sheet) -> Source:
    of_person = sheet.persons and place.fact in sheet.persons[0].facts
    return PersonFact(sheet.persons[0].person, place.fact) if of_person else SetFact(place.fact)


def _order(place: Place) -> tuple[float, float]:
    return hundredths(place.middle[1]), hundredths(place.middle[0])
