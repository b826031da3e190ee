"""The copy-deterrent ground (けん制文字) that lies under both sides of every sheet.

An original looks evenly grey; on a photocopy the word 「複写」 stands out, because a copier keeps
dots of 0.17 mm and loses dots of 0.085 mm. Both kinds cover one sixteenth of the paper, and
letters begin and end only on the common grid of 16 pixels, so that no seam can be seen before.
The picture is shipped, drawn by `printer.pantograph`; this module only knows where it lies, so
that nothing is drawn on a customer's way. Its pixels are printed one to one at 600 dpi.

Hidden in it stands a mark for infrared cameras: within a disc at the lower left, all dots but those
of 「証」 are asked for as mixed colours (DeviceRGB) and the rest as black toner alone (DeviceGray). To
the eye both are the same dots; carbon toner absorbs infrared light and dyes do not. That is how such
marks are thought to work; a printer without colours prints both alike, and the mark is lost.
Source: design.md 3.2 step 7; service.md 3 (pantograph, latent image).
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

MARK_AT, MARK_SIZE = (16, 345), 60
"""Cell of the top left corner, and cells across, of the square around the infrared mark."""

_POINTS = 72
_PIXEL = _POINTS / DPI
_INSET = 0.05
"""Pixels by which the frame is smaller on each side: renderers that round outwards then hit the grid, not a
pixel more, and no dot is lost by stretching."""


@cache
def ground() -> Raster:
    """The dots of black toner, as packed rows. Raises DocumentError where the shipped file is another one."""
    return _shipped("copy-ground.png", COLUMNS, ROWS)


@cache
def mixed() -> Raster:
    """The dots of mixed colours within the square of the mark, as `ground`."""
    return _shipped("copy-ground-mixed.png", MARK_SIZE, MARK_SIZE)


def placed(toner: str, colours: str) -> str:
    """PDF operators that draw both picture resources in their places, each pixel on the printer's grid.

    `colours` is a stencil: it paints its black pixels and leaves what lies under the others.
    """
    left, top = MARK_AT
    return f"{_placed(toner, 0, 0, COLUMNS, ROWS)} {_placed(colours, left, top, MARK_SIZE, MARK_SIZE, '0 0 0 rg ')}"


def _shipped(name: str, columns: int, rows: int) -> Raster:
    found = raster(assets.path(f"images/{name}").read_bytes(), most_pixels=columns * rows * CELL * CELL)
    if (found.width, found.height, found.depth) != (columns * CELL, rows * CELL, 1):
        raise DocumentError(f"{name} is not the ground of this version")
    return found


def _placed(name: str, x: int, y: int, columns: int, rows: int, colour: str = "") -> str:
    width, height = ((cells * CELL - 2 * _INSET) * _PIXEL for cells in (columns, rows))
    left = (MARGIN + x * CELL + _INSET) * _PIXEL
    top = A4_HEIGHT * _POINTS / 2540 - (MARGIN + y * CELL + _INSET) * _PIXEL
    return f"q {colour}{width:.4f} 0 0 {height:.4f} {left:.4f} {top - height:.4f} cm /{name} Do Q"
