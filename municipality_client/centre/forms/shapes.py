"""What a form's TOML file may hold: lines, cells, places of pictures, slots for persons, flowing rows.

Separate from drawing so that measures and wording are data: a form is a file. A file may be
`like` another: what it says replaces what that says. All lengths are millimetres.
"""

from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import override

from assets import tables
from municipality_client.errors import BadProfile
from municipality_client.messages import Kind

_FOLDER = Path(__file__).resolve().parent
OF_COPY = ("set_number", "page")

Millimetre = Annotated[float, Field(ge=0, le=297)]
When = Literal["every", "first", "last", "not_last"]
Align = Literal["left", "centre", "right"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(_Table):
    """One line of text: baseline (left, centre or right of `at`), and what stands there."""

    at: tuple[Millimetre, Millimetre]
    size: Annotated[float, Field(ge=1.5, le=20)]
    align: Align = "left"
    word: str = ""
    fact: str = ""
    only: When = "every"


class Cell(_Table):
    """A ruled box: a small label in a column at its left, the fact in the rest.

    `of`: drawn for Japanese, for foreign residents, or for all.
    """

    at: tuple[Millimetre, Millimetre]
    box: tuple[Millimetre, Millimetre]
    label: str
    label_width: Millimetre
    fact: str
    size: Annotated[float, Field(ge=2, le=12)] = 4.2
    of: Literal["all", "japanese", "foreign"] = "all"

    @cached_property
    def edges(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom in 0.01 mm."""
        left, top = hundredths(self.at[0]), hundredths(self.at[1])
        return left, top, left + hundredths(self.box[0]), top + hundredths(self.box[1])


class Place(_Table):
    """Where a picture stands in its true size: its middle."""

    middle: tuple[Millimetre, Millimetre]
    fact: str
    only: When = "every"


class Slots(_Table):
    """Several persons on one sheet: how many, how far below each other, and each one's cells.

    A cell's place is that of the first slot; `end_at` is where 以下余白 stands in a slot that is left over.
    """

    count: Annotated[int, Field(ge=2, le=8)]
    pitch: Millimetre
    end_at: tuple[Millimetre, Millimetre]
    end_size: Annotated[float, Field(ge=1.5, le=20)]
    cells: tuple[Cell, ...]


class Column(_Table):
    """One part of a flowing row: left edge, width, em."""

    at: Millimetre
    width: Millimetre
    size: Annotated[float, Field(ge=1.5, le=12)]
    align: Align = "left"


class Style(_Table):
    """How a kind of row looks: its columns, space above and below, least height, rules.

    `edges`: vertical rules beside it; `rule`: horizontal rules from the first edge to the last;
    `keep`: stands on the same sheet as the row after it; `boxed`: a frame round its first part.
    """

    columns: tuple[Column, ...]
    above: Millimetre = 0.8
    below: Millimetre = 0.8
    height: Millimetre = 0
    edges: tuple[Millimetre, ...] = ()
    rule: Literal["none", "above", "both"] = "none"
    keep: bool = False
    boxed: bool = False


class Flow(_Table):
    """The area that rows fill: on the first sheet, on later ones, and shorter on the last."""

    top: Millimetre
    top_next: Millimetre
    bottom: Millimetre
    bottom_last: Millimetre
    styles: Mapping[str, Style]


class Form(_Table):
    """One form as its file says."""

    kind: Kind
    sheet: Literal["one_person", "household", "set", "flow"]
    label_size: float = 2.9
    words: Mapping[str, str]
    items: Mapping[str, str] = {}
    lines: tuple[Line, ...]
    cells: tuple[Cell, ...] = ()
    slots: Slots | None = None
    flow: Flow | None = None
    places: tuple[Place, ...] = ()
    boxes: tuple[tuple[Millimetre, Millimetre, Millimetre, Millimetre], ...] = ()

    @override
    def __hash__(self) -> int:
        """One form is read once a process: it is itself."""
        return id(self)

    @cached_property
    def labels(self) -> frozenset[str]:
        """Every line of every cell's label."""
        cells = self.cells + (() if self.slots is None else self.slots.cells)
        return frozenset(line for cell in cells for line in cell.label.split("\n"))


def hundredths(millimetres: float) -> int:
    """Return the length in 0.01 mm."""
    return round(millimetres * 100)


def is_on(when: When, first: bool, last: bool) -> bool:
    """Say whether something stands on the first, on the last page, or on another."""
    return {"every": True, "first": first, "last": last, "not_last": not last}[when]


@cache
def form(kind: Kind, variant: str = "") -> Form | None:
    """Read the form of a kind; None where there is none. Raises BadProfile."""
    name = f"{kind.value}-{variant}" if variant else kind.value
    return read(_FOLDER / f"{name}.toml") if (_FOLDER / f"{name}.toml").exists() else None


def read(path: Path) -> Form:
    """Read one form's file and the one it is like. Raises BadProfile."""
    try:
        content = _content(path)
        return Form.model_validate(content)
    except (tables.FileError, ValueError) as error:
        raise BadProfile(f"{path}: {error}") from error


class _Anything(BaseModel):
    model_config = ConfigDict(extra="allow")


def _content(path: Path) -> dict[str, Any]:
    own = dict(tables.read(path, _Anything).model_extra or {})
    like = own.pop("like", "")
    if not like:
        return own
    base = _content(path.parent / f"{like}.toml")
    words = {**base.get("words", {}), **own.pop("words", {})}
    return {**base, **own, "words": words}


def kinds() -> frozenset[Kind]:
    """Return the kinds that have a form."""
    return frozenset(kind for kind in Kind if form(kind) is not None)
