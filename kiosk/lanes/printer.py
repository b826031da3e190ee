"""The printer's lane: checks the seals once more, prints what was read back, counts, looks at what came out.

Separate because it is the last gate before paper: a set that is not of this order, or a PDF that
does not say what was signed, is never printed (I1, fault-44, F-07). Sheets count on the printer's
word only. All sets of an order are checked before the first sheet of any comes out.
"""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime

from kiosk.ports import Answer
from kiosk.session import effects as e
from kiosk.session import events as ev
from kiosk.session.states import Order
from kiosk.vault import Paper, Vault
from printer import readback
from printer.driver import (
    JobEnded,
    JobState,
    JobTaken,
    Printer,
    PrinterStateReason,
    PrintEvent,
    PrintJob,
    SheetPrinted,
    StillPrinting,
)
from printer.errors import PrinterError
from printer.formats import Format
from printer.verify import CheckedSet, Trust, check_seals

MIXED_UP, UNREACHABLE, UNFIT, SPOILT, OTHER = "E-43", "E-65", "E-66", "E-67", "E-99"
_CODES = {
    PrinterStateReason.MEDIA_EMPTY: "E-60",
    PrinterStateReason.INPUT_TRAY_MISSING: "E-60",
    PrinterStateReason.MEDIA_JAM: "E-61",
    PrinterStateReason.DOOR_OPEN: "E-61",
    PrinterStateReason.MARKER_SUPPLY_EMPTY: "E-62",
    PrinterStateReason.SHUTDOWN: "E-63",
    PrinterStateReason.OUTPUT_AREA_FULL: "E-64",
    PrinterStateReason.TIMED_OUT: UNREACHABLE,
}


def looked_at(printer: Printer) -> ev.PrinterSeen:
    """Whether the printer could print now; asked before the menu, the order and the fee (fault-41)."""
    status = printer.status()
    if status.ready:
        return ev.PrinterSeen("")
    words = status.detail or ", ".join(sorted(reason.value for reason in status.reasons))
    return ev.PrinterSeen(min((_CODES[reason] for reason in status.reasons), default=UNFIT), words)


def obstacle(printer: Printer) -> str:
    """Code of what keeps the printer from printing now, "" when it is ready."""
    return looked_at(printer).code


class _NotPrintable(Exception):
    """Some set of the order must not be printed; nothing of it was."""


class PrinterPort:
    """Fulfils `kiosk.ports.Port` for LookAtPrinter and PrintSets."""

    def __init__(
        self,
        printer: Printer,
        vault: Vault,
        trust: Trust,
        now: Callable[[], datetime],
        is_wanted: Callable[[str], bool] = lambda _request_id: True,
        form: Format = readback,
    ) -> None:
        """`is_wanted` says whether a request is still live: no further sheet comes out of one given up (F-01).

        `form`: what the printer is given.
        """
        self._printer, self._vault, self._trust, self._now = printer, vault, trust, now
        self._is_wanted, self._form = is_wanted, form

    def perform(self, effect: e.Effect, answer: Answer) -> None:
        """Carry out one effect; the times of an emulated engine are told, not waited for."""
        match effect:
            case e.PrintSets():
                self._print(effect, answer)
            case e.LookAtPrinter():
                answer(looked_at(self._printer), 0.0)
            case _:
                raise TypeError(f"no effect for the printer: {type(effect).__name__}")

    def _print(self, effect: e.PrintSets, answer: Answer) -> None:
        progress = _Progress(effect.request_id, answer)
        try:
            for paper in self._papers(effect.order):
                self._print_set(paper, effect.order.reprint, progress)
                if progress.failed:
                    return
            progress.complete()
        except _NotPrintable:
            progress.fail(MIXED_UP)
        except PrinterError:
            progress.fail(OTHER)

    def _print_set(self, paper: Paper, reprint: bool, progress: "_Progress") -> None:
        """Print one set and look at what came out; closing the printer's iterator cancels what has not."""
        pages = paper.checked.pages
        job = PrintJob(paper.checked.set_number, len(pages), reprint)
        with closing(self._printer.print_set(paper.pdf, job)) as events:
            for event in events:
                progress.tell(event, job)
                if not self._is_wanted(progress.request_id):
                    progress.failed = True
                    return
        came_out = None if progress.failed else self._printer.printed(job)
        if came_out is not None and came_out != paper.pdf and self._form.read_back(came_out, pages) is not None:
            progress.fail(SPOILT)

    def _papers(self, order: Order) -> tuple[Paper, ...]:
        """Every set of the order, its seals checked again, with the very PDF that was read back for it."""
        kept = self._vault.get(order.request_id)
        papers = kept.papers if kept is not None else ()
        facts = [(paper.checked.set_number, len(paper.checked.pages)) for paper in papers]
        if kept is None or facts != [(one.number, one.sheets) for one in order.sets]:
            raise _NotPrintable
        if not all(paper.is_bound and self._is_of(order, paper.checked, kept.municipality) for paper in papers):
            raise _NotPrintable
        return papers

    def _is_of(self, order: Order, one: CheckedSet, municipality: str) -> bool:
        """True while signature, order, page hashes and sequence of the set still hold (design 3.2 step 6)."""
        found = check_seals(
            [page.signed for page in one.pages],
            trust=self._trust,
            order_sha256=order.order_sha256,
            municipality=municipality,
            now=self._now(),
        )
        return found == tuple(page.seal for page in one.pages)


class _Progress:
    """Counts the sheets of all sets and the seconds they take, and answers with both."""

    def __init__(self, request_id: str, answer: Answer) -> None:
        self.request_id, self._answer = request_id, answer
        self._before = self._sheets = 0
        self._after = 0.0
        self.failed = False
        self._reason: PrinterStateReason | None = None

    def tell(self, event: PrintEvent, job: PrintJob) -> None:
        """What the printer calls the job, one more sheet, the end of the job, or what the printer waits for now."""
        if not isinstance(event, SheetPrinted):
            self._waits(event.reason if isinstance(event, StillPrinting) else None)
        match event:
            case JobTaken(job_id, job_uuid):
                self._answer(ev.JobTaken(self.request_id, job.set_number, job_id, job_uuid), self._after)
            case SheetPrinted(sheet, seconds):
                self._sheets = self._before + sheet
                self._after += seconds
                self._answer(ev.SheetPrinted(self.request_id, self._sheets), self._after)
            case JobEnded(JobState.COMPLETED, sheets) if sheets == job.sheets:
                self._before += sheets
            case JobEnded(JobState.COMPLETED, sheets):
                self._sheets = self._before + sheets
                self.fail(SPOILT)
            case JobEnded(_, _, reason):
                self.fail(_CODES[reason] if reason is not None else OTHER)

    def _waits(self, reason: PrinterStateReason | None) -> None:
        if reason is not self._reason:
            self._reason = reason
            seen = ev.PrinterSeen("") if reason is None else ev.PrinterSeen(_CODES[reason], reason.value)
            self._answer(seen, 0.0)

    def fail(self, code: str) -> None:
        """Printing ended early."""
        self.failed = True
        self._answer(ev.PrintFailed(self.request_id, code, self._sheets), self._after)

    def complete(self) -> None:
        """Every sheet of every set is out."""
        self._answer(ev.SetsPrinted(self.request_id), self._after)
