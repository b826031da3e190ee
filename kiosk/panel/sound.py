"""What is heard: the spoken guidance, and the bell against forgetting (O-57, I-68).

Separate from the window, which is complete without it: a machine without a loudspeaker stays silent,
and every sentence stands on the screen too. The mixer is opened at the first sound only, so that it
costs nothing at the start. The bell is two falling tones made of sines; sentences are files that
`make voices` makes (assets/voice).
"""

import hashlib
import math
from array import array
from pathlib import Path

import pygame

import assets

VOICE = assets.path("voice")
_RATE = 22050
_TONES = (880.0, 659.3)
_SECONDS = 0.35
_LOUDNESS = 9000


class Speaker:
    """Speaks and rings when told; stays silent for ever once there turned out to be no loudspeaker."""

    def __init__(self) -> None:
        self._bell: pygame.mixer.Sound | None = None
        self._voice: pygame.mixer.Channel | None = None
        self._is_mute = False

    @property
    def is_mute(self) -> bool:
        """True once there turned out to be no loudspeaker."""
        return self._is_mute

    def ring(self) -> None:
        """Ring once; returns at once."""
        if self._is_open() and self._bell is not None:
            self._bell.play()

    def say(self, sentence: str) -> None:
        """Speak `sentence`, where there is a sound of it, instead of what is being spoken; returns at once."""
        path = sound_of(sentence)
        if not path.exists() or not self._is_open():
            return
        self.hush()
        self._voice = pygame.mixer.Sound(path).play()

    def hush(self) -> None:
        """Break off the sentence that is being spoken."""
        if self._voice is not None:
            self._voice.stop()
            self._voice = None

    def close(self) -> None:
        """Let go of the loudspeaker."""
        if self._bell is not None:
            pygame.mixer.quit()
            self._bell = self._voice = None

    def _is_open(self) -> bool:
        if self._bell is None and not self._is_mute:
            try:
                open_mixer()
                self._bell = pygame.mixer.Sound(buffer=chime().tobytes())
            except pygame.error:
                # No loudspeaker: the screen and its caption say the same.
                self._is_mute = True
        return not self._is_mute


def open_mixer(device: str | None = None) -> None:
    """Open a sound device, the usual one unless named; raises pygame.error.

    Sounds keep this rate and one channel whatever the device likes, for raw samples are played too.
    """
    pygame.mixer.init(_RATE, -16, 1, devicename=device, allowedchanges=0)


def sound_of(sentence: str) -> Path:
    """Where the sound of a sentence is kept; there is none for a sentence that is not in the shipped texts."""
    return VOICE / f"{hashlib.sha256(sentence.encode()).hexdigest()[:16]}.ogg"


def chime() -> "array[int]":
    """Return the bell as 16-bit samples of one channel, 22,050 in a second, each tone dying away."""
    samples = array("h")
    count = round(_RATE * _SECONDS)
    for tone in _TONES:
        for number in range(count):
            fade = math.exp(-4 * number / count)
            samples.append(round(_LOUDNESS * fade * math.sin(math.tau * tone * number / _RATE)))
    return samples
