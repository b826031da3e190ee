"""Pictures as arrays of grey: the only door to Pillow.

Separate so that the bounds against hostile pictures stand in one place, before anything is
decoded. Grey is 8 bits, 0 black, rows from the top. Source: fault-33.
"""

import io
import struct
import warnings
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont, UnidentifiedImageError

from printer.errors import ScanError

Grey: TypeAlias = NDArray[np.uint8]

MAX_PIXELS = 80_000_000
"""A3 at 600 dpi and a little more."""
_FORMATS = ("PNG", "JPEG", "TIFF")


def pages(content: bytes, most: int) -> Iterator[Grey]:
    """Decode a PNG, JPEG or TIFF page by page, upright as its camera noted.

    Raises ScanError for anything else, for more than `most` pages or MAX_PIXELS pixels a page.
    """
    with _decoding(), Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
        frames = getattr(picture, "n_frames", 1)
        if frames > most:
            raise ScanError(f"more than {most} pages")
        for frame in range(frames):
            picture.seek(frame)
            yield _grey(picture)


def write_png(grey: Grey) -> bytes:
    """Return the picture as an 8-bit grey PNG."""
    written = io.BytesIO()
    Image.fromarray(grey).save(written, "PNG")
    return written.getvalue()


def rows(grey: bytes, width: int) -> Grey:
    """Return bytes of grey, row after row, as a picture."""
    return np.frombuffer(grey, np.uint8).reshape(-1, width)


def bits_png(white: NDArray[np.bool_]) -> bytes:
    """Return the picture as a 1-bit PNG with unfiltered rows, which `printer.picture` reads."""
    height, width = white.shape
    rows = b"".join(b"\0" + row.tobytes() for row in np.packbits(white, axis=1))
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def blurred(grey: Grey, sigma: float) -> Grey:
    """Blur as optics do; `sigma` in pixels."""
    return np.asarray(Image.fromarray(grey).filter(ImageFilter.GaussianBlur(sigma)))


def resized(grey: Grey, width: int, height: int) -> Grey:
    """Sample at another resolution, each new pixel the mean of what it covers."""
    return np.asarray(Image.fromarray(grey).resize((width, height), Image.Resampling.BOX))


def lettering(
    words: Iterable[tuple[int, int, str]], font: Path, size: int, frame: tuple[int, int], slant: float
) -> Grey:
    """Draw words white on black at (x, y, text) in a frame (width, height), then turn it by `slant` degrees."""
    drawn = Image.new("L", frame, 0)
    pen, letters = ImageDraw.Draw(drawn), ImageFont.truetype(font, size)
    for x, y, text in words:
        pen.text((x, y), text, fill=255, font=letters)
    return np.asarray(drawn.rotate(slant, resample=Image.Resampling.BICUBIC))


def _grey(picture: Image.Image) -> Grey:
    width, height = picture.size
    if not 0 < width * height <= MAX_PIXELS:
        raise ScanError("a page has too many pixels")
    if picture.mode in ("RGBA", "LA", "PA", "P"):
        return np.asarray(_on_white(picture).convert("L"))
    if picture.mode.startswith("I;16"):
        return np.asarray(np.asarray(picture) >> 8, np.uint8)
    return np.asarray(picture.convert("L"))


def _on_white(picture: Image.Image) -> Image.Image:
    """What is transparent is paper."""
    seen = picture.convert("RGBA")
    paper = Image.new("RGBA", seen.size, "white")
    paper.alpha_composite(seen)
    return paper


@contextmanager
def _decoding() -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UnidentifiedImageError as error:
        raise ScanError("is no PDF, PNG, JPEG or TIFF") from error
    except (Image.DecompressionBombError, MemoryError) as error:
        raise ScanError("a page has too many pixels") from error
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error) as error:
        raise ScanError("is damaged") from error
