"""S-14 and S-15: the sets are fetched and checked first, then the fee is taken, once (I2).

An unknown outcome is asked for, never guessed (fault-27): the same order again and again for a
minute, then it is made void. Nothing opens the coin box before the checked sets are here.
"""

from dataclasses import replace

from kiosk.session import records
from kiosk.session.choose import kind_of
from kiosk.session.effects import ArmTimer, AskOrder, DisarmTimer, OpenCoinBox, PrintSets, TakeFee
from kiosk.session.events import (
    CentreLost,
    ExactOnly,
    FeeTaken,
    MoneyInserted,
    PaymentFailed,
    Refused,
    SetsReady,
    Touched,
    Unanswered,
)
from kiosk.session.failures import CANCELLED, fail
from kiosk.session.moves import Result, asking, go, known
from kiosk.session.states import Purpose, Session, Step, card_mark
from kiosk.session.timeouts import ASK_AGAIN, ASK_ROUNDS, ROUNDS_PER_DEADLINE

BEFORE = "before"
"""Detail of a failure that happened before the fee was taken: its words are others than in mid-print."""


def sets_ready(session: Session, event: SetsReady) -> Result:
    """S-14 → S-15; a reprint is paid for already and goes straight to the printer.

    No other fee than the one confirmed at S-13 is ever asked for.
    """
    marked = replace(event.order, card_mark=card_mark(event.order.request_id, session.auth_cert))
    ready = replace(session, awaiting="", exact_only=False, order=marked, order_id=marked.request_id)
    if session.purpose is Purpose.REPRINT:
        return _print(replace(ready, order=replace(marked, reprint=True), fee_taken=True))
    if session.offer is not None and marked.fee != kind_of(session).fee * session.choice.copies:
        return fail(replace(ready, order=None), "E-43", "fee")
    shown, effects = go(ready, Step.PAYING, records.sets_ready(marked), OpenCoinBox(marked.fee))
    # Free of charge (practice): nothing is waited for, but the books tell it as any other order.
    settled, taking = (shown, ()) if marked.fee else money_inserted(shown, MoneyInserted(0))
    return settled, (*effects, *taking)


def refused(session: Session, event: Refused) -> Result:
    """S-14: no sets, or sets that are not this order's: nothing printed, nothing paid (E-43)."""
    return fail(session, event.code, event.detail)


def outcome_unknown(session: Session, event: CentreLost) -> Result:
    """S-14: never reached at the first asking → E-40, free of charge; else the outcome is asked for."""
    if not event.sent and session.rounds == 0 and session.purpose is Purpose.ISSUE:
        return fail(session, "E-40")
    return _wait(session, 1)


def unanswered(session: Session, _event: Unanswered) -> Result:
    """S-14: half a minute without an answer; ask for the outcome, twice at most."""
    waiting = replace(session, awaiting="", rounds=session.rounds + ROUNDS_PER_DEADLINE)
    return _given_up(waiting) if waiting.rounds >= ASK_ROUNDS else ask_again(waiting, _event)


def _wait(session: Session, rounds: int) -> Result:
    waiting = replace(session, awaiting="", rounds=session.rounds + rounds)
    if waiting.rounds >= ASK_ROUNDS:
        return _given_up(waiting)
    return waiting, (ArmTimer(ASK_AGAIN, 0),)


def _given_up(session: Session) -> Result:
    return fail(session, "E-41")


def ask_again(session: Session, _event: object) -> Result:
    """S-14: the same order, by its id."""
    if session.awaiting or session.municipality is None:
        return session, ()
    asked = asking(session)
    expected = session.order if session.purpose is Purpose.REPRINT else None
    order_id = expected.request_id if expected else session.order_id
    return asked, (AskOrder(asked.awaiting, order_id, session.municipality.code, expected), DisarmTimer())


def exact_only(session: Session, _event: ExactOnly) -> Result:
    """S-15: no change can be given; said before money is put in, and what would need change falls out again."""
    return replace(session, exact_only=True), ()


def money_inserted(session: Session, event: MoneyInserted) -> Result:
    """S-15: as soon as it is enough the fee is taken; further coins wait in the box."""
    counted = replace(session, inserted=event.total)
    order = known(session.order)
    if session.awaiting or event.total < order.fee:
        return counted, ()
    asked = asking(counted)
    return asked, (records.fee_due(order, session.means), TakeFee(asked.awaiting, order.request_id, order.fee))


def fee_taken(session: Session, event: FeeTaken) -> Result:
    """S-15, S-22 → S-16: the fee is in the cash box, or was debited; from here it is sets or refund."""
    paid = replace(session, awaiting="", fee_taken=True, inserted=0, change=session.change + event.change)
    printing, effects = _print(paid)
    return printing, (records.fee_taken(known(session.order), event.change, session.means), *effects)


def _print(session: Session) -> Result:
    asked = asking(session)
    order = known(session.order)
    return go(asked, Step.PRINTING, records.printing(order), PrintSets(asked.awaiting, order))


def payment_failed(session: Session, event: PaymentFailed) -> Result:
    """S-15, S-22: the fee could not be taken (E-50, fault-46): the money goes back, the order is void."""
    # The answer says for certain that nothing was debited: the visit ends as from the screen before.
    undebited = replace(session, step=Step.TOUCHING) if session.step is Step.DEBITING else session
    return fail(undebited, event.code, BEFORE)


def payment_unanswered(session: Session, _event: Unanswered) -> Result:
    """S-15: a stuck coin box; what lies in escrow goes back, what was taken is refunded."""
    return fail(session, "E-50")


def before_paying(session: Session, _event: Touched) -> Result:
    """S-15, S-21, 中止: while the fee is being taken it is too late, a moment before it is not (fault-46)."""
    return (session, ()) if session.awaiting else fail(session, CANCELLED)


def paying_timed_out(session: Session, _event: object) -> Result:
    """S-15, S-21: 180 s are over: the money goes back (service.md §1.2)."""
    return (session, ()) if session.awaiting else fail(session, "E-70")
