"""Where each element of a page comes from: what the composer claims, and the signer holds it to.

Separate so that forms, composer and signer share nothing more than these names.
"""

from dataclasses import dataclass
from typing import TypeAlias

from printer.document import Element


@dataclass(frozen=True)
class Wording:
    """The text is the form's own word `key`, at its fixed place."""

    key: str


@dataclass(frozen=True)
class Label:
    """The text is the label of one of the form's cells."""


@dataclass(frozen=True)
class Heading:
    """The text is the form's own word `key`, in a flowing row."""

    key: str


@dataclass(frozen=True)
class SetFact:
    """The text or picture is a fact of the set: number, page, date, who certifies."""

    name: str


@dataclass(frozen=True)
class PersonFact:
    """The text (or one line of it) or picture is the fact `field` of this person."""

    person: str
    field: str


@dataclass(frozen=True)
class RowFact:
    """The text (or one line of it) stands in flowing row `row` and is about `person`.

    `person` is the id of a member, or of the register itself.
    """

    person: str
    row: int
    part: int


Source: TypeAlias = Wording | Label | Heading | SetFact | PersonFact | RowFact


@dataclass(frozen=True)
class Placed:
    """One element and where its content comes from; rules have no source."""

    element: Element
    source: Source | None = None


Drawn: TypeAlias = tuple[Placed, ...]


@dataclass(frozen=True)
class Unprintable:
    """A text that does not fit its place, or has no glyph in the font (E-38).

    Says which fact of whom ("": of nobody in particular), never the text.
    """

    field: str
    person: str = ""
