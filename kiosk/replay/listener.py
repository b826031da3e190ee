"""A customer's ears: what comes from the headphones and from the loudspeaker; and keys for whoever cannot see.

Separate from the customer, who has eyes and a finger. Hears what the panel would make sound of, through
the same narrator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.narrator import Narrator
from kiosk.replay.customer import DECIDE
from kiosk.replay.labels import plain
from kiosk.screens.focus import following, same
from kiosk.screens.speech import Phrases
from kiosk.screens.view import Press, View
from kiosk.session.buttons import Button

if TYPE_CHECKING:
    from kiosk.replay.world import World

KEY = 0.28
"""Seconds of the keystroke-level model to press a key that a finger rests on."""


class Listener:
    """Listens to the world's machine; `private` and `aloud`: everything heard so far, newest last."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._narrator = Narrator(self._hear)
        self._focus: Press | None = None
        self._since = 0
        self.has_headphones = False
        self.private: list[str] = []
        self.aloud: list[str] = []

    def shows(self, view: View) -> None:
        """The machine's screen may have changed."""
        self.has_headphones = view.headphones
        self._focus = same(view, self._focus)
        self._narrator.shows(view)

    def acts(self) -> None:
        """The customer does something: what is heard from now on is about that."""
        self._since = len(self.private)

    def hears(self, words: str) -> bool:
        """True when the headphones have said these words since the customer's last act."""
        return any(plain(words) in one for one in self.private[self._since :])

    def move_to(self, label: str) -> None:
        """Press the arrow key until the control of these words is spoken; raises ExpectationError after one round."""
        self._world.wait(DECIDE)
        for _ in self._world.view.buttons:
            self._world.wait(KEY)
            self.acts()
            self._focus = following(self._world.view, self._focus, 1)
            if self._focus is not None:
                self._narrator.focuses(self._focus)
            if self.hears(label):
                return
        self._world.expect(False, f"「{label}」 to be spoken", "no control is called so")

    def confirm(self) -> None:
        """Press the key that presses the control in focus."""
        self._world.expect(self._focus is not None, "a control in focus", "there is none")
        if self._focus is not None:
            self._world.customer.press_button(Button(self._focus.button), self._focus.value)

    def _hear(self, phrases: Phrases) -> None:
        if phrases:
            self.private.append(plain(_written(phrases)))


def _written(phrases: Phrases) -> str:
    """What is heard as it would be written: 300 and 50 are 350."""
    words: list[str] = []
    for phrase in phrases:
        if words and words[-1].isdigit() and phrase.isdigit() and len(phrase) < len(words[-1]):
            words[-1] = str(int(words[-1]) + int(phrase))
        else:
            words.append(phrase)
    return "".join(words)
