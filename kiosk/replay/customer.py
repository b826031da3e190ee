"""The customer of a scenario: one card in hand, a finger, coins, and eyes for what the screen offers.

Separate from the world because everything here costs the customer time, and because the PIN is
known here only: it goes from the person's file to the touches, never into a step or a report.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

import assets
from assets import tables
from kiosk.replay import labels
from kiosk.replay.errors import ExpectationError
from kiosk.screens.view import Press, Touch
from kiosk.session.buttons import Button
from kiosk.session.identify import LAST_TRY
from kiosk.session.states import Step

if TYPE_CHECKING:
    from kiosk.replay.world import World

POINT = 1.1
DECIDE = 1.35
"""Seconds of the keystroke-level model (Card, Moran, Newell 1980): to point, and to decide before it.

A touch costs both, the next digit or coin only the pointing.
"""

PIECES = (1000, 500, 100, 50, 10)


class _Card(BaseModel):
    model_config = ConfigDict(extra="ignore")

    pin: str


class Customer:
    """Acts on the world's machine. `confirmations`: how often an entered PIN was confirmed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._hand = ""
        self.confirmations = 0
        self.put_in = 0
        self.taken_back = 0

    # Card and PIN

    @property
    def card_in_hand(self) -> str:
        """Whose card this customer uses; raises ExpectationError when no step has said so."""
        if not self._hand:
            raise ExpectationError("expected a card in hand, but no step says whose")
        return self._hand

    def hold(self, person: str) -> None:
        """Take the card of `person` in hand."""
        self._hand = _known(person)

    def place_card(self, person: str = "") -> None:
        """Put a card on the reader, the one in hand unless `person` is given."""
        if person:
            self.hold(person)
        self._act()
        bench = self._world.kiosk.bench
        if bench.card_on_reader is not None:
            bench.remove()
        bench.place(self.card_in_hand)
        self._world.pump()

    def place_other_card(self) -> None:
        """Put a card on the reader that is no My Number card."""
        self._act()
        self._world.kiosk.bench.place_other()
        self._world.pump()

    def remove_card(self) -> None:
        """Take off what lies on the reader; raises ExpectationError when nothing does."""
        self._world.expect(self._world.kiosk.bench.card_on_reader is not None, "a card on the reader", "there is none")
        self._act()
        self._world.kiosk.bench.remove()
        self._world.pump()

    def type_pin(self, *, right: bool, digits: int = 4) -> None:
        """Touch digits of the PIN, or (`right` False) four others."""
        pin = _pin(self.card_in_hand)
        self._world.wait(DECIDE)
        for digit in (pin if right else _other(pin))[:digits]:
            self._act(POINT)
            self._touch(Button.DIGIT, digit)

    def tries_left(self) -> int:
        """Tries that the card in hand has left, as the card says."""
        people = {one.id: one for one in self._world.kiosk.bench.people()}
        return people[self.card_in_hand].tries_left

    # Panel

    def press(self, label: str, row: str = "") -> None:
        """Touch the one enabled button that bears `label`, in the row that begins with `row`."""
        self._act()
        press = self.find(label, row)
        self._world.expect(
            press.enabled, f"「{label}」 can be pressed", f"it is grey: {press.note or 'no reason shown'}"
        )
        self._touch(press.button, press.value)

    def press_button(self, button: Button, value: str = "") -> bool:
        """Touch the first enabled button of this sort (and value, where given); False where there is none."""
        self._act()
        return self._touch(button, value, must=False)

    def press_often(self, label: str, times: int) -> None:
        """Touch one place `times` times at once: every touch names the screen that was seen first."""
        self._act()
        press, view = self.find(label), self._world.view
        for _ in range(times):
            self._world.touch(Touch(view.view_id, press.button, press.value))
        self.confirmations += view.step == Step.PIN and press.button == Button.NEXT

    def find(self, label: str, row: str = "") -> Press:
        """Return the one button that bears `label`; waits for the devices when there is none yet."""
        self._world.settle(lambda: bool(self.fitting(label, row)))
        found = self.fitting(label, row)
        self._world.expect(bool(found), f"a button 「{row}{label}」", "there is none")
        self._world.expect(len(found) == 1, f"one button 「{row}{label}」", " / ".join(one.label for one in found))
        return found[0]

    def fitting(self, label: str, row: str = "") -> tuple[Press, ...]:
        """Return the buttons that bear exactly `label`, or else those that contain it."""
        return labels.fitting(self._world.view, label, row)

    def _touch(self, button: str, value: str, *, must: bool = True) -> bool:
        view = self._world.view
        found = [one for one in view.buttons if one.button == button and value in ("", one.value) and one.enabled]
        if not found:
            self._world.expect(not must, f"a button {button}", "there is none that can be pressed")
            return False
        self._world.touch(Touch(view.view_id, button, found[0].value))
        if view.step == Step.PIN and button in (Button.NEXT, Button.AGREE):
            self.confirmations += self._world.runner.session.notice != LAST_TRY
        return True

    # Money and paper

    def insert(self, yen: int) -> None:
        """Put pieces of together `yen` into the coin box, large ones first; pieces it refuses stay in hand."""
        bench = self._world.kiosk.bench
        self._world.wait(DECIDE)
        for piece in _pieces(yen):
            self._act(POINT)
            self.put_in += piece if bench.insert(piece) else 0
            self._world.pump()

    def take_money(self) -> None:
        """Empty the coin tray."""
        self._act()
        self.taken_back += self._world.kiosk.bench.take_money()
        self._world.pump()

    def take_paper(self) -> None:
        """Empty the outlet."""
        self._act()
        self._world.kiosk.bench.take_paper()
        self._world.pump()

    def tray(self) -> int:
        """Yen in the coin tray."""
        return self._world.kiosk.bench.money.tray

    def spent(self) -> int:
        """Yen put in less yen that came back, what lies in the tray included."""
        return self.put_in - self.taken_back - self.tray()

    def _act(self, seconds: float = DECIDE + POINT) -> None:
        self._world.wait(seconds)


def _pieces(yen: int) -> list[int]:
    found: list[int] = []
    for piece in PIECES:
        found += [piece] * (yen // piece)
        yen %= piece
    if yen:
        raise ExpectationError(f"expected coins from {PIECES[-1]} yen up, but {yen} yen are left over")
    return found


@cache
def _pin(person: str) -> str:
    return tables.read(assets.path(f"people/{person}.toml"), _Card, "card").pin


def _other(pin: str) -> str:
    return "".join(str((int(digit) + 5) % 10) for digit in pin)


def _known(person: str) -> str:
    if not assets.path(f"people/{person}.toml").is_file():
        raise ExpectationError(f"expected a fictional person, but there is no assets/people/{person}.toml")
    return person
