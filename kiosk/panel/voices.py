"""Makes the spoken guidance: `make voices`. Needs pyopenjtalk-plus and soundfile, which nothing else does.

Separate because it runs when a sentence has changed, never on a kiosk. A sound is named by the
SHA-256 of its sentence, so the panel finds it by what it shows, and an old one is never played.
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import assets
from kiosk.panel.sound import VOICE, sound_of
from kiosk.screens.texts import Texts

_SPOKEN = ("say", "alarm")
_RATE = 24_000
_LOUDEST = 0.8


def spoken(texts: Texts) -> tuple[str, ...]:
    """Return every sentence that the flow speaks: none has a place to fill in, so no name is ever heard."""
    keys = (key for key in sorted(texts.keys) if key.partition(".")[2].split("-")[0] in _SPOKEN)
    return tuple(dict.fromkeys(texts.of(key) for key in keys))


def readings() -> dict[str, str]:
    """Return what is spoken otherwise than the dictionary would read it."""
    table: dict[str, dict[str, str]] = tomllib.loads((VOICE / "readings.toml").read_text(encoding="utf-8"))
    return table["readings"]


def main() -> int:
    """Make what is missing, remove what nobody says any more."""
    try:
        import numpy
        import pyopenjtalk  # type: ignore[import-not-found]
        import soundfile  # type: ignore[import-not-found]
    except ImportError:
        sys.stderr.write("make voices needs pyopenjtalk-plus and soundfile (locks/voice.txt)\n")
        return 2
    wanted = {sound_of(sentence): sentence for sentence in spoken(Texts.load("ja"))}
    for left in set(VOICE.glob("*.ogg")) - set(wanted):
        left.unlink()
    for path, sentence in _missing(wanted):
        samples, rate = pyopenjtalk.tts(_as_read(sentence))
        half: Any = samples.reshape(-1, rate // _RATE).mean(axis=1)
        sound = (half / numpy.abs(half).max() * _LOUDEST).astype("float32")
        soundfile.write(path, sound, _RATE, format="OGG", subtype="VORBIS")
        sys.stdout.write(f"{path.relative_to(assets.path('.'))}: {sentence}\n")
    return 0


def _missing(wanted: dict[Path, str]) -> Iterator[tuple[Path, str]]:
    return ((path, sentence) for path, sentence in wanted.items() if not path.exists())


def _as_read(sentence: str) -> str:
    for written, read in readings().items():
        sentence = sentence.replace(written, read)
    return sentence


if __name__ == "__main__":
    sys.exit(main())
