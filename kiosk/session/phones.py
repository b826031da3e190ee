"""What is different with a phone: its certificate shows only after its PIN, and it may ask its owner itself.

Separate from the card's chapter, whose screens it borrows (S-04 … S-08). Source: service.md §1.3 V-5,
V-6; card.md §9; requirements I-84 … I-92, O-09 … O-15.
"""

from dataclasses import replace

from kiosk.session.effects import LoadMunicipality, WipePin
from kiosk.session.events import PhoneDeclined, PhoneProbed
from kiosk.session.failures import fail
from kiosk.session.moves import Result, asking, go, told
from kiosk.session.states import Medium, Platform, Purpose, Session, Step
from municipality_client.messages import Municipality

NOT_READ, NOT_TAKEN, DECLINED = "phone-not-read", "phone-not-taken", "phone-declined"
CARD_INSTEAD, PHONE_INSTEAD = "card-instead", "phone-instead"
# O-18, I-94
NOT_ENROLLED = "phone-not-enrolled"


def probed(session: Session, event: PhoneProbed) -> Result:
    """S-04 → S-05 with a phone this machine reads; whose it is shows only after its PIN (card.md §9)."""
    if session.purpose is Purpose.ENROL:
        return told(session, NOT_ENROLLED), ()
    if event.platform not in session.machine.phones:
        return told(session, NOT_READ), ()
    if is_other(session, Medium.PHONE):
        return told(session, PHONE_INSTEAD), ()
    found = replace(session, awaiting="", tries_left=event.tries_left, auth_cert=b"", platform=event.platform)
    if event.tries_left == 0 and event.platform is Platform.ANDROID:
        return fail(found, "E-11", "phone")
    if session.purpose is not Purpose.REPRINT or session.order is None:
        return go(replace(found, register=None), Step.MUNICIPALITY)
    asked = asking(found)
    return asked, (LoadMunicipality(asked.awaiting, session.order.sets[0].number[:6]),)


def is_other(session: Session, lying: Medium) -> bool:
    """True where something else lies on the reader than was chosen at S-03; a reprint takes what there is."""
    return session.purpose is Purpose.ISSUE and session.medium is not lying


def takes(session: Session, town: Municipality) -> bool:
    """True where the municipality takes this phone at this operator's machines today (X-18, X-23)."""
    operator, terms = session.machine.operator, town.phones
    if session.platform not in terms.platforms:
        return False
    return terms.any_operator or not operator or operator in terms.operators


def declined(session: Session, _event: PhoneDeclined) -> Result:
    """S-07 → S-06, or → S-04 with an iPhone: nobody has confirmed on the phone, and nothing was sent."""
    again = replace(session, challenge=b"", digits=0, on_phone=False)
    step = Step.PIN if session.platform is Platform.ANDROID and session.card_present else Step.PLACE_CARD
    back, effects = go(again, step, WipePin())
    return told(back, DECLINED), effects


def failed_with(session: Session) -> str:
    """Return the detail of a failure that has other words for phones."""
    return "" if session.platform is None else "phone"
