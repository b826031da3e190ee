"""Which face draws which language. `make panel-fonts` cuts the faces that are not whole: exactly what is shown.

Separate because it is a list. Japanese is drawn in BIZ UDPGothic, a universal-design face; the others in
cuts of Noto Sans, whose Latin letters are easier told apart in running text (a and q). What a cut does not
hold (a Japanese name on a Chinese screen) is drawn in BIZ UDPGothic again.
"""

import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import assets

REGULAR = "fonts/BIZUDPGothic-Regular.ttf"
BOLD = "fonts/BIZUDPGothic-Bold.ttf"
_ABOVE, _BELOW = 0.88, 0.12
_ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "●○　、。・「」〜～…"


@dataclass(frozen=True, slots=True)
class Cut:
    """A face cut from Debian's `{weight}` files (Regular, Bold); `number` is the face in a collection."""

    source: str
    number: int = -1


CUTS = {
    "zh": Cut("/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc", 2),
    "ko": Cut("/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc", 1),
    **{code: Cut("/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc", 0) for code in ("en", "pt", "vi")},
}


def file_of(language: str, bold: bool) -> Path:
    """Return the font file for words of a language; "" and unknown ones are drawn as Japanese."""
    if language in CUTS:
        return assets.path(f"fonts/panel-{language}-{'Bold' if bold else 'Regular'}.otf")
    return assets.path(BOLD if bold else REGULAR)


def characters(language: str) -> str:
    """Return every character that the panel shows in a language, and its own name in the list of languages."""
    tables = tomllib.loads(assets.path(f"text/{language}.toml").read_text(encoding="utf-8"))
    return "".join(sorted({*_ALWAYS, *"".join(text for table in tables.values() for text in table.values())} - {"\n"}))


def _level(font: Any) -> None:
    """Set a face's heights to those of BIZ UDPGothic, so that words of both stand on one line."""
    above, below = (round(part * font["head"].unitsPerEm) for part in (_ABOVE, _BELOW))
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = above, -below, 0
    font["OS/2"].sTypoAscender, font["OS/2"].sTypoDescender, font["OS/2"].sTypoLineGap = above, -below, 0


def main(languages: Sequence[str]) -> int:
    """Cut the faces of `languages` anew, of all where none is named."""
    from fontTools import subset  # type: ignore[import-untyped]  # it ships no types

    for language in languages or CUTS:
        cut = CUTS[language]
        for weight in ("Regular", "Bold"):
            source = cut.source.format(weight=weight)
            if not Path(source).exists():
                sys.stderr.write(f"{source}: missing; apt-get install fonts-noto-cjk\n")
                return 2
            options = subset.Options(
                font_number=cut.number, hinting=False, layout_features=["kern"], notdef_outline=True
            )
            font = subset.load_font(source, options)
            cutter = subset.Subsetter(options)
            cutter.populate(text=characters(language))
            cutter.subset(font)
            _level(font)
            subset.save_font(font, str(file_of(language, weight == "Bold")), options)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
