"""What the flow makes of a printer that is out, of an outlet without an eye, and of a receipt that does not come."""

from dataclasses import replace

import pytest

from kiosk.session import events as e
from kiosk.session import records
from kiosk.session.buttons import Button
from kiosk.session.effects import LookAtPrinter, PlaceOrder
from kiosk.session.issue import RECEIPT_OUT
from kiosk.session.states import Machine, Step
from tests.kiosk.session.visit import Visit, at


@pytest.mark.proves("fault-41", "S-01")
def test_the_printer_is_looked_at_before_the_menu_the_order_and_a_reprint() -> None:
    for step in (Step.SERVICE_MENU, Step.CONFIRM, Step.RECOVERY):
        assert at(step).effects[-3:].count(LookAtPrinter()) == 1, step
    assert len(at(Step.KIND).wanted(LookAtPrinter)) == 1


@pytest.mark.proves("fault-41")
def test_a_printer_that_is_out_is_on_record_once_and_nothing_is_ordered_for_it() -> None:
    visit = at(Step.CONFIRM)
    assert visit.do(e.PrinterSeen("E-61", "media-jam")) == (records.printer_out("E-61", "media-jam"),)
    assert visit.do(e.PrinterSeen("E-61", "media-jam")) == ()
    assert visit.touch(Button.NEXT)[0] == LookAtPrinter()
    assert (visit.step, visit.session.notice, visit.wanted(PlaceOrder)) == (Step.CONFIRM, "E-61", [])
    visit.do(e.PrinterSeen("E-60", "media-empty"))
    assert visit.session.notice == "E-60"
    visit.do(e.PrinterSeen(""))
    assert visit.session.notice == ""
    visit.touch(Button.NEXT)
    assert visit.step is Step.PREPARING


@pytest.mark.proves("fault-41", "fault-18")
def test_a_reprint_waits_for_the_printer() -> None:
    visit = at(Step.RECOVERY)
    visit.do(e.PrinterSeen("E-60"))
    assert visit.start() == ()
    visit.do(e.PrinterSeen(""))
    visit.start()
    assert visit.step is Step.PLACE_CARD


@pytest.mark.proves("fault-19", "fault-45")
def test_paper_found_at_the_start_keeps_the_next_visit_waiting() -> None:
    visit = Visit()
    visit.do(e.PaperFound(2))
    assert visit.start() == ()
    visit.do(e.PaperTaken())
    visit.start()
    assert visit.step is Step.SERVICE_MENU


@pytest.mark.proves("S-17", "fault-45")
def test_only_where_no_eye_sees_the_outlet_the_customer_is_believed() -> None:
    watched = at(Step.TAKE_PAPER)
    watched.touch(Button.FINISH)
    assert watched.step is Step.TAKE_PAPER
    blind = at(Step.TAKE_PAPER)
    blind.session = replace(blind.session, machine=Machine(outlet_watched=False))
    blind.touch(Button.FINISH)
    assert (blind.step, blind.session.paper_waiting) == (Step.RECEIPT, 0)


@pytest.mark.proves("fault-45")
def test_an_outlet_without_an_eye_never_blocks_the_machine() -> None:
    visit = at(Step.TAKE_PAPER)
    visit.session = replace(visit.session, machine=Machine(outlet_watched=False))
    for _ in range(40):
        visit.do(e.TimeShort())
    assert (visit.step, visit.session.forgotten, visit.session.paper_waiting) == (Step.IDLE, False, 0)


@pytest.mark.proves("F-46", "S-18")
@pytest.mark.parametrize("silent", [False, True])
def test_a_receipt_that_does_not_come_is_told_and_on_record(silent: bool) -> None:
    visit = at(Step.RECEIPT)
    visit.touch(Button.RECEIPT, "yes")
    wanted = visit.do(e.Unanswered(visit.asked) if silent else e.ReceiptFailed(visit.asked, "media-empty"))
    assert visit.session.order is not None
    assert wanted == (records.receipt_failed(visit.session.order, "timed-out" if silent else "media-empty"),)
    assert (visit.step, visit.session.notice, visit.asked) == (Step.ANOTHER, RECEIPT_OUT, "")
