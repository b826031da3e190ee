"""How much a stranger's PDF unpacks to, looked at before pdfium is: it reads a page whole and has no bound.

Separate because it knows nothing of pages: it finds what is packed by Flate and counts. Half a megabyte can hold
twenty million lines, which cost pdfium half a minute and gigabytes. Other packings and encrypted files pass
unseen; who serves strangers puts a limit of memory on the process too. Source: ISO 32000-1 7.3.8, 7.4.4; fault-33.
"""

import re
import zlib

from printer.errors import ScanError

_STREAM = re.compile(rb"stream\r?\n")
_DICTIONARY = 1_000
"""Bytes before a stream in which it says that it is an image."""
_PIECE = 65_536
_MOST_IMAGE, _MOST_OTHER, _MOST_ALL = 120_000_000, 16_000_000, 1_500_000_000
"""A4 at 600 dpi in colour has 105 MB; what draws a page or holds a font is far smaller."""


def check(content: bytes) -> None:
    """Raise ScanError for a PDF with a stream, or streams together, larger than those of scanned sheets."""
    left = _MOST_ALL
    for found in _STREAM.finditer(content):
        is_image = b"/Image" in content[max(0, found.start() - _DICTIONARY) : found.start()]
        left -= _unpacked(content, found.end(), min(left, _MOST_IMAGE if is_image else _MOST_OTHER))


def _unpacked(content: bytes, at: int, most: int) -> int:
    """Bytes that the stream at `at` unpacks to, 0 for one that is packed otherwise."""
    unpacker, size = zlib.decompressobj(), 0
    try:
        while at < len(content) and not unpacker.eof:
            size += len(unpacker.decompress(content[at : at + _PIECE]))
            at += _PIECE
            if size > most:
                raise ScanError("it unpacks to more than scanned sheets hold")
    except zlib.error:
        return size
    return size
