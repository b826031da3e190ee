"""The bell against forgetting: heard where there is a loudspeaker, no trouble where there is none."""

import pygame
import pytest

from kiosk.panel.sound import Bell, chime


@pytest.mark.proves("O-57", "I-68")
def test_the_bell_sounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    bell = Bell()

    bell.ring()
    bell.ring()

    assert pygame.mixer.get_busy()
    assert not bell.is_mute
    bell.close()
    assert pygame.mixer.get_init() is None


def test_without_a_loudspeaker_it_stays_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "no-such-driver")
    bell = Bell()

    bell.ring()
    bell.ring()
    bell.close()

    assert bell.is_mute


def test_the_tones_die_away_and_are_never_clipped() -> None:
    samples = chime()
    quarter = len(samples) // 8

    assert max(map(abs, samples)) < 2**15
    assert max(samples[:quarter]) > 4 * max(samples[3 * quarter : 4 * quarter])
