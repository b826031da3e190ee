"""Prints on a real IPP Everywhere printer, and believes nothing that the printer does not say.

Separate from `ipp_wire`, which only talks. One job for each set, named by its set number, so that it is
found again after a cable was pulled or the kiosk was restarted; a job whose fate is not known is
asked for and cancelled, never sent again (fault-42, fault-43). Sheets are counted by the printer.
"""

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from printer import ipp_fit
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
from printer.errors import PrinterError, PrinterRefused, PrintError, PrinterUnreachable
from printer.ipp_fit import A4, PDF, PWG_RASTER, TWO_SIDED, UNSCALED
from printer.ipp_wire import Attributes, IppWire

_STATES = {
    3: JobState.PENDING,
    4: JobState.PENDING,
    5: JobState.PROCESSING,
    6: JobState.PROCESSING_STOPPED,
    7: JobState.CANCELED,
    8: JobState.ABORTED,
    9: JobState.COMPLETED,
}
_OVER = (JobState.CANCELED, JobState.ABORTED, JobState.COMPLETED)
_STOPPED = 5
"""printer-state stopped (RFC 8011 5.4.11)"""
_AGAIN = "-reprint-"


@dataclass(frozen=True)
class Patience:
    """Seconds: between two looks at the printer, without a new sheet, and for a cancelled job to end.

    `stopped` is for a printer that says what a person must mend, `sheet` for one that says nothing;
    together they are shorter than the deadline of the printer's lane (fault-41).
    """

    look: float = 0.5
    sheet: float = 100.0
    stopped: float = 300.0
    ending: float = 15.0


class IppPrinter:
    """The printer at `url`, like ipp://printer.local:631/ipp/print; it is spoken to only when asked for something."""

    def __init__(
        self,
        url: str,
        certificate: Path | None = None,
        *,
        patience: Patience = Patience(),
        now: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
        jobs: str = "",
    ) -> None:
        """`jobs` begins every job's name: kiosks that share a printer and a terminal id tell theirs apart."""
        self._wire = IppWire(url, certificate)
        self._patience, self._now, self._pause, self._prefix = patience, now, pause, jobs
        self._lying = 0
        self._doubtful: set[str] = set()

    def status(self) -> PrinterStatus:
        """Ask whether it could print a set now: A4 loaded, both sides, PDF, nothing missing (fault-41).

        A job that could not be cancelled while the printer was out of reach is cancelled first (fault-43).
        """
        try:
            said = self._wire.printer()
            for set_number in tuple(self._doubtful):
                self._purge(set_number)
        except PrinterUnreachable as error:
            return PrinterStatus(False, frozenset({PrinterStateReason.TIMED_OUT}), str(error))
        except PrinterRefused as error:
            return PrinterStatus(False, detail=str(error))
        reasons = ipp_fit.reasons(said)
        if unfit := ipp_fit.unfit(said, reasons):
            return PrinterStatus(False, reasons, unfit)
        stopped = said.get("printer-state") == _STOPPED or not said.get("printer-is-accepting-jobs", True)
        return PrinterStatus(not (reasons or stopped), reasons, "it has stopped" if stopped else "")

    def outlet(self) -> int:
        """Sheets that were counted out and not taken yet; a real outlet has no eye."""
        return self._lying

    def take(self) -> int:
        """Somebody says that the outlet is empty."""
        taken, self._lying = self._lying, 0
        return taken

    def printed(self, job: PrintJob) -> bytes | None:  # noqa: ARG002 - no printer of this kind gives its output back
        """None: what lies in the outlet cannot be read."""
        return None

    def print_set(self, pdf: bytes, job: PrintJob) -> Generator[PrintEvent, None, None]:
        """See `printer.driver.Printer.print_set`."""
        ended = False
        try:
            for event in self._printing(pdf, job):
                ended = isinstance(event, JobEnded)
                self._lying += isinstance(event, SheetPrinted)
                yield event
        finally:
            if not ended:
                self._purge(job.set_number)

    def outcome(self, set_number: str) -> JobEnded | None:
        """Ask for the newest job of that number; one that is not over is cancelled and waited for (fault-19)."""
        self._purge(set_number)
        try:
            found = self._jobs_of(set_number)
        except PrinterError:
            return None
        newest = max(found, key=lambda said: int(said["job-id"]), default=None)
        return JobEnded(_state(newest), _sheets(newest)) if newest and _is_over(newest) else None

    # One job

    def _printing(self, pdf: bytes, job: PrintJob) -> Generator[PrintEvent, None, None]:
        if self._jobs_of(job.set_number) and not job.reprint:
            raise PrintError(f"{job.set_number} was printed before")
        self._purge(job.set_number)
        said = self._send(pdf, job.set_number)
        if said is None:
            yield JobEnded(JobState.ABORTED, 0)
        else:
            yield self._taken(said)
            yield from self._watch(int(said["job-id"]), job)

    def _taken(self, said: Attributes) -> JobTaken:
        """The printer's own names for a job; some say its UUID only when they are asked."""
        job_id = int(said["job-id"])
        told = said if "job-uuid" in said else self._look(job_id)[0] or {}
        return JobTaken(job_id, str(told.get("job-uuid", "")))

    def _send(self, pdf: bytes, set_number: str) -> Attributes | None:
        """Send the set once; return the job, None where the printer does not have it as it was wanted."""
        again = len(self._jobs_of(set_number))
        name = f"{self._prefix}{set_number}{_AGAIN}{again}" if again else f"{self._prefix}{set_number}"
        printer = self._wire.printer()
        unscaled = UNSCALED in ipp_fit.many(printer, "print-scaling-supported")
        ticket = {"media": A4, "sides": TWO_SIDED} | ({"print-scaling": UNSCALED} if unscaled else {})
        form, document = _document(pdf, printer)
        try:
            said, ignored = self._wire.print_job(name, ticket, form, document)
        except PrinterUnreachable:
            return next((one for one in self._jobs_of(set_number) if one.get("job-name") == name), None)
        if set(ticket) & set(ignored):
            self._purge(set_number)
            return None
        return said

    def _jobs_of(self, set_number: str) -> list[Attributes]:
        """All jobs of a set, however often it was sent."""
        name = f"{self._prefix}{set_number}"
        return [said for said in self._wire.jobs() if str(said.get("job-name")).partition(_AGAIN)[0] == name]

    def _watch(self, job_id: int, job: PrintJob) -> Generator[PrintEvent, None, None]:
        """Look at the job until it is over, lost, or no sheet has come for too long."""
        out, reason, wait = 0, None, _Wait(self._patience, self._now)
        while wait.goes_on:
            said, reason = self._look(job_id)
            if said is None:
                yield JobEnded(JobState.ABORTED, out, reason)
                return
            counted = max(out, min(_sheets(said), job.sheets))
            if _is_over(said):
                yield from _last(said, out, job.sheets, reason)
                return
            yield from (SheetPrinted(sheet, 0.0) for sheet in range(out + 1, counted + 1))
            wait.looked(_is_stopped(said, reason), sheet_came=counted > out)
            out = counted
            yield StillPrinting(reason)
            self._pause(self._patience.look)
        self._purge(job.set_number)
        yield JobEnded(JobState.CANCELED, out, reason)

    def _look(self, job_id: int) -> tuple[Attributes | None, PrinterStateReason | None]:
        """The job as the printer tells it, and what keeps it; an unreachable printer is asked again later."""
        try:
            reasons = ipp_fit.reasons(self._wire.printer())
            return self._wire.job(job_id), min(reasons, key=lambda one: one.value, default=None)
        except PrinterUnreachable:
            return {}, PrinterStateReason.TIMED_OUT
        except PrinterRefused:
            return None, None

    def _purge(self, set_number: str) -> None:
        """Cancel what is left of a set and wait until it is over: no sheet comes out behind the kiosk's back.

        What cannot be settled now is in doubt, and cancelled before the printer is used again.
        """
        self._doubtful.add(set_number)
        give_up = self._now() + self._patience.ending
        while self._now() < give_up:
            try:
                live = [said for said in self._jobs_of(set_number) if not _is_over(said)]
                for said in live:
                    self._wire.cancel(int(said["job-id"]))
            except PrinterError:
                return
            if not live:
                self._doubtful.discard(set_number)
                return
            self._pause(self._patience.look)


def _document(pdf: bytes, printer: Attributes) -> tuple[str, bytes]:
    """The set in a format that the printer takes: as it is, or as a raster that was read back. Raises PdfError."""
    dpi = ipp_fit.raster_dpi(printer)
    if dpi is None or PDF in ipp_fit.many(printer, "document-format-supported"):
        return PDF, pdf
    from printer import pwg_raster

    return PWG_RASTER, pwg_raster.rasterised(pdf, dpi, str(printer.get("pwg-raster-document-sheet-back", "normal")))


class _Wait:
    """Seconds since the last sheet, those of a stopped printer apart: a reason that flickers lengthens neither."""

    def __init__(self, patience: Patience, now: Callable[[], float]) -> None:
        self._most = {False: patience.sheet, True: patience.stopped}
        self._spent = {False: 0.0, True: 0.0}
        self._now, self._last = now, now()

    @property
    def goes_on(self) -> bool:
        """False when the set is to be given up."""
        return all(self._spent[stopped] < most for stopped, most in self._most.items())

    def looked(self, stopped: bool, *, sheet_came: bool) -> None:
        """Count the time since the last look."""
        now = self._now()
        if sheet_came:
            self._spent = {False: 0.0, True: 0.0}
        self._spent[stopped] += now - self._last
        self._last = now


def _is_stopped(said: Attributes, reason: PrinterStateReason | None) -> bool:
    """True while somebody may mend what keeps the job; a printer out of reach is not known to wait for anybody."""
    return _state(said) is JobState.PROCESSING_STOPPED or reason not in (None, PrinterStateReason.TIMED_OUT)


def _last(
    said: Attributes, out: int, wanted: int, reason: PrinterStateReason | None
) -> Generator[PrintEvent, None, None]:
    """The end of a job: a completed one must be counted whole, by a printer that counts."""
    state = _state(said)
    counted = _sheets(said) if _counts(said) or state is not JobState.COMPLETED else wanted
    yield from (SheetPrinted(sheet, 0.0) for sheet in range(out + 1, min(counted, wanted) + 1))
    not_whole = state is JobState.COMPLETED and counted != wanted
    yield JobEnded(JobState.ABORTED if not_whole else state, counted, reason)


def _is_over(said: Attributes) -> bool:
    return _state(said) in _OVER


def _state(said: Attributes) -> JobState:
    return _STATES.get(int(said.get("job-state", 0)), JobState.PROCESSING)


def _counts(said: Attributes) -> bool:
    """True for a printer that counts sheets or sides."""
    return "job-media-sheets-completed" in said or "job-impressions-completed" in said


def _sheets(said: Attributes) -> int:
    """Sheets that are out: counted by the printer, or two printed sides each."""
    if "job-media-sheets-completed" in said:
        return int(said["job-media-sheets-completed"])
    return int(said.get("job-impressions-completed", 0)) // 2
