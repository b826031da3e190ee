"""Setting the panel: on every screen, without moving the visit; a new visit begins with the usual."""

from dataclasses import replace

import pytest

from kiosk.session import events as e
from kiosk.session.advance import advance
from kiosk.session.buttons import Button
from kiosk.session.display import CLOSE, CONTRAST, LOW, SILENT
from kiosk.session.effects import ArmTimer
from kiosk.session.states import Display, Overlay, Session, Step
from tests.kiosk.session.visit import at


def touched(session: Session, button: Button, value: str = "") -> Session:
    return advance(session, e.Touched(button, value))[0]


@pytest.mark.parametrize("step", Step)
def test_the_language_can_be_changed_on_every_screen_and_nothing_else_changes(step: Step) -> None:
    before = at(step).session
    chosen = touched(touched(before, Button.LANGUAGE), Button.LANGUAGE, "en")

    assert chosen.display == Display(language="en")
    assert replace(chosen, display=before.display, view_id=before.view_id) == before
    assert chosen.view_id == before.view_id + 2


def test_closing_the_list_keeps_the_language() -> None:
    session = touched(touched(at(Step.KIND).session, Button.LANGUAGE, "ko"), Button.LANGUAGE)

    assert session.display.overlay is Overlay.LANGUAGE
    assert touched(session, Button.LANGUAGE, CLOSE).display == Display(language="ko")


@pytest.mark.parametrize(
    ("value", "display"),
    [
        ("2", Display(size=2)),
        (CONTRAST, Display(contrast=True)),
        (LOW, Display(low=True)),
        (SILENT, Display(silent=True)),
        ("9", Display(size=0)),
    ],
)
def test_size_contrast_and_reach_are_set_while_the_overlay_stays(value: str, display: Display) -> None:
    opened = touched(at(Step.PIN).session, Button.COMFORT)
    chosen = touched(opened, Button.COMFORT, value)

    assert chosen.display == replace(display, overlay=Overlay.COMFORT)
    assert touched(chosen, Button.COMFORT, CLOSE).display == display


def test_a_screen_that_is_left_takes_the_overlay_with_it() -> None:
    opened = touched(at(Step.REMOVE_CARD).session, Button.COMFORT)
    after, _ = advance(opened, e.CardRemoved())

    assert after.step is Step.KIND
    assert after.display.overlay is Overlay.NONE


def test_a_touch_there_starts_the_time_of_the_screen_anew() -> None:
    short = replace(at(Step.KIND).session, time_short=True)
    after, wanted = advance(short, e.Touched(Button.LANGUAGE))

    assert not after.time_short
    assert wanted == (ArmTimer(60, 30),)


def test_the_idle_screen_goes_back_to_what_is_usual_by_itself() -> None:
    left, wanted = advance(Session(), e.Touched(Button.COMFORT, CONTRAST))

    assert wanted == (ArmTimer(60, 0),)
    assert advance(left, e.TimedOut())[0].display == Display()


def test_the_next_visit_begins_with_what_is_usual() -> None:
    visit = at(Step.FORGOTTEN)
    visit.session = touched(visit.session, Button.LANGUAGE, "en")
    visit.do(e.TimedOut())
    while visit.step is not Step.IDLE:
        visit.do(e.TimedOut())

    assert visit.session.display == Display()
