"""The last steps of every visit: what still lies there, everything wiped, the idle screen again.

Separate because a visit is left from many screens, and none of them may leave anything behind
(I6, O-58, I-68, O-57).
"""

from dataclasses import replace

from kiosk.session import records
from kiosk.session.effects import CloseMoneyReader, Effect, WipePin, WipeSession
from kiosk.session.events import CardPlaced, CardRemoved, MoneyTaken, PaperTaken, ReaderLost
from kiosk.session.moves import Result, alarmed, go, rounds_left
from kiosk.session.states import Choice, Purpose, Session, Step
from kiosk.session.timeouts import something_left

WIPED: tuple[Effect, ...] = (WipePin(), WipeSession())


def leave(session: Session, _event: object) -> Result:
    """End the visit: by way of S-20 while card, paper or change still lies there. No refund by touch after it."""
    left, effects = (forgotten if something_left(session) else close)(session, _event)
    refunding = session.failure is not None and session.failure.by_touch
    return left, (CloseMoneyReader(), *effects) if refunding else effects


def forgotten(session: Session, _event: object) -> Result:
    """S-20: nothing of the visit is kept any more; only what lies there counts."""
    kept = replace(session, offer=None, choice=Choice(), enrolment=None, auth_cert=b"", challenge=b"", digits=0)
    return go(kept, Step.FORGOTTEN, *WIPED)


def close(session: Session, _event: object) -> Result:
    """Wipe everything and show S-00, or R-01 when a paid order still waits for its reprint."""
    lying = session.paper_waiting if session.machine.outlet_watched else 0
    blank = Session(
        view_id=session.view_id,
        requests=session.requests,
        machine=session.machine,
        out_of_service=session.out_of_service,
        headphones=session.headphones,
        reader_ready=session.reader_ready,
        card_present=session.card_present,
        change=session.change,
        paper_waiting=lying,
        forgotten=session.card_present or lying > 0,
    )
    ended = (*WIPED, records.closed())
    if session.purpose is Purpose.REPRINT and not session.fee_taken and session.order is not None:
        waiting = replace(blank, purpose=Purpose.REPRINT, id=session.id, order=session.order)
        return go(waiting, Step.RECOVERY, *ended)
    return go(blank, Step.IDLE, *ended)


def _closed_when_clear(session: Session, event: object) -> Result:
    return (session, ()) if something_left(session) else close(session, event)


def card_taken(session: Session, event: CardRemoved | ReaderLost) -> Result:
    """S-20: the card is gone, or can no longer be watched."""
    ready = session.reader_ready and isinstance(event, CardRemoved)
    return _closed_when_clear(replace(session, card_present=False, reader_ready=ready), event)


def card_placed(session: Session, _event: CardPlaced) -> Result:
    """S-20: a card lies there (again)."""
    return replace(session, card_present=True, reader_ready=True), ()


def money_taken(session: Session, event: MoneyTaken) -> Result:
    """S-20: the coin tray is empty."""
    return _closed_when_clear(replace(session, change=0), event)


def paper_taken(session: Session, event: PaperTaken) -> Result:
    """S-20: the outlet is empty."""
    return _closed_when_clear(replace(session, paper_waiting=0), event)


def finished(session: Session, event: object) -> Result:
    """S-20, 終わる: only when nothing lies there any more; about an outlet without an eye the customer is believed."""
    lying = session.paper_waiting if session.machine.outlet_watched else 0
    return _closed_when_clear(replace(session, paper_waiting=lying), event)


def still_there(session: Session, event: object) -> Result:
    """S-20: alarm again; in the end the machine is blocked until a person takes the things away."""
    if something_left(session) and rounds_left(session):
        return alarmed(session)
    return close(session, event)
