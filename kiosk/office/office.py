"""The operator's menu at work: PIN, self-test, supplies, tasks, daily closing, cleaning, out of service.

Separate from the runner and the table of the flow, which know no operator: the office opens only
while nobody's visit runs (fault-47), and closes by itself when nobody touches it. Slow questions
run where `give` puts them; the journal is written on the caller's thread, as everywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from kiosk import durable, journal
from kiosk.clock import Clock
from kiosk.coinbox import FLOAT, total
from kiosk.errors import KioskError
from kiosk.journal import Journal
from kiosk.office import books, checks, screens
from kiosk.office.desk import Desk, Page, Supply
from kiosk.office.pin import LONGEST, OperatorPin
from kiosk.panel.words import Words
from kiosk.runner import Runner
from kiosk.screens.view import Touch, View
from kiosk.session.buttons import Button
from kiosk.session.events import ServiceSet
from kiosk.session.states import Means, Step

Give = Callable[[Callable[[], Any], Callable[[Any], None]], object]
UNTOUCHED = 120.0
CLEANING = 30.0
MISSES, LOCKED = 3, 60.0
"""After so many misses the PIN waits so many seconds, twice as long after each further one."""
_SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Files:
    """Where the journal is read and what is written for the operator goes."""

    journal: Path
    exports: Path


class Office:
    """One kiosk's back office; closed until the right PIN is typed."""

    def __init__(
        self, pin: OperatorPin, books_of: Journal, files: Files, devices: checks.Devices, runner: Runner, clock: Clock
    ) -> None:
        self._pin, self._journal, self._files, self._devices = pin, books_of, files, devices
        self._runner, self._clock = runner, clock
        self._words = Words.load(name="office")
        self._desk: Desk | None = None
        self._number = 0
        self._typed = bytearray(LONGEST)
        self._over = 0.0
        self._misses, self._locked_until = 0, 0.0
        self._shape = (1080, 1440)
        self._shown: tuple[Desk, tuple[int, int], View] | None = None
        self.wants_end = False
        self.give: Give = _at_once

    # What the window uses

    @property
    def is_open(self) -> bool:
        """True while the office stands over the customer's screen."""
        return self._desk is not None

    def knock(self) -> bool:
        """Ask for the PIN; False while a visit runs: it ends first (fault-47)."""
        if self._runner.session.step is not Step.IDLE or self.is_open:
            return False
        self._show(Desk(notice=self._first_notice))
        return True

    def resize(self, width: int, height: int) -> None:
        """Lay the screens out for a panel of this shape."""
        self._shape = (width, height)

    def view(self) -> View:
        """Return the screen; only while the office is open."""
        desk = self._desk or Desk()
        if self._shown is None or self._shown[:2] != (desk, self._shape):
            self._shown = (desk, self._shape, screens.draw(desk, self._words, self._shape))
        return self._shown[2]

    def seconds_left(self) -> float:
        """Seconds until this screen closes by itself."""
        return max(0.0, self._over - self._clock.monotonic())

    def pump(self) -> float | None:
        """Close what is over; return the seconds until there is more to do, None for nothing."""
        if self._desk is None:
            return None
        if self.seconds_left() > 0:
            return self.seconds_left()
        if self._desk.page is Page.CLEANING:
            self._show(Desk(Page.MENU))
            return self.seconds_left()
        self.close()
        return None

    def close(self) -> None:
        """Back to the customer's screen; what was typed is wiped."""
        self._wipe()
        self._desk = self._shown = None

    def touch(self, touch: Touch) -> bool:
        """Take a touch; False when it was meant for an older screen or nothing stands there (fault-25)."""
        desk = self._desk
        there = {(press.button, press.value) for press in self.view().buttons if press.enabled}
        if desk is None or touch.view_id != desk.view_id or (touch.button, touch.value) not in there:
            return False
        if desk.page is Page.PIN:
            self._touch_pad(desk, touch)
        else:
            self._act(desk, touch.button, touch.value)
        return True

    # The PIN

    @property
    def _first_notice(self) -> str:
        return "" if self._pin.is_set else "no-pin"

    def _touch_pad(self, desk: Desk, touch: Touch) -> None:
        match touch.button:
            case Button.DIGIT if desk.digits < LONGEST:
                self._typed[desk.digits] = ord(touch.value)
                self._show(replace(desk, digits=desk.digits + 1, notice=self._first_notice))
            case Button.CORRECT:
                self._wipe()
                self._show(replace(desk, digits=0))
            case Button.NEXT:
                self._compare(desk)
            case Button.BACK:
                self.close()

    def _compare(self, desk: Desk) -> None:
        wait = self._locked_until - self._clock.monotonic()
        if wait > 0:
            self._wipe()
            self._show(replace(desk, digits=0, notice="locked", value=f"{wait + 0.999:.0f}"))
            return
        typed = self._typed[: desk.digits]
        self._wipe()
        self._show(replace(desk, digits=0, asking=True))
        self.give(lambda: self._fits(typed), self._compared)

    def _fits(self, typed: bytearray) -> bool:
        try:
            return self._pin.fits(typed)
        finally:
            typed[:] = bytes(len(typed))

    def _compared(self, fits: bool) -> None:
        if fits:
            self._misses = 0
            self._journal.append("", "operator", {"act": "in"})
            self._show(Desk(Page.MENU))
            return
        self._misses += 1
        self._journal.append("", "operator", {"act": "wrong-pin", "misses": self._misses})
        if self._misses >= MISSES:
            self._locked_until = self._clock.monotonic() + LOCKED * 2.0 ** (self._misses - MISSES)
        self._show(Desk(notice="wrong-pin"))

    def _wipe(self) -> None:
        self._typed[:] = bytes(LONGEST)

    # The menu

    def _act(self, desk: Desk, button: str, value: str) -> None:
        match button:
            case "page":
                self._open(Page(value))
            case Button.BACK:
                self._show(Desk(Page.MENU))
            case "leave":
                self.close()
            case "end":
                self._journal.append("", "operator", {"act": "shut-down"})
                self.wants_end = True
            case "done":
                self._tick_off(desk.tasks[int(value)])
            case "more":
                self._show(replace(desk, first=int(value)))
            case "day":
                self._close_books(date.fromisoformat(value))
            case _:
                self._write(desk, button, value)

    def _write(self, desk: Desk, button: str, value: str) -> None:
        match button:
            case "stock":
                self._journal.append("", "stocked", {"out": self._devices.tills.box.stock()})
                self._open(Page.SUPPLY)
            case "print" | "export":
                self._hand_out(desk, button)
            case "export-journal":
                self._export_journal(desk)
            case _:
                self._set_service(value)

    def _open(self, page: Page) -> None:
        match page:
            case Page.TEST:
                self._ask(Desk(page), lambda: self._tested(page))
            case Page.SUPPLY:
                self._ask(Desk(page), lambda: Desk(page, supply=self._supply()))
            case Page.TASKS:
                self._ask(Desk(page), lambda: Desk(page, tasks=books.tasks(self._records())))
            case Page.CLOSING:
                self._close_books(self._clock.now().date())
            case _:
                self._show(Desk(page, out_of_service=self._runner.session.out_of_service))

    def _ask(self, waiting: Desk, job: Callable[[], Desk]) -> None:
        """Show that something is asked, then the answer, unless the operator has gone on meanwhile."""
        self._show(replace(waiting, asking=True))
        number = self._number

        def answered(desk: Desk) -> None:
            if self._desk is not None and self._number == number:
                self._show(desk)

        self.give(job, answered)

    def _records(self) -> tuple[journal.JournalRecord, ...]:
        return journal.read(self._files.journal)

    def _tested(self, page: Page) -> Desk:
        # Not the last record: that is the operator's coming in, by the very clock that may be wrong.
        latest = max((record.at for record in self._records()), default=None)
        return Desk(page, findings=checks.run(self._devices, latest))

    def _supply(self) -> Supply:
        found = {one.name: one for one in checks.run(self._devices, None)}
        box, printer, receipts = self._devices.tills.box, found["printer"], found["receipts"]
        said = ["" if one.is_well else one.said or one.name for one in (printer, receipts)]
        return Supply(said[0], said[1], tuple(box.pieces.items()), box.cash, box.gives_change)

    def _close_books(self, day: date) -> None:
        def close() -> Desk:
            records = self._records()
            tills, moved = self._devices.tills, books.moved(records)
            cash_off = tills.box.cash - total(FLOAT) - moved[Means.CASH]
            emoney_off = tills.emoney.taken - moved[Means.EMONEY]
            return Desk(Page.CLOSING, closing=books.closing(records, day), cash_off=cash_off, emoney_off=emoney_off)

        self._ask(Desk(Page.CLOSING), close)

    def _tick_off(self, task: books.Task) -> None:
        """A person has done it; a fee paid back by hand is no longer owed."""
        if task.kind is books.TaskKind.REFUND:
            fields: dict[str, str | int] = {"order": task.order, "yen": task.yen, "by": books.BY_OPERATOR}
            self._journal.append(task.order.rpartition("-")[0], "returned", fields)
        else:
            self._journal.append("", "task-done", {"order": task.order, "task": task.kind.value})
        self._open(Page.TASKS)

    def _hand_out(self, desk: Desk, how: str) -> None:
        """Print the closing shown on the receipt printer, or write it to a file; either way it is on record."""
        closing = desk.closing
        if closing is None:
            return
        text, name = screens.closing_text(desk, closing, self._words), f"closing-{closing.day}"
        if how == "export":
            notice, said = self._save(f"{name}.txt", text)
        else:
            fault = self._devices.receipts.put(name, text)
            notice, said = ("printed", "") if fault is None else ("not-printed", fault.value)
        if notice in ("saved", "printed"):
            books_say = (("taken", closing.taken), ("delivered", closing.delivered), ("owed", closing.owed))
            self._journal.append("", "closing", {"day": str(closing.day), **dict(books_say)})
        self._show(replace(desk, notice=notice, value=said))

    def _export_journal(self, desk: Desk) -> None:
        text = "\n".join(journal.lines(self._journal.records())) + "\n"
        notice, said = self._save(f"journal-{self._clock.now():%Y%m%d-%H%M%S}.txt", text)
        self._show(replace(desk, notice=notice, value=said))

    def _save(self, name: str, text: str) -> tuple[str, str]:
        path = self._files.exports / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            durable.write(path, text.encode())
        except (OSError, KioskError) as error:
            return "not-saved", str(error)
        return "saved", str(path)

    def _set_service(self, reason: str) -> None:
        self._journal.append("", _SERVICE, {"reason": reason})
        self._runner.post(ServiceSet(reason))
        self._show(Desk(Page.SERVICE, out_of_service=reason))

    def _show(self, desk: Desk) -> None:
        self._number += 1
        self._desk = replace(desk, view_id=self._number)
        self._over = self._clock.monotonic() + (CLEANING if desk.page is Page.CLEANING else UNTOUCHED)


def service_before(books_of: Journal) -> str:
    """Return why the operator had closed the kiosk when it was last running, "" for open."""
    closed = {reason: books_of.last(_SERVICE, {"reason": reason}) for reason in ("", *screens.REASONS)}
    return max(closed, key=lambda reason: closed[reason])


def _at_once(job: Callable[[], Any], then: Callable[[Any], None]) -> None:
    then(job())
