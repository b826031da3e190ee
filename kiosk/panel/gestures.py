"""Fingers, mouse and keys as three kinds of values; each physical press arrives once.

Separate because SDL tells a touch twice, as a finger and as a mouse: the second is dropped here.
Only the first finger counts until it lifts.
"""

from dataclasses import dataclass, field
from enum import Enum

import pygame


class Move(Enum):
    """What the pointer did."""

    DOWN = "down"
    UP = "up"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Pointer:
    """The pointer at (x, y) px of the window."""

    move: Move
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Key:
    """A key by name (`enter`, `escape`, `tab`, `f12`, …); `text` is what it types and never shown: it may be a PIN."""

    name: str
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Wheel:
    """The wheel turned `steps` up (negative: down) with the pointer at (x, y) px of the window."""

    steps: int
    x: float
    y: float


F16 = 1 << 30 | 107
"""SDL's keycode: its scancode with the bit of keys that type nothing; pygame names none above F15."""
_NAMES = {
    pygame.K_RETURN: "enter",
    pygame.K_KP_ENTER: "enter",
    pygame.K_ESCAPE: "escape",
    pygame.K_BACKSPACE: "backspace",
    pygame.K_SPACE: "space",
    pygame.K_DOWN: "tab",
    pygame.K_RIGHT: "tab",
    pygame.K_UP: "back-tab",
    pygame.K_LEFT: "back-tab",
    pygame.K_F1: "again",
    pygame.K_F15: "headphones-in",
    F16: "headphones-out",
    pygame.K_F12: "f12",
    pygame.K_F10: "f10",
}
_MOUSE = {pygame.MOUSEBUTTONDOWN: Move.DOWN, pygame.MOUSEBUTTONUP: Move.UP}
_FINGER = {pygame.FINGERDOWN: Move.DOWN, pygame.FINGERUP: Move.UP}


class Gestures:
    """Remembers which finger is down."""

    def __init__(self) -> None:
        self._finger: int | None = None

    def read(self, event: pygame.event.Event, size: tuple[int, int]) -> Pointer | Key | Wheel | None:
        """Return what `event` means in a window of `size` px, None for nothing."""
        if event.type in _MOUSE:
            return self._mouse(event)
        if event.type in _FINGER:
            return self._touch(event, size)
        if event.type == pygame.KEYDOWN:
            return _key(event)
        if event.type == pygame.MOUSEWHEEL:
            return Wheel(event.y, *pygame.mouse.get_pos())
        if event.type == pygame.WINDOWFOCUSLOST:
            self._finger = None
            return Pointer(Move.LOST, 0, 0)
        return None

    def _mouse(self, event: pygame.event.Event) -> Pointer | None:
        if event.button != 1 or getattr(event, "touch", False):
            return None
        return Pointer(_MOUSE[event.type], *event.pos)

    def _touch(self, event: pygame.event.Event, size: tuple[int, int]) -> Pointer | None:
        move = _FINGER[event.type]
        if self._finger not in (None, event.finger_id):
            return None
        self._finger = event.finger_id if move is Move.DOWN else None
        return Pointer(move, event.x * size[0], event.y * size[1])


def _key(event: pygame.event.Event) -> Key:
    if event.mod & (pygame.KMOD_ALT | pygame.KMOD_CTRL | pygame.KMOD_META):
        # What is meant for a desktop means nothing here (fault-50).
        return Key("")
    if event.key == pygame.K_TAB:
        return Key("back-tab" if event.mod & pygame.KMOD_SHIFT else "tab")
    if event.key in _NAMES:
        return Key(_NAMES[event.key], " " if event.key == pygame.K_SPACE else "")
    text = event.unicode
    return Key("text" if text.isprintable() and text else "", text if text.isprintable() else "")
