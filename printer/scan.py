"""From a recipient's file to what can be read on each side of each sheet: symbols, and text where it is drawn.

Separate from the judgement (`printer.judge`) because this is where hostile files arrive: size,
pages and pixels are bounded before anything is decoded, and whatever is wrong with a file is one
ScanError. PDF, PNG, JPEG and TIFF, one page or many, fronts and backs in any order.
Source: fault-33; issue "Paper", verification.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from printer import bounds, fonts, imaging, pdf, readback, seal, symbols
from printer.document import decode_page
from printer.errors import PdfError, PrinterError, ScanError, SealError
from printer.imaging import Grey
from printer.readback import Painted

MAX_SIDES = 40
"""Sides in one file: twenty sheets, the longest set there is."""
_DPI = 300
_SMALL_SCAN = 5_000_000
"""Pixels below which enlarging a scan may help: A4 at 200 dpi and a little more."""
_LARGE_SCAN = 20_000_000
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ScannedSide:
    """One side of a sheet: its place (file and page), what its symbols say, and the runs of text of a drawn side.

    `texts` is None for a picture, which only a person can read. `drawn` are the page bytes that a drawn side carries,
    None where it carries none, empty where it looks otherwise; `compared` says that it was drawn anew from them and
    is the same dot by dot, False too where its font is not on this machine.
    """

    file: str
    page: int
    contents: frozenset[bytes] = field(repr=False)
    texts: tuple[str, ...] | None = field(repr=False)
    drawn: bytes | None = field(default=None, repr=False)
    compared: bool = False


def sides(content: bytes, file: str) -> tuple[ScannedSide, ...]:
    """Read every side of one file; `file` is what to call it. Raises ScanError, naming it."""
    try:
        return tuple(_pdf(content, file) if content.lstrip()[:5] == b"%PDF-" else _pictures(content, file))
    except (ScanError, PdfError) as error:
        raise ScanError(f"{file}: {error}") from error


def contents(grey: Grey) -> frozenset[bytes]:
    """Return what the symbols in a picture say, looking again more carefully until every seal is whole."""
    found = symbols.read(grey)
    for again in _other_looks(grey):
        if _is_whole(found):
            break
        found |= symbols.read(again)
    return found


def _other_looks(grey: Grey) -> Iterator[Grey]:
    """The same picture with less noise, and larger or smaller where its resolution is unusual."""
    yield imaging.blurred(grey, 1.0)
    height, width = grey.shape
    if grey.size < _SMALL_SCAN:
        yield np.asarray(grey.repeat(2, 0).repeat(2, 1))
    if grey.size > _LARGE_SCAN:
        yield imaging.resized(grey, width // 2, height // 2)


def _is_whole(found: frozenset[bytes]) -> bool:
    groups = seal.groups(found).values()
    try:
        return bool([seal.join(group) for group in groups])
    except SealError:
        return False


def _pictures(content: bytes, file: str) -> Iterator[ScannedSide]:
    for page, grey in enumerate(imaging.pages(content, MAX_SIDES), 1):
        yield ScannedSide(file, page, contents(grey), None)


def _pdf(content: bytes, file: str) -> Iterator[ScannedSide]:
    bounds.check(content)
    for at, texts in enumerate(readback.drawn_texts(content, MAX_SIDES)):
        painted = readback.paint(content, at, _DPI)
        grey = np.frombuffer(painted.grey, np.uint8).reshape(painted.height, painted.width)
        if texts is None:
            yield ScannedSide(file, at + 1, contents(grey), None)
        else:
            carried = readback.carried(content, at)
            drawn, compared = (None, False) if carried is None else _drawn(carried, painted)
            yield ScannedSide(file, at + 1, symbols.read(grey), texts, drawn, compared)


def _drawn(carried: bytes, painted: Painted) -> tuple[bytes, bool]:
    """The page bytes unless the side looks otherwise, and whether that was seen: what was laid over it shows."""
    try:
        page = decode_page(carried)
        if not fonts.is_installed(page.font):
            return carried, False
        anew = readback.paint(pdf.draw([page], _ANY_TIME), 0, _DPI)
    except PrinterError:  # bytes that no page of ours carries, or that cannot be drawn
        return b"", False
    return (carried, True) if anew == painted else (b"", False)
