"""Voice and bell: heard where there is a loudspeaker, no trouble where there is none; every sentence has its sound."""

import pygame
import pytest

from kiosk.panel.sound import VOICE, Speaker, chime, sound_of
from kiosk.panel.voices import readings, spoken
from kiosk.screens.texts import Texts


@pytest.mark.proves("O-57", "I-68")
def test_the_bell_sounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    bell = Speaker()

    bell.ring()
    bell.ring()

    assert pygame.mixer.get_busy()
    assert not bell.is_mute
    bell.close()
    assert pygame.mixer.get_init() is None


def test_without_a_loudspeaker_it_stays_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "no-such-driver")
    bell = Speaker()

    bell.ring()
    bell.ring()
    bell.close()

    assert bell.is_mute


def test_the_tones_die_away_and_are_never_clipped() -> None:
    samples = chime()
    quarter = len(samples) // 8

    assert max(map(abs, samples)) < 2**15
    assert max(samples[:quarter]) > 4 * max(samples[3 * quarter : 4 * quarter])


@pytest.mark.proves("O-57", "I-68")
def test_every_sentence_of_the_guidance_has_its_sound_and_no_sound_is_left_over() -> None:
    wanted = {sound_of(sentence).name for sentence in spoken(Texts.load("ja"))}

    assert {path.name for path in VOICE.glob("*.ogg")} == wanted


def test_nothing_that_is_spoken_has_a_place_for_a_name() -> None:
    texts = Texts.load("ja")
    keys = [key for key in texts.keys if key.partition(".")[2].startswith(("say", "alarm"))]

    assert len(keys) >= 30
    assert all("{" not in sentence for sentence in spoken(texts))


def test_every_reading_is_still_needed() -> None:
    sentences = "".join(spoken(Texts.load("ja")))

    assert [written for written in readings() if written not in sentences] == []


def test_a_sentence_is_spoken_and_broken_off_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    speaker, sentences = Speaker(), spoken(Texts.load("ja"))

    speaker.say("ここにない文")
    assert pygame.mixer.get_init() is None
    speaker.say(sentences[0])
    speaker.say(sentences[1])
    playing = [number for number in range(pygame.mixer.get_num_channels()) if pygame.mixer.Channel(number).get_busy()]
    speaker.hush()

    assert len(playing) == 1
    assert not pygame.mixer.get_busy()
    speaker.close()
