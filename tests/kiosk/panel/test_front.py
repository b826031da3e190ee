"""From fingers and keys to touches: one press, one action, never on another screen than the one seen."""

from dataclasses import replace

import pygame
import pytest

from kiosk.narrator import Narrator
from kiosk.panel.front import Front
from kiosk.panel.painter import Painter
from kiosk.screens.show import show
from kiosk.screens.speech import Phrases
from kiosk.screens.texts import Texts
from kiosk.screens.view import Press, Touch
from kiosk.session.states import Step
from tests.kiosk.panel.own_kiosk import OwnRunner, pad_view
from tests.kiosk.session.visit import at

pygame.font.init()
SIZE = (540, 720)


@pytest.fixture
def runner() -> OwnRunner:
    return OwnRunner()


@pytest.fixture
def front(runner: OwnRunner) -> Front:
    return Front(Painter(SIZE), runner.view(), runner.touch)


def middle(press: Press) -> tuple[float, float]:
    return (press.rect.x + press.rect.width / 2) / 2, (press.rect.y + press.rect.height / 2) / 2


def tap(front: Front, press: Press) -> None:
    front.down(*middle(press))
    front.up(*middle(press))


def test_a_press_counts_when_the_finger_lifts(front: Front, runner: OwnRunner) -> None:
    key = runner.view().buttons[0]

    front.down(*middle(key))
    assert runner.touches == []
    front.up(*middle(key))

    assert [Touch(1, "digit", "1")] == runner.touches


def test_a_finger_that_slides_away_presses_nothing(front: Front, runner: OwnRunner) -> None:
    one, two, *_ = runner.view().buttons

    front.down(*middle(one))
    front.up(*middle(two))

    assert runner.touches == []


def test_what_is_greyed_cannot_be_pressed(front: Front, runner: OwnRunner) -> None:
    tap(front, next(press for press in runner.view().buttons if press.button == "item"))
    tap(front, next(press for press in runner.view().buttons if press.button == "next"))
    front.key("enter")

    assert runner.touches == []


@pytest.mark.proves("fault-25")
def test_a_press_begun_on_an_older_screen_is_dropped(front: Front, runner: OwnRunner) -> None:
    key = runner.view().buttons[0]

    front.down(*middle(key))
    runner.shown = pad_view(2)
    front.show(runner.view())
    front.up(*middle(key))

    assert runner.touches == []


@pytest.mark.proves("fault-25")
def test_a_storm_of_taps_before_the_next_frame_counts_once(front: Front, runner: OwnRunner) -> None:
    for _ in range(20):
        tap(front, front.view.buttons[0])

    assert len(runner.touches) == 1


def test_keys_type_on_the_pad_and_move_on(front: Front, runner: OwnRunner) -> None:
    for act in (lambda: front.character("1"), lambda: front.character("2"), lambda: front.key("backspace")):
        act()
        front.show(runner.view())
    front.character("7")
    front.key("enter")
    front.show(runner.view())
    front.key("escape")

    assert [touch.button for touch in runner.touches] == ["digit", "digit", "correct", "next", "cancel"]
    assert [touch.value for touch in runner.touches[:2]] == ["1", "2"]


def test_tab_reaches_every_button_that_can_be_pressed(front: Front, runner: OwnRunner) -> None:
    runner.shown = pad_view(3)
    front.show(runner.view())

    front.key("back-tab")
    front.key("space")
    front.show(runner.view())
    front.key("tab")
    front.key("enter")

    assert [touch.button for touch in runner.touches] == ["next", "digit"]


def test_it_paints_only_what_has_changed(front: Front, runner: OwnRunner) -> None:
    surface = pygame.Surface(SIZE)

    painted = [front.paint(surface, 20.0, 0.0), front.paint(surface, 19.8, 0.5), front.paint(surface, 18.9, 0.5)]
    front.down(*middle(runner.view().buttons[0]))
    painted.append(front.paint(surface, 18.9, 0.5))

    assert painted == [True, False, True, True]


def test_going_back_to_the_main_menu_forgets_every_rendered_text() -> None:
    painter = Painter(SIZE)
    front = Front(painter, pad_view(1), lambda touch: None)
    front.paint(pygame.Surface(SIZE), None, 0.0)
    assert painter.kept_texts

    front.show(pad_view(2, step="S-00"))

    assert painter.kept_texts == 0


def test_arrow_keys_speak_where_they_lead_and_say_a_screen_again() -> None:
    said: list[Phrases] = []
    view = show(replace(at(Step.KIND).session, headphones=True), Texts.load("ja"))
    front = Front(Painter(SIZE), pad_view(1), lambda _touch: True, Narrator(said.append))

    front.show(view)
    for name in ("tab", "tab", "back-tab", "again"):
        front.key(name)

    assert [phrases[0] for phrases in said[1:4]] == ["Language", "見やすさ", "Language"]
    assert said[4] == said[0]


def test_a_typed_secret_is_spoken_as_a_number_of_characters() -> None:
    said: list[Phrases] = []
    front = Front(Painter(SIZE), pad_view(1), lambda _touch: True, Narrator(said.append))
    session = replace(at(Step.PIN).session, headphones=True)

    for digits in range(3):
        front.show(show(replace(session, digits=digits, view_id=session.view_id + digits), Texts.load("ja")))

    assert said[1:] == [("1文字", "入っています"), ("2文字", "入っています")]
