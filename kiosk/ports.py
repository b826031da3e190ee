"""The seams between the flow and the world: what a device offers, real or emulated.

A port carries out one effect at a time and answers with events. `after` is the time in seconds that
a real device would still need: an emulated device never sleeps, the runner delivers the answer then.
"""

from collections.abc import Callable
from typing import Protocol

from kiosk.session.effects import Effect
from kiosk.session.events import Event

Answer = Callable[[Event, float], None]


class Port(Protocol):
    """A device or service with its own lane; `perform` may block on a real device."""

    def perform(self, effect: Effect, answer: Answer) -> None:
        """Carry out `effect`; call `answer(event, after)` any number of times, from any thread."""
