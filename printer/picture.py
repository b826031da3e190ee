"""Checks a PNG before anybody decodes it, and takes out its packed rows.

Separate from the page model because it knows a file format: only black-and-white or 8-bit grey,
only the chunks a picture needs, and never more pixels than its header admits (a small file that
unpacks to gigabytes is refused before it is unpacked).
Source: W3C PNG (Third Edition) clauses 5, 11; fault-33.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from printer.errors import DocumentError

MAX_BYTES = 512 * 1024
MAX_PIXELS = 4_000_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNKS = frozenset({b"IHDR", b"pHYs", b"IDAT", b"IEND"})
_HEADER = struct.Struct(">IIBBBBB")
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True)
class Raster:
    """A checked picture: pixels across and down, bits a pixel, and its rows filtered and packed as in the PNG."""

    width: int
    height: int
    depth: int
    packed: bytes


def raster(png: bytes, most_pixels: int = MAX_PIXELS) -> Raster:
    """Return the picture; raises DocumentError unless it is a whole, plain, bounded 1-bit or 8-bit grey PNG."""
    if len(png) > MAX_BYTES or not png.startswith(_SIGNATURE):
        raise DocumentError("picture is no PNG or too large")
    chunks = list(_chunks(png))
    names = [name for name, _ in chunks]
    if names[:1] != [b"IHDR"] or names[-1:] != [b"IEND"] or names.count(b"IHDR") + names.count(b"IEND") != 2:
        raise DocumentError("picture's chunks are out of order")
    width, height, depth = _frame(chunks[0][1], most_pixels)
    packed = b"".join(body for name, body in chunks if name == b"IDAT")
    _check_pixels(packed, height * (1 + (width * depth + 7) // 8))
    return Raster(width, height, depth, packed)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(png):
        if at + 12 > len(png):
            raise DocumentError("picture is cut off")
        length = _LENGTH.unpack_from(png, at)[0]
        end = at + 8 + length
        if end + 4 > len(png):
            raise DocumentError("picture is cut off")
        name, body = png[at + 4 : at + 8], png[at + 8 : end]
        if name not in _CHUNKS or _LENGTH.unpack_from(png, end)[0] != zlib.crc32(png[at + 4 : end]):
            raise DocumentError("picture has a foreign or damaged chunk")
        yield name, body
        at = end + 4


def _frame(header: bytes, most_pixels: int) -> tuple[int, int, int]:
    """Width, height and depth that IHDR promises."""
    if len(header) != _HEADER.size:
        raise DocumentError("picture's header is damaged")
    width, height, depth, *rest = _HEADER.unpack(header)
    if depth not in (1, 8) or rest != [0, 0, 0, 0]:
        raise DocumentError("picture is not plain black-and-white or grey")
    if not (width > 0 and height > 0 and width * height <= most_pixels):
        raise DocumentError("picture has no pixels or too many")
    return width, height, depth


def _check_pixels(packed: bytes, expected: int) -> None:
    unpacker = zlib.decompressobj()
    try:
        rows = unpacker.decompress(packed, expected + 1)
    except zlib.error as error:
        raise DocumentError("picture's pixels are damaged") from error
    if len(rows) != expected or not unpacker.eof or unpacker.unused_data:
        raise DocumentError("picture's pixels do not fill its frame")
