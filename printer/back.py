"""The back of each sheet: the seal as symbols, how to check it, and to which set and page it belongs.

A page like any other, made from the signed seal alone, so that it is drawn and read back in the
same way as the face. Symbols stand in rows of four that keep clear of the folds of a letter (at
one half and one third of the height, and at half the width); a row is used when the one before is
full. Source: design.md 3.2 step 7.
"""

import struct
import zlib
from collections.abc import Sequence

from printer import fonts, seal, symbols, words
from printer.document import A4_WIDTH, Page, Picture, Seal, SignedPage, Text
from printer.symbols import Symbol
from printer.verify import CheckedPage

_SMALL = 282
_LINE = 318
_LARGE = 1_400
_FOOT = 28_200
_LEFT = 1_500
_TITLE = 1_500
_SAMPLE = 17_900

MODULE = 127 / 3
"""Side of a module in 0.01 mm: ten pixels of 600 dpi."""
QUIET = 4
"""Modules of white around a symbol (ISO/IEC 18004 9.1)."""
LEFTS = (1_200, 5_700, 10_850, 15_350)
TOPS = (4_400, 10_150, 20_400)


def compose(signed: SignedPage, said: Seal, font: str) -> Page:
    """Return the back of page i. Raises SealError where the seal is too long for it."""
    return Page(font, (*texts(said, font), *_pictures(signed)))


def texts(said: Seal, font: str) -> tuple[Text, ...]:
    """What can be read on the back of page i: how to check, 「見本」 large, at the foot set number and i / n."""
    text, count = words.back(), f"{said.page} / {said.pages}"
    right = A4_WIDTH - _LEFT - fonts.width(count, _SMALL, font)
    middle = (A4_WIDTH - fonts.width(text.sample, _LARGE, font)) // 2
    return (
        Text(_LEFT, _TITLE, _LINE, text.title),
        *(
            Text(_LEFT, _TITLE + 560 + 460 * at, _LINE, line, A4_WIDTH - 2 * _LEFT)
            for at, line in enumerate(text.lines)
        ),
        Text(middle, _SAMPLE, _LARGE, text.sample),
        Text(_LEFT, _FOOT, _SMALL, text.number.format(number=said.set_number)),
        Text(right, _FOOT, _SMALL, count),
    )


def sides(pages: Sequence[CheckedPage]) -> tuple[Page, ...]:
    """Return face 1, back 1, face 2, back 2, …: the pages of the PDF in their order. Raises SealError."""
    return tuple(
        side for checked in pages for side in (checked.page, compose(checked.signed, checked.seal, checked.page.font))
    )


def _pictures(signed: SignedPage) -> list[Picture]:
    places = ((left, top) for top in TOPS for left in LEFTS)
    contents = seal.split(signed.seal, signed.signature)
    return [_picture(symbols.write(content), place) for content, place in zip(contents, places, strict=False)]


def _picture(symbol: Symbol, place: tuple[int, int]) -> Picture:
    side = round((symbol.side + 2 * QUIET) * MODULE)
    return Picture(*place, side, side, _png(symbol))


def _png(symbol: Symbol) -> bytes:
    """The symbol in its white frame, a pixel a module, as a 1-bit PNG."""
    side = symbol.side + 2 * QUIET
    blank = b"\xff" * side
    edge = b"\xff" * QUIET
    rows = [symbol.rows[at : at + symbol.side] for at in range(0, len(symbol.rows), symbol.side)]
    framed = [blank] * QUIET + [edge + row + edge for row in rows] + [blank] * QUIET
    packed = zlib.compress(b"".join(b"\0" + _bits(row) for row in framed), 6)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _bits(row: bytes) -> bytes:
    """Eight pixels a byte, the first in the highest bit, 1 white."""
    size = -(-len(row) // 8)
    ones = row.translate(_DIGITS).ljust(8 * size, b"0")
    return int(ones, 2).to_bytes(size, "big")


_DIGITS = bytes(ord("0") if grey < 128 else ord("1") for grey in range(256))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
