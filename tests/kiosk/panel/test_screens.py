"""Every screen of the flow and every error, with the real fonts: nothing cut off, nothing too small to touch."""

from collections.abc import Iterator

import pygame
import pytest

from kiosk.panel.painter import Painter
from kiosk.panel.pictures import DRAWINGS
from kiosk.screens.texts import Texts
from kiosk.screens.view import Picture, Press, View
from kiosk.screenshots import SIZES, codes, more_sessions, view_of, walked
from kiosk.session.states import Session, Step

pygame.font.init()
PANEL_MM = 300
LEAST_MM = 15
UPRIGHT, TALL, WIDE = SIZES
SHAPES = [(UPRIGHT, UPRIGHT), (UPRIGHT, (600, 800)), (TALL, TALL), (WIDE, WIDE)]


@pytest.fixture(scope="module")
def sessions() -> Iterator[dict[str, Session]]:
    with walked() as walk:
        yield walk.seen | more_sessions(walk.seen, Texts.load("ja"))


@pytest.fixture(scope="module")
def views(sessions: dict[str, Session]) -> dict[tuple[str, tuple[int, int]], View]:
    texts = Texts.load("ja")
    return {
        (name, size): view_of(session, texts, size, caption_of(session, texts))
        for size in SIZES
        for name, session in sessions.items()
    }


def caption_of(session: Session, texts: Texts) -> str:
    """What is spoken on that screen, and then stands on it."""
    key = f"{session.step}.say"
    return texts.of(key) if texts.has(key) else ""


def test_every_step_and_every_error_is_among_the_pictures(sessions: dict[str, Session]) -> None:
    assert {session.step for session in sessions.values()} == set(Step)
    failures = [session.failure for session in sessions.values() if session.failure is not None]
    assert {f"{one.code}-{one.detail}".rstrip("-") for one in failures} >= set(codes(Texts.load("ja")))


@pytest.mark.parametrize(("units", "px"), SHAPES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_text_is_cut_off(
    views: dict[tuple[str, tuple[int, int]], View], units: tuple[int, int], px: tuple[int, int]
) -> None:
    painter = Painter(px)

    cut = {name: painter.overflows(view) for (name, size), view in views.items() if size == units}

    assert {name: found for name, found in cut.items() if found} == {}


def test_every_character_has_a_glyph(views: dict[tuple[str, tuple[int, int]], View]) -> None:
    painter = Painter((600, 800))

    assert {painter.missing(view) for view in views.values()} == {()}


def test_every_picture_named_is_drawn(views: dict[tuple[str, tuple[int, int]], View]) -> None:
    elements = [element for view in views.values() for element in view.elements]
    named = {element.name for element in elements if isinstance(element, Picture)}
    named |= {element.picture for element in elements if isinstance(element, Press) and element.picture}

    assert named <= set(DRAWINGS)


def test_everything_that_is_touched_is_at_least_15_mm(views: dict[tuple[str, tuple[int, int]], View]) -> None:
    small = {
        (name, press.button)
        for (name, size), view in views.items()
        for press in view.buttons
        if min(press.rect.width, press.rect.height) * PANEL_MM / size[0] < LEAST_MM
    }

    assert small == set()


def test_every_screen_paints(views: dict[tuple[str, tuple[int, int]], View]) -> None:
    painter, surface = Painter((300, 400)), pygame.Surface((300, 400))
    frames = set()
    for view in views.values():
        painter.draw(surface, view, 20.0)
        frames.add(pygame.image.tobytes(surface, "RGB"))

    assert len(frames) > len(views) * 0.8
