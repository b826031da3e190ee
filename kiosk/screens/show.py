"""Turns a session into the one View that stands for it: the only door to the screens.

Separate from the screens so that what all have in common, the skeleton, notices, the warning about
time and the caption, is added here and nowhere else.
"""

from collections.abc import Callable, Sequence

from kiosk.screens import choose, emoney, enrol, faults, identify, issue, pins, setting, start
from kiosk.screens.layout import Frame, fits, shape
from kiosk.screens.parts import Desk
from kiosk.screens.texts import Texts
from kiosk.screens.view import View
from kiosk.session.states import Overlay, Session, Step

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
    Step.TOUCHING: emoney.touching,
    Step.DEBITING: emoney.debiting,
    Step.PRINTING: issue.printing,
    Step.TAKE_PAPER: issue.take_paper,
    Step.RECEIPT: issue.receipt,
    Step.ANOTHER: issue.another,
    Step.FORGOTTEN: issue.forgotten,
    Step.FAILED: faults.failed,
    Step.RECOVERY: faults.recovery,
    Step.ENROL_CONSENT: enrol.consent,
    Step.ENROL_STATUS: enrol.status,
    Step.HONSEKI_PLACE: enrol.place,
    Step.HONSEKI_LOT: enrol.lot,
    Step.FAMILY_NAME: enrol.names,
    Step.GIVEN_NAME: enrol.names,
    Step.TELEPHONE: enrol.telephone,
    Step.SIGN_PASSWORD: enrol.password,
    Step.ENROL_CHECK: enrol.check,
    Step.APPLYING: enrol.applying,
    Step.APPLIED: enrol.applied,
    Step.PIN_SERVICE: pins.menu,
    Step.PIN_CARD: pins.card,
    Step.PIN_PRESENT: pins.present,
    Step.PIN_NEW: pins.new,
    Step.PIN_AGAIN: pins.again,
    Step.PIN_WORKING: pins.working,
    Step.PIN_DONE: pins.done,
}
_MADE_FOR = "ja"
_USUAL, _LESS, _LEAST = 100, 5, 70
_LARGER = (_USUAL, 115, 130)
_OWN_COUNTDOWN = (Step.FAILED, Step.RECOVERY)


def show(
    session: Session,
    texts: Texts,
    *,
    width: int = WIDTH,
    height: int = HEIGHT,
    caption: str = "",
    languages: Sequence[tuple[str, str]] = (),
) -> View:
    """Return the screen of `session` on a panel whose sides are as `width` to `height`.

    `texts` are those of the language in use, `languages` code and own name of all that can be
    chosen; `caption` is what was spoken. Larger texts are as large as everything still has its place.
    """
    shown = session.display
    # Japanese of the usual size is made to fit; everything else takes the largest size that does.
    least = _USUAL if texts.language == _MADE_FOR else _LEAST
    for percent in range(_LARGER[shown.size], least, -_LESS):
        view = _drawn(session, texts, shape(width, height, percent / 100, low=shown.low), caption, languages)
        if fits(view):
            return view
    return _drawn(session, texts, shape(width, height, least / 100, low=shown.low), caption, languages)


def _drawn(session: Session, texts: Texts, frame: Frame, caption: str, languages: Sequence[tuple[str, str]]) -> View:
    shown = session.display
    desk = Desk(session, texts, frame)
    desk.head()
    if session.time_short and session.step not in _OWN_COUNTDOWN:
        title = texts.of("time-short.title")
        faults.time_short(desk)
    elif shown.overlay is Overlay.LANGUAGE:
        title = texts.of("language.title")
        setting.language(desk, languages or ((texts.language, texts.of("language.name")),))
    elif shown.overlay is Overlay.COMFORT:
        title = texts.of("comfort.title")
        setting.comfort(desk, can_be_low=frame.top > 0 or frame.width < frame.height)
    else:
        title = _title(session, texts)
        _SCREENS[session.step](desk)
    desk.caption(caption)
    elements = tuple(desk.elements)
    return View(
        session.step,
        session.view_id,
        frame.width,
        frame.height,
        title,
        elements,
        caption,
        texts.language,
        shown.contrast,
        shown.silent,
        session.headphones,
    )


def _title(session: Session, texts: Texts) -> str:
    if session.step is Step.FAILED:
        return texts.of("failed.title")
    asked = choose.title(session) if session.step is Step.PERSONS else "title"
    return texts.of(f"{session.step}.{asked}")
