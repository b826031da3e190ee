"""Voice and bell: heard where there is a loudspeaker, no trouble where there is none; every sentence has its sound."""

import pygame
import pytest

from kiosk.panel.phrases import guidance, phrases
from kiosk.panel.sound import VOICE, Speaker, chime, sound_of
from kiosk.panel.voices import readings
from kiosk.screens.speech import PHRASES, SPOKEN
from kiosk.screens.texts import Texts
from municipality_client.centre import profiles


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
@pytest.mark.parametrize("language", SPOKEN)
def test_every_sentence_of_the_guidance_has_its_sound(language: str) -> None:
    sentences = guidance(Texts.load(language))

    assert len(sentences) >= 30
    assert all(sound_of(sentence).exists() for sentence in sentences)
    assert all("{" not in sentence for sentence in sentences)


def test_every_phrase_has_its_sound_and_no_sound_is_left_over() -> None:
    """A municipality that was added without its sounds is not spoken; everything else is."""
    listed = PHRASES.read_text(encoding="utf-8").splitlines()

    assert set(phrases(())) <= set(listed) <= set(phrases(profiles.load_all().values()))
    assert {path.name for path in VOICE.glob("*.ogg")} == {sound_of(phrase).name for phrase in listed}


def test_every_reading_is_still_needed() -> None:
    all_phrases = phrases(profiles.load_all().values())

    assert [one for one in readings()["readings"] if one not in "\n".join(all_phrases)] == []
    assert set(readings()["alone"]) <= set(all_phrases)


def test_a_sentence_is_spoken_and_broken_off_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    speaker, sentences = Speaker(), guidance(Texts.load("ja"))

    speaker.say("ここにない文")
    assert pygame.mixer.get_init() is None
    speaker.say(sentences[0])
    speaker.say(sentences[1])
    playing = [number for number in range(pygame.mixer.get_num_channels()) if pygame.mixer.Channel(number).get_busy()]
    speaker.hush()

    assert len(playing) == 1
    assert not pygame.mixer.get_busy()
    speaker.close()
