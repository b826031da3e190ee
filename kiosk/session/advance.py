"""Takes one step on the table: session and event in, session and effects out. Pure.

What holds on every step stands here once: a late answer changes nothing, an act leads only where
its row says, a new screen speaks and starts its time, and the view id grows with what is shown.
"""

from dataclasses import fields, replace
from operator import attrgetter

from kiosk.session import display
from kiosk.session.buttons import Button
from kiosk.session.effects import ArmTimer, DisarmTimer, Effect, LookAtPrinter, Say
from kiosk.session.events import DigitTouched, Event, MoneyInserted, Touched
from kiosk.session.moves import Result
from kiosk.session.rows import Row, Trigger
from kiosk.session.states import Session, Step
from kiosk.session.timeouts import allowance
from kiosk.session.transitions import ROWS

_TABLE: dict[tuple[Step, Trigger], Row] = {(row.step, row.on): row for row in ROWS}
_TOUCHES: dict[tuple[Step, str], Row] = {(row.step, row.on): row for row in ROWS if isinstance(row.on, Button)}

_PRINTER_COUNTS = (Step.SERVICE_MENU, Step.CONFIRM, Step.RECOVERY)
"""Screens whose next step makes sense only with a printer that can print."""
_LIFE_SIGNS = (Touched, DigitTouched, MoneyInserted)
_NOT_SHOWN = ("view_id", "requests", "awaiting", "authentication", "challenge", "auth_cert")
_SHOWN = attrgetter(*(one.name for one in fields(Session) if one.name not in _NOT_SHOWN))
"""Everything of a session that its screen may depend on."""


def advance(session: Session, event: Event) -> Result:
    """Return the session after `event` and what is to be done, in this order.

    The very same session and no effects: not legal on this screen, or the answer to a request that
    is not awaited (any more). The second must be undone elsewhere by the runner (F-01).
    """
    shown = display.changed(session, event)
    if shown is not None:
        return _numbered(session, shown[0]), shown[1]
    row = row_for(session, event)
    if row is None or is_late(session, event):
        return session, ()
    alive = _refreshed(session, event)
    changed, effects = row.act(alive, event)
    if changed.step not in row.to:
        raise RuntimeError(f"{session.step} on {row.on} must not lead to {changed.step}")
    timed = effects + _screen(session, changed, event)
    settled = changed if changed.step is session.step else display.closed(changed)
    return _numbered(session, settled), timed


def row_for(session: Session, event: Event) -> Row | None:
    """Return the row of this event on the session's screen, None when it is not legal there."""
    if not isinstance(event, Touched):
        return _TABLE.get((session.step, type(event)))
    return _TOUCHES.get((session.step, event.button))


def is_late(session: Session, event: Event) -> bool:
    """True for an answer whose request is not the one that is awaited."""
    request_id: str | None = getattr(event, "request_id", None)
    return request_id is not None and request_id != session.awaiting


def _refreshed(session: Session, event: Event) -> Session:
    """Somebody is there: the warning about time is over."""
    return replace(session, time_short=False) if session.time_short and isinstance(event, _LIFE_SIGNS) else session


def _screen(before: Session, after: Session, event: Event) -> tuple[Effect, ...]:
    """A new screen speaks and may ask for the printer; a new screen or a sign of life starts the screen's time anew."""
    entered = after.step is not before.step
    said: tuple[Effect, ...] = (Say(f"{after.step}.say"),) if entered and after.step is not Step.IDLE else ()
    said += (LookAtPrinter(),) if entered and after.step in _PRINTER_COUNTS else ()
    if not entered and not isinstance(event, _LIFE_SIGNS):
        return said
    time = allowance(after)
    return (*said, DisarmTimer() if time is None else ArmTimer(time.idle, time.countdown))


def _numbered(before: Session, after: Session) -> Session:
    """Give what is shown now a number of its own; what is not shown does not count."""
    return replace(after, view_id=before.view_id + 1) if _SHOWN(before) != _SHOWN(after) else after
