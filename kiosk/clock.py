"""Time behind one interface: the real clock, a set one at real speed, and one that jumps.

Separate because nothing below the composition root may ask the machine for the time. Civil time
is JST whatever TZ says; durations are monotonic seconds (design 3.1).
"""

import time
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")


class Clock(Protocol):
    """What the kiosk knows of time."""

    def now(self) -> datetime:
        """Civil time, aware, in JST."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        ...


@runtime_checkable
class SettableClock(Clock, Protocol):
    """A clock whose civil time the bench may set; durations do not notice."""

    def set(self, moment: datetime) -> None:
        """Make `moment` the present."""
        ...


class RealClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Civil time in JST."""
        return datetime.now(JST)

    def monotonic(self) -> float:
        """Seconds of the machine's monotonic clock."""
        return time.monotonic()


class SimulatedClock:
    """Begins at a given moment and runs at real speed (`--at`), until it is told to run faster or to stop."""

    def __init__(self, start: datetime) -> None:
        self.speed = 1.0
        self._mark, self._elapsed = time.monotonic(), time.monotonic()
        self.set(start)

    def now(self) -> datetime:
        """Civil time in JST."""
        return self._start + timedelta(seconds=self.monotonic() - self._began)

    def monotonic(self) -> float:
        """Seconds of the machine's monotonic clock, those that ran faster counted so often."""
        return self._elapsed + (time.monotonic() - self._mark) * self.speed

    def set(self, moment: datetime) -> None:
        """Make `moment` the present."""
        self._start, self._began = in_jst(moment), self.monotonic()

    def run(self, speed: float) -> None:
        """Run so many times as fast from now on, durations too; 0 stops it."""
        self._elapsed, self._mark, self.speed = self.monotonic(), time.monotonic(), speed


class JumpingClock:
    """Stands still until it is told to jump: replays spend no real time."""

    def __init__(self, start: datetime) -> None:
        self._now = in_jst(start)
        self._elapsed = 0.0

    def now(self) -> datetime:
        """Civil time in JST."""
        return self._now

    def monotonic(self) -> float:
        """Seconds jumped so far."""
        return self._elapsed

    def jump(self, seconds: float) -> None:
        """Let `seconds` (≥ 0) pass."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._elapsed += seconds
        self._now += timedelta(seconds=seconds)

    def set(self, moment: datetime) -> None:
        """Make `moment` the present; no time passes for durations."""
        self._now = in_jst(moment)


def in_jst(moment: datetime) -> datetime:
    """Return `moment` in JST; a moment without zone is taken as JST."""
    return moment.replace(tzinfo=JST) if moment.tzinfo is None else moment.astimezone(JST)
