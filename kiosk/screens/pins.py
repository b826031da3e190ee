"""S-70 … S-76: which secret, card on, the present one, the new one twice, waiting, done."""

from kiosk.screens import identify
from kiosk.screens.keyboard import entry, last_try
from kiosk.screens.parts import Desk
from kiosk.screens.view import Press
from kiosk.session.buttons import Button
from kiosk.session.identify import LAST_TRY
from kiosk.session.pins import task
from kiosk.session.secrets import typed_on
from kiosk.session.states import Secret

_PICTURE = 420


def menu(desk: Desk) -> None:
    """S-70: which of the two, and whether its present value is known; resets where the operator offers them (V-7)."""
    left, right = desk.columns()
    desk.question(left)
    desk.remark(left, desk.say("window"))
    cells = right.grid(4, 1, 160)
    for cell, secret in zip(cells[:2], Secret, strict=True):
        label, note = desk.say(f"change-{secret}"), desk.say(f"change-{secret}-note")
        desk.put(Press(cell, Button.CHANGE_PIN, label, value=secret, note=note))
    for cell, secret in zip(cells[2:], Secret, strict=True):
        here = secret in desk.session.machine.resets
        note = desk.say(f"reset-{secret}-note" if here else "reset-not-here")
        desk.put(Press(cell, Button.RESET_PIN, desk.say(f"reset-{secret}"), value=secret, note=note, enabled=here))
    desk.foot(back=True, cancel=True)


card = identify.place_card
"""S-71: put it there; while it is looked at, leave it there."""


def present(desk: Desk) -> None:
    """S-72: the secret that proves the holder; the last try is asked about once more."""
    if desk.session.notice == LAST_TRY:
        last_try(desk)
        return
    secret = typed_on(desk.session)
    entry(desk, desk.say(f"question-{secret}"), desk.say(f"why-{secret}"))


def new(desk: Desk) -> None:
    """S-73: the new one, with what it must not be."""
    secret = task(desk.session).secret
    entry(desk, desk.say(f"question-{secret}"), desk.say(f"why-{secret}"), tries=False)


def again(desk: Desk) -> None:
    """S-74: the new one once more; after it the card is told."""
    secret = task(desk.session).secret
    entry(desk, desk.say(f"question-{secret}"), desk.say(f"why-{secret}"), next_label=desk.say("change"), tries=False)


def working(desk: Desk) -> None:
    """S-75: the card is writing; it must not be moved."""
    left, right = desk.columns()
    desk.question(left)
    desk.picture(right, "working", _PICTURE, moving=True)


def done(desk: Desk) -> None:
    """S-76: changed, and the card is to be taken."""
    left, right = desk.columns()
    desk.picture(left, "tick", 160)
    desk.question(left, desk.say(f"question-{task(desk.session).secret}"), desk.say("why"))
    if desk.session.card_present:
        desk.text(left, desk.say("take"), bold=True)
        desk.picture(right, "card-away", _PICTURE, moving=True)
        return
    desk.finish(desk.texts.of("foot.finish"))
