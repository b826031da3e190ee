"""The usual way through the screens, so that a scenario can begin where its question is.

Separate because it is a map: what a customer without a special wish does on each screen. What the
table of the step wishes otherwise is pressed by its words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

import assets
from assets import tables
from kiosk.emoney import Medium
from kiosk.replay import enrolling
from kiosk.replay.errors import ExpectationError
from kiosk.session.buttons import Button
from kiosk.session.choose import ITEM_WARNING, Question, question
from kiosk.session.states import Step

if TYPE_CHECKING:
    from kiosk.replay.world import World

_MOST_SCREENS = 40
_ENDING = (Step.TAKE_PAPER, Step.RECEIPT, Step.ANOTHER)
_COLUMNS = {
    "市区町村": "municipality",
    "どの": "register",
    "証明書": "kind",
    "だれの": "who",
    "年度": "year",
    "種類": "variant",
    "記載する": "items",
    "部数": "copies",
    "入れるお金": "money",
    "町名": "place",
    "番地": "lot",
    "氏": "family",
    "名": "given",
    "電話番号": "telephone",
}
_COLUMNS |= {name: name for name in ("municipality", "register", "who", "year", "variant", "items", "copies", "money")}
_COLUMNS["certificate"] = "kind"
_BETWEEN = "、"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the customer wants otherwise than usual: words of buttons, "" for the usual."""

    municipality: str = ""
    register: str = ""
    kind: str = ""
    who: str = ""
    year: str = ""
    variant: str = ""
    items: str = ""
    copies: str = ""
    money: str = ""
    place: str = ""
    lot: str = ""
    family: str = ""
    given: str = ""
    telephone: str = ""

    @classmethod
    def of(cls, table: tuple[tuple[str, ...], ...]) -> Wishes:
        """Read a two-column table; raises ExpectationError for a row that is no wish."""
        wishes = cls()
        for row in table:
            if len(row) != 2 or row[0] not in _COLUMNS:
                raise ExpectationError(f"expected rows of {' '.join(_COLUMNS)}, but there is {' | '.join(row)}")
            wishes = replace(wishes, **{_COLUMNS[row[0]]: row[1]})
        return wishes


class _Register(BaseModel):
    model_config = ConfigDict(extra="ignore")

    municipality: str


def go(world: World, screen: str, wishes: Wishes) -> None:
    """Do what is usual on each screen until `screen` stands there; raises ExpectationError where that ends."""
    for _ in range(_MOST_SCREENS):
        world.settle(lambda: world.screen == screen)
        if world.screen == screen:
            return
        before = world.runner.session
        if not act(world, wishes):
            break
        if world.runner.session == before and not world.is_waiting:
            break
    raise ExpectationError(f"expected to come to {screen}, but the way ends on {world.screen}")


def act(world: World, wishes: Wishes) -> bool:
    """Do what is usual on the present screen; False where nothing is."""
    way = _WAY.get(Step(world.screen))
    if way is not None:
        way(world, wishes)
    return way is not None


def leave(world: World) -> None:
    """Take everything that lies at the machine and end the visit; raises ExpectationError where that fails."""
    for _ in range(_MOST_SCREENS):
        if world.screen == Step.IDLE:
            return
        if world.screen in _ENDING:
            act(world, Wishes())
        else:
            _take_all(world, Wishes())
    raise ExpectationError(f"expected to come to {Step.IDLE}, but the visit goes on with {world.screen}")


def _button(button: Button, value: str = "") -> Callable[[World, Wishes], None]:
    def act(world: World, _wishes: Wishes) -> None:
        world.customer.press_button(button, value)

    return act


def _medium(world: World, _wishes: Wishes) -> None:
    world.customer.press_button(Button.USE_PHONE if world.customer.has_phone else Button.USE_CARD)


def _place_card(world: World, _wishes: Wishes) -> None:
    if world.kiosk.bench.card_on_reader is None:
        world.customer.place_card()


def _municipality(world: World, wishes: Wishes) -> None:
    if world.runner.session.register is None:
        _press(world, wishes.register, Button.REGISTER, "residence")
    else:
        usual = "" if wishes.municipality else _residence(world.customer.card_in_hand)
        _press(world, wishes.municipality, Button.MUNICIPALITY, usual)


def _pin(world: World, _wishes: Wishes) -> None:
    world.customer.type_pin(right=True)
    world.customer.press_button(Button.NEXT)


def _kind(world: World, wishes: Wishes) -> None:
    _press(world, wishes.kind, Button.KIND, "residence_copy")


def _persons(world: World, wishes: Wishes) -> None:
    match question(world.runner.session):
        case Question.YEAR:
            _press(world, wishes.year, Button.YEAR, "")
        case Question.VARIANT:
            _press(world, wishes.variant, Button.VARIANT, "")
        case Question.ONE:
            _press(world, wishes.who, Button.PERSON, "")
            world.customer.press_button(Button.NEXT)
        case _:
            _press(world, wishes.who, Button.WHO, "all")
            world.customer.press_button(Button.NEXT)


def _items(world: World, wishes: Wishes) -> None:
    for label in filter(None, wishes.items.split(_BETWEEN)):
        world.customer.press(label)
        if world.runner.session.notice == ITEM_WARNING:
            world.customer.press_button(Button.AGREE)
    world.customer.press_button(Button.NEXT)


def _copies(world: World, wishes: Wishes) -> None:
    for _ in range(int(wishes.copies or 1) - 1):
        world.customer.press_button(Button.MORE)
    world.customer.press_button(Button.NEXT)


def _pay(world: World, wishes: Wishes) -> None:
    order = world.runner.session.order
    due = order.fee if order is not None else 0
    world.customer.insert(int(wishes.money or due))


def _take_all(world: World, _wishes: Wishes) -> None:
    if world.kiosk.bench.card_on_reader is not None:
        world.customer.remove_card()
    if world.kiosk.bench.paper_waiting:
        world.customer.take_paper()
    if world.customer.tray():
        world.customer.take_money()
    world.customer.press_button(Button.FINISH)


_WAY: dict[Step, Callable[[World, Wishes], None]] = {
    Step.IDLE: _button(Button.ADMINISTRATIVE_SERVICE),
    Step.SERVICE_MENU: _button(Button.ISSUE),
    Step.CONSENT: _button(Button.AGREE),
    Step.MEDIUM: _medium,
    Step.PLACE_CARD: _place_card,
    Step.MUNICIPALITY: _municipality,
    Step.PIN: _pin,
    Step.REMOVE_CARD: lambda world, _wishes: world.customer.remove_card(),
    Step.KIND: _kind,
    Step.PERSONS: _persons,
    Step.ITEMS: _items,
    Step.COPIES: _copies,
    Step.CONFIRM: _button(Button.NEXT),
    Step.PAYING: _pay,
    Step.TOUCHING: lambda world, _wishes: world.customer.hold_emoney(Medium.CARD),
    Step.TAKE_PAPER: lambda world, _wishes: world.customer.take_paper(),
    Step.RECEIPT: _button(Button.RECEIPT, "no"),
    Step.ANOTHER: _button(Button.FINISH),
    Step.FORGOTTEN: _take_all,
    Step.FAILED: _take_all,
    Step.RECOVERY: _button(Button.REPRINT),
}


def _enrolling(world: World, wishes: Wishes) -> None:
    enrolling.act(world, enrolling.Wanted(wishes.place, wishes.lot, wishes.family, wishes.given, wishes.telephone))


_WAY |= dict.fromkeys(enrolling.STEPS, _enrolling)


def _press(world: World, label: str, button: Button, value: str) -> None:
    if label:
        world.customer.press(label)
    else:
        world.customer.press_button(button, value)


@cache
def _residence(person: str) -> str:
    return tables.read(assets.path(f"people/{person}.toml"), _Register, "register").municipality
