"""Makes the sounds of all that is spoken: `make voices`. Needs pyopenjtalk-plus and soundfile, nothing else does.

Separate because it runs when a text has changed, never on a kiosk. A sound is named by the SHA-256 of
its text, so the panel finds it by what it shows, and an old one is never played. The list of them is
what may be put together at run time (`kiosk.screens.speech`).
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import assets
from kiosk.panel.phrases import phrases
from kiosk.panel.sound import VOICE, sound_of
from kiosk.screens.speech import PHRASES
from municipality_client.centre import profiles

_RATE = 24_000
_LOUDEST = 0.8
_PACKED = 0.976
"""Of libsndfile's scale, 12 kbit/s in Opus: speech stays clear, and a thousand texts stay small."""
_SILENCE, _BEFORE, _AFTER = 0.01, _RATE // 25, _RATE // 8
"""What is cut off at both ends, so that a number and its unit sound like one text; a breath stays."""
_RUBY = re.compile("（[\u3041-\u3096]+）")


def readings() -> dict[str, dict[str, str]]:
    """Return what is spoken otherwise than the dictionary would read it: anywhere (`readings`), and `alone`."""
    return tomllib.loads((VOICE / "readings.toml").read_text(encoding="utf-8"))


def main() -> int:
    """Make what is missing, remove what nobody says any more."""
    try:
        import numpy
        import pyopenjtalk  # type: ignore[import-not-found]
        import soundfile  # type: ignore[import-not-found]
    except ImportError:
        sys.stderr.write("make voices needs pyopenjtalk-plus and soundfile (locks/voice.txt)\n")
        return 2
    spoken = phrases(profiles.load_all().values())
    PHRASES.write_text("".join(f"{phrase}\n" for phrase in spoken), encoding="utf-8")
    wanted = {sound_of(phrase): phrase for phrase in spoken}
    for left in set(VOICE.glob("*.ogg")) - set(wanted):
        left.unlink()
    for path, phrase in _missing(wanted):
        samples, rate = pyopenjtalk.tts(_as_read(phrase))
        half: Any = samples.reshape(-1, rate // _RATE).mean(axis=1)
        level = numpy.abs(half) / numpy.abs(half).max()
        heard = numpy.flatnonzero(level > _SILENCE)
        kept = half[max(0, heard[0] - _BEFORE) : heard[-1] + _AFTER]
        sound = (kept / numpy.abs(half).max() * _LOUDEST).astype("float32")
        soundfile.write(path, sound, _RATE, format="OGG", subtype="OPUS", compression_level=_PACKED)
        sys.stdout.write(f"{path.relative_to(assets.path('.'))}: {phrase}\n")
    return 0


def _missing(wanted: dict[Path, str]) -> Iterator[tuple[Path, str]]:
    return ((path, phrase) for path, phrase in wanted.items() if not path.exists())


def _as_read(phrase: str) -> str:
    """The phrase as the voice is to read it: without the reading that やさしい日本語 writes behind a word."""
    table = readings()
    phrase = _RUBY.sub("", table["alone"].get(phrase, phrase))
    for written, read in table["readings"].items():
        phrase = phrase.replace(written, read)
    return phrase


if __name__ == "__main__":
    sys.exit(main())
