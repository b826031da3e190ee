"""Where things stand: the fixed frame of every screen, and columns that are filled from the top.

Separate because it is arithmetic over panel units and knows no screen. A portrait panel has the
question above the answers; on a landscape panel they stand side by side. Text is measured roughly,
on the safe side (a full-width character is as wide as its size); the panel measures with the font.
"""

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from kiosk.screens.view import Box, Label, Press, Rect, Role, View

MARGIN = 40
GAP = 16
BODY = 32
SMALL = 28
LABEL = 36
HEADING = 48
TOUCH = 96
CARD_MOST = 176

# A word with its reading, a Latin word, or one character. Closing marks, small kana and the long mark never begin
# a line (JIS X 4051).
_NOT_FIRST = r"）」』”、。，．？！\u3063\u3083\u3085\u3087\u30c3\u30e3\u30e5\u30e7\u30fc"
_READ, _WORD = r"[\u3400-\u9fff]（[\u3041-\u3096]+）[\u3041-\u3096]?", r"[!-~\u00c0-\u1eff（「『“]+"
_PIECES = re.compile(rf"(?:{_READ}|{_WORD}|.)[{_NOT_FIRST}]*\s*")
_MARKS = frozenset("、。，．「」『』（）・：")
_LATIN = (
    (0.3, " "),
    (0.4, "ilI',.:;|"),
    (0.5, "fjrst!()-/[]"),
    (0.62, "acegvxyzJFL"),
    (0.8, "DGHNOQU&Đ"),
    (0.76, "0123456789"),
    (0.97, "mwMW@%"),
)
"""Letters by their width in ems at most, in the bold faces; the others are narrower than 0.71."""

_PAD, _PICTURE_BESIDE, _PICTURE_ABOVE, _TICK_BESIDE, _TALL_CARD = 24, 138, 48, 72, 220
_NOTE, _NOTE_GAP, _ONE_WORD = 0.78, 8, 8
_LOOSE = 1.035
"""A glyph is as wide as whole pixels."""
TOOL_WIDTH, TOOL_HEIGHT = 196, 76
_HEAD = 92
_UNIT = 1080
_LEAST_TALL, _LEAST_WIDE = 1440, 1440
_LOW_WIDTH = 1440
_STEPS = 88
_CAPTION = 48
_BUTTON = 112
_FOOT = _BUTTON + 2 * GAP


def line_pitch(size: int) -> int:
    """Units from line to line: 1.35 of the size for headings, 1.5 for reading."""
    return round(size * (1.35 if size >= 45 else 1.5))


def lines_of(text: str, size: int, width: int) -> int:
    """Lines that `text` needs at most in `width` units."""
    room = width / size / _LOOSE
    return sum(max(math.ceil(_ems(part) / room), _filled(part, room)) for part in text.split("\n"))


def _filled(text: str, room: float) -> int:
    """Lines of `room` ems that a text without line feeds fills, its words and closing marks kept whole."""
    lines, used, width = 1, 0.0, _width_in(text)
    for piece in _PIECES.findall(text):
        wide = sum(map(width, piece))
        if used + sum(map(width, piece.rstrip())) > room and used:
            lines, used = lines + 1, 0.0
        used += wide
    return lines


def height_of(text: str, size: int, width: int) -> int:
    """Units that `text` needs at most in height."""
    return lines_of(text, size, width) * line_pitch(size)


def _ems(text: str) -> float:
    return sum(map(_width_in(text), text))


def _width_in(text: str) -> Callable[[str], float]:
    """How wide a character of `text` is at most: hiragana tell that it is drawn in the Japanese face."""
    return _em_of_japanese if any("\u3041" <= char <= "\u3096" for char in text) else _em


# Characters are remembered, never texts: a name must not outlive its session (I6).
@lru_cache(maxsize=4096)
def _em_of_japanese(char: str) -> float:
    """Width in ems: kana of the proportional face are narrower than kanji, stops narrower still, letters wide."""
    if char in _MARKS:
        return 0.65
    if "\u3041" <= char <= "\u30fa":
        return 0.97
    if unicodedata.east_asian_width(char) in "WFA":
        return 1.0
    return 0.3 if char == " " else 0.76


@lru_cache(maxsize=4096)
def _em(char: str) -> float:
    """Width in ems in the faces of other languages: a letter's marks add nothing."""
    if char >= "\u1f00":
        return 1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.71
    letter = unicodedata.normalize("NFD", char)[0]
    return next((ems for ems, letters in _LATIN if letter in letters), 0.71)


def shape(width: int, height: int, larger: float = 1.0, *, low: bool = False) -> "Frame":
    """Return the frame of a panel whose sides are as `width` to `height`, in units of our own.

    A tall panel is 1080 units wide, a wide one 1080 high. `larger` texts come from fewer units on
    the same glass. `low`: the upper part stays empty, and the screen is laid out wide in the lower, never enlarged.
    """
    if low and width < height:
        smaller = min(larger, 1.0)
        across = round(_LOW_WIDTH / smaller)
        whole = round(across * height / width)
        return Frame(across, whole, max(0, whole - round(_UNIT / smaller)))
    if width < height:
        return Frame(round(_UNIT / larger), round(max(height * _UNIT / width, _LEAST_TALL) / larger))
    return Frame(round(max(width * _UNIT / height, _LEAST_WIDE) / larger), round(_UNIT / larger))


def fits(view: View) -> bool:
    """True when everything lies on the panel, large enough for its words and a finger, and nothing over anything else.

    Boxes are grounds; nothing stands half on those of head and foot. Texts are measured roughly, as everywhere here.
    """
    things = [element.rect for element in view.elements if not isinstance(element, Box)]
    grounds = [box.rect for box in view.elements if isinstance(box, Box) and box.rect.width == view.width]
    return (
        all(one.x >= 0 and one.x + one.width <= view.width and one.y + one.height <= view.height for one in things)
        and not any(_meet(one, two) for one, two in combinations(things, 2))
        and not any(_is_half_on(ground, one) for ground in grounds for one in things)
        and all(_has_its_lines(label) for label in view.elements if isinstance(label, Label))
        and all(_holds_words(press) for press in view.buttons)
    )


def _holds_words(press: Press) -> bool:
    """True when label and note have room in their button, beside its picture and its tick."""
    if press.role is Role.TOOL:
        return True
    width, height = press.rect.width, press.rect.height
    beside = _PICTURE_BESIDE if press.picture and height < _TALL_CARD else 0
    room = width - 2 * min(_PAD, width / 10) - beside - (_TICK_BESIDE if press.chosen else 0)
    note = _stacked(press.note, press.size * _NOTE, room) + _NOTE_GAP if press.note else 0
    needed = _stacked(press.label, press.size, room) + note
    above = _PICTURE_ABOVE if press.picture and not beside else 0
    return width >= TOUCH <= height and needed <= height - 2 * min(_PAD, height / 8) - above


def _stacked(text: str, size: float, room: float) -> float:
    """Units that a text needs in height inside a button; a short word is never torn, so it counts as too high."""
    lines = lines_of(text, math.ceil(size), int(room))
    words = (word for word in text.split() if word.isascii())
    torn = lines > 1 and (len(text) <= _ONE_WORD or any(_ems(word) * size > room for word in words))
    return math.inf if torn else size * (1.1 + 1.35 * (lines - 1))


def _has_its_lines(label: Label) -> bool:
    lines = lines_of(label.text, label.size, label.rect.width)
    pitch = line_pitch(label.size)
    # A number that does not fit one line breaks at its hyphens, wherever they stand; words have spaces.
    lines += lines > 1 and label.text.isascii() and " " not in label.text
    return lines * pitch <= label.rect.height + pitch / 3


def _meet(one: Rect, two: Rect) -> bool:
    across = one.x < two.x + two.width and two.x < one.x + one.width
    return across and one.y < two.y + two.height and two.y < one.y + one.height


def _is_half_on(ground: Rect, one: Rect) -> bool:
    return _meet(ground, one) and not (ground.y <= one.y and one.y + one.height <= ground.y + ground.height)


@dataclass(frozen=True, slots=True)
class Frame:
    """The fixed places of a screen of `width` × `height` units; nothing stands above `top`."""

    width: int
    height: int
    top: int = 0

    @property
    def is_landscape(self) -> bool:
        """True when question and answers stand side by side."""
        return self.width > self.height - self.top

    @property
    def is_roomy(self) -> bool:
        """True when texts have their usual size, so that second lines have room."""
        return self.width >= _UNIT

    @property
    def head(self) -> Rect:
        """The name of the service and how the panel is shown, over the whole width."""
        return Rect(0, self.top, self.width, _HEAD)

    def tools(self) -> tuple[Rect, Rect]:
        """Head, right: the language, and size, colours and reach."""
        y = self.top + (_HEAD - TOOL_HEIGHT) // 2
        right = self.width - MARGIN - TOOL_WIDTH
        return Rect(right - TOOL_WIDTH - GAP, y, TOOL_WIDTH, TOOL_HEIGHT), Rect(right, y, TOOL_WIDTH, TOOL_HEIGHT)

    @property
    def steps(self) -> Rect:
        """Step navigation."""
        return Rect(MARGIN, self.top + _HEAD + GAP, self.width - 2 * MARGIN, _STEPS)

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
        top = self.top + _HEAD + GAP + (_STEPS + GAP if with_steps else GAP)
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
