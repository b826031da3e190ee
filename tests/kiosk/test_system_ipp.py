"""Whole visits on ippeveprinter, a real IPP Everywhere printer: what it reports decides about paper and money."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import assets
from kiosk import journal
from kiosk.replay import papers
from kiosk.session.buttons import Button
from kiosk.session.states import Step
from kiosk.settings import IppTarget
from printer import judge, pwg_raster, readback, symbols
from printer.driver import JobEnded, JobState, PrinterStateReason, PrinterStatus, PrintJob
from printer.ipp import IppPrinter, Patience
from printer.ipp_wire import Attributes, IppWire
from printer.scan import ScannedSide
from printer.trust import load_trust
from tests.kiosk.machine import Machine
from tests.printer.private_ipp_printer import IppEvePrinter, private_ipp_printer, requires_ippeveprinter

pytestmark = pytest.mark.system
NUMBER = "012351-20260406-T00001-000001-3"
PDF = b"%PDF-1.7 of three sheets"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IppEvePrinter]:
    requires_ippeveprinter()
    with private_ipp_printer(tmp_path_factory.mktemp("ipp") / "printer") as printer:
        yield printer


@pytest.fixture
def printer(running: IppEvePrinter) -> IppEvePrinter:
    """The printer, mended and with paper: each test switches it off and on again."""
    running.kill()
    running.mode("ok")
    running.start()
    running.load()
    return running


@pytest.fixture
def machine(printer: IppEvePrinter, tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path / "kiosk", printer=IppTarget(printer.url))
    yield machine
    machine.kiosk.close()


def number_of(machine: Machine) -> str:
    """Number of the machine's set."""
    order = machine.runner.session.order
    assert order is not None
    return order.sets[0].number


@pytest.mark.proves("fault-40", "fault-44", "I-60", "I-63")
def test_a_set_of_three_sheets_comes_out_as_it_was_signed(machine: Machine, printer: IppEvePrinter) -> None:
    machine.to_paying()
    number = number_of(machine)
    machine.pay()

    assert machine.step is Step.TAKE_PAPER
    assert machine.bench.paper_waiting == 3
    sheets = papers.sheets_of(printer.folder / f"printed-{number}.pdf")
    assert [(sheet.number, sheet.page, sheet.pages) for sheet in sheets] == [(number, page, 3) for page in (1, 2, 3)]
    assert all(side.has_ground for side in readback.sides(printer.printed(number)))
    assert printer.ticket() == {
        "IPP_JOB_NAME": number,
        "IPP_MEDIA": "iso_a4_210x297mm",
        "IPP_SIDES": "two-sided-long-edge",
    }
    [job] = [one.fields for one in journal.read(machine.folder / "journal" / "journal.db") if one.kind == "job"]
    assert (job["set"], job["job"]) == (number, 1)
    assert re.fullmatch("urn:uuid:[0-9a-f-]{36}", str(job["uuid"]))
    machine.touch(Button.FINISH)  # no eye sees this outlet: the customer says that the paper is taken
    assert machine.step is Step.RECEIPT
    machine.touch(Button.RECEIPT, "no")
    machine.touch(Button.FINISH)
    machine.bench.take_money()
    machine.settle()
    assert machine.step is Step.IDLE
    machine.to_paying()


@pytest.mark.proves("fault-31")
def test_a_set_goes_over_tls_to_the_printer_whose_certificate_is_known(printer: IppEvePrinter, tmp_path: Path) -> None:
    url = printer.url.replace("ipp:", "ipps:")
    assert "its certificate is not trusted" in IppPrinter(url).status().detail
    assert "its certificate is not trusted" in IppPrinter(url, assets.path("pki/tls/ca.crt.pem")).status().detail

    machine = Machine(tmp_path / "kiosk", printer=IppTarget(url, printer.certificate))
    machine.to_paying()
    machine.pay()
    assert (machine.step, machine.bench.paper_waiting) == (Step.TAKE_PAPER, 3)
    assert len(readback.sides(printer.printed(number_of(machine)))) == 6
    machine.kiosk.close()


@pytest.mark.proves("fault-44", "F-04")
def test_a_printer_that_takes_no_pdf_gets_the_same_set_as_raster(tmp_path: Path) -> None:
    requires_ippeveprinter()
    with private_ipp_printer(tmp_path / "printer", form="image/pwg-raster") as other:
        machine = Machine(tmp_path / "kiosk", printer=IppTarget(other.url))
        machine.to_paying()
        machine.pay()
        assert (machine.step, machine.bench.paper_waiting) == (Step.TAKE_PAPER, 3)
        raster = other.printed(number_of(machine))
        machine.kiosk.close()
    sides = [ScannedSide("raster", at, symbols.read(grey), None) for at, grey in enumerate(pwg_raster.read(raster), 1)]
    verdict = judge.judge(sides, load_trust(), machine.clock.now())
    assert verdict.answer is judge.Answer.GENUINE
    assert [seal.page for seal in verdict.seals] == [1, 2, 3]


@pytest.mark.proves("fault-40", "X-26", "F-30")
def test_a_jam_on_the_second_sheet_makes_the_set_void_and_gives_the_fee_back(
    machine: Machine, printer: IppEvePrinter
) -> None:
    printer.mode("jam 2")
    machine.to_paying()
    machine.pay(100, 100, 100, 50)

    assert machine.step is Step.FAILED
    assert machine.runner.session.failure is not None
    assert (machine.runner.session.failure.code, machine.runner.session.failure.refund_owed) == ("E-61", 0)
    assert machine.bench.money.tray == 350
    assert machine.bench.paper_waiting == 1


@pytest.mark.proves("fault-41", "F-31")
def test_paper_that_is_refilled_goes_on_with_the_same_set(
    machine: Machine, printer: IppEvePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    noticed, asked = threading.Event(), IppWire.printer

    def looked(wire: IppWire) -> Attributes:
        said = asked(wire)
        if "media-empty" in str(said["printer-state-reasons"]):
            noticed.set()
        return said

    def refill() -> None:
        noticed.wait(60.0)
        printer.mode("ok")

    monkeypatch.setattr(IppWire, "printer", looked)
    printer.mode("empty 2")
    machine.to_paying()
    clerk = threading.Thread(target=refill)
    clerk.start()
    machine.pay()
    clerk.join()

    told = [one.fields for one in journal.read(machine.folder / "journal" / "journal.db") if one.kind == "printer"]
    assert told == [{"code": "E-60", "detail": "media-empty"}]
    assert (machine.step, machine.runner.session.printer_code) == (Step.TAKE_PAPER, "")
    assert machine.bench.paper_waiting == 3


@pytest.mark.proves("fault-41")
def test_paper_that_nobody_refills_is_not_waited_for_for_ever(printer: IppEvePrinter) -> None:
    printer.mode("empty 2")
    kiosk_side = IppPrinter(printer.url, patience=Patience(look=0.1, stopped=1.0, ending=0.5))
    events = list(kiosk_side.print_set(PDF, PrintJob(NUMBER, 3)))
    assert events[-1] == JobEnded(JobState.CANCELED, 1, PrinterStateReason.MEDIA_EMPTY)
    printer.mode("ok")
    told = IppPrinter(printer.url).outcome(NUMBER)
    assert told is not None
    assert told.state is JobState.CANCELED


@pytest.mark.proves("fault-42", "fault-43")
def test_a_job_that_the_printer_loses_is_not_sent_again(machine: Machine, printer: IppEvePrinter) -> None:
    def power_cut() -> None:
        printer.kill()
        printer.mode("ok")
        printer.start()
        printer.load()

    printer.mode("slow")
    machine.to_paying()
    cut = threading.Timer(1.5, power_cut)
    cut.start()
    machine.pay(100, 100, 100, 50)
    cut.join()

    assert machine.step is Step.FAILED
    assert machine.bench.money.tray == 350
    assert IppPrinter(printer.url).outcome(NUMBER) is None


@pytest.mark.proves("fault-41")
def test_no_money_is_taken_for_a_printer_without_a4(machine: Machine, printer: IppEvePrinter) -> None:
    machine.to_paying()
    printer.load("na_letter_8.5x11in")
    machine.pay(100, 100, 100, 50)

    assert machine.step is Step.FAILED
    assert machine.runner.session.failure is not None
    assert machine.runner.session.failure.code == "E-66"
    assert machine.bench.money.tray == 350
    assert IppPrinter(printer.url).status() == PrinterStatus(
        False, detail="A4 is not loaded; there is na_letter_8.5x11in"
    )


@pytest.mark.proves("fault-41")
def test_an_empty_tray_and_a_one_sided_printer_are_named(printer: IppEvePrinter, tmp_path: Path) -> None:
    printer.load(sheets=0)
    assert IppPrinter(printer.url).status() == PrinterStatus(False, frozenset({PrinterStateReason.MEDIA_EMPTY}))
    with private_ipp_printer(tmp_path / "one-sided", "-l", "one side") as other:
        assert IppPrinter(other.url).status() == PrinterStatus(False, detail="it does not print on both sides")
