"""Whole machine, embedded parts: what breaks, ends as promised; what was begun is never lost or doubled."""

from datetime import timedelta
from pathlib import Path

import pytest

from card.virtual.faults import Moment, Of, Tear
from card.virtual.personalise import personalise
from kiosk import journal
from kiosk.clock import JumpingClock
from kiosk.errors import AlreadyRunning, BenchError
from kiosk.lanes import Lane
from kiosk.ports import Answer
from kiosk.screens.view import Touch
from kiosk.session.buttons import Button
from kiosk.session.effects import Effect
from kiosk.session.events import Event
from kiosk.session.states import Step
from municipality_client.wire import Request, Response
from tests.kiosk.machine import HOME, MORNING, Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def code(machine: Machine) -> str:
    failure = machine.runner.session.failure
    return failure.code if failure else ""


def kinds(machine: Machine) -> list[str]:
    return [record.kind for record in journal.read(machine.folder / "journal" / "journal.db")]


def restarted(machine: Machine, later: timedelta = timedelta(0)) -> Machine:
    machine.kiosk.close()
    clock = JumpingClock(machine.clock.now() + later)
    again = Machine(machine.folder, clock=clock, seed=7)
    again.settle()
    return again


def paid_and_cut(machine: Machine) -> None:
    """The power goes right after the fee was taken, before a sheet came out."""

    def cut(name: str) -> None:
        if name == "journal print: done":
            raise PowerCut

    machine.kiosk.close()
    dying = Machine(machine.folder, seed=5, hook=cut)
    with pytest.raises(PowerCut):
        dying.to_paying()
        dying.pay()
    dying.kiosk.close()


def next_touch(machine: Machine) -> Touch:
    return Touch(machine.runner.session.view_id, Button.NEXT)


class PowerCut(BaseException):
    """Ends everything where it is raised."""


# Cards


@pytest.mark.proves("I-08", "O-45", "fault-07")
def test_three_misses_block_the_card_also_after_a_restart(machine: Machine) -> None:
    machine.to_pin()
    for left in (2, 1):
        machine.digits("9999")
        machine.touch(Button.NEXT)
        assert (Step.PIN, left) == (machine.step, machine.runner.session.tries_left)
    machine.digits("9999")
    machine.touch(Button.NEXT)
    machine.touch(Button.AGREE)
    assert (machine.step, code(machine)) == (Step.FAILED, "E-11")
    again = restarted(machine)
    again.touch(Button.ADMINISTRATIVE_SERVICE)
    again.touch(Button.ISSUE)
    again.touch(Button.AGREE)
    again.touch(Button.USE_CARD)
    again.bench.place("taro")
    again.settle()

    assert (again.step, code(again)) == (Step.FAILED, "E-11")
    assert [person.tries_left for person in again.bench.people() if person.id == "taro"] == [0]


def test_the_window_unblocks_and_a_new_card_works_at_once(machine: Machine) -> None:
    machine.to_pin()
    machine.digits("9999")
    machine.touch(Button.NEXT)
    machine.bench.unblock("taro")
    machine.bench.new_card("taro")
    taro = next(person for person in machine.bench.people() if person.id == "taro")
    machine.touch(Button.CANCEL)
    machine.bench.remove()
    machine.settle()
    machine.touch(Button.FINISH)
    machine.to_kind()

    assert (taro.label, taro.tries_left, taro.generation) == ("石狩 太郎", 3, 1)


@pytest.mark.proves("fault-02", "I5")
def test_a_card_torn_during_verify_leaves_an_unknown_outcome(machine: Machine) -> None:
    machine.to_pin()
    machine.bench.tear(Tear(Moment.DURING, of=Of.VERIFY))
    machine.digits("1234")
    machine.touch(Button.NEXT)

    assert (machine.step, machine.runner.session.notice) == (Step.PLACE_CARD, "E-03-pin-sent")
    machine.bench.place("taro")
    machine.settle()
    assert (machine.step, machine.runner.session.tries_left) == (Step.MUNICIPALITY, 2)


@pytest.mark.proves("fault-04")
def test_another_card_never_gets_the_pin(machine: Machine) -> None:
    machine.to_pin()
    parts = machine.bench._parts
    assert parts.slot is not None
    before = next(person for person in machine.bench.people() if person.id == "hanako").tries_left
    machine.digits("1234")
    assert machine.runner.touch(next_touch(machine))
    watchers, parts.slot._watchers = parts.slot._watchers, []
    parts.slot.insert(personalise("hanako", machine.folder / "card", machine.clock.now()))
    parts.slot._watchers = watchers
    machine.settle()
    after = next(person for person in machine.bench.people() if person.id == "hanako").tries_left

    assert (machine.step, code(machine)) == (Step.FAILED, "E-43")
    assert before == after
    assert not any("VERIFY" in line.command_words and "?" not in line.command_words for line in machine.bench.trace())


@pytest.mark.proves("fault-05", "E-04")
def test_a_reader_without_cable_is_named_and_comes_back(machine: Machine) -> None:
    machine.bench.unplug_reader(True)
    machine.settle()
    grey = [press for press in machine.runner.view().buttons if press.button == Button.ADMINISTRATIVE_SERVICE]
    assert [press.enabled for press in grey] == [False]

    machine.bench.unplug_reader(False)
    machine.settle()
    machine.to_pin()
    machine.bench.unplug_reader(True)
    machine.settle()
    assert (machine.step, code(machine)) == (Step.FAILED, "E-04")


def test_a_foreign_card_and_another_card_are_named_before_any_pin(machine: Machine) -> None:
    for button in (Button.ADMINISTRATIVE_SERVICE, Button.ISSUE, Button.AGREE, Button.USE_CARD):
        machine.touch(button)
    machine.bench.place("yoso")
    machine.settle()
    assert (machine.step, machine.runner.session.notice) == (Step.PLACE_CARD, "E-17")

    machine.bench.place_other()
    machine.settle()
    assert (machine.step, machine.runner.session.notice) == (Step.PLACE_CARD, "E-02")


# Centre


@pytest.mark.proves("fault-26")
def test_no_line_before_the_order_costs_nothing(machine: Machine) -> None:
    machine.to_confirm()
    machine.bench.cut_line(True)
    machine.touch(Button.NEXT)
    assert (machine.step, code(machine), machine.bench.money.inserted) == (Step.FAILED, "E-40", 0)

    machine.touch(Button.FINISH)
    machine.bench.cut_line(False)
    machine.wait(200)
    assert machine.runner.errands == ()


@pytest.mark.proves("fault-27", "I2", "I3")
def test_an_order_whose_answer_was_lost_is_asked_for_and_issued_once(machine: Machine) -> None:
    machine.to_confirm()
    machine.bench.lose_answers(True)
    machine.touch(Button.NEXT)
    assert machine.step is Step.PREPARING

    machine.wait(7)
    machine.bench.lose_answers(False)
    machine.wait(7)
    assert machine.step is Step.PAYING
    machine.pay()
    (paper,) = machine.bench.printed()
    assert paper.stem.split("-")[3] == "00000001"


@pytest.mark.proves("fault-27")
def test_an_outcome_that_stays_unknown_is_void_and_costs_nothing(machine: Machine) -> None:
    machine.to_confirm()
    machine.bench.lose_answers(True)
    machine.touch(Button.NEXT)
    machine.wait(62)
    assert (machine.step, code(machine)) == (Step.FAILED, "E-41")

    machine.bench.lose_answers(False)
    machine.touch(Button.FINISH)
    machine.wait(130)
    assert [kind for kind in kinds(machine) if kind in ("void", "fee")] == ["void"]


@pytest.mark.proves("F-01", "fault-09")
def test_a_centre_slower_than_its_deadline_ends_void_not_late(machine: Machine) -> None:
    machine.to_confirm()
    machine.bench.centre_latency(70)
    assert machine.runner.touch(next_touch(machine))
    machine.wait(62)
    assert (machine.step, code(machine)) == (Step.FAILED, "E-41")

    machine.touch(Button.FINISH)
    machine.bench.centre_latency(0)
    machine.wait(300)
    assert machine.step is Step.IDLE
    assert "late" in kinds(machine)
    assert machine.runner.errands == ()
    assert machine.bench.printed() == ()


@pytest.mark.proves("fault-29", "F-07", "E-43", "I1")
def test_pages_of_the_order_before_are_never_printed(machine: Machine) -> None:
    """A cache in the centre answers with the last customer's sets under this customer's request id."""
    parts = machine.bench._parts
    assert parts.line is not None
    whole, kept = parts.line._send, list[tuple[str, bytes]]()

    def stale(request: Request) -> Response:
        answer = whole(request)
        if request.method == "POST" and request.path == "/orders":
            request_id = _request_id(request)
            if kept:
                old_id, body = kept[0]
                return Response(answer.status, body.replace(old_id.encode(), request_id.encode()))
            kept.append((request_id, answer.body))
        return answer

    parts.line._send = stale
    machine.issue()
    machine.to_confirm(person="midori", pin="4567", town="044245", who="self")
    machine.touch(Button.NEXT)

    assert (machine.step, code(machine)) == (Step.FAILED, "E-43")
    assert len(machine.bench.printed()) == 1
    assert not machine.bench.insert(500)


def _request_id(request: Request) -> str:
    import json

    return str(json.loads(request.body)["request_id"])


# Money and paper


@pytest.mark.proves("fault-40", "E-61", "I2", "X-26")
def test_a_jam_gives_the_fee_back_and_makes_the_set_void(machine: Machine) -> None:
    machine.bench.printer_fault("media-jam", 2)
    machine.to_paying()
    machine.pay(1000)
    failure = machine.runner.session.failure
    assert failure is not None
    assert (
        failure.code, failure.refund_owed, machine.bench.money.tray, machine.bench.paper_waiting,
    ) == ("E-61", 0, 1000, 1)  # fmt: skip

    assert kinds(machine)[-4:] == ["failed", "refund-owed", "returned", "void"]
    assert ["-part-" in path.name for path in machine.bench.printed()] == [True]


@pytest.mark.proves("fault-41", "E-60")
def test_nothing_is_taken_for_a_printer_without_paper(machine: Machine) -> None:
    machine.to_paying()
    machine.bench.printer_fault("media-empty")
    machine.pay(500)

    assert (machine.step, code(machine), machine.bench.money.tray) == (Step.FAILED, "E-60", 500)
    assert not {"fee-taken", "refund-owed"} & set(kinds(machine))
    machine.bench.clear_printer_fault()
    machine.touch(Button.FINISH)
    machine.bench.take_money()
    machine.settle()
    machine.issue()


@pytest.mark.proves("F-01")
def test_no_further_sheet_of_what_was_given_up_comes_out(machine: Machine) -> None:
    """The deadline passes while the printer is between two sheets."""
    machine.to_paying()
    printer, heard = machine.bench._parts.printer, list[int]()
    port = machine.runner._parts.ports[Lane.PRINTER]
    perform = port.perform

    def slow(effect: Effect, answer: Answer) -> None:
        def late(event: Event, after: float) -> None:
            heard.append(printer.outlet())
            machine.runner._give_up(getattr(event, "request_id", ""))
            answer(event, after)

        perform(effect, late)

    port.perform = slow  # type: ignore[method-assign]
    machine.pay()

    assert heard == [1]
    assert printer.outlet() == 1
    assert ["-part-" in path.name for path in machine.bench.printed()] == [True]


def test_sheets_come_out_one_by_one_and_cannot_be_taken_before_the_last(machine: Machine) -> None:
    machine.to_paying()
    machine.bench.insert(500)
    machine.runner.pump()
    assert (machine.step, machine.bench.paper_waiting, machine.bench.take_paper()) == (Step.PRINTING, 0, 0)

    machine.wait(15)
    assert machine.bench.paper_waiting == 1
    machine.wait(15)
    assert (machine.step, machine.bench.paper_waiting, machine.bench.take_paper()) == (Step.TAKE_PAPER, 3, 3)


@pytest.mark.proves("S-15")
def test_cancel_with_money_inside_gives_it_back(machine: Machine) -> None:
    machine.to_paying()
    machine.pay(100)
    machine.touch(Button.CANCEL)

    assert (machine.bench.money.inserted, machine.bench.money.tray) == (0, 100)
    assert "void" in kinds(machine)


# Power


@pytest.mark.proves("fault-18", "R-01")
def test_after_a_power_cut_the_same_card_gets_the_paid_set(machine: Machine) -> None:
    paid_and_cut(machine)
    again = Machine(machine.folder, seed=7)
    again.settle()
    assert again.step is Step.RECOVERY

    again.touch(Button.REPRINT)
    again.bench.place("taro")
    again.settle()
    again.digits("1234")
    again.touch(Button.NEXT)
    again.bench.remove()
    again.settle()
    assert again.step is Step.TAKE_PAPER
    assert len(again.bench.printed()) == 1
    again.bench.take_paper()
    again.settle()
    assert kinds(again).count("fee-taken") == 1
    assert "delivered" in kinds(again)


@pytest.mark.proves("fault-18")
def test_after_half_an_hour_the_fee_is_an_operators_task(machine: Machine) -> None:
    paid_and_cut(machine)
    again = Machine(machine.folder, clock=JumpingClock(MORNING + timedelta(minutes=40)), seed=7)
    again.settle()

    assert again.step is Step.IDLE
    assert {"refund-owed", "void"} <= set(kinds(again))
    assert not {"returned", "delivered"} & set(kinds(again))
    assert again.step is restarted(again).step


def test_waiting_half_an_hour_at_the_recovery_screen_ends_the_same_way(machine: Machine) -> None:
    paid_and_cut(machine)
    again = Machine(machine.folder, seed=7)
    again.settle()
    again.wait(1801)

    assert {"refund-owed", "void"} <= set(kinds(again))


@pytest.mark.proves("fault-26", "I3")
def test_what_the_centre_was_not_told_is_told_by_a_later_start(machine: Machine) -> None:
    machine.to_paying()
    machine.bench.cut_line(True)
    machine.touch(Button.CANCEL)
    machine.kiosk.close()
    without_line = Machine(machine.folder, seed=8)
    without_line.bench.cut_line(True)
    without_line.settle()
    assert len(without_line.runner.errands) == 1
    assert "void" not in kinds(machine)

    again = restarted(without_line)
    assert again.runner.errands == ()
    assert "void" in kinds(machine)
    fields = [record.fields for record in journal.read(machine.folder / "journal" / "journal.db")]
    assert [one for one in fields if "open" in one] == [{"open": 0}, {"open": 1}, {"open": 1}]


def test_money_in_escrow_at_a_power_cut_lies_in_the_tray_afterwards(machine: Machine) -> None:
    machine.to_paying()
    machine.pay(100)
    again = restarted(machine)

    assert (again.bench.money.inserted, again.bench.money.tray) == (0, 100)
    assert {"escrow-returned", "void"} <= set(kinds(again))


# The machine itself


@pytest.mark.proves("fault-24")
def test_a_second_kiosk_on_the_same_folder_is_refused(machine: Machine) -> None:
    with pytest.raises(AlreadyRunning, match="another kiosk"):
        Machine(machine.folder)
    machine.issue()


@pytest.mark.proves("I6", "O-58")
def test_nothing_of_a_visit_is_left_in_memory(machine: Machine) -> None:
    machine.issue()
    parts = machine.runner._parts

    assert parts.pad.count == 0
    assert parts.vault._kept == {}  # type: ignore[attr-defined]
    assert machine.runner._requests.live == ()


def test_a_changed_register_is_seen(machine: Machine) -> None:
    machine.bench.register("taro", seal_void=True)
    machine.to_kind()
    seal = next(press for press in machine.runner.view().buttons if press.value == "seal")

    assert not seal.enabled
    with pytest.raises(BenchError, match="yoso"):
        machine.bench.register("yoso", seal_void=True)


def test_home_is_a_municipality_of_the_list(machine: Machine) -> None:
    machine.to_pin()
    town = machine.runner.session.municipality
    assert town is not None
    assert town.code == HOME
