"""Draws what is printed on a card: name, address and numbers in one bit, a portrait in grey.

The card's one door to Pillow, apart from `surface`, which places the pictures among other objects.
Same inputs, same bytes. The portrait is nobody: a drawn head with 見本 across it.
"""

import io

from PIL import Image, ImageDraw, ImageFont

import assets

_FONT = "fonts/BIZUDMincho-Regular.ttf"
_LINE, _LINE_MOST = 24, 20
_DIGIT_HEIGHT, _DIGIT_WIDTH = 12, 6
_PORTRAIT = (96, 120)
_GROUND, _FIGURE, _MARK = 235, 150, 60


def lines(text: str) -> bytes:
    """Return a text as PNG of one bit, in lines of at most 20 full-width characters, 24 dots high."""
    parts = [text[at : at + _LINE_MOST] for at in range(0, len(text), _LINE_MOST)]
    picture = Image.new("1", (_LINE * max(len(part) for part in parts), _LINE * len(parts)), 1)
    pen = ImageDraw.Draw(picture)
    for place, part in enumerate(parts):
        pen.text((0, _LINE * place), part, font=_font(_LINE), fill=0)
    return _written(picture, "PNG")


def digits(text: str) -> bytes:
    """Return digits as PNG of one bit, 6 x 12 dots each: 72 x 12 for the number, 24 x 12 for the security code."""
    picture = Image.new("1", (_DIGIT_WIDTH * len(text), _DIGIT_HEIGHT), 1)
    ImageDraw.Draw(picture).text((0, 0), text, font=_font(_DIGIT_HEIGHT), fill=0)
    return _written(picture, "PNG")


def portrait() -> bytes:
    """Return the photograph, JPEG 2000 in its JP2 container, grey."""
    picture = Image.new("L", _PORTRAIT, _GROUND)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((30, 18, 66, 66), fill=_FIGURE)
    pen.ellipse((12, 72, 84, 168), fill=_FIGURE)
    pen.text((24, 84), "見本", font=_font(_LINE), fill=_MARK)
    return _written(picture, "JPEG2000")


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(assets.path(_FONT)), size)


def _written(picture: Image.Image, form: str) -> bytes:
    file = io.BytesIO()
    picture.save(file, form)
    return file.getvalue()
