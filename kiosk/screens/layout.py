"""Where things stand: the fixed frame of every screen, and columns that are filled from the top.

Separate because it is arithmetic over panel units and knows no screen. A portrait panel has the
question above the answers; on a landscape panel they stand side by side. Text is measured roughly,
on the safe side (a full-width character is as wide as its size); the panel measures with the font.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from kiosk.screens.view import Rect

MARGIN = 40
GAP = 16
BODY = 32
SMALL = 28
LABEL = 36
HEADING = 48
TOUCH = 96
CARD_MOST = 176

_NARROW = frozenset("、。，．「」『』（）・：")

_HEAD = 80
_STEPS = 96
_CAPTION = 48
_BUTTON = 112
_FOOT = _BUTTON + 2 * GAP


def line_pitch(size: int) -> int:
    """Units from line to line: 1.35 of the size for headings, 1.5 for reading."""
    return round(size * (1.35 if size >= 45 else 1.5))


@lru_cache(maxsize=4096)
def lines_of(text: str, size: int, width: int) -> int:
    """Lines that `text` needs at most in `width` units."""
    room = max(1.0, width / size - 1)
    return sum(max(1, -int(-_ems(paragraph) // room)) for paragraph in text.split("\n"))


def height_of(text: str, size: int, width: int) -> int:
    """Units that `text` needs at most in height."""
    return lines_of(text, size, width) * line_pitch(size)


def _ems(text: str) -> float:
    return sum(_em(char) for char in text)


def _em(char: str) -> float:
    """Width in ems at most: kana of the proportional face are narrower than kanji, stops narrower still."""
    if char in _NARROW:
        return 0.65
    if "\u3041" <= char <= "\u30fa":
        return 0.97
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.66


@dataclass(frozen=True, slots=True)
class Frame:
    """The fixed places of a screen of `width` × `height` units."""

    width: int
    height: int

    @property
    def is_landscape(self) -> bool:
        """True when question and answers stand side by side."""
        return self.width > self.height

    @property
    def head(self) -> Rect:
        """The name of the service, over the whole width."""
        return Rect(0, 0, self.width, _HEAD)

    @property
    def steps(self) -> Rect:
        """Step navigation."""
        return Rect(MARGIN, _HEAD + GAP, self.width - 2 * MARGIN, _STEPS)

    @property
    def foot(self) -> Rect:
        """The ground of the three buttons that never move."""
        return Rect(0, self.height - _FOOT, self.width, _FOOT)

    @property
    def caption(self) -> Rect:
        """The line in which what was spoken can be read."""
        return Rect(MARGIN, self.height - _FOOT - _CAPTION, self.width - 2 * MARGIN, _CAPTION)

    def back(self) -> Rect:
        """Foot, left."""
        return Rect(MARGIN, self.foot.y + GAP, self._side, _BUTTON)

    def cancel(self) -> Rect:
        """Foot, middle."""
        return Rect(MARGIN + self._side + GAP, self.foot.y + GAP, self._middle, _BUTTON)

    def next(self) -> Rect:
        """Foot, right."""
        return Rect(self.width - MARGIN - self._side, self.foot.y + GAP, self._side, _BUTTON)

    @property
    def _side(self) -> int:
        return (self.width - 2 * MARGIN - 2 * GAP) * 30 // 100

    @property
    def _middle(self) -> int:
        return self.width - 2 * MARGIN - 2 * GAP - 2 * self._side

    def body(self, with_steps: bool = True) -> Rect:
        """What lies between step navigation and caption."""
        top = _HEAD + GAP + (_STEPS + GAP if with_steps else GAP)
        return Rect(MARGIN, top, self.width - 2 * MARGIN, self.caption.y - top)

    def columns(self, with_steps: bool = True) -> "tuple[Column, Column]":
        """Return where the question goes and where the answers: the same column on a portrait panel."""
        body = self.body(with_steps)
        if not self.is_landscape:
            column = Column(body)
            return column, column
        left = body.width * 42 // 100
        right = Rect(body.x + left + 2 * MARGIN, body.y, body.width - left - 2 * MARGIN, body.height)
        return Column(Rect(body.x, body.y, left, body.height)), Column(right)


class Column:
    """A rectangle filled from the top; each call takes the next piece of it."""

    def __init__(self, rect: Rect) -> None:
        self.x, self.width = rect.x, rect.width
        self._y, self._bottom = rect.y, rect.y + rect.height

    @property
    def left(self) -> int:
        """Units that are free."""
        return max(0, self._bottom - self._y)

    def take(self, height: int, gap: int = GAP) -> Rect:
        """Return the next `height` units over the whole width, and leave a gap."""
        rect = Rect(self.x, self._y, self.width, height)
        self._y += height + gap
        return rect

    def take_text(self, text: str, size: int, gap: int = GAP) -> Rect:
        """Return room for a text."""
        return self.take(height_of(text, size, self.width), gap)

    def take_bottom(self, height: int, gap: int = GAP) -> Rect:
        """Return the last `height` units, and leave a gap above."""
        self._bottom -= height
        rect = Rect(self.x, self._bottom, self.width, height)
        self._bottom -= gap
        return rect

    def grid(
        self, count: int, columns: int = 1, most: int = CARD_MOST, gap: int = GAP, least: int = TOUCH
    ) -> tuple[Rect, ...]:
        """Return `count` equal cells in reading order, as high as there is room between `least` and `most`."""
        if count == 0:
            return ()
        rows = -(-count // columns)
        height = max(least, min(most, (self.left - (rows - 1) * gap) // rows))
        width = (self.width - (columns - 1) * gap) // columns
        top = self._y
        self._y += rows * (height + gap)
        return tuple(
            Rect(self.x + (i % columns) * (width + gap), top + (i // columns) * (height + gap), width, height)
            for i in range(count)
        )
