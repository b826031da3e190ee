"""What the bench is made of and what it shows: values only.

Separate from `bench`, which acts on them.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from card.authority import StatusService
from card.trace import TraceLine
from card.virtual.slot import VirtualSlot
from kiosk.clock import Clock
from kiosk.coinbox import CoinBox
from kiosk.emoney import MoneyReader
from kiosk.emulated import HeadphoneJack, Line, PluggableReader
from kiosk.lanes.receipts import ReceiptPrinter
from printer.driver import Printer

if TYPE_CHECKING:
    from municipality_client.centre.handle import Centre

_TRACED = 2000


@dataclass(frozen=True, slots=True)
class BenchPerson:
    """A fictional person's newest card: its label, tries left of the 4-digit PIN, how many came before it.

    `phone`: android or iphone where the person's phone carries certificates, too.
    """

    id: str
    label: str
    tries_left: int
    generation: int
    phone: str = ""


@dataclass(frozen=True, slots=True)
class BenchMoney:
    """Yen put in and not taken yet, and yen in the tray."""

    inserted: int
    tray: int


@dataclass(frozen=True, slots=True)
class SessionSeen:
    """The flow's state: its screen, the screens so far with their times, the request and the order that are open."""

    step: str
    history: tuple[tuple[datetime, str], ...]
    awaiting: str
    order: str


class Trace:
    """The last exchanges with cards, secrets masked by `card.trace`."""

    def __init__(self) -> None:
        self._lines: deque[TraceLine] = deque(maxlen=_TRACED)

    def add(self, line: TraceLine) -> None:
        """Keep one exchange."""
        self._lines.append(line)

    def lines(self) -> tuple[TraceLine, ...]:
        """Oldest first."""
        return tuple(self._lines)


@dataclass(frozen=True, slots=True)
class Emulated:
    """The emulated parts of one kiosk; None stands for a real part, which the bench cannot move."""

    clock: Clock
    random_bytes: Callable[[int], bytes]
    card_state: Path
    box: CoinBox
    emoney: MoneyReader
    printer: Printer
    receipts: ReceiptPrinter
    print_folder: Path
    trace: Trace
    jack: HeadphoneJack
    slot: VirtualSlot | None = None
    reader: PluggableReader | None = None
    centre: "Centre | None" = None
    status: StatusService | None = None
    terminal: str = ""
    line: Line | None = None
