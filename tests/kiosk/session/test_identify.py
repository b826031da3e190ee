"""S-00 … S-08: card, municipality, PIN. What is asked for, how often, and what is said."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from kiosk.session import events as e
from kiosk.session.buttons import Button
from kiosk.session.effects import (
    ArmTimer,
    AskChallenge,
    LoadMunicipality,
    LoadServices,
    OpenSession,
    ProbeCard,
    Record,
    Say,
    SignChallenge,
    WipePin,
)
from kiosk.session.states import CARD_CHANGED, PIN_SENT, Failure, Medium, Platform, Register, Session, Step
from municipality_client.messages import Municipalities
from tests.kiosk.session.visit import BRIEFS, CARD, CLOSED, MUNICIPALITY, OFFER, SERVICES, TOWN, Visit, at


def code(visit: Visit) -> str:
    """The error code of a visit that failed."""
    assert visit.session.failure is not None
    return visit.session.failure.code


@pytest.mark.proves("S-00", "S-01", "I-06")
def test_a_visit_begins_with_its_own_id_and_asks_what_is_open() -> None:
    visit = Visit()

    wanted = visit.start()

    assert visit.step is Step.SERVICE_MENU
    assert visit.session.id == "v1"
    assert wanted[:2] == (Record("session"), LoadServices("v1-1"))


@pytest.mark.parametrize("session", [Session(reader_ready=False), Session(forgotten=True, card_present=True)])
def test_no_visit_begins_without_reader_or_on_a_forgotten_card(session: Session) -> None:
    visit = Visit(session)

    assert visit.start() == ()
    assert visit.step is Step.IDLE


def test_a_forgotten_card_blocks_until_it_is_taken() -> None:
    visit = Visit(Session(forgotten=True, card_present=True))

    visit.do(e.CardRemoved())

    assert not visit.session.forgotten


def test_outside_hours_issue_leads_nowhere() -> None:
    visit = at(Step.SERVICE_MENU)
    visit.do(e.ServicesKnown(visit.asked, Municipalities(service=CLOSED, municipalities=BRIEFS)))

    visit.touch(Button.ISSUE)

    assert visit.step is Step.SERVICE_MENU


@pytest.mark.parametrize(
    ("entry", "button"),
    [("issue", Button.ISSUE), ("registration", Button.ENROL), ("pins", Button.PIN_SERVICE)],
)
def test_an_entry_before_its_first_day_leads_nowhere_and_the_others_do(entry: str, button: Button) -> None:
    others = tuple(one for one in SERVICES.services if one != entry)
    for services, leads in ((others, False), ((entry,), True)):
        visit = at(Step.SERVICE_MENU)
        visit.do(e.ServicesKnown(visit.asked, changed(SERVICES, services=services)))

        visit.touch(button)

        assert (visit.step is not Step.SERVICE_MENU) == leads


@pytest.mark.proves("S-04", "I-84")
@pytest.mark.parametrize("lying", list(Medium))
def test_another_medium_than_the_chosen_one_is_asked_about(lying: Medium) -> None:
    chosen, instead = (
        (Button.USE_PHONE, Button.USE_CARD) if lying is Medium.CARD else (Button.USE_CARD, Button.USE_PHONE)
    )
    visit = at(Step.MEDIUM)
    visit.touch(chosen)

    def looked_at() -> e.Event:
        found = visit.asked, 3
        return e.CardProbed(*found, CARD) if lying is Medium.CARD else e.PhoneProbed(found[0], Platform.ANDROID, 3)

    visit.do(e.CardPlaced())
    visit.do(looked_at())
    assert (visit.step, visit.session.notice) == (Step.PLACE_CARD, f"{lying.value}-instead")
    visit.touch(instead)
    assert (visit.step, visit.session.medium) == (Step.PLACE_CARD, lying)
    visit.do(looked_at())
    assert visit.step is Step.MUNICIPALITY


@pytest.mark.proves("S-02")
def test_the_version_of_the_text_agreed_to_is_on_record_with_the_order() -> None:
    visit = at(Step.PREPARING)
    records = [one for one in visit.wanted(Record) if isinstance(one, Record) and one.kind == "order"]

    assert ("consent", "2026-04") in records[0].fields


@pytest.mark.proves("X-16", "S-04")
def test_a_card_placed_before_the_menu_passes_s04_at_once() -> None:
    visit = Visit()
    visit.do(e.CardPlaced())
    visit.to(Step.MEDIUM)

    wanted = visit.touch(Button.USE_CARD)

    assert wanted[0] == ProbeCard(visit.asked)
    visit.do(e.CardProbed(visit.asked, 3, CARD))
    assert visit.step is Step.MUNICIPALITY


@pytest.mark.proves("E-01", "E-02", "E-16", "E-17")
@pytest.mark.parametrize("refused", ["E-01", "E-02", "E-16", "E-17"])
def test_a_card_that_cannot_be_used_is_named_and_can_be_changed(refused: str) -> None:
    visit = at(Step.PLACE_CARD)
    visit.do(e.CardPlaced())

    visit.do(e.CardRefused(visit.asked, refused, "issuer"))

    assert (visit.step, visit.session.notice) == (Step.PLACE_CARD, refused)
    visit.do(e.CardRemoved())
    assert visit.session.notice == ""
    visit.do(e.CardPlaced())
    visit.do(e.CardProbed(visit.asked, 3, CARD))
    assert visit.step is Step.MUNICIPALITY


def test_an_unreadable_card_can_be_tried_again_where_it_lies() -> None:
    visit = at(Step.PLACE_CARD)
    visit.do(e.CardPlaced())
    visit.do(e.Unanswered(visit.asked))

    wanted = visit.touch(Button.RETRY)

    assert isinstance(wanted[0], ProbeCard)


def test_the_answer_about_a_card_that_is_gone_is_not_used() -> None:
    visit = at(Step.PLACE_CARD)
    visit.do(e.CardPlaced())
    asked = visit.asked
    visit.do(e.CardRemoved())

    visit.do(e.CardProbed(asked, 3, CARD))

    assert visit.step is Step.PLACE_CARD


@pytest.mark.proves("I-08", "O-45", "E-11")
def test_a_blocked_pin_is_told_before_anybody_types() -> None:
    visit = at(Step.PLACE_CARD)
    visit.do(e.CardPlaced())

    visit.do(e.CardProbed(visit.asked, 0, CARD))

    assert code(visit) == "E-11"


@pytest.mark.proves("S-05", "E-22")
def test_a_municipality_that_is_closed_is_named_and_another_can_be_chosen() -> None:
    visit = at(Step.MUNICIPALITY)
    visit.touch(Button.REGISTER, Register.HONSEKI)
    visit.touch(Button.MUNICIPALITY, TOWN)

    visit.do(e.MunicipalityKnown(visit.asked, changed(MUNICIPALITY, service=CLOSED)))

    assert (visit.step, visit.session.notice) == (Step.MUNICIPALITY, "E-22")
    assert visit.touch(Button.MUNICIPALITY, "044245")[0] == LoadMunicipality(visit.asked, "044245")


@pytest.mark.parametrize("typed", range(4))
def test_fewer_than_four_digits_are_never_sent(typed: int) -> None:
    visit = at(Step.PIN)
    visit.do(e.DigitTouched(typed))

    visit.touch(Button.NEXT)

    assert visit.step is Step.PIN
    assert visit.wanted(AskChallenge) == []


@pytest.mark.proves("S-06", "S-07", "I-07", "O-55")
def test_the_challenge_is_signed_once_and_the_pin_wiped() -> None:
    visit = at(Step.AUTHENTICATING)
    authentication = visit.session.authentication

    signing = visit.do(e.ChallengeGiven(visit.asked, bytes(32)))[0]
    wanted = visit.do(e.CardSigned(visit.asked, CARD, b"signature"))

    assert signing == SignChallenge("v1-5", authentication, TOWN, bytes(32), CARD)
    assert wanted[0] == WipePin()
    assert wanted[1] == OpenSession("v1-6", authentication, TOWN, bytes(32), CARD, b"signature")
    assert len(visit.wanted(SignChallenge)) == 1


@pytest.mark.proves("E-10", "I-08", "O-45")
def test_a_wrong_pin_shows_the_cards_own_count_and_wipes() -> None:
    visit = at(Step.AUTHENTICATING)
    visit.do(e.ChallengeGiven(visit.asked, bytes(32)))

    wanted = visit.do(e.PinRejected(visit.asked, 2))

    assert (visit.step, visit.session.tries_left, visit.session.notice) == (Step.PIN, 2, "E-10")
    assert visit.session.digits == 0
    assert WipePin() in wanted


@pytest.mark.proves("fault-07", "I-08")
def test_the_last_try_needs_a_second_confirmation() -> None:
    visit = at(Step.AUTHENTICATING)
    visit.do(e.ChallengeGiven(visit.asked, bytes(32)))
    visit.do(e.PinRejected(visit.asked, 1))
    visit.do(e.DigitTouched(4))

    visit.touch(Button.NEXT)
    visit.touch(Button.NEXT)
    assert visit.step is Step.PIN
    visit.touch(Button.AGREE)

    assert visit.step is Step.AUTHENTICATING


def test_the_last_try_can_be_declined() -> None:
    visit = at(Step.PIN)
    visit.session = replace(visit.session, tries_left=1, digits=4)
    visit.touch(Button.NEXT)

    wanted = visit.touch(Button.DISAGREE)

    assert WipePin() in wanted
    assert (visit.step, visit.session.digits, visit.session.notice) == (Step.PIN, 0, "")


@pytest.mark.proves("E-11", "I-10", "O-46")
def test_the_third_miss_blocks() -> None:
    visit = at(Step.AUTHENTICATING)
    visit.do(e.ChallengeGiven(visit.asked, bytes(32)))

    visit.do(e.PinBlocked(visit.asked))

    assert code(visit) == "E-11"
    assert visit.session.municipality == MUNICIPALITY


@pytest.mark.proves("fault-01", "E-03")
@pytest.mark.parametrize("step", [Step.MUNICIPALITY, Step.PIN])
def test_a_card_pulled_before_the_pin_is_sent_uses_no_try(step: Step) -> None:
    visit = at(step)
    visit.do(e.DigitTouched(2))

    wanted = visit.do(e.CardRemoved())

    assert (visit.step, visit.session.notice, visit.session.digits) == (Step.PLACE_CARD, "E-03", 0)
    assert WipePin() in wanted


@pytest.mark.proves("fault-01", "E-03")
def test_a_card_pulled_while_the_challenge_is_awaited_is_never_asked_to_sign() -> None:
    visit = at(Step.AUTHENTICATING)
    asked = visit.asked

    visit.do(e.CardRemoved())
    visit.do(e.ChallengeGiven(asked, bytes(32)))

    assert (visit.step, visit.session.notice) == (Step.PLACE_CARD, "E-03")
    assert visit.wanted(SignChallenge) == []


@pytest.mark.proves("fault-02", "E-03")
def test_a_card_lost_during_verify_is_unknown_never_wrong() -> None:
    visit = at(Step.AUTHENTICATING)
    visit.do(e.ChallengeGiven(visit.asked, bytes(32)))

    visit.do(e.CardRemoved())
    assert visit.step is Step.AUTHENTICATING
    visit.do(e.CardLost(visit.asked, pin_sent=True))

    assert (visit.step, visit.session.notice, visit.session.digits) == (Step.PLACE_CARD, "E-03-pin-sent", 0)
    assert len(visit.wanted(SignChallenge)) == 1


@pytest.mark.proves("fault-03", "E-03")
def test_a_card_may_slip_three_times_and_come_back_each_within_half_a_minute() -> None:
    visit = at(Step.PIN)
    for _ in range(3):
        wanted = visit.do(e.CardRemoved())
        assert (visit.step, visit.session.notice) == (Step.PLACE_CARD, "E-03")
        assert ArmTimer(20, 10) in wanted
        visit.do(e.CardPlaced())
        visit.do(e.CardProbed(visit.asked, 3, CARD))
        assert visit.step is Step.MUNICIPALITY

    visit.do(e.CardRemoved())

    assert code(visit) == "E-03"


@pytest.mark.proves("fault-03")
def test_a_card_that_slips_while_it_is_looked_at_has_half_a_minute_too() -> None:
    visit = at(Step.PLACE_CARD)
    visit.do(e.CardPlaced())

    wanted = visit.do(e.CardRemoved())

    assert (visit.step, visit.session.notice, visit.session.awaiting) == (Step.PLACE_CARD, "E-03", "")
    assert ArmTimer(20, 10) in wanted


@pytest.mark.proves("fault-04", "E-43")
def test_another_card_after_a_slip_ends_the_visit() -> None:
    visit = at(Step.PIN)
    visit.do(e.CardRemoved())
    visit.do(e.CardPlaced())

    visit.do(e.CardProbed(visit.asked, 3, CARD + b"2"))

    assert visit.session.failure == Failure("E-43", CARD_CHANGED)


@pytest.mark.proves("fault-05", "fault-06", "fault-02", "E-04")
def test_a_reader_that_goes_under_the_pin_leaves_an_unknown_outcome() -> None:
    visit = at(Step.AUTHENTICATING)
    visit.do(e.ChallengeGiven(visit.asked, bytes(32)))

    visit.do(e.ReaderLost())

    assert visit.session.failure == Failure("E-04", PIN_SENT)


@pytest.mark.proves("fault-09")
def test_a_card_that_says_nothing_under_the_pin_ends_the_visit() -> None:
    visit = at(Step.AUTHENTICATING)
    visit.do(e.ChallengeGiven(visit.asked, bytes(32)))

    visit.do(e.CardLost(visit.asked, pin_sent=True, silent=True))

    assert visit.session.failure == Failure("E-01", PIN_SENT)


@pytest.mark.proves("fault-09")
def test_a_silent_card_leaves_an_unknown_outcome() -> None:
    visit = at(Step.AUTHENTICATING)
    visit.do(e.ChallengeGiven(visit.asked, bytes(32)))

    visit.do(e.Unanswered(visit.asked))

    assert visit.session.failure == Failure("E-01", PIN_SENT)


@pytest.mark.proves("fault-04", "E-43")
def test_another_card_under_the_pin_ends_the_visit() -> None:
    visit = at(Step.AUTHENTICATING)
    visit.do(e.ChallengeGiven(visit.asked, bytes(32)))

    visit.do(e.CardRefused(visit.asked, "E-43"))

    assert code(visit) == "E-43"


@pytest.mark.proves("S-08", "I-68", "O-57")
def test_nothing_goes_on_while_the_card_lies_there() -> None:
    visit = at(Step.REMOVE_CARD)

    alarm = visit.do(e.TimeShort())

    assert visit.step is Step.REMOVE_CARD
    assert Say("S-08.alarm", alarm=False) in alarm
    assert ArmTimer(5, 5) in alarm
    visit.do(e.CardRemoved())
    assert visit.step is Step.KIND


def test_a_card_that_nobody_takes_ends_the_visit() -> None:
    visit = at(Step.REMOVE_CARD)

    for _ in range(19):
        visit.do(e.TimeShort())

    assert code(visit) == "E-70"


def test_a_card_taken_early_passes_s08() -> None:
    visit = at(Step.AUTHENTICATING)
    visit.do(e.ChallengeGiven(visit.asked, bytes(32)))
    visit.do(e.CardSigned(visit.asked, CARD, b"signature"))
    visit.do(e.CardRemoved())

    visit.do(e.OfferMade(visit.asked, OFFER))

    assert visit.step is Step.KIND


@pytest.mark.proves("fault-26", "E-40")
@pytest.mark.parametrize("step", [Step.SERVICE_MENU, Step.MUNICIPALITY, Step.AUTHENTICATING])
def test_without_a_line_before_the_order_nothing_is_charged(step: Step) -> None:
    visit = at(step)
    if step is Step.MUNICIPALITY:
        visit.touch(Button.REGISTER, Register.RESIDENCE)
        visit.touch(Button.MUNICIPALITY, TOWN)

    visit.do(e.CentreLost(visit.asked, sent=False))

    assert code(visit) == "E-40"


@pytest.mark.parametrize("extension", range(12))
def test_more_time_is_given_as_often_as_it_is_asked_for(extension: int) -> None:
    visit = at(Step.CONSENT)

    for _ in range(extension + 1):
        visit.do(e.TimeShort())
        wanted = visit.touch(Button.MORE_TIME)
        assert ArmTimer(60, 30) in wanted

    assert not visit.session.time_short
    assert visit.step is Step.CONSENT
