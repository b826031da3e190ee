"""The emulated printer: a folder is the outlet, a PDF file is the paper.

Right in the corners, because incidents come from there: a set number is never printed over
(F-03), a file appears whole or not at all and survives a power cut, a jam leaves exactly the
sheets that came out, and nothing of a job lies about when it is over. It never sleeps: how long
a real engine takes is told as a value. Files are for the owner's eyes only.
Needs a file system with hard links: linking lets one job alone take a name.

    SET.pdf             the whole set
    SET-reprint-K.pdf   a set printed again under its number
    SET-part-K.pdf      sheets that came out before a fault, a cancellation or a power cut
    …-I-face.png        where pictures are wanted: a side of sheet I, and …-I-back.png
"""

import threading
from collections.abc import Callable, Generator, Iterable
from itertools import count
from pathlib import Path

from printer import flaws, readback, stable
from printer.driver import (
    JobEnded,
    JobState,
    PrinterStateReason,
    PrinterStatus,
    PrintEvent,
    PrintJob,
    SheetPrinted,
)
from printer.errors import DocumentError, PdfError, PrinterError, PrintError
from printer.flaws import Flaw
from printer.formats import Format
from printer.memory import KnownJob, PrinterMemory

_SPOOL, _MEMORY = ".spool-", ".memory.json"
_FOLDER_OWNER_ONLY = 0o700
_PICTURE_DPI = 150


def _nothing(_name: str) -> None:
    """Do nothing when a sheet comes out."""


class FolderPrinter:
    """Prints into `directory`. The first sheet takes `warm_up_s` more than the `sheet_s` of each.

    `pictures`: also a PNG of each side. `form`: what it is given. `hook`: see `printer.memory`.
    Raises OutletError where the folder cannot be made, or a job that a power cut interrupted cannot be ended.
    """

    def __init__(
        self,
        directory: Path,
        *,
        pictures: bool = False,
        form: Format = readback,
        warm_up_s: float = 8.0,
        sheet_s: float = 6.0,
        hook: Callable[[str], None] = _nothing,
    ) -> None:
        self._directory, self._pictures, self._form = directory, pictures, form
        self._warm_up_s, self._sheet_s = warm_up_s, sheet_s
        self._lock = threading.Lock()
        self._faults: set[PrinterStateReason] = set()
        self._awaiting: dict[int, PrinterStateReason] = {}
        self._flaw: tuple[Flaw, int] | None = None
        with stable.writing(directory):
            directory.mkdir(_FOLDER_OWNER_ONLY, parents=True, exist_ok=True)
        self._memory = PrinterMemory(directory / _MEMORY, hook)
        self._power_back()

    def status(self) -> PrinterStatus:
        with self._lock:
            return PrinterStatus(not self._faults, frozenset(self._faults))

    def outlet(self) -> int:
        with self._lock:
            return self._memory.lying

    def take(self) -> int:
        with self._lock:
            return self._memory.take()

    def fault(self, reason: PrinterStateReason, at_sheet: int | None = None) -> None:
        """Emulate a fault: now, or when sheet `at_sheet` (from 1) of a job is about to come out."""
        with self._lock:
            if at_sheet is None:
                self._faults.add(reason)
            else:
                self._awaiting[at_sheet] = reason

    @property
    def awaits(self) -> dict[int, str]:
        """Faults that are still to come, by sheet (from 1), as IPP words."""
        with self._lock:
            return {sheet: reason.value for sheet, reason in self._awaiting.items()}

    def spoil(self, flaw: Flaw, at_sheet: int = 1) -> None:
        """Let the next job come out wrong at sheet `at_sheet` (from 1)."""
        with self._lock:
            self._flaw = flaw, at_sheet

    def repair(self) -> None:
        """Paper refilled, jam cleared, door shut, power on; what was still to go wrong is forgotten."""
        with self._lock:
            self._faults.clear()
            self._awaiting.clear()
            self._flaw = None

    def printed(self, job: PrintJob) -> bytes | None:
        """Read the paper of a completed job again."""
        newest = self._numbered(job.set_number, "reprint")[-1:] or self.files(job.set_number)[:1]
        with stable.writing(self._directory):
            return newest[0].read_bytes() if newest else None

    def outcome(self, set_number: str) -> JobEnded | None:
        """See `printer.driver.Printer.outcome`; nothing is under way when this printer is asked."""
        job = self._memory.jobs.get(set_number)
        if job is None:
            return JobEnded(JobState.ABORTED, 0) if self._memory.complete else None
        return JobEnded(job.state, job.out)

    def forget(self) -> None:
        """Emulate a printer that has lost its memory of all jobs."""
        with self._lock:
            self._memory.lose()

    def files(self, set_number: str) -> tuple[Path, ...]:
        """Everything that came out under this number, the whole set first."""
        whole = self._directory / f"{set_number}{self._form.SUFFIX}"
        others = (*self._numbered(set_number, "part"), *self._numbered(set_number, "reprint"))
        return (whole, *others) if whole.exists() else others

    def print_set(self, pdf: bytes, job: PrintJob) -> Generator[PrintEvent, None, None]:
        """See `printer.driver.Printer.print_set`; nothing happens before the first event is asked for."""
        if not job.reprint and self.files(job.set_number):
            raise PrintError(f"{job.set_number} was printed before")
        flaw, at = self._next_flaw(job)
        paper = flaws.spoilt(pdf, job.sheets, flaw, at, self._newest(), self._form) if flaw else pdf
        self._memory.begin(job.set_number, KnownJob(job.sheets, job.reprint))
        self._spool(job.set_number, paper)
        lost_at = at if flaw is Flaw.LOST else 0
        try:
            reason = yield from self._sheets(job, lost_at)
        except (GeneratorExit, PrinterError):
            self._over(job.set_number, JobState.CANCELED)
            raise
        out = self._memory.jobs[job.set_number].out
        if reason is None and lost_at:
            self._over(job.set_number, JobState.ABORTED)
            self._memory.forget(job.set_number)
        else:
            out += self._again(job) if flaw is Flaw.TWICE and out == job.sheets else 0
            self._over(job.set_number, JobState.COMPLETED if reason is None else JobState.ABORTED)
        yield JobEnded(JobState.ABORTED if reason or lost_at else JobState.COMPLETED, out, reason)

    def _sheets(self, job: PrintJob, lost_at: int) -> Generator[PrintEvent, None, PrinterStateReason | None]:
        """Let one sheet after another fall into the outlet; return what stopped it."""
        for sheet in range(1, job.sheets + 1):
            if (reason := self._fault_at(sheet)) is not None or sheet == lost_at:
                return reason
            with self._lock:
                self._memory.sheet_out(job.set_number)
            if sheet == job.sheets:
                self._put(job.set_number)
            yield SheetPrinted(sheet, self._sheet_s + (self._warm_up_s if sheet == 1 else 0.0))
        return None

    def _again(self, job: PrintJob) -> int:
        """The whole set once more; nobody is told of these sheets but by the printer's count."""
        with self._lock:
            for _ in range(job.sheets):
                self._memory.sheet_out(job.set_number)
        return job.sheets

    def _next_flaw(self, job: PrintJob) -> tuple[Flaw | None, int]:
        with self._lock:
            flaw, self._flaw = self._flaw, None
        return (flaw[0], min(flaw[1], job.sheets)) if flaw else (None, 0)

    def _fault_at(self, sheet: int) -> PrinterStateReason | None:
        with self._lock:
            if (reason := self._awaiting.pop(sheet, None)) is not None:
                self._faults.add(reason)
            return min(self._faults, key=lambda one: one.value, default=None)

    def _power_back(self) -> None:
        """What was under way when the power went ends with the sheets that were out (fault-19)."""
        for set_number, job in self._memory.jobs.items():
            if job.state is JobState.PROCESSING:
                if job.out >= job.sheets and self._spooled(set_number).exists():
                    self._put(set_number)
                self._over(set_number, JobState.COMPLETED if job.out >= job.sheets else JobState.ABORTED)
        with stable.writing(self._directory):
            for left in self._directory.glob(f"{_SPOOL}*"):
                left.unlink()

    def _over(self, set_number: str, state: JobState) -> None:
        """Leave nothing of the job but paper: of a broken one, the sheets that came out."""
        job, spooled = self._memory.jobs[set_number], self._spooled(set_number)
        if spooled.exists():
            with stable.writing(spooled):
                paper = spooled.read_bytes()
                spooled.unlink()
            if 0 < job.out < job.sheets:
                self._put_part(set_number, paper, job.out)
        stable.sync(self._directory)
        self._memory.end(set_number, state)

    def _put_part(self, set_number: str, paper: bytes, out: int) -> None:
        try:
            part = self._spool(set_number, self._form.rearranged([paper], [(0, side) for side in range(2 * out)]))
        except (PdfError, DocumentError):
            return
        self._link(part, (f"{set_number}-part-{k}{self._form.SUFFIX}" for k in count(1)))
        with stable.writing(part):
            part.unlink()

    def _put(self, set_number: str) -> None:
        """Let the whole set appear, under a name that nobody has."""
        again = (f"{set_number}-reprint-{k}{self._form.SUFFIX}" for k in count(1))
        reprint = self._memory.jobs[set_number].reprint
        path = self._link(self._spooled(set_number), again if reprint else [f"{set_number}{self._form.SUFFIX}"])
        if self._pictures:
            self._draw(path)
        stable.sync(self._directory)

    def _draw(self, path: Path) -> None:
        from printer import imaging

        paper = path.read_bytes()
        for side in range(len(readback.sides(paper))):
            painted = readback.paint(paper, side, _PICTURE_DPI)
            name = f"{path.stem}-{side // 2 + 1}-{('face', 'back')[side % 2]}.png"
            stable.write(path.with_name(name), imaging.write_png(imaging.rows(painted.grey, painted.width)))

    def _spooled(self, set_number: str) -> Path:
        return self._directory / f"{_SPOOL}{set_number}"

    def _spool(self, set_number: str, paper: bytes) -> Path:
        path = self._spooled(set_number)
        stable.write(path, paper, new=True)
        return path

    def _link(self, spooled: Path, names: Iterable[str]) -> Path:
        """Give the file the first name that nobody has; an existing file is never touched."""
        for name in names:
            path = self._directory / name
            with stable.writing(path):
                try:
                    path.hardlink_to(spooled)
                except FileExistsError:
                    continue
            return path
        raise PrintError("this set number was printed meanwhile")

    def _numbered(self, set_number: str, word: str) -> tuple[Path, ...]:
        # Not glob with the number: a pattern for each set would fill the cache of `re`.
        begin, files = f"{set_number}-{word}-", self._directory.glob(f"*{self._form.SUFFIX}")
        found = (path for path in files if path.name.startswith(begin))
        return tuple(sorted(found, key=lambda path: int(path.stem.rpartition("-")[2])))

    def _newest(self) -> bytes | None:
        """The paper printed last, whoever it belongs to."""
        papers = sorted(self._directory.glob(f"*{self._form.SUFFIX}"), key=lambda path: path.stat().st_mtime_ns)
        return papers[-1].read_bytes() if papers else None
