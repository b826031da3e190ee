"""S-16 … S-19: printing, the paper in the customer's hand, receipt, once more or not.

From here nothing can be cancelled: what happens is either the whole set or a refund (I2, X-26).
"""

from dataclasses import replace

from kiosk.session import records
from kiosk.session.choose import kind_of
from kiosk.session.effects import PrintReceipt, ReportDelivered
from kiosk.session.events import (
    JobTaken,
    PaperTaken,
    ReceiptFailed,
    ReceiptPrinted,
    SetsPrinted,
    SheetPrinted,
    Started,
    TimeShort,
    Touched,
    Unanswered,
)
from kiosk.session.failures import fail
from kiosk.session.identify import ask_for_card
from kiosk.session.leave import WIPED, forgotten
from kiosk.session.moves import Result, alarmed, asking, go, known, rounds_left, told
from kiosk.session.states import Purpose, Session, Step

YES = "yes"
RECEIPT_OUT = "receipt-out"


def job_taken(session: Session, event: JobTaken) -> Result:
    """S-16: the printer has a set of the order as a job of its own."""
    return session, (records.job_taken(known(session.order), event.set_number, event.job_id, event.job_uuid),)


def sheet_printed(session: Session, event: SheetPrinted) -> Result:
    """S-16: one more sheet lies in the outlet."""
    out = replace(session, sheets_printed=event.sheets, paper_waiting=event.sheets)
    return out, (records.sheet_out(known(session.order), event.sheets),)


def sets_printed(session: Session, _event: SetsPrinted) -> Result:
    """S-16 → S-17 on the printer's proof only; the centre is told."""
    order = known(session.order)
    asked = asking(replace(session, sheets_printed=order.sheets, paper_waiting=order.sheets))
    return go(asked, Step.TAKE_PAPER, records.printed(order), ReportDelivered(asked.awaiting, order))


def printer_silent(session: Session, _event: Unanswered) -> Result:
    """S-16: the printer does not answer; how much came out is unknown, so the set is void (fault-19)."""
    return fail(session, "E-99")


def paper_taken(session: Session, event: PaperTaken | Touched) -> Result:
    """S-17 → S-18; a reprint has its receipt already or never had one, so → S-20."""
    taken = replace(session, paper_waiting=0)
    if session.offer is None or session.purpose is Purpose.REPRINT:
        return forgotten(taken, event)
    return go(taken, Step.RECEIPT)


def paper_said_taken(session: Session, event: Touched) -> Result:
    """S-17, 取りました: believed only where no eye sees the outlet."""
    return (session, ()) if session.machine.outlet_watched else paper_taken(session, event)


def paper_still_there(session: Session, event: TimeShort) -> Result:
    """S-17: voice and alarm again; then the visit ends and the machine stays blocked (fault-45, O-57)."""
    return alarmed(session) if rounds_left(session) else forgotten(session, event)


def receipt_chosen(session: Session, event: Touched) -> Result:
    """S-18 → S-19; a receipt carries no personal data (S-18)."""
    if event.value != YES:
        return go(session, Step.ANOTHER)
    order = known(session.order)
    asked = asking(session)
    receipt = PrintReceipt(
        request_id=asked.awaiting,
        kind_name=kind_of(session).name,
        municipality_name=known(session.municipality).name,
        copies=session.choice.copies,
        fee=order.fee,
        set_numbers=tuple(one.number for one in order.sets),
        means=session.means,
    )
    return go(asked, Step.ANOTHER, receipt)


def receipt_printed(session: Session, _event: ReceiptPrinted) -> Result:
    """S-19: the receipt lies in its slot."""
    return replace(session, awaiting=""), ()


def receipt_failed(session: Session, event: ReceiptFailed) -> Result:
    """S-19: no receipt; the customer is told, the operator finds it in the journal (F-46)."""
    return told(session, RECEIPT_OUT), (records.receipt_failed(known(session.order), event.reason),)


def receipt_unanswered(session: Session, event: Unanswered) -> Result:
    """S-19: a receipt printer that is stuck."""
    return receipt_failed(session, ReceiptFailed(event.request_id, "timed-out"))


def another(session: Session, event: Started) -> Result:
    """S-19 → S-04: a visit of its own, with card and PIN again; nothing of the last one is kept."""
    fresh = Session(
        step=session.step,
        view_id=session.view_id,
        id=event.session_id,
        machine=session.machine,
        out_of_service=session.out_of_service,
        headphones=session.headphones,
        reader_ready=session.reader_ready,
        card_present=session.card_present,
        consent=session.consent,
        services=session.services,
        change=session.change,
        paper_waiting=session.paper_waiting,
    )
    shown, effects = ask_for_card(fresh, event)
    return shown, (*WIPED, records.closed(), records.session_began(), *effects)
