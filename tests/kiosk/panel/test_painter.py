"""Views become the same pixels each time; what does not fit and what has no glyph is found."""

import hashlib
from dataclasses import replace

import pygame
import pytest

from kiosk.panel.painter import Hand, Painter
from kiosk.panel.pictures import DRAWINGS, Gallery
from kiosk.panel.theme import HIGH_CONTRAST, STANDARD
from kiosk.panel.typeset import Ink, font, lay, without_glyph
from kiosk.screens.view import Label, Picture, Press, Rect, Role, StepMark, View
from tests.kiosk.panel.own_kiosk import pad_view

pygame.font.init()
BLACK = (0, 0, 0)


def frame(
    painter: Painter, view: View, hand: Hand | None = None, seconds: float | None = 25.0, phase: float = 0
) -> str:
    surface = pygame.Surface(painter.size)
    painter.draw(surface, view, seconds, hand=hand or Hand(), phase=phase)
    return hashlib.sha256(pygame.image.tobytes(surface, "RGB")).hexdigest()


def one(*elements: Label | Press | Picture | StepMark) -> View:
    return View("S-99", 1, 1080, 1440, "x", elements)


@pytest.mark.parametrize("size", [(600, 800), (1080, 1440), (1080, 1920)])
def test_a_frame_is_the_same_each_time(size: tuple[int, int]) -> None:
    assert frame(Painter(size), pad_view(3)) == frame(Painter(size), pad_view(3))


@pytest.mark.parametrize("language", ["", "en", "zh", "ko", "vi", "pt"])
@pytest.mark.parametrize(
    "text", ["xin đến quầy: 浜益支所 市民福祉課、厚田支所 市民福祉課", "한국어と Tiếng Việt と 龘"]
)
def test_lines_are_drawn_as_wide_as_they_were_measured(text: str, language: str) -> None:
    """Also what the language's face lacks, such as the kanji of a town's desks among Vietnamese."""
    block = lay(text, 36, False, 500, False, language)
    drawn = [Ink().line(line, 36, False, BLACK, block.faces).get_width() for line in block.lines]

    assert max(drawn) == block.width <= 500


def test_a_touch_and_the_focus_are_seen() -> None:
    painter, view = Painter((600, 800)), pad_view(3)
    next_button = view.buttons[-1]

    frames = {
        frame(painter, view),
        frame(painter, view, Hand(pressed=next_button)),
        frame(painter, view, Hand(focus=next_button)),
    }

    assert len(frames) == 3


@pytest.mark.proves("O-58")
def test_every_key_of_a_pad_lights_up_alike() -> None:
    painter, view = Painter((600, 800)), pad_view(3)
    one_key, two_key, correct = view.buttons[:3]

    assert frame(painter, view, Hand(pressed=one_key)) == frame(painter, view, Hand(pressed=two_key))
    assert frame(painter, view, Hand(pressed=one_key)) != frame(painter, view, Hand(pressed=correct))


def test_the_countdown_is_drawn_while_there_is_one() -> None:
    painter, view = Painter((600, 800)), pad_view(3)

    assert len({frame(painter, view, seconds=seconds) for seconds in (None, 25.0, 3.0)}) == 3


def test_what_cannot_be_chosen_looks_so() -> None:
    painter = Painter((600, 800))
    press = Press(Rect(48, 400, 480, 300), "kind", "印鑑登録証明書", note="登録がありません", picture="seal")

    assert frame(painter, one(press)) != frame(painter, one(replace(press, enabled=False)))
    assert frame(painter, one(press)) != frame(painter, one(replace(press, chosen=True)))


@pytest.mark.parametrize(
    "element",
    [
        Label(Rect(0, 0, 300, 50), "二行になってしまう長い文です。ここには入りません。", 32),
        Press(Rect(0, 0, 120, 96), "next", "つぎへ", role=Role.FILLED),
        Press(Rect(0, 0, 400, 96), "kind", "住民票", note="一行では入らない長い長い理由がここに書いてあります"),
        StepMark(Rect(0, 0, 300, 80), ("ご利用案内と同意", "カード", "暗証番号"), 1),
    ],
    ids=["label", "button", "note", "steps"],
)
def test_what_does_not_fit_is_reported(element: Label | Press | StepMark) -> None:
    found = Painter((1080, 1440)).overflows(one(element))

    assert len(found) >= 1
    assert found[0].needed[0] > found[0].given[0] or found[0].needed[1] > found[0].given[1]


def test_what_fits_is_not_reported() -> None:
    assert Painter((600, 800)).overflows(pad_view(1)) == []


@pytest.mark.parametrize("theme", [STANDARD, HIGH_CONTRAST], ids=["standard", "high contrast"])
@pytest.mark.parametrize("name", sorted(DRAWINGS))
def test_every_picture_draws_something_inside_its_square(name: str, theme: object) -> None:
    gallery = Gallery(STANDARD if theme is STANDARD else HIGH_CONTRAST)

    tile = gallery.picture(name, (1, 3) if name in ("paper", "printing") else (50,), 96, 0.5)

    assert tile.get_size() == (96, 96)
    assert tile.get_bounding_rect().width > 40


def test_the_movement_moves_and_stands_still_without() -> None:
    painter = Painter((600, 800))
    moving = one(Picture(Rect(0, 0, 400, 400), "card-on-reader", moving=True))
    still = one(Picture(Rect(0, 0, 400, 400), "card-on-reader"))

    assert frame(painter, moving, phase=0.1) != frame(painter, moving, phase=0.5)
    assert frame(painter, still, phase=0.1) == frame(painter, still, phase=0.5)


def test_characters_without_a_glyph_are_named() -> None:
    assert without_glyph("土𠮷 髙﨑①㈱ＡA") == ("𠮷",)


def test_a_character_without_a_glyph_is_not_an_empty_box() -> None:
    ink = Ink()

    lacking, other = (ink.line(text, 32, False, BLACK) for text in ("𠮷田", "吉田"))
    boxed = font(32, False).render("𠮷田", True, BLACK)

    assert lacking.get_width() == other.get_width()
    assert pygame.image.tobytes(lacking, "RGBA") != pygame.image.tobytes(boxed, "RGBA")


def test_forgetting_keeps_no_text() -> None:
    painter, view = Painter((600, 800)), pad_view(1)
    before = frame(painter, view)

    painter.forget()

    assert painter.kept_texts == 0
    assert before == frame(painter, view)
