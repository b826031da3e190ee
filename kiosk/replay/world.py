"""The world of one scenario: one machine, one customer, one clock that jumps from one due thing to the next.

Separate from the steps, which are words, and from the player, which knows no machine. It sees what a
person at the machine sees (the view, the outlet, the tray) and what the machine keeps in its state folder.
"""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from kiosk import journal, narrator
from kiosk.app import Kiosk
from kiosk.clock import JumpingClock
from kiosk.emulated import CentreCall
from kiosk.journal import JournalRecord
from kiosk.replay import invariants, papers, route
from kiosk.replay.customer import Customer
from kiosk.replay.errors import ExpectationError, PowerCut
from kiosk.replay.feature import Line
from kiosk.replay.labels import plain
from kiosk.replay.listener import Listener
from kiosk.replay.machine import BEGIN, Making, start
from kiosk.replay.operator import Operator
from kiosk.replay.options import USUAL, Fittings
from kiosk.runner import Runner
from kiosk.screens.view import Touch, View
from kiosk.session.effects import Say
from kiosk.session.states import Step
from kiosk.settings import Terminal

_MOST_ANSWERS = 500
_LONGEST_WAIT = 24 * 3600.0
_LONGEST_VISIT = 30 * 24 * 3600.0
_LONGEST_PLAY = 120.0
_WAITING = (Step.AUTHENTICATING, Step.PREPARING, Step.PRINTING)


class Onlooker(Protocol):
    """Somebody who watches a scenario being played, and makes it wait."""

    def begins(self, line: Line) -> None:
        """A step begins."""

    def passes(self, world: "World", seconds: float) -> None:
        """So many seconds are about to pass."""

    def touches(self, world: "World", touch: Touch) -> None:
        """A finger is about to touch the screen."""


class World:
    """Everything a step can act on or ask.

    `counted`: seconds that a customer would have spent so far; `alarms`: how often the alarm sounded.
    """

    def __init__(self, folder: Path, seed: str, onlooker: Onlooker | None = None, fittings: Fittings = USUAL) -> None:
        """Prepare a world in `folder`; the machine is switched on by the first step that needs it."""
        self.folder, self._seed, self._onlooker, self._fittings = folder, seed, onlooker, fittings
        self.clock = JumpingClock(BEGIN)
        self.counted = 0.0
        self._stop_at = math.inf if onlooker else time.monotonic() + _LONGEST_PLAY
        self._starts = 0
        self._verifies = 0
        self.alarms = 0
        self._cut_at = ""
        self._terminal = Terminal()
        self._journalled: tuple[int, tuple[JournalRecord, ...]] = (0, ())
        self.customer: Customer = Customer(self)
        self.operator: Operator = Operator(self)
        self.listener: Listener = Listener(self)
        self._kiosk: Kiosk | None = None
        self._invariants = invariants.Watch(self)

    # The machine

    @property
    def kiosk(self) -> Kiosk:
        """The machine, switched on."""
        if self._kiosk is None:
            self._starts += 1
            seed = f"{self._seed} {self._starts}"
            making = Making(self.clock, seed, self._at_write, self._terminal, self._fittings)
            self._kiosk = start(self.folder, making)
            self._kiosk.runner.on_say = self._heard
            self._kiosk.runner.pump()
        return self._kiosk

    @property
    def is_on(self) -> bool:
        """True once a step has needed the machine."""
        return self._kiosk is not None

    def set_up(self, **terminal: object) -> None:
        """Make the machine another one, before it is switched on: fields of `kiosk.settings.Terminal`."""
        self.expect(self._kiosk is None, "a machine that is still off", "it is on")
        self._terminal = replace(self._terminal, **terminal)  # type: ignore[arg-type]  # from steps only

    def pump(self) -> float | None:
        """Let the machine do what is due; seconds until there is more.

        Raises ExpectationError for a scenario that does not end, in simulated or in real time.
        """
        self.expect(self.counted <= _LONGEST_VISIT, "an end within 30 simulated days", "it goes on and on")
        self.expect(time.monotonic() <= self._stop_at, f"an end within {_LONGEST_PLAY:.0f} s", "it goes on and on")
        try:
            due = self.runner.pump()
        except PowerCut:
            self.cut_power()
            due = self.runner.pump()
        if self.runner.session.headphones or self.listener.has_headphones:
            self.listener.shows(self.view)
        return due

    def touch(self, touch: Touch) -> None:
        """Touch the screen, and let the machine do what is due."""
        if self._onlooker is not None:
            self._onlooker.touches(self, touch)
        self.expect(not self.operator.is_open, "the customer's screen in front", "the operator's menu is open")
        self.listener.acts()
        try:
            self.runner.touch(touch)
        except PowerCut:
            self.cut_power()
        self.pump()

    def cut_power_at(self, write: str) -> None:
        """Cut the power at the next durable write of this name, like `journal fee: done`."""
        self._cut_at = write

    def _at_write(self, name: str) -> None:
        if name == self._cut_at:
            self._cut_at = ""
            raise PowerCut(name)

    @property
    def runner(self) -> Runner:
        """What carries the session."""
        return self.kiosk.runner

    @property
    def view(self) -> View:
        """What the screen shows."""
        return self.runner.view()

    @property
    def screen(self) -> str:
        """ID of the screen shown."""
        return str(self.runner.session.step)

    @property
    def is_waiting(self) -> bool:
        """True while card, centre, coin box or printer has something to answer."""
        session = self.runner.session
        return bool(session.awaiting) or session.step in _WAITING

    def cut_power(self, dark: timedelta = timedelta()) -> None:
        """Let go of the machine as a power cut does, and after `dark` start it again on what it had written."""
        self._verifies = self.verifies()
        self.close()
        self.clock.set(self.clock.now() + dark)
        self.pump()

    def close(self) -> None:
        """Let go of the machine; nothing is finished or tidied up."""
        if self._kiosk is not None:
            self._kiosk.close()
            self._kiosk = None
            self._journalled = 0, ()

    # Time

    def set_clock(self, moment: datetime) -> None:
        """Make `moment` the present; no time is spent."""
        self.clock.set(moment)
        if self._kiosk is not None:
            self.pump()

    def wait(self, seconds: float) -> None:
        """Let `seconds` pass; whatever falls due happens at its moment."""
        until = self.clock.monotonic() + seconds
        while (left := until - self.clock.monotonic()) > 0:
            due = self.pump()
            self._jump(left if due is None else min(left, due))
        self.pump()

    def settle(self, done: Callable[[], bool]) -> bool:
        """Let card, centre, coin box and printer answer until `done`; True when it came so."""
        for _ in range(_MOST_ANSWERS):
            due = self.pump()
            if done():
                return True
            if due is None or not self.is_waiting:
                return False
            self._jump(due)
        return False

    def wait_for_countdown(self) -> None:
        """Let time pass until the screen counts down."""
        self._wait_until(lambda: self.runner.session.time_short, "a countdown")

    def wait_for_time_out(self) -> None:
        """Let time pass until the screen has gone, or its alarm has sounded."""
        before = self.screen
        self._wait_until(lambda: self.screen != before or self.runner.seconds_left() is None, "a time-out")

    def _wait_until(self, done: Callable[[], bool], what: str) -> None:
        begun = self.clock.monotonic()
        while not done():
            due = self.pump()
            if done():
                return
            if due is None or self.clock.monotonic() - begun > _LONGEST_WAIT:
                raise ExpectationError(f"expected {what}, but nothing more happens on {self.screen}")
            self._jump(due)

    def _heard(self, said: Say) -> None:
        self.alarms += said.alarm
        shown = self.runner.session
        told = narrator.aloud(
            self.runner.caption, alarm=said.alarm, silent=shown.display.silent, headphones=shown.headphones
        )
        self.listener.aloud += [told] if told else []

    def _jump(self, seconds: float) -> None:
        if self._onlooker is not None:
            self._onlooker.passes(self, seconds)
        self.clock.jump(seconds)
        self.counted += seconds

    # Questions

    def expect(self, holds: bool, expected: str, instead: str) -> None:
        """Raise ExpectationError unless `holds`."""
        if not holds:
            raise ExpectationError(f"expected {expected}, but {instead}")

    def sees(self, words: str) -> bool:
        """True when `words` stand on the screen, line breaks and spaces aside."""
        return plain(words) in plain("\n".join((self.view.title, *self.view.words)))

    def expect_screen(self, screen: str) -> None:
        """Wait for the devices, then ask for the screen."""
        self.settle(lambda: self.screen == screen)
        self.expect(self.screen == screen, f"screen {screen}", f"it is {self.screen}")

    def expect_words(self, words: str) -> None:
        """Wait for the devices, then ask for words on the screen."""
        self.settle(lambda: self.sees(words))
        self.expect(self.sees(words), f"「{words}」 on the screen", "it is not there")

    def seen(self) -> str:
        """Say what is on the screen: its ID and its words, in one line."""
        if self._kiosk is None:
            return "the machine is off"
        words = " | ".join(" ".join(word.split()) for word in self.view.words)
        return f"{self.screen}: {words}"

    def verifies(self) -> int:
        """VERIFY commands with a PIN that were sent since the scenario began, as the trace says."""
        sent = sum(1 for line in self.kiosk.bench.trace() if _carries_pin(line.command_words))
        return self._verifies + sent

    def records(self) -> tuple[JournalRecord, ...]:
        """Everything in the kiosk's journal, checked; read anew only when something was written."""
        file = self.folder / "journal" / "journal.db"
        log = file.with_name("journal.db-wal")
        size = log.stat().st_size if log.exists() else 0
        if size != self._journalled[0] or not size:
            self._journalled = size, journal.read(file)
        return self._journalled[1]

    def calls(self) -> tuple[CentreCall, ...]:
        """What the kiosk asked the centre since it was switched on."""
        return self.kiosk.bench.calls()

    def journal_kinds(self) -> tuple[str, ...]:
        """Kinds of the journal's records, in order."""
        return tuple(one.kind for one in self.records())

    def inserted(self) -> int:
        """Yen in the coin box for this customer."""
        return self.kiosk.bench.money.inserted

    def sheets(self) -> tuple[papers.Sheet, ...]:
        """All sheets printed since the scenario began, in order of printing."""
        return tuple(sheet for file in self.kiosk.bench.printed() for sheet in papers.sheets_of(file))

    def face(self, number: int) -> str:
        """Text on the face of the `number`-th sheet (from 1); raises ExpectationError where there is none."""
        faces = self.faces()
        self.expect(1 <= number <= len(faces), f"a sheet {number}", f"{len(faces)} sheets were printed")
        return faces[number - 1]

    def faces(self) -> tuple[str, ...]:
        """Texts of all faces."""
        return tuple(sheet.face for sheet in self.sheets())

    def numbers(self) -> tuple[str, ...]:
        """Unique numbers of all sheets."""
        return tuple(sheet.number for sheet in self.sheets())

    def receipts(self) -> str:
        """Text of all receipts printed so far."""
        files = sorted((self.folder / "receipts").glob("*.txt"))
        return "\n".join(file.read_text(encoding="utf-8") for file in files)

    def expect_sheets(self, sheets: int) -> None:
        """Wait for the printer, then count what lies in the outlet."""
        bench = self.kiosk.bench
        self.settle(lambda: self.screen != Step.PRINTING and bench.paper_waiting == sheets)
        self.expect(bench.paper_waiting == sheets, f"{sheets} sheets in the outlet", f"{bench.paper_waiting} lie there")

    def go_to(self, screen: str, wishes: route.Wishes) -> None:
        """Go the usual way to `screen`."""
        route.go(self, screen, wishes)

    def go_on(self, wishes: route.Wishes) -> None:
        """Do what is usual on this screen."""
        route.act(self, wishes)

    def finish(self) -> None:
        """Go on with what has been ordered until nothing is left to be done."""
        route.go(self, Step.IDLE, route.Wishes())

    def leave(self) -> None:
        """Take everything and end the visit."""
        route.leave(self)

    def check(self) -> None:
        """Check the invariants; raises InvariantError."""
        if self._kiosk is not None:
            self._invariants.check()


def _carries_pin(words: str) -> bool:
    """True for VERIFY itself, not for the question how many tries are left."""
    return words.startswith("VERIFY") and not words.endswith("tries left?")
