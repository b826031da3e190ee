"""Our own flat pictures in two tones of the action blue, drawn in code on a square of 100 × 100.

Separate from the painter because this is drawing only: one function a picture, all in one table.
`phase` (0 to 1) is how far a small movement has come; pictures without one do not read it.
"""

import math
from collections.abc import Callable

import pygame

from kiosk.panel.shapes import Pen
from kiosk.panel.theme import Colour, Theme
from kiosk.panel.typeset import font
from kiosk.screens.view import Tone

PHASES = 16
Values = tuple[int, ...]


class Sheet(Pen):
    """A pen that knows the theme's colours by their use in pictures, and the movement's phase."""

    def __init__(self, side: int, theme: Theme, phase: float) -> None:
        super().__init__(side)
        self.deep, self.light = theme.deep, theme.light
        self.white = theme.tone(Tone.GROUND)
        self.tint = theme.tone(Tone.TINT)
        self.error, self.success = theme.tone(Tone.ERROR), theme.tone(Tone.SUCCESS)
        self.caution, self.on_caution = theme.caution, theme.on_caution
        self.on_deep = theme.tone(Tone.ON_ACTION)
        self.phase = phase

    def glide(self) -> float:
        """0 at the start of the movement, 1 at its end, held there for the last third."""
        run = min(1.0, self.phase / 0.66)
        return run * run * (3 - 2 * run)


def _card(pen: Sheet, x: float, y: float, width: float = 52) -> None:
    """A card lying flat: photograph, lines, chip."""
    height = width * 0.63
    pen.frame(x, y, width, height, pen.deep, pen.white, 6)
    pen.box(x + width * 0.62, y + height * 0.3, width * 0.24, height * 0.5, pen.light, 2)
    pen.box(x + width * 0.14, y + height * 0.24, width * 0.36, height * 0.1, pen.deep, 1)
    pen.box(x + width * 0.14, y + height * 0.52, width * 0.2, height * 0.26, pen.caution, 2)


def _reader(pen: Sheet) -> None:
    pen.box(8, 62, 84, 26, pen.deep, 8)
    pen.box(14, 66, 72, 12, pen.light, 4)
    pen.disc(82, 83, 2.2, pen.white)


def _arrow(pen: Sheet, x: float, top: float, bottom: float, colour: Colour) -> None:
    """An arrow from `top` to `bottom`, either way."""
    back = 12 if bottom > top else -12
    pen.line([(x, top), (x, bottom)], 7, colour)
    pen.line([(x - 11, bottom - back), (x, bottom), (x + 11, bottom - back)], 7, colour)


def _card_on_reader(pen: Sheet, _: Values) -> None:
    _reader(pen)
    _card(pen, 24, 6 + 34 * pen.glide())


def _card_away(pen: Sheet, _: Values) -> None:
    _reader(pen)
    _card(pen, 10, 36 - 32 * pen.glide())
    _arrow(pen, 85, 52, 12, pen.deep)


def _card_alone(pen: Sheet, _: Values) -> None:
    _card(pen, 10, 25, 80)


def _phone(pen: Sheet, _: Values) -> None:
    pen.box(29, 8, 42, 84, pen.deep, 9)
    pen.box(34, 18, 32, 60, pen.white, 2)
    pen.disc(50, 85, 3.2, pen.light)
    for radius in (8, 15):
        pen.arc(50, 54, radius, -0.14, 0.14, 4, pen.deep)
    pen.disc(50, 55, 3, pen.deep)


def _coin(pen: Sheet, x: float, y: float, radius: float) -> None:
    pen.disc(x, y, radius, pen.deep)
    pen.disc(x, y, radius - 4, pen.light)
    pen.line([(x - 6, y - 9), (x, y - 1), (x + 6, y - 9)], 3.2, pen.deep)
    pen.line([(x, y - 1), (x, y + 10)], 3.2, pen.deep)
    pen.line([(x - 6, y + 1), (x + 6, y + 1)], 2.6, pen.deep)
    pen.line([(x - 6, y + 6), (x + 6, y + 6)], 2.6, pen.deep)


def _coins(pen: Sheet, _: Values) -> None:
    _coin(pen, 30, 22 + 14 * pen.glide(), 18)
    _coin(pen, 69, 18 + 20 * pen.glide(), 18)
    pen.box(8, 62, 84, 28, pen.deep, 8)
    pen.box(24, 68, 52, 7, pen.white, 3)


def _emoney(pen: Sheet, _: Values) -> None:
    """A plain card, unlike the one that carries certificates, over a pad that sends out waves."""
    pen.box(6, 74, 88, 18, pen.deep, 8)
    for reach in (14, 25, 36):
        pen.arc(50, 84, reach, 0.86, 1.14, 5, pen.light)
    top = 6 + 20 * pen.glide()
    pen.frame(22, top, 56, 34, pen.deep, pen.white, 6)
    pen.box(22, top + 8, 56, 6, pen.caution)
    pen.box(30, top + 21, 22, 5, pen.light, 1)


def _change(pen: Sheet, _: Values) -> None:
    pen.box(8, 8, 84, 24, pen.deep, 8)
    pen.box(24, 18, 52, 7, pen.white, 3)
    _coin(pen, 30, 46 + 14 * pen.glide(), 18)
    _coin(pen, 69, 42 + 20 * pen.glide(), 18)
    pen.line([(10, 88), (90, 88)], 6, pen.deep)


def _sheet(pen: Sheet, x: float, y: float, width: float = 46) -> None:
    height = width * 1.36
    pen.frame(x, y, width, height, pen.deep, pen.white, 3)
    pen.box(x + width * 0.26, y + height * 0.13, width * 0.48, height * 0.07, pen.deep, 1)
    for row in range(4):
        pen.box(x + width * 0.18, y + height * (0.32 + 0.12 * row), width * 0.64, height * 0.045, pen.light, 1)
    pen.box(x + width * 0.66, y + height * 0.76, width * 0.17, width * 0.17, pen.deep, 1)


def _paper(pen: Sheet, values: Values) -> None:
    """Sheets in a fan, at most three; "i/n" in a disc when both are given."""
    count = max(1, min(3, values[-1] if values else 1))
    left, top = 24 - 4.5 * (count - 1), 15 + 4 * (count - 1)
    for back in range(count - 1, -1, -1):
        _sheet(pen, left + 9 * back, top - 8 * back, 52)
    if len(values) == 2:
        pen.disc(76, 76, 21, pen.white)
        pen.disc(76, 76, 19, pen.deep)


def _printing(pen: Sheet, values: Values) -> None:
    """A sheet coming out of the machine."""
    _sheet(pen, 25, 16 + 20 * pen.glide(), 50)
    pen.box(8, 8, 84, 34, pen.deep, 8)
    pen.box(20, 32, 60, 5, pen.white, 2)
    pen.disc(82, 18, 3, pen.light)
    if len(values) == 2:
        pen.disc(80, 80, 19, pen.white)
        pen.disc(80, 80, 17, pen.deep)


def _receipt(pen: Sheet, _: Values) -> None:
    top = [(28, 8), (72, 8)]
    teeth = [(72 - step * 44 / 8, 92 if step % 2 == 0 else 84) for step in range(9)]
    pen.shape([*top, *teeth], pen.deep)
    inside = [(72 - 4 - step * 36 / 8, 86 if step % 2 == 0 else 79) for step in range(9)]
    pen.shape([(32, 12), (68, 12), *inside], pen.white)
    pen.box(39, 20, 22, 5, pen.deep, 1)
    for row in range(4):
        pen.box(38, 33 + 9 * row, 14, 3.4, pen.light, 1)
        pen.box(55, 33 + 9 * row, 8, 3.4, pen.deep, 1)


def _warning(pen: Sheet, _: Values) -> None:
    pen.line([(50, 16), (90, 84), (10, 84), (50, 16)], 12, pen.on_caution)
    pen.shape([(50, 16), (90, 84), (10, 84)], pen.on_caution)
    pen.shape([(50, 18.5), (88, 83.5), (12, 83.5)], pen.caution)
    pen.line([(50, 40), (50, 60)], 7.5, pen.on_caution)
    pen.disc(50, 73, 4.6, pen.on_caution)


def _error(pen: Sheet, _: Values) -> None:
    pen.disc(50, 50, 42, pen.error)
    for down in ((34, 66), (66, 34)):
        pen.line([(34, down[0]), (66, down[1])], 9, pen.white)


def _tick(pen: Sheet, _: Values) -> None:
    pen.disc(50, 50, 42, pen.success)
    pen.line([(30, 52), (44, 66), (71, 36)], 9, pen.white)


def _chosen(pen: Sheet, _: Values) -> None:
    pen.disc(50, 50, 44, pen.deep)
    pen.line([(30, 52), (44, 66), (71, 36)], 10, pen.on_deep)


def _about(pen: Sheet, _: Values) -> None:
    pen.disc(50, 50, 42, pen.deep)
    pen.disc(50, 30, 5.5, pen.on_deep)
    pen.line([(50, 46), (50, 70)], 9, pen.on_deep)


def _bell(pen: Sheet, _: Values) -> None:
    swing = 4 * (1 - abs(1 - 4 * ((pen.phase * 2) % 1) % 2)) if pen.phase else 0
    pen.disc(50 + swing, 80, 9, pen.deep)
    pen.disc(50, 40, 26, pen.deep)
    pen.shape([(24, 40), (76, 40), (84, 74), (16, 74)], pen.deep)
    pen.disc(50, 13, 6, pen.deep)
    pen.box(12, 70, 76, 9, pen.deep, 4)
    pen.arc(42, 40, 14, -0.22, -0.06, 5, pen.light)


def _clock(pen: Sheet, _: Values) -> None:
    pen.disc(50, 50, 43, pen.deep)
    pen.disc(50, 50, 36, pen.white)
    pen.line([(50, 27), (50, 52), (66, 61)], 7, pen.deep)


def _copier(pen: Sheet, _: Values) -> None:
    """A sheet and its copy."""
    _sheet(pen, 34, 8, 46)
    _sheet(pen, 16, 28, 46)


def _printer(pen: Sheet, _: Values) -> None:
    pen.box(28, 8, 44, 28, pen.light, 3)
    pen.box(8, 30, 84, 40, pen.deep, 8)
    pen.frame(26, 54, 48, 38, pen.deep, pen.white, 3)
    for row in range(2):
        pen.box(34, 64 + 10 * row, 32, 4, pen.light, 1)
    pen.disc(80, 41, 3.4, pen.white)


def _scanner(pen: Sheet, _: Values) -> None:
    pen.line([(12, 42), (84, 16)], 9, pen.light)
    pen.box(8, 50, 84, 34, pen.deep, 8)
    pen.box(17, 58, 66, 8, pen.light, 3)
    pen.box(30, 74, 40, 4, pen.white, 2)


def _administration(pen: Sheet, _: Values) -> None:
    """A town hall: steps, columns, roof."""
    pen.shape([(50, 8), (94, 34), (6, 34)], pen.deep)
    pen.box(10, 36, 80, 7, pen.deep, 1)
    for column in range(4):
        pen.box(16 + 19.5 * column, 46, 10, 28, pen.light if column in (1, 2) else pen.deep, 1)
    pen.box(8, 77, 84, 7, pen.deep, 1)
    pen.box(4, 86, 92, 8, pen.deep, 1)
    pen.disc(50, 25, 4.5, pen.white)


def _keypad(pen: Sheet, _: Values) -> None:
    pen.box(20, 8, 60, 84, pen.deep, 9)
    pen.box(28, 16, 44, 14, pen.white, 3)
    for row in range(3):
        for column in range(3):
            pen.disc(34 + 16 * column, 44 + 17 * row, 5.5, pen.light)


def _none(pen: Sheet, _: Values) -> None:
    pen.disc(50, 50, 40, pen.light)
    pen.disc(50, 50, 31, pen.white)
    pen.line([(24, 24), (76, 76)], 9, pen.light)


def _head(pen: Sheet, x: float, y: float, size: float, colour: Colour) -> None:
    """One person: head and shoulders."""
    pen.disc(x, y, size * 0.29, colour)
    wide, down = size * 0.46, y + size * 0.84
    turns = [math.pi * step / 24 for step in range(25)]
    dome = [(x - wide * math.cos(turn), down - wide * math.sin(turn)) for turn in turns]
    pen.shape([*dome, (x + wide, down + size * 0.12), (x - wide, down + size * 0.12)], colour)


def _person(pen: Sheet, _: Values) -> None:
    _head(pen, 50, 28, 62, pen.deep)


def _people(pen: Sheet, _: Values) -> None:
    for x in (24, 76):
        _head(pen, x, 32, 44, pen.light)
    _head(pen, 50, 34, 54, pen.deep)


def _house(pen: Sheet, _: Values) -> None:
    pen.box(22, 42, 56, 46, pen.deep, 2)
    pen.line([(10, 50), (50, 14), (90, 50)], 9, pen.deep)
    pen.shape([(50, 16), (82, 46), (18, 46)], pen.deep)
    pen.box(42, 60, 16, 28, pen.white, 1)


def _seal(pen: Sheet, _: Values) -> None:
    """A personal seal on its impression."""
    pen.box(36, 4, 28, 46, pen.deep, 12)
    pen.box(26, 44, 48, 16, pen.deep, 5)
    pen.arc(50, 81, 14, 0, 1, 3.6, pen.error)
    for x, top, bottom in ((45, 75, 87), (55, 75, 87)):
        pen.line([(x, top), (x, bottom)], 2.6, pen.error)
    for y in (75, 81, 87):
        pen.line([(45, y), (55, y)], 2.6, pen.error)


def _book(pen: Sheet, _: Values) -> None:
    """A register."""
    pen.box(18, 10, 64, 80, pen.deep, 6)
    pen.box(30, 16, 46, 68, pen.white, 2)
    for row in range(4):
        pen.box(38, 28 + 12 * row, 30, 4, pen.light, 1)


def _working(pen: Sheet, _: Values) -> None:
    """A ring that turns."""
    pen.arc(50, 50, 38, 0, 1, 7, pen.light)
    pen.arc(50, 50, 38, pen.phase, pen.phase + 0.28, 7, pen.deep)


def _ring(pen: Sheet, values: Values) -> None:
    """A ring of which `values[0]` percent is left."""
    pen.arc(50, 50, 43, 0, 1, 8, pen.tint)
    if values and values[0] > 0:
        pen.arc(50, 50, 43, 0, values[0] / 100, 8, pen.deep)


def _line_down(pen: Sheet, _: Values) -> None:
    """Two halves of a plug, apart."""
    pen.line([(4, 50), (26, 50)], 8, pen.deep)
    pen.box(22, 34, 22, 32, pen.deep, 6)
    pen.line([(44, 43), (53, 43)], 5, pen.deep)
    pen.line([(44, 57), (53, 57)], 5, pen.deep)
    pen.box(62, 34, 16, 32, pen.light, 6)
    pen.line([(76, 50), (96, 50)], 8, pen.light)


DRAWINGS: dict[str, Callable[[Sheet, Values], None]] = {
    "administrative-service": _administration,
    "bell": _bell,
    "book": _book,
    "card": _card_alone,
    "card-away": _card_away,
    "card-on-reader": _card_on_reader,
    "change": _change,
    "chosen": _chosen,
    "clock": _clock,
    "coins": _coins,
    "emoney": _emoney,
    "copy": _copier,
    "error": _error,
    "house": _house,
    "info": _about,
    "keypad": _keypad,
    "line-down": _line_down,
    "none": _none,
    "paper": _paper,
    "people": _people,
    "person": _person,
    "phone": _phone,
    "print": _printer,
    "printing": _printing,
    "receipt": _receipt,
    "ring": _ring,
    "scan": _scanner,
    "seal": _seal,
    "tick": _tick,
    "warning": _warning,
    "working": _working,
}
_NUMBER_AT = {"paper": (0.76, 0.76, 0.15), "printing": (0.80, 0.80, 0.135)}


class Gallery:
    """Draws each picture once for each size and step of its movement, in one theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._kept: dict[tuple[str, Values, int, int], pygame.Surface] = {}

    def picture(self, name: str, values: Values, side: int, phase: float) -> pygame.Surface:
        """Return the picture `name` as a premultiplied tile, `side` px square; KeyError for a name not drawn here."""
        step = round(phase * PHASES) % PHASES
        key = (name, values, side, step)
        if key not in self._kept:
            self._kept[key] = self._drawn(name, values, side, step / PHASES)
        return self._kept[key]

    def _drawn(self, name: str, values: Values, side: int, phase: float) -> pygame.Surface:
        pen = Sheet(side, self._theme, phase)
        DRAWINGS[name](pen, values)
        tile = pen.tile()
        if name in _NUMBER_AT and len(values) == 2:
            self._number(tile, f"{values[0]}/{values[1]}", *_NUMBER_AT[name])
        return tile

    def _number(self, tile: pygame.Surface, words: str, x: float, y: float, size: float) -> None:
        side = tile.get_width()
        text = font(max(6, round(side * size)), True).render(words, True, self._theme.tone(Tone.ON_ACTION))
        tile.blit(text, text.get_rect(center=(round(side * x), round(side * y))))
