"""What a touch means, on every screen and shape of panel, and what never moves."""

from functools import cache

import pytest

from kiosk.screens.show import show
from kiosk.screens.view import Press, Role, View, hit
from kiosk.session.buttons import Button
from kiosk.session.states import Session
from tests.kiosk.screens.cases import ALL, SIZES, TEXTS


@cache
def shapes(name: str) -> list[View]:
    """The screen on tall and wide panels."""
    return [show(ALL[name], TEXTS, width=width, height=height) for width, height in SIZES]


@pytest.mark.parametrize("name", ALL)
def test_a_touch_means_the_button_that_is_seen_there(name: str) -> None:
    for view, press in [(one, press) for one in shapes(name) for press in one.buttons]:
        touch = hit(view, press.rect.x + press.rect.width / 2, press.rect.y + press.rect.height / 2)
        if press.enabled:
            assert touch is not None
            assert (touch.view_id, touch.button, touch.value) == (view.view_id, press.button, press.value)
        else:
            assert touch is None


@pytest.mark.parametrize("name", ALL)
def test_at_most_one_button_is_what_most_people_want_next(name: str) -> None:
    assert sum(press.role is Role.FILLED for press in show(ALL[name], TEXTS).buttons) <= 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("button", [Button.BACK, Button.CANCEL])
def test_back_and_cancel_never_move(size: tuple[int, int], button: Button) -> None:
    places = {
        press.rect
        for session in ALL.values()
        for press in show(session, TEXTS, width=size[0], height=size[1]).buttons
        if press.button == button
    }

    assert len(places) == 1


def test_a_greyed_button_says_why() -> None:
    buttons = [press for session in ALL.values() for press in show(session, TEXTS).buttons]
    without = {press.label for press in buttons if not press.enabled and not press.note}

    # What is missing for these stands on the same screen.
    assert without <= {"つぎへ", "へらす", "変更する", "変換"}


def test_the_view_carries_step_id_and_caption() -> None:
    view = show(Session(view_id=7), TEXTS, caption="お待ちください。")

    assert (view.step, view.view_id, view.caption) == ("S-00", 7, "お待ちください。")
    assert "お待ちください。" in view.words


@pytest.mark.parametrize("name", ALL)
def test_no_digit_is_told_apart_on_the_pin_pad(name: str) -> None:
    keys = [press for press in show(ALL[name], TEXTS).buttons if press.button == Button.DIGIT]

    assert len({(press.role, press.size, press.enabled, press.chosen) for press in keys}) <= 1
    assert all(isinstance(press, Press) and press.label == press.value for press in keys)
