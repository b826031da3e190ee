"""Draws a View: scaled into the panel, the same every time, and says what does not fit.

Separate from the window because scenarios and pictures for the docs draw too, without one.
`Painter` keeps rendered texts and pictures; `forget` drops them when a customer has gone.
"""

from dataclasses import dataclass

import pygame

from kiosk.panel.controls import content, has_tick, tick_place
from kiosk.panel.pictures import Gallery
from kiosk.panel.placing import Frame, Overflow
from kiosk.panel.shapes import put, rounded
from kiosk.panel.steps import lay_steps
from kiosk.panel.theme import HIGH_CONTRAST, STANDARD, Colour, Theme
from kiosk.panel.typeset import Block, Ink, face_with, is_heading, lay
from kiosk.screens.view import Align, Box, Countdown, Element, Label, Picture, Press, Role, StepMark, Tone, View

_FULL_RING = 30.0
_HAIR = 5
"""Px by which a line may be wider than its words, which are measured apart."""


@dataclass(frozen=True, slots=True)
class Hand:
    """What the finger and the focus are on: elements of the View, None for nothing."""

    pressed: Press | None = None
    focus: Press | None = None


NOTHING = Hand()


class Painter:
    """Draws Views of any size into `size` px, letterboxed, in one theme."""

    def __init__(self, size: tuple[int, int], theme: Theme = STANDARD) -> None:
        self.size = size
        self.theme = self._usual = theme
        self._ink = Ink()
        self._galleries = {one.name: (Gallery(one), Gallery(one.greyed())) for one in (theme, HIGH_CONTRAST)}
        self._gallery, self._greyed = self._galleries[theme.name]

    def _wear(self, theme: Theme) -> None:
        if theme is not self.theme:
            self.theme = theme
            self._gallery, self._greyed = self._galleries[theme.name]

    def frame(self, view: View) -> Frame:
        """Return how the view's units lie on the panel's px."""
        return Frame.fit(self.size, (view.width, view.height), view.language)

    def draw(
        self,
        surface: pygame.Surface,
        view: View,
        seconds_left: float | None = None,
        *,
        hand: Hand = NOTHING,
        phase: float = 0.0,
    ) -> None:
        """Draw `view` over the whole `surface`; `phase` (0 to 1) moves the pictures that may move."""
        self._wear(HIGH_CONTRAST if view.contrast else self._usual)
        surface.fill(self.theme.tone(Tone.PAGE))
        frame = self.frame(view)
        for element in view.elements:
            self._element(surface, frame, element, seconds_left, hand, phase)
        if hand.focus is not None:
            self._focus(surface, frame.rect(hand.focus.rect), frame)

    def overflows(self, view: View) -> list[Overflow]:
        """Return every text that does not fit where the view puts it."""
        frame = self.frame(view)
        found = []
        for element in view.elements:
            if isinstance(element, Label):
                found += self._label_overflow(frame, element)
            elif isinstance(element, Press):
                found += content(frame, element, self.theme.look(element)).overflows
            elif isinstance(element, StepMark):
                found += lay_steps(frame, element).overflows
        return found

    def missing(self, view: View) -> tuple[str, ...]:
        """Return the characters of `view` that no face of the panel has."""
        shown = dict.fromkeys("".join(view.words))
        return tuple(char for char in shown if face_with(char, view.language) is None)

    @property
    def kept_texts(self) -> int:
        """How many rendered texts are kept."""
        return len(self._ink)

    def forget(self) -> None:
        """Drop every rendered text (I6: nothing of a session outlives it)."""
        self._ink.forget()

    def _element(
        self, surface: pygame.Surface, frame: Frame, element: Element, left: float | None, hand: Hand, phase: float
    ) -> None:
        match element:
            case Box():
                self._box(surface, frame, element)
            case Label():
                self._label(surface, frame, element)
            case Picture():
                at = phase if element.moving else 0.0
                self._picture(surface, frame.rect(element.rect), element.name, element.values, at)
            case Press():
                self._press(surface, frame, element, _lit(element, hand.pressed))
            case StepMark():
                self._steps(surface, frame, element)
            case Countdown():
                self._countdown(surface, frame, element, left)

    def _box(self, surface: pygame.Surface, frame: Frame, box: Box) -> None:
        border = frame.px(box.border) if box.border else 0
        tones = self.theme.tone(box.fill), self.theme.tone(box.border_tone)
        rounded(surface, frame.rect(box.rect), frame.px(box.radius), *tones, border)

    def _label(self, surface: pygame.Surface, frame: Frame, label: Label) -> None:
        rect = frame.rect(label.rect)
        block = _block(frame, label)
        top = rect.y + (max(0, rect.height - block.height) // 2 if label.middle else 0)
        self._lines(surface, block, pygame.Rect(rect.x, top, rect.width, block.height), label.align, label.tone)

    def _lines(
        self, surface: pygame.Surface, block: Block, rect: pygame.Rect, align: Align, tone: Tone | Colour
    ) -> None:
        colour = self.theme.tone(tone) if isinstance(tone, Tone) else tone
        y = rect.y + round(block.px * 0.05)
        for line in block.lines:
            ink = self._ink.line(line, block.px, block.bold, colour, block.faces)
            spare = rect.width - ink.get_width()
            surface.blit(ink, (rect.x + {Align.LEFT: 0, Align.CENTRE: spare // 2, Align.RIGHT: spare}[align], y))
            y += block.pitch

    def _label_overflow(self, frame: Frame, label: Label) -> list[Overflow]:
        rect, block = frame.rect(label.rect), _block(frame, label)
        fits = block.height <= rect.height + 1 and block.width <= rect.width + _HAIR
        return [] if fits else [Overflow(label.text, (block.width, block.height), rect.size)]

    def _picture(
        self, surface: pygame.Surface, rect: pygame.Rect, name: str, values: tuple[int, ...], phase: float
    ) -> None:
        _lay_picture(surface, self._gallery, rect, name, values, phase)

    def _press(self, surface: pygame.Surface, frame: Frame, press: Press, pressed: bool) -> None:
        look = self.theme.look(press, pressed)
        rect = frame.rect(press.rect)
        radius = frame.px(16 if press.role is Role.CARD else 8)
        width = frame.px(look.border_width) if look.border_width else 0
        rounded(surface, rect, radius, look.fill, look.border, width)
        laid = content(frame, press, look)
        if laid.picture is not None:
            gallery = self._gallery if press.enabled else self._greyed
            _lay_picture(surface, gallery, laid.picture, press.picture)
        for block, place, align, colour in laid.texts:
            self._lines(surface, block, place, align, colour)
        if has_tick(press):
            self._picture(surface, tick_place(frame, press), "chosen", (), 0.0)
        if press.role is Role.TEXT and press.enabled:
            self._underline(surface, laid.texts[0][0], laid.texts[0][1], look.label)

    def _underline(self, surface: pygame.Surface, block: Block, place: pygame.Rect, colour: Colour) -> None:
        left = place.centerx - block.width // 2
        thick = max(1, block.px // 16)
        surface.fill(colour, (left, place.y + block.height + thick, block.width, thick))

    def _steps(self, surface: pygame.Surface, frame: Frame, mark: StepMark) -> None:
        laid = lay_steps(frame, mark)
        action, ground, line = self.theme.tone(Tone.ACTION), self.theme.tone(Tone.GROUND), self.theme.border
        for rect, done in laid.lines:
            surface.fill(action if done else line, rect)
        for disc in laid.discs:
            full = disc.number - 1 <= mark.current
            edge, fill = (action, action) if full else (line, ground)
            rounded(surface, disc.rect, disc.rect.width // 2, fill, edge, max(1, frame.px(3)))
            if disc.number - 1 < mark.current:
                self._picture(surface, disc.rect, "chosen", (), 0.0)
            else:
                self._number(surface, disc.rect, str(disc.number), Tone.ON_ACTION if full else Tone.QUIET)
        for block, place, number in laid.titles:
            tone = Tone.TEXT if number - 1 == mark.current else Tone.QUIET
            self._lines(surface, block, place, Align.CENTRE, tone)

    def _number(self, surface: pygame.Surface, rect: pygame.Rect, words: str, tone: Tone) -> None:
        ink = self._ink.line(words, max(6, round(rect.height * 0.56)), True, self.theme.tone(tone))
        surface.blit(ink, ink.get_rect(center=rect.center))

    def _countdown(self, surface: pygame.Surface, frame: Frame, element: Countdown, left: float | None) -> None:
        """A ring that runs empty over the last 30 s, and the seconds in it."""
        if left is None:
            return
        rect = frame.rect(element.rect)
        seconds = max(0, int(left + 0.999))
        percent = round(100 * min(1.0, seconds / _FULL_RING))
        self._picture(surface, rect, "ring", (percent,), 0.0)
        words = str(seconds)
        px = round(min(rect.size) * (0.42 if len(words) < 3 else 0.32))
        ink = self._ink.line(words, max(6, px), True, self.theme.tone(Tone.TEXT))
        surface.blit(ink, ink.get_rect(center=rect.center))

    def _focus(self, surface: pygame.Surface, rect: pygame.Rect, frame: Frame) -> None:
        """A yellow ring of 2 around the control, a black line of 4 around that (visual.md, focus)."""
        ring, line = max(1, frame.px(2)), max(2, frame.px(4))
        inner = rect.inflate(2 * ring, 2 * ring)
        radius = frame.px(16)
        rounded(surface, inner, radius, None, self.theme.focus_ring, ring)
        rounded(surface, inner.inflate(2 * line, 2 * line), radius + line, None, self.theme.focus_line, line)


def _lay_picture(
    surface: pygame.Surface,
    gallery: Gallery,
    rect: pygame.Rect,
    name: str,
    values: tuple[int, ...] = (),
    phase: float = 0.0,
) -> None:
    side = min(rect.size)
    put(surface, gallery.picture(name, values, side, phase), (rect.centerx - side // 2, rect.centery - side // 2))


def _lit(press: Press, pressed: Press | None) -> bool:
    """True when `press` shows the touch. All keys of a pad light up alike: a glance tells nobody which (O-58)."""
    if pressed is None:
        return False
    return press == pressed or (press.role is Role.KEY is pressed.role and press.button == pressed.button)


def _block(frame: Frame, label: Label) -> Block:
    width = frame.rect(label.rect).width
    return lay(label.text, frame.px(label.size), label.bold, width, is_heading(label.size), frame.language)
