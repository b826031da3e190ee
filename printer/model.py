"""Sheets as the page model itself, in the place of a PDF: what replays of thousands print on.

Separate from `readback`, which has the same functions for PDF (`printer.formats`). Nothing is drawn
and nothing is lost: a face is its page bytes, a back the signed seal that its symbols would carry.
Bytes: deterministic CBOR of the sides in their order, face 1, back 1, face 2, …: page bytes,
[seal bytes, signature], or null for a blank side.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeAlias

import cbor2

from printer import back
from printer.document import Page, SignedPage, decode_page, decode_seal
from printer.errors import DocumentError
from printer.fonts import FALLBACK
from printer.verify import CheckedPage, Mismatch, MismatchReason

SUFFIX = ".sheets"
_TEXT = 0
"""Kind of an element, see `printer.document`."""
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)

_Side: TypeAlias = bytes | list[bytes] | None


def render_checked(pages: Sequence[CheckedPage]) -> bytes | Mismatch:
    """Return the sheets of a set; its pages were held against their seals before."""
    return _written([side for one in pages for side in _sheet(one.signed)])


def read_back(document: bytes, expected: Sequence[CheckedPage]) -> Mismatch | None:
    """Return the first side that is not what was signed; `page` is the sheet, from 1."""
    try:
        found = _read(document)
    except DocumentError:
        return Mismatch(MismatchReason.MALFORMED, None)
    if len(found) != 2 * len(expected):
        return Mismatch(MismatchReason.INCOMPLETE, None)
    for number, one in enumerate(expected, 1):
        face, reverse = _sheet(one.signed)
        if found[2 * number - 2] != face:
            return Mismatch(MismatchReason.TEXT_DIFFERS, number)
        if found[2 * number - 1] != reverse:
            return Mismatch(MismatchReason.SEAL_DIFFERS, number)
    return None


def texts(document: bytes) -> tuple[tuple[str, ...], ...]:
    """Return the texts of each side, of a back only set number and i / n. Raises DocumentError."""
    return tuple(_texts(side) for side in _read(document))


def rearranged(documents: Sequence[bytes], places: Sequence[tuple[int, int] | None]) -> bytes:
    """Return a document of these sides, as `readback.rearranged` does. Raises DocumentError."""
    opened = [_read(document) for document in documents]
    return _written([None if place is None else opened[place[0]][place[1]] for place in places])


def pdf(document: bytes) -> bytes:
    """Draw the sheets as PDF after all, for a report that shows them. Raises DocumentError, PdfError, FontError."""
    from printer import pdf as drawing

    sides = _read(document)
    font = next((decode_page(side).font for side in sides if isinstance(side, bytes)), FALLBACK)
    return drawing.draw([_page(side, font) for side in sides], _UNDATED)


def _sheet(signed: SignedPage) -> tuple[bytes, list[bytes]]:
    return signed.page, [signed.seal, signed.signature]


def _written(sides: Sequence[_Side]) -> bytes:
    return cbor2.dumps(sides, canonical=True)


def _read(document: bytes) -> list[_Side]:
    try:
        found = cbor2.loads(document)
    except cbor2.CBORDecodeError as error:
        raise DocumentError("not CBOR") from error
    match found:
        case [*sides] if all(_is_side(side) for side in sides):
            return sides
    raise DocumentError("not sheets")


def _is_side(side: object) -> bool:
    match side:
        case None | bytes() | [bytes(), bytes()]:
            return True
    return False


def _texts(side: _Side) -> tuple[str, ...]:
    match side:
        case bytes():
            # Decoded and checked before it was printed; to do so again takes ten times as long as to read it.
            _form, _font, elements = cbor2.loads(side)
            return tuple(element[-1] for element in elements if element[0] == _TEXT)
        case [seal, _signature]:
            said = decode_seal(seal)
            return said.set_number, f"{said.page} / {said.pages}"
    return ()


def _page(side: _Side, font: str) -> Page:
    match side:
        case bytes():
            return decode_page(side)
        case [seal, signature]:
            return back.compose(SignedPage(b"", seal, signature), decode_seal(seal), font)
    return Page(font, ())
