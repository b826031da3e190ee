"""What the workbench shows, read from the bench in one go on the chores' thread.

Separate from the drawing, so that a slow disk or a large PDF never holds up the window.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.emoney import Medium
from kiosk.errors import KioskError
from kiosk.panel.parts import BenchControls, Exchange, Person

if TYPE_CHECKING:
    from card.virtual.icc import CardSeen
    from kiosk.emulated import CentreCall

_DPI = 60
_TRACE = 400


@dataclass(frozen=True, slots=True)
class PageImage:
    """One side of a printed PDF as 8-bit grey px; `side` from 0 of `sides`."""

    name: str
    side: int
    sides: int
    width: int
    height: int
    grey: bytes


@dataclass(frozen=True, slots=True)
class BenchState:
    """Everything that can be seen on the bench at one moment. Newest exchange first.

    `balances`: yen on the e-money card and phone.
    """

    people: tuple[Person, ...] = ()
    on_reader: str | None = None
    inserted: int = 0
    tray: int = 0
    balances: tuple[int, int] = (0, 0)
    sheets: int = 0
    printed: tuple[Path, ...] = ()
    trace: tuple[Exchange, ...] = ()
    back: int = 0
    page: PageImage | None = None
    calls: tuple["CentreCall", ...] = ()
    chip: "CardSeen | None" = None
    step: str = ""
    history: tuple[tuple[datetime, str], ...] = ()
    awaiting: str = ""
    order: str = ""
    speed: float = 1.0
    headphones: bool = False
    is_recording: bool = False
    writes_to: str = ""


def collect(bench: BenchControls, back: int, side: int, before: PageImage | None) -> BenchState:
    """Read the bench. Side number `side` (counted round) of the PDF `back` before the newest is drawn,

    unless `before` is a picture of it.
    """
    printed = tuple(bench.printed())
    back = max(0, min(back, len(printed) - 1))
    money, flow = bench.money, bench.session_seen()
    return BenchState(
        people=tuple(bench.people()),
        on_reader=bench.card_on_reader,
        inserted=money.inserted,
        tray=money.tray,
        balances=(bench.balance(Medium.CARD), bench.balance(Medium.PHONE)),
        sheets=bench.paper_waiting,
        printed=printed,
        trace=tuple(reversed(bench.trace()[-_TRACE:])),
        back=back,
        page=_page(printed[-1 - back], side, before) if printed else None,
        calls=_asked(bench.calls),
        chip=_asked_one(bench.card_seen),
        step=flow.step,
        history=tuple(flow.history),
        awaiting=flow.awaiting,
        order=flow.order,
        speed=bench.speed,
        headphones=bench.headphones,
    )


def _asked(calls: "Callable[[], Sequence[CentreCall]]") -> "tuple[CentreCall, ...]":
    """Newest first; none where the centre is a program of its own."""
    try:
        return tuple(reversed(calls()))
    except KioskError:
        return ()


def _asked_one(chip: "Callable[[], CardSeen | None]") -> "CardSeen | None":
    try:
        return chip()
    except KioskError:
        return None


def _page(path: Path, side: int, before: PageImage | None) -> PageImage:
    if before is not None and before.name == path.name and before.side == side % before.sides:
        return before
    return _drawn(path, side)


def _drawn(path: Path, side: int) -> PageImage:
    from printer.readback import paint
    from printer.readback import sides as sides_of

    document = path.read_bytes()
    sides = len(sides_of(document))
    at = side % sides
    painted = paint(document, at, _DPI)
    return PageImage(path.name, at, sides, painted.width, painted.height, painted.grey)
