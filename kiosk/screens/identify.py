"""S-04 … S-08: card on, municipality, PIN, waiting, card off."""

from kiosk.screens.browse import narrowing, pages
from kiosk.screens.keyboard import entry, last_try
from kiosk.screens.layout import GAP
from kiosk.screens.parts import Desk
from kiosk.screens.view import Press, Role
from kiosk.session import phones
from kiosk.session.buttons import Button
from kiosk.session.identify import LAST_TRY
from kiosk.session.states import Medium, Platform, Purpose, Register, Session
from kiosk.session.towns import shelf

_IN_ONE_COLUMN = 5
_PICTURE = 520
_RETRY_NOTICES = ("E-01", "E-03", "E-03-pin-sent", "E-03-phone", phones.DECLINED)
_INSTEAD = {phones.CARD_INSTEAD: Button.USE_CARD, phones.PHONE_INSTEAD: Button.USE_PHONE}
_MAY_STAY = (*_RETRY_NOTICES, *_INSTEAD)
"""Notices about a card or phone that need not be taken off the reader."""


def place_card(desk: Desk) -> None:
    """S-04: put it there; while it is looked at, leave it there."""
    left, right = desk.columns()
    question, why, picture = _asked_at_reader(desk.session)
    desk.question(left, desk.say_of_medium(question), desk.say_of_medium(why))
    if desk.session.notice in _RETRY_NOTICES and desk.session.card_present:
        desk.put(Press(right.take_bottom(112), Button.RETRY, desk.say("retry"), role=Role.OUTLINED))
    instead = _INSTEAD.get(desk.session.notice)
    if instead is not None:
        desk.put(Press(right.take_bottom(112), instead, desk.say(f"go-on-{instead}"), role=Role.OUTLINED))
    desk.picture(right, picture, _PICTURE, moving=True)
    desk.foot(back=True, cancel=True)


def _asked_at_reader(session: Session) -> tuple[str, str, str]:
    """Question, reason and picture: wait, take away what cannot be used, or put it there."""
    if session.card_present and session.awaiting:
        return "looking", "looking-why", "working"
    if session.card_present and session.notice and session.notice not in _MAY_STAY:
        return "away", "away-why", "card-away"
    return "question", "why", "card-on-reader" if session.medium is Medium.CARD else "phone"


def municipality(desk: Desk) -> None:
    """S-05: whose register first, then the list by kana."""
    register = desk.session.register
    if register is None:
        _which_register(desk)
    else:
        _which_town(desk, register)
    desk.foot(back=True, cancel=True)


def _which_register(desk: Desk) -> None:
    left, right = desk.columns()
    desk.question(left)
    for cell, one in zip(right.grid(2), Register, strict=True):
        note = desk.say(f"{one}-note")
        picture = "house" if one is Register.RESIDENCE else "book"
        desk.put(Press(cell, Button.REGISTER, desk.say(one), value=one, note=note, picture=picture))


def _which_town(desk: Desk, register: Register) -> None:
    left, right = desk.columns()
    desk.question(left, desk.say(f"question-{register}"), desk.say("why-list"))
    services = desk.session.services
    seen = shelf(() if services is None else services.municipalities, desk.session.browsing)
    turning = narrowing(desk, right, seen)
    waiting = bool(desk.session.awaiting)
    cells = right.grid(len(seen.things), 1 if len(seen.things) <= _IN_ONE_COLUMN else 2, gap=GAP // 2)
    for cell, town in zip(cells, seen.things, strict=True):
        desk.put(
            Press(cell, Button.MUNICIPALITY, town.name, value=town.code, note=town.prefecture, enabled=not waiting)
        )
    pages(desk, turning, seen.page, seen.pages)


def pin(desk: Desk) -> None:
    """S-06: four digits behind dots; the last try is asked about once more."""
    if desk.session.notice == LAST_TRY:
        last_try(desk)
        return
    town = desk.session.municipality
    # Finger or face on the phone instead of the PIN, where the municipality has it so (O-15, X-23).
    on_phone = desk.session.platform is Platform.ANDROID and town is not None and town.phones.biometrics
    instead = (Button.ON_PHONE, desk.say("on-phone")) if on_phone else None
    back = desk.session.purpose is not Purpose.REPRINT
    entry(desk, desk.say_of_medium("question"), desk.say_of_medium("why"), back=back, instead=instead)


def authenticating(desk: Desk) -> None:
    """S-07: wait; 中止 works."""
    left, right = desk.columns()
    desk.question(left, desk.say_of_medium("question"), desk.say_of_medium("why"))
    desk.picture(right, "working", _PICTURE, moving=True)
    desk.foot(cancel=True)


def remove_card(desk: Desk) -> None:
    """S-08: the gate; nothing goes on while the card lies there (I-68)."""
    left, right = desk.columns()
    desk.question(left, desk.say_of_medium("question"), desk.say_of_medium("why"))
    desk.text(left, desk.say_of_medium("gate"), bold=True)
    desk.picture(right, "card-away" if desk.session.platform is None else "phone", _PICTURE, moving=True)
    desk.foot(cancel=True)
