"""A set as PWG raster, for the printers of IPP Everywhere that take no PDF: written, and read back at once.

Separate because it is a file format of its own: a header and packed rows for each side, 8-bit grey. The ground
lies on a grid of 300 dpi, so pictures are taken pixel by pixel: smoothed, its fine dots would turn grey and be
screened by the printer. Grey has no mixed colours: the infrared mark is lost on such a printer.
Source: PWG 5102.4-2012 (page header, page bitmap, Table 9 for backs); F-04, fault-44.
"""

import struct
from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np

from printer import imaging, readback, symbols
from printer.document import A4_HEIGHT, A4_WIDTH
from printer.errors import PdfError
from printer.imaging import Grey

MEDIA = "iso_a4_210x297mm"
_SYNC, _HEADER_BYTES = b"RaS2", 1796
_WORDS = {0: b"PwgRaster", 1732: MEDIA.encode()}
_AT = {
    "Duplex": 272,
    "CrossFeedResolution": 276,
    "FeedResolution": 280,
    "NumCopies": 340,
    "PageWidth": 352,
    "PageHeight": 356,
    "Width": 372,
    "Height": 376,
    "BitsPerColor": 384,
    "BitsPerPixel": 388,
    "BytesPerLine": 392,
    "ColorSpace": 400,
    "NumColors": 420,
    "TotalPageCount": 452,
    "CrossFeedTransform": 456,
    "FeedTransform": 460,
    "ImageBoxRight": 472,
    "ImageBoxBottom": 476,
}
"""Where the header's numbers that are not 0 stand, 4 bytes each, big end first."""
_SGRAY = 18
UPRIGHT = (1, 1)
_BACKS = {"rotated": (-1, -1), "flipped": (1, -1)}
"""How the back of a sheet that turns over its long edge lies, across and along the paper's way; else upright."""
_MOST_ROWS, _MOST_PIXELS = 256, 128
"""Equal rows, and equal pixels, that one count can say."""


def rasterised(document: bytes, dpi: int, sheet_back: str) -> bytes:
    """Return all sides of a set's PDF at `dpi` (300 or 600), backs as the printer's `…-sheet-back` wants them.

    Each side is unpacked again: every pixel is the painted one, and its symbols say what those of the PDF say.
    Raises PdfError.
    """
    seals = readback.seals(document)
    raster = [_SYNC]
    for at, said in enumerate(seals):
        painted = readback.paint(document, at, dpi, crisp=True)
        grey = imaging.rows(painted.grey, painted.width)
        raster.append(side(grey, dpi, len(seals), _BACKS.get(sheet_back, UPRIGHT) if at % 2 else UPRIGHT))
        (again,) = read(_SYNC + raster[-1])
        if not np.array_equal(again, grey) or symbols.read(again) != said:
            raise PdfError(f"side {at + 1} does not read as what was painted")
    return b"".join(raster)


def side(grey: Grey, dpi: int, sides: int, turn: tuple[int, int]) -> bytes:
    """Return header and rows of one of `sides` sides; `turn` says -1 where it is reversed, across or along its way."""
    height, width = grey.shape
    return _header(width, height, dpi, sides, turn) + _packed(_turned(grey, *turn))


def read(raster: bytes) -> Iterator[Grey]:
    """Return every side, upright, of a raster written here. Raises PdfError for any other."""
    if not raster.startswith(_SYNC):
        raise PdfError("this is no PWG raster")
    at = len(_SYNC)
    try:
        while at < len(raster):
            told = {name: struct.unpack_from(">i", raster, at + place)[0] for name, place in _AT.items()}
            grey, at = _unpacked(raster, at + _HEADER_BYTES, told["Width"], told["Height"])
            yield _turned(grey, told["CrossFeedTransform"], told["FeedTransform"])
    except (struct.error, IndexError) as error:
        raise PdfError("the PWG raster is cut off") from error


def _header(width: int, height: int, dpi: int, sides: int, turn: tuple[int, int]) -> bytes:
    numbers: Mapping[str, int] = {
        "Duplex": 1,
        "CrossFeedResolution": dpi,
        "FeedResolution": dpi,
        "NumCopies": 1,
        "PageWidth": A4_WIDTH * 72 // 2540,
        "PageHeight": A4_HEIGHT * 72 // 2540,
        "Width": width,
        "Height": height,
        "BitsPerColor": 8,
        "BitsPerPixel": 8,
        "BytesPerLine": width,
        "ColorSpace": _SGRAY,
        "NumColors": 1,
        "TotalPageCount": sides,
        "CrossFeedTransform": turn[0],
        "FeedTransform": turn[1],
        "ImageBoxRight": width,
        "ImageBoxBottom": height,
    }
    header = bytearray(_HEADER_BYTES)
    for place, word in _WORDS.items():
        header[place : place + len(word)] = word
    for name, number in numbers.items():
        struct.pack_into(">i", header, _AT[name], number)
    return bytes(header)


def _turned(grey: Grey, across: int, along: int) -> Grey:
    return np.ascontiguousarray(grey[::along, ::across])


def _packed(grey: Grey) -> bytes:
    """Rows that follow each other and are equal are written once; a row is runs of equal pixels (count - 1, grey)."""
    height, width = grey.shape
    new = np.ones(height, np.bool_)
    new[1:] = (grey[1:] != grey[:-1]).any(axis=1)
    new[::_MOST_ROWS] = True
    first = np.flatnonzero(new)
    rows = grey[first]
    last = np.ones(rows.shape, np.bool_)
    np.not_equal(rows[:, 1:], rows[:, :-1], out=last[:, :-1])
    last[:, _MOST_PIXELS - 1 :: _MOST_PIXELS] = True
    ends = np.flatnonzero(last)
    runs = np.empty((len(ends), 2), np.uint8)
    runs[:, 0] = np.diff(ends, prepend=-1) - 1
    runs[:, 1] = rows.ravel()[ends]
    packed = runs.tobytes()
    cuts = 2 * np.searchsorted(ends, np.arange(len(rows) + 1) * width)
    times = np.diff(first, append=height) - 1
    lines = zip(times.tolist(), pairwise(cuts.tolist()), strict=True)
    return b"".join(part for again, (begin, end) in lines for part in (bytes([again]), packed[begin:end]))


def _unpacked(raster: bytes, at: int, width: int, height: int) -> tuple[Grey, int]:
    """One side, and where it ends. Raises PdfError for a row that is not made of runs, or is too long."""
    octets = np.frombuffer(raster, np.uint8)
    rows: list[Grey] = []
    while len(rows) < height:
        runs = octets[at + 1 : at + 1 + 2 * width]
        counts = runs[::2].astype(np.int32) + 1
        ends = np.cumsum(counts)
        used = int(np.searchsorted(ends, width)) + 1
        if used > len(runs) // 2 or ends[used - 1] != width or counts[:used].max() > _MOST_PIXELS:
            raise PdfError("a row of the PWG raster is damaged")
        rows += [runs[1 : 2 * used : 2].repeat(counts[:used])] * (int(octets[at]) + 1)
        at += 1 + 2 * used
    return np.stack(rows[:height]), at
