"""What the kiosk needs of a printer, whatever stands behind it.

Separate from every printer so that the kiosk sees only this: the folder printer is the emulated
device, `ipp` a real one. Words are those of IPP (RFC 8011 5.3.7, 5.4.11, 5.4.12).
"""

import enum
from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from printer.document import MAX_PAGES, is_set_number


class JobState(enum.Enum):
    """RFC 8011 5.3.7. `COMPLETED` means the printer says so, not that the customer holds the paper."""

    PENDING = "pending"
    PROCESSING = "processing"
    PROCESSING_STOPPED = "processing-stopped"
    CANCELED = "canceled"
    ABORTED = "aborted"
    COMPLETED = "completed"


class PrinterStateReason(enum.Enum):
    """RFC 8011 5.4.12, without the -error, -warning and -report endings."""

    MEDIA_EMPTY = "media-empty"
    MEDIA_JAM = "media-jam"
    DOOR_OPEN = "door-open"
    MARKER_SUPPLY_EMPTY = "marker-supply-empty"
    INPUT_TRAY_MISSING = "input-tray-missing"
    OUTPUT_AREA_FULL = "output-area-full"
    SHUTDOWN = "shutdown"
    TIMED_OUT = "timed-out"


@dataclass(frozen=True)
class PrinterStatus:
    """Whether a job may be sent now, and what stands against it; `detail` says it in an operator's words."""

    ready: bool
    reasons: frozenset[PrinterStateReason] = frozenset()
    detail: str = ""


@dataclass(frozen=True)
class PrintJob:
    """One set on its way to paper: `sheets` sheets, each a face and a back.

    `reprint` says that this number was sent to the printer before. Raises ValueError for what is
    no set number or no count of sheets: the number becomes a file or job name.
    """

    set_number: str
    sheets: int
    reprint: bool = False

    def __post_init__(self) -> None:
        if not is_set_number(self.set_number) or not 1 <= self.sheets <= MAX_PAGES:
            raise ValueError("a print job needs a set number and 1 to 20 sheets")


@dataclass(frozen=True)
class JobTaken:
    """The printer has the job and calls it `job_id` and `job_uuid`; "" is no name (RFC 8011 5.3.2, PWG 5100.13)."""

    job_id: int
    job_uuid: str


@dataclass(frozen=True)
class SheetPrinted:
    """Sheet k (from 1) lies in the outlet; a real engine takes `seconds` for it."""

    sheet: int
    seconds: float


@dataclass(frozen=True)
class StillPrinting:
    """Nothing new: a real printer is at work, or `reason` keeps it waiting."""

    reason: PrinterStateReason | None = None


@dataclass(frozen=True)
class JobEnded:
    """The job is over: `sheets` sheets lie in the outlet, and why not more."""

    state: JobState
    sheets: int
    reason: PrinterStateReason | None = None


PrintEvent: TypeAlias = JobTaken | SheetPrinted | StillPrinting | JobEnded


class Printer(Protocol):
    """One printer with its outlet. Methods may be called from any thread."""

    def status(self) -> PrinterStatus:
        """Ask before money is taken."""

    def print_set(self, pdf: bytes, job: PrintJob) -> Generator[PrintEvent, None, None]:
        """Print: JobTaken by a printer that names its jobs, one event for each sheet, then exactly one JobEnded.

        Closing the generator early cancels the job: no further sheet comes out. Raises PrintError
        before the first sheet for a set number that was printed before (unless `job.reprint`),
        OutletError where the outlet cannot be written.
        """

    def printed(self, job: PrintJob) -> bytes | None:
        """Return what a completed job really put on paper, None where the printer cannot see that (fault-44)."""

    def outcome(self, set_number: str) -> JobEnded | None:
        """Say what became of a set that was sent before a crash; None: the printer does not know (fault-19).

        What of it is not over is cancelled first: no sheet comes out after this answer.
        """

    def outlet(self) -> int:
        """Sheets lying in the outlet."""

    def take(self) -> int:
        """The customer takes the paper; returns how many sheets lay there."""
