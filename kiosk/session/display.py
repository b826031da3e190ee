"""How the panel is shown: language, size of texts, colours, reach, headphones. Every screen can be set, none is left.

Separate from the table of transitions because it is the same on every screen and moves nobody
anywhere (JIS X 8341-5, EN 301 549 5.1). Whoever leaves the idle screen set for himself leaves it
as it was after a while.
"""

from dataclasses import replace

from kiosk.session.buttons import Button
from kiosk.session.effects import ArmTimer, DisarmTimer, Say
from kiosk.session.events import Event, HeadphonesMoved, TimedOut, Touched
from kiosk.session.moves import Result
from kiosk.session.states import Display, Overlay, Session, Step
from kiosk.session.timeouts import allowance

SIZES = 3
CONTRAST, LOW, SILENT = "contrast", "low", "silent"
CLOSE = "close"
"""Values of Button.COMFORT; a number from 0 sets the size of texts, "" opens the overlay."""
_UNTOUCHED = 60.0


def changed(session: Session, event: Event) -> Result | None:
    """Return what comes of an event that only concerns how the panel is shown, None for any other."""
    if isinstance(event, TimedOut) and session.step is Step.IDLE and session.display != Display():
        return replace(session, display=Display()), (DisarmTimer(),)
    if isinstance(event, HeadphonesMoved):
        return _listening(session, event.plugged)
    if not isinstance(event, Touched) or event.button not in (Button.LANGUAGE, Button.COMFORT):
        return None
    choose = _language if event.button == Button.LANGUAGE else _comfort
    shown = choose(session.display, event.value)
    return replace(session, display=shown, time_short=False), (_time(session),)


def closed(session: Session) -> Session:
    """Close what stands over a screen that is left."""
    if session.display.overlay is Overlay.NONE:
        return session
    return replace(session, display=replace(session.display, overlay=Overlay.NONE))


def _listening(session: Session, plugged: bool) -> Result:
    """Say how to go on by ear; pulled out, the loudspeaker guides again (EN 301 549 5.1.3.1)."""
    shown = replace(session, headphones=plugged, time_short=False)
    says: tuple[Say, ...] = (Say("headphones.say"),) if plugged else ()
    if not plugged and session.step is not Step.IDLE:
        says = (Say(f"{session.step}.say"),)
    return shown, (*says, _time(session))


def _language(display: Display, code: str) -> Display:
    if not code:
        return replace(display, overlay=Overlay.LANGUAGE)
    return replace(display, language=display.language if code == CLOSE else code, overlay=Overlay.NONE)


def _comfort(display: Display, value: str) -> Display:
    if value.isdecimal():
        return replace(display, size=int(value) % SIZES)
    if value == CONTRAST:
        return replace(display, contrast=not display.contrast)
    if value == LOW:
        return replace(display, low=not display.low)
    if value == SILENT:
        return replace(display, silent=not display.silent)
    return replace(display, overlay=Overlay.NONE if value == CLOSE else Overlay.COMFORT)


def _time(session: Session) -> ArmTimer | DisarmTimer:
    """A touch starts the screen's time anew; the idle screen goes back to what is usual."""
    if session.step is Step.IDLE:
        return ArmTimer(_UNTOUCHED, 0)
    time = allowance(session)
    return DisarmTimer() if time is None else ArmTimer(time.idle, time.countdown)
