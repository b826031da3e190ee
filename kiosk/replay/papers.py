"""Reads the sheets of a scenario back from the printed files, as a customer reads paper.

Separate because it is the only place of this package that opens what was printed, and slow enough to be asked
only when a step or an invariant wants to know.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from municipality_client import set_number
from printer import model, readback
from printer.formats import format_of

_NUMBER = re.compile(set_number.PATTERN.strip("^$"))
_PAGE = re.compile(r"(?<![0-9])([0-9]{1,2}) ?/ ?([0-9]{1,2})(?![0-9])")
_KOSEKI_PAGE = re.compile(r"（([0-9]{1,2})の([0-9]{1,2})）")  # of how many, which (service.md 2.5)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the text of its face and back, its unique number, and page i of n (0 where none is found)."""

    face: str
    back: str
    number: str
    page: int
    pages: int


def sheets_of(file: Path) -> tuple[Sheet, ...]:
    """Return the sheets of one printed file, in order. Raises printer's PdfError or DocumentError."""
    state = file.stat()
    return _read(file, state.st_mtime_ns, state.st_size)


def pdf(file: Path) -> bytes:
    """Return one printed file as PDF, whatever the printer was given. Raises printer's PdfError or DocumentError."""
    return model.pdf(file.read_bytes()) if file.suffix == model.SUFFIX else file.read_bytes()


@lru_cache(maxsize=64)
def _read(file: Path, _changed: int, _size: int) -> tuple[Sheet, ...]:
    form = format_of(file) or readback
    sides = ["\n".join(texts) for texts in form.texts(file.read_bytes())]
    return tuple(_sheet(face, back) for face, back in zip(sides[::2], sides[1::2], strict=True))


def _sheet(face: str, back: str) -> Sheet:
    number, page, mark = _NUMBER.search(face), _PAGE.search(face), _KOSEKI_PAGE.search(face)
    if mark is not None:
        first, of = int(mark.group(2)), int(mark.group(1))
    else:
        first, of = (int(page.group(1)), int(page.group(2))) if page else (0, 0)
    return Sheet(face, back, number.group() if number else "", first, of)
