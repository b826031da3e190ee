"""Smooth shapes: rounded rectangles, and a pen that draws four times too large and shrinks.

Pygame's own shapes have hard edges. Tiles are opaque shapes on nothing, shrunk, so their alpha is
premultiplied by nature: they are blitted with `BLEND_PREMULTIPLIED` and fit on every ground.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import pygame

from kiosk.panel.theme import Colour

Point = tuple[float, float]
_OVER = 4


def blank(width: int, height: int) -> pygame.Surface:
    """Return a tile of nothing."""
    return pygame.Surface((max(1, width), max(1, height)), pygame.SRCALPHA, 32)


def put(surface: pygame.Surface, tile: pygame.Surface, at: tuple[int, int]) -> None:
    """Lay a tile of this module on `surface`."""
    surface.blit(tile, at, special_flags=pygame.BLEND_PREMULTIPLIED)


def rounded(
    surface: pygame.Surface, rect: pygame.Rect, radius: int, fill: Colour | None, border: Colour, width: int
) -> None:
    """Draw a rounded rectangle: `fill` (None leaves the inside), and a border of `width` px inside its edge."""
    radius = max(0, min(radius, rect.width // 2, rect.height // 2))
    width = 0 if fill == border else width
    if width:
        _band(surface, rect, radius, width, border)
    if fill is not None:
        _plate(surface, rect.inflate(-2 * width, -2 * width), max(0, radius - width), fill)


def _plate(surface: pygame.Surface, rect: pygame.Rect, radius: int, fill: Colour) -> None:
    surface.fill(fill, rect.inflate(-2 * radius, 0))
    surface.fill(fill, rect.inflate(0, -2 * radius))
    _corners(surface, rect, radius, radius, fill)


def _band(surface: pygame.Surface, rect: pygame.Rect, radius: int, width: int, colour: Colour) -> None:
    across, down = rect.width - 2 * radius, rect.height - 2 * radius
    for x, y, w, h in (
        (rect.x + radius, rect.y, across, width),
        (rect.x + radius, rect.bottom - width, across, width),
        (rect.x, rect.y + radius, width, down),
        (rect.right - width, rect.y + radius, width, down),
    ):
        surface.fill(colour, (x, y, w, h))
    _corners(surface, rect, radius, width, colour)


def _corners(surface: pygame.Surface, rect: pygame.Rect, radius: int, width: int, colour: Colour) -> None:
    if radius < 1:
        return
    tile = _corner(radius, min(width, radius), colour)
    right, bottom = rect.right - radius, rect.bottom - radius
    for x, y, flip_x, flip_y in (
        (rect.x, rect.y, False, False),
        (right, rect.y, True, False),
        (rect.x, bottom, False, True),
        (right, bottom, True, True),
    ):
        put(surface, pygame.transform.flip(tile, flip_x, flip_y), (x, y))


@lru_cache(maxsize=256)
def _corner(radius: int, width: int, colour: Colour) -> pygame.Surface:
    """Upper left quarter of a ring of `width` px; as wide as the radius, a quarter disc."""
    big = blank(radius * _OVER, radius * _OVER)
    centre = (radius * _OVER, radius * _OVER)
    pygame.draw.circle(big, colour, centre, radius * _OVER)
    if width < radius:
        pygame.draw.circle(big, (0, 0, 0, 0), centre, (radius - width) * _OVER)
    return pygame.transform.smoothscale(big, (radius, radius))


class Pen:
    """Draws in a square of 100 × 100, y down; `tile` gives the smooth result."""

    def __init__(self, side: int) -> None:
        self._side = max(8, side)
        self._scale = self._side * _OVER / 100
        self._big = blank(self._side * _OVER, self._side * _OVER)

    def tile(self) -> pygame.Surface:
        """Return what was drawn, `side` px square."""
        return pygame.transform.smoothscale(self._big, (self._side, self._side))

    def box(self, x: float, y: float, width: float, height: float, colour: Colour, radius: float = 0) -> None:
        """Fill a rectangle with rounded corners."""
        left, top = round(x * self._scale), round(y * self._scale)
        right, bottom = round((x + width) * self._scale), round((y + height) * self._scale)
        rect = pygame.Rect(left, top, right - left, bottom - top)
        pygame.draw.rect(self._big, colour, rect, border_radius=round(radius * self._scale))

    def frame(
        self, x: float, y: float, width: float, height: float, ink: Colour, ground: Colour, radius: float
    ) -> None:
        """A rectangle of `ground` with an edge of `ink`, 3 wide."""
        self.box(x, y, width, height, ink, radius)
        self.box(x + 3, y + 3, width - 6, height - 6, ground, max(0.0, radius - 3))

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Fill a circle."""
        pygame.draw.circle(self._big, colour, self._at((x, y)), radius * self._scale)

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        """Fill a polygon."""
        pygame.draw.polygon(self._big, colour, [self._at(point) for point in points])

    def line(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """A line with round ends and joints."""
        for start, end in pairwise(points):
            self._stroke(start, end, width, colour)
        for x, y in points:
            self.disc(x, y, width / 2, colour)

    def _stroke(self, start: Point, end: Point, width: float, colour: Colour) -> None:
        across, down = end[0] - start[0], end[1] - start[1]
        length = math.hypot(across, down)
        if length:
            x, y = -down / length * width / 2, across / length * width / 2
            corners = [(start[0] + x, start[1] + y), (end[0] + x, end[1] + y)]
            self.shape([*corners, (end[0] - x, end[1] - y), (start[0] - x, start[1] - y)], colour)

    def arc(self, x: float, y: float, radius: float, begin: float, end: float, width: float, colour: Colour) -> None:
        """Part of a circle from `begin` to `end`, in turns clockwise from the top."""
        steps = max(2, round(64 * abs(end - begin)))
        turns = [(begin + (end - begin) * step / steps) * math.tau for step in range(steps + 1)]
        self.line([(x + radius * math.sin(turn), y - radius * math.cos(turn)) for turn in turns], width, colour)

    def _at(self, point: Point) -> Point:
        return point[0] * self._scale, point[1] * self._scale


def grey_picture(grey: bytes, size: tuple[int, int]) -> pygame.Surface:
    """Return 8-bit grey px, row by row, as a surface; needs no window."""
    image = pygame.image.frombuffer(grey, size, "P")
    image.set_palette([(shade, shade, shade) for shade in range(256)])
    surface = pygame.Surface(size, 0, 24)
    surface.blit(image, (0, 0))
    return surface
