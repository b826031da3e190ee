"""What a faulty print engine does to a set: a blank back, a stranger's sheet, a wrong order, twice.

Separate from the emulated printer because none of this is how a printer works; each is an incident
that happened somewhere and must be found by reading the output back (fault-43, fault-44, F-04, F-07).
"""

import enum

from printer.formats import Format, Place


class Flaw(enum.Enum):
    """How the paper differs from what was sent; `LOST`: the printer forgets the job."""

    BLANK_BACK = "blank-back"
    FLIPPED = "flipped"
    FOREIGN_SHEET = "foreign-sheet"
    REVERSED = "reversed"
    TWICE = "twice"
    LOST = "lost"


def spoilt(document: bytes, sheets: int, flaw: Flaw, sheet: int, other: bytes | None, form: Format) -> bytes:
    """Return the set as the engine prints it, wrong at `sheet` (from 1).

    `other` is the set printed before, for a foreign sheet; without one the sheet is blank.
    Raises PrinterError.
    """
    pages: list[list[Place | None]] = [[(0, 2 * at), (0, 2 * at + 1)] for at in range(sheets)]
    face, back = pages[sheet - 1]
    match flaw:
        case Flaw.BLANK_BACK:
            pages[sheet - 1] = [face, None]
        case Flaw.FLIPPED:
            pages[sheet - 1] = [back, face]
        case Flaw.FOREIGN_SHEET:
            pages[sheet - 1] = [(1, 0), (1, 1)] if other is not None else [None, None]
        case Flaw.REVERSED:
            pages.reverse()
        case Flaw.TWICE:
            pages += pages
        case Flaw.LOST:
            return document
    return form.rearranged([document, *filter(None, [other])], [side for page in pages for side in page])
