"""The copy-deterrent ground (けん制文字) that lies under both sides of every sheet.

An original looks evenly grey; on a photocopy the word 「複写」 stands out, because a copier keeps
dots of 0.17 mm and loses dots of 0.085 mm. Both kinds cover one sixteenth of the paper, and
letters begin and end only on the common grid of 16 pixels, so that no seam can be seen before.
The picture is shipped, drawn by `printer.pantograph`; this module only knows where it lies, so
that nothing is drawn on a customer's way. Its pixels are printed one to one at 600 dpi.
Source: design.md 3.2 step 7; service.md 3 (pantograph).
"""

from functools import cache

import assets
from printer.document import A4_HEIGHT
from printer.errors import DocumentError
from printer.picture import Raster, raster

DPI = 600
CELL = 16
"""Pixels of the common grid: here a letter's dots begin or end."""
COLUMNS, ROWS = 298, 426
"""Cells across and down: A4 without the 4 mm that no printer reaches."""
MARGIN = 6 * CELL
"""Pixels left free at the left and at the top."""

_POINTS = 72
_PIXEL = _POINTS / DPI
_INSET = 0.05
"""Pixels by which the frame is smaller on each side: renderers that round outwards then hit the grid, not a
pixel more, and no dot is lost by stretching."""


@cache
def ground() -> Raster:
    """The picture as its packed rows. Raises DocumentError where the shipped file is another one."""
    found = raster(assets.path("images/copy-ground.png").read_bytes(), most_pixels=COLUMNS * ROWS * CELL * CELL)
    if (found.width, found.height, found.depth) != (COLUMNS * CELL, ROWS * CELL, 1):
        raise DocumentError("copy-ground.png is not the ground of this version")
    return found


def placed(name: str) -> str:
    """PDF operators that draw the picture resource `name` in its place, each pixel on the printer's grid."""
    width, height = ((cells * CELL - 2 * _INSET) * _PIXEL for cells in (COLUMNS, ROWS))
    left, top = (MARGIN + _INSET) * _PIXEL, A4_HEIGHT * _POINTS / 2540 - (MARGIN + _INSET) * _PIXEL
    return f"q {width:.4f} 0 0 {height:.4f} {left:.4f} {top - height:.4f} cm /{name} Do Q"
