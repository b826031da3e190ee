"""The walk through 利用登録 for the pictures: a person who lives elsewhere applies at a real kiosk.

Separate from `screenshots`, whose walk it prolongs, because it is a visit of its own.
"""

from typing import TYPE_CHECKING

from kiosk.session.buttons import Button

if TYPE_CHECKING:
    from kiosk.screenshots import Walk

APPLICANT, TOWN = "akio", "012351"
TEN = ("S-50", "S-51", "S-52", "S-53", "S-54", "S-54-candidates", "S-56", "S-57", "S-58", "S-60")
_KEYS = Button.KEY
_FAMILY, _GIVEN = ("い", "し", "か", "り"), ("た", "た", "し")
_LOT, _TELEPHONE = ("1", "0", "番地"), "0133721234"


def apply(walk: "Walk") -> None:
    """Begin where a card still lies there, and end with the 受付番号."""
    from card import people

    holder = people.read(APPLICANT)
    walk.kiosk.bench.remove()
    walk.settle()
    for button in (Button.FINISH, Button.ADMINISTRATIVE_SERVICE, Button.ENROL):
        walk.press(button)
    walk.note()
    walk.press(Button.AGREE)
    walk.kiosk.bench.place(APPLICANT)
    walk.settle()
    walk.press(Button.MUNICIPALITY, TOWN)
    _type(walk, Button.DIGIT, tuple(holder.pin))
    for button in (Button.NEXT, Button.APPLY):
        walk.press(button)
        walk.note()
    walk.press(Button.PLACE)
    _type(walk, _KEYS, _LOT)
    _written(walk)
    _names(walk)
    _type(walk, _KEYS, tuple(_TELEPHONE))
    _written(walk)
    _type(walk, Button.DIGIT, tuple(holder.signature_password or ""))
    _written(walk)
    _written(walk)
    walk.note()


def _names(walk: "Walk") -> None:
    for number, keys in enumerate((_FAMILY, _GIVEN)):
        for place, key in enumerate(keys):
            walk.press(_KEYS, key)
            if number and place == 1:
                walk.press(Button.VOICED)
        walk.note()
        walk.press(Button.CONVERT)
        walk.note(f"{walk.kiosk.runner.session.step}-candidates")
        walk.press(Button.CANDIDATE)
        walk.press(Button.NEXT)


def _type(walk: "Walk", button: Button, keys: tuple[str, ...]) -> None:
    for key in keys:
        walk.press(button, key)


def _written(walk: "Walk") -> None:
    walk.note()
    walk.press(Button.NEXT)
