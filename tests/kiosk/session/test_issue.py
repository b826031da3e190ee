"""S-09 … S-20 and R-01: choices, money, paper, and the way out."""

from dataclasses import replace

import pytest

from kiosk.session import events as e
from kiosk.session import records
from kiosk.session.buttons import Button
from kiosk.session.effects import (
    ArmTimer,
    AskOrder,
    LoadMunicipality,
    OpenCoinBox,
    PlaceOrder,
    PrintReceipt,
    PrintSets,
    ProbeCard,
    Record,
    ReportDelivered,
    ReturnMoney,
    Say,
    TakeFee,
    VoidOrder,
    WipePin,
    WipeSession,
)
from kiosk.session.states import Choice, Order, Purpose, Session, Step, card_mark
from municipality_client.messages import Kind
from tests.kiosk.session.test_identify import code
from tests.kiosk.session.visit import CARD, MUNICIPALITY, OFFER, PEOPLE, TOWN, Visit, at, order


def kinds(effects: tuple[object, ...]) -> list[str]:
    """What was wanted, in order: kind of each record, name of any other effect."""
    return [one.kind if isinstance(one, Record) else type(one).__name__ for one in effects]


@pytest.mark.proves("S-09", "I-72")
def test_a_kind_that_is_not_available_cannot_be_chosen() -> None:
    visit = at(Step.KIND)

    visit.touch(Button.KIND, Kind.TAX)

    assert (visit.step, visit.session.choice) == (Step.KIND, Choice())


@pytest.mark.proves("S-10", "I-20")
def test_a_seal_certificate_is_for_oneself_and_asks_neither_who_nor_what() -> None:
    visit = at(Step.KIND)

    visit.touch(Button.KIND, Kind.SEAL)

    assert visit.step is Step.COPIES
    assert visit.session.choice.persons == (PEOPLE[0].handle,)
    visit.touch(Button.BACK)
    assert visit.step is Step.KIND


@pytest.mark.proves("S-10", "I-16", "O-30")
def test_part_of_a_household_is_ordered_as_the_register_has_it() -> None:
    visit = at(Step.PERSONS)

    visit.touch(Button.NEXT)
    assert visit.step is Step.PERSONS
    visit.touch(Button.WHO, "some")
    visit.touch(Button.PERSON, PEOPLE[2].handle)
    visit.touch(Button.PERSON, PEOPLE[0].handle)

    assert visit.session.choice.persons == (PEOPLE[0].handle, PEOPLE[2].handle)
    assert not visit.session.choice.whole_household
    visit.touch(Button.PERSON, PEOPLE[1].handle)
    assert visit.session.choice.whole_household


@pytest.mark.proves("S-11", "I-18", "I-69")
def test_my_number_is_off_until_it_is_wanted_twice() -> None:
    visit = at(Step.ITEMS)
    assert visit.session.choice.items == frozenset()

    visit.touch(Button.ITEM, "my_number")
    assert visit.session.choice.items == frozenset()
    visit.touch(Button.NEXT)
    assert visit.step is Step.ITEMS
    visit.touch(Button.AGREE)

    assert visit.session.choice.items == {"my_number"}
    visit.touch(Button.ITEM, "my_number")
    assert visit.session.choice.items == frozenset()


@pytest.mark.proves("S-12", "I-62")
def test_copies_stay_between_one_and_the_most() -> None:
    visit = at(Step.COPIES)

    visit.touch(Button.FEWER)
    assert visit.session.choice.copies == 1
    for _ in range(12):
        visit.touch(Button.MORE)

    assert visit.session.choice.copies == 10


def test_back_goes_the_way_one_came() -> None:
    visit = at(Step.CONFIRM)

    steps = []
    for _ in range(4):
        visit.touch(Button.BACK)
        steps.append(visit.step)

    assert steps == [Step.COPIES, Step.ITEMS, Step.PERSONS, Step.KIND]


@pytest.mark.proves("S-13", "S-14")
def test_the_order_is_on_record_before_it_is_sent() -> None:
    visit = at(Step.CONFIRM)

    wanted = visit.touch(Button.NEXT)

    assert kinds(wanted)[:2] == ["order", "PlaceOrder"]
    placed = visit.place_order()
    assert (placed.municipality, placed.session, placed.kind) == (TOWN, OFFER.session, Kind.RESIDENCE_COPY)
    assert placed.persons == tuple(person.handle for person in PEOPLE)
    assert visit.session.order_id == placed.request_id


@pytest.mark.proves("S-14", "S-15")
def test_the_coin_box_opens_only_when_the_checked_sets_are_here() -> None:
    visit = at(Step.PREPARING)
    assert visit.wanted(OpenCoinBox) == []

    wanted = visit.do(e.SetsReady(visit.asked, order(visit.session.order_id)))

    assert kinds(wanted)[:2] == ["sets", "OpenCoinBox"]
    assert visit.step is Step.PAYING


@pytest.mark.proves("S-15", "S-16", "fault-46")
def test_the_fee_is_taken_once_and_printing_follows() -> None:
    visit = at(Step.PAYING)

    assert visit.do(e.MoneyInserted(300)) == (ArmTimer(150, 30),)
    enough = visit.do(e.MoneyInserted(400))
    again = visit.do(e.MoneyInserted(500))
    late_cancel = visit.touch(Button.CANCEL)
    taken = visit.do(e.FeeTaken(visit.asked, 150))

    assert kinds(enough)[:2] == ["fee", "TakeFee"]
    assert len(visit.wanted(TakeFee)) == 1
    assert again == (ArmTimer(150, 30),)
    assert late_cancel == (ArmTimer(150, 30),)
    assert kinds(taken)[:3] == ["fee-taken", "print", "PrintSets"]
    assert (visit.step, visit.session.change) == (Step.PRINTING, 150)


@pytest.mark.proves("S-15")
def test_cancel_with_money_inside_gives_it_back_and_voids() -> None:
    visit = at(Step.PAYING)
    visit.do(e.MoneyInserted(300))

    wanted = visit.touch(Button.CANCEL)

    assert kinds(wanted)[:4] == ["failed", "WipePin", "ReturnMoney", "VoidOrder"]
    assert visit.session.change == 300
    assert visit.do(e.Reported(visit.asked)) == (records.void(visit.place_order().request_id),)


@pytest.mark.proves("E-50", "fault-46")
def test_a_fee_that_cannot_be_taken_gives_the_money_back() -> None:
    visit = at(Step.PAYING)
    visit.do(e.MoneyInserted(1000))

    wanted = visit.do(e.PaymentFailed(visit.asked, "E-50"))

    assert ReturnMoney() in wanted
    assert (code(visit), visit.session.change) == ("E-50", 1000)
    assert visit.wanted(PrintSets) == []


@pytest.mark.proves("E-43", "fault-29", "F-01")
def test_sets_that_are_not_of_this_order_are_a_hard_stop() -> None:
    visit = at(Step.PREPARING)

    visit.do(e.Refused(visit.asked, "E-43"))

    assert code(visit) == "E-43"
    assert visit.wanted(OpenCoinBox) == []
    assert len(visit.wanted(VoidOrder)) == 1


@pytest.mark.proves("fault-26", "E-40")
def test_an_order_that_never_left_costs_nothing() -> None:
    visit = at(Step.PREPARING)

    visit.do(e.CentreLost(visit.asked, sent=False))

    assert code(visit) == "E-40"


@pytest.mark.proves("fault-27", "E-41")
def test_an_unknown_outcome_is_asked_for_and_never_ordered_again() -> None:
    visit = at(Step.PREPARING)
    placed = visit.place_order().request_id

    wanted = visit.do(e.CentreLost(visit.asked, sent=True))
    assert wanted == (ArmTimer(5, 0),)
    asked = visit.do(e.TimedOut())
    assert asked[0] == AskOrder(visit.asked, placed, TOWN)
    visit.do(e.SetsReady(visit.asked, order(placed)))

    assert visit.step is Step.PAYING
    assert len(visit.wanted(PlaceOrder)) == 1


@pytest.mark.proves("fault-27", "E-41")
def test_after_a_minute_without_an_outcome_the_order_is_void() -> None:
    visit = at(Step.PREPARING)

    visit.do(e.Unanswered(visit.asked))
    visit.do(e.Unanswered(visit.asked))

    assert code(visit) == "E-41"
    assert len(visit.wanted(VoidOrder)) == 1


def test_a_line_that_stays_cut_is_asked_for_a_minute() -> None:
    visit = at(Step.PREPARING)
    visit.do(e.CentreLost(visit.asked, sent=True))

    asked = 0
    while visit.step is Step.PREPARING:
        visit.do(e.TimedOut())
        visit.do(e.CentreLost(visit.asked, sent=False))
        asked += 1

    assert (asked, code(visit)) == (11, "E-41")


@pytest.mark.proves("S-16", "S-17")
def test_paper_counts_on_the_printers_proof_only() -> None:
    visit = at(Step.PRINTING)

    visit.do(e.SheetPrinted(visit.asked, 1))
    assert (visit.step, visit.session.sheets_printed) == (Step.PRINTING, 1)
    wanted = visit.do(e.SetsPrinted(visit.asked))

    assert kinds(wanted)[:2] == ["printed", "ReportDelivered"]
    assert visit.do(e.Reported(visit.asked)) == (records.delivered(visit.place_order().request_id),)


@pytest.mark.proves("fault-40", "E-61", "X-26")
def test_a_jam_voids_the_set_and_the_fee_is_owed_before_the_screen_says_so() -> None:
    visit = at(Step.PRINTING)
    visit.do(e.SheetPrinted(visit.asked, 1))

    wanted = visit.do(e.PrintFailed(visit.asked, "E-61", 1))

    assert kinds(wanted)[:5] == ["failed", "refund-owed", "WipePin", "ReturnMoney", "VoidOrder"]
    assert visit.session.failure is not None and visit.session.failure.refund_owed == 350
    assert visit.session.paper_waiting == 1


@pytest.mark.proves("fault-40", "X-26")
def test_a_fee_that_the_box_gave_back_is_no_longer_owed() -> None:
    visit = at(Step.PRINTING)
    visit.do(e.PrintFailed(visit.asked, "E-60", 0))

    wanted = visit.do(e.MoneyReturned(500))

    assert wanted == (records.returned(visit.place_order().request_id, 350),)
    assert visit.session.failure is not None and visit.session.failure.refund_owed == 0
    assert visit.session.change == 500


@pytest.mark.proves("fault-45", "O-57")
def test_paper_that_nobody_takes_sounds_the_alarm_and_blocks_the_machine() -> None:
    visit = at(Step.TAKE_PAPER)

    assert Say("S-17.alarm", alarm=False) in visit.do(e.TimeShort())
    for _ in range(40):
        visit.do(e.TimeShort())

    assert (visit.step, visit.session.forgotten) == (Step.IDLE, True)
    assert visit.start() == ()
    visit.do(e.PaperTaken())
    assert not visit.session.forgotten


@pytest.mark.proves("S-18")
def test_a_receipt_is_printed_only_when_wanted_and_names_nobody() -> None:
    no, yes = at(Step.RECEIPT), at(Step.RECEIPT)

    no.touch(Button.RECEIPT, "no")
    yes.touch(Button.RECEIPT, "yes")

    assert no.wanted(PrintReceipt) == []
    assert len(yes.wanted(PrintReceipt)) == 1
    assert "石○" not in repr(yes.wanted(PrintReceipt))
    assert (no.step, yes.step) == (Step.ANOTHER, Step.ANOTHER)


@pytest.mark.proves("S-19")
def test_another_certificate_needs_card_and_pin_again() -> None:
    visit = at(Step.ANOTHER)

    wanted = visit.start()

    assert visit.step is Step.PLACE_CARD
    assert kinds(wanted)[:4] == ["WipePin", "WipeSession", "closed", "session"]
    assert (visit.session.id, visit.session.offer, visit.session.order) == ("v2", None, None)


@pytest.mark.proves("S-20", "O-58", "I-68", "O-57")
def test_what_was_forgotten_is_shown_until_all_is_taken() -> None:
    visit = at(Step.ANOTHER)
    visit.do(e.CardPlaced())

    wanted = visit.touch(Button.FINISH)
    assert visit.step is Step.FORGOTTEN
    assert wanted[:2] == (WipePin(), WipeSession())
    assert Say("S-20.alarm", alarm=False) in visit.do(e.TimeShort())
    visit.do(e.MoneyTaken())
    assert visit.step is Step.FORGOTTEN
    last = visit.do(e.CardRemoved())

    assert visit.step is Step.IDLE
    assert records.closed() in last
    assert visit.session == Session(view_id=visit.session.view_id, requests=visit.session.requests)


def test_with_nothing_left_the_farewell_ends_by_itself() -> None:
    visit = at(Step.ANOTHER)
    visit.do(e.MoneyTaken())

    wanted = visit.touch(Button.FINISH)
    assert ArmTimer(10, 0) in wanted
    visit.do(e.TimedOut())

    assert visit.step is Step.IDLE


@pytest.mark.proves("O-57")
def test_the_alarm_sounds_where_the_municipality_wants_it() -> None:
    visit = at(Step.TAKE_PAPER)
    visit.session = replace(visit.session, municipality=None)

    assert Say("S-17.alarm", alarm=True) in visit.do(e.TimeShort())


#


def paid() -> Order:
    """An order as the journal tells of it."""
    return replace(order("old-7"), reprint=True, card_mark=card_mark("old-7", CARD))


def reprint() -> Visit:
    """A reprint that waits for the PIN."""
    visit = Visit()
    visit.do(e.UnfinishedFound(paid()))
    visit.start()
    visit.do(e.CardPlaced())
    visit.do(e.CardProbed(visit.asked, 3, CARD))
    assert visit.effects[-1] == LoadMunicipality(visit.asked, TOWN)
    visit.do(e.MunicipalityKnown(visit.asked, MUNICIPALITY))
    return visit


def test_what_the_journal_is_told_makes_the_same_order_again() -> None:
    record = records.sets_ready(paid())

    assert records.order_of(dict(record.fields)) == paid()


@pytest.mark.proves("fault-18", "E-63")
def test_the_same_card_gets_the_same_sets_without_a_second_fee() -> None:
    visit = reprint().to(Step.REMOVE_CARD)

    wanted = visit.do(e.CardRemoved())
    assert wanted[0] == AskOrder(visit.asked, "old-7", TOWN, paid())
    wanted = visit.do(e.SetsReady(visit.asked, order("old-7")))

    assert kinds(wanted)[:2] == ["print", "PrintSets"]
    assert visit.step is Step.PRINTING
    visit.do(e.SetsPrinted(visit.asked))
    visit.do(e.PaperTaken())
    visit.do(e.TimedOut())
    assert visit.step is Step.IDLE
    assert visit.wanted(OpenCoinBox) == []


def test_another_card_gets_no_reprint() -> None:
    visit = Visit()
    visit.do(e.UnfinishedFound(paid()))
    visit.start()
    visit.do(e.CardPlaced())

    visit.do(e.CardProbed(visit.asked, 3, b"another"))

    assert (visit.step, visit.session.notice) == (Step.PLACE_CARD, "other-card")


@pytest.mark.parametrize("step", [Step.PLACE_CARD, Step.PIN, Step.AUTHENTICATING, Step.REMOVE_CARD, Step.PREPARING])
def test_a_reprint_given_up_waits_for_the_next_attempt(step: Step) -> None:
    visit = reprint() if step is not Step.PLACE_CARD else Visit()
    if step is Step.PLACE_CARD:
        visit.do(e.UnfinishedFound(paid()))
        visit.start()
    visit.to(step)

    visit.touch(Button.CANCEL)
    visit.touch(Button.FINISH)
    visit.do(e.CardRemoved())

    assert visit.step is Step.RECOVERY
    assert visit.session.order == paid()
    assert visit.wanted(VoidOrder) == []
    assert visit.start() != ()


@pytest.mark.proves("fault-18")
@pytest.mark.parametrize("event", [e.Touched(Button.OPERATOR), e.TimedOut()])
def test_without_the_card_the_set_is_void_and_the_fee_owed(event: e.Event) -> None:
    visit = Visit()
    visit.do(e.UnfinishedFound(paid()))

    wanted = visit.do(event)

    assert kinds(wanted)[:4] == ["failed", "refund-owed", "WipePin", "VoidOrder"]
    assert visit.session.failure is not None and visit.session.failure.refund_owed == 350
    visit.touch(Button.FINISH)
    assert visit.step is Step.IDLE


def test_a_reprint_that_jams_is_owed_too() -> None:
    visit = reprint().to(Step.PREPARING)
    visit.do(e.SetsReady(visit.asked, order("old-7")))

    wanted = visit.do(e.PrintFailed(visit.asked, "E-61", 1))

    assert kinds(wanted)[:4] == ["failed", "refund-owed", "WipePin", "VoidOrder"]
    assert ReturnMoney() not in wanted


def test_a_breakdown_gives_money_back_and_voids() -> None:
    visit = at(Step.PAYING)
    visit.do(e.MoneyInserted(100))

    wanted = visit.do(e.Broken())

    assert code(visit) == "E-99"
    assert ReturnMoney() in wanted
    assert len(visit.wanted(VoidOrder)) == 1


def test_a_breakdown_after_the_paper_is_out_owes_nothing() -> None:
    visit = at(Step.RECEIPT)

    visit.do(e.Broken())

    assert visit.step is Step.FORGOTTEN
    assert visit.wanted(VoidOrder) == []
    assert visit.wanted(ReportDelivered) != []


def test_purpose_and_probe_are_those_of_a_reprint() -> None:
    visit = Visit()
    visit.do(e.UnfinishedFound(paid()))
    visit.do(e.CardPlaced())

    wanted = visit.start()

    assert visit.session.purpose is Purpose.REPRINT
    assert wanted[1] == ProbeCard(visit.asked)
