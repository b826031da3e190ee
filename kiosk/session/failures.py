"""How a visit ends early: what is recorded, what becomes of the order and the money, what is shown.

Separate because every chapter can fail and the promises are the same everywhere: the PIN is wiped,
money in the coin box goes back, an order that is open at the centre is made void, a fee without its
sets is on record as owed before the screen says so (I2, I7).
"""

from dataclasses import replace

from kiosk.session import records
from kiosk.session.effects import (
    CloseMoneyReader,
    Effect,
    OpenRefund,
    ReturnMoney,
    SettleDebit,
    VoidOrder,
    WipePin,
)
from kiosk.session.events import (
    Broken,
    CardRefused,
    CentreLost,
    MoneyReturned,
    PrintFailed,
    Refused,
    Reported,
    Touched,
    Unanswered,
)
from kiosk.session.moves import Result, asking, go, known
from kiosk.session.states import PIN_SENT, Choice, Failure, Means, Session, Step

CANCELLED = "cancelled"


def fail(session: Session, code: str, detail: str = "") -> Result:
    """End the visit with `code`; see the module for what holds on every way here."""
    owed = session.order.fee if session.fee_taken and session.order is not None else 0
    money_back, returning = _money_back(session, owed)
    settled, settling = _debit_settled(money_back)
    voided, voiding = _order_void(settled)
    scrubbed = replace(
        voided,
        enrolment=None,
        digits=0,
        auth_cert=b"",
        challenge=b"",
        offer=None,
        choice=Choice(),
        failure=Failure(
            code,
            detail,
            owed,
            by_touch=any(isinstance(one, OpenRefund) for one in returning),
            in_doubt=known(session.order).fee if settling else 0,
        ),
    )
    written: tuple[Effect, ...] = (records.failed(code, session.order_id),)
    if owed:
        written += (records.refund_owed(session.order_id, owed),)
    if settling:
        written += (records.debit_unknown(known(session.order)),)
    return go(scrubbed, Step.FAILED, *written, WipePin(), *returning, *settling, *voiding)


def _money_back(session: Session, owed: int) -> tuple[Session, tuple[Effect, ...]]:
    """Open coin box: back to the tray. A fee for sets that did not come: back if the device can (X-26)."""
    if session.step is Step.PAYING:
        return replace(session, change=session.change + session.inserted, inserted=0), (ReturnMoney(),)
    if session.step in (Step.TOUCHING, Step.DEBITING):
        return session, (CloseMoneyReader(),)
    if owed and session.order is not None and not session.order.reprint:
        paid_by_card = session.means is Means.EMONEY
        return session, (OpenRefund(session.order.request_id) if paid_by_card else ReturnMoney(),)
    return session, ()


def _debit_settled(session: Session) -> tuple[Session, tuple[Effect, ...]]:
    """A debit whose outcome is still unknown (F-38): asked for until it is known, though the visit is over."""
    if session.step is not Step.DEBITING:
        return session, ()
    asked = asking(session)
    return asked, (SettleDebit(asked.awaiting, known(session.order)),)


def _order_void(session: Session) -> tuple[Session, tuple[Effect, ...]]:
    if not session.order_id:
        return replace(session, awaiting=""), ()
    asked = asking(session)
    return asked, (VoidOrder(asked.awaiting, session.order_id),)


def cancelled(session: Session, _event: Touched) -> Result:
    """中止: card and money come back (every screen up to S-15)."""
    return fail(session, CANCELLED)


def timed_out(session: Session, _event: object) -> Result:
    """Nobody there any more: everything is given back and wiped (E-70)."""
    return fail(session, "E-70")


def broken(session: Session, event: Broken) -> Result:
    """Something the flow knows nothing of."""
    return fail(session, event.code)


def refused(session: Session, event: Refused) -> Result:
    """The centre said no, or its answer does not belong to this request (E-43: hard stop)."""
    return fail(session, event.code, event.detail)


def card_refused(session: Session, event: CardRefused) -> Result:
    """Another card than the one that was looked at lies on the reader (fault-04)."""
    return fail(session, event.code, event.detail)


def line_lost(session: Session, _event: CentreLost | Unanswered) -> Result:
    """The centre cannot be reached, and nothing was ordered yet (fault-26)."""
    return fail(session, "E-40")


def reader_lost(session: Session, _event: object) -> Result:
    """The reader is gone while the card is needed (fault-05, fault-06); under the PIN the outcome is unknown."""
    under_way = session.step is Step.AUTHENTICATING and session.challenge and session.digits
    return fail(replace(session, reader_ready=False, card_present=False), "E-04", PIN_SENT if under_way else "")


def print_failed(session: Session, event: PrintFailed) -> Result:
    """The set did not come out whole: void, and the fee goes back (fault-40, X-26)."""
    return fail(replace(session, sheets_printed=event.sheets, paper_waiting=event.sheets), event.code)


def money_returned(session: Session, event: MoneyReturned) -> Result:
    """The coin box has told what lies in the tray; what it gave back of a fee is no longer owed."""
    failure = session.failure
    owed = failure.refund_owed if failure and session.means is Means.CASH else 0
    back = min(max(event.tray - session.change, 0), owed)
    session = replace(session, change=event.tray)
    if failure is None or session.order is None or not back:
        return session, ()
    paid = replace(session, failure=replace(failure, refund_owed=failure.refund_owed - back))
    return paid, (records.returned(session.order.request_id, back),)


def reported(session: Session, _event: Reported) -> Result:
    """The centre has it in its books: delivered, or void when the visit failed."""
    written = records.void(session.order_id) if session.failure else records.delivered(session.order_id)
    return replace(session, awaiting="", order_id=""), (written,)
