"""Pictures in a report: screens as the panel draws them, faces of sheets as the printer's PDF reads.

Separate because it is what needs fonts, pygame and pdfium.
"""

import io
from collections.abc import Iterator

import pygame

from kiosk.panel import shoot
from kiosk.screens.view import View
from printer import readback

_SMALL, _LARGE = 0.25, 0.5
_DPI = 72


def screen(view: View, *, large: bool = False) -> bytes:
    """Return the screen as PNG, a quarter or half of the panel's size."""
    return _png(shoot.picture(view, _LARGE if large else _SMALL, seconds_left=None))


def faces(pdf: bytes) -> Iterator[bytes]:
    """Yield the face of each sheet as PNG at 72 dpi; raises printer's PdfError."""
    for side in range(0, len(readback.sides(pdf)), 2):
        painted = readback.paint(pdf, side, _DPI)
        sheet = shoot.paper(painted.grey, (painted.width, painted.height))
        yield _png(sheet)


def _png(surface: pygame.Surface) -> bytes:
    written = io.BytesIO()
    pygame.image.save(surface, written, "picture.png")
    return written.getvalue()
