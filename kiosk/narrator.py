"""Speaks screens and controls to the headphones while they are in: when, not what.

Separate from the window, so that a replayed scenario hears what a customer hears. What is spoken comes
from `kiosk.screens.speech`; what makes sound of it is given: `speak` breaks off what it speaks, and
nothing at all () only breaks off.
"""

from collections.abc import Callable

from kiosk.screens import speech
from kiosk.screens.speech import Phrases
from kiosk.screens.view import Press, View


def aloud(caption: str, *, alarm: bool, silent: bool, headphones: bool) -> str:
    """Return what the loudspeaker says of the public guidance; "": nothing.

    With headphones in it only alarms: two voices at once are no help (EN 301 549 5.1.3.10).
    """
    return "" if silent or (headphones and not alarm) else caption


class Narrator:
    """Follows the customer's screen; silent while no headphones are in, and in languages that have no voice."""

    def __init__(self, speak: Callable[[Phrases], object]) -> None:
        self._speak = speak
        self._view: View | None = None

    def shows(self, view: View) -> None:
        """The screen shows `view` from now on. Headphones pulled out: what is being spoken breaks off."""
        before, self._view = self._view, view
        if view is before:
            return
        heard = before if _is_heard(before) else None
        if _is_heard(view):
            self._say(speech.screen(view, heard, speech.vocabulary()))
        elif heard is not None:
            self._speak(())

    def focuses(self, press: Press) -> None:
        """`press` of the screen has the focus from now on."""
        if self._view is not None and _is_heard(self._view):
            self._say(speech.control(self._view, press, speech.vocabulary()))

    def repeats(self) -> None:
        """Speak the whole screen once more (EN 301 549 5.1.3.5)."""
        if self._view is not None and _is_heard(self._view):
            self._say(speech.screen(self._view, None, speech.vocabulary()))

    def _say(self, phrases: Phrases) -> None:
        if phrases:
            self._speak(phrases)


def _is_heard(view: View | None) -> bool:
    return view is not None and view.headphones and view.language in speech.SPOKEN
