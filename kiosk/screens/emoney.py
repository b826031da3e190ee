"""S-21 and S-22: a card or phone is held to the e-money reader, and what became of it is asked.

Separate from the other screens of paying because they belong to a device of its own.
"""

from kiosk.screens.layout import TOUCH
from kiosk.screens.parts import Desk
from kiosk.screens.view import Press, Role
from kiosk.session.buttons import Button
from kiosk.session.moves import known

_PICTURE, _PICTURE_LEAST = 420, 96


def touching(desk: Desk) -> None:
    """S-21: the fee, where to hold the card, and the way back to cash."""
    left, right = desk.columns()
    desk.question(left)
    if coins := desk.session.change:
        desk.text(left, desk.say("back", yen=f"{coins:,}"), bold=True)
    desk.facts(right, ((desk.say("due"), desk.say("yen", yen=f"{known(desk.session.order).fee:,}")),), 57)
    if not desk.session.notice:
        desk.remark(left, desk.say("note"))
    cash = right.take_bottom(TOUCH)
    desk.put(Press(cash, Button.PAY_CASH, desk.say("cash"), role=Role.OUTLINED))
    if right.left >= _PICTURE_LEAST:
        desk.picture(right, "emoney", _PICTURE, moving=True)
    desk.foot(cancel=True)


def debiting(desk: Desk) -> None:
    """S-22: nothing can be cancelled while it is not known whether the fee has left the card."""
    left, right = desk.columns()
    if desk.session.notice:
        desk.question(left, desk.say("question-again"), desk.say("why-again"))
        desk.picture(right, "emoney", _PICTURE, moving=True)
        return
    desk.question(left)
    if desk.session.rounds:
        desk.text(left, desk.say("asking"), bold=True)
    desk.picture(right, "working", _PICTURE, moving=True)
