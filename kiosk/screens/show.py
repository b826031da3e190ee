"""Turns a session into the one View that stands for it: the only door to the screens.

Separate from the screens so that what all have in common, the skeleton, notices, the warning about
time and the caption, is added here and nowhere else.
"""

from collections.abc import Callable

from kiosk.screens import choose, faults, identify, issue, pins, start
from kiosk.screens.layout import Frame
from kiosk.screens.parts import Desk
from kiosk.screens.texts import Texts
from kiosk.screens.view import View
from kiosk.session.states import Session, Step

WIDTH = 1080
HEIGHT = 1440

_SCREENS: dict[Step, Callable[[Desk], None]] = {
    Step.IDLE: start.idle,
    Step.SERVICE_MENU: start.service_menu,
    Step.CONSENT: start.consent,
    Step.MEDIUM: start.medium,
    Step.PLACE_CARD: identify.place_card,
    Step.MUNICIPALITY: identify.municipality,
    Step.PIN: identify.pin,
    Step.AUTHENTICATING: identify.authenticating,
    Step.REMOVE_CARD: identify.remove_card,
    Step.KIND: choose.kinds,
    Step.PERSONS: choose.persons,
    Step.ITEMS: choose.items,
    Step.COPIES: choose.copies,
    Step.CONFIRM: choose.confirm,
    Step.PREPARING: issue.preparing,
    Step.PAYING: issue.paying,
    Step.PRINTING: issue.printing,
    Step.TAKE_PAPER: issue.take_paper,
    Step.RECEIPT: issue.receipt,
    Step.ANOTHER: issue.another,
    Step.FORGOTTEN: issue.forgotten,
    Step.FAILED: faults.failed,
    Step.RECOVERY: faults.recovery,
    Step.PIN_SERVICE: pins.menu,
    Step.PIN_CARD: pins.card,
    Step.PIN_PRESENT: pins.present,
    Step.PIN_NEW: pins.new,
    Step.PIN_AGAIN: pins.again,
    Step.PIN_WORKING: pins.working,
    Step.PIN_DONE: pins.done,
}
_OWN_COUNTDOWN = (Step.FAILED, Step.RECOVERY)


def show(session: Session, texts: Texts, *, width: int = WIDTH, height: int = HEIGHT, caption: str = "") -> View:
    """Return the screen of `session` on a panel of `width` × `height` units; `caption` is what was spoken."""
    desk = Desk(session, texts, Frame(width, height))
    desk.head()
    warning = session.time_short and session.step not in _OWN_COUNTDOWN
    (faults.time_short if warning else _SCREENS[session.step])(desk)
    desk.caption(caption)
    title = texts.of("time-short.title") if warning else _title(session, texts)
    return View(session.step, session.view_id, width, height, title, tuple(desk.elements), caption)


def _title(session: Session, texts: Texts) -> str:
    if session.step is Step.FAILED:
        return texts.of("failed.title")
    asked = choose.title(session) if session.step is Step.PERSONS else "title"
    return texts.of(f"{session.step}.{asked}")
