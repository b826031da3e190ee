"""An office scanner with everything that goes wrong in one, by seed: what a recipient's scan looks like.

Skew and scale, toner and lens, a fold across the sheet, noise, JPEG. Grey arrays in and out.
"""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from printer.imaging import Grey

PRINT_DPI = 600


@dataclass(frozen=True)
class Scan:
    """`fold` is the height of a fold in mm from the top, 0.25 mm of lost toner with a grey shadow."""

    dpi: int = 300
    skew: float = 0.0
    scale: float = 1.0
    quality: int = 50
    sigma: float = 12.0
    fold: float | None = None
    turned: int = 0


def drawn_at_random(seed: int) -> Scan:
    """One scan of the promised range, every value at random within it."""
    rng = np.random.default_rng(seed)
    return Scan(
        dpi=int(rng.choice([150, 200, 240, 300])),
        skew=float(rng.uniform(-2, 2)),
        scale=float(rng.uniform(0.98, 1.02)),
        sigma=float(rng.uniform(12, 16)),
        fold=float(rng.choice([99.0, 148.5, 198.0]) + rng.uniform(-3, 3)),
        turned=int(rng.choice([0, 180])),
    )


def scanned(printed: Grey, how: Scan, seed: int = 0) -> bytes:
    """Return the scan of a 600-dpi sheet as JPEG."""
    worn = _folded(printed, how.fold) if how.fold is not None else printed
    optics = Image.fromarray(worn).filter(ImageFilter.GaussianBlur(1.5))
    sampled = optics.resize(_size(printed, how), Image.Resampling.BOX)
    laid = sampled.rotate(how.skew, Image.Resampling.BICUBIC, fillcolor=255)
    toned = 30 + np.asarray(laid, np.float32) * (205 / 255)
    noise = np.random.default_rng(seed).normal(0, how.sigma, toned.shape).astype(np.float32)
    seen = Image.fromarray(np.clip(toned + noise, 0, 255).astype(np.uint8)).rotate(how.turned, expand=True)
    written = io.BytesIO()
    seen.save(written, "JPEG", quality=how.quality, dpi=(how.dpi, how.dpi))
    return written.getvalue()


def _size(printed: Grey, how: Scan) -> tuple[int, int]:
    height, width = printed.shape
    return round(width * how.scale * how.dpi / PRINT_DPI), round(height * how.scale * how.dpi / PRINT_DPI)


def _folded(printed: Grey, fold: float) -> Grey:
    """Toner is gone along 0.25 mm, and 1.5 mm beside it lie in shadow."""
    worn = printed.copy()
    at = round(fold / 25.4 * PRINT_DPI)
    worn[at - 18 : at + 18] = (worn[at - 18 : at + 18] * 0.75).astype(np.uint8)
    worn[at - 3 : at + 3] = 255
    return worn
