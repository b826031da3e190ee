"""Reads a PDF again, with another program's eyes, before it counts as what was signed.

The only door to pypdfium2. The PDF was written by `pdf.py` through fpdf; pdfium opens it and
gives back the text of each run, and every side is compared with the page that was checked. It
also paints sides for goldens, reports and the workbench. pdfium is not made for threads, so one
lock stands before it.
The symbols on each back are read and must be those of its page's signed seal.
Source: F-04, fault-34, fault-44 (blank back, sides swapped, page of another set mixed in).
"""

import ctypes
import io
import math
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]  # ships no types

from printer import antiforgery, back, seal, symbols
from printer.document import A4_HEIGHT, A4_WIDTH, Element, Page, Picture, Rule, SignedPage, Text
from printer.errors import PdfError
from printer.picture import MAX_PIXELS
from printer.verify import CheckedPage, Mismatch, MismatchReason

SUFFIX = ".pdf"

_LOCK = threading.Lock()
_POINTS = 72
_TOLERANCE = 50
_MOST_PIXELS = 80_000_000
_MOST_OBJECTS = 20_000
_MOST_PARTS = 64
_SCAN = 400_000
"""Pixels of a picture that can hold a whole page: A4 at 65 dpi."""
_GREY = bytes(255 if digit == ord("1") else 0 for digit in range(256))
_SPACE = re.compile("[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
"""Everything of Unicode's category Zs."""
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_WORD_BREAK = "\x02"
"""What pdfium says for a hyphen at the end of a line, taking it for a broken word."""
_CHANCE = re.compile(rb"/CreationDate\(D:[^)]*\)|/ID\[<[0-9A-F]+><[0-9A-F]+>\]")
"""What pdfium takes from the clock and from chance; a PDF needs neither (ISO 32000-1 14.3.3, 14.4)."""

Place = tuple[int, int]
"""Which document, and which side of it, both from 0."""

_KINDS = {
    pdfium.raw.FPDF_PAGEOBJ_TEXT: Text,
    pdfium.raw.FPDF_PAGEOBJ_PATH: Rule,
    pdfium.raw.FPDF_PAGEOBJ_IMAGE: Picture,
}


@dataclass(frozen=True)
class Pixels:
    """A picture as it lies in the PDF: pixels across and down, and its rows unpacked, each from a new byte."""

    width: int
    height: int
    rows: bytes = field(repr=False)


@dataclass(frozen=True)
class Side:
    """What stands on one side of a sheet: the text of each run, how many elements of each kind, A4 or not.

    `pictures` and `kinds` are without the copy-deterrent ground; `has_ground` says whether it is there,
    whole and beneath everything else.
    """

    texts: tuple[str, ...]
    kinds: Counter[type]
    is_a4: bool
    has_ground: bool
    pictures: tuple[Pixels, ...]


@dataclass(frozen=True)
class Painted:
    """A side as 8-bit grey pixels, row by row from the top."""

    width: int
    height: int
    grey: bytes


def render_checked(pages: Sequence[CheckedPage]) -> bytes | Mismatch:
    """Make the set's PDF and read it back; the only way a PDF should come to a printer.

    Raises PdfError, FontError.
    """
    from printer import pdf  # brings fpdf, which a start need not wait for

    document = pdf.render(pages)
    return read_back(document, pages) or document


def read_back(document: bytes, expected: Sequence[CheckedPage]) -> Mismatch | None:
    """Return the first side that does not hold what was signed; `page` is the sheet, from 1.

    Spaces are not compared: they leave no ink, and pdfium joins and invents them.
    """
    try:
        found = sides(document)
    except PdfError:
        return Mismatch(MismatchReason.MALFORMED, None)
    if len(found) != 2 * len(expected):
        return Mismatch(MismatchReason.INCOMPLETE, None)
    for number, page in enumerate(expected, 1):
        face, reverse = found[2 * number - 2 : 2 * number]
        if not (_is_face(face, page.page) and _is_back(reverse, page)):
            return Mismatch(MismatchReason.TEXT_DIFFERS, number)
        if not _is_sealed(reverse, page.signed):
            return Mismatch(MismatchReason.SEAL_DIFFERS, number)
    return None


def sides(document: bytes) -> tuple[Side, ...]:
    """Return what stands on each side of the PDF. Raises PdfError for a PDF that cannot be read."""
    with _opened(document) as opened:
        return tuple(_side(page) for page in opened)


def texts(document: bytes) -> tuple[tuple[str, ...], ...]:
    """Return the texts of each side, run by run. Raises PdfError."""
    return tuple(side.texts for side in sides(document))


def seals(document: bytes) -> tuple[frozenset[bytes], ...]:
    """Return what the symbols on each side of a PDF of ours say. Raises PdfError."""
    return tuple(frozenset(filter(None, map(_symbol, side.pictures))) for side in sides(document))


def paint(document: bytes, side: int, dpi: int, infrared: bool = False, *, crisp: bool = False) -> Painted:
    """Draw one side (from 0) in grey at `dpi`; as an infrared camera sees it, without the dots of mixed colours.

    `crisp`: only pixels that lie whole on the paper, and those of pictures never mixed.
    Raises PdfError for a PDF or a side that is not there.
    """
    with _opened(document) as opened:
        if not 0 <= side < len(opened):
            raise PdfError("the PDF has fewer sides")
        page = opened[side]
        for thing in filter(_is_mixed, list(page.get_objects(max_depth=1)) if infrared else ()):
            page.remove_obj(thing)
        bitmap = _bitmap(page, dpi / _POINTS, crisp)
        rows, stride = bytes(bitmap.buffer), bitmap.stride
        width, height = bitmap.width, bitmap.height
    if stride != width:
        rows = b"".join(rows[at : at + width] for at in range(0, height * stride, stride))
    return Painted(width, height, rows)


def _bitmap(page: Any, scale: float, crisp: bool) -> Any:
    """Paint at exactly this scale: pdfium would stretch the page to whole pixels and blur single ones.

    A page larger than A3 at 600 dpi is painted smaller.
    """
    width, height = page.get_size()
    scale = min(scale, math.sqrt(_MOST_PIXELS / (width * height)))
    whole = math.floor if crisp else math.ceil
    bitmap = pdfium.PdfBitmap.new_native(whole(width * scale), whole(height * scale), pdfium.raw.FPDFBitmap_Gray)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, bitmap.width, bitmap.height)
    matrix = pdfium.raw.FS_MATRIX(scale, 0, 0, scale, 0, 0)
    clip = pdfium.raw.FS_RECTF(0, 0, bitmap.width, bitmap.height)
    flags = pdfium.raw.FPDF_ANNOT | pdfium.raw.FPDF_GRAYSCALE
    if crisp:
        flags |= pdfium.raw.FPDF_RENDER_NO_SMOOTHIMAGE
    pdfium.raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, clip, flags)
    return bitmap


def first_sheets(document: bytes, sheets: int) -> bytes:
    """Return a PDF of the first sheets only, face and back. Raises PdfError."""
    return rearranged([document], [(0, side) for side in range(2 * sheets)])


def rearranged(documents: Sequence[bytes], places: Sequence[Place | None]) -> bytes:
    """Return a PDF of these sides (number of the document, side in it, both from 0); None is a blank one.

    The same sides give the same bytes. Raises PdfError.
    """
    written = io.BytesIO()
    with _LOCK, ExitStack() as closing:
        try:
            opened = [pdfium.PdfDocument(document) for document in documents]
            made = pdfium.PdfDocument.new()
            for one in (*opened, made):
                closing.callback(one.close)
            for document, run in groupby(places, lambda place: place[0] if place else None):
                if document is None:
                    for _ in run:
                        made.new_page(A4_WIDTH * _POINTS / 2540, A4_HEIGHT * _POINTS / 2540)
                else:
                    made.import_pages(opened[document], [place[1] for place in run if place])
            made.save(written)
        except pdfium.PdfiumError as error:
            raise PdfError("the PDF cannot be taken apart") from error
    return _CHANCE.sub(lambda found: b" " * len(found.group()), written.getvalue())


def drawn_texts(document: bytes, most: int) -> tuple[tuple[str, ...] | None, ...]:
    """Return the runs of text of each side of a stranger's PDF, None for a side that is a scanned picture.

    A scan may carry text that a scanner recognised; it is not what the paper says.
    Raises PdfError for a PDF that cannot be read, or has more than `most` sides.
    """
    with _opened(document) as opened:
        if len(opened) > most:
            raise PdfError(f"more than {most} pages")
        return tuple(_drawn_text(page) for page in opened)


def carried(document: bytes, side: int) -> bytes | None:
    """Return the page bytes that side `side` (from 0) of a PDF of ours carries, not yet believed. Raises PdfError."""
    with _opened(document) as opened:
        first = next(iter(opened[side].get_objects(max_depth=1)), None)
        marks = pdfium.raw.FPDFPageObj_CountMarks(first) if first else 0
        return b"".join(_parts(pdfium.raw.FPDFPageObj_GetMark(first, 0))) if marks == 1 else None


def _parts(mark: Any) -> Iterator[bytes]:
    """The properties 0, 1, … of one mark; as many as a page can fill."""
    size = ctypes.c_ulong()
    for at in range(min(pdfium.raw.FPDFPageObjMark_CountParams(mark), _MOST_PARTS)):
        name = str(at).encode()
        pdfium.raw.FPDFPageObjMark_GetParamBlobValue(mark, name, None, 0, size)
        part = (ctypes.c_ubyte * size.value)()
        if pdfium.raw.FPDFPageObjMark_GetParamBlobValue(mark, name, part, size.value, size):
            yield bytes(part)


def ink(text: str) -> str:
    """Return what of a text leaves ink: no spaces, and Latin ligatures (ﬁ) taken apart as pdfium takes them apart."""
    return _LIGATURE.sub(lambda found: unicodedata.normalize("NFKC", found.group()), _SPACE.sub("", text))


@contextmanager
def _opened(document: bytes) -> Iterator[Any]:
    with _LOCK:
        try:
            opened = pdfium.PdfDocument(document)
        except pdfium.PdfiumError as error:
            raise PdfError("the PDF cannot be read") from error
        try:
            yield opened
        except pdfium.PdfiumError as error:
            raise PdfError("a page of the PDF cannot be read") from error
        finally:
            opened.close()


def _side(page: Any) -> Side:
    textpage = page.get_textpage()
    found = list(page.get_objects(textpage=textpage))
    has_ground = len(found) > 1 and _is_ground(found[0]) and _is_mixed(found[1])
    drawn = found[2:] if has_ground else found
    kinds = Counter(_KINDS.get(thing.type, object) for thing in drawn)
    texts = tuple(_run(thing, textpage) for thing in drawn if thing.type == pdfium.raw.FPDF_PAGEOBJ_TEXT)
    pictures = tuple(_pixels(thing) for thing in drawn if thing.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE)
    width, height = (points * 2540 / _POINTS for points in page.get_size())
    a4 = abs(width - A4_WIDTH) < _TOLERANCE and abs(height - A4_HEIGHT) < _TOLERANCE
    return Side(texts, kinds, a4, has_ground, pictures)


def _drawn_text(page: Any) -> tuple[str, ...] | None:
    if pdfium.raw.FPDFPage_CountObjects(page) > _MOST_OBJECTS:
        raise PdfError("a page has too many parts")
    textpage = page.get_textpage()
    found = list(page.get_objects(textpage=textpage))
    scanned = any(
        thing.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE
        and math.prod(thing.get_px_size()) > _SCAN
        and not (_is_ground(thing) or _is_mixed(thing))
        for thing in found
    )
    texts = tuple(_run(thing, textpage) for thing in found if thing.type == pdfium.raw.FPDF_PAGEOBJ_TEXT)
    return None if scanned or not texts else texts


def _is_ground(thing: Any) -> bool:
    return thing.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE and bytes(thing.get_data()) == antiforgery.ground().packed


def _is_mixed(thing: Any) -> bool:
    """The part of the ground that an infrared camera does not see."""
    return thing.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE and bytes(thing.get_data()) == antiforgery.mixed().packed


def _pixels(thing: Any) -> Pixels:
    """One picture; what is too large for a picture of ours is not unpacked."""
    width, height = thing.get_px_size()
    small = width * height <= MAX_PIXELS
    return Pixels(width, height, bytes(thing.get_data(decode_simple=True)) if small else b"")


def _run(thing: Any, textpage: Any) -> str:
    """Text of one run; pdfium's string is UTF-16 with a closing zero (fpdf_edit.h, FPDFTextObj_GetText)."""
    length = pdfium.raw.FPDFTextObj_GetText(thing, textpage, None, 0)
    units = (ctypes.c_ushort * (length // 2))()
    pdfium.raw.FPDFTextObj_GetText(thing, textpage, units, length)
    said = bytes(units).decode("utf-16-le", errors="replace").removesuffix("\0")
    return said.replace(_WORD_BREAK, "-")


def _is_face(side: Side, page: Page) -> bool:
    return _holds(side, page.elements, Counter(type(element) for element in page.elements))


def _is_back(side: Side, page: CheckedPage) -> bool:
    """The texts of the back; what its pictures say is `_is_sealed`."""
    texts = back.texts(page.seal, page.page.font)
    return _holds(side, texts, Counter({Text: len(texts), Picture: len(side.pictures)}))


def _holds(side: Side, elements: Sequence[Element], kinds: Counter[type]) -> bool:
    texts = [ink(element.text) for element in elements if isinstance(element, Text)]
    inked = [ink(text) for text in side.texts]
    return side.is_a4 and side.has_ground and side.kinds == kinds and inked == texts


def _is_sealed(side: Side, signed: SignedPage) -> bool:
    """Every picture of the back is a symbol of this very seal, and none is missing."""
    said = [_symbol(picture) for picture in side.pictures]
    return said == list(seal.split(signed.seal, signed.signature))


def _symbol(picture: Pixels) -> bytes | None:
    """What a 1-bit picture of a symbol says."""
    bits, row = picture.width, -(-picture.width // 8)
    if bits != picture.height or len(picture.rows) != row * bits:
        return None
    lines = (picture.rows[at : at + row] for at in range(0, len(picture.rows), row))
    modules = b"".join(f"{int.from_bytes(line, 'big'):0{8 * row}b}".encode()[:bits] for line in lines)
    return symbols.read_modules(symbols.Symbol(bits, modules.translate(_GREY)))
