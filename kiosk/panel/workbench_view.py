"""The workbench as a value: the same Views, buttons and touches as the customer's side, 16 to 20 px type.

Separate from `workbench`, which acts. One unit is one px in a window of the smallest size. Two
things a View has no element for, the printed page and the bytes of APDUs, are named by rectangles.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.emoney import Medium
from kiosk.panel.parts import Person
from kiosk.panel.words import Words
from kiosk.panel.workbench_state import BenchState
from kiosk.panel.workbench_tabs import Looking, Strip, tab
from kiosk.screens.view import Align, Box, Element, Label, Press, Rect, Role, Tone, View

WIDTH = 680
HEIGHT = 800
_MARGIN = 16
_GAP = 6
_KEY = 34
_TEXT = 16
_HEAD = 18
_PEOPLE = 10  # cards at a time; with more people the last place turns the page
_OTHER = "other"
_YEN = (10, 50, 100, 500, 1000)
OFFSETS = {"hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True)
class Desk:
    """What only the workbench itself remembers: who is chosen, what is typed, what is broken, where it is scrolled."""

    chosen: str = ""
    people_page: int | None = None
    typed: str | None = None
    message: str = ""
    written: str = ""
    looking: Looking = field(default_factory=Looking)
    back: int = 0
    side: int = 0


@dataclass(frozen=True, slots=True)
class Bench:
    """The workbench: a View, and what lies over it. A touch on rows[i] opens that exchange."""

    view: View
    page: Rect
    strips: tuple[Strip, ...]
    rows: tuple[tuple[Rect, int], ...]


def bench(state: BenchState, desk: Desk, now: datetime, words: Words, size: tuple[int, int]) -> Bench:
    """Lay the bench out for `size` px; `now` is the kiosk's clock."""
    scale = min(1.5, max(1.0, min(size[0] / WIDTH, size[1] / HEIGHT)))
    width, height = round(size[0] / scale), round(size[1] / scale)
    page = Rect(width - _MARGIN - 208, 128, 200, 283)
    left = width - 2 * _MARGIN - 216 - 14
    elements = [
        *_head(state, desk, words, width),
        *_clock(desk, now, words, width),
        *_people(state, desk, words, left),
        *_money(state, words, left),
        *_paper(state, words, page),
        *_faults(desk, words, width),
    ]
    shown = tab(state, desk.looking, words, Rect(_MARGIN, 560, width - 2 * _MARGIN, height - 560 - 8))
    view = View("bench", 0, width, height, words("bench.title"), (*elements, *shown.elements))
    return Bench(view, page, shown.strips, shown.rows)


def _text(x: int, y: int, width: int, text: str, tone: Tone = Tone.TEXT, *, bold: bool = False) -> Label:
    return Label(Rect(x, y, width, 24), text, _HEAD if bold else _TEXT, bold=bold, tone=tone, middle=True)


def _key(rect: Rect, button: str, label: str, value: str = "", *, enabled: bool = True, chosen: bool = False) -> Press:
    return Press(rect, button, label, value, role=Role.KEY, size=_TEXT, enabled=enabled, chosen=chosen)


def _row(x: int, y: int, width: int, count: int) -> list[Rect]:
    """`count` keys side by side in `width`."""
    one = (width - _GAP * (count - 1)) // count
    return [Rect(x + number * (one + _GAP), y, one, _KEY) for number in range(count)]


def _head(state: BenchState, desk: Desk, words: Words, width: int) -> Sequence[Element]:
    title = Label(Rect(_MARGIN, 10, 70, 28), words("bench.title"), 20, bold=True, middle=True)
    said, tone = (desk.message, Tone.ERROR) if desk.message else (words("bench.hint"), Tone.QUIET)
    if desk.written and not desk.message:
        said, tone = words("bench.written", name=desk.written), Tone.SUCCESS
    jack_x = width - _MARGIN - 64 - _GAP - 96
    hint = Label(Rect(90, 10, jack_x - 100, 28), said, _TEXT, tone=tone, align=Align.RIGHT, middle=True)
    jack = _key(Rect(jack_x, 8, 96, _KEY), "headphones", words("headphones.plug"), chosen=state.headphones)
    pace = _key(Rect(width - _MARGIN - 64, 8, 64, _KEY), "pace", _pace(state.speed, words), chosen=state.speed != 1)
    return Box(Rect(0, 0, 2, 4000), Tone.HAIRLINE, radius=0), title, hint, jack, pace


def _clock(desk: Desk, now: datetime, words: Words, width: int) -> Sequence[Element]:
    """The kiosk's present, which is also the field to write another into."""
    keys = ("hour", "day", "closing", "year_end")
    field = Rect(_MARGIN, 48, 222, _KEY)
    rects = _row(field.x + field.width + 10, 48, width - 2 * _MARGIN - 222 - 10 - 104, 4)
    writing = desk.typed is not None
    shown = f"{desk.typed}|" if writing else f"{now:%Y-%m-%d %H:%M:%S}"
    return (
        Press(field, "clock-field", shown, role=Role.KEY, size=_TEXT, chosen=writing),
        *(_key(rect, "clock", words(f"clock.{key}"), key) for rect, key in zip(rects, keys, strict=True)),
        _key(Rect(width - _MARGIN - 94, 48, 94, _KEY), "clock-set", words("clock.set"), enabled=writing),
    )


def _pace(speed: float, words: Words) -> str:
    return words("clock.stopped") if speed == 0 else words("clock.pace", times=f"{speed:g}")


def _people(state: BenchState, desk: Desk, words: Words, width: int) -> Sequence[Element]:
    half = (width - _GAP) // 2
    cards: list[Element] = [
        _text(_MARGIN, 94, 80, words("card.title"), bold=True),
        Label(Rect(_MARGIN + 80, 94, width - 80, 24), _on_reader(state, words), _TEXT, align=Align.RIGHT, middle=True),
    ]
    page, pages = people_page(state.people, desk)
    each = _PEOPLE if pages == 1 else _PEOPLE - 1
    rects = [
        Rect(_MARGIN + number % 2 * (half + _GAP), 122 + number // 2 * (_KEY + 4), half, _KEY)
        for number in range(_PEOPLE)
    ]
    for person, rect in zip(state.people[page * each : (page + 1) * each], rects, strict=False):
        cards += _person(rect, person, desk, words)
    if pages > 1:
        cards.append(_key(rects[-1], "more-people", words("card.more", count=len(state.people))))
    y = 122 + 5 * (_KEY + 4) + 4
    chosen = bool(desk.chosen)
    phones = {person.id for person in state.people if person.phone}
    place, remove, other = Rect(_MARGIN, y, 70, _KEY), Rect(_MARGIN + 76, y, 60, _KEY), _MARGIN + 142
    phone = Rect(other, y, 112, _KEY)
    first, second, third = _row(_MARGIN, y + _KEY + 4, width, 3)
    return (
        *cards,
        _key(place, "place", words("card.place"), enabled=chosen and state.on_reader is None),
        _key(remove, "remove", words("card.remove"), enabled=state.on_reader is not None),
        _key(
            Rect(other + 118, y, width + _MARGIN - other - 118, _KEY),
            "other",
            words("card.other"),
            enabled=state.on_reader is None,
        ),
        _key(phone, "phone", words("card.phone"), enabled=desk.chosen in phones and state.on_reader is None),
        _key(third, "reserve", words("card.reserve"), enabled=chosen),
        _key(first, "unblock", words("card.unblock"), enabled=chosen),
        _key(second, "new-card", words("card.new"), enabled=chosen),
    )


def people_page(people: Sequence[Person], desk: Desk) -> tuple[int, int]:
    """Return which page of cards is shown (the one turned to, else the chosen card's), and how many there are."""
    if len(people) <= _PEOPLE:
        return 0, 1
    each, ids = _PEOPLE - 1, [person.id for person in people]
    pages = -(-len(people) // each)
    if desk.people_page is not None:
        return desk.people_page % pages, pages
    return (ids.index(desk.chosen) // each if desk.chosen in ids else 0), pages


def _person(rect: Rect, person: Person, desk: Desk, words: Words) -> Sequence[Element]:
    """One card: touch it to choose it. Tries left and which card it is stand at the right."""
    blocked = person.tries_left == 0
    says = words("card.blocked") if blocked else words("card.tries", tries=person.tries_left)
    if person.generation:
        says = f"{words('card.generation', count=person.generation + 1)} {says}"
    is_chosen = person.id == desk.chosen
    tone = Tone.ERROR if blocked else Tone.QUIET
    inner = Rect(rect.x + 10, rect.y, rect.width - 20, rect.height)
    return (
        Press(rect, "choose", "", person.id, role=Role.KEY, size=_TEXT, chosen=is_chosen),
        Label(inner, person.label, _TEXT, bold=is_chosen, middle=True),
        Label(inner, says, 14, tone=tone, align=Align.RIGHT, middle=True),
    )


def _on_reader(state: BenchState, words: Words) -> str:
    if state.on_reader is None:
        return words("card.none")
    names = {person.id: person.label for person in state.people} | {_OTHER: words("card.unknown")}
    return words("card.on_reader", label=names.get(state.on_reader, state.on_reader))


def _money(state: BenchState, words: Words, width: int) -> Sequence[Element]:
    y = 400
    take, *held = _row(_MARGIN, y + 66, width, 3)
    card, phone = state.balances
    yen = {"inserted": state.inserted, "tray": state.tray, "card": card, "phone": phone}
    said = words("money.state", **{name: f"{amount:,}" for name, amount in yen.items()})
    coins = [
        _key(rect, "insert", words("money.yen", yen=yen), str(yen))
        for rect, yen in zip(_row(_MARGIN, y + 28, width, 5), _YEN, strict=True)
    ]
    return (
        _text(_MARGIN, y, 60, words("money.title"), bold=True),
        Label(Rect(_MARGIN + 60, y, width - 60, 24), said, _TEXT, align=Align.RIGHT, middle=True),
        *coins,
        _key(take, "take-money", words("money.take"), enabled=state.tray > 0),
        *(_key(rect, "emoney", words(f"money.{one}"), one) for rect, one in zip(held, Medium, strict=True)),
    )


def _paper(state: BenchState, words: Words, page: Rect) -> Sequence[Element]:
    """The outlet, and the sets printed so far side by side: one side of one of them is shown."""
    x, width = page.x - 8, 216
    waiting = words("paper.waiting", sheets=state.sheets)
    older, newer = Rect(x, 428, 60, _KEY), Rect(x + width - 60, 428, 60, _KEY)
    count = words("paper.sets", number=len(state.printed) - state.back, sets=len(state.printed))
    return (
        _text(x, 94, 60, words("paper.title"), bold=True),
        Label(Rect(x + 60, 94, width - 60, 24), waiting, _TEXT, align=Align.RIGHT, middle=True),
        Box(page, Tone.GROUND, radius=0, border=1),
        *_nothing_printed(state, words, page),
        _key(older, "older", words("paper.older"), enabled=state.back + 1 < len(state.printed)),
        Label(Rect(x + 64, 428, width - 128, _KEY), count, _TEXT, align=Align.CENTRE, middle=True),
        _key(newer, "newer", words("paper.newer"), enabled=state.back > 0),
        _key(Rect(x, 466, 104, _KEY), "take-paper", words("paper.take"), enabled=state.sheets > 0),
        _key(Rect(x + 112, 466, 104, _KEY), "turn", _side(state, words), enabled=state.page is not None),
    )


def _nothing_printed(state: BenchState, words: Words, page: Rect) -> Sequence[Element]:
    if state.page is not None:
        return ()
    room = Rect(page.x + 12, page.y, page.width - 24, page.height)
    return (Label(room, words("paper.none"), _TEXT, tone=Tone.QUIET, align=Align.CENTRE, middle=True),)


def _side(state: BenchState, words: Words) -> str:
    shown = state.page
    if shown is None:
        return words("paper.turn")
    face = (words("paper.front"), words("paper.back"))[shown.side % 2]
    return f"{face} {words('paper.side', side=shown.side + 1, sides=shown.sides)}"


def _faults(desk: Desk, words: Words, width: int) -> Sequence[Element]:
    y = 518
    line = words("fault.join") if "line" in desk.looking.on else words("fault.cut")
    reader = words("fault.plug") if "reader" in desk.looking.on else words("fault.unplug")
    keys = (
        ("fault", words("fault.jam"), "media-jam", False),
        ("fault", words("fault.empty"), "media-empty", False),
        ("mend", words("fault.mend"), "", False),
        ("line", line, "", "line" in desk.looking.on),
        ("reader", reader, "", "reader" in desk.looking.on),
    )
    rects = _row(_MARGIN + 48, y, width - 2 * _MARGIN - 48, 5)
    return (
        _text(_MARGIN, y + 5, 48, words("fault.title"), bold=True),
        *(
            Press(rect, button, label, value, role=Role.KEY, size=15, chosen=on)
            for rect, (button, label, value, on) in zip(rects, keys, strict=True)
        ),
    )
