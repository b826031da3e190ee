"""Contrast of every pair of colours that the painter puts on one another (WCAG 2.2, 1.4.3)."""

from itertools import product

import pytest

from kiosk.panel.theme import HIGH_CONTRAST, STANDARD, Colour, Theme, contrast
from kiosk.screens.view import Press, Rect, Role, Tone

WORDS = (Tone.TEXT, Tone.QUIET, Tone.ACTION, Tone.ERROR, Tone.SUCCESS)
GROUNDS = (Tone.GROUND, Tone.PAGE, Tone.TINT)


def pairs(theme: Theme) -> set[tuple[Colour, Colour]]:
    found = {(theme.tone(word), theme.tone(ground)) for word, ground in product(WORDS, GROUNDS)}
    found.add((theme.tone(Tone.WARNING), theme.tone(Tone.GROUND)))
    for role, enabled, chosen, pressed in product(Role, (True, False), (True, False), (True, False)):
        press = Press(Rect(0, 0, 1, 1), "x", "x", role=role, enabled=enabled, chosen=chosen)
        look = theme.look(press, pressed and enabled)
        ground = look.fill or theme.tone(Tone.PAGE)
        found |= {(look.label, ground), (look.note, ground)}
    return found


@pytest.mark.parametrize(("theme", "least"), [(STANDARD, 4.5), (HIGH_CONTRAST, 7.0)], ids=lambda value: str(value))
def test_texts_stand_out_from_their_ground(theme: Theme, least: float) -> None:
    weak = {pair: round(contrast(*pair), 2) for pair in pairs(theme) if contrast(*pair) < least}

    assert weak == {}


def test_contrast_is_that_of_the_standard() -> None:
    assert round(contrast((0, 0, 0), (255, 255, 255)), 1) == 21.0
    assert round(contrast((118, 118, 118), (255, 255, 255)), 2) == 4.54


def test_borders_that_carry_meaning_are_seen() -> None:
    assert contrast(STANDARD.border, STANDARD.tone(Tone.GROUND)) >= 3
    assert contrast(STANDARD.focus_line, STANDARD.tone(Tone.PAGE)) >= 3
