"""The runner: answers in order, deadlines, late answers undone, bugs ended safely, nothing left over."""

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from kiosk.errors import StateNotWritten
from kiosk.lanes.threads import ThreadLanes
from kiosk.ports import Answer
from kiosk.screens.view import Touch
from kiosk.session import effects as e
from kiosk.session import events as ev
from kiosk.session.buttons import Button
from kiosk.session.states import Step
from tests.kiosk.small_world import PIN, World, order


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_whole_visit(world: World) -> None:
    world.to_paying()
    world.box.insert(500)
    world.settle()
    assert world.step is Step.TAKE_PAPER

    world.post(ev.PaperTaken())
    world.touch(Button.RECEIPT, "yes")
    world.touch(Button.FINISH)
    world.post(ev.MoneyTaken())

    kinds = ["session", "order", "sets", "fee", "fee-taken", "print", "sheet", "sheet", "printed", "delivered"]
    assert [*kinds, "closed"] == world.kinds()
    assert {"visit1"} == {record.session for record in world.records()}
    assert world.step is Step.IDLE


def test_the_record_stands_before_the_act(world: World) -> None:
    """I2: when the coin box hears of the fee, the journal has it already."""
    seen: list[list[str]] = []
    world.printer.replies[e.PrintSets] = lambda effect, answer: seen.append(world.kinds())
    world.to_paying()
    world.box.insert(500)
    world.settle()

    assert seen[0][-3:] == ["fee", "fee-taken", "print"]


@pytest.mark.proves("fault-25")
def test_a_touch_on_an_older_screen_is_dropped(world: World) -> None:
    world.runner.pump()
    touch = Touch(world.runner.session.view_id, Button.ADMINISTRATIVE_SERVICE)

    assert [world.runner.touch(touch) for _ in range(3)] == [True, False, False]
    world.settle()
    assert len(world.centre.asked(e.LoadServices)) == 1


def test_a_touch_where_nothing_stands_is_dropped(world: World) -> None:
    assert not world.runner.touch(Touch(world.runner.session.view_id, "nonsense"))
    assert not world.runner.touch(Touch(world.runner.session.view_id, Button.MUNICIPALITY, "999999"))


@pytest.mark.proves("I4")
def test_the_flow_hears_how_many_digits_never_which(world: World) -> None:
    heard: list[ev.Event] = []
    world.to_pin()
    world.runner.on_event = heard.append
    world.enter(PIN)

    assert [ev.DigitTouched(count) for count in (1, 2, 3, 4)] == heard


@pytest.mark.proves("I5")
def test_a_wrong_pin_is_sent_once_and_wiped(world: World) -> None:
    world.to_pin()
    world.enter("9999")
    world.touch(Button.NEXT)

    assert (world.step, world.runner.session.tries_left, world.pad.count) == (Step.PIN, 2, 0)
    assert len(world.card.asked(e.SignChallenge)) == 1


def test_cancel_while_the_card_waits_in_its_lane_sends_no_pin(world: World) -> None:
    world.to_pin()
    world.enter(PIN)
    view = world.runner.session.view_id
    world.centre.keep.add(e.AskChallenge)
    world.runner.touch(Touch(view, Button.NEXT))
    world.settle()
    _, answer = world.centre.kept[0]
    world.touch(Button.CANCEL)
    answer(ev.ChallengeGiven("visit1-4", bytes(32)), 0.0)
    world.settle()

    assert world.card.asked(e.SignChallenge) == []
    assert world.pad.count == 0


def test_an_unanswered_request_is_told_at_its_deadline(world: World) -> None:
    world.centre.keep.add(e.LoadServices)
    world.touch(Button.ADMINISTRATIVE_SERVICE)
    world.wait(29.9)
    assert world.step is Step.SERVICE_MENU

    world.wait(0.2)
    assert (world.step, getattr(world.runner.session.failure, "code", "")) == (Step.FAILED, "E-40")
    assert "unanswered" in world.kinds()


@pytest.mark.proves("F-01", "fault-27", "fault-29")
def test_sets_that_come_after_the_visit_was_given_up_are_made_void(world: World) -> None:
    world.to_confirm()
    world.centre.keep.add(e.PlaceOrder)
    world.touch(Button.NEXT)
    effect, answer = world.centre.kept[0]
    assert isinstance(effect, e.PlaceOrder)
    world.touch(Button.CANCEL)
    world.touch(Button.FINISH)
    assert world.step is Step.IDLE
    before = len(world.centre.asked(e.VoidOrder))

    answer(ev.SetsReady(effect.request_id, order(effect.request_id)), 0.0)
    world.settle()

    voids = world.centre.asked(e.VoidOrder)
    assert before + 1 == len(voids)
    assert {effect.request_id} == {getattr(void, "order_id", "") for void in voids}
    assert "late" in world.kinds()
    assert world.step is Step.IDLE


@pytest.mark.proves("F-01")
def test_a_late_answer_never_reaches_the_next_visit(world: World) -> None:
    world.to_confirm()
    world.centre.keep.add(e.PlaceOrder)
    world.touch(Button.NEXT)
    effect, answer = world.centre.kept[0]
    assert isinstance(effect, e.PlaceOrder)
    world.touch(Button.CANCEL)
    world.touch(Button.FINISH)
    world.to_confirm()
    world.touch(Button.NEXT)
    assert world.step is Step.PREPARING

    answer(ev.SetsReady(effect.request_id, order(effect.request_id)), 0.0)
    world.settle()

    assert world.step is Step.PREPARING
    assert world.runner.session.order is None


@pytest.mark.proves("fault-27")
def test_a_late_answer_to_an_order_that_is_asked_for_again_is_not_made_void(world: World) -> None:
    world.to_confirm()
    world.centre.keep |= {e.PlaceOrder, e.AskOrder}
    world.touch(Button.NEXT)
    world.wait(31)
    placed, late = world.centre.kept[0]
    asked, answer = world.centre.kept[1]
    assert isinstance(placed, e.PlaceOrder)
    assert isinstance(asked, e.AskOrder)

    late(ev.SetsReady(placed.request_id, order(placed.request_id)), 0.0)
    world.settle()
    assert world.centre.asked(e.VoidOrder) == []

    answer(ev.SetsReady(asked.request_id, order(asked.order_id)), 0.0)
    world.settle()
    assert world.step is Step.PAYING


@pytest.mark.proves("fault-28")
def test_an_answer_that_comes_twice_is_used_once(world: World) -> None:
    world.to_confirm()
    world.centre.keep.add(e.PlaceOrder)
    world.touch(Button.NEXT)
    effect, answer = world.centre.kept[0]
    assert isinstance(effect, e.PlaceOrder)
    for _ in range(2):
        answer(ev.SetsReady(effect.request_id, order(effect.request_id)), 0.0)
    world.settle()

    assert world.kinds().count("sets") == 1
    assert world.centre.asked(e.VoidOrder) == []


def test_a_bug_in_a_lane_ends_the_visit_with_the_money_back(world: World) -> None:
    def bug(_effect: e.Effect, _answer: Answer) -> None:
        raise ZeroDivisionError("a secret that must not be written down")

    world.printer.replies[e.PrintSets] = bug
    world.to_paying()
    world.box.insert(500)
    world.settle()

    assert (world.step, getattr(world.runner.session.failure, "code", "")) == (Step.FAILED, "E-99")
    assert world.box.tray == 500
    broken = [record.fields for record in world.records() if record.kind == "broken"]
    assert broken == [{"effect": "PrintSets", "error": "ZeroDivisionError"}]
    assert not any("secret" in str(record.fields) for record in world.records())


def test_a_bug_after_the_visit_was_given_up_ends_no_other_visit(world: World) -> None:
    released: list[bool] = []

    def bug(_effect: e.Effect, _answer: Answer) -> None:
        if not released:
            released.append(True)
            world.runner.touch(Touch(world.runner.session.view_id, Button.CANCEL))
            world.runner.touch(Touch(world.runner.session.view_id, Button.FINISH))
            world.runner.touch(Touch(world.runner.session.view_id, Button.ADMINISTRATIVE_SERVICE))
            raise ZeroDivisionError

    world.centre.replies[e.LoadServices] = bug
    world.touch(Button.ADMINISTRATIVE_SERVICE)

    assert (world.step, world.runner.session.id) == (Step.SERVICE_MENU, "visit2")
    assert "broken" in world.kinds()


def test_a_bug_while_telling_the_centre_is_tried_again(world: World) -> None:
    whole = world.centre.replies[e.VoidOrder]

    def bug(_effect: e.Effect, _answer: Answer) -> None:
        raise ZeroDivisionError

    world.centre.replies[e.VoidOrder] = bug
    world.to_paying()
    world.touch(Button.CANCEL)
    assert len(world.runner.errands) == 1

    world.centre.replies[e.VoidOrder] = whole
    world.wait(61)
    assert world.runner.errands == ()


@pytest.mark.proves("fault-20")
def test_a_disk_that_fails_stops_everything(world: World) -> None:
    def full(_effect: e.Effect, _answer: Answer) -> None:
        raise StateNotWritten("no space left")

    world.centre.replies[e.LoadServices] = full

    with pytest.raises(StateNotWritten):
        world.touch(Button.ADMINISTRATIVE_SERVICE)


@pytest.mark.proves("fault-26")
def test_the_centre_is_told_again_until_it_acknowledges(world: World) -> None:
    world.to_paying()
    world.centre.keep.add(e.VoidOrder)
    world.touch(Button.CANCEL)
    effect, answer = world.centre.kept.pop()
    assert isinstance(effect, e.VoidOrder)
    answer(ev.CentreLost(effect.request_id, sent=False), 0.0)
    world.touch(Button.FINISH)
    assert len(world.runner.errands) == 1

    world.centre.keep.clear()
    world.wait(61)
    assert world.runner.errands == ()
    assert [effect.order_id] == [record.fields["order"] for record in world.records() if record.kind == "void"]


def test_a_silent_centre_is_told_again_too(world: World) -> None:
    world.to_paying()
    world.centre.keep.add(e.VoidOrder)
    world.touch(Button.CANCEL)
    world.touch(Button.FINISH)
    world.centre.keep.clear()
    world.wait(91)

    assert world.runner.errands == ()
    assert "void" in world.kinds()


def test_seconds_left_and_time_out(world: World) -> None:
    world.touch(Button.ADMINISTRATIVE_SERVICE)
    left = world.runner.seconds_left()
    assert left is not None
    assert left <= 90

    world.wait(60)
    assert world.runner.session.time_short
    world.wait(30)
    assert (world.step, getattr(world.runner.session.failure, "code", "")) == (Step.FAILED, "E-70")


def test_a_touch_starts_the_time_anew(world: World) -> None:
    world.touch(Button.ADMINISTRATIVE_SERVICE)
    world.wait(80)
    world.touch(Button.MORE_TIME)
    world.wait(80)

    assert world.step is Step.SERVICE_MENU


def test_each_sheet_gives_the_printer_time_for_the_next(world: World) -> None:
    world.printer.keep.add(e.PrintSets)
    world.to_paying()
    world.box.insert(500)
    world.settle()
    effect, answer = world.printer.kept[0]
    assert isinstance(effect, e.PrintSets)
    world.wait(400)
    answer(ev.SheetPrinted(effect.request_id, 1), 0.0)
    world.wait(400)
    assert world.step is Step.PRINTING

    world.wait(60)
    assert world.step is Step.FAILED


def test_the_screen_is_drawn_once_for_each_change(world: World) -> None:
    assert world.runner.view() is world.runner.view()

    before = world.runner.view()
    world.touch(Button.ADMINISTRATIVE_SERVICE)
    assert before is not world.runner.view()


def test_what_was_said_is_the_caption_until_the_next_screen(world: World) -> None:
    said: list[e.Say] = []
    world.runner.on_say = said.append
    world.touch(Button.ADMINISTRATIVE_SERVICE)

    assert "S-01.say" == world.runner.caption == world.runner.view().caption
    assert [e.Say("S-01.say")] == said


@pytest.mark.proves("I6")
def test_nothing_of_a_visit_is_live_after_it(world: World) -> None:
    world.to_confirm()
    world.centre.keep.add(e.PlaceOrder)
    world.touch(Button.NEXT)
    world.touch(Button.CANCEL)
    world.touch(Button.FINISH)

    assert (world.step, world.pad.count) == (Step.IDLE, 0)
    assert world.runner._requests.live == ()


@pytest.fixture
def threaded(tmp_path: Path) -> Iterator[World]:
    lanes = ThreadLanes()
    world = World(tmp_path, lanes)
    patient = world.settle

    def settle() -> None:
        for _ in range(30):
            patient()
            time.sleep(0.001)

    world.settle = settle  # type: ignore[method-assign]
    yield world
    lanes.close()


def test_with_threads_the_visit_is_the_same(threaded: World) -> None:
    threaded.to_paying()
    threaded.box.insert(500)
    threaded.settle()
    assert threaded.step is Step.TAKE_PAPER


@pytest.mark.proves("fault-09")
def test_a_reader_that_never_answers_is_said_and_the_card_can_be_placed_again(threaded: World) -> None:
    """PC/SC waits for ever, as for a frame without a single octet: the lane goes on without that thread."""
    release = Event()
    usual = threaded.card.replies[e.ProbeCard]
    threaded.card.replies[e.ProbeCard] = lambda *_: release.wait(60)
    threaded.runner.post(ev.CardPlaced())
    for button in (Button.ADMINISTRATIVE_SERVICE, Button.ISSUE, Button.AGREE, Button.USE_CARD):
        threaded.touch(button)
    threaded.wait(11)
    seen = threaded.step, threaded.runner.session.notice
    threaded.card.replies[e.ProbeCard] = usual
    threaded.post(ev.CardRemoved())
    threaded.post(ev.CardPlaced())
    threaded.touch(Button.REGISTER, "residence")
    release.set()

    assert seen == (Step.PLACE_CARD, "E-01")
    assert threaded.step is Step.MUNICIPALITY
    assert threaded.kinds().count("unanswered") == 1
