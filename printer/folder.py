"""The emulated printer: a folder is the outlet, a PDF file is the paper.

Right in the corners, because incidents come from there: a set number is never printed over
(F-03), a file appears whole or not at all and survives a power cut, a jam leaves exactly the
sheets that came out, and nothing of a job lies about when it is over. It never sleeps: how long
a real engine takes is told as a value. Files are for the owner's eyes only.
Needs a file system with hard links: linking lets one job alone take a name.

    SET.pdf             the whole set
    SET-reprint-K.pdf   a set printed again under its number
    SET-part-K.pdf      sheets that came out before a fault or a cancellation
"""

import os
import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from printer import readback
from printer.driver import (
    JobEnded,
    JobState,
    PrinterStateReason,
    PrinterStatus,
    PrintEvent,
    PrintJob,
    SheetPrinted,
)
from printer.errors import OutletError, PrintError

_SPOOL = ".spool-"
_OWNER_ONLY = 0o600
_FOLDER_OWNER_ONLY = 0o700


class FolderPrinter:
    """Prints into `directory`. The first sheet takes `warm_up_s` more than the `sheet_s` of each.

    Raises OutletError where the folder cannot be made or cleared of what a killed job left.
    """

    def __init__(self, directory: Path, *, warm_up_s: float = 8.0, sheet_s: float = 6.0) -> None:
        self._directory = directory
        self._warm_up_s, self._sheet_s = warm_up_s, sheet_s
        self._lock = threading.Lock()
        self._faults: set[PrinterStateReason] = set()
        self._awaiting: dict[int, PrinterStateReason] = {}
        self._lying = 0
        with _writing(directory):
            directory.mkdir(_FOLDER_OWNER_ONLY, parents=True, exist_ok=True)
            for left in directory.glob(f"{_SPOOL}*"):
                left.unlink()

    def status(self) -> PrinterStatus:
        with self._lock:
            return PrinterStatus(not self._faults, frozenset(self._faults))

    def outlet(self) -> int:
        with self._lock:
            return self._lying

    def take(self) -> int:
        with self._lock:
            taken, self._lying = self._lying, 0
            return taken

    def fault(self, reason: PrinterStateReason, at_sheet: int | None = None) -> None:
        """Emulate a fault: now, or when sheet `at_sheet` (from 1) of a job is about to come out."""
        with self._lock:
            if at_sheet is None:
                self._faults.add(reason)
            else:
                self._awaiting[at_sheet] = reason

    def repair(self) -> None:
        """Paper refilled, jam cleared, door shut, power on; faults still awaited are forgotten."""
        with self._lock:
            self._faults.clear()
            self._awaiting.clear()

    def printed(self, job: PrintJob) -> bytes | None:  # noqa: ARG002 - for now
        """Nothing but what was sent comes out of this printer."""
        return None

    def outcome(self, set_number: str) -> JobEnded | None:
        """See `printer.driver.Printer.outcome`."""
        whole = any("-part-" not in file.name for file in self.files(set_number))
        return JobEnded(JobState.COMPLETED if whole else JobState.ABORTED, 0)

    def files(self, set_number: str) -> tuple[Path, ...]:
        """Everything that came out under this number, the whole set first."""
        whole = self._directory / f"{set_number}.pdf"
        others = sorted(self._directory.glob(f"{set_number}-*-*.pdf"))
        return (whole, *others) if whole.exists() else tuple(others)

    def print_set(self, pdf: bytes, job: PrintJob) -> Generator[PrintEvent, None, None]:
        """See `printer.driver.Printer.print_set`; nothing happens before the first event is asked for."""
        if not job.reprint and self.files(job.set_number):
            raise PrintError(f"{job.set_number} was printed before")
        reason = self._first_fault()
        spooled = self._spool(pdf, job) if reason is None else None
        out = 0
        try:
            while reason is None and out < job.sheets:
                reason = self._fault_at(out + 1)
                if reason is None:
                    self._sheet_out(spooled, job, out + 1)
                    out += 1
                    yield SheetPrinted(out, self._sheet_s + (self._warm_up_s if out == 1 else 0.0))
        finally:
            self._clear(spooled, pdf, job, out)
        yield JobEnded(JobState.COMPLETED if reason is None else JobState.ABORTED, out, reason)

    def _first_fault(self) -> PrinterStateReason | None:
        with self._lock:
            return min(self._faults, key=lambda reason: reason.value, default=None)

    def _fault_at(self, sheet: int) -> PrinterStateReason | None:
        with self._lock:
            if (reason := self._awaiting.pop(sheet, None)) is not None:
                self._faults.add(reason)
        return self._first_fault()

    def _sheet_out(self, spooled: Path | None, job: PrintJob, sheet: int) -> None:
        """The last sheet makes the file appear, before anybody is told that it came out."""
        if spooled is not None and sheet == job.sheets:
            self._put(spooled, job)
        with self._lock:
            self._lying += 1

    def _clear(self, spooled: Path | None, pdf: bytes, job: PrintJob, out: int) -> None:
        """Leave nothing of the job but paper: of a broken one, the sheets that came out."""
        if spooled is None:
            return
        with _writing(spooled):
            spooled.unlink()
        if 0 < out < job.sheets:
            part = self._spool(readback.first_sheets(pdf, out), job)
            self._link(part, (f"{job.set_number}-part-{k}.pdf" for k in count(1)))
            with _writing(part):
                part.unlink()
        self._sync()

    def _put(self, spooled: Path, job: PrintJob) -> None:
        if job.reprint:
            self._link(spooled, (f"{job.set_number}-reprint-{k}.pdf" for k in count(1)))
        else:
            self._link(spooled, [f"{job.set_number}.pdf"])
        self._sync()

    def _spool(self, pdf: bytes, job: PrintJob) -> Path:
        path = self._directory / f"{_SPOOL}{job.set_number}"
        with _writing(path):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
            with os.fdopen(handle, "wb") as file:
                file.write(pdf)
                file.flush()
                os.fsync(file.fileno())
        return path

    def _link(self, spooled: Path, names: Iterable[str]) -> None:
        """Give the file the first name that nobody has; an existing file is never touched."""
        for name in names:
            path = self._directory / name
            with _writing(path):
                try:
                    os.link(spooled, path)
                except FileExistsError:
                    continue
            return
        raise PrintError("this set number was printed meanwhile")

    def _sync(self) -> None:
        """Make the folder's entries survive a power cut."""
        with _writing(self._directory):
            folder = os.open(self._directory, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutletError(f"{path}: {error.strerror}") from error
