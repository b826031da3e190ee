"""How long each screen waits, in seconds: data, so that it can be read and changed in one place.

Source: service.md §1.2. A screen that waits for a device or the centre has no time of its own: the
request's deadline bounds it. Screens with an alarm repeat it until `rounds` are used up.
"""

from dataclasses import dataclass

from kiosk.session.states import Session, Step


@dataclass(frozen=True, slots=True)
class Allowance:
    """`idle` seconds without a touch, then `countdown` seconds with a warning (0: none).

    `repeat` > 0: after `idle` the alarm sounds, then every `repeat` seconds, `rounds` times in all;
    after that the screen's time is over.
    """

    idle: float
    countdown: float
    repeat: float = 0
    rounds: int = 0


PERSON = Allowance(60, 30)
SLIPPED = Allowance(20, 10)
SLIPS_MOST = 3
TYPING = Allowance(120, 30)
MONEY = Allowance(150, 30)
CARD_OFF = Allowance(5, 5, repeat=5, rounds=18)
PAPER = Allowance(60, 10, repeat=10, rounds=12)
FORGOTTEN = Allowance(5, 5, repeat=5, rounds=12)
NOTHING_LEFT = Allowance(10, 0)
REPRINT = Allowance(1770, 30)

ASK_AGAIN = 5.0
ASK_ROUNDS = 12
ROUNDS_PER_DEADLINE = 6
ROUNDS_PER_ANSWER = 2

_BY_STEP = {
    Step.SERVICE_MENU: PERSON,
    Step.CONSENT: PERSON,
    Step.MEDIUM: PERSON,
    Step.PLACE_CARD: PERSON,
    Step.MUNICIPALITY: PERSON,
    Step.PIN: PERSON,
    Step.REMOVE_CARD: CARD_OFF,
    Step.KIND: PERSON,
    Step.PERSONS: PERSON,
    Step.ITEMS: PERSON,
    Step.COPIES: PERSON,
    Step.CONFIRM: PERSON,
    Step.PAYING: MONEY,
    Step.TOUCHING: MONEY,
    Step.TAKE_PAPER: PAPER,
    Step.RECEIPT: PERSON,
    Step.ANOTHER: PERSON,
    Step.FORGOTTEN: FORGOTTEN,
    Step.FAILED: PERSON,
    Step.ENROL_CONSENT: PERSON,
    Step.ENROL_STATUS: PERSON,
    Step.HONSEKI_PLACE: TYPING,
    Step.HONSEKI_LOT: TYPING,
    Step.FAMILY_NAME: TYPING,
    Step.GIVEN_NAME: TYPING,
    Step.TELEPHONE: TYPING,
    Step.SIGN_PASSWORD: TYPING,
    Step.ENROL_CHECK: TYPING,
    Step.APPLIED: PERSON,
    Step.PIN_SERVICE: PERSON,
    Step.PIN_CARD: PERSON,
    Step.PIN_PRESENT: PERSON,
    Step.PIN_NEW: PERSON,
    Step.PIN_AGAIN: PERSON,
    Step.PIN_DONE: CARD_OFF,
    Step.RECOVERY: REPRINT,
}


def something_left(session: Session) -> bool:
    """True while the customer's card, paper or change still lies at the machine."""
    return session.card_present or session.paper_waiting > 0 or session.change > 0


def allowance(session: Session) -> Allowance | None:
    """The time of the session's present screen; None where only deadlines of requests count."""
    if session.step is Step.FORGOTTEN and not something_left(session):
        return NOTHING_LEFT
    if session.step is Step.PLACE_CARD and session.slips:
        return SLIPPED
    return _BY_STEP.get(session.step)
