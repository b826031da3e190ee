"""When headphones speak: from the moment they are in to the moment they are out, and what the loudspeaker says then."""

from dataclasses import replace

import pytest

from kiosk.narrator import Narrator, aloud
from kiosk.screens.show import show
from kiosk.screens.speech import Phrases
from kiosk.screens.texts import Texts
from kiosk.screens.view import View
from kiosk.session import events as e
from kiosk.session.advance import advance
from kiosk.session.effects import Say
from kiosk.session.states import Step
from tests.kiosk.session.visit import at

JAPANESE = Texts.load("ja")


def shown(step: Step, *, headphones: bool) -> View:
    return show(replace(at(step).session, headphones=headphones), JAPANESE)


def test_headphones_hear_the_screen_they_are_plugged_in_at_and_nothing_after() -> None:
    said: list[Phrases] = []
    narrator = Narrator(said.append)

    narrator.shows(shown(Step.KIND, headphones=False))
    assert said == []
    view = shown(Step.KIND, headphones=True)
    narrator.shows(view)
    narrator.shows(view)
    assert len(said) == 1
    assert "どの証明書が必要ですか？" in said[0]
    narrator.shows(shown(Step.KIND, headphones=False))
    narrator.focuses(view.buttons[0])
    narrator.repeats()
    assert said[1:] == [()]


def test_a_control_is_spoken_when_it_gets_the_focus_and_the_screen_when_asked_again() -> None:
    said: list[Phrases] = []
    narrator, view = Narrator(said.append), shown(Step.KIND, headphones=True)

    narrator.shows(view)
    narrator.focuses(view.buttons[-1])
    narrator.repeats()

    assert said[1][0] == "中止"
    assert said[2] == said[0]


def test_a_language_without_a_voice_is_silent_in_the_headphones() -> None:
    said: list[Phrases] = []
    narrator, session = Narrator(said.append), replace(at(Step.KIND).session, headphones=True)

    narrator.shows(show(session, JAPANESE))
    narrator.shows(show(session, Texts.load("en")))

    assert said[1:] == [()]


@pytest.mark.parametrize("step", Step)
def test_headphones_go_in_and_out_on_every_screen_and_nothing_else_changes(step: Step) -> None:
    before = at(step).session
    listening, said = advance(before, e.HeadphonesMoved(True))
    after, told = advance(listening, e.HeadphonesMoved(False))

    assert listening.headphones
    assert replace(after, view_id=before.view_id) == before
    assert Say("headphones.say") in said
    assert [one for one in told if isinstance(one, Say)] == ([] if step is Step.IDLE else [Say(f"{step}.say")])


@pytest.mark.proves("O-57", "I-68")
def test_with_headphones_in_the_loudspeaker_only_alarms() -> None:
    quiet = {"silent": False, "headphones": True}

    assert aloud("証明書を取ってください。", alarm=False, **quiet) == ""
    assert aloud("証明書を取ってください。", alarm=True, **quiet) == "証明書を取ってください。"
    assert aloud("証明書を取ってください。", alarm=False, silent=False, headphones=False) != ""
    assert aloud("証明書を取ってください。", alarm=True, silent=True, headphones=False) == ""
