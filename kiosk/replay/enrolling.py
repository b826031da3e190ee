"""What a customer writes for 利用登録: place and number, a name in kana and its kanji, a telephone number.

Separate from `route`, which knows the way through the screens, because typing is a trade of its own. What
a scenario does not say comes from the family register of the person whose card is in hand.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from assets import readings
from assets.readings import Sort
from kiosk.replay.errors import ExpectationError
from kiosk.session.buttons import Button
from kiosk.session.enrol import name, written
from kiosk.session.entries import Name
from kiosk.session.states import Session, Step
from municipality_client.centre import koseki_files, people
from municipality_client.centre.koseki import Koseki

if TYPE_CHECKING:
    from kiosk.replay.world import World

LOT_WORD = "番地"
TELEPHONE = "09012345678"
_DAKUTEN, _HANDAKUTEN = "\u3099", "\u309a"
_SMALL = dict(zip("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ", strict=True))
_MOST_PAGES = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the customer writes; "" is what the register says. Names as reading, space, written form."""

    place: str = ""
    lot: str = ""
    family: str = ""
    given: str = ""
    telephone: str = ""


def act(world: World, wanted: Wanted) -> None:
    """Do what is usual on the present screen of 利用登録."""
    customer, session = world.customer, world.runner.session
    match session.step:
        case Step.ENROL_CONSENT:
            customer.press_button(Button.AGREE)
        case Step.ENROL_STATUS:
            customer.press_button(Button.APPLY) or customer.press_button(Button.FINISH)
        case Step.HONSEKI_PLACE:
            choose_place(world, wanted.place or _place(customer.card_in_hand, session))
        case Step.HONSEKI_LOT:
            write_lot(world, wanted.lot or _lot(customer.card_in_hand, session))
            customer.press_button(Button.NEXT)
        case Step.FAMILY_NAME | Step.GIVEN_NAME:
            wish = wanted.family if session.step is Step.FAMILY_NAME else wanted.given
            write_name(world, *_read(wish or _name(customer.card_in_hand, session.step)))
            customer.press_button(Button.NEXT)
        case Step.TELEPHONE:
            write_keys(world, wanted.telephone or TELEPHONE)
            customer.press_button(Button.NEXT)
        case Step.SIGN_PASSWORD:
            customer.type_present(right=True)
            customer.press_button(Button.NEXT)
        case Step.ENROL_CHECK:
            customer.press_button(Button.NEXT)
        case _:
            customer.press_button(Button.FINISH)


STEPS = (
    *(Step.ENROL_CONSENT, Step.ENROL_STATUS, Step.HONSEKI_PLACE, Step.HONSEKI_LOT, Step.FAMILY_NAME, Step.GIVEN_NAME),
    *(Step.TELEPHONE, Step.SIGN_PASSWORD, Step.ENROL_CHECK, Step.APPLIED),
)


def choose_place(world: World, place: str) -> None:
    """Look for a place by its kana, and through the pages."""
    kana = next((one.kana for one in written(world.runner.session).desk.places if one.name == place), "")
    if not kana:
        raise ExpectationError(f"expected {place} in the list of places, but it is not there")
    first = unicodedata.normalize("NFD", kana)[0]
    for button, value in ((Button.ROW, _row(first)), (Button.KANA, first)):
        if any(one.button == button for one in world.view.buttons):
            world.customer.press_button(button, value)
    _through_pages(world, Button.PLACE, place)


def write_lot(world: World, lot: str) -> None:
    """Touch the digits and words of a number like 10番地2."""
    rest = unicodedata.normalize("NFKC", lot)
    while rest:
        key = LOT_WORD if rest.startswith(LOT_WORD) else rest[0]
        world.customer.press_button(Button.KEY, key)
        rest = rest.removeprefix(key)


def write_keys(world: World, keys: str) -> None:
    """Touch one key after the other."""
    for key in keys:
        world.customer.press_button(Button.KEY, key)


def write_reading(world: World, reading: str) -> None:
    """Touch kana; voiced and small ones take a second touch, half voiced ones a third."""
    for one in reading:
        base, *marks = tuple(unicodedata.normalize("NFD", _SMALL.get(one, one)))
        world.customer.press_button(Button.KEY, base)
        turns = {_DAKUTEN: 1, _HANDAKUTEN: 2}.get(marks[0], 0) if marks else 0
        for _ in range(turns):
            world.customer.press_button(Button.VOICED)
        if one in _SMALL:
            world.customer.press_button(Button.SMALL)


def write_name(world: World, reading: str, kanji: str) -> None:
    """Write a name by its reading; where it is not offered, character by character."""
    _clear(world)
    write_reading(world, reading)
    world.customer.press_button(Button.CONVERT)
    if _through_pages(world, Button.CANDIDATE, kanji, must=False):
        return
    world.customer.press_button(Button.ONE_BY_ONE)
    _clear(world)
    for character in kanji:
        write_reading(world, _reading_of(character))
        world.customer.press_button(Button.CONVERT)
        _through_pages(world, Button.CANDIDATE, character)


def _clear(world: World) -> None:
    while _current(world).text or _current(world).reading:
        world.customer.press_button(Button.ERASE)


def _current(world: World) -> Name:
    return name(world.runner.session)


def _through_pages(world: World, button: Button, value: str, *, must: bool = True) -> bool:
    for page in range(1, _MOST_PAGES):
        if any(one.button == button and one.value == value for one in world.view.buttons):
            return world.customer.press_button(button, value)
        if not world.customer.press_button(Button.PAGE, str(page)):
            break
    if must:
        raise ExpectationError(f"expected {value} to be offered, but it is not")
    return False


def _row(kana: str) -> str:
    return max(one for one in "あかさたなはまやらわ" if one <= kana)


@cache
def _reading_of(character: str) -> str:
    found = (reading for reading, ones in readings.entries(Sort.CHARACTER).items() if character in ones)
    return min(found, key=lambda one: (len(one), one))


@cache
def _register(person: str) -> Koseki:
    registers = (entry.koseki for entry in koseki_files.load_all(people.FOLDER))
    found = next((one for one in registers if one.member(person) is not None), None)
    if found is None:
        raise ExpectationError(f"expected {person} in a family register, but there is none")
    return found


def _place(person: str, session: Session) -> str:
    honseki = _register(person).honseki
    names = [one.name for one in written(session).desk.places if one.name in honseki]
    return max(names, key=len, default="")


def _lot(person: str, session: Session) -> str:
    return _register(person).honseki.partition(written(session).place)[2]


def _name(person: str, step: Step) -> str:
    koseki = _register(person)
    if step is Step.FAMILY_NAME:
        return f"{koseki.family_kana} {koseki.family_name}"
    kana = next((one.given_kana for one in koseki.members if one.given_name == koseki.head), "")
    return f"{kana} {koseki.head}"


def _read(wish: str) -> tuple[str, str]:
    reading, _, kanji = wish.partition(" ")
    return reading, kanji or reading
