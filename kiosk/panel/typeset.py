"""Text on the panel: the universal-design face, line heights, and blocks of wrapped lines.

Separate from the painter because the same blocks are drawn and measured: what does not fit its
rectangle is found without looking. Lengths here are px; `pygame.font` only, because
`pygame.freetype` draws ideographic variation sequences wrongly.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache

import pygame

from kiosk.panel.faces import CUTS, file_of
from kiosk.panel.theme import Colour
from kiosk.panel.wrap import wrap

_HEADING = 45
_KEPT = 600
_NO_GLYPH = "\U0010ffff"
_GETA = "〓"
_EAST_ASIAN = "\u2e80-\u9fff\uf900-\ufaff\ufe00-\ufe0f\uff00-\uffef\U00020000-\U000323af\U000e0100-\U000e01ef"
_IS_EAST_ASIAN = re.compile(f"[{_EAST_ASIAN}]")
_WRITING = re.compile(f"[{_EAST_ASIAN}]+|[^{_EAST_ASIAN}]+")


Faces = tuple[str, str]
"""Languages whose faces draw a text: its East Asian characters, and all others."""


@lru_cache(maxsize=128)
def font(px: int, bold: bool, language: str = "") -> pygame.font.Font:
    """Return the face of a language at `px` px to the em; opened once."""
    return pygame.font.Font(str(file_of(language, bold)), px)


@dataclass(frozen=True, slots=True)
class Block:
    """Wrapped lines: `pitch` px from line to line, `height` px in all, `width` px of the widest line."""

    lines: tuple[str, ...]
    px: int
    bold: bool
    pitch: int
    height: int
    width: int
    faces: Faces = ("", "")


@lru_cache(maxsize=2048)
def lay(text: str, px: int, bold: bool, width: int, heading: bool, language: str = "") -> Block:
    """Wrap `text` at `px` px into `width` px. A line box is 10 % higher than the em: descenders are not cut."""
    # Measured in the faces it is drawn in, which all of the text shares.
    faces = faces_of(text, language)
    lines = wrap(text, width, lambda part: _width(part, px, bold, faces)) if text else ()
    pitch = round(px * (1.35 if heading else 1.5))
    height = (len(lines) - 1) * pitch + round(px * 1.1) if lines else 0
    widest = max((_width(line, px, bold, faces) for line in lines), default=0)
    return Block(lines, px, bold, pitch, height, widest, faces)


def is_heading(size: int) -> bool:
    """True for sizes (panel units) that are set as headings, closer together."""
    return size >= _HEADING


class Ink:
    """Renders lines and keeps the surfaces, newest last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, bool, Colour, Faces], pygame.Surface] = OrderedDict()

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

    def line(self, text: str, px: int, bold: bool, colour: Colour, faces: Faces = ("", "")) -> pygame.Surface:
        """Return `text` as a surface."""
        key = (text, px, bold, colour, faces)
        if key not in self._kept:
            self._kept[key] = _rendered(text, px, bold, colour, faces)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def forget(self) -> None:
        """Drop every rendered text and every line break worked out, so that no name outlives its session."""
        self._kept.clear()
        lay.cache_clear()


def faces_of(text: str, language: str) -> Faces:
    """Return the faces for `text`: the language's own where they have all of a writing, so that no name is of two."""
    east_asian = "".join(_IS_EAST_ASIAN.findall(text))
    other = _IS_EAST_ASIAN.sub("", text)
    return face_with(east_asian, language) or "", face_with(other, language) or language


def _rendered(text: str, px: int, bold: bool, colour: Colour, faces: Faces) -> pygame.Surface:
    parts = [face.render(run, True, colour) for face, run in _parts(text, px, bold, faces)]
    if len(parts) == 1:
        return parts[0]
    width = sum(part.get_width() for part in parts)
    line = pygame.Surface((width, max(part.get_height() for part in parts)), pygame.SRCALPHA, 32)
    x = 0
    for part in parts:
        line.blit(part, (x, (line.get_height() - part.get_height()) // 2))
        x += part.get_width()
    return line


def _width(text: str, px: int, bold: bool, faces: Faces) -> int:
    return sum(face.size(run)[0] for face, run in _parts(text, px, bold, faces))


def _parts(text: str, px: int, bold: bool, faces: Faces) -> list[tuple[pygame.font.Font, str]]:
    """Cut `text` into runs, each with the face it is drawn in; a character that its face lacks stands alone."""
    parts: list[tuple[pygame.font.Font, str]] = []
    for run in _WRITING.findall(text) or [""]:
        face = faces[0] if _IS_EAST_ASIAN.match(run) else faces[1]
        parts += [_part(one, px, bold, face) for one in _alone(run, without_glyph(run, face))]
    return parts


def _alone(run: str, lacking: tuple[str, ...]) -> list[str]:
    if not lacking:
        return [run]
    cut: list[str] = []
    for char in run:
        if cut and char not in lacking and cut[-1] not in lacking:
            cut[-1] += char
        else:
            cut.append(char)
    return cut


def _part(run: str, px: int, bold: bool, language: str) -> tuple[pygame.font.Font, str]:
    """The first face that has `run`, the certificates' face if none of the panel does, or a 〓 instead."""
    has = face_with(run, language)
    if has is not None:
        return font(px, bold, has), run
    face = _stand_in(px)
    return (face, run) if face else (font(px, bold), _GETA)


@lru_cache(maxsize=32)
def _stand_in(px: int) -> pygame.font.Font | None:
    from printer import fonts

    return pygame.font.Font(str(fonts.where(fonts.IPAMJ)), px) if fonts.is_installed(fonts.IPAMJ) else None


def face_with(text: str, language: str = "") -> str | None:
    """Return the language whose face has all of `text`: the given one, Japanese (""), any other; None for none."""
    return next((one for one in (language, "", *CUTS) if not without_glyph(text, one)), None)


def without_glyph(text: str, language: str = "") -> tuple[str, ...]:
    """Return the characters of `text` that the language's face would draw as an empty box."""
    return tuple(char for char in dict.fromkeys(text) if not char.isspace() and _is_tofu(char, language))


@lru_cache(maxsize=8192)
def _is_tofu(char: str, language: str) -> bool:
    return _bitmap(char, language) == _bitmap(_NO_GLYPH, language)


def _bitmap(char: str, language: str) -> bytes:
    surface = font(32, False, language).render(char, True, (255, 255, 255), (0, 0, 0))
    return pygame.image.tobytes(surface, "RGB")
