"""Draws the seals that are printed: registered seals of fictional people, and 「見本」 official seals.

Separate because it runs only when pictures are made (`test-keys`), never on a session's way.
Everything is black on white at 600 dpi, one bit a pixel; the picture is exactly the true size.
"""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

import assets

DPI = 600
_FONT = "fonts/BIZUDMincho-Regular.ttf"
_SAMPLE = "見本"


def pixels(millimetres: float) -> int:
    """Return the length in pixels at 600 dpi."""
    return round(millimetres / 25.4 * DPI)


def registered(text: str, width_mm: float) -> bytes:
    """Draw a round personal seal of this width with `text` in one or two columns; returns PNG."""
    side = pixels(width_mm)
    image = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(image)
    ring = max(6, side // 28)
    draw.ellipse((ring // 2, ring // 2, side - 1 - ring // 2, side - 1 - ring // 2), outline=0, width=ring)
    columns = [text] if len(text) <= 2 else [text[: len(text) // 2], text[len(text) // 2 :]]
    across, down = (round(side * part) for part in ((0.17, 0.17) if len(columns) > 1 else (0.27, 0.11)))
    _columns(image, (across, down, side - across, side - down), columns)
    return _png(image)


def official(columns: Sequence[str], width_mm: float) -> bytes:
    """Draw a square official seal, columns from the right, with a black band 「見本」 below; returns PNG."""
    side = pixels(width_mm)
    image = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(image)
    for inset, width in ((0, side // 28), (side // 17, side // 90)):
        draw.rectangle((inset, inset, side - 1 - inset, side - 1 - inset), outline=0, width=width)
    edge = side // 10
    band = Image.new("L", (side - 2 * edge, side // 5), 0)
    _columns(image, (edge, edge, side - edge, side - edge - band.height), columns)
    _spread(ImageDraw.Draw(band), (0, 0, band.width, band.height), _SAMPLE)
    image.paste(band, (edge, side - edge - band.height))
    return _png(image)


Box = tuple[int, int, int, int]


def _columns(image: Image.Image, box: Box, columns: Sequence[str]) -> None:
    left, top, right, bottom = box
    width, height = (right - left) // len(columns), bottom - top
    for number, column in enumerate(columns):
        x = right - (number + 1) * width
        for row, character in enumerate(column):
            cell = (x, top + row * height // len(column), x + width, top + (row + 1) * height // len(column))
            _fill(image, cell, character)


def _fill(image: Image.Image, cell: Box, character: str) -> None:
    """Stretch one character over its cell, as seal script fills its field."""
    left, top, right, bottom = cell
    font = ImageFont.truetype(str(assets.path(_FONT)), 400)
    stroke = 14
    bounds = font.getbbox(character, stroke_width=stroke)
    glyph = Image.new("L", (int(bounds[2] - bounds[0]), int(bounds[3] - bounds[1])), 255)
    ImageDraw.Draw(glyph).text((-bounds[0], -bounds[1]), character, font=font, fill=0, stroke_width=stroke)
    gap = max(2, (right - left) // 22)
    inside = (right - left - 2 * gap, bottom - top - 2 * gap)
    image.paste(glyph.resize(inside, Image.Resampling.LANCZOS), (left + gap, top + gap))


def _spread(draw: ImageDraw.ImageDraw, box: Box, text: str) -> None:
    """Write `text` white on black, spread over the band."""
    left, top, right, bottom = box
    font = ImageFont.truetype(str(assets.path(_FONT)), round((bottom - top) * 0.86))
    for number, character in enumerate(text):
        middle = left + (right - left) * (2 * number + 1) // (2 * len(text))
        at = (middle, (top + bottom) // 2)
        draw.text(at, character, font=font, fill=255, anchor="mm", stroke_width=2, stroke_fill=255)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.point(lambda level: 255 if level > 127 else 0).convert("1").save(out, "PNG", dpi=(DPI, DPI), optimize=True)
    return out.getvalue()
