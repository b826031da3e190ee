"""The bell against forgetting (O-57, I-68): two falling tones, made of sines, nothing recorded.

Separate from the window, which is complete without it: a machine without a loudspeaker stays silent.
The mixer is opened at the first bell only, so that it costs nothing at the start.
"""

import math
from array import array

import pygame

_RATE = 22050
_TONES = (880.0, 659.3)
_SECONDS = 0.35
_LOUDNESS = 9000


class Bell:
    """Rings when told; stays silent for ever once there turned out to be no loudspeaker."""

    def __init__(self) -> None:
        self._sound: pygame.mixer.Sound | None = None
        self._is_mute = False

    @property
    def is_mute(self) -> bool:
        """True once there turned out to be no loudspeaker."""
        return self._is_mute

    def ring(self) -> None:
        """Ring once; returns at once."""
        if self._is_mute:
            return
        try:
            if self._sound is None:
                pygame.mixer.init(_RATE, -16, 1)
                self._sound = pygame.mixer.Sound(buffer=chime().tobytes())
            self._sound.play()
        except pygame.error:
            # No loudspeaker: the screen and its caption say the same.
            self._is_mute = True

    def close(self) -> None:
        """Let go of the loudspeaker."""
        if self._sound is not None:
            pygame.mixer.quit()
            self._sound = None


def chime() -> "array[int]":
    """Return the bell as 16-bit samples of one channel, 22,050 in a second, each tone dying away."""
    samples = array("h")
    count = round(_RATE * _SECONDS)
    for tone in _TONES:
        for number in range(count):
            fade = math.exp(-4 * number / count)
            samples.append(round(_LOUDNESS * fade * math.sin(math.tau * tone * number / _RATE)))
    return samples
