"""Card, reader, paper and coins where the present screen does not wait for them: they are only noted.

Separate because these rows are the same on many screens. What is noted here decides later whether
S-04 is passed at once (X-16) and what S-20 still finds at the machine.
"""

from dataclasses import replace

from kiosk.session import records
from kiosk.session.events import PaperFound, PrinterSeen, ServiceSet
from kiosk.session.moves import Result
from kiosk.session.states import Session

UNNEEDED_CARD = "card-not-needed"


def card_noted(session: Session, _event: object) -> Result:
    """A card lies on the reader; nobody asked for it here."""
    return replace(session, card_present=True, reader_ready=True), ()


def card_unneeded(session: Session, _event: object) -> Result:
    """S-09 … S-19: the card was there and back already; say that it is not needed again."""
    return replace(session, card_present=True, reader_ready=True, notice=UNNEEDED_CARD, notice_detail=""), ()


def card_gone(session: Session, _event: object) -> Result:
    """The reader is empty; a notice about the card has done its work."""
    notice = "" if session.notice == UNNEEDED_CARD else session.notice
    return _unblocked(replace(session, card_present=False, notice=notice)), ()


def reader_gone(session: Session, _event: object) -> Result:
    """No reader; where no card is needed the visit goes on."""
    return _unblocked(replace(session, reader_ready=False, card_present=False)), ()


def reader_found(session: Session, _event: object) -> Result:
    """A reader is there again (fault-05)."""
    return replace(session, reader_ready=True), ()


def paper_gone(session: Session, _event: object) -> Result:
    """The outlet is empty."""
    return _unblocked(replace(session, paper_waiting=0)), ()


def paper_found(session: Session, event: PaperFound) -> Result:
    """S-00 at start: sheets of the visit before lie there; nobody's visit begins until they are taken."""
    return replace(session, paper_waiting=event.sheets, forgotten=True), ()


def printer_seen(session: Session, event: PrinterSeen) -> Result:
    """Whether a certificate could be printed now; asked before the menu and before the order (fault-41)."""
    about_printer = session.notice != "" and session.notice == session.printer_code
    notice = event.code if about_printer else session.notice
    seen = replace(session, printer_code=event.code, notice=notice)
    news = event.code not in ("", session.printer_code)
    return seen, (records.printer_out(event.code, event.detail),) if news else ()


def service_set(session: Session, event: ServiceSet) -> Result:
    """Out of service, or in service again; a visit that has begun ends first, the next one does not begin."""
    return replace(session, out_of_service=event.reason), ()


def money_gone(session: Session, _event: object) -> Result:
    """The coin tray is empty."""
    return replace(session, change=0), ()


def _unblocked(session: Session) -> Session:
    """What the customer before left behind has been taken away: the next visit may begin."""
    return replace(session, forgotten=session.forgotten and (session.card_present or session.paper_waiting > 0))
