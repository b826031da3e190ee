"""The workbench beside the panel: what its keys do, and its drawing. Everything goes through `kiosk.bench`.

Separate from the view it shows. The bench is read and handled on the chores' thread only; here are
the last state read, what is chosen and typed, and the painting.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pygame

from kiosk.emoney import FILLED, Medium, ReaderFault
from kiosk.errors import KioskError
from kiosk.panel.chores import Chores
from kiosk.panel.notes import Notes
from kiosk.panel.painter import Hand, Painter
from kiosk.panel.parts import BenchControls
from kiosk.panel.placing import Frame
from kiosk.panel.shapes import grey_picture
from kiosk.panel.theme import STANDARD, Colour
from kiosk.panel.typeset import Ink, font
from kiosk.panel.words import Words
from kiosk.panel.workbench_state import BenchState, PageImage, collect
from kiosk.panel.workbench_tabs import Strip
from kiosk.panel.workbench_view import OFFSETS, Bench, Desk, bench, people_page
from kiosk.screens.view import Press, View
from kiosk.session.states import Secret

_FIRST = "taro"
"""Whose card is chosen at first: the person of the README's first steps."""
_PACES = {1.0: 10.0, 10.0: 0.0, 0.0: 1.0}
"""What the clock's key makes of each speed."""
_SLOW = 3.0
_POOR = 100
_CELL = 0.62
_OCTET_PX = 14
_WORDS_PX = 15


class Workbench:
    """Shows the bench in `size` px and does what its keys say."""

    def __init__(
        self,
        controls: BenchControls,
        words: Words,
        chores: Chores,
        size: tuple[int, int],
        notes: Notes | None = None,
    ) -> None:
        self._controls = controls
        self._words = words
        self._chores = chores
        self._notes = notes
        self._state = BenchState()
        self._desk = Desk()
        self._ink = Ink()
        self._page: tuple[PageImage, pygame.Surface] | None = None
        self._is_stale, self._is_reading = True, False
        self._pressed: Press | None = None
        self._drawn: tuple[object, ...] = ()
        self._second = 0
        self.resize(size)

    def resize(self, size: tuple[int, int]) -> None:
        """Draw in `size` px from now on."""
        self._size = size
        self._painter = Painter(size, STANDARD)
        self._drawn = ()
        self._bench = self._laid()

    @property
    def state(self) -> BenchState:
        """What was last read of the bench."""
        return self._state

    @property
    def layout(self) -> Bench:
        """What is drawn."""
        return self._bench

    @property
    def view(self) -> View:
        """Its keys and words."""
        return self._bench.view

    @property
    def is_writing(self) -> bool:
        """True while the keyboard writes into the clock's field."""
        return self._desk.typed is not None

    def look_again(self) -> None:
        """Something may have changed on the bench."""
        self._is_stale = True

    def refresh(self) -> float:
        """Have the bench read when that is due; return the seconds until its clock shows another second."""
        if self._is_stale and not self._is_reading:
            self._is_stale, self._is_reading = False, True
            desk, before = self._desk, self._state.page
            self._chores.give(lambda: collect(self._controls, desk.back, desk.side, before), self._read)
        now = self._controls.now()
        self._second = int(now.timestamp())
        return 1.02 - now.microsecond / 1e6

    def paint(self, surface: pygame.Surface) -> bool:
        """Draw the bench if anything of it has changed; True when it was drawn."""
        seen = (self._state, self._desk, self._pressed, self._second)
        if seen == self._drawn:
            return False
        self._drawn = seen
        self._bench = self._laid()
        self._painter.draw(surface, self._bench.view, hand=Hand(pressed=self._pressed))
        frame = self._painter.frame(self._bench.view)
        for strip in self._bench.strips:
            self._strip(surface, frame, strip)
        self._paint_page(surface, frame)
        return True

    def down(self, x: float, y: float) -> None:
        """The pointer goes down at (x, y) px of the bench."""
        self._pressed = self._under(x, y)
        self._open_row(x, y)

    def up(self, x: float, y: float) -> None:
        """The pointer lifts: on the same key, that is a press."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and self._under(x, y) == pressed:
            self._act(pressed.button, pressed.value)

    def scroll(self, steps: int) -> None:
        """Move through the list of exchanges."""
        last = max(0, max(len(self._state.trace), len(self._state.calls)) - 1)
        self._look(first_row=max(0, min(last, self._desk.looking.first_row - 2 * steps)))

    def key(self, name: str, text: str) -> None:
        """A key while the clock's field is written."""
        typed = self._desk.typed or ""
        match name:
            case "enter":
                self._act("clock-set", "")
            case "escape":
                self._desk = replace(self._desk, typed=None)
            case "backspace":
                self._desk = replace(self._desk, typed=typed[:-1])
            case _:
                self._desk = replace(self._desk, typed=(typed + text)[:19])

    def _laid(self) -> Bench:
        return bench(self._state, self._desk, self._controls.now(), self._words, self._size)

    def _read(self, state: BenchState) -> None:
        self._is_reading = False
        self._state = state
        if self._notes is not None:
            recording, writes_to = self._notes.recording, _shown(self._notes.recording or self._notes.folder)
            self._state = replace(state, is_recording=recording is not None, writes_to=writes_to)
            # A recording puts hands of its own between the bench and whoever handles it.
            self._controls = self._notes.bench
        if not self._desk.chosen and state.people:
            ids = [person.id for person in state.people]
            self._desk = replace(self._desk, chosen=_FIRST if _FIRST in ids else ids[0])

    def _under(self, x: float, y: float) -> Press | None:
        across, down = self._painter.frame(self._bench.view).units(x, y)
        presses = (one for one in self._bench.view.buttons if one.enabled and one.rect.contains(across, down))
        return next(presses, None)

    def _open_row(self, x: float, y: float) -> None:
        across, down = self._painter.frame(self._bench.view).units(x, y)
        row = next((number for rect, number in self._bench.rows if rect.contains(across, down)), None)
        if row is not None:
            self._look(opened=row)

    def _look(self, **changes: Any) -> None:
        """Look at something else in the lower part."""
        self._desk = replace(self._desk, looking=replace(self._desk.looking, **changes))

    def _act(self, button: str, value: str) -> None:
        """Do what a key says: at once what only the bench shows, as a chore what the parts do."""
        self._desk = replace(self._desk, message="", written="")
        match button:
            case "choose":
                self._desk = replace(self._desk, chosen=value)
            case "tab":
                self._look(tab=value, first_row=0)
                self.look_again()
            case "only":
                self._look(only=value, first_row=0, opened=None)
            case "more-people":
                page, pages = people_page(self._state.people, self._desk)
                self._desk = replace(self._desk, people_page=(page + 1) % pages)
            case "turn":
                self._turn_page(replace(self._desk, side=self._desk.side + 1))
            case "older" | "newer":
                back = self._state.back + (1 if button == "older" else -1)
                self._turn_page(replace(self._desk, back=back, side=0))
            case _:
                self._handle(button, value)

    def _handle(self, button: str, value: str) -> None:
        match button:
            case "clock-field":
                self._desk = replace(self._desk, typed="")
            case "clock-set":
                self._set_typed()
            case "clock":
                self._set_clock(_moment(value, self._controls.now()))
            case "record" | "export":
                self._take_away(button)
            case _:
                self._give(self._part(button, value))

    def _turn_page(self, desk: Desk) -> None:
        self._desk = desk
        self.look_again()

    def _part(self, button: str, value: str) -> Callable[[], object]:
        """Return what the emulated parts are to do for a key."""
        controls, chosen = self._controls, self._desk.chosen
        of_person: dict[str, Callable[[str], object]] = {
            "place": controls.place,
            "phone": controls.place_phone,
            "reserve": partial(_reserve, controls),
            "unblock": controls.unblock,
            "new-card": controls.new_card,
        }
        if button in of_person:
            return partial(of_person[button], chosen)
        of_value: dict[str, Callable[[str], object]] = {
            "insert": lambda yen: controls.insert(int(yen)),
            "fault": lambda reason: controls.printer_fault(reason, 1),
            "tear": controls.tear_at,
            "stop-reader": controls.stop_reader_at,
            "flaw": controls.printer_flaw,
            "emoney": controls.hold_emoney,
        }
        if button in of_value:
            return partial(of_value[button], value)
        switches = self._switches(value)
        if button in switches:
            return partial(switches[button], self._switched(button))
        simple: dict[str, Callable[[], object]] = {
            "other": controls.place_other,
            "remove": controls.remove,
            "take-money": controls.take_money,
            "take-paper": controls.take_paper,
            "mend": controls.clear_printer_fault,
            "forget": controls.printer_forgets,
            "emoney-torn": partial(controls.emoney_fault, ReaderFault.TORN_AFTER),
            "headphones": partial(controls.plug_headphones, not self._state.headphones),
            "pace": partial(controls.run_clock, _PACES[self._state.speed]),
        }
        return simple[button]

    def _switched(self, button: str) -> bool:
        """Turn the switch over, and return whether it is on now."""
        on = self._desk.looking.on ^ {button}
        self._look(on=on)
        return button in on

    def _switches(self, value: str) -> dict[str, Callable[[bool], object]]:
        """Faults that stay on until the key is pressed again."""
        controls = self._controls
        return {
            "line": controls.cut_line,
            "reader": controls.unplug_reader,
            "lose": controls.lose_answers,
            "slow": lambda on: controls.centre_latency(_SLOW if on else 0.0),
            "silent": controls.silence_responder,
            "receipt": lambda on: controls.receipt_fault(value if on else None),
            "refuse-notes": controls.refuse_notes,
            "no-change": controls.empty_change,
            "emoney-poor": lambda on: controls.charge(_POOR if on else FILLED[Medium.CARD]),
            **{
                f"emoney-{fault}": partial(_reader_fault, controls, fault)
                for fault in (ReaderFault.REFUSES, ReaderFault.MUTE, ReaderFault.OUT)
            },
        }

    def _take_away(self, what: str) -> None:
        """Begin or end a recording, or bundle what a bug report needs; the bench says where it is."""
        if self._notes is not None:
            record = self._notes.record if self._notes.recording is None else self._notes.stop
            self._give(record if what == "record" else self._notes.export)

    def _give(self, act: Callable[[], object]) -> None:
        def attempt() -> tuple[str, str]:
            try:
                done = act()
            except KioskError as error:
                return self._words("bench.failed", reason=error), ""
            return "", done.name if isinstance(done, Path) else ""

        self._chores.give(attempt, self._acted)

    def _acted(self, said: tuple[str, str]) -> None:
        """Show what went wrong, or which file was written."""
        message, written = said
        self._desk = replace(self._desk, message=message, written=written)
        self.look_again()

    def _set_typed(self) -> None:
        try:
            moment = datetime.fromisoformat(self._desk.typed or "")
        except ValueError:
            self._desk = replace(self._desk, message=self._words("clock.wrong"))
            return
        self._desk = replace(self._desk, typed=None)
        self._set_clock(moment.replace(tzinfo=moment.tzinfo or self._controls.now().tzinfo))

    def _set_clock(self, moment: datetime) -> None:
        self._give(partial(self._controls.set_clock, moment))

    def _strip(self, surface: pygame.Surface, frame: Frame, strip: Strip) -> None:
        rect, px = frame.rect(strip.rect), frame.px(_OCTET_PX if strip.cells else _WORDS_PX)
        colour = STANDARD.tone(strip.tone)
        y = rect.y + (rect.height // strip.lines - px) // 2
        if not strip.cells:
            surface.blit(self._ink.line(_cut(strip.text, px, rect.width), px, False, colour), (rect.x, y))
            return
        for number, line in enumerate(_filled(strip.text.split(), int(rect.width / (px * _CELL)), strip.lines)):
            self._cells(surface, line, (rect.x, y + number * round(px * 1.5)), px, colour)

    def _cells(self, surface: pygame.Surface, line: str, at: tuple[int, int], px: int, colour: Colour) -> None:
        """Write hex in cells of equal width."""
        cell = px * _CELL
        for place, char in enumerate(line):
            if char != " ":
                ink = self._ink.line(char, px, False, colour)
                surface.blit(ink, (at[0] + round(place * cell + (cell - ink.get_width()) / 2), at[1]))

    def _paint_page(self, surface: pygame.Surface, frame: Frame) -> None:
        page = self._state.page
        if page is None:
            return
        if self._page is None or self._page[0] is not page:
            self._page = (page, grey_picture(page.grey, (page.width, page.height)))
        rect = frame.rect(self._bench.page).inflate(-2, -2)
        surface.blit(pygame.transform.smoothscale(self._page[1], rect.size), rect)


def _shown(path: Path) -> str:
    """The path as people write it, from their own folder (~) where it lies there."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def _moment(key: str, now: datetime) -> datetime:
    """Return the moment a key of the clock stands for."""
    if key in OFFSETS:
        return now + timedelta(seconds=OFFSETS[key])
    if key == "closing":
        return now.replace(hour=22, minute=59, second=0, microsecond=0)
    return now.replace(month=12, day=29)


def _filled(words: list[str], room: int, lines: int) -> list[str]:
    """Fill at most `lines` lines of `room` cells with words; the last ends with dots where some are left out."""
    filled = [""]
    for word in words:
        longer = f"{filled[-1]} {word}".strip()
        if len(longer) <= room - (2 if len(filled) == lines else 0):
            filled[-1] = longer
        elif len(filled) < lines:
            filled.append(word)
        else:
            filled[-1] += " …"
            break
    return filled


def _cut(text: str, px: int, width: int) -> str:
    """Return as much of `text` as fits, with dots where it does not."""
    face = font(px, False)
    if face.size(text)[0] <= width:
        return text
    kept = len(text)
    while kept and face.size(text[:kept] + "…")[0] > width:
        kept -= 1
    return text[:kept] + "…"


def _reader_fault(controls: BenchControls, fault: str, on: bool) -> None:
    controls.emoney_fault(fault if on else None)


def _reserve(controls: BenchControls, person_id: str) -> None:
    """What the person's phone app reserves: to set either secret anew, whichever is forgotten (V-7)."""
    for secret in Secret:
        controls.reserve_reset(person_id, secret)
