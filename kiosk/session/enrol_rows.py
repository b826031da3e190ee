"""The rows of 利用登録 (S-50 … S-60) in the one table of the flow.

Separate from `transitions`, which joins all chapters, because these are many and belong together.
"""

from kiosk.session import enrol, failures, leave, presence, towns
from kiosk.session import events as e
from kiosk.session.buttons import Button
from kiosk.session.rows import Row, touch, when
from kiosk.session.states import Step

S = Step

NAMES = (S.FAMILY_NAME, S.GIVEN_NAME)
FIELDS = (S.HONSEKI_PLACE, S.HONSEKI_LOT, *NAMES, S.TELEPHONE, S.SIGN_PASSWORD)
WAITING = (S.ENROL_STATUS, *FIELDS, S.ENROL_CHECK)
"""Screens that wait for a person, with the card on the reader or taken away meanwhile."""

_BEGIN = (
    touch(S.SERVICE_MENU, Button.ENROL, enrol.begin, S.ENROL_CONSENT, S.SERVICE_MENU),
    touch(S.KIND, Button.ENROL, enrol.begin, S.ENROL_CONSENT, S.KIND),
    touch(S.ENROL_CONSENT, Button.AGREE, enrol.agree, S.PLACE_CARD, S.FAILED),
    touch(S.ENROL_CONSENT, Button.DISAGREE, leave.leave, S.IDLE, S.FORGOTTEN),
    touch(S.ENROL_CONSENT, Button.BACK, enrol.to_service_menu, S.SERVICE_MENU),
    when(S.AUTHENTICATING, e.DeskOpened, enrol.desk_opened, S.ENROL_STATUS),
    touch(S.ENROL_STATUS, Button.APPLY, enrol.apply_chosen, S.HONSEKI_PLACE, S.ENROL_STATUS),
    touch(S.ENROL_STATUS, Button.FINISH, leave.leave, S.IDLE, S.FORGOTTEN),
)

_ENTER = (
    touch(S.HONSEKI_PLACE, Button.ROW, towns.row_chosen),
    touch(S.HONSEKI_PLACE, Button.KANA, towns.kana_chosen),
    touch(S.HONSEKI_PLACE, Button.PAGE, towns.turned),
    touch(S.HONSEKI_PLACE, Button.PLACE, enrol.place_chosen, S.HONSEKI_LOT),
    touch(S.HONSEKI_PLACE, Button.BACK, enrol.back, S.ENROL_STATUS, S.HONSEKI_PLACE),
    touch(S.HONSEKI_LOT, Button.KEY, enrol.lot_key),
    touch(S.HONSEKI_LOT, Button.ERASE, enrol.lot_erased),
    touch(S.HONSEKI_LOT, Button.NEXT, enrol.entered, S.FAMILY_NAME, S.HONSEKI_LOT),
    touch(S.HONSEKI_LOT, Button.BACK, enrol.back, S.HONSEKI_PLACE),
    *(touch(step, Button.KEY, enrol.kana_typed) for step in NAMES),
    *(touch(step, Button.VOICED, enrol.kana_voiced) for step in NAMES),
    *(touch(step, Button.SMALL, enrol.kana_small) for step in NAMES),
    *(touch(step, Button.ERASE, enrol.name_erased) for step in NAMES),
    *(touch(step, Button.CONVERT, enrol.convert) for step in NAMES),
    *(touch(step, Button.ONE_BY_ONE, enrol.one_by_one) for step in NAMES),
    *(touch(step, Button.PAGE, enrol.page_turned) for step in NAMES),
    *(touch(step, Button.CANDIDATE, enrol.candidate_chosen) for step in NAMES),
    touch(S.FAMILY_NAME, Button.NEXT, enrol.entered, S.GIVEN_NAME, S.FAMILY_NAME),
    touch(S.FAMILY_NAME, Button.BACK, enrol.back, S.HONSEKI_LOT, S.FAMILY_NAME),
    touch(S.GIVEN_NAME, Button.NEXT, enrol.entered, S.TELEPHONE, S.GIVEN_NAME),
    touch(S.GIVEN_NAME, Button.BACK, enrol.back, S.FAMILY_NAME, S.GIVEN_NAME),
    touch(S.TELEPHONE, Button.KEY, enrol.telephone_key),
    touch(S.TELEPHONE, Button.ERASE, enrol.telephone_erased),
    touch(S.TELEPHONE, Button.NEXT, enrol.entered, S.SIGN_PASSWORD, S.TELEPHONE),
    touch(S.TELEPHONE, Button.BACK, enrol.back, S.GIVEN_NAME),
)

_SIGN = (
    when(S.SIGN_PASSWORD, e.DigitTouched, enrol.typed),
    touch(S.SIGN_PASSWORD, Button.NEXT, enrol.password_entered, S.ENROL_CHECK, S.SIGN_PASSWORD),
    touch(S.SIGN_PASSWORD, Button.AGREE, enrol.last_try_confirmed, S.ENROL_CHECK, S.SIGN_PASSWORD),
    touch(S.SIGN_PASSWORD, Button.DISAGREE, enrol.last_try_declined),
    touch(S.SIGN_PASSWORD, Button.BACK, enrol.back, S.TELEPHONE),
    touch(S.ENROL_CHECK, Button.NEXT, enrol.confirmed, S.APPLYING, S.ENROL_CHECK),
    touch(S.ENROL_CHECK, Button.BACK, enrol.to_password, S.SIGN_PASSWORD),
    when(S.APPLYING, e.ChallengeGiven, enrol.challenge_given),
    when(S.APPLYING, e.ApplicationSigned, enrol.signed),
    when(S.APPLYING, e.ApplicationReceived, enrol.received, S.APPLIED),
    when(S.APPLYING, e.PasswordUnfit, enrol.unfit, S.SIGN_PASSWORD),
    when(S.APPLYING, e.LastTry, enrol.last_try, S.SIGN_PASSWORD),
    when(S.APPLYING, e.PinRejected, enrol.rejected, S.SIGN_PASSWORD, S.FAILED),
    when(S.APPLYING, e.PinBlocked, enrol.blocked, S.FAILED),
    when(S.APPLYING, e.CardLost, enrol.lost, S.SIGN_PASSWORD, S.FAILED),
    when(S.APPLYING, e.CardRefused, enrol.refused, S.SIGN_PASSWORD, S.FAILED),
    when(S.APPLYING, e.Refused, failures.refused, S.FAILED),
    when(S.APPLYING, e.CentreLost, enrol.unanswered, S.FAILED),
    when(S.APPLYING, e.Unanswered, enrol.unanswered, S.FAILED),
    when(S.APPLIED, e.ReceiptPrinted, enrol.slip_printed),
    when(S.APPLIED, e.ReceiptFailed, enrol.slip_failed),
    when(S.APPLIED, e.Unanswered, enrol.slip_failed),
    touch(S.APPLIED, Button.FINISH, leave.leave, S.IDLE, S.FORGOTTEN),
    when(S.APPLIED, e.TimedOut, leave.forgotten, S.FORGOTTEN),
)

_ON_READER = (*WAITING, S.APPLYING, S.APPLIED)

_CARD = (
    *(when(step, e.CardPlaced, presence.card_noted) for step in _ON_READER if step is not S.ENROL_CHECK),
    when(S.ENROL_CHECK, e.CardPlaced, enrol.card_back),
    *(when(step, e.CardRemoved, presence.card_gone) for step in _ON_READER),
    *(when(step, e.ReaderLost, presence.reader_gone) for step in _ON_READER),
)

ROWS: tuple[Row, ...] = (*_BEGIN, *_ENTER, *_SIGN, *_CARD)
