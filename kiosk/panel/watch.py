"""A window in which a scenario plays itself, as fast as a customer: `python -m kiosk replay --watch`.

Separate from the panel's window: nobody touches this one. The step being played stands above the
screen, a touched button is seen pressed, and long waits are cut short.
"""

from typing import TYPE_CHECKING

import pygame

from kiosk.panel.painter import NOTHING, Hand, Painter
from kiosk.panel.startscreen import HEIGHT, WIDTH
from kiosk.panel.theme import STANDARD
from kiosk.panel.typeset import font
from kiosk.panel.window import open_display
from kiosk.replay.errors import WatchEnded
from kiosk.screens.view import Tone, Touch

if TYPE_CHECKING:
    from kiosk.replay.feature import Line
    from kiosk.replay.world import World

_LONGEST = 3.0
_PRESSED = 0.35
_MOVEMENT = 2.4
_FRAMES = 15
_BAR, _TYPE = 56, 22
_PANEL = (720, 960)


class Spectator:
    """Shows a world while it is played; fulfils `kiosk.replay.world.Onlooker`.

    `speed`: how many times faster than a customer. Closing the window raises WatchEnded.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._surface = open_display(fullscreen=False, size=(_PANEL[0], _PANEL[1] + _BAR))
        self._painter = Painter((_PANEL[0], _PANEL[0] * HEIGHT // WIDTH))
        self._clock = pygame.time.Clock()
        self._step = ""

    def begins(self, line: "Line") -> None:
        """Say which step is played from now on."""
        self._step = f"{line.keyword} {line.text}"
        pygame.display.set_caption(line.place)

    def passes(self, world: "World", seconds: float) -> None:
        """Show the screen for so long, three seconds at most."""
        self._show(world, min(seconds, _LONGEST) / self._speed, NOTHING)

    def touches(self, world: "World", touch: Touch) -> None:
        """Show the button pressed."""
        wanted = (touch.button, touch.value)
        pressed = next((one for one in world.view.buttons if (one.button, one.value) == wanted), None)
        self._show(world, _PRESSED / self._speed, Hand(pressed=pressed))

    def _show(self, world: "World", seconds: float, hand: Hand) -> None:
        for _ in range(max(1, round(seconds * _FRAMES))):
            if any(event.type == pygame.QUIT for event in pygame.event.get()):
                raise WatchEnded("the window was closed")
            self._paint(world, hand)
            self._clock.tick(_FRAMES)

    def _paint(self, world: "World", hand: Hand) -> None:
        theme = STANDARD
        self._surface.fill(theme.tone(Tone.TEXT))
        words = font(_TYPE, True).render(self._step, True, theme.tone(Tone.PAGE))
        self._surface.blit(words, (16, (_BAR - words.get_height()) // 2))
        below = self._surface.subsurface((0, _BAR, *self._painter.size))
        phase = pygame.time.get_ticks() / 1000 % _MOVEMENT / _MOVEMENT
        self._painter.draw(below, world.view, world.runner.seconds_left(), hand=hand, phase=phase)
        pygame.display.flip()
