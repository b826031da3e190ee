"""S-00 … S-08: from the main menu to the card taken back, with the card's owner proven.

The PIN is not here: the pad holds it, the session counts digits. VERIFY is asked for exactly once
per confirmation (I5), and a card that leaves during it leaves an unknown outcome, never a wrong PIN.
"""

from dataclasses import replace

from kiosk.session import phones, records, recover
from kiosk.session.effects import (
    ArmTimer,
    AskChallenge,
    LoadMunicipality,
    LoadServices,
    OpenEnrolment,
    OpenSession,
    ProbeCard,
    SignChallenge,
    WipePin,
)
from kiosk.session.events import (
    CardLost,
    CardPlaced,
    CardProbed,
    CardRefused,
    CardRemoved,
    CardSigned,
    ChallengeGiven,
    DigitTouched,
    MunicipalityKnown,
    OfferMade,
    PinBlocked,
    PinRejected,
    Refused,
    ServicesKnown,
    Started,
    TimeShort,
    Touched,
    Unanswered,
)
from kiosk.session.failures import fail, line_lost
from kiosk.session.moves import Result, alarmed, asking, go, known, rounds_left, serves, told
from kiosk.session.states import CARD_CHANGED, PIN_SENT, Browsing, Medium, Platform, Purpose, Register, Session, Step
from kiosk.session.timeouts import SLIPPED, SLIPS_MOST
from kiosk.session.towns import widened

PIN_LENGTH = 4
LAST_TRY = "last-try"
NOT_TAKING_PART = "E-20"
REAL_CARD = "real-card"


def begin(session: Session, event: Started) -> Result:
    """S-00 → S-01: a visit begins, unless the kiosk is closed, its reader out or something was left behind."""
    if session.out_of_service or session.forgotten or not session.reader_ready:
        return session, ()
    asked = asking(replace(session, id=event.session_id, requests=0))
    return go(asked, Step.SERVICE_MENU, records.session_began(), LoadServices(asked.awaiting))


def begin_reprint(session: Session, event: Started) -> Result:
    """R-01 → S-04: the customer whose paid sets did not come out is here with the card; a visit of its own."""
    if not session.reader_ready or session.printer_code:
        return session, ()
    begun = replace(session, id=event.session_id, requests=0, awaiting="")
    shown, effects = ask_for_card(begun, event)
    return shown, (records.session_began(), *effects)


def services_known(session: Session, event: ServicesKnown) -> Result:
    """S-01: what is open now; what is not stays visible with its reason."""
    return replace(session, awaiting="", services=event.services), ()


def issue(session: Session, _event: Touched) -> Result:
    """S-01 → S-02, once the service is known to be open, unless the printer is known to be out."""
    if not serves(session, "issue") or session.printer_code:
        return session, ()
    return go(session, Step.CONSENT)


def to_service_menu(session: Session, _event: Touched) -> Result:
    """S-02 → S-01."""
    return go(session, Step.SERVICE_MENU)


def agree(session: Session, event: Touched) -> Result:
    """S-02 → S-03; the touch carries the version of the text agreed to."""
    return go(replace(session, consent=event.value), Step.MEDIUM)


def to_consent(session: Session, _event: Touched) -> Result:
    """S-03 → S-02."""
    return go(session, Step.CONSENT)


def ask_for_card(session: Session, _event: object) -> Result:
    """→ S-04; a card that lies there already is looked at, at once (X-16)."""
    if not session.reader_ready:
        return fail(session, "E-04")
    if session.card_present:
        return _look(session)
    return go(replace(session, awaiting="", tries_left=None, platform=None, slips=0), Step.PLACE_CARD)


def use_card(session: Session, event: Touched) -> Result:
    """S-03 → S-04 with the plastic card; S-04: with the card that lies there instead of the phone."""
    return ask_for_card(replace(session, medium=Medium.CARD), event)


def use_phone(session: Session, event: Touched) -> Result:
    """S-03 → S-04 with a phone, where this machine reads any; S-04: with the one that lies there instead of a card."""
    if not session.machine.phones:
        return session, ()
    return ask_for_card(replace(session, medium=Medium.PHONE), event)


def _look(session: Session) -> Result:
    asked = asking(replace(session, card_present=True, reader_ready=True, tries_left=None, platform=None))
    return go(asked, Step.PLACE_CARD, ProbeCard(asked.awaiting))


def card_placed(session: Session, _event: CardPlaced) -> Result:
    """S-04: see what it is. Never VERIFY."""
    return _look(session)


def look_again(session: Session, _event: Touched) -> Result:
    """S-04: the same card once more, after it was put straight (E-01)."""
    return _look(session) if session.card_present and not session.awaiting else (session, ())


def card_probed(session: Session, event: CardProbed) -> Result:
    """S-04 → S-05, a blocked PIN → E-11 before anybody types one; a reprint knows its municipality.

    Where the card had slipped only the same one goes on (fault-03), another ends the visit (fault-04).
    Where a phone was chosen, the customer is asked first.
    """
    if session.purpose is Purpose.ISSUE and session.slips and session.auth_cert not in (b"", event.auth_cert):
        return fail(session, "E-43", CARD_CHANGED)
    if phones.is_other(session, Medium.CARD):
        return told(session, phones.CARD_INSTEAD), ()
    known = replace(session, awaiting="", tries_left=event.tries_left, auth_cert=event.auth_cert, real_card=event.real)
    if event.tries_left == 0:
        return fail(known, "E-11")
    if session.purpose is not Purpose.REPRINT or session.order is None:
        register = Register.HONSEKI if session.purpose is Purpose.ENROL else None
        return _shown_as_real(go(replace(known, register=register, browsing=Browsing()), Step.MUNICIPALITY))
    if not recover.same_card(known):
        return told(known, recover.OTHER_CARD), ()
    asked = asking(known)
    return asked, (LoadMunicipality(asked.awaiting, session.order.sets[0].number[:6]),)


def card_not_usable(session: Session, event: CardRefused) -> Result:
    """S-04: say which of the causes it is, and wait until the card is changed (E-01, E-02, E-16, E-17)."""
    return told(session, event.code, event.detail), ()


def card_slipped(session: Session, _event: object) -> Result:
    """S-04: the card moved while it was looked at; no try was used (E-03)."""
    return _slipped(session)


def _slipped(session: Session, detail: str = "") -> Result:
    """→ S-04: the card may come back, three times and each within half a minute (E-03, fault-03)."""
    gone = replace(session, tries_left=None, digits=0, challenge=b"", slips=session.slips + 1)
    if gone.slips > SLIPS_MOST:
        return fail(gone, "E-03", detail)
    back, effects = go(gone, Step.PLACE_CARD, WipePin())
    rearmed = (ArmTimer(SLIPPED.idle, SLIPPED.countdown),) if session.step is Step.PLACE_CARD else ()
    return told(back, f"E-03-{detail}" if detail else "E-03"), (*effects, *rearmed)


def silent(session: Session, event: Unanswered) -> Result:
    """S-04: the card does not answer (fault-09), or the centre does not (reprint)."""
    return (told(session, "E-01"), ()) if session.tries_left is None else line_lost(session, event)


def removed_while_asked(session: Session, _event: CardRemoved) -> Result:
    """S-04: the card is gone; a question it was asked is of no use any more."""
    gone = replace(session, card_present=False, tries_left=None)
    if session.awaiting:
        return _slipped(gone)
    return (gone if session.slips else told(gone, "")), ()


def removed_too_early(session: Session, _event: CardRemoved) -> Result:
    """S-05, S-06 → S-04: nothing was sent, no try used (fault-01); the digits are wiped."""
    return _slipped(replace(session, card_present=False))


def to_medium(session: Session, _event: Touched) -> Result:
    """S-04 → S-03, or S-50."""
    return go(replace(session, awaiting=""), _before_card(session))


def _before_card(session: Session) -> Step:
    return Step.ENROL_CONSENT if session.purpose is Purpose.ENROL else Step.MEDIUM


def register_chosen(session: Session, event: Touched) -> Result:
    """S-05: residence or registered domicile; then the list is shown."""
    return replace(told(session, ""), register=Register(event.value), browsing=Browsing()), ()


def before_municipality(session: Session, _event: Touched) -> Result:
    """S-05: back to more towns, to residence or domicile, or → S-03, S-50."""
    if session.browsing.row:
        return replace(told(session, ""), browsing=widened(session.browsing)), ()
    if session.register is None or session.purpose is Purpose.ENROL:
        return go(replace(session, awaiting=""), _before_card(session))
    return replace(told(session, ""), register=None), ()


def municipality_chosen(session: Session, event: Touched) -> Result:
    """S-05: ask what this municipality offers and when."""
    asked = asking(replace(session, notice="", notice_detail=""))
    return asked, (LoadMunicipality(asked.awaiting, event.value),)


def municipality_known(session: Session, event: MunicipalityKnown) -> Result:
    """S-05 → S-06, unless the municipality is closed now (E-22, E-23, E-24): then say so and stay."""
    town = event.municipality
    if not town.service.open and session.purpose is not Purpose.REPRINT:
        return told(session, town.service.code, town.name), ()
    if session.platform is not None and not phones.takes(session, town):
        return told(session, phones.NOT_TAKEN, town.name), ()
    chosen = replace(session, awaiting="", municipality=town, digits=0)
    # An iPhone asks its owner itself: there is nothing to be typed here (service.md V-6).
    if session.platform is Platform.IPHONE:
        return _authenticate(replace(chosen, on_phone=True))
    return _shown_as_real(go(replace(chosen, on_phone=False), Step.PIN, WipePin()))


def _shown_as_real(result: Result) -> Result:
    """Say of a real card, before its PIN, what is not known of it (design 3.2)."""
    session, effects = result
    return (replace(session, notice=REAL_CARD) if session.real_card else session), effects


def municipality_refused(session: Session, event: Refused) -> Result:
    """S-05: one that takes no part is named and another can be chosen (E-20)."""
    if event.code == NOT_TAKING_PART:
        return told(session, event.code, event.detail), ()
    return fail(session, event.code, event.detail)


def digit(session: Session, event: DigitTouched) -> Result:
    """S-06: so many digits stand in the pad."""
    return replace(session, digits=event.count, notice="", notice_detail=""), ()


def pin_entered(session: Session, _event: Touched) -> Result:
    """S-06 → S-07 at exactly four digits; the last try is confirmed once more (I5)."""
    if session.digits != PIN_LENGTH or session.notice == LAST_TRY:
        return session, ()
    if session.tries_left == 1:
        return told(session, LAST_TRY), ()
    return _authenticate(session)


def confirmed_on_phone(session: Session, _event: Touched) -> Result:
    """S-06 → S-07 without a PIN: the owner has shown finger or face to the phone (O-15, V-5)."""
    if session.platform is not Platform.ANDROID or not known(session.municipality).phones.biometrics:
        return session, ()
    asked, effects = _authenticate(replace(session, on_phone=True, digits=0))
    return asked, (WipePin(), *effects)


def last_try_confirmed(session: Session, _event: Touched) -> Result:
    """S-06 → S-07: yes, this PIN, although it is the last try."""
    return _authenticate(session) if session.notice == LAST_TRY else (session, ())


def last_try_declined(session: Session, _event: Touched) -> Result:
    """S-06: type it again; nothing was sent."""
    return replace(told(session, ""), digits=0), (WipePin(),)


def before_pin(session: Session, _event: Touched) -> Result:
    """S-06 → S-05; a reprint has no choice there and goes on waiting."""
    step = Step.PIN if session.purpose is Purpose.REPRINT else Step.MUNICIPALITY
    return go(replace(session, digits=0), step, WipePin())


def _authenticate(session: Session) -> Result:
    asked = asking(session)
    started = replace(asked, authentication=asked.awaiting, challenge=b"")
    return go(started, Step.AUTHENTICATING, AskChallenge(asked.awaiting, _code(session)))


def _code(session: Session) -> str:
    return known(session.municipality).code


def challenge_given(session: Session, event: ChallengeGiven) -> Result:
    """S-07: now the card signs, after VERIFY, once; from here a lost card leaves an unknown outcome."""
    if session.challenge:
        return session, ()
    asked = asking(replace(session, challenge=event.challenge))
    signing = SignChallenge(
        *(asked.awaiting, session.authentication, _code(session), event.challenge, session.auth_cert),
        platform=session.platform,
        on_phone=session.on_phone,
    )
    return asked, (signing,)


def card_signed(session: Session, event: CardSigned) -> Result:
    """S-07: the PIN has done its work and is wiped; the centre is shown the signature."""
    signed = replace(session, digits=0, auth_cert=event.auth_cert)
    if session.purpose is Purpose.REPRINT and not recover.same_card(signed):
        back, effects = ask_for_card(replace(signed, auth_cert=b"", challenge=b""), event)
        return told(back, recover.OTHER_CARD), (WipePin(), *effects)
    asked = asking(signed)
    opening = OpenEnrolment if session.purpose is Purpose.ENROL else OpenSession
    shown = opening(
        asked.awaiting, session.authentication, _code(session), session.challenge, event.auth_cert, event.signature
    )
    return asked, (WipePin(), shown)


def pin_rejected(session: Session, event: PinRejected) -> Result:
    """S-07 → S-06 with the card's own count of tries (E-10)."""
    if event.tries_left <= 0:
        return fail(replace(session, tries_left=0), "E-11", phones.failed_with(session))
    again = replace(session, digits=0, challenge=b"", tries_left=event.tries_left)
    if session.card_present:
        back, effects = go(again, Step.PIN, WipePin())
    else:
        back, effects = go(replace(again, auth_cert=b""), Step.PLACE_CARD, WipePin())
    return told(back, "E-10", str(event.tries_left)), effects


def pin_blocked(session: Session, _event: PinBlocked) -> Result:
    """S-07: blocked; the municipality's own advice says the way out (I-08, I-10, O-45, O-46)."""
    return fail(replace(session, tries_left=0), "E-11", phones.failed_with(session))


def card_lost(session: Session, event: CardLost) -> Result:
    """S-07: gone during the exchange. Whether a try was used is unknown, and so it is said (fault-02)."""
    detail = PIN_SENT if event.pin_sent else phones.failed_with(session)
    return fail(session, "E-01", detail) if event.silent else _slipped(session, detail)


def removed_while_authenticating(session: Session, _event: CardRemoved) -> Result:
    """S-07 → S-04 before the PIN was sent (fault-01); later the card's answer decides."""
    gone = replace(session, card_present=False)
    return (gone, ()) if session.challenge else _slipped(gone, phones.failed_with(session))


def authentication_unanswered(session: Session, event: Unanswered) -> Result:
    """S-07: a silent card leaves an unknown outcome (fault-09), a silent centre none."""
    if session.challenge and session.digits:
        return fail(session, "E-01", PIN_SENT)
    return line_lost(session, event)


def offer_made(session: Session, event: OfferMade) -> Result:
    """S-07 → S-08: the card goes back before anything is chosen or paid; already taken, it is passed."""
    known = replace(session, awaiting="", challenge=b"", offer=event.offer)
    return go(known, Step.REMOVE_CARD) if session.card_present else after_card(known, event)


def card_taken(session: Session, event: CardRemoved) -> Result:
    """S-08 → S-09, or the paid order's reprint."""
    return after_card(replace(session, card_present=False), event)


def after_card(session: Session, _event: object) -> Result:
    """The card is with its owner again."""
    if session.purpose is Purpose.REPRINT:
        return recover.fetch(session)
    return go(session, Step.KIND)


def card_still_there(session: Session, _event: TimeShort) -> Result:
    """S-08: voice and alarm again until the card is taken; then the visit ends without it (I-68, O-57)."""
    return alarmed(session) if rounds_left(session) else fail(session, "E-70")
