"""What a set can be given to a printer as: a PDF, or the bare page model where nobody looks at ink.

Separate so that the kiosk's lanes and the emulated printer do not know which one it is.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

from printer import model, readback
from printer.verify import CheckedPage, Mismatch

FormatName = Literal["pdf", "model"]
Place = tuple[int, int]
"""Which document, and which side of it, both from 0."""


class Format(Protocol):
    """A way to write a set down and to read what came out; `SUFFIX` ends the names of its files.

    `printer.readback` (PDF) and `printer.model` are the two.
    """

    @property
    def SUFFIX(self) -> str:  # noqa: N802 - a constant of the module
        """End of a file's name, with its dot."""

    def render_checked(self, pages: Sequence[CheckedPage]) -> bytes | Mismatch:
        """Write a set, and say where it is not what was signed. Raises PrinterError."""

    def read_back(self, document: bytes, expected: Sequence[CheckedPage]) -> Mismatch | None:
        """Return the first side that does not hold what was signed."""

    def texts(self, document: bytes) -> tuple[tuple[str, ...], ...]:
        """Return what can be read on each side. Raises PrinterError."""

    def rearranged(self, documents: Sequence[bytes], places: Sequence[Place | None]) -> bytes:
        """Return a document of these sides; None is a blank one. Raises PrinterError."""


FORMATS: Mapping[FormatName, Format] = {"pdf": readback, "model": model}


def format_of(file: Path) -> Format | None:
    """Return the format of a printed file by its name, None for a file that is no paper."""
    return next((one for one in FORMATS.values() if file.suffix == one.SUFFIX), None)
