"""What stands on a sheet of cells before anybody is named: places of facts, rules, labels, words.

Separate from `layout` because none of it depends on a person: it is worked out once a process for
each form, font, and who is Japanese or foreign, and nothing personal is remembered by that.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from municipality_client.centre.forms import fitting
from municipality_client.centre.forms.fitting import PADDING
from municipality_client.centre.forms.shapes import OF_COPY, Cell, Form, Line, hundredths, is_on
from municipality_client.centre.forms.sources import Label, Placed, Wording
from printer.document import Rule, Text

END = "end"
THIN = 20  # rule thickness, 0.01 mm (visual.md, Paper)

Edges = tuple[int, int, int, int]
Block = tuple[tuple[float, float], Sequence[Placed]]


class Spot(NamedTuple):
    """The place of one fact of the `number`-th person: the whole cell, and the part for the fact (0.01 mm)."""

    number: int
    fact: str
    size: int
    box: Edges
    left: int
    room: int

    @property
    def order(self) -> tuple[float, float]:
        """Where it comes in reading order."""
        return self.box[1], self.box[0]


@lru_cache(maxsize=256)
def spots(of: Form, foreign: tuple[bool, ...]) -> tuple[Spot, ...]:
    """Return the places of a sheet: the form's own cells for its first person, and those of each slot."""
    return tuple(_spot(cell, number, below) for cell, number, below in _cells(of, foreign))


@lru_cache(maxsize=512)
def still(of: Form, font: str, foreign: tuple[bool, ...], first: bool, last: bool) -> tuple[Block, ...]:
    """Return everything that stands there whoever is named; without persons, lines and boxes alone."""
    cells = list(_cells(of, foreign))
    frames = [frame for cell, _, below in cells for frame in _frames(cell, below)]
    blocks: list[Block] = [((0, 0), _grid(frames))]
    blocks += [((hundredths(box[1]), hundredths(box[0])), _grid([_edges(box)])) for box in of.boxes]
    blocks += [(_order(line), [_word(of, line, font)]) for line in of.lines if _is_word(line, first, last)]
    for cell, _, below in cells:
        edges = _below(cell.edges, below)
        blocks.append(((edges[1], edges[0]), _label(of, cell, edges, font)))
    if last and of.slots is not None:
        line = Line(at=_after(of, len(foreign)), size=of.slots.end_size, align="centre", word=END)
        blocks.append((_order(line), [_word(of, line, font)]))
    return tuple(blocks)


def lines_of_set(of: Form, first: bool, last: bool) -> Iterator[tuple[tuple[float, float], Line]]:
    """Yield the lines that hold facts of the set, with their reading order; not those of the copy."""
    for line in of.lines:
        if line.fact and line.fact not in OF_COPY and is_on(line.only, first, last):
            yield _order(line), line


def box(left: int, top: int, right: int, bottom: int) -> tuple[Placed, ...]:
    """Return four rules, in 0.01 mm."""
    return _grid([(left, top, right, bottom)])


def _cells(of: Form, foreign: tuple[bool, ...]) -> Iterator[tuple[Cell, int, int]]:
    """Yield each cell with the number of the person it is for, and how far below its place it stands."""
    for cell in of.cells:
        if foreign and _is_for(cell, foreign[0]):
            yield cell, 0, 0
    if of.slots is not None:
        for number, is_foreign in enumerate(foreign):
            below = number * hundredths(of.slots.pitch)
            yield from ((cell, number, below) for cell in of.slots.cells if _is_for(cell, is_foreign))


def _is_for(cell: Cell, foreign: bool) -> bool:
    return cell.of == "all" or (cell.of == "foreign") == foreign


def _spot(cell: Cell, number: int, below: int) -> Spot:
    edges = _below(cell.edges, below)
    left = edges[0] + hundredths(cell.label_width) + PADDING
    return Spot(number, cell.fact, hundredths(cell.size), edges, left, edges[2] - PADDING - left)


def _below(edges: Edges, below: int) -> Edges:
    left, top, right, bottom = edges
    return left, top + below, right, bottom + below


def _edges(box: tuple[float, float, float, float]) -> Edges:
    left, top = hundredths(box[0]), hundredths(box[1])
    return left, top, left + hundredths(box[2]), top + hundredths(box[3])


def _frames(cell: Cell, below: int) -> tuple[Edges, ...]:
    """Return the boxes that are ruled: of label and fact, or of the fact alone."""
    left, top, right, bottom = _below(cell.edges, below)
    x = left + hundredths(cell.label_width)
    return ((left, top, x, bottom), (x, top, right, bottom)) if x < right else ((left, top, right, bottom),)


def _after(of: Form, taken: int) -> tuple[float, float]:
    """Return where 以下余白 stands: where the next person would."""
    return (0, 0) if of.slots is None else (of.slots.end_at[0], of.slots.end_at[1] + taken * of.slots.pitch)


def _is_word(line: Line, first: bool, last: bool) -> bool:
    return bool(line.word) and is_on(line.only, first, last)


def _order(line: Line) -> tuple[float, float]:
    return hundredths(line.at[1] - line.size), hundredths(line.at[0])


def _word(of: Form, line: Line, font: str) -> Placed:
    return Placed(fitting.line(line, of.words[line.word], font), Wording(line.word))


def _label(of: Form, cell: Cell, edges: Edges, font: str) -> tuple[Placed, ...]:
    """Spread the label over its column; one that is longer is squeezed."""
    left, top, _, bottom = edges
    size, room = hundredths(of.label_size), hundredths(cell.label_width) - PADDING
    rows = cell.label.split("\n")
    middle = left + hundredths(cell.label_width) // 2
    placed = []
    for text, down in zip(rows, fitting.baselines(top, bottom - top, size, len(rows)), strict=True):
        width = min(fitting.width_of_word(text, size, font), room)
        placed.append(Placed(Text(middle - width // 2, down, size, text, width), Label()))
    return tuple(placed)


def _grid(boxes: Sequence[Edges]) -> tuple[Placed, ...]:
    """Return the rules round all boxes, each drawn once however many boxes share it."""
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
