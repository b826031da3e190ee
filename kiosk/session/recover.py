"""R-01: after a crash between fee and paper, the same card gets the same sets, or the fee is owed.

Separate because it borrows the card chapter (S-04 … S-08) and the printing chapter and has rules of
its own: same card, same set numbers, no second fee (fault-18), 30 minutes (design 3.3).
"""

from dataclasses import replace

from kiosk.session.effects import AskOrder
from kiosk.session.events import UnfinishedFound
from kiosk.session.failures import fail
from kiosk.session.moves import Result, asking, go, known
from kiosk.session.states import Purpose, Session, Step, card_mark

OTHER_CARD = "other-card"
POWER_CUT = "E-63"


def found(session: Session, event: UnfinishedFound) -> Result:
    """S-00 → R-01: a paid order has no paper."""
    waiting = replace(session, purpose=Purpose.REPRINT, id=event.order.request_id, order=event.order)
    return go(waiting, Step.RECOVERY)


def same_card(session: Session) -> bool:
    """True when the card on the reader is the one that placed the order."""
    order = session.order
    return order is not None and card_mark(order.request_id, session.auth_cert) == order.card_mark


def fetch(session: Session) -> Result:
    """→ S-14: the sets that were paid for, from the centre."""
    asked, order = asking(session), known(session.order)
    ask = AskOrder(asked.awaiting, order.request_id, known(session.municipality).code, order)
    return go(asked, Step.PREPARING, ask)


def give_up(session: Session, _event: object) -> Result:
    """R-01: no card, or 30 minutes are over: the set is void, the fee an operator's task."""
    return fail(replace(session, fee_taken=True, order_id=known(session.order).request_id), POWER_CUT)
