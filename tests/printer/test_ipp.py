"""The IPP driver against a printer that misbehaves on demand; `test_system_ipp.py` has a real one."""

import socket
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyipp.enums import IppOperation

from kiosk import commands
from printer import pdf, pwg_raster
from printer.back import sides as back_sides
from printer.document import Rule
from printer.driver import (
    JobEnded,
    JobState,
    JobTaken,
    PrinterStateReason,
    PrinterStatus,
    PrintEvent,
    PrintJob,
    SheetPrinted,
    StillPrinting,
)
from printer.errors import PdfError, PrinterRefused, PrintError, PrinterUnreachable
from printer.ipp import IppPrinter, Patience
from printer.ipp_wire import IppWire
from tests.printer.ipp_server import ABORTED, BUSY, COMPLETED, PROCESSING, IppServer, Job, running
from tests.printer.press import set_of

NUMBER = "012351-20260406-T00001-000001-3"
PDF = b"%PDF-1.7 of three sheets"
JOB = PrintJob(NUMBER, 3)


class Watch:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def pause(self, seconds: float) -> None:
        self.seconds += seconds

    def now(self) -> float:
        return self.seconds


def printer_at(url: str) -> IppPrinter:
    watch = Watch()
    return IppPrinter(url, patience=Patience(look=1, sheet=20, stopped=20, ending=5), now=watch.now, pause=watch.pause)


def told(events: list[PrintEvent]) -> list[PrintEvent]:
    """The events without the printer's names for the job and the ticks between them."""
    return [event for event in events if not isinstance(event, JobTaken | StillPrinting)]


def sheets(count: int) -> list[PrintEvent]:
    return [SheetPrinted(sheet, 0.0) for sheet in range(1, count + 1)]


@pytest.mark.proves("fault-41")
def test_a_printer_that_fits_is_ready_and_one_that_does_not_is_named() -> None:
    with running(IppServer()) as server:
        printer = printer_at(server.url)
        assert printer.status() == PrinterStatus(True)
        server.printer["media-ready"] = "na_letter_8.5x11in"
        assert printer.status() == PrinterStatus(False, detail="A4 is not loaded; there is na_letter_8.5x11in")
        server.printer["sides-supported"] = "one-sided"
        assert printer.status() == PrinterStatus(False, detail="it does not print on both sides")
        server.printer["document-format-supported"] = "image/urf"
        neither = "it takes neither PDF nor PWG raster in 8-bit grey of 300 or 600 dpi"
        assert printer.status() == PrinterStatus(False, detail=neither)


@pytest.mark.proves("fault-41")
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["media-empty-report", "media-low-warning"], PrinterStateReason.MEDIA_EMPTY),
        (["toner-empty-warning"], PrinterStateReason.MARKER_SUPPLY_EMPTY),
        (["cover-open-error"], PrinterStateReason.DOOR_OPEN),
        (["media-jam"], PrinterStateReason.MEDIA_JAM),
        (["input-tray-missing-error"], PrinterStateReason.INPUT_TRAY_MISSING),
        (["output-area-full-warning"], PrinterStateReason.OUTPUT_AREA_FULL),
        (["paused"], PrinterStateReason.SHUTDOWN),
    ],
)
def test_what_stands_against_printing_is_said_in_one_word(words: list[str], reason: PrinterStateReason) -> None:
    with running(IppServer()) as server:
        server.printer["printer-state-reasons"] = words
        assert printer_at(server.url).status() == PrinterStatus(False, frozenset({reason}))


def test_low_toner_is_no_obstacle_and_a_stopped_printer_is_one_without_a_reason() -> None:
    with running(IppServer()) as server:
        server.printer["printer-state-reasons"] = "toner-low-warning"
        assert printer_at(server.url).status().ready
        server.printer["printer-state"] = 5
        assert printer_at(server.url).status() == PrinterStatus(False, detail="it has stopped")


@pytest.mark.proves("fault-42")
def test_wrong_addresses_are_named() -> None:
    unreachable = frozenset({PrinterStateReason.TIMED_OUT})
    with running(IppServer(http_status=404)) as server:
        status = printer_at(server.url).status()
        assert (status.ready, status.reasons) == (False, unreachable)
        assert "no printer answers there" in status.detail
        server.http_status, server.body = 200, b"<html>not a printer</html>"
        assert "the answer is not IPP" in printer_at(server.url).status().detail
    gone = printer_at(server.url).status()
    assert (gone.ready, gone.reasons) == (False, unreachable)
    assert "Connection refused" in gone.detail
    nowhere = printer_at("ipp://no-such-host.invalid/ipp/print").status()
    assert (nowhere.reasons, "no such host" in nowhere.detail) == (unreachable, True)


def test_a_certificate_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "printer.pem").write_text("nothing")
    status = IppPrinter("ipps://127.0.0.1:1/ipp/print", tmp_path / "printer.pem").status()
    assert "not a PEM certificate" in status.detail


def test_a_set_is_one_job_named_by_its_number_on_both_sides_of_a4_unscaled() -> None:
    with running(IppServer()) as server:
        printer = printer_at(server.url)
        assert told(list(printer.print_set(PDF, JOB))) == [*sheets(3), JobEnded(JobState.COMPLETED, 3)]
        assert (printer.outlet(), printer.take(), printer.outlet()) == (3, 3, 0)
    [job] = server.jobs
    assert (job.name, job.document) == (NUMBER, PDF)
    assert job.ticket == {"media": "iso_a4_210x297mm", "sides": "two-sided-long-edge", "print-scaling": "none"}


@pytest.mark.parametrize(
    ("wrong", "value"),
    [
        ("document-format-supported", ["image/urf", "image/jpeg"]),
        ("pwg-raster-document-type-supported", ["black_1", "srgb_8"]),
        ("pwg-raster-document-resolution-supported", (400, 400, 3)),
        ("pwg-raster-document-resolution-supported", (300, 600, 3)),
        ("pwg-raster-document-resolution-supported", (300, 300, 4)),
    ],
)
def test_a_printer_without_pdf_must_take_grey_raster_of_300_or_600_dpi(wrong: str, value: object) -> None:
    with running(IppServer()) as server:
        server.printer["document-format-supported"] = "image/pwg-raster"
        assert printer_at(server.url).status().ready
        server.printer[wrong] = value
        assert not printer_at(server.url).status().ready


@pytest.mark.proves("fault-44")
def test_a_printer_without_pdf_gets_the_sides_as_raster_its_backs_turned(tmp_path: Path) -> None:
    document = pdf.render(set_of(1, tmp_path))
    with running(IppServer(sheets=1)) as server:
        server.printer["document-format-supported"] = "image/pwg-raster"
        server.printer["pwg-raster-document-resolution-supported"] = (300, 300, 3)
        events = told(list(printer_at(server.url).print_set(document, PrintJob(NUMBER, 1))))
    assert events == [*sheets(1), JobEnded(JobState.COMPLETED, 1)]
    [job] = server.jobs
    assert (job.form, job.document) == ("image/pwg-raster", pwg_raster.rasterised(document, 300, "rotated"))


@pytest.mark.proves("fault-44")
def test_a_raster_that_does_not_read_as_the_set_is_not_sent(tmp_path: Path) -> None:
    [page] = set_of(1, tmp_path)
    face, back = back_sides([page])
    spoilt = replace(back, elements=(*back.elements, Rule(0, 5_000, 21_000, 5_000, 500)))
    document = pdf.draw([face, spoilt], datetime(2026, 4, 6, tzinfo=UTC))
    with running(IppServer()) as server:
        server.printer["document-format-supported"] = "image/pwg-raster"
        with pytest.raises(PdfError, match="side 2"):
            list(printer_at(server.url).print_set(document, PrintJob(NUMBER, 1)))
        assert IppOperation.PRINT_JOB not in server.asked


@pytest.mark.proves("fault-42", "fault-43")
def test_a_number_is_sent_once_and_again_only_as_a_reprint() -> None:
    with running(IppServer()) as server:
        printer = printer_at(server.url)
        list(printer.print_set(PDF, JOB))
        with pytest.raises(PrintError):
            list(printer.print_set(PDF, JOB))
        list(printer.print_set(PDF, PrintJob(NUMBER, 3, reprint=True)))
    assert [job.name for job in server.jobs] == [NUMBER, f"{NUMBER}-reprint-1"]


@pytest.mark.proves("fault-40")
@pytest.mark.parametrize("sheet", [1, 2, 3])
def test_a_jam_ends_with_the_sheets_the_printer_counted(sheet: int) -> None:
    def jam(job: Job) -> None:
        if job.out == sheet - 1:
            job.state, server.printer["printer-state-reasons"] = ABORTED, "media-jam-report"

    with running(IppServer(each_look=jam)) as server:
        events = told(list(printer_at(server.url).print_set(PDF, JOB)))
    assert events[:-1] == sheets(sheet - 1)
    assert isinstance(events[-1], JobEnded)
    assert (events[-1].state, events[-1].sheets) == (JobState.ABORTED, sheet - 1)


@pytest.mark.proves("fault-41")
def test_paper_refilled_in_time_goes_on_and_too_late_is_cancelled() -> None:
    def empty(job: Job) -> None:
        server.printer["printer-state-reasons"] = "media-empty-warning" if 3 <= job.looks < until else "none"

    for until, ending in ((8, JobState.COMPLETED), (1000, JobState.CANCELED)):
        with running(IppServer(each_look=empty)) as server:
            events = list(printer_at(server.url).print_set(PDF, JOB))
        assert StillPrinting(PrinterStateReason.MEDIA_EMPTY) in events
        assert isinstance(events[-1], JobEnded)
        assert events[-1].state is ending
        assert server.jobs[0].state == (COMPLETED if until == 8 else 7)


@pytest.mark.proves("fault-41")
@pytest.mark.parametrize(
    ("words", "seconds", "reason"),
    [("door-open-error", 300, PrinterStateReason.DOOR_OPEN), ("toner-low-report", 100, None)],
)
def test_a_stopped_printer_is_given_five_minutes_a_silent_one_a_hundred_seconds(
    words: str, seconds: int, reason: PrinterStateReason | None
) -> None:
    def keeps(job: Job) -> None:
        server.printer["printer-state-reasons"] = "none" if job.looks == 1 else words

    watch = Watch()
    with running(IppServer(sheets=1000, each_look=keeps)) as server:
        printer = IppPrinter(server.url, patience=Patience(look=10), now=watch.now, pause=watch.pause)
        events = told(list(printer.print_set(PDF, JOB)))
    assert events == [*sheets(1), JobEnded(JobState.CANCELED, 1, reason)]
    assert seconds <= watch.seconds <= seconds + 35
    assert server.jobs[0].state == 7


@pytest.mark.proves("fault-40", "fault-41")
def test_a_reason_that_flickers_lengthens_no_wait() -> None:
    def flicker(job: Job) -> None:
        server.printer["printer-state-reasons"] = "media-jam-error" if job.looks % 4 else "other-warning"

    watch = Watch()
    with running(IppServer(each_look=flicker)) as server:
        printer = IppPrinter(server.url, patience=Patience(look=10), now=watch.now, pause=watch.pause)
        events = told(list(printer.print_set(PDF, JOB)))
    assert events == [JobEnded(JobState.CANCELED, 0, PrinterStateReason.MEDIA_JAM)]
    assert 380 <= watch.seconds <= 430


@pytest.mark.proves("fault-42")
def test_a_job_that_the_printer_forgets_is_lost_and_not_sent_again() -> None:
    def forget(job: Job) -> None:
        if job.out == 1:
            server.jobs.remove(job)

    with running(IppServer(each_look=forget)) as server:
        events = told(list(printer_at(server.url).print_set(PDF, JOB)))
    assert events == [*sheets(1), JobEnded(JobState.ABORTED, 1)]
    assert server.asked.count(IppOperation.PRINT_JOB) == 1


@pytest.mark.proves("fault-42", "fault-43")
def test_a_lost_answer_to_print_job_is_asked_for_and_the_set_is_sent_once() -> None:
    with running(IppServer(silent_after={IppOperation.PRINT_JOB})) as server:
        events = told(list(printer_at(server.url).print_set(PDF, JOB)))
        assert events == [*sheets(3), JobEnded(JobState.COMPLETED, 3)]
        assert server.asked.count(IppOperation.PRINT_JOB) == 1


@pytest.mark.proves("fault-42")
def test_a_busy_printer_prints_nothing_and_is_not_asked_twice() -> None:
    with running(IppServer(refusing={IppOperation.PRINT_JOB: BUSY})) as server:
        with pytest.raises(PrinterRefused) as refused:
            list(printer_at(server.url).print_set(PDF, JOB))
        assert refused.value.status == BUSY
        assert (server.jobs, server.asked.count(IppOperation.PRINT_JOB)) == ([], 1)


@pytest.mark.proves("fault-44")
def test_a_printer_that_leaves_out_the_second_side_is_stopped() -> None:
    with running(IppServer(ignoring=("sides",))) as server:
        assert list(printer_at(server.url).print_set(PDF, JOB)) == [JobEnded(JobState.ABORTED, 0)]
        assert server.jobs[0].state == 7


@pytest.mark.proves("fault-43")
def test_more_or_fewer_sheets_than_asked_for_are_no_complete_set() -> None:
    for counted in (2, 6):
        with running(IppServer(sheets=counted)) as server:
            events = told(list(printer_at(server.url).print_set(PDF, JOB)))
        assert events[-1] == JobEnded(JobState.ABORTED, counted)


@pytest.mark.proves("F-01", "fault-43")
def test_giving_up_cancels_the_job_and_one_out_of_reach_before_the_next_use() -> None:
    with running(IppServer(sheets=1000)) as server:
        printer = printer_at(server.url)
        events = printer.print_set(PDF, PrintJob(NUMBER, 20))
        assert next(events) == JobTaken(1, "urn:uuid:00000000-0000-4000-8000-000000000001")
        assert next(events) == SheetPrinted(1, 0.0)
        server.refusing = {IppOperation.CANCEL_JOB: BUSY}
        events.close()
        assert server.jobs[0].state == PROCESSING
        server.refusing = {}
        assert printer.status().ready
        assert server.jobs[0].state == 7


@pytest.mark.proves("fault-19")
def test_after_a_restart_the_printer_is_asked_and_what_is_not_over_is_cancelled() -> None:
    with running(IppServer()) as server:
        assert printer_at(server.url).outcome(NUMBER) is None
        list(printer_at(server.url).print_set(PDF, JOB))
        assert printer_at(server.url).outcome(NUMBER) == JobEnded(JobState.COMPLETED, 3)
        server.jobs[0].state, server.jobs[0].out = PROCESSING, 1
        assert printer_at(server.url).outcome(NUMBER) == JobEnded(JobState.CANCELED, 1)
    assert printer_at(server.url).outcome(NUMBER) is None


@pytest.mark.proves("fault-41")
def test_the_doctor_names_what_keeps_a_printer_from_certificates(capsys: pytest.CaptureFixture[str]) -> None:
    with running(IppServer()) as server:
        assert commands.run(["doctor", "--printer", server.url]) == 0
        server.printer["sides-supported"] = "one-sided"
        assert commands.run(["doctor", "--printer", server.url]) == 1
    assert "(it does not print on both sides)" in capsys.readouterr().out
    assert commands.run(["doctor", "--printer", "lpt1"]) == 2


@pytest.mark.proves("fault-42")
def test_a_printer_that_dribbles_is_not_waited_for_for_ever() -> None:
    def dribble() -> None:
        line, _ = listening.accept()
        with line, suppress(OSError):
            for octet in b"HTTP/1.1 200 OK\r\nX-Slow: " + bytes(500):
                line.send(bytes([octet]))
                time.sleep(0.1)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=dribble)
        thread.start()
        began = time.monotonic()
        with pytest.raises(PrinterUnreachable, match="does not answer"):
            IppWire(f"ipp://127.0.0.1:{listening.getsockname()[1]}/ipp/print", patience=0.5).printer()
        assert time.monotonic() - began < 20
        thread.join()
