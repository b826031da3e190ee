"""The headphones' own sound device, in a process of its own: what is spoken there is heard nowhere else.

Separate from the loudspeaker because SDL's mixer opens one device. The process lives while headphones
are in; pulling them out ends it, and with it whatever was being spoken.
`python -m kiosk.panel.headset [DEVICE]` speaks a JSON list of phrases a line, each line instead of the one before.
"""

import json
import subprocess
import sys
from collections.abc import Iterable

import pygame

from kiosk.panel.sound import open_mixer, sound_of
from kiosk.screens.speech import Phrases


class Headset:
    """Speaks into `device` (SDL's name of it, "" for the machine's usual one)."""

    def __init__(self, device: str = "") -> None:
        self._command = [sys.executable, "-m", "kiosk.panel.headset", *([device] if device else [])]
        self._process: subprocess.Popen[str] | None = None

    def say(self, phrases: Phrases) -> None:
        """Speak these instead of what is being spoken; nothing at all: be silent, and let go of the device."""
        if not phrases:
            self.close()
            return
        if self._process is None or self._process.poll() is not None:
            # Nothing of the process outlives it, so that a broken device is tried anew each time.
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, text=True, encoding="utf-8")
        try:
            line = self._process.stdin
            if line is not None:
                line.write(json.dumps(phrases) + "\n")
                line.flush()
        except BrokenPipeError:
            self.close()

    def close(self) -> None:
        """Break off at once."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def speak(lines: Iterable[str]) -> None:
    """Speak each line's phrases one after another, until there are no more lines and all is said."""
    channel = pygame.mixer.Channel(0)
    for line in lines:
        sounds = (pygame.mixer.Sound(sound_of(phrase)) for phrase in json.loads(line))
        channel.play(pygame.mixer.Sound(buffer=b"".join(sound.get_raw() for sound in sounds)))
    while channel.get_busy():
        pygame.time.wait(20)


def main(device: str | None = None) -> int:
    """Speak what is read; 2 where there is no such device."""
    try:
        open_mixer(device)
    except pygame.error as error:
        sys.stderr.write(f"headphones: {device or 'the usual device'}: {error}\n")
        return 2
    speak(sys.stdin)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
