"""Which fonts there are, how wide a text is in them, and which characters they cannot draw.

The only door to uharfbuzz. Font files are mapped into memory once per process and never parsed
in Python. Shaping is the same for measuring here and for drawing in `printer.pdf`: left to
right, ligatures and kerning off, so that a glyph stands for its own characters alone.
Nothing is remembered by text, so no name outlives its session here.

A trap this module exists for: a font draws the plain character, silently, for a variation
sequence (IVS) it does not know; IPAmj knows Moji_Joho sequences, BIZ UD Adobe-Japan1 ones.
`missing` therefore asks the font's own table (cmap format 14) for each sequence.
"""

import os
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import platformdirs
import uharfbuzz as hb  # type: ignore[import-untyped]  # ships no types

import assets
from printer.errors import FontError

FALLBACK = "biz-ud-mincho-1.05"
"""Shipped with the program (SIL OFL 1.1); goldens are drawn with it."""
IPAMJ = "ipamj-mincho-5.01"
"""The characters of the residence registers, with Moji_Joho IVS; brought by `make fonts`."""

_REVISION = {FALLBACK: 1.05, IPAMJ: 5.01}
_SYSTEM = ("~/.local/share/fonts", "~/.fonts", "/usr/local/share/fonts", "/usr/share/fonts")
_NOT_EMBEDDED = (b"GPOS", b"GDEF", b"BASE", b"vhea", b"vmtx", b"DSIG", b"meta")
_FEATURES = {"liga": False, "clig": False, "calt": False, "kern": False}


class Glyph(NamedTuple):
    """One glyph of a run: its number in the font, its advance in font units, the text it stands for."""

    number: int
    advance: int
    text: str


@dataclass(frozen=True)
class Subset:
    """A font cut down to some glyphs: a TrueType file, and old glyph number -> new glyph number."""

    file: bytes
    numbers: dict[int, int]


@dataclass(frozen=True)
class Metrics:
    """What a PDF must know of a font. All lengths in font units; `name` is its PostScript name."""

    name: str
    units_per_em: int
    box: tuple[int, int, int, int]
    ascent: int
    descent: int


def best_font() -> str:
    """Return IPAMJ where it is installed, else FALLBACK. Raises FontError for a wrong CERT_FONT_PATH."""
    return IPAMJ if is_installed(IPAMJ) else FALLBACK


def is_installed(font: str) -> bool:
    """Say whether the font id is known and its file, in the right version, lies on this machine."""
    return font in _REVISION and _file(font) is not None


def where(font: str) -> Path:
    """Return the font's file. Raises FontError where it is not installed."""
    path = _file(font)
    if path is None:
        raise FontError(f"font {font} is not installed")
    return path


def look_again() -> None:
    """Forget which files were found, after a font was installed."""
    for found in (_file, _font, metrics):
        found.cache_clear()


def folder() -> Path:
    """Where `make fonts` puts IPAmj Mincho: fonts in the user's data folder."""
    return platformdirs.user_data_path("certificate-kiosk") / "fonts"


def width(text: str, size: int, font: str) -> int:
    """Width in 0.01 mm of `text` at an em of `size` (0.01 mm), shaped. Raises FontError."""
    units: int = sum(place.x_advance for place in _shaped(_font(font), text).glyph_positions)
    return round(units * size / metrics(font).units_per_em)


def missing(text: str, font: str) -> tuple[str, ...]:
    """Return the characters and sequences of `text` that have no glyph of their own, once each.

    A variation sequence the font does not list counts as missing even if it has the plain
    character, and so does a character that would draw nothing or a base with marks that do not
    join into one glyph. Raises FontError. Source: service.md 9 (glyph audit), E-38.
    """
    found = (unit for unit in _units(text) if not _has_glyph(unit, font))
    return tuple(dict.fromkeys(found))


def shape(text: str, font: str) -> tuple[Glyph, ...]:
    """Return the glyphs of `text` from left to right. Raises FontError.

    Where a cluster needs several glyphs, the first stands for all of its text.
    """
    buffer = _shaped(_font(font), text)
    starts = sorted({found.cluster for found in buffer.glyph_infos})
    words = {start: text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)}
    return tuple(
        Glyph(found.codepoint, place.x_advance, words.pop(found.cluster, ""))
        for found, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    )


def subset(texts: Iterable[str], font: str) -> Subset:
    """Cut the font down to what these texts need; outlines stay as they are. Raises FontError.

    Asked for by characters: asking for glyphs takes ten times as long in a font of 61,000. Both
    the characters and what they compose to, as shaping composes them.
    """
    wanted = hb.SubsetInput()
    said = {form for text in texts for form in (text, unicodedata.normalize("NFC", text))}
    wanted.unicode_set.update({ord(character) for text in said for character in text})
    wanted.flags = hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.NO_HINTING
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update({_tag(b"ccmp")})
    wanted.drop_table_tag_set.update({_tag(name) for name in _NOT_EMBEDDED})
    plan = hb.SubsetPlan(_font(font).face, wanted)
    return Subset(bytes(plan.execute().blob.data), dict(plan.old_to_new_glyph_mapping.items()))


@cache
def metrics(font: str) -> Metrics:
    """Return the font's global measures. Raises FontError."""
    face = _font(font).face
    head, hhea = _table(face, "head"), _table(face, "hhea")
    ascent, descent = struct.unpack_from(">hh", hhea, 4)
    box = struct.unpack_from(">hhhh", head, 36)
    name = face.get_name(hb.OTNameIdPredefined.POSTSCRIPT_NAME) or font
    return Metrics(name, face.upem, box, ascent, descent)


def _units(text: str) -> Iterator[str]:
    """Split into characters, each with the marks and selectors that follow it."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or unicodedata.category(text[at])[0] != "M":
            yield text[start:at]
            start = at


@lru_cache(maxsize=8_192)  # single characters, of which each page has the same few hundred
def _has_glyph(unit: str, font: str) -> bool:
    face = _font(font)
    if len(unit) == 2 and _is_selector(unit[1]):
        glyph = face.get_variation_glyph(ord(unit[0]), ord(unit[1]))
    elif len(unit) == 1:
        glyph = face.get_nominal_glyph(ord(unit))
    else:
        glyph = _joined(face, unit)
    return bool(glyph) and (_draws(face, glyph) or _is_space(unit))


def _joined(face: hb.Font, unit: str) -> int | None:
    """The one glyph that base and marks become, or None; what one glyph lacks would print apart."""
    glyphs: list[int] = [found.codepoint for found in _shaped(face, unit).glyph_infos]
    alone = face.get_nominal_glyph(ord(unit[0]))
    return glyphs[0] if len(glyphs) == 1 and glyphs[0] != alone else None


def _shaped(face: hb.Font, text: str) -> hb.Buffer:
    buffer = hb.Buffer()
    buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "ltr"
    hb.shape(face, buffer, _FEATURES)
    return buffer


def _is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _is_space(unit: str) -> bool:
    return unicodedata.category(unit[0]) == "Zs"


def _draws(face: hb.Font, glyph: int) -> bool:
    extents = face.get_glyph_extents(glyph)
    return extents is not None and bool(extents.width and extents.height)


@cache
def _font(font: str) -> hb.Font:
    return hb.Font(_face(where(font)))


def _face(path: Path) -> hb.Face:
    try:
        return hb.Face(hb.Blob.from_file_path(path))
    except hb.HarfBuzzError as error:
        raise FontError(f"{path}: cannot be read as a font") from error


@cache
def _file(font: str) -> Path | None:
    candidates = [assets.path("fonts/BIZUDMincho-Regular.ttf")] if font == FALLBACK else _ipamj_files()
    fitting = (path for path in candidates if path.is_file() and _revision(path) == _REVISION.get(font))
    return next(fitting, None)


def _ipamj_files() -> Iterator[Path]:
    """Where IPAmj may lie, best first: CERT_FONT_PATH alone if set, else our folder, else the system's."""
    if chosen := os.environ.get("CERT_FONT_PATH"):
        path = Path(chosen)
        if not path.is_file() or _revision(path) != _REVISION[IPAMJ]:
            raise FontError(f"CERT_FONT_PATH: {path} is not IPAmj Mincho {_REVISION[IPAMJ]}")
        yield path
        return
    yield folder() / "ipamj.ttf"
    for place in _SYSTEM:
        yield from sorted(Path(place).expanduser().rglob("ipamj*.ttf"))


def _revision(path: Path) -> float:
    """Font revision of the `head` table, to two digits (OpenType 1.9 `head`); 0 for no font."""
    head = _table(_face(path), "head")
    return round(struct.unpack_from(">i", head, 4)[0] / 65536, 2) if len(head) == 54 else 0.0


def _tag(name: bytes) -> int:
    return int.from_bytes(name, "big")


def _table(face: hb.Face, tag: str) -> bytes:
    return bytes(face.reference_table(tag).data)
