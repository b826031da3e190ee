"""S-50 … S-60: 利用登録, from what it is to the slip with the 受付番号.

Card, municipality and PIN come in between, by the same steps as for a certificate (`identify`). The
signature password is not here: the pad holds it. It is compared by the card exactly once for each
application that is confirmed (I5). Source: service.md §1.3 V-2 … V-4; I-24, O-12, O-43.
"""

from dataclasses import replace

from kiosk.session import entries, records
from kiosk.session.effects import Apply, AskChallenge, PrintSlip, SignApplication, WipePin
from kiosk.session.entries import Entries, Name
from kiosk.session.events import (
    ApplicationReceived,
    ApplicationSigned,
    CardLost,
    CardPlaced,
    CardRefused,
    CentreLost,
    ChallengeGiven,
    DeskOpened,
    DigitTouched,
    LastTry,
    PasswordUnfit,
    PinBlocked,
    PinRejected,
    ReceiptFailed,
    ReceiptPrinted,
    Touched,
    Unanswered,
)
from kiosk.session.failures import fail, line_lost
from kiosk.session.identify import LAST_TRY, ask_for_card
from kiosk.session.moves import Result, asking, go, known, serves, told
from kiosk.session.states import PIN_SENT, Browsing, Choice, Medium, Purpose, Register, Secret, Session, Step
from municipality_client.enrolment import MAY_APPLY, EnrolmentDesk, EnrolmentState

PASSWORD_WRONG, UNREADABLE, OUTCOME_UNKNOWN = "E-12", "E-01", "E-47"
PASSWORD_UNFIT, CARD_NEEDED, LAST_OF_ALL, SLIP_OUT = "password-unfit", "card-needed", "last-of-all", "slip-out"


def begin(session: Session, _event: Touched) -> Result:
    """S-01, S-09 → S-50, once the service is known to be open; nothing of what was chosen so far counts."""
    if not serves(session, "registration"):
        return session, ()
    blank = replace(session, offer=None, choice=Choice(), municipality=None, auth_cert=b"", consent="", slips=0)
    blank = replace(blank, medium=Medium.CARD, platform=None, on_phone=False)
    return go(replace(blank, purpose=Purpose.ENROL, register=Register.HONSEKI), Step.ENROL_CONSENT)


def to_service_menu(session: Session, _event: Touched) -> Result:
    """S-50 → S-01."""
    return go(replace(session, purpose=Purpose.ISSUE, register=None), Step.SERVICE_MENU)


def agree(session: Session, event: Touched) -> Result:
    """S-50 → S-04; the touch carries the version of the text agreed to. No phone can do this (O-18, I-94)."""
    return ask_for_card(replace(session, consent=event.value), event)


def desk_opened(session: Session, event: DeskOpened) -> Result:
    """S-07 → S-51: how things stand."""
    opened = replace(session, awaiting="", challenge=b"", tries_left=None, browsing=Browsing())
    return go(replace(opened, enrolment=Entries(event.desk)), Step.ENROL_STATUS)


def written(session: Session) -> Entries:
    """Return what has been entered so far."""
    return known(session.enrolment)


def may_apply(session: Session) -> bool:
    """True where there is neither an application that waits nor an approval."""
    return written(session).desk.state in MAY_APPLY


def apply_chosen(session: Session, _event: Touched) -> Result:
    """S-51 → S-52."""
    return go(session, Step.HONSEKI_PLACE) if may_apply(session) else (session, ())


# Entering

_BEFORE = {
    Step.HONSEKI_PLACE: Step.ENROL_STATUS,
    Step.HONSEKI_LOT: Step.HONSEKI_PLACE,
    Step.FAMILY_NAME: Step.HONSEKI_LOT,
    Step.GIVEN_NAME: Step.FAMILY_NAME,
    Step.TELEPHONE: Step.GIVEN_NAME,
    Step.SIGN_PASSWORD: Step.TELEPHONE,
}
_AFTER = {before: step for step, before in _BEFORE.items()}


def back(session: Session, _event: Touched) -> Result:
    """One step back: a name's candidates, a list's page, or the screen before; what was entered stays."""
    if session.step is Step.HONSEKI_PLACE and session.browsing != Browsing():
        return replace(session, browsing=Browsing()), ()
    if session.step in _NAMES and name(session).choosing:
        return _named(session, replace(name(session), choosing=False)), ()
    return go(replace(session, digits=0), _BEFORE[session.step], WipePin())


def is_entered(session: Session) -> bool:
    """True when the field of this screen may be left."""
    match session.step:
        case Step.HONSEKI_LOT:
            return bool(written(session).lot)
        case Step.FAMILY_NAME | Step.GIVEN_NAME:
            return name(session).is_done and not name(session).choosing
        case Step.TELEPHONE:
            return written(session).has_telephone
        case _:
            return Secret.SIGNATURE.shortest <= session.digits <= Secret.SIGNATURE.longest


def entered(session: Session, _event: Touched) -> Result:
    """S-53 … S-56: on to the next field."""
    return go(session, _AFTER[session.step]) if is_entered(session) else (session, ())


def place_chosen(session: Session, event: Touched) -> Result:
    """S-52 → S-53: a name of the municipality's own list."""
    return go(replace(session, enrolment=replace(written(session), place=event.value)), Step.HONSEKI_LOT)


def lot_key(session: Session, event: Touched) -> Result:
    """S-53: a digit, 番地, 番 or の."""
    one = written(session)
    return replace(session, enrolment=replace(one, lot=entries.lot_typed(one.lot, event.value))), ()


def lot_erased(session: Session, _event: Touched) -> Result:
    """S-53: the last key does not count."""
    one = written(session)
    return replace(session, enrolment=replace(one, lot=one.lot[:-1])), ()


def telephone_key(session: Session, event: Touched) -> Result:
    """S-56: one digit."""
    return _telephone(session, (written(session).telephone + event.value)[: entries.LONGEST_TELEPHONE]), ()


def telephone_erased(session: Session, _event: Touched) -> Result:
    """S-56: the last digit does not count."""
    return _telephone(session, written(session).telephone[:-1]), ()


def _telephone(session: Session, digits: str) -> Session:
    return replace(session, enrolment=replace(written(session), telephone=digits))


# Names

_NAMES = (Step.FAMILY_NAME, Step.GIVEN_NAME)


def name(session: Session) -> Name:
    """Return the name that this screen is about."""
    return written(session).family if session.step is Step.FAMILY_NAME else written(session).given


def _named(session: Session, changed: Name) -> Session:
    if session.step is Step.FAMILY_NAME:
        return replace(session, enrolment=replace(written(session), family=changed))
    return replace(session, enrolment=replace(written(session), given=changed))


def kana_typed(session: Session, event: Touched) -> Result:
    """S-54, S-55: one more kana."""
    return _named(session, name(session).typed(event.value)), ()


def kana_voiced(session: Session, _event: Touched) -> Result:
    """S-54, S-55: か → が, は → ば → ぱ."""
    return _named(session, name(session).voiced()), ()


def kana_small(session: Session, _event: Touched) -> Result:
    """S-54, S-55: や → ゃ, つ → っ."""
    return _named(session, name(session).small()), ()


def name_erased(session: Session, _event: Touched) -> Result:
    """S-54, S-55: the last character does not count."""
    return _named(session, name(session).erased()), ()


def convert(session: Session, _event: Touched) -> Result:
    """S-54, S-55: show what the reading may be written as."""
    return (_named(session, replace(name(session), choosing=True, page=0)) if name(session).reading else session), ()


def one_by_one(session: Session, _event: Touched) -> Result:
    """S-54, S-55: the way out when the name is not offered: character by character, or whole names again."""
    now = name(session)
    return _named(session, replace(now, by_character=not now.by_character, choosing=False, page=0)), ()


def page_turned(session: Session, event: Touched) -> Result:
    """S-54, S-55: more candidates."""
    return _named(session, replace(name(session), page=int(event.value))), ()


def candidate_chosen(session: Session, event: Touched) -> Result:
    """S-54, S-55: this is how it is written."""
    return _named(session, name(session).chosen(event.value)), ()


# Password, a last look, and away


def typed(session: Session, event: DigitTouched) -> Result:
    """S-57: so many characters stand in the pad."""
    return replace(session, digits=event.count, notice="", notice_detail=""), ()


def password_entered(session: Session, _event: Touched) -> Result:
    """S-57 → S-58; the last try is confirmed once more (I5)."""
    if not is_entered(session) or session.notice == LAST_TRY:
        return session, ()
    return (told(session, LAST_TRY), ()) if session.tries_left == 1 else go(session, Step.ENROL_CHECK)


def last_try_confirmed(session: Session, _event: Touched) -> Result:
    """S-57 → S-58: yes, this one, although it is the last try."""
    return go(session, Step.ENROL_CHECK) if session.notice == LAST_TRY else (session, ())


def last_try_declined(session: Session, _event: Touched) -> Result:
    """S-57: type it again; nothing was sent."""
    return replace(told(session, ""), digits=0), (WipePin(),)


def to_password(session: Session, _event: Touched) -> Result:
    """S-58 → S-57, from where every field can be reached; the password is typed again."""
    return go(replace(session, digits=0), Step.SIGN_PASSWORD, WipePin())


def card_back(session: Session, _event: CardPlaced) -> Result:
    """S-58: a card lies there again; which one, the card's lane finds out."""
    notice = "" if session.notice == CARD_NEEDED else session.notice
    return replace(session, card_present=True, reader_ready=True, notice=notice), ()


def confirmed(session: Session, _event: Touched) -> Result:
    """S-58 → S-59: a fresh challenge, which the application will carry."""
    if not session.card_present:
        return told(session, CARD_NEEDED), ()
    asked = asking(session)
    started = replace(asked, authentication=asked.awaiting, challenge=b"")
    return go(started, Step.APPLYING, AskChallenge(asked.awaiting, written(session).desk.municipality))


def challenge_given(session: Session, event: ChallengeGiven) -> Result:
    """S-59: now the card signs, after VERIFY, once."""
    if session.challenge:
        return session, ()
    asked = asking(replace(session, challenge=event.challenge))
    one = written(session)
    signing = SignApplication(
        request_id=asked.awaiting,
        authentication=session.authentication,
        municipality=one.desk.municipality,
        challenge=event.challenge,
        auth_cert=session.auth_cert,
        honseki=one.honseki,
        hittosha=one.hittosha,
        telephone=one.telephone,
        last_try=session.tries_left == 1,
    )
    return asked, (signing,)


def signed(session: Session, event: ApplicationSigned) -> Result:
    """S-59: the password has done its work and is wiped; the application is handed in."""
    asked = asking(replace(session, digits=0, tries_left=None))
    handed = Apply(asked.awaiting, session.authentication, written(session).desk.session, event.signed)
    return asked, (WipePin(), handed)


def received(session: Session, event: ApplicationReceived) -> Result:
    """S-59 → S-60: it has a number; what was typed is forgotten, and a slip is printed."""
    of, got = written(session).desk, event.applied
    where = of.request_id, of.session, of.municipality
    desk = EnrolmentDesk(*where, EnrolmentState.PENDING, of.places, of.days, got.number, got.usable_on)
    asked = asking(session)
    done = replace(asked, challenge=b"", auth_cert=b"", enrolment=Entries(desk))
    slip = PrintSlip(asked.awaiting, known(session.municipality).name, got)
    return go(done, Step.APPLIED, records.applied(desk.municipality, got.number), slip)


def slip_printed(session: Session, _event: ReceiptPrinted) -> Result:
    """S-60: the slip lies in its slot."""
    return replace(session, awaiting=""), ()


def slip_failed(session: Session, _event: ReceiptFailed | Unanswered) -> Result:
    """S-60: no slip; the number on the screen is to be written down (F-46)."""
    return told(session, SLIP_OUT), ()


def _again(session: Session, notice: str, detail: str = "") -> Result:
    """Back to the password; everything else that was entered is still there."""
    shown, effects = go(replace(session, awaiting="", challenge=b"", digits=0), Step.SIGN_PASSWORD, WipePin())
    return told(shown, notice, detail), effects


def unfit(session: Session, _event: PasswordUnfit) -> Result:
    """S-59 → S-57: no card has such a password; no try was used."""
    return _again(session, PASSWORD_UNFIT)


def last_try(session: Session, _event: LastTry) -> Result:
    """S-59 → S-57: only one try is left; nothing was sent, it must be agreed to."""
    return _again(replace(session, tries_left=1), LAST_OF_ALL)


def rejected(session: Session, event: PinRejected) -> Result:
    """S-59 → S-57 with the card's own count of tries (E-12)."""
    if event.tries_left <= 0:
        return fail(replace(session, tries_left=0), PASSWORD_WRONG)
    return _again(replace(session, tries_left=event.tries_left), PASSWORD_WRONG, str(event.tries_left))


def blocked(session: Session, _event: PinBlocked) -> Result:
    """S-59: the password is blocked now, or was before (O-46)."""
    return fail(replace(session, tries_left=0), PASSWORD_WRONG)


def lost(session: Session, event: CardLost) -> Result:
    """S-59: before VERIFY the card may come back; after it, or silent, a try may be gone (fault-02, fault-09)."""
    if event.silent:
        return fail(session, UNREADABLE, PIN_SENT)
    gone = replace(session, card_present=False)
    return fail(gone, "E-03", PIN_SENT) if event.pin_sent else _again(gone, "E-03")


def refused(session: Session, event: CardRefused) -> Result:
    """S-59: put straight it may be read (E-01); another card, or one without signature, ends the visit."""
    return _again(session, UNREADABLE) if event.code == UNREADABLE else fail(session, event.code, event.detail)


def unanswered(session: Session, event: CentreLost | Unanswered) -> Result:
    """S-59: before the card signed nothing was handed in; after that nobody knows (E-47, fault-27)."""
    if not session.challenge:
        return line_lost(session, event)
    if session.digits:
        return fail(session, UNREADABLE, PIN_SENT)
    unknown = not isinstance(event, CentreLost) or event.sent
    return fail(session, OUTCOME_UNKNOWN) if unknown else line_lost(session, event)
