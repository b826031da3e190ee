"""The customer's side of the window: which button a finger is on, and what a press means.

Separate from the window because it knows no pygame events: points come in as px of the panel, keys
as names. One press is one action: it counts when the finger lifts where it went down, and it is
sent with the id of the screen that was seen, so a late one is dropped (fault-25).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pygame

from kiosk.narrator import Narrator
from kiosk.panel.painter import Hand, Painter
from kiosk.screens.focus import following, same
from kiosk.screens.view import Countdown, Picture, Press, Touch, View
from kiosk.session.buttons import Button

_SLOP = 24
_IDLE = "S-00"
_KEYS = {"enter": (Button.NEXT, Button.FINISH), "escape": (Button.CANCEL,), "backspace": (Button.CORRECT,)}


@dataclass(frozen=True, slots=True)
class _Held:
    view: View
    press: Press


class Front:
    """Shows one View after another and turns fingers and keys into Touches for `touch`."""

    def __init__(
        self, painter: Painter, view: View, touch: Callable[[Touch], object], narrator: Narrator | None = None
    ) -> None:
        self._painter = painter
        self._view = view
        self._touch = touch
        self._narrator = narrator or Narrator(lambda _phrases: None)
        self._held: _Held | None = None
        self._focus: Press | None = None
        self._drawn: tuple[object, ...] = ()

    @property
    def view(self) -> View:
        """The screen shown."""
        return self._view

    def show(self, view: View) -> None:
        """Show `view` from now on; a finger that is down on the old one has no effect any more."""
        if view is self._view:
            return
        if view.view_id != self._view.view_id or view.step != self._view.step:
            self._held = None
            self._focus = same(view, self._focus)
        if view.step == _IDLE and self._view.step != _IDLE:
            self._painter.forget()
        self._view = view
        self._narrator.shows(view)

    def resize(self, painter: Painter) -> None:
        """Draw with another painter from now on."""
        self._painter = painter
        self._drawn = ()

    @property
    def is_moving(self) -> bool:
        """True when a picture of the screen moves."""
        return any(isinstance(one, Picture) and one.moving for one in self._view.elements)

    @property
    def counts_down(self) -> bool:
        """True when the screen shows the seconds left."""
        return any(isinstance(one, Countdown) for one in self._view.elements)

    def paint(self, surface: pygame.Surface, seconds_left: float | None, phase: float) -> bool:
        """Draw the screen if anything of it has changed; True when it was drawn."""
        hand = Hand(self._held.press if self._held else None, self._focus)
        seconds = None if seconds_left is None or not self.counts_down else int(seconds_left + 0.999)
        seen = (self._view, hand, seconds, phase if self.is_moving else 0.0)
        if self._drawn and all(one is two or one == two for one, two in zip(seen, self._drawn, strict=True)):
            return False
        self._painter.draw(surface, self._view, seconds_left, hand=hand, phase=phase)
        self._drawn = seen
        return True

    def down(self, x: float, y: float) -> None:
        """A finger goes down at (x, y) px of the panel."""
        self._focus = None
        press = self._under(x, y)
        self._held = _Held(self._view, press) if press else None

    def up(self, x: float, y: float) -> None:
        """The finger lifts; near the button it went down on, that is a press."""
        held, self._held = self._held, None
        if held is None:
            return
        rect, (across, down) = held.press.rect, self._painter.frame(self._view).units(x, y)
        near = replace(
            rect, x=rect.x - _SLOP, y=rect.y - _SLOP, width=rect.width + 2 * _SLOP, height=rect.height + 2 * _SLOP
        )
        if near.contains(across, down):
            self._send(held.view, held.press)

    def cancel(self) -> None:
        """The finger was lost: no press."""
        self._held = None

    def character(self, character: str) -> None:
        """A digit or letter, small as capital (card.md §2.7): touches that key of the pad, where there is one."""
        self._send_first(lambda press: press.button == Button.DIGIT and press.value == character.upper())

    def key(self, name: str) -> None:
        """A key by name: `enter`, `escape`, `backspace`, `space`, `tab`, `back-tab`, `again`."""
        if name in ("tab", "back-tab"):
            self._step_focus(1 if name == "tab" else -1)
        elif name == "again":
            self._narrator.repeats()
        elif self._focus is not None and name in ("enter", "space"):
            self._send(self._view, self._focus)
        elif name in _KEYS:
            self._send_first(lambda press: press.button in _KEYS[name])

    def _send_first(self, fits: Callable[[Press], bool]) -> None:
        press = next((press for press in self._view.buttons if press.enabled and fits(press)), None)
        if press is not None:
            self._send(self._view, press)

    def _send(self, view: View, press: Press) -> None:
        self._touch(Touch(view.view_id, press.button, press.value))

    def _under(self, x: float, y: float) -> Press | None:
        across, down = self._painter.frame(self._view).units(x, y)
        found = next((press for press in reversed(self._view.buttons) if press.rect.contains(across, down)), None)
        return found if found is not None and found.enabled else None

    def _step_focus(self, step: int) -> None:
        self._focus = following(self._view, self._focus, step)
        if self._focus is not None:
            self._narrator.focuses(self._focus)
