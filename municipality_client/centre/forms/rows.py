"""Rows of a flowing form as they are written: one after another, each fact with its own number.

Separate because koseki, 附票 and tax write them alike, and because the numbers make every fact of
a set unlike every other: the signer compares row by row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from municipality_client.centre.forms.sources import Heading, RowFact


@dataclass(frozen=True)
class Said:
    """One part of a row: the form's word (a Heading), or a fact about somebody."""

    source: Heading | RowFact
    text: str


@dataclass(frozen=True)
class Row:
    """One row: its style in the form, and what stands in each column (None: nothing)."""

    style: str
    parts: tuple[Said | None, ...]


@dataclass(frozen=True)
class Word:
    """A part that is the form's word of this key."""

    key: str


@dataclass
class Writer:
    """Collects rows; `words` are the form's, a fact is about `person`."""

    words: Mapping[str, str]
    rows: list[Row] = field(default_factory=list)

    def write(self, style: str, person: str, *parts: Word | str | None) -> None:
        """Add a row of words, facts about `person` and (None) gaps."""
        number = len(self.rows)
        said = (self._said(part, person, number, place) for place, part in enumerate(parts))
        self.rows.append(Row(style, tuple(said)))

    def _said(self, part: Word | str | None, person: str, row: int, place: int) -> Said | None:
        if part is None:
            return None
        if isinstance(part, Word):
            return Said(Heading(part.key), self.words[part.key])
        return Said(RowFact(person, row, place), part)
