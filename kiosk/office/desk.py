"""What the back office shows, as one value.

Separate from `office`, which acts, and from `screens`, which draws.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.office.books import Closing, Task
from kiosk.office.checks import Finding


class Page(StrEnum):
    """Where the operator is; the value is the screen's ID."""

    PIN = "O-00"
    MENU = "O-01"
    TEST = "O-02"
    SUPPLY = "O-03"
    TASKS = "O-04"
    CLOSING = "O-05"
    SERVICE = "O-06"
    CLEANING = "O-07"


@dataclass(frozen=True, slots=True)
class Supply:
    """Paper and coins: what is the matter with the printers ("" for nothing), pieces by denomination."""

    printer: str = ""
    receipts: str = ""
    pieces: tuple[tuple[int, int], ...] = ()
    cash: int = 0
    gives_change: bool = True


@dataclass(frozen=True, slots=True)
class Desk:
    """One screen. `asking`: the devices or the books are being asked; `notice` is a key of the texts.

    `cash_off`: yen in the cash box beyond what the books say; `emoney_off`: in the e-money reader.
    """

    page: Page = Page.PIN
    view_id: int = 0
    digits: int = 0
    notice: str = ""
    value: str = field(default="")
    asking: bool = False
    findings: tuple[Finding, ...] = ()
    supply: Supply = Supply()
    tasks: tuple[Task, ...] = ()
    first: int = 0
    closing: Closing | None = None
    cash_off: int = 0
    emoney_off: int = 0
    out_of_service: str = ""
