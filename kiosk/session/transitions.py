"""The one table of the flow: on which screen, what happens, what is done, where it leads.

Everything that affects the flow stands here; the acts are in the chapters' files and know nothing
of each other. The diagram `docs/flow.svg` is drawn from this table. What has no row is not legal on
that screen and changes nothing.
"""

from kiosk.session import (
    choose,
    emoney,
    enrol_rows,
    failures,
    identify,
    issue,
    leave,
    pay,
    phones,
    pins,
    presence,
    recover,
    towns,
)
from kiosk.session import events as e
from kiosk.session.buttons import Button
from kiosk.session.moves import extended, ignored, warned
from kiosk.session.rows import Row, touch, when
from kiosk.session.states import Step

S = Step

VISIT_BEGINS = {
    Step.IDLE: Button.ADMINISTRATIVE_SERVICE,
    Step.ANOTHER: Button.ANOTHER,
    Step.RECOVERY: Button.REPRINT,
}
"""Touches that the runner announces with Started, which carries the new visit's id."""

_IDENTIFY = (
    when(S.IDLE, e.Started, identify.begin, S.SERVICE_MENU, S.IDLE),
    when(S.IDLE, e.PaperFound, presence.paper_found),
    when(S.IDLE, e.UnfinishedFound, recover.found, S.RECOVERY),
    when(S.SERVICE_MENU, e.ServicesKnown, identify.services_known),
    when(S.SERVICE_MENU, e.Refused, failures.refused, S.FAILED),
    when(S.SERVICE_MENU, e.CentreLost, failures.line_lost, S.FAILED),
    when(S.SERVICE_MENU, e.Unanswered, failures.line_lost, S.FAILED),
    touch(S.SERVICE_MENU, Button.ISSUE, identify.issue, S.CONSENT, S.SERVICE_MENU),
    touch(S.SERVICE_MENU, Button.BACK, leave.leave, S.IDLE, S.FORGOTTEN),
    touch(S.CONSENT, Button.AGREE, identify.agree, S.MEDIUM),
    touch(S.CONSENT, Button.DISAGREE, leave.leave, S.IDLE, S.FORGOTTEN),
    touch(S.CONSENT, Button.BACK, identify.to_service_menu, S.SERVICE_MENU),
    touch(S.MEDIUM, Button.USE_CARD, identify.use_card, S.PLACE_CARD, S.FAILED),
    touch(S.MEDIUM, Button.USE_PHONE, identify.use_phone, S.PLACE_CARD, S.MEDIUM, S.FAILED),
    touch(S.MEDIUM, Button.BACK, identify.to_consent, S.CONSENT),
    when(S.PLACE_CARD, e.CardProbed, identify.card_probed, S.MUNICIPALITY, S.PLACE_CARD, S.FAILED),
    when(S.PLACE_CARD, e.PhoneProbed, phones.probed, S.MUNICIPALITY, S.PLACE_CARD, S.FAILED),
    when(S.PLACE_CARD, e.CardRefused, identify.card_not_usable),
    when(S.PLACE_CARD, e.CardLost, identify.card_slipped, S.PLACE_CARD, S.FAILED),
    when(S.PLACE_CARD, e.Unanswered, identify.silent, S.PLACE_CARD, S.FAILED),
    when(S.PLACE_CARD, e.MunicipalityKnown, identify.municipality_known, S.PIN, S.PLACE_CARD, S.AUTHENTICATING),
    when(S.PLACE_CARD, e.Refused, failures.refused, S.FAILED),
    when(S.PLACE_CARD, e.CentreLost, failures.line_lost, S.FAILED),
    touch(S.PLACE_CARD, Button.USE_CARD, identify.use_card, S.PLACE_CARD, S.FAILED),
    touch(S.PLACE_CARD, Button.USE_PHONE, identify.use_phone, S.PLACE_CARD, S.FAILED),
    touch(S.PLACE_CARD, Button.RETRY, identify.look_again),
    touch(S.PLACE_CARD, Button.BACK, identify.to_medium, S.MEDIUM, S.ENROL_CONSENT),
    touch(S.MUNICIPALITY, Button.REGISTER, identify.register_chosen),
    touch(S.MUNICIPALITY, Button.MUNICIPALITY, identify.municipality_chosen),
    touch(S.MUNICIPALITY, Button.ROW, towns.row_chosen),
    touch(S.MUNICIPALITY, Button.KANA, towns.kana_chosen),
    touch(S.MUNICIPALITY, Button.PAGE, towns.turned),
    touch(S.MUNICIPALITY, Button.BACK, identify.before_municipality, S.MUNICIPALITY, S.MEDIUM, S.ENROL_CONSENT),
    when(S.MUNICIPALITY, e.MunicipalityKnown, identify.municipality_known, S.PIN, S.MUNICIPALITY, S.AUTHENTICATING),
    when(S.MUNICIPALITY, e.Refused, identify.municipality_refused, S.MUNICIPALITY, S.FAILED),
    when(S.MUNICIPALITY, e.CentreLost, failures.line_lost, S.FAILED),
    when(S.MUNICIPALITY, e.Unanswered, failures.line_lost, S.FAILED),
    when(S.PIN, e.DigitTouched, identify.digit),
    touch(S.PIN, Button.NEXT, identify.pin_entered, S.AUTHENTICATING, S.PIN),
    touch(S.PIN, Button.ON_PHONE, identify.confirmed_on_phone, S.AUTHENTICATING, S.PIN),
    touch(S.PIN, Button.AGREE, identify.last_try_confirmed, S.AUTHENTICATING, S.PIN),
    touch(S.PIN, Button.DISAGREE, identify.last_try_declined),
    touch(S.PIN, Button.BACK, identify.before_pin, S.MUNICIPALITY, S.PIN),
    when(S.AUTHENTICATING, e.ChallengeGiven, identify.challenge_given),
    when(S.AUTHENTICATING, e.CardSigned, identify.card_signed, S.AUTHENTICATING, S.PLACE_CARD, S.FAILED),
    when(S.AUTHENTICATING, e.PhoneDeclined, phones.declined, S.PIN, S.PLACE_CARD),
    when(S.AUTHENTICATING, e.PinRejected, identify.pin_rejected, S.PIN, S.PLACE_CARD, S.FAILED),
    when(S.AUTHENTICATING, e.PinBlocked, identify.pin_blocked, S.FAILED),
    when(S.AUTHENTICATING, e.CardLost, identify.card_lost, S.PLACE_CARD, S.FAILED),
    when(S.AUTHENTICATING, e.CardRefused, failures.card_refused, S.FAILED),
    when(S.AUTHENTICATING, e.OfferMade, identify.offer_made, S.REMOVE_CARD, S.KIND, S.PREPARING),
    when(S.AUTHENTICATING, e.Refused, failures.refused, S.FAILED),
    when(S.AUTHENTICATING, e.CentreLost, failures.line_lost, S.FAILED),
    when(S.AUTHENTICATING, e.Unanswered, identify.authentication_unanswered, S.FAILED),
    when(S.REMOVE_CARD, e.CardRemoved, identify.card_taken, S.KIND, S.PREPARING),
    when(S.REMOVE_CARD, e.TimeShort, identify.card_still_there, S.REMOVE_CARD, S.FAILED),
)

_CHOOSE = (
    touch(S.KIND, Button.KIND, choose.kind_chosen, S.PERSONS, S.ITEMS, S.COPIES, S.KIND),
    touch(S.KIND, Button.ABOUT, choose.about_shown),
    touch(S.KIND, Button.BACK, choose.about_closed),
    touch(S.PERSONS, Button.YEAR, choose.year_chosen, S.PERSONS, S.ITEMS, S.COPIES),
    touch(S.PERSONS, Button.VARIANT, choose.variant_chosen, S.PERSONS, S.ITEMS, S.COPIES),
    touch(S.PERSONS, Button.WHO, choose.who_chosen),
    touch(S.PERSONS, Button.PERSON, choose.person_ticked),
    touch(S.PERSONS, Button.NEXT, choose.persons_done, S.ITEMS, S.COPIES, S.PERSONS),
    touch(S.PERSONS, Button.BACK, choose.to_kinds, S.KIND, S.PERSONS),
    touch(S.ITEMS, Button.ITEM, choose.item_touched),
    touch(S.ITEMS, Button.AGREE, choose.warned_item_wanted),
    touch(S.ITEMS, Button.DISAGREE, choose.warned_item_declined),
    touch(S.ITEMS, Button.NEXT, choose.items_done, S.COPIES, S.ITEMS),
    touch(S.ITEMS, Button.BACK, choose.before_items, S.PERSONS, S.KIND),
    touch(S.COPIES, Button.MORE, choose.more),
    touch(S.COPIES, Button.FEWER, choose.fewer),
    touch(S.COPIES, Button.NEXT, choose.copies_done, S.CONFIRM),
    touch(S.COPIES, Button.BACK, choose.before_copies, S.ITEMS, S.PERSONS, S.KIND),
    touch(S.CONFIRM, Button.NEXT, choose.confirmed, S.PREPARING, S.CONFIRM),
    touch(S.CONFIRM, Button.BACK, choose.to_copies, S.COPIES),
)

_PAY = (
    when(S.PREPARING, e.SetsReady, pay.sets_ready, S.PAYING, S.PRINTING, S.FAILED),
    when(S.PREPARING, e.Refused, pay.refused, S.FAILED),
    when(S.PREPARING, e.CentreLost, pay.outcome_unknown, S.PREPARING, S.FAILED),
    when(S.PREPARING, e.Unanswered, pay.unanswered, S.PREPARING, S.FAILED),
    when(S.PREPARING, e.TimedOut, pay.ask_again),
    when(S.PAYING, e.ExactOnly, pay.exact_only),
    when(S.PAYING, e.MoneyInserted, pay.money_inserted),
    when(S.PAYING, e.FeeTaken, pay.fee_taken, S.PRINTING),
    when(S.PAYING, e.PaymentFailed, pay.payment_failed, S.FAILED),
    when(S.PAYING, e.Unanswered, pay.payment_unanswered, S.FAILED),
    when(S.PAYING, e.TimedOut, pay.paying_timed_out, S.FAILED, S.PAYING),
    touch(S.PAYING, Button.CANCEL, pay.before_paying, S.FAILED, S.PAYING),
    touch(S.PAYING, Button.PAY_EMONEY, emoney.chosen, S.TOUCHING, S.PAYING),
    when(S.TOUCHING, e.MoneyCardHeld, emoney.held, S.DEBITING),
    when(S.TOUCHING, e.MoneyReaderOut, emoney.reader_out, S.PAYING),
    when(S.TOUCHING, e.TimedOut, pay.paying_timed_out, S.FAILED, S.TOUCHING),
    touch(S.TOUCHING, Button.PAY_CASH, emoney.cash_chosen, S.PAYING),
    touch(S.TOUCHING, Button.CANCEL, pay.before_paying, S.FAILED, S.TOUCHING),
    when(S.DEBITING, e.FeeTaken, pay.fee_taken, S.PRINTING),
    when(S.DEBITING, e.NotDebited, emoney.not_debited, S.TOUCHING),
    when(S.DEBITING, e.DebitUnknown, emoney.in_doubt, S.DEBITING, S.FAILED),
    when(S.DEBITING, e.PaymentFailed, pay.payment_failed, S.FAILED),
    when(S.DEBITING, e.Unanswered, emoney.unanswered, S.DEBITING, S.FAILED),
    when(S.DEBITING, e.MoneyCardHeld, emoney.ask_again),
    when(S.DEBITING, e.TimedOut, emoney.ask_again),
)

_ISSUE = (
    when(S.PRINTING, e.JobTaken, issue.job_taken),
    when(S.PRINTING, e.SheetPrinted, issue.sheet_printed),
    when(S.PRINTING, e.SetsPrinted, issue.sets_printed, S.TAKE_PAPER),
    when(S.PRINTING, e.PrintFailed, failures.print_failed, S.FAILED),
    when(S.PRINTING, e.Unanswered, issue.printer_silent, S.FAILED),
    when(S.TAKE_PAPER, e.PaperTaken, issue.paper_taken, S.RECEIPT, S.FORGOTTEN),
    touch(S.TAKE_PAPER, Button.FINISH, issue.paper_said_taken, S.RECEIPT, S.FORGOTTEN, S.TAKE_PAPER),
    when(S.TAKE_PAPER, e.TimeShort, issue.paper_still_there, S.TAKE_PAPER, S.FORGOTTEN),
    touch(S.RECEIPT, Button.RECEIPT, issue.receipt_chosen, S.ANOTHER),
    when(S.RECEIPT, e.TimedOut, leave.forgotten, S.FORGOTTEN),
    when(S.ANOTHER, e.ReceiptPrinted, issue.receipt_printed),
    when(S.ANOTHER, e.ReceiptFailed, issue.receipt_failed),
    when(S.ANOTHER, e.Unanswered, issue.receipt_unanswered),
    when(S.ANOTHER, e.Started, issue.another, S.PLACE_CARD, S.FAILED),
    touch(S.ANOTHER, Button.FINISH, leave.forgotten, S.FORGOTTEN),
    when(S.ANOTHER, e.TimedOut, leave.forgotten, S.FORGOTTEN),
)

_END = (
    when(S.FORGOTTEN, e.CardPlaced, leave.card_placed),
    when(S.FORGOTTEN, e.CardRemoved, leave.card_taken, S.IDLE, S.RECOVERY, S.FORGOTTEN),
    when(S.FORGOTTEN, e.ReaderLost, leave.card_taken, S.IDLE, S.RECOVERY, S.FORGOTTEN),
    when(S.FORGOTTEN, e.MoneyTaken, leave.money_taken, S.IDLE, S.RECOVERY, S.FORGOTTEN),
    when(S.FORGOTTEN, e.PaperTaken, leave.paper_taken, S.IDLE, S.RECOVERY, S.FORGOTTEN),
    when(S.FORGOTTEN, e.TimeShort, leave.still_there, S.IDLE, S.RECOVERY, S.FORGOTTEN),
    when(S.FORGOTTEN, e.TimedOut, leave.still_there, S.IDLE, S.RECOVERY, S.FORGOTTEN),
    touch(S.FORGOTTEN, Button.FINISH, leave.finished, S.IDLE, S.RECOVERY, S.FORGOTTEN),
    when(S.FAILED, e.MoneyReaderOut, emoney.refund_out),
    touch(S.FAILED, Button.FINISH, leave.leave, S.IDLE, S.RECOVERY, S.FORGOTTEN),
    when(S.FAILED, e.TimedOut, leave.leave, S.IDLE, S.RECOVERY, S.FORGOTTEN),
    when(S.RECOVERY, e.Started, identify.begin_reprint, S.PLACE_CARD, S.RECOVERY, S.FAILED),
    touch(S.RECOVERY, Button.OPERATOR, recover.give_up, S.FAILED),
    when(S.RECOVERY, e.TimedOut, recover.give_up, S.FAILED),
)

_PINS = (
    touch(S.SERVICE_MENU, Button.PIN_SERVICE, pins.menu, S.PIN_SERVICE, S.SERVICE_MENU),
    touch(S.PIN_SERVICE, Button.CHANGE_PIN, pins.change_chosen, S.PIN_CARD, S.FAILED),
    touch(S.PIN_SERVICE, Button.RESET_PIN, pins.reset_chosen, S.PIN_CARD, S.PIN_SERVICE, S.FAILED),
    touch(S.PIN_SERVICE, Button.BACK, identify.to_service_menu, S.SERVICE_MENU),
    when(S.PIN_CARD, e.CardPlaced, pins.card_placed),
    when(S.PIN_CARD, e.CardRemoved, pins.removed_while_asked),
    when(S.PIN_CARD, e.SecretsProbed, pins.probed, S.PIN_PRESENT, S.PIN_CARD, S.FAILED),
    when(S.PIN_CARD, e.CardRefused, pins.card_not_usable),
    when(S.PIN_CARD, e.CardLost, pins.card_slipped),
    when(S.PIN_CARD, e.ResetAuthorised, pins.reset_authorised, S.PIN_PRESENT),
    when(S.PIN_CARD, e.Refused, failures.refused, S.FAILED),
    when(S.PIN_CARD, e.CentreLost, failures.line_lost, S.FAILED),
    when(S.PIN_CARD, e.Unanswered, pins.unanswered, S.PIN_CARD, S.FAILED),
    touch(S.PIN_CARD, Button.RETRY, pins.look_again),
    touch(S.PIN_CARD, Button.BACK, pins.to_menu, S.PIN_SERVICE),
    *(when(step, e.DigitTouched, pins.typed) for step in (S.PIN_PRESENT, S.PIN_NEW, S.PIN_AGAIN)),
    touch(S.PIN_PRESENT, Button.NEXT, pins.present_typed, S.PIN_NEW, S.PIN_PRESENT),
    touch(S.PIN_PRESENT, Button.AGREE, pins.last_try_confirmed, S.PIN_NEW, S.PIN_PRESENT),
    touch(S.PIN_PRESENT, Button.DISAGREE, pins.last_try_declined),
    touch(S.PIN_PRESENT, Button.BACK, pins.to_menu, S.PIN_SERVICE),
    touch(S.PIN_NEW, Button.NEXT, pins.new_typed),
    when(S.PIN_NEW, e.SecretJudged, pins.new_judged, S.PIN_AGAIN, S.PIN_NEW),
    touch(S.PIN_NEW, Button.BACK, pins.before_new, S.PIN_PRESENT),
    touch(S.PIN_AGAIN, Button.NEXT, pins.again_typed),
    when(S.PIN_AGAIN, e.SecretJudged, pins.again_judged, S.PIN_WORKING, S.PIN_NEW),
    touch(S.PIN_AGAIN, Button.BACK, pins.before_again, S.PIN_NEW),
    when(S.PIN_WORKING, e.SecretChanged, pins.changed, S.PIN_DONE),
    when(S.PIN_WORKING, e.PinRejected, pins.rejected, S.PIN_PRESENT, S.PIN_CARD, S.FAILED),
    when(S.PIN_WORKING, e.PinBlocked, pins.blocked, S.FAILED),
    when(S.PIN_WORKING, e.CardLost, pins.lost, S.FAILED),
    when(S.PIN_WORKING, e.CardRefused, failures.card_refused, S.FAILED),
    when(S.PIN_WORKING, e.ChangeUnknown, pins.change_unknown, S.FAILED),
    when(S.PIN_WORKING, e.Unanswered, pins.change_unknown, S.FAILED),
    when(S.PIN_WORKING, e.CardRemoved, presence.card_gone),
    when(S.PIN_WORKING, e.ReaderLost, presence.reader_gone),
    when(S.PIN_DONE, e.CardRemoved, pins.card_taken, S.FORGOTTEN),
    when(S.PIN_DONE, e.TimeShort, pins.card_still_there, S.PIN_DONE, S.FORGOTTEN),
    when(S.PIN_DONE, e.TimedOut, leave.forgotten, S.FORGOTTEN),
    touch(S.PIN_DONE, Button.FINISH, leave.forgotten, S.FORGOTTEN),
    when(S.PIN_DONE, e.ReaderLost, pins.reader_lost, S.FORGOTTEN),
)

_PIN_ENTRIES = (S.PIN_PRESENT, S.PIN_NEW, S.PIN_AGAIN)

_BEFORE_CARD = (S.SERVICE_MENU, S.CONSENT, S.MEDIUM, S.PIN_SERVICE, S.ENROL_CONSENT)
_WITH_CARD = (
    *(S.PLACE_CARD, S.MUNICIPALITY, S.PIN, S.AUTHENTICATING, S.REMOVE_CARD),
    *(S.PIN_CARD, *_PIN_ENTRIES),
)
_CHOICES = (S.KIND, S.PERSONS, S.ITEMS, S.COPIES, S.CONFIRM)
_PAPER = (S.TAKE_PAPER, S.RECEIPT, S.ANOTHER)
_AFTER_CARD = (*_CHOICES, S.PREPARING, S.PAYING, S.TOUCHING, S.DEBITING, S.PRINTING, *_PAPER)
_CANCELLABLE = (*_BEFORE_CARD, *_WITH_CARD, *_CHOICES, S.PREPARING, *enrol_rows.WAITING)
_WAITS_FOR_PERSON = (
    *_BEFORE_CARD,
    S.PLACE_CARD,
    S.MUNICIPALITY,
    S.PIN,
    *_CHOICES,
    S.PIN_CARD,
    *_PIN_ENTRIES,
    *enrol_rows.WAITING,
)
_COUNTED_DOWN = (*_WAITS_FOR_PERSON, S.APPLIED, S.PAYING, S.TOUCHING, S.RECEIPT, S.ANOTHER, S.FAILED, S.RECOVERY)
_NO_CANCEL = (
    S.IDLE,
    S.DEBITING,
    S.PRINTING,
    *_PAPER,
    S.FORGOTTEN,
    S.FAILED,
    S.RECOVERY,
    S.PIN_WORKING,
    S.PIN_DONE,
    S.APPLYING,
    S.APPLIED,
)
_NO_TIME = (S.IDLE, S.AUTHENTICATING, S.REMOVE_CARD, S.PRINTING, S.TAKE_PAPER, S.PIN_WORKING, S.APPLYING)
_RESTING = (S.IDLE, S.FAILED, S.RECOVERY)

_CARD = (
    *(when(step, e.CardPlaced, presence.card_noted) for step in (*_BEFORE_CARD, *_RESTING)),
    *(when(step, e.CardRemoved, presence.card_gone) for step in (*_BEFORE_CARD, *_RESTING)),
    when(S.PLACE_CARD, e.CardPlaced, identify.card_placed),
    when(S.PLACE_CARD, e.CardRemoved, identify.removed_while_asked, S.PLACE_CARD, S.FAILED),
    *(
        when(step, e.CardPlaced, presence.card_noted)
        for step in (S.MUNICIPALITY, S.PIN, S.AUTHENTICATING, *_PIN_ENTRIES, S.PIN_WORKING, S.PIN_DONE)
    ),
    *(when(step, e.CardRemoved, pins.removed_too_early, S.PIN_CARD) for step in _PIN_ENTRIES),
    when(S.MUNICIPALITY, e.CardRemoved, identify.removed_too_early, S.PLACE_CARD, S.FAILED),
    when(S.PIN, e.CardRemoved, identify.removed_too_early, S.PLACE_CARD, S.FAILED),
    when(
        S.AUTHENTICATING, e.CardRemoved, identify.removed_while_authenticating, S.AUTHENTICATING, S.PLACE_CARD, S.FAILED
    ),
    when(S.REMOVE_CARD, e.CardPlaced, ignored),
    *(when(step, e.CardPlaced, presence.card_unneeded) for step in _AFTER_CARD),
    *(when(step, e.CardRemoved, presence.card_gone) for step in _AFTER_CARD),
)

_READER = (
    *(when(step, e.ReaderLost, failures.reader_lost, S.FAILED) for step in _WITH_CARD),
    *(when(step, e.ReaderLost, presence.reader_gone) for step in (*_BEFORE_CARD, *_AFTER_CARD, *_RESTING)),
    *(when(step, e.PrinterSeen, presence.printer_seen) for step in S),
    *(when(step, e.ServiceSet, presence.service_set) for step in S),
    *(when(step, e.ReaderFound, presence.reader_found) for step in S),
)

_TIME = (
    *(when(step, e.TimeShort, warned) for step in _COUNTED_DOWN),
    *(touch(step, Button.MORE_TIME, extended) for step in _COUNTED_DOWN),
    *(when(step, e.TimedOut, failures.timed_out, S.FAILED) for step in _WAITS_FOR_PERSON),
    *(when(step, e.TimedOut, ignored) for step in _NO_TIME),
)

_CANCEL = (
    *(touch(step, Button.CANCEL, failures.cancelled, S.FAILED) for step in _CANCELLABLE),
    *(touch(step, Button.CANCEL, ignored) for step in _NO_CANCEL),
)

_LEFT = (
    *(when(step, e.PaperTaken, presence.paper_gone) for step in S if step not in (S.TAKE_PAPER, S.FORGOTTEN)),
    *(when(step, e.MoneyTaken, presence.money_gone) for step in S if step is not S.FORGOTTEN),
    *(when(step, e.MoneyReturned, failures.money_returned) for step in S),
    *(when(step, e.Credited, emoney.credited) for step in S),
    *(when(step, e.Reported, failures.reported) for step in (*_PAPER, S.FORGOTTEN, S.FAILED)),
    *(
        when(step, e.Broken, failures.broken, S.FAILED)
        for step in S
        if step not in (*_PAPER, *_RESTING, S.FORGOTTEN, S.PIN_DONE, S.APPLIED)
    ),
    *(when(step, e.Broken, leave.forgotten, S.FORGOTTEN) for step in (*_PAPER, S.PIN_DONE, S.APPLIED)),
)

ROWS: tuple[Row, ...] = (
    *_IDENTIFY,
    *_CHOOSE,
    *_PAY,
    *_ISSUE,
    *_END,
    *_PINS,
    *enrol_rows.ROWS,
    *_CARD,
    *_READER,
    *_TIME,
    *_CANCEL,
    *_LEFT,
)
