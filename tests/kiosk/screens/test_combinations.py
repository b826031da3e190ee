"""Every screen × language × shape of panel × size of text × reach × colours, as views: none is drawn.

Separate from `test_layout`, which asks what a touch means. One test holds all screens of a language on
a panel, one after another, because there are some thirty thousand views of them.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pygame
import pytest

from kiosk.panel.painter import Painter
from kiosk.panel.typeset import face_with
from kiosk.screens.layout import LABEL, TOUCH
from kiosk.screens.show import show
from kiosk.screens.texts import Texts
from kiosk.screens.view import Box, Element, Label, Rect, Role, View
from kiosk.session.states import Display, Session
from kiosk.settings import LANGUAGES
from tests.kiosk.screens.cases import ALL, SIZES

pygame.font.init()
LEGIBLE = 28
FINGER = 76
"""15 mm on a panel of 213 mm in width (JIS X 8341-5); the foot and the answers are larger."""
_UNIT = 1080
LARGER = (100, 115, 130)
"""Largest size of texts for each setting, in percent; `show` takes the largest below it that fits."""


def views(language: str, panel: tuple[int, int]) -> Iterator[tuple[str, View]]:
    """Every screen in every setting that differs, with a name that says which.

    Where larger texts did not fit, the smaller setting shows the very same view: it is not made again.
    """
    texts = Texts.load(language)
    for name, session in ALL.items():
        larger = 0.0
        for size in reversed(range(len(LARGER))):
            if not larger or larger > LARGER[size]:
                view = shown(session, texts, panel, Display(language=language, size=size))
                larger = 100 * _UNIT / min(view.width, view.height)
                yield f"{name}, size {size}", view
        if panel[0] < panel[1]:
            yield f"{name}, low", shown(session, texts, panel, Display(language=language, low=True))


def shown(session: Session, texts: Texts, panel: tuple[int, int], display: Display) -> View:
    return show(replace(session, display=display), texts, width=panel[0], height=panel[1])


def wrong_with(view: View) -> list[str]:
    """What is wrong with where things stand, in words; nothing for a good screen."""
    answers = [press for press in view.buttons if press.role is not Role.TOOL]
    texts = [element for element in view.elements if isinstance(element, Label)]
    checks = {
        "something is not on the panel": all(inside(view, element.rect) for element in view.elements),
        "things lie over each other": not touching(view),
        "something stands half on the foot": not half_on_a_ground(view),
        "too small to touch": all(min(press.rect.width, press.rect.height) >= TOUCH for press in answers)
        and all(min(press.rect.width, press.rect.height) >= FINGER for press in view.buttons),
        "too small to read": all(one.size >= LEGIBLE for one in texts) and all(one.size >= LABEL for one in answers),
        "a text is missing": all(one.text.strip() for one in texts) and all(one.label.strip() for one in answers),
        "a place is not filled in": not any("{" in word for word in view.words),
        "the focus jumps": in_reading_order(view),
    }
    return [words for words, holds in checks.items() if not holds]


def inside(view: View, rect: Rect) -> bool:
    """True when the rectangle has a size and lies on the panel."""
    right, bottom = rect.x + rect.width, rect.y + rect.height
    return 0 <= rect.x < right <= view.width and 0 <= rect.y < bottom <= view.height


def touching(view: View) -> bool:
    """True when two things lie over each other; boxes are grounds."""
    rects = sorted((one.rect for one in view.elements if not isinstance(one, Box)), key=lambda rect: rect.y)
    for number, one in enumerate(rects):
        for two in rects[number + 1 :]:
            if two.y >= one.y + one.height:
                break
            if one.x < two.x + two.width and two.x < one.x + one.width:
                return True
    return False


def half_on_a_ground(view: View) -> bool:
    """True when something begins above the ground of the foot or below that of the head, and reaches into it."""
    grounds = [box.rect for box in view.elements if isinstance(box, Box) and box.rect.width == view.width]
    edges = [edge for ground in grounds for edge in (ground.y, ground.y + ground.height)]
    rects = [one.rect for one in view.elements if not isinstance(one, Box)]
    return any(rect.y < edge < rect.y + rect.height for rect in rects for edge in edges)


def in_reading_order(view: View) -> bool:
    """Every control is below the one before, or to the right of it."""
    return all(
        two.rect.y >= one.rect.y + one.rect.height or two.rect.x >= one.rect.x + one.rect.width
        for one, two in pairwise(view.buttons)
    )


class Gauge:
    """Measures words in the real faces; what stands on a panel just as on a screen before is measured once."""

    def __init__(self, panel: tuple[int, int]) -> None:
        self._painter, self._seen = Painter(panel), set[tuple[Element, float]]()

    def cut_off(self, view: View) -> list[str]:
        scale = self._painter.frame(view).scale
        fresh = tuple(one for one in view.elements if not isinstance(one, Box) and (one, scale) not in self._seen)
        self._seen |= {(one, scale) for one in fresh}
        return [f"cut off: {found.text}" for found in self._painter.overflows(replace(view, elements=fresh))]


@pytest.mark.parametrize("panel", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_in_every_setting_is_whole_and_can_be_used(language: str, panel: tuple[int, int]) -> None:
    gauge = Gauge(panel)
    wrong = {name: found for name, view in views(language, panel) if (found := wrong_with(view) + gauge.cut_off(view))}

    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_colours_move_nothing_and_every_character_has_a_glyph(language: str) -> None:
    texts, shown = Texts.load(language), set[str]()
    for name, session in ALL.items():
        usual = show(replace(session, display=Display(language=language)), texts)
        light = show(replace(session, display=Display(language=language, contrast=True)), texts)
        assert replace(light, contrast=False) == usual, name
        shown |= set("".join(usual.words))

    assert {char for char in shown if face_with(char, language) is None} == set()
