"""Pictures of screens as PNG files, without a window: for `python -m kiosk screens`, docs and reports.

Separate from the window; here nothing is opened but fonts.
"""

import math
from collections.abc import Sequence
from pathlib import Path

import pygame

from kiosk.panel.chores import Chores
from kiosk.panel.painter import Painter
from kiosk.panel.parts import BenchControls
from kiosk.panel.shapes import grey_picture
from kiosk.panel.theme import STANDARD
from kiosk.panel.typeset import font
from kiosk.panel.window import SMALLEST, places
from kiosk.panel.words import Words
from kiosk.panel.workbench import Workbench
from kiosk.screens.view import Tone, View

_GAP = 24
_TITLE = 28
_THUMB = 270


def picture(view: View, scale: float = 1.0, seconds_left: float | None = 24) -> pygame.Surface:
    """Return `view` drawn `scale` px to the unit, its movements in the middle."""
    pygame.font.init()
    painter = Painter((round(view.width * scale), round(view.height * scale)))
    surface = pygame.Surface(painter.size, 0, 24)
    painter.draw(surface, view, seconds_left, phase=0.4)
    return surface


def save(surface: pygame.Surface, path: Path) -> None:
    """Write a PNG; the folder is made when it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pygame.image.save(surface, str(path))


def contact_sheet(pictures: Sequence[tuple[str, pygame.Surface]], columns: int = 6) -> pygame.Surface:
    """Return all pictures small on one, each with its name beneath."""
    ratio = max(one.get_height() / one.get_width() for _, one in pictures)
    cell = (_THUMB + _GAP, round(_THUMB * ratio) + _TITLE + _GAP)
    rows = math.ceil(len(pictures) / columns)
    sheet = pygame.Surface((columns * cell[0] + _GAP, rows * cell[1] + _GAP), 0, 24)
    sheet.fill((120, 120, 120))
    for number, (name, one) in enumerate(pictures):
        x, y = _GAP + number % columns * cell[0], _GAP + number // columns * cell[1]
        height = round(_THUMB * one.get_height() / one.get_width())
        sheet.blit(pygame.transform.smoothscale(one, (_THUMB, height)), (x, y))
        sheet.blit(font(16, False).render(name, True, (255, 255, 255)), (x, y + height + 4))
    return sheet


def whole_window(view: View, bench: BenchControls, seconds_left: float | None = None) -> pygame.Surface:
    """Return the window of the smallest size: the panel with `view`, and the workbench beside it."""
    pygame.font.init()
    surface = pygame.Surface(SMALLEST, 0, 24)
    panel, side = places(SMALLEST, with_bench=True)
    Painter(panel.size).draw(surface.subsurface(panel), view, seconds_left, phase=0.4)
    if side is not None:
        _bench(bench, side.size, surface.subsurface(side))
    return surface


def paper(grey: bytes, size: tuple[int, int]) -> pygame.Surface:
    """Return a sheet of 8-bit grey px as a picture with a thin edge."""
    sheet = grey_picture(grey, size)
    pygame.draw.rect(sheet, STANDARD.tone(Tone.HAIRLINE), sheet.get_rect(), 1)
    return sheet


def side_by_side(pictures: Sequence[pygame.Surface]) -> pygame.Surface:
    """Return pictures of one height in a row."""
    width = sum(one.get_width() for one in pictures) + _GAP * (len(pictures) + 1)
    row = pygame.Surface((width, max(one.get_height() for one in pictures) + 2 * _GAP), 0, 24)
    row.fill(STANDARD.tone(Tone.PAGE))
    x = _GAP
    for one in pictures:
        row.blit(one, (x, _GAP))
        x += one.get_width() + _GAP
    return row


def _bench(controls: BenchControls, size: tuple[int, int], surface: pygame.Surface) -> None:
    chores = Chores(lambda: None)
    workbench = Workbench(controls, Words.load(), chores, size)
    workbench.refresh()
    chores.close()
    chores.finish()
    workbench.paint(surface)
