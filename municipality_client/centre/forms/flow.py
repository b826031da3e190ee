"""Draws rows that flow over as many sheets as they need: 戸籍, 附票, 税.

Separate from sheets of fixed cells because nothing here has a place of its own: rows follow each
other, a heading stays with what it heads, and what does not fit goes on on the next sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from municipality_client.centre.forms import fitting
from municipality_client.centre.forms.facts import Facts
from municipality_client.centre.forms.layout import Sheet, fixed, in_order
from municipality_client.centre.forms.places import THIN, Block, box
from municipality_client.centre.forms.rows import Row, Said
from municipality_client.centre.forms.shapes import Column, Flow, Form, Style, hundredths
from municipality_client.centre.forms.sources import Drawn, Placed, Unprintable
from municipality_client.errors import BadProfile
from printer import fonts
from printer.document import MAX_PAGES, Rule, Text

_ROOM = 100  # 0.01 mm


@dataclass(frozen=True)
class _Set:
    """A row broken into lines: how high it is, and the lines of each part (0.01 mm)."""

    row: Row
    style: Style
    lines: tuple[tuple[str, ...], ...]
    height: int


def flow_of(of: Form) -> Flow:
    """Return the form's flow; asked for only where it has one."""
    if of.flow is None:
        raise BadProfile(f"{of.kind}: has no flow")
    return of.flow


def draw(of: Form, font: str, rows: Sequence[Row], about_set: Facts) -> tuple[Drawn, ...] | Unprintable:
    """Draw all sheets but for their numbers."""
    flow = flow_of(of)
    broken: list[_Set] = []
    for row in rows:
        lines = _broken(row, flow.styles[row.style], font)
        if lines is None:
            return Unprintable("row")
        if broken and lines.style.rule == "above":  # room between a block's last line and the rule
            broken[-1] = _longer(broken[-1])
        broken.append(lines)
    sheets = _sheets(flow, broken)
    if sheets is None or len(sheets) > MAX_PAGES:
        return Unprintable("pages")
    drawn = tuple(
        _page(of, font, sheet, about_set, (number == 0, number == len(sheets) - 1))
        for number, sheet in enumerate(sheets)
    )
    return fitting.without_glyph(drawn, font) or drawn


def _broken(row: Row, style: Style, font: str) -> _Set | None:
    lines, tallest = [], 0
    highest = max((hundredths(column.size) for column in style.columns), default=0)
    for part, column in zip(row.parts, style.columns, strict=True):
        folded = _folded(part, column, font)
        if folded is None:
            return None
        lines.append(tuple(folded))
        more = (len(folded) - 1) * fitting.leading(hundredths(column.size))
        tallest = max(tallest, highest + more if folded else 0)
    height = max(tallest + hundredths(style.above) + hundredths(style.below), hundredths(style.height))
    return _Set(row, style, tuple(lines), height)


def _folded(part: Said | None, column: Column, font: str) -> list[str] | None:
    if part is None:
        return []
    return fitting.fold(part.text, hundredths(column.size), hundredths(column.width), font)


def _sheets(flow: Flow, rows: Sequence[_Set]) -> list[list[_Set]] | None:
    """Share the rows out to sheets; the last has room for attestation and seal. None where one never fits."""
    sheets: list[list[_Set]] = []
    rest = list(rows)
    while rest:
        room = _room(flow, first=not sheets, last=False)
        last_room = _room(flow, first=not sheets, last=True)
        if sum(row.height for row in rest) <= last_room:
            return [*sheets, rest]
        count = _fitting(rest, room)
        if count == len(rest):  # all fit here, but not the attestation with them: the last rows go on
            count = _fitting(rest, last_room)
        if not count:
            return None
        sheets.append(rest[:count])
        rest = rest[count:]
    return sheets


def _room(flow: Flow, *, first: bool, last: bool) -> int:
    return hundredths(flow.bottom_last if last else flow.bottom) - hundredths(flow.top if first else flow.top_next)


def _fitting(rows: Sequence[_Set], room: int) -> int:
    """Return how many rows fit, not counting headings that would lose what they head."""
    used, count = 0, 0
    for row in rows:
        used += row.height
        if used > room:
            break
        count += 1
    kept = count
    while kept and kept < len(rows) and rows[kept - 1].style.keep:
        kept -= 1
    return kept or count


def _page(of: Form, font: str, rows: Sequence[_Set], about_set: Facts, place: tuple[bool, bool]) -> Drawn:
    flow, (first, last) = flow_of(of), place
    top = hundredths(flow.top if first else flow.top_next)
    rows = [*_begun(rows[0]), *rows[:-1], _longer(rows[-1])]
    body: list[Placed] = list(_rules(top, rows))
    for row in rows:
        body += _row(row, top, font)
        top += row.height
    blocks: list[Block] = [*fixed(of, font, Sheet((), about_set, first, last))]
    blocks.append(((hundredths(flow.top if first else flow.top_next), 0), body))
    return in_order(blocks)


def _begun(row: _Set) -> list[_Set]:
    """A little room between the rule that begins a sheet and a row without a rule of its own."""
    if not row.style.edges or row.style.rule != "none":
        return []
    style = row.style.model_copy(update={"columns": (), "boxed": False})
    return [_Set(Row(row.row.style, ()), style, (), _ROOM)]


def _longer(row: _Set) -> _Set:
    return row if row.style.rule == "both" else replace(row, height=row.height + _ROOM)


def _row(row: _Set, top: int, font: str) -> list[Placed]:
    placed = []
    # First lines share a baseline, whatever their sizes.
    first = max((hundredths(column.size) for column in row.style.columns), default=0) * 88 // 100
    for part, column, lines in zip(row.row.parts, row.style.columns, row.lines, strict=True):
        if part is None:
            continue
        size, down = hundredths(column.size), top + hundredths(row.style.above) + first
        for text in lines:
            placed.append(Placed(Text(_left(column, text, font), down, size, text), part.source))
            down += fitting.leading(size)
    return [*placed, *_box(row, top)] if row.style.boxed else placed


def _box(row: _Set, top: int) -> tuple[Placed, ...]:
    """A frame round the first part: 除籍."""
    column = row.style.columns[0]
    left, across = hundredths(column.at) - 150, hundredths(column.width) + 100
    high = hundredths(column.size) + 160
    return box(
        left, top + hundredths(row.style.above) - 80, left + across, top + hundredths(row.style.above) - 80 + high
    )


def _left(column: Column, text: str, font: str) -> int:
    left, room = hundredths(column.at), hundredths(column.width)
    if column.align == "left":
        return left
    spare = room - fonts.width(text, hundredths(column.size), font)
    return left + (spare if column.align == "right" else spare // 2)


def _rules(top: int, rows: Sequence[_Set]) -> list[Placed]:
    """Horizontal rules where styles ask for them and where the sheet begins and ends; vertical ones joined."""
    across: dict[tuple[int, int, int], None] = {}
    down: list[Rule] = []
    for number, row in enumerate(rows):
        edges = [hundredths(edge) for edge in row.style.edges]
        bottom = top + row.height
        if edges:
            is_begun = number == 0 or not rows[number - 1].style.edges
            is_ended = number == len(rows) - 1 or not rows[number + 1].style.edges
            if row.style.rule != "none" or is_begun:
                across[edges[0], edges[-1], top] = None
            if row.style.rule == "both" or is_ended:
                across[edges[0], edges[-1], bottom] = None
            _extend(down, edges, top, bottom)
        top = bottom
    return [Placed(Rule(left, y, right, y, THIN)) for left, right, y in across] + [Placed(rule) for rule in down]


def _extend(down: list[Rule], edges: Sequence[int], top: int, bottom: int) -> None:
    for x in edges:
        above = next((n for n, rule in enumerate(down) if rule.x1 == x and rule.y2 == top), None)
        if above is None:
            down.append(Rule(x, top, x, bottom, THIN))
        else:
            down[above] = replace(down[above], y2=bottom)
