"""Every language says everything that Japanese says, with the same places to fill in, and can be drawn."""

import string
from dataclasses import replace

import pygame
import pytest

from kiosk.panel.faces import CUTS, characters, file_of
from kiosk.panel.painter import Painter
from kiosk.panel.typeset import face_with, font, without_glyph
from kiosk.screens.show import show
from kiosk.screens.texts import Texts
from kiosk.session.states import Overlay
from kiosk.settings import LANGUAGES
from tests.kiosk.screens.cases import ALL

pygame.font.init()
JAPANESE = Texts.load("ja")
OTHERS = [code for code in LANGUAGES if code != "ja"]
OF_THE_CENTRE = ("kind.", "item.")
"""Names that the centre gives in Japanese; other languages have their own."""


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_there_and_none_is_left_over(code: str) -> None:
    keys = {key for key in Texts.load(code).keys if not key.startswith(OF_THE_CENTRE)}

    assert sorted(JAPANESE.keys - keys) == []
    assert sorted(keys - JAPANESE.keys) == []


@pytest.mark.parametrize("code", OTHERS)
def test_the_same_is_filled_in_everywhere(code: str) -> None:
    texts = Texts.load(code)
    other = {key for key in JAPANESE.keys & texts.keys if places(texts.of_raw(key)) != places(JAPANESE.of_raw(key))}

    assert other == set()


@pytest.mark.parametrize("code", OTHERS)
def test_kinds_and_items_have_names(code: str) -> None:
    english = {key for key in Texts.load("en").keys if key.startswith(OF_THE_CENTRE)}

    assert {key for key in Texts.load(code).keys if key.startswith(OF_THE_CENTRE)} == english
    assert len(english) >= 10


@pytest.mark.parametrize("code", CUTS)
def test_a_cut_face_holds_exactly_what_is_shown(code: str) -> None:
    assert file_of(code, bold=True).exists()
    assert without_glyph(characters(code), code) == ()


def foot_of_h(code: str) -> int:
    return font(40, True, code).render("H", True, "black").get_bounding_rect().bottom


@pytest.mark.parametrize("code", CUTS)
def test_a_cut_face_stands_where_the_japanese_one_does(code: str) -> None:
    assert abs(foot_of_h(code) - foot_of_h("ja")) <= 1


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_list_of_languages_has_each_name_whole_in_one_face(code: str) -> None:
    names = tuple((one, Texts.load(one).of("language.name")) for one in LANGUAGES)
    shown = replace(ALL["S-09"].display, language=code, overlay=Overlay.LANGUAGE)
    view = show(replace(ALL["S-09"], display=shown), Texts.load(code), languages=names)

    assert None not in [face_with(name, code) for _, name in names]
    assert Painter((1080, 1440)).missing(view) == ()
