"""Where things stand, on every screen and three shapes of panel: inside, apart, large enough, in place."""

from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest

from kiosk.screens.layout import LABEL, SMALL, TOUCH
from kiosk.screens.show import show
from kiosk.screens.view import Box, Element, Label, Press, Rect, Role, View, hit
from kiosk.session.buttons import Button
from kiosk.session.states import Display, Session
from tests.kiosk.screens.cases import ALL, SIZES, TEXTS

LEGIBLE = 28
FINGER = 76
"""15 mm on a panel of 213 mm in width (JIS X 8341-5); the foot and the answers are larger."""


DISPLAYS = (Display(), Display(size=1), Display(size=2), Display(low=True))


@cache
def shapes(name: str) -> list[View]:
    """The screen on tall and wide panels, with every size of text, and low."""
    return [
        show(replace(ALL[name], display=display), TEXTS, width=width, height=height)
        for width, height in SIZES
        for display in DISPLAYS
    ]


def apart(one: Rect, two: Rect) -> bool:
    """True when no point lies in both."""
    across = one.x + one.width <= two.x or two.x + two.width <= one.x
    return across or one.y + one.height <= two.y or two.y + two.height <= one.y


def inside(view: View, rect: Rect) -> bool:
    """True when the rectangle has a size and lies on the panel."""
    right, bottom = rect.x + rect.width, rect.y + rect.height
    return 0 <= rect.x < right <= view.width and 0 <= rect.y < bottom <= view.height


def touching(view: View) -> list[tuple[Element, Element]]:
    """Pairs of things that lie over each other and should not; boxes are grounds."""
    things = [element for element in view.elements if not isinstance(element, Box)]
    return [(one, two) for one, two in combinations(things, 2) if not apart(one.rect, two.rect)]


@pytest.mark.parametrize("name", ALL)
def test_everything_lies_inside_and_apart(name: str) -> None:
    for view in shapes(name):
        outside = [element for element in view.elements if not inside(view, element.rect)]

        assert outside == []
        assert touching(view) == []


@pytest.mark.parametrize("name", ALL)
def test_everything_is_large_enough_to_read_and_touch(name: str) -> None:
    for view in shapes(name):
        sizes = {element.size for element in view.elements if isinstance(element, Label)}

        assert min(sizes) >= LEGIBLE == SMALL
        answers = [press for press in view.buttons if press.role is not Role.TOOL]
        assert all(press.rect.height >= TOUCH and press.rect.width >= TOUCH for press in answers)
        assert all(press.size >= LABEL for press in answers)
        assert all(press.rect.height >= FINGER <= press.rect.width for press in view.buttons)


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
