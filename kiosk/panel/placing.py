"""From panel units to px and back: one scale, centred in what there is.

Separate because painter, buttons, step navigation and touch all use the same arithmetic.
"""

from dataclasses import dataclass

import pygame

from kiosk.screens.view import Rect


@dataclass(frozen=True, slots=True)
class Overflow:
    """A text that needs `needed` px (width, height) where the view gives it `given`."""

    text: str
    needed: tuple[int, int]
    given: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """`scale` px to the unit, after a margin of `left`, `top` px; words are drawn in the face of `language`."""

    scale: float
    left: int
    top: int
    language: str = ""

    @classmethod
    def fit(cls, size: tuple[int, int], units: tuple[int, int], language: str = "") -> "Frame":
        """Return the largest frame of `units` in `size` px, centred."""
        scale = min(size[0] / units[0], size[1] / units[1])
        return cls(scale, round((size[0] - units[0] * scale) / 2), round((size[1] - units[1] * scale) / 2), language)

    def px(self, units: float) -> int:
        """Return a length in px, at least 1."""
        return max(1, round(units * self.scale))

    def rect(self, rect: Rect) -> pygame.Rect:
        """Return a rectangle in px; neighbours in units stay neighbours."""
        left, top = round(rect.x * self.scale), round(rect.y * self.scale)
        right, bottom = round((rect.x + rect.width) * self.scale), round((rect.y + rect.height) * self.scale)
        return pygame.Rect(self.left + left, self.top + top, right - left, bottom - top)

    def units(self, x: float, y: float) -> tuple[float, float]:
        """Return the point (x, y) px in panel units."""
        return (x - self.left) / self.scale, (y - self.top) / self.scale
