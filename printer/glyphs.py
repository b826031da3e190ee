"""The glyphs of one font that one document uses, numbered, and what a PDF must say about them.

Separate from `pdf.py` because it knows nothing of fpdf: code numbers, widths, the way back from
a code to the text it stands for. One code stands for one (glyph, text) pair, so that two
characters that share a glyph are still extracted as what was signed.
Source: ISO 32000-1 clauses 9.7.4 (CIDFont widths, CIDToGIDMap), 9.10.3 (ToUnicode CMap).
"""

import struct

from printer import fonts
from printer.errors import PdfError

_BLOCK = 100
_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{blocks}
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


class Alphabet:
    """Numbers the glyphs of `font` in the order a document first uses them; code 0 is .notdef."""

    def __init__(self, font: str) -> None:
        self.font = font
        self.metrics = fonts.metrics(font)
        self._codes: dict[fonts.Glyph, int] = {}

    def codes(self, text: str) -> tuple[str, int]:
        """Return the hexadecimal codes of the shaped text and its advance in font units.

        Raises PdfError where a glyph would stand for no text: it could not be read back.
        """
        glyphs = fonts.shape(text, self.font)
        if not all(glyph.text and glyph.number for glyph in glyphs):
            raise PdfError("a text has no glyph of its own; the glyph audit was left out")
        written = "".join(f"{self._code(glyph):04X}" for glyph in glyphs)
        return written, sum(glyph.advance for glyph in glyphs)

    def subset(self) -> fonts.Subset:
        """The font file with the glyphs used so far."""
        return fonts.subset((glyph.text for glyph in self._codes), self.font)

    def widths(self) -> str:
        """The /W array: from code 1 on, in thousandths of the em."""
        each = (f"{self.per_mille(glyph.advance):g}" for glyph in self._codes)
        return f"[1 [{' '.join(each)}]]"

    def glyph_map(self, subset: fonts.Subset) -> bytes:
        """The /CIDToGIDMap stream: two bytes, big end first, for each code from 0.

        Raises PdfError where a glyph is not in the subset: its text asked for another one.
        """
        numbers = [0, *(subset.numbers.get(glyph.number, 0) for glyph in self._codes)]
        if not all(numbers[1:]):
            raise PdfError("a text has no glyph of its own; the glyph audit was left out")
        return struct.pack(f">{len(numbers)}H", *numbers)

    def code_set(self) -> bytes:
        """The /CIDSet stream: a bit for each code from 0 that is used, the first in the highest bit."""
        count = len(self._codes) + 1
        return int("1" * count + "0" * (-count % 8), 2).to_bytes(-(-count // 8), "big")

    def to_unicode(self) -> bytes:
        """The /ToUnicode CMap, in blocks of at most 100 lines as the format asks."""
        lines = [
            f"<{code:04X}> <{glyph.text.encode('utf-16-be').hex().upper()}>" for glyph, code in self._codes.items()
        ]
        blocks = (lines[start : start + _BLOCK] for start in range(0, len(lines), _BLOCK))
        said = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
        return _CMAP.format(blocks=said).encode("ascii")

    def per_mille(self, units: int) -> float:
        """Font units in thousandths of the em, to a hundredth."""
        return round(units * 1000 / self.metrics.units_per_em, 2)

    def _code(self, glyph: fonts.Glyph) -> int:
        return self._codes.setdefault(glyph, len(self._codes) + 1)
