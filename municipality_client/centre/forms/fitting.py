"""Fits texts into places: as they are, smaller in steps, folded; never clipped, never overlapping.

Separate from the drawing of forms because cells and flowing rows share it, and because a name
cut in the wrong place becomes another name. Lengths are 0.01 mm here.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from municipality_client.centre.forms.shapes import Line, hundredths
from municipality_client.centre.forms.sources import Drawn, PersonFact, RowFact, Unprintable
from printer import fonts
from printer.document import Text

# Sizes in per cent that are tried on one line, then the size of folded lines.
_STEPS = (100, 92, 84, 76, 68)
_FOLDED = (68, 60)
_LEADING = 125  # per cent of the size, between folded lines
_EM = 10_000
PADDING = 200  # between a rule and a fact
# Letters, kana and kanji of Japanese text that are no marks; anything else is looked at as a whole.
_WITHOUT_MARKS = re.compile("[\u0020-\u007e\u3000-\u3029\u3030-\u3098\u309b-\u30ff\u3400-\u9fff\uff01-\uffee]*")
_NEVER_FIRST = "、。，．）」』】々ー・"


def line(of: Line, text: str, font: str) -> Text:
    """Place one line of text, of the form or the set, as the form says."""
    x, y, size = hundredths(of.at[0]), hundredths(of.at[1]), hundredths(of.size)
    if of.align != "left":
        width = width_of_word(text, size, font)
        x -= width if of.align == "right" else width // 2
    return Text(x, y, size, text)


class Measure:
    """Measures texts of one set in a font; what it remembers of them goes with the set."""

    def __init__(self, font: str) -> None:
        """`font` is an id of `printer.fonts`."""
        self.font = font
        self._ems: dict[str, int] = {}

    def width(self, text: str, size: int) -> int:
        """Width in 0.01 mm at an em of `size`."""
        if text not in self._ems:
            self._ems[text] = fonts.width(text, _EM, self.font)
        return -(-self._ems[text] * size // _EM)  # rounded up, so that what is said to fit does fit


def fitted(text: str, left: int, top: int, room: int, high: int, full: int, measure: Measure) -> list[Text] | None:
    """Fit the text into a box of `room` x `high`: one line, smaller, then folded; None when nothing helps."""
    for step in _STEPS:
        size = full * step // 100
        if measure.width(text, size) <= room:
            return [Text(left, baselines(top, high, size, 1)[0], size, text)]
    for step in _FOLDED:
        size = full * step // 100
        rows = fold(text, size, room, measure.font)
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


@lru_cache(maxsize=2048)
def baselines(top: int, high: int, size: int, rows: int) -> tuple[int, ...]:
    """Baselines of `rows` lines, centred in the height; a kanji stands 0.88 em above its baseline."""
    first = top + (high - size - leading(size) * (rows - 1)) // 2
    return tuple(first + size * 88 // 100 + leading(size) * row for row in range(rows))


def without_glyph(pages: Sequence[Drawn], font: str) -> Unprintable | None:
    """Return the first text of which a character has no glyph of its own (E-38)."""
    texts = [(one.source, one.element.text) for page in pages for one in page if isinstance(one.element, Text)]
    of_persons = [(source, text) for source, text in texts if isinstance(source, PersonFact | RowFact)]
    # Asked for all of them at once, each character once: that all is well is the usual answer.
    if fonts.missing(_characters(text for _, text in of_persons), font):
        for source, text in of_persons:
            if fonts.missing(text, font):
                # Whose it is decides what the customer may be told (E-38, else E-30).
                return Unprintable(source.field if isinstance(source, PersonFact) else "row", source.person)
    words = {text for source, text in texts if not isinstance(source, PersonFact | RowFact)}
    return Unprintable("wording") if any(_lacks_word(text, font) for text in words) else None


def _characters(texts: Iterable[str]) -> str:
    """Every character once; texts that may have marks or selectors whole, a space before each."""
    plain: set[str] = set()
    whole = []
    for text in texts:
        if _WITHOUT_MARKS.fullmatch(text):
            plain.update(text)
        else:
            whole.append(text)
    return " ".join(["".join(sorted(plain)), *whole])


# Only words of forms and facts of sets are remembered: a person's facts do not outlive the session.


@lru_cache(maxsize=512)
def _lacks_word(text: str, font: str) -> bool:
    return bool(fonts.missing(text, font))


@lru_cache(maxsize=512)
def width_of_word(text: str, size: int, font: str) -> int:
    """Return the width of a word of a form."""
    return fonts.width(text, size, font)
