"""The emulated printer in its corners: exactly the sheets that came out, and no number twice."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from printer import imaging, pdf, readback
from printer.driver import (
    JobEnded,
    JobState,
    Printer,
    PrinterStateReason,
    PrinterStatus,
    PrintEvent,
    PrintJob,
    SheetPrinted,
)
from printer.errors import OutletError, PrintError
from printer.flaws import Flaw
from printer.folder import FolderPrinter
from printer.verify import Mismatch, MismatchReason
from tests.printer.press import OTHER_SET, SET, Press, checked, demo_page, set_of

JOB = PrintJob(SET, 3)


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return pdf.render(set_of(3, tmp_path_factory.mktemp("seal")))


@pytest.fixture
def printer(tmp_path: Path) -> FolderPrinter:
    return FolderPrinter(tmp_path / "outlet", warm_up_s=8.0, sheet_s=6.0)


def lying(printer: FolderPrinter, tmp_path: Path) -> list[str]:
    """What lies there, the printer's own memory aside."""
    return sorted(path.name for path in (tmp_path / "outlet").iterdir() if path.name != ".memory.json")


def through_the_port(printer: Printer, paper: bytes, job: PrintJob) -> list[PrintEvent]:
    """All events of a job, seen as the kiosk sees the device."""
    return list(printer.print_set(paper, job))


def test_a_set_comes_out_sheet_by_sheet(printer: FolderPrinter, paper: bytes, tmp_path: Path) -> None:
    assert printer.status() == PrinterStatus(True)
    assert through_the_port(printer, paper, JOB) == [
        SheetPrinted(1, 14.0),
        SheetPrinted(2, 6.0),
        SheetPrinted(3, 6.0),
        JobEnded(JobState.COMPLETED, 3),
    ]
    assert lying(printer, tmp_path) == [f"{SET}.pdf"]
    file = printer.files(SET)[0]
    assert file.read_bytes() == paper
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (printer.outlet(), printer.take(), printer.outlet(), printer.take()) == (3, 3, 0, 0)


def test_the_whole_set_lies_there_before_the_last_sheet_is_told(
    printer: FolderPrinter, paper: bytes, tmp_path: Path
) -> None:
    events = printer.print_set(paper, JOB)
    assert not (tmp_path / "outlet" / f"{SET}.pdf").exists()
    seen = [next(events), next(events)]
    assert not (tmp_path / "outlet" / f"{SET}.pdf").exists()
    seen.append(next(events))
    assert (tmp_path / "outlet" / f"{SET}.pdf").read_bytes() == paper
    assert [*seen, *events][-1] == JobEnded(JobState.COMPLETED, 3)


@pytest.mark.proves("F-03", "fault-43")
def test_a_number_is_never_printed_twice(printer: FolderPrinter, paper: bytes, tmp_path: Path) -> None:
    through_the_port(printer, paper, JOB)
    with pytest.raises(PrintError):
        next(printer.print_set(b"another", JOB))
    assert lying(printer, tmp_path) == [f"{SET}.pdf"]
    assert printer.files(SET)[0].read_bytes() == paper
    assert printer.outlet() == 3


@pytest.mark.proves("F-03")
def test_a_number_that_was_taken_meanwhile_is_left_alone(printer: FolderPrinter, paper: bytes, tmp_path: Path) -> None:
    events = printer.print_set(paper, JOB)
    next(events)
    (tmp_path / "outlet" / f"{SET}.pdf").write_bytes(b"theirs")
    next(events)
    with pytest.raises(PrintError):
        next(events)
    assert printer.files(SET)[0].read_bytes() == b"theirs"
    assert not list((tmp_path / "outlet").glob(".spool*"))


def test_a_reprint_is_marked_and_numbered(printer: FolderPrinter, paper: bytes, tmp_path: Path) -> None:
    again = PrintJob(SET, 3, reprint=True)
    for job in (JOB, again, again, PrintJob(OTHER_SET, 3)):
        assert through_the_port(printer, paper, job)[-1] == JobEnded(JobState.COMPLETED, 3)
    assert lying(printer, tmp_path) == sorted(
        [f"{SET}.pdf", f"{SET}-reprint-1.pdf", f"{SET}-reprint-2.pdf", f"{OTHER_SET}.pdf"]
    )
    assert [path.name for path in printer.files(SET)] == [
        f"{SET}.pdf", f"{SET}-reprint-1.pdf", f"{SET}-reprint-2.pdf"
    ]  # fmt: skip


@pytest.mark.proves("fault-40", "fault-41")
@pytest.mark.parametrize("reason", PrinterStateReason)
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_fault_at_a_sheet_leaves_the_sheets_before_it(
    at: int, reason: PrinterStateReason, printer: FolderPrinter, paper: bytes, tmp_path: Path
) -> None:
    printer.fault(reason, at_sheet=at)
    assert printer.status().ready
    events = through_the_port(printer, paper, JOB)
    assert events[:-1] == [SheetPrinted(sheet, 14.0 if sheet == 1 else 6.0) for sheet in range(1, at)]
    assert events[-1] == JobEnded(JobState.ABORTED, at - 1, reason)
    assert printer.outlet() == at - 1
    assert printer.status() == PrinterStatus(False, frozenset({reason}))
    assert lying(printer, tmp_path) == ([f"{SET}-part-1.pdf"] if at > 1 else [])
    if at > 1:
        assert readback.sides(printer.files(SET)[0].read_bytes()) == readback.sides(paper)[: 2 * (at - 1)]


@pytest.mark.proves("fault-41")
def test_a_printer_that_is_not_ready_starts_nothing(printer: FolderPrinter, paper: bytes, tmp_path: Path) -> None:
    printer.fault(PrinterStateReason.MEDIA_EMPTY)
    assert not printer.status().ready
    ended = JobEnded(JobState.ABORTED, 0, PrinterStateReason.MEDIA_EMPTY)
    assert through_the_port(printer, paper, JOB) == [ended]
    assert lying(printer, tmp_path) == []
    printer.repair()
    assert printer.status() == PrinterStatus(True)
    assert through_the_port(printer, paper, JOB)[-1] == JobEnded(JobState.COMPLETED, 3)


@pytest.mark.proves("fault-40")
def test_after_a_jam_the_set_comes_out_only_as_a_reprint(printer: FolderPrinter, paper: bytes) -> None:
    printer.fault(PrinterStateReason.MEDIA_JAM, at_sheet=2)
    through_the_port(printer, paper, JOB)
    printer.repair()
    with pytest.raises(PrintError):
        through_the_port(printer, paper, JOB)
    again = through_the_port(printer, paper, PrintJob(SET, 3, reprint=True))
    assert again[-1] == JobEnded(JobState.COMPLETED, 3)


def test_a_job_given_up_stops_at_the_sheet_that_is_out(printer: FolderPrinter, paper: bytes, tmp_path: Path) -> None:
    events = printer.print_set(paper, JOB)
    next(events)
    events.close()
    assert printer.outlet() == 1
    assert lying(printer, tmp_path) == [f"{SET}-part-1.pdf"]


@pytest.mark.proves("fault-16", "fault-19")
def test_a_killed_job_ends_at_the_next_start_with_the_sheets_that_were_out(paper: bytes, tmp_path: Path) -> None:
    (tmp_path / "set.pdf").write_bytes(paper)
    killed = (
        "import os, pathlib\nfrom printer.folder import FolderPrinter\nfrom printer.driver import PrintJob\n"
        f"printer = FolderPrinter(pathlib.Path({str(tmp_path / 'outlet')!r}))\n"
        f"paper = pathlib.Path({str(tmp_path / 'set.pdf')!r}).read_bytes()\n"
        f"events = printer.print_set(paper, PrintJob({SET!r}, 3))\n"
        "next(events)\nnext(events)\nos.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    assert subprocess.run([sys.executable, "-c", killed], env=environment, check=False).returncode == -9
    assert sorted(path.name for path in (tmp_path / "outlet").iterdir()) == [".memory.json", f".spool-{SET}"]
    again = FolderPrinter(tmp_path / "outlet")
    assert lying(again, tmp_path) == [f"{SET}-part-1.pdf"]
    assert (again.outlet(), again.outcome(SET)) == (2, JobEnded(JobState.ABORTED, 2))
    assert again.take() == 2
    assert FolderPrinter(tmp_path / "outlet").outlet() == 0


@pytest.mark.proves("fault-19")
@pytest.mark.parametrize(
    ("cut", "out", "files"),
    [
        ("printer sheet 1: begin", 0, []),
        ("printer sheet 1: done", 1, [f"{SET}-part-1.pdf"]),
        ("printer sheet 3: begin", 2, [f"{SET}-part-1.pdf"]),
        ("printer sheet 3: done", 3, [f"{SET}.pdf"]),
    ],
)
def test_a_power_cut_at_any_sheet_leaves_what_was_out(
    cut: str, out: int, files: list[str], paper: bytes, tmp_path: Path
) -> None:
    def hook(name: str) -> None:
        if name == cut:
            raise PowerCut

    with pytest.raises(PowerCut):
        list(FolderPrinter(tmp_path / "outlet", hook=hook).print_set(paper, JOB))
    again = FolderPrinter(tmp_path / "outlet")
    state = JobState.COMPLETED if out == 3 else JobState.ABORTED
    assert (again.outcome(SET), again.outlet(), lying(again, tmp_path)) == (JobEnded(state, out), out, files)


class PowerCut(BaseException):
    """Nothing tidies up after it."""


@pytest.mark.proves("fault-19")
def test_a_number_that_never_came_is_known_as_such_until_the_memory_is_lost(tmp_path: Path, paper: bytes) -> None:
    printer = FolderPrinter(tmp_path / "outlet")
    assert printer.outcome(SET) == JobEnded(JobState.ABORTED, 0)
    through_the_port(printer, paper, JOB)
    (tmp_path / "outlet" / ".memory.json").write_bytes(b'{"lying": 3')
    assert FolderPrinter(tmp_path / "outlet").outcome(SET) is None
    printer.forget()
    assert FolderPrinter(tmp_path / "outlet").outcome(SET) is None
    assert FolderPrinter(tmp_path / "outlet").outlet() == 3


@pytest.mark.proves("fault-44", "F-04", "F-32")
@pytest.mark.parametrize(
    ("flaw", "sheet", "reason", "at"),
    [
        (Flaw.BLANK_BACK, 2, MismatchReason.TEXT_DIFFERS, 2),
        (Flaw.FLIPPED, 3, MismatchReason.TEXT_DIFFERS, 3),
        (Flaw.FOREIGN_SHEET, 2, MismatchReason.TEXT_DIFFERS, 2),
        (Flaw.REVERSED, 1, MismatchReason.TEXT_DIFFERS, 1),
        (Flaw.TWICE, 1, MismatchReason.INCOMPLETE, None),
    ],
)
def test_what_came_out_wrong_is_found_when_it_is_read_back(
    flaw: Flaw, sheet: int, reason: MismatchReason, at: int | None, tmp_path: Path
) -> None:
    demo = [demo_page(at, 3) for at in (1, 2, 3)]
    pages, others = set_of(3, tmp_path), checked(demo, tmp_path, Press(set_number=OTHER_SET)).pages
    printer = FolderPrinter(tmp_path / "outlet")
    through_the_port(printer, pdf.render(others), PrintJob(OTHER_SET, 3))
    paper = pdf.render(pages)
    printer.spoil(flaw, sheet)
    events = through_the_port(printer, paper, JOB)
    twice = 3 if flaw is Flaw.TWICE else 0
    assert (events[-1], printer.outlet()) == (JobEnded(JobState.COMPLETED, 3 + twice), 6 + twice)
    came_out = printer.printed(JOB)
    assert came_out is not None
    assert readback.read_back(came_out, pages) == Mismatch(reason, at)
    through_the_port(printer, paper, PrintJob(SET, 3, reprint=True))
    assert printer.printed(JOB) == paper


@pytest.mark.proves("fault-42")
def test_a_job_that_gets_lost_stops_and_leaves_no_trace(printer: FolderPrinter, paper: bytes, tmp_path: Path) -> None:
    printer.spoil(Flaw.LOST, 2)
    assert through_the_port(printer, paper, JOB)[1:] == [JobEnded(JobState.ABORTED, 1)]
    assert printer.status().ready
    assert lying(printer, tmp_path) == [f"{SET}-part-1.pdf"]


def test_pictures_of_every_side_lie_beside_the_set(paper: bytes, tmp_path: Path) -> None:
    printer = FolderPrinter(tmp_path / "outlet", pictures=True)
    through_the_port(printer, paper, JOB)
    pictures = [f"{SET}-{sheet}-{side}.png" for sheet in (1, 2, 3) for side in ("back", "face")]
    assert lying(printer, tmp_path) == [*pictures, f"{SET}.pdf"]
    [picture] = imaging.pages((tmp_path / "outlet" / pictures[0]).read_bytes(), 1)
    assert picture.shape == (1754, 1241)


def test_a_folder_that_cannot_be_written_is_said(paper: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutletError, match="file"):
        FolderPrinter(tmp_path / "file" / "outlet")
    printer = FolderPrinter(tmp_path / "outlet")
    (tmp_path / "outlet").rmdir()
    with pytest.raises(OutletError):
        next(printer.print_set(paper, JOB))
    assert printer.outlet() == 0


@pytest.mark.parametrize("wrong", [("../etc", 1), ("", 1), (SET, 0), (SET, 21), (f"{SET}/x", 1)])
def test_what_is_no_job_is_refused(wrong: tuple[str, int]) -> None:
    with pytest.raises(ValueError, match="print job"):
        PrintJob(*wrong)


def test_files_are_for_the_owner_alone(printer: FolderPrinter, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "outlet").stat().st_mode) == 0o700
