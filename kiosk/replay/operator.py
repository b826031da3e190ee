"""The operator of a scenario: somebody with the PIN of the operator's menu, who presses what stands there.

Separate from the customer, who never sees that menu.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.office.office import Office
from kiosk.office.pin import operator_pin
from kiosk.replay import labels
from kiosk.screens.view import Press, Touch, View
from kiosk.session.buttons import Button

if TYPE_CHECKING:
    from kiosk.replay.world import World

PIN, _WRONG = "271828", "314159"


class Operator:
    """Acts on the menu of the machine that is on; the PIN is set the first time it is needed."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def is_open(self) -> bool:
        """True while the menu, or the question for its PIN, stands over the customer's screen."""
        return self._office.is_open

    @property
    def view(self) -> View:
        """The operator's screen; raises ExpectationError while it is closed."""
        self._world.expect(self.is_open, "the operator's menu", "it is closed")
        return self._office.view()

    def knock(self) -> bool:
        """Ask for the menu; False when it does not open."""
        return self._office.knock()

    def type_right(self) -> None:
        """Type the right PIN."""
        self._type(PIN)

    def enter(self) -> None:
        """Open the menu with the right PIN."""
        self.type_right()
        self._world.expect(self.view.step != "O-00", "the operator's menu", " ".join(self.view.words))

    def mistake(self) -> None:
        """Type a wrong PIN."""
        self._type(_WRONG)

    def press(self, label: str) -> None:
        """Touch the one button that bears `label`."""
        found = labels.fitting(self.view, label)
        self._world.expect(len(found) == 1, f"one button 「{label}」", " / ".join(one.label for one in found) or "none")
        self._touch(found[0])

    def sees(self, words: str) -> bool:
        """True when `words` stand on the operator's screen."""
        return labels.plain(words) in labels.plain("\n".join((self.view.title, *self.view.words)))

    def row(self, name: str) -> str:
        """The value beside a name; raises ExpectationError where there is no such row."""
        words = self.view.words
        self._world.expect(name in words, f"a row 「{name}」", " | ".join(words))
        return words[words.index(name) + 1]

    def written(self) -> str:
        """Everything that was exported."""
        files = sorted((self._world.folder / "office").glob("*.txt"))
        return "\n".join(file.read_text(encoding="utf-8") for file in files)

    @property
    def _office(self) -> Office:
        self._world.pump()
        self._world.kiosk.office.pump()
        return self._world.kiosk.office

    def _type(self, pin: str) -> None:
        secret = operator_pin(self._world.folder)
        if not secret.is_set:
            secret.set(PIN, bytes)
        if not self.is_open:
            self._world.expect(self.knock(), "the operator's menu to open", "a visit is under way")
        for digit in pin:
            self._touch(next(one for one in self.view.buttons if (one.button, one.value) == (Button.DIGIT, digit)))
        self._touch(next(one for one in self.view.buttons if one.button == Button.NEXT))

    def _touch(self, press: Press) -> None:
        touched = self._office.touch(Touch(self.view.view_id, press.button, press.value))
        self._world.expect(touched, f"「{press.label}」 can be pressed", "it is grey")
        self._world.pump()
