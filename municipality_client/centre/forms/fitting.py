"""Fits texts into places: as they are, smaller in steps, folded; never clipped, never overlapping.

Separate from the drawing of forms because cells and flowing rows share it, and because a name
cut in the wrong place becomes another name. Lengths are 0.01 mm here.
"""

from functools import lru_cache

from municipality_client.centre.forms.shapes import Line
from municipality_client.centre.forms.sources import Drawn, PersonFact, RowFact, Unprintable
from printer import fonts
from printer.document import Text

# Sizes in per cent that are tried on one line, then the size of folded lines.
_STEPS = (100, 92, 84, 76, 68)
_FOLDED = (68, 60)
_LEADING = 125  # per cent of the size, between folded lines
PADDING = 200  # between a rule and a fact
_NEVER_FIRST = "、。，．）」』】々ー・"


def hundredths(millimetres: float) -> int:
    """Return the length in 0.01 mm."""
    return round(millimetres * 100)


def line(of: Line, text: str, font: str) -> Text:
    """Place one line of text as the form says."""
    x, y, size = hundredths(of.at[0]), hundredths(of.at[1]), hundredths(of.size)
    if of.align != "left":
        width = fonts.width(text, size, font)
        x -= width if of.align == "right" else width // 2
    return Text(x, y, size, text)


def fitted(text: str, left: int, top: int, room: int, high: int, full: int, font: str) -> list[Text] | None:
    """Fit the text into a box of `room` x `high`: one line, smaller, then folded; None when nothing helps."""
    for step in _STEPS:
        size = full * step // 100
        if fonts.width(text, size, font) <= room:
            return [Text(left, baselines(top, high, size, 1)[0], size, text)]
    for step in _FOLDED:
        size = full * step // 100
        rows = fold(text, size, room, font)
        if rows and size + (len(rows) - 1) * leading(size) <= high - PADDING // 2:
            downs = baselines(top, high, size, len(rows))
            return [Text(left, down, size, row) for down, row in zip(downs, rows, strict=True)]
    return None


def fold(text: str, size: int, room: int, font: str) -> list[str] | None:
    """Fold into lines of at most `room`; joined they are the text again. None where one character is wider."""
    ends = _ends(text, size, font)
    rows, start = [], 0
    while start < len(text):
        before = ends.get(start, 0)
        end = max((one for one, wide in ends.items() if one > start and wide - before <= room), default=0)
        if not end:
            return None
        end = end if end == len(text) else _cut(text, start, end)
        rows.append(text[start:end])
        start = end
    return rows


def _ends(text: str, size: int, font: str) -> dict[int, int]:
    """Where each character with its marks ends, and how wide the text is up to there."""
    at, units, found = 0, 0, {}
    per_em = fonts.metrics(font).units_per_em
    for glyph in fonts.shape(text, font):
        at, units = at + len(glyph.text), units + glyph.advance
        if at == len(text) or not _is_mark(text[at]):  # a mark or selector never begins a line
            found[at] = round(units * size / per_em)
    return found


def _is_mark(character: str) -> bool:
    return character >= "\U000e0100" or "\u3099" <= character <= "\u309a" or "\ufe00" <= character <= "\ufe0f"


def _cut(text: str, start: int, end: int) -> int:
    """Return where to cut: not within a Latin word or before a closing mark, where that can be helped."""
    best = end
    while best > start + 1 and (text[best] in _NEVER_FIRST or _is_mark(text[best])):
        best -= 1
    if best == start + 1:
        return end
    within_word = text[best - 1].isascii() and text[best].isascii() and " " not in text[best - 1 : best + 1]
    space = text.rfind(" ", start, best) if within_word else -1
    return space + 1 if space > start else best


def leading(size: int) -> int:
    """From one baseline to the next."""
    return size * _LEADING // 100


def baselines(top: int, high: int, size: int, rows: int) -> list[int]:
    """Baselines of `rows` lines, centred in the height; a kanji stands 0.88 em above its baseline."""
    first = top + (high - size - leading(size) * (rows - 1)) // 2
    return [first + size * 88 // 100 + leading(size) * row for row in range(rows)]


def without_glyph(placed: Drawn, font: str) -> Unprintable | None:
    """Return the first text of which a character has no glyph of its own (E-38)."""
    for one in placed:
        if not isinstance(one.element, Text):
            continue
        if isinstance(one.source, PersonFact | RowFact):
            if fonts.missing(one.element.text, font):
                field = one.source.field if isinstance(one.source, PersonFact) else "row"
                return Unprintable(field, one.source.person)
        elif _lacks_word(one.element.text, font):
            return Unprintable("wording")
    return None


# Only words of forms and facts of sets are remembered: a person's facts do not outlive the session.


@lru_cache(maxsize=512)
def _lacks_word(text: str, font: str) -> bool:
    return bool(fonts.missing(text, font))


@lru_cache(maxsize=512)
def width_of_word(text: str, size: int, font: str) -> int:
    """Return the width of a word of a form."""
    return fonts.width(text, size, font)
