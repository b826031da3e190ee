"""S-21 and S-22: the fee is debited from an e-money card or phone, once, or its outcome is asked for.

Separate from cash because here the outcome can be unknown (F-38): the card leaves while it is written, or
the reader's answer is lost. It is asked for by the order's id until it is known, for a minute; then nothing
is printed, the order is void, and whatever turns out to have been debited is given back (design 3.3).
"""

from dataclasses import replace

from kiosk.session import records
from kiosk.session.effects import (
    ArmTimer,
    AskDebit,
    CloseMoneyReader,
    Debit,
    OpenCoinBox,
    OpenMoneyReader,
    ReturnMoney,
    Say,
)
from kiosk.session.events import Credited, DebitUnknown, MoneyCardHeld, MoneyReaderOut, NotDebited, Touched, Unanswered
from kiosk.session.failures import fail
from kiosk.session.moves import Result, asking, go, known, told
from kiosk.session.states import Means, Session, Step
from kiosk.session.timeouts import ASK_AGAIN, ASK_ROUNDS, ROUNDS_PER_ANSWER

SAME_CARD = "same-card"
UNKNOWN = "E-52"
READER_OUT = "emoney-out"
_DECLINED = {"balance": "E-51", "refused": "emoney-refused"}
_TOO_SHORT = "emoney-short"


def chosen(session: Session, _event: Touched) -> Result:
    """S-15 → S-21: coins put in so far fall back; too late once the fee is being taken."""
    if session.awaiting or not session.machine.emoney:
        return session, ()
    back = replace(session, means=Means.EMONEY, change=session.change + session.inserted, inserted=0)
    return go(back, Step.TOUCHING, ReturnMoney(), OpenMoneyReader(known(session.order).request_id))


def cash_chosen(session: Session, _event: object) -> Result:
    """S-21 → S-15."""
    cash = replace(session, means=Means.CASH, exact_only=False)
    return go(cash, Step.PAYING, CloseMoneyReader(), OpenCoinBox(known(session.order).fee))


def reader_out(session: Session, event: MoneyReaderOut) -> Result:
    """S-21 → S-15: the reader is switched off; cash will do."""
    shown, effects = cash_chosen(session, event)
    return told(shown, READER_OUT), effects


def held(session: Session, _event: MoneyCardHeld) -> Result:
    """S-21 → S-22: something is held to the reader; the journal knows of the debit before the reader does."""
    order = known(session.order)
    asked = asking(session)
    due = records.fee_due(order, session.means)
    return go(asked, Step.DEBITING, due, Debit(asked.awaiting, order.request_id, order.fee))


def not_debited(session: Session, event: NotDebited) -> Result:
    """S-22 → S-21: nothing has left the card: too little on it, refused, or too short a touch."""
    order = known(session.order)
    declined = records.debit_declined(order.request_id, event.reason)
    again, effects = go(session, Step.TOUCHING, declined, OpenMoneyReader(order.request_id))
    return told(again, _DECLINED.get(event.reason, _TOO_SHORT), f"{event.balance:,}"), effects


def in_doubt(session: Session, _event: DebitUnknown) -> Result:
    """S-22: the card left while it was written; the same card again says what became of it."""
    waiting = replace(told(session, SAME_CARD), rounds=session.rounds + 1)
    said = () if session.notice else (Say(f"{Step.DEBITING}.say-again"),)
    return fail(waiting, UNKNOWN) if waiting.rounds >= ASK_ROUNDS else (waiting, (*said, ArmTimer(ASK_AGAIN, 0)))


def unanswered(session: Session, event: Unanswered) -> Result:
    """S-22: the reader is silent; the outcome is asked for by the order's id."""
    waiting = replace(session, awaiting="", rounds=session.rounds + ROUNDS_PER_ANSWER)
    return fail(waiting, UNKNOWN) if waiting.rounds >= ASK_ROUNDS else ask_again(waiting, event)


def ask_again(session: Session, _event: object) -> Result:
    """S-22: what became of the debit? A question debits nothing."""
    if session.awaiting:
        return session, ()
    asked = asking(session)
    return asked, (AskDebit(asked.awaiting, known(session.order).request_id),)


def credited(session: Session, event: Credited) -> Result:
    """On any screen: the reader gave a fee back to the card that had paid it."""
    written = (records.returned(event.order_id, event.yen, Means.EMONEY),)
    failure, order = session.failure, session.order
    if failure is None or order is None or order.request_id != event.order_id:
        return session, written
    return replace(session, failure=replace(failure, refund_owed=0, credited=event.yen)), written


def refund_out(session: Session, _event: MoneyReaderOut) -> Result:
    """E-00: the reader cannot give the fee back; it is the operator's task."""
    return replace(session, failure=replace(known(session.failure), by_touch=False)), ()
