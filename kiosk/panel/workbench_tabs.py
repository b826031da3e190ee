"""The lower part of the workbench, one tab at a time: APDUs, centre calls, the card's chip, the flow, more faults.

Separate from the rest of the bench, which is always in sight. Everything shown is read from
`BenchState`; what a key does is decided in `workbench`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from card import glossary
from kiosk.panel.parts import Exchange
from kiosk.panel.words import Words
from kiosk.panel.workbench_state import BenchState
from kiosk.screens.view import Align, Box, Element, Label, Press, Rect, Role, Tone
from kiosk.session.states import Step

TABS = ("trace", "calls", "chip", "flow", "faults")
FILTERS = ("all", "failed", "PIN", "SIGN", "READ")
_WORDS = {
    "PIN": ("VERIFY", "CHANGE", "RESET"),
    "SIGN": ("SIGNATURE", "AUTHENTICATE"),
    "READ": ("READ", "SELECT", "GET"),
}
FAULTS = (
    ("lose", "", True),
    ("slow", "", True),
    ("silent", "", True),
    ("receipt", "media-empty", True),
    ("refuse-notes", "", True),
    ("no-change", "", True),
    ("emoney-poor", "", True),
    ("emoney-refuses", "", True),
    ("emoney-mute", "", True),
    ("emoney-out", "", True),
    ("emoney-torn", "", False),
    ("fault", "door-open", False),
    ("fault", "shutdown", False),
    ("forget", "", False),
    ("flaw", "foreign-sheet", False),
    ("flaw", "blank-back", False),
    ("tear", "verify", False),
    ("tear", "sign", False),
    ("tear", "read", False),
    ("stop-reader", "verify", False),
)
"""Key, value, and whether it stays on until it is pressed again."""
_LONG = 20
_TEXT, _SMALL, _TINY, _ROW, _KEY, _GAP = 16, 14, 12, 22, 30, 6
_OK = 0x9000


@dataclass(frozen=True, slots=True)
class Strip:
    """A text cut off with dots where its rectangle ends; `cells`: bytes, in cells of equal width."""

    rect: Rect
    text: str
    tone: Tone = Tone.QUIET
    lines: int = 1
    cells: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A tab's inside: elements, strips over them, and rows that can be opened."""

    elements: tuple[Element, ...] = ()
    strips: tuple[Strip, ...] = ()
    rows: tuple[tuple[Rect, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Looking:
    """Which tab is looked at, which exchanges of it, and which faults are on."""

    tab: str = "trace"
    only: str = "all"
    first_row: int = 0
    opened: int | None = None
    on: frozenset[str] = frozenset()


def tab(state: BenchState, looking: Looking, words: Words, room: Rect) -> Shown:
    """Lay out the row of tabs and the inside of the one that is looked at."""
    keys = tuple(
        Press(rect, "tab", words(f"tab.{name}"), name, role=Role.KEY, size=_TEXT, chosen=name == looking.tab)
        for rect, name in zip(_keys(room, len(TABS)), TABS, strict=True)
    )
    inner = Rect(room.x, room.y + _KEY + 8, room.width, room.height - _KEY - 8)
    shown = _INSIDES[looking.tab](state, looking, words, inner)
    return Shown((*keys, *shown.elements), shown.strips, shown.rows)


def chosen(trace: Sequence[Exchange], only: str) -> tuple[Exchange, ...]:
    """The exchanges that a filter lets through."""
    if only == "failed":
        return tuple(one for one in trace if one.sw != _OK)
    parts = _WORDS.get(only, ("",))
    return tuple(one for one in trace if any(part in one.command_words.upper() for part in parts))


def _keys(room: Rect, count: int, row: int = 0) -> list[Rect]:
    width = (room.width - _GAP * (count - 1)) // count
    y = room.y + row * (_KEY + _GAP)
    return [Rect(room.x + at * (width + _GAP), y, width, _KEY) for at in range(count)]


def _trace(state: BenchState, looking: Looking, words: Words, room: Rect) -> Shown:
    """One row for each exchange, newest first; the opened one's bytes in full beneath."""
    filters = tuple(
        Press(rect, "only", words(f"only.{name}"), name, role=Role.KEY, size=_SMALL, chosen=name == looking.only)
        for rect, name in zip(_keys(room, len(FILTERS)), FILTERS, strict=True)
    )
    trace = chosen(state.trace, looking.only)
    top = room.y + _KEY + 4
    if not trace:
        return Shown((*filters, _said(Rect(room.x, top, room.width, _ROW), words("trace.none"))))
    opened = min(looking.opened or 0, len(trace) - 1)
    full = Rect(room.x, room.y + room.height - 2 * _ROW - 4, room.width, 2 * _ROW + 4)
    count = max(1, (full.y - top) // _ROW)
    shown = range(min(looking.first_row, max(0, len(trace) - count)), len(trace))[:count]
    rows = tuple((Rect(room.x, top + at * _ROW, room.width, _ROW), number) for at, number in enumerate(shown))
    grounds = tuple(Box(rect, Tone.TINT, radius=4) for rect, number in rows if number == opened)
    strips = [Strip(full, trace[opened].hex_masked, Tone.TEXT, 2, cells=True)]
    for rect, number in rows:
        strips += _exchange(rect, len(trace) - number, trace[number], words)
    return Shown((*filters, *grounds), tuple(strips), rows)


def _exchange(rect: Rect, number: int, one: Exchange, words: Words) -> Sequence[Strip]:
    tone = Tone.SUCCESS if one.sw == _OK else Tone.ERROR
    command = words("trace.row", number=number, command=one.command_words)
    return (
        Strip(Rect(rect.x + 4, rect.y, 300, _ROW), command, Tone.TEXT),
        Strip(Rect(rect.x + 310, rect.y, 190, _ROW), one.response_words, tone),
        Strip(Rect(rect.x + 508, rect.y, 84, _ROW), words("trace.took", ms=f"{one.ms:.1f}")),
        Strip(Rect(rect.x + 592, rect.y, rect.width - 592, _ROW), one.hex_masked, cells=True),
    )


def _calls(state: BenchState, looking: Looking, words: Words, room: Rect) -> Shown:
    """Method, path and outcome of each request to the centre, newest first."""
    if not state.calls:
        return Shown((_said(room, words("calls.none")),))
    count = room.height // _ROW
    strips: list[Strip] = []
    first = min(looking.first_row, max(0, len(state.calls) - count))
    for at, number in enumerate(range(first, len(state.calls))[:count]):
        one, y = state.calls[number], room.y + at * _ROW
        tone = Tone.SUCCESS if one.outcome.isdecimal() and one.outcome < "400" else Tone.ERROR
        strips += (
            Strip(Rect(room.x + 4, y, 60, _ROW), str(len(state.calls) - number)),
            Strip(Rect(room.x + 64, y, 64, _ROW), one.method, Tone.TEXT),
            Strip(Rect(room.x + 132, y, room.width - 132 - 190, _ROW), _short(one.path), Tone.TEXT),
            Strip(Rect(room.x + room.width - 180, y, 180, _ROW), one.outcome, tone),
        )
    return Shown(strips=tuple(strips))


def _short(path: str) -> str:
    """The path with long ids cut to their end, as 進み方 shows them, so that what is asked about them is seen."""
    parts = (part if len(part) <= _LONG else f"…{part[-6:]}" for part in path.split("/"))
    return "/".join(parts)


def _chip(state: BenchState, _looking: Looking, words: Words, room: Rect) -> Shown:
    """The application that is selected, and every PIN with its counter and whether it is verified."""
    chip = state.chip
    if chip is None:
        return Shown((_said(room, words("chip.none")),))
    selected = words("chip.selected", name=_application(chip.selected), aid=chip.selected.hex().upper())
    strips = [Strip(Rect(room.x + 4, room.y, room.width, _ROW), selected, Tone.TEXT)]
    half = (room.width - _GAP) // 2
    for number, pin in enumerate(chip.pins):
        x, y = room.x + 4 + number % 2 * (half + _GAP), room.y + 30 + number // 2 * _ROW
        name = words("chip.pin", application=_application(pin.aid), name=_file(pin.aid, pin.fid))
        tries = words("chip.unlimited") if pin.tries is None else words("chip.tries", tries=pin.tries, most=pin.most)
        said = f"{tries} {words('chip.verified')}" if pin.verified else tries
        tone = Tone.ERROR if pin.tries == 0 else Tone.SUCCESS if pin.verified else Tone.QUIET
        strips += (
            Strip(Rect(x, y, half - 116, _ROW), name, Tone.TEXT),
            Strip(Rect(x + half - 112, y, 110, _ROW), said, tone),
        )
    return Shown(strips=tuple(strips))


def _application(aid: bytes) -> str:
    return next((one.name for one in glossary.APPLICATIONS if one.aid == aid), aid.hex().upper())


def _file(aid: bytes, fid: int) -> str:
    files = next((one.files for one in glossary.APPLICATIONS if one.aid == aid), {})
    return files[fid].meaning if fid in files else f"{fid:04X}"


def _flow(state: BenchState, _looking: Looking, words: Words, room: Rect) -> Shown:
    """Every screen of the flow, the present one filled, those of the history tinted; then how it came there."""
    been = {step for _, step in state.history}
    across = 15
    cells = [cell for row in range(-(-len(Step) // across)) for cell in _keys(room, across, row)]
    boxes: list[Element] = []
    for cell, step in zip(cells, Step, strict=False):
        low = Rect(cell.x, cell.y, cell.width, 26)
        here = step == state.step
        fill = Tone.ACTION if here else Tone.TINT if step in been else Tone.GROUND
        tone = Tone.ON_ACTION if here else Tone.TEXT
        boxes += (
            Box(low, fill, radius=6, border=1),
            Label(Rect(low.x - 3, low.y, low.width + 6, low.height), str(step), _TINY, here, tone, Align.CENTRE, True),
        )
    y = cells[-1].y + 26 + 2
    way = " → ".join(f"{at:%H:%M:%S} {step}" for at, step in state.history[-4:])
    now = words("flow.now", awaiting=state.awaiting[-6:] or "-", order=state.order[-6:] or "-")
    writes_to = words("flow.writes-to", path=state.writes_to) if state.writes_to else ""
    half = _keys(Rect(room.x, room.y + room.height - _KEY, room.width, _KEY), 2)
    return Shown(
        (
            *boxes,
            _record_key(half[0], state, words),
            Press(half[1], "export", words("flow.export"), role=Role.KEY, size=_TEXT),
        ),
        (
            Strip(Rect(room.x + 4, y, room.width - 8, _ROW), way, Tone.TEXT),
            Strip(Rect(room.x + 4, y + _ROW, room.width - 8, _ROW), now),
            Strip(Rect(room.x + 4, y + 2 * _ROW, room.width - 8, _ROW), writes_to),
        ),
    )


def _record_key(rect: Rect, state: BenchState, words: Words) -> Press:
    """Begin or end a recording; one can be begun only where a new machine stands, too: on the first screen."""
    is_on, can_begin = state.is_recording, state.step == Step.IDLE
    label = words("flow.recording" if is_on else "flow.record" if can_begin else "flow.record-later")
    return Press(rect, "record", label, role=Role.KEY, size=_TEXT, chosen=is_on, enabled=is_on or can_begin)


def _faults(_state: BenchState, looking: Looking, words: Words, room: Rect) -> Shown:
    """Everything that can be broken and does not stand above."""
    cells = [cell for row in range(5) for cell in _keys(room, 4, row)]
    return Shown(
        tuple(
            Press(
                cell,
                button,
                words(f"fault.{button}{'-' if value else ''}{value}"),
                value,
                role=Role.KEY,
                size=_SMALL,
                chosen=stays and button in looking.on,
            )
            for cell, (button, value, stays) in zip(cells, FAULTS, strict=True)
        )
    )


def _said(rect: Rect, text: str) -> Label:
    return Label(Rect(rect.x, rect.y, rect.width, 24), text, _TEXT, tone=Tone.QUIET, middle=True)


_INSIDES: dict[str, Callable[[BenchState, Looking, Words, Rect], Shown]] = {
    "trace": _trace,
    "calls": _calls,
    "chip": _chip,
    "flow": _flow,
    "faults": _faults,
}
