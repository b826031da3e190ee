"""Draws the copy-deterrent ground that `printer.antiforgery` ships: `python -m printer ground`.

Separate because it runs when the program is made, not when it runs: each cell of 16 x 16 pixels
is either one dot of 4 x 4 pixels (letter) or four dots of 2 x 2 (ground); both are 1/16 ink.
"""

import numpy as np
from numpy.typing import NDArray

import assets
from printer import imaging
from printer.antiforgery import CELL, COLUMNS, MARK_AT, MARK_SIZE, ROWS

_WORD = "複写"
_FONT = "fonts/BIZUDPGothic-Regular.ttf"
_SIZE = 84
"""Height of a letter in cells: 57 mm."""
_ACROSS, _DOWN = 250, 116
_SLANT = 20.0
_INSIDE = 110


def letters() -> NDArray[np.bool_]:
    """Which cells belong to a letter: the word slanted, in rows that are set off against each other."""
    words = [
        (x, y, _WORD)
        for row, y in enumerate(range(-20, 2 * ROWS, _DOWN))
        for x in range(-100 + row % 2 * _ACROSS // 2, 2 * COLUMNS, _ACROSS)
    ]
    whole = imaging.lettering(words, assets.path(_FONT), _SIZE, (2 * COLUMNS, 2 * ROWS), _SLANT)
    middle = whole[ROWS // 2 : ROWS // 2 + ROWS, COLUMNS // 2 : COLUMNS // 2 + COLUMNS]
    return np.asarray(middle > _INSIDE)


def ink() -> NDArray[np.bool_]:
    """Every pixel of the ground, True where it is black."""
    cells = letters()[:, None, :, None]
    coarse, fine = _dots([6], 4)[None, :, None, :], _dots([3, 11], 2)[None, :, None, :]
    return np.asarray(np.where(cells, coarse, fine).reshape(ROWS * CELL, COLUMNS * CELL))


def latent() -> NDArray[np.bool_]:
    """Which cells are printed in mixed colours: a disc at the lower left, but for the letter 「証」."""
    (left, top), side = MARK_AT, MARK_SIZE
    across, down = np.mgrid[:side, :side] - (side - 1) / 2
    letter = imaging.lettering([(9, 6, "証")], assets.path(_FONT), 42, (side, side), 0.0) > _INSIDE
    cells = np.zeros((ROWS, COLUMNS), np.bool_)
    cells[top : top + side, left : left + side] = (across**2 + down**2 < (side / 2) ** 2) & ~letter
    return cells


def draw() -> dict[str, bytes]:
    """Both pictures of the ground as 1-bit PNGs, by their file names."""
    inked, hidden = ink(), latent().repeat(CELL, 0).repeat(CELL, 1)
    (left, top), side = (CELL * MARK_AT[0], CELL * MARK_AT[1]), CELL * MARK_SIZE
    mixed = (inked & hidden)[top : top + side, left : left + side]
    return {
        "copy-ground.png": imaging.bits_png(~(inked & ~hidden)),
        "copy-ground-mixed.png": imaging.bits_png(~mixed),
    }


def _dots(at: list[int], side: int) -> NDArray[np.bool_]:
    cell = np.zeros((CELL, CELL), np.bool_)
    for top in at:
        for left in at:
            cell[top : top + side, left : left + side] = True
    return cell
