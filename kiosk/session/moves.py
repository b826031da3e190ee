"""The few moves that every chapter of the flow is made of: stay, go on, ask somebody.

Separate because all chapters use them and they know none of the chapters.
"""

from dataclasses import replace
from typing import TypeVar

from kiosk.session.effects import ArmTimer, Effect, Say
from kiosk.session.states import Session, Step
from kiosk.session.timeouts import allowance

Result = tuple[Session, tuple[Effect, ...]]
T = TypeVar("T")


def known(value: T | None) -> T:
    """Return what a session has on this screen for certain; anything else is a bug and crashes."""
    if value is None:
        raise TypeError("this screen must not be reached without it")
    return value


def ignored(session: Session, _event: object) -> Result:
    """Change nothing: this may happen here and means nothing here."""
    return session, ()


def go(session: Session, step: Step, *effects: Effect) -> Result:
    """Show `step`; what only belonged to the screen before is gone."""
    fresh = replace(session, step=step, notice="", notice_detail="", time_short=False, extensions=0, rounds=0)
    return fresh, effects


def serves(session: Session, entry: str) -> bool:
    """True once the menu is known to have an entry (issue, registration, pins) today, and the service to be open."""
    services = session.services
    return services is not None and services.service.open and entry in services.services


def asking(session: Session) -> Session:
    """Take the next request id; it is the one that is awaited from now on."""
    number = session.requests + 1
    return replace(session, requests=number, awaiting=f"{session.id}-{number}")


def told(session: Session, notice: str, detail: str = "") -> Session:
    """Show a notice on the present screen; nothing is awaited any more."""
    return replace(session, awaiting="", notice=notice, notice_detail=detail)


def warned(session: Session, _event: object) -> Result:
    """Say that the screen's time is short (WCAG 2.2.1)."""
    return replace(session, time_short=True), (Say("time-short.say"),)


def extended(session: Session, _event: object) -> Result:
    """Give more time, as often as it is asked for; the touch starts the screen's time anew."""
    return replace(session, extensions=session.extensions + 1), ()


def alarmed(session: Session) -> Result:
    """Sound the alarm of this screen once more and wait for the next round."""
    time = allowance(session)
    rearmed = () if time is None else (ArmTimer(time.repeat, time.countdown),)
    said = Say(f"{session.step}.alarm", alarm=_sounds(session))
    return replace(session, rounds=session.rounds + 1), (said, *rearmed)


def _sounds(session: Session) -> bool:
    """Screen and voice everywhere; the alarm where the municipality wants it, or none is known (X-33)."""
    town = session.municipality
    return town is None or "alarm" in town.forget_alert.by


def rounds_left(session: Session) -> bool:
    """True while this screen's alarm may sound again."""
    time = allowance(session)
    return time is not None and session.rounds < time.rounds
