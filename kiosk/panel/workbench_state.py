"""What the workbench shows, read from the bench in one go on the chores' thread.

Separate from the drawing, so that a slow disk or a large PDF never holds up the window.
"""

from dataclasses import dataclass
from pathlib import Path

from kiosk.panel.parts import BenchControls, Exchange, Person

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
    """Everything that can be seen on the bench at one moment. Newest exchange first."""

    people: tuple[Person, ...] = ()
    on_reader: str | None = None
    inserted: int = 0
    tray: int = 0
    sheets: int = 0
    printed: tuple[Path, ...] = ()
    trace: tuple[Exchange, ...] = ()
    back: int = 0
    page: PageImage | None = None


def collect(bench: BenchControls, back: int, side: int, before: PageImage | None) -> BenchState:
    """Read the bench. Side number `side` (counted round) of the PDF `back` before the newest is drawn,

    unless `before` is a picture of it.
    """
    printed = tuple(bench.printed())
    back = max(0, min(back, len(printed) - 1))
    money = bench.money
    return BenchState(
        people=tuple(bench.people()),
        on_reader=bench.card_on_reader,
        inserted=money.inserted,
        tray=money.tray,
        sheets=bench.paper_waiting,
        printed=printed,
        trace=tuple(reversed(bench.trace()[-_TRACE:])),
        back=back,
        page=_page(printed[-1 - back], side, before) if printed else None,
    )


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
