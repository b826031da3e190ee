"""The golden paper: one demo page, its texts and its pictures, and the command that makes them anew.

    python -m tests.printer.regolden      writes tests/printer/golden/; look at the pictures before committing

Drawn with the font that is shipped, so that it is the same on every machine.
"""

import io
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from printer import pdf, readback
from tests.printer.press import set_of

FOLDER = Path(__file__).parent / "golden"
DPI = 100
SIDES = {"face": 0, "back": 1}
_BLOCK = 4

Pixels = NDArray[np.uint8]


def drawn() -> tuple[str, dict[str, Pixels]]:
    """Texts of both sides, a line each, and the sides as grey pixels."""
    with tempfile.TemporaryDirectory() as place:
        written = pdf.render(set_of(1, Path(place)))
    said = [text for side in readback.sides(written) for text in side.texts]
    painted = {name: readback.paint(written, at, DPI) for name, at in SIDES.items()}
    pixels = {name: np.frombuffer(p.grey, np.uint8).reshape(p.height, p.width) for name, p in painted.items()}
    return "\n".join(text.rstrip() for text in said) + "\n", pixels


def kept(name: str) -> Pixels:
    return np.asarray(Image.open(io.BytesIO((FOLDER / f"{name}.png").read_bytes())).convert("L"))


def difference(one: Pixels, other: Pixels) -> float:
    """Largest difference of grey after averaging 4 x 4 pixels: deaf to smoothing, not to a wrong character."""
    if one.shape != other.shape:
        return 255.0
    return float(np.abs(_coarse(one) - _coarse(other)).max())


def _coarse(pixels: Pixels) -> NDArray[np.float64]:
    height, width = (length // _BLOCK * _BLOCK for length in pixels.shape)
    blocks = pixels[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    return np.asarray(blocks.mean(axis=(1, 3), dtype=np.float64))


def main() -> None:
    texts, pixels = drawn()
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "texts.txt").write_text(texts, encoding="utf-8")
    for name, side in pixels.items():
        Image.fromarray(side).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
