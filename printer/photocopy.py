"""What a photocopier would make of a sheet: `python -m printer photocopy IN.pdf OUT.png`.

Separate because it is the measure of `printer.antiforgery`, not a part of it: toner spreads, the
lens blurs, the scanner samples at 300 dpi, and a steep curve turns grey into black or white. The
curve is what makes the word appear: single fine dots fall below it.
"""

from dataclasses import dataclass

import numpy as np

from printer import imaging, readback
from printer.imaging import Grey

_PRINT_DPI = 600
COPY_DPI = 300


@dataclass(frozen=True)
class Copier:
    """Blur of toner and of the lens in pixels of 600 dpi; grey (0..1) at which the curve turns, and how steeply."""

    toner: float = 1.0
    lens: float = 2.2
    threshold: float = 0.70
    steepness: float = 30.0


def photocopy(document: bytes, side: int, copier: Copier | None = None) -> Grey:
    """Return side `side` (from 0) of a PDF as a copy of its print, at COPY_DPI. Raises PdfError."""
    return copied(printed(document, side), copier or Copier())


def printed(document: bytes, side: int, infrared: bool = False) -> Grey:
    """Return the side as a 600-dpi printer inks it, all of it or what infrared light shows. Raises PdfError."""
    painted = readback.paint(document, side, _PRINT_DPI, infrared)
    grey = np.frombuffer(painted.grey, np.uint8).reshape(painted.height, painted.width)
    return np.asarray(np.where(grey < 128, 0, 255), np.uint8)


def copied(original: Grey, copier: Copier) -> Grey:
    """Return what the copier prints of an original of 600 dpi."""
    seen = imaging.blurred(imaging.blurred(original, copier.toner), copier.lens)
    height, width = (length * COPY_DPI // _PRINT_DPI for length in seen.shape)
    return _curve(copier)[imaging.resized(seen, width, height)]


def _curve(copier: Copier) -> Grey:
    """Grey out for each grey in."""
    grey = np.arange(256) / 255
    return np.asarray(np.round(255 / (1 + np.exp(-copier.steepness * (grey - copier.threshold)))), np.uint8)
