"""The customer of a scenario: one card in hand, a finger, coins, and eyes for what the screen offers.

Separate from the world because everything here costs the customer time, and because the PIN is
known here only: it goes from the person's file to the touches, never into a step or a report.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

import assets
from assets import tables
from card.virtual.applets import AUTHENTICATION_PIN, AUTHENTICATION_TRIES, SIGNATURE_PASSWORD
from card.virtual.personalise import phone_state
from card.virtual.state import StateFile
from kiosk.emoney import Medium
from kiosk.replay import labels
from kiosk.replay.errors import ExpectationError
from kiosk.screens.view import Press, Touch
from kiosk.session.buttons import Button
from kiosk.session.identify import LAST_TRY
from kiosk.session.secrets import typed_on
from kiosk.session.states import Secret, Step

if TYPE_CHECKING:
    from kiosk.replay.world import World

POINT = 1.1
DECIDE = 1.35
"""Seconds of the keystroke-level model (Card, Moran, Newell 1980): to point, and to decide before it.

A touch costs both, the next digit or coin only the pointing.
"""

_CONFIRMED = (Step.PIN, Step.PIN_AGAIN, Step.ENROL_CHECK)
"""Where つぎへ lets the card be told a secret."""

PIECES = (1000, 500, 100, 50, 10)


NEW = {Secret.AUTHENTICATION: "8051", Secret.SIGNATURE: "NEU9WORT7"}
"""What a customer takes as a new secret."""

_IEF = {Secret.AUTHENTICATION: AUTHENTICATION_PIN, Secret.SIGNATURE: SIGNATURE_PASSWORD}
_SLIP = {Secret.AUTHENTICATION: "8052", Secret.SIGNATURE: "NEU9WORT8"}


class _Phone(BaseModel):
    model_config = ConfigDict(extra="ignore")

    pin: str


class _Card(BaseModel):
    model_config = ConfigDict(extra="ignore")

    pin: str
    signature_password: str = ""
    phone: _Phone | None = None
    birthday: date


class Customer:
    """Acts on the world's machine. `confirmations`: how often an entered PIN was confirmed; `has_phone`: no card."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._hand = ""
        self.has_phone = False
        self._taken: set[tuple[str, Secret]] = set()
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
        self._hand, self.has_phone = _known(person), False

    def hold_phone(self, person: str) -> None:
        """Take the phone of `person` in hand."""
        self._hand, self.has_phone = _known(person), True

    def place_phone(self, generation: int | None = None, *, confirmed: bool | None = None) -> None:
        """Hold the phone in hand to the reader, or an older one (see `Bench.place_phone`)."""
        self._act()
        self._world.kiosk.bench.place_phone(self.card_in_hand, generation, confirmed=confirmed)
        self._world.pump()

    def place_card(self, person: str = "", profile: str = "resettable", issued: datetime | None = None) -> None:
        """Put a card on the reader, the one in hand unless `person` is given; the rest as `Bench.place`."""
        if person:
            self.hold(person)
        if self.has_phone:
            self.place_phone()
            return
        self._act()
        bench = self._world.kiosk.bench
        if bench.card_on_reader is not None:
            bench.remove()
        bench.place(self.card_in_hand, profile=profile, issued=issued)
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
        pin = self._present(Secret.AUTHENTICATION)
        self._type((pin if right else _other(pin))[:digits])

    def type_present(self, *, right: bool) -> None:
        """Touch the secret that the screen asks for, as it is now, or (`right` False) another."""
        present = self._present(self._asked())
        self._type(present if right else _other(present))

    def type_new(self, which: str = "") -> None:
        """Touch a new secret: the usual one, or one that nobody should take (keys of `_UNWANTED`)."""
        secret = self._asked()
        self._type(_UNWANTED[which](_card(self.card_in_hand), secret) if which else NEW[secret])

    def type_keys(self, keys: str) -> None:
        """Touch these keys of a secret pad."""
        self._type(keys)

    def use_new(self, secret: Secret) -> None:
        """From now on the card in hand has the new secret."""
        self._taken.add((self.card_in_hand, secret))

    def opens(self, secret: Secret, *, new: bool) -> bool:
        """Say whether the newest card of this person holds the new or the old value, without using a try."""
        value = NEW[secret] if new else _same(_card(self.card_in_hand), secret)
        state = StateFile(self._world.folder / "card", self.card_in_hand).read()
        return state is not None and state.cards[state.generation][_IEF[secret]].matches(value.encode())

    def _present(self, secret: Secret) -> str:
        if (self.card_in_hand, secret) in self._taken:
            return NEW[secret]
        card = _card(self.card_in_hand)
        if self.has_phone and card.phone is not None:
            return card.phone.pin
        return card.pin if secret is Secret.AUTHENTICATION else card.signature_password

    def _asked(self) -> Secret:
        self._world.settle(lambda: typed_on(self._world.runner.session) is not None)
        secret = typed_on(self._world.runner.session)
        if secret is None:
            raise ExpectationError(f"expected a screen that asks for a secret, but it is {self._world.screen}")
        return secret

    def _type(self, keys: str) -> None:
        self._world.wait(DECIDE)
        for key in keys:
            self._act(POINT)
            self._touch(Button.DIGIT, key.upper())

    def tries_left(self) -> int:
        """Tries that the 4-digit PIN of card or phone in hand has left, as it says itself."""
        name = phone_state(self.card_in_hand) if self.has_phone else self.card_in_hand
        state = StateFile(self._world.folder / "card", name).read()
        return AUTHENTICATION_TRIES if state is None else state.cards[state.generation][AUTHENTICATION_PIN].tries

    # Panel

    def press(self, label: str, row: str = "") -> None:
        """Touch the one button that bears `label`, in the row beginning with `row`; waits while answers may free it."""
        self._act()
        self._world.settle(lambda: any(one.enabled for one in self.fitting(label, row)))
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
        self.confirmations += view.step in _CONFIRMED and press.button == Button.NEXT

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
        if view.step in _CONFIRMED and button in (Button.NEXT, Button.AGREE):
            self.confirmations += self._world.runner.session.notice != LAST_TRY
        return True

    # Money and paper

    def insert(self, yen: int) -> None:
        """Put pieces of together `yen` into the coin box, large ones first; pieces it refuses stay in hand."""
        self.insert_pieces(_pieces(yen))

    def insert_pieces(self, pieces: Sequence[int]) -> None:
        """Put these pieces into the coin box, one after another; pieces it refuses stay in hand."""
        bench = self._world.kiosk.bench
        self._world.wait(DECIDE)
        for piece in pieces:
            self._act(POINT)
            self.put_in += piece if bench.insert(piece) else 0
            self._world.pump()

    def hold_emoney(self, medium: Medium) -> None:
        """Hold the e-money card or phone to its reader for a moment."""
        self._act()
        self._world.kiosk.bench.hold_emoney(medium)
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
        """Yen put in less yen that came back, what lies in the tray included, and yen that left card or phone."""
        return self.put_in - self.taken_back - self.tray() + self._world.kiosk.bench.spent

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
def _card(person: str) -> _Card:
    return tables.read(assets.path(f"people/{person}.toml"), _Card, "card")


def _other(secret: str) -> str:
    return "".join(str((int(one) + 5) % 10) if one.isdigit() else one for one in secret)


def _birthday(card: _Card, secret: Secret) -> str:
    return f"{card.birthday:%m%d}" if secret is Secret.AUTHENTICATION else f"A{card.birthday:%Y%m%d}"


def _same(card: _Card, secret: Secret) -> str:
    return card.pin if secret is Secret.AUTHENTICATION else card.signature_password


_UNWANTED: dict[str, Callable[[_Card, Secret], str]] = {
    "順番の数字": lambda _card, _secret: "4567",
    "くり返し": lambda _card, secret: "7777" if secret is Secret.AUTHENTICATION else "AAA111",
    "誕生日": _birthday,
    "いまと同じもの": _same,
    "数字だけ": lambda _card, _secret: "80510736",
    "まちがえたもの": lambda _card, secret: _SLIP[secret],
}
"""What a scenario calls a new secret that is no good."""


def _known(person: str) -> str:
    if not assets.path(f"people/{person}.toml").is_file():
        raise ExpectationError(f"expected a fictional person, but there is no assets/people/{person}.toml")
    return person
