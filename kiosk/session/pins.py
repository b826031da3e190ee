"""S-70 … S-76: a new PIN or signature password, from the menu to the card taken back.

The secrets are not here: the pad holds the present one, the new one and its repetition, the session
counts characters. The card is told everything at once, after the new secret was typed twice and
nothing speaks against it; pulled before, the card has seen nothing. Source: service.md §1.3 V-7;
requirements I-10, O-46.
"""

from dataclasses import replace

from kiosk.session import records
from kiosk.session.effects import (
    AuthoriseReset,
    ChangeSecret,
    ClearPad,
    CompareSecret,
    Effect,
    JudgeSecret,
    KeepSecret,
    ProbeSecrets,
    WipePin,
)
from kiosk.session.events import (
    CardLost,
    CardPlaced,
    CardRefused,
    CardRemoved,
    ChangeUnknown,
    DigitTouched,
    PinBlocked,
    PinRejected,
    ResetAuthorised,
    SecretChanged,
    SecretJudged,
    SecretsProbed,
    TimeShort,
    Touched,
    Unanswered,
)
from kiosk.session.failures import fail, line_lost
from kiosk.session.identify import LAST_TRY
from kiosk.session.leave import forgotten
from kiosk.session.moves import Result, alarmed, asking, go, known, rounds_left, serves, told
from kiosk.session.secrets import typed_on
from kiosk.session.states import PIN_SENT, PinTask, Secret, Session, Step

NOT_RESET = "E-46"
PIN_BLOCKED, PASSWORD_WRONG, CHANGE_UNKNOWN, NO_SIGNATURE = "E-11", "E-12", "E-18", "E-16"
_WRONG = {Secret.AUTHENTICATION: "E-10", Secret.SIGNATURE: PASSWORD_WRONG}
_BLOCKED = {Secret.AUTHENTICATION: PIN_BLOCKED, Secret.SIGNATURE: PASSWORD_WRONG}


def task(session: Session) -> PinTask:
    """Return what this visit does with which secret."""
    return known(session.pins)


def menu(session: Session, _event: Touched) -> Result:
    """S-01 → S-70, once the service is known to be open."""
    if not serves(session, "pins"):
        return session, ()
    return go(session, Step.PIN_SERVICE)


def change_chosen(session: Session, event: Touched) -> Result:
    """S-70 → S-71: which secret is to be changed; its present value is asked for."""
    return _ask_for_card(replace(session, pins=PinTask(Secret(event.value))))


def reset_chosen(session: Session, event: Touched) -> Result:
    """S-70 → S-71: which secret is to be set anew with the other one, where this machine may (V-7)."""
    secret = Secret(event.value)
    if secret not in session.machine.resets:
        return session, ()
    return _ask_for_card(replace(session, pins=PinTask(secret, reset=True)))


def _ask_for_card(session: Session) -> Result:
    """→ S-71; a card that lies there already is looked at, at once (X-16)."""
    if not session.reader_ready:
        return fail(session, "E-04")
    if session.card_present:
        return _look(session)
    return go(replace(session, awaiting="", tries_left=None), Step.PIN_CARD)


def _look(session: Session) -> Result:
    asked = asking(replace(session, card_present=True, reader_ready=True, tries_left=None))
    reset = task(session).secret if task(session).reset else None
    return go(asked, Step.PIN_CARD, ProbeSecrets(asked.awaiting, reset))


def card_placed(session: Session, _event: CardPlaced) -> Result:
    """S-71: see what it is. Never VERIFY."""
    return _look(session)


def look_again(session: Session, _event: Touched) -> Result:
    """S-71: the same card once more, after it was put straight (E-01)."""
    return _look(session) if session.card_present and not session.awaiting else (session, ())


def card_not_usable(session: Session, event: CardRefused) -> Result:
    """S-71: say why, and wait until the card is changed."""
    return told(session, event.code, event.detail), ()


def card_slipped(session: Session, _event: object) -> Result:
    """S-71: the card moved while it was looked at, or does not answer."""
    return told(session, "E-03" if isinstance(_event, CardLost) else "E-01"), ()


def removed_while_asked(session: Session, _event: CardRemoved) -> Result:
    """S-71: the card is gone; what it was asked is of no use any more."""
    return replace(told(session, ""), card_present=False, tries_left=None), ()


def to_menu(session: Session, _event: Touched) -> Result:
    """S-71, S-72 → S-70; nothing was sent."""
    back = replace(session, awaiting="", pins=None, digits=0, tries_left=None, auth_cert=b"")
    return go(back, Step.PIN_SERVICE, WipePin())


def probed(session: Session, event: SecretsProbed) -> Result:
    """S-71 → S-72, unless a secret that is needed is blocked or not there: said before anybody types one."""
    tries = {Secret.AUTHENTICATION: event.pin_tries, Secret.SIGNATURE: event.password_tries}
    needed = task(session).known
    left = tries[needed]
    if tries[task(session).secret] is None or left is None:
        return told(session, NO_SIGNATURE), ()
    if left == 0:
        blocked = replace(session, awaiting="", tries_left=0)
        return fail(blocked, NOT_RESET, "both") if task(session).reset else fail(blocked, _BLOCKED[needed])
    found = replace(session, awaiting="", tries_left=left, auth_cert=event.auth_cert, digits=0)
    if not task(session).reset:
        return go(found, Step.PIN_PRESENT, WipePin())
    if not event.challenge:
        return fail(found, NOT_RESET, "card")
    asked = asking(found)
    authorise = AuthoriseReset(asked.awaiting, task(session).secret, event.auth_cert, event.challenge)
    return asked, (authorise,)


def reset_authorised(session: Session, event: ResetAuthorised) -> Result:
    """S-71 → S-72: the reservation stands; now the other secret proves the holder to the card."""
    allowed = replace(task(session), authorisation=event.authorisation)
    return go(replace(session, awaiting="", pins=allowed, digits=0), Step.PIN_PRESENT, WipePin())


def unanswered(session: Session, event: Unanswered) -> Result:
    """S-71: the card does not answer, or the centre does not (reset)."""
    return card_slipped(session, event) if session.tries_left is None else line_lost(session, event)


def removed_too_early(session: Session, _event: CardRemoved) -> Result:
    """S-72 … S-74 → S-71: the card has seen nothing, no try is used; what was typed is wiped (fault-01)."""
    gone = replace(session, card_present=False, tries_left=None, auth_cert=b"", digits=0)
    back, effects = go(gone, Step.PIN_CARD, WipePin())
    return told(back, "E-03"), effects


def typed(session: Session, event: DigitTouched) -> Result:
    """S-72 … S-74: so many characters stand in the pad."""
    return replace(session, digits=event.count, notice="", notice_detail=""), ()


def is_complete(session: Session) -> bool:
    """True when as many characters are typed as the secret of this screen must have."""
    secret = known(typed_on(session))
    return secret.shortest <= session.digits <= secret.longest


def present_typed(session: Session, _event: Touched) -> Result:
    """S-72 → S-73; the last try is confirmed once more (I5)."""
    if not is_complete(session) or session.notice == LAST_TRY:
        return session, ()
    return (told(session, LAST_TRY), ()) if session.tries_left == 1 else _ask_new(session, KeepSecret())


def last_try_confirmed(session: Session, _event: Touched) -> Result:
    """S-72 → S-73: yes, this one, although it is the last try."""
    return _ask_new(session, KeepSecret()) if session.notice == LAST_TRY else (session, ())


def last_try_declined(session: Session, _event: Touched) -> Result:
    """S-72: type it again; nothing was sent."""
    return replace(told(session, ""), digits=0), (WipePin(),)


def _ask_new(session: Session, *effects: Effect) -> Result:
    return go(replace(session, digits=0), Step.PIN_NEW, *effects)


def before_new(session: Session, _event: Touched) -> Result:
    """S-73 → S-72: type the present one again."""
    return go(replace(session, digits=0), Step.PIN_PRESENT, WipePin())


def new_typed(session: Session, _event: Touched) -> Result:
    """S-73: judged where it lies; the answer is the next event."""
    if not is_complete(session):
        return session, ()
    return session, (JudgeSecret(task(session).secret, changes=not task(session).reset),)


def new_judged(session: Session, event: SecretJudged) -> Result:
    """S-73 → S-74, or say why nobody should have such a secret and ask again."""
    empty = replace(session, digits=0)
    return (told(empty, event.objection), ()) if event.objection else go(empty, Step.PIN_AGAIN, ClearPad())


def before_again(session: Session, _event: Touched) -> Result:
    """S-74 → S-73: another new one."""
    return _ask_new(session, ClearPad())


def again_typed(session: Session, _event: Touched) -> Result:
    """S-74: compared where it lies; the answer is the next event."""
    return (session, (CompareSecret(),)) if is_complete(session) else (session, ())


def again_judged(session: Session, event: SecretJudged) -> Result:
    """S-74 → S-75, or → S-73 where the two differ: nothing was sent."""
    if event.objection:
        back, effects = _ask_new(session, ClearPad())
        return told(back, event.objection), effects
    asked = asking(replace(session, digits=0))
    change = ChangeSecret(asked.awaiting, task(session).secret, session.auth_cert, task(session).authorisation)
    return go(asked, Step.PIN_WORKING, change)


def changed(session: Session, _event: SecretChanged) -> Result:
    """S-75 → S-76: the card has taken it."""
    done = replace(session, awaiting="", tries_left=None, auth_cert=b"")
    return go(done, Step.PIN_DONE, _recorded(session), WipePin())


def change_unknown(session: Session, _event: ChangeUnknown | Unanswered) -> Result:
    """S-75: the old or the new one holds; only the next use shows which (E-18)."""
    failed, effects = fail(session, CHANGE_UNKNOWN, task(session).secret)
    return failed, (_recorded(session, "unknown"), *effects)


def _recorded(session: Session, how: str = "") -> Effect:
    return records.secret_changed(task(session).secret, how or ("reset" if task(session).reset else "change"))


def rejected(session: Session, event: PinRejected) -> Result:
    """S-75 → S-72 with the card's own count of tries; nothing was changed (E-10, E-12)."""
    secret = task(session).known
    if event.tries_left <= 0:
        return fail(replace(session, tries_left=0), _BLOCKED[secret])
    again = replace(session, digits=0, tries_left=event.tries_left)
    if session.card_present:
        back, effects = go(again, Step.PIN_PRESENT, WipePin())
    else:
        back, effects = go(replace(again, auth_cert=b""), Step.PIN_CARD, WipePin())
    return told(back, _WRONG[secret], str(event.tries_left)), effects


def blocked(session: Session, _event: PinBlocked) -> Result:
    """S-75: the secret typed first is blocked now (I-08, O-45, O-46)."""
    return fail(replace(session, tries_left=0), _BLOCKED[task(session).known])


def lost(session: Session, event: CardLost) -> Result:
    """S-75: gone or silent before anything was changed; whether a try was used may be unknown (fault-02, fault-09)."""
    if event.silent:
        return fail(session, "E-01", PIN_SENT)
    return fail(replace(session, card_present=False), "E-03", PIN_SENT if event.pin_sent else "")


def card_still_there(session: Session, event: TimeShort) -> Result:
    """S-76: voice and alarm again until the card is taken; then the visit ends without it (I-68, O-57)."""
    return alarmed(session) if session.card_present and rounds_left(session) else forgotten(session, event)


def card_taken(session: Session, event: object) -> Result:
    """S-76 → S-20: the card is with its owner again."""
    return forgotten(replace(session, card_present=False), event)


def reader_lost(session: Session, event: object) -> Result:
    """S-76: the card can no longer be watched; all is done."""
    return forgotten(replace(session, card_present=False, reader_ready=False), event)
