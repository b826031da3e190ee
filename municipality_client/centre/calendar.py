"""Days and hours of service as pure functions: open or not, since when, until when.

Separate from the other rules because they know persons and these know only the clock. The one
importer of `jpholiday`. Every time is turned into JST first, whatever zone it comes in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

import jpholiday

from municipality_client.centre.profiles import Closed, Maintenance, National, Profile, Window
from municipality_client.messages import Kind

JST = timezone(timedelta(hours=9), "JST")
OUTSIDE_HOURS, YEAR_END, MAINTENANCE, STORE_CLOSED = "E-22", "E-23", "E-24", "E-25"
_LONGEST = timedelta(days=60)  # beyond this nobody waits: no opening time is promised


@dataclass(frozen=True)
class Opening:
    """Open (`code` "") or the code of the reason; `opens_at` where the end of a closure is known."""

    code: str = ""
    opens_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether there is service."""
        return not self.code


@dataclass(frozen=True)
class Timetable:
    """All that bounds a service: windows and closures of the centre, the municipality and one kind.

    `store`: opening hours of the shop that the terminal stands in (I-15, O-06).
    """

    windows: tuple[Window, ...]
    closures: tuple[Closed, ...]
    kind: Kind | None = None
    store: Window | None = None

    @property
    def bounds(self) -> tuple[Window, ...]:
        """Every daily window that must be open."""
        return self.windows if self.store is None else (*self.windows, self.store)

    def opening(self, now: datetime) -> Opening:
        """Say whether there is service at `now`, and else why not and when again."""
        code = self.code(now)
        return Opening() if not code else Opening(code, self._opens_at(now.astimezone(JST)))

    def code(self, now: datetime) -> str:
        """Return "" when there is service at `now`, else the code of the reason."""
        now = now.astimezone(JST)
        # In the order in which a reader would give the reason: a closed day, a closure, the hour.
        if any(_at_year_end(closed, now.date()) for closed in self.closures):
            return YEAR_END
        if any(pause.from_ <= now < pause.until for pause in self._pauses()):
            return MAINTENANCE
        if not all(_within(window, now) for window in self.windows):
            return OUTSIDE_HOURS
        return "" if self.store is None or _within(self.store, now) else STORE_CLOSED

    def _pauses(self) -> Iterable[Maintenance]:
        for closed in self.closures:
            for pause in closed.maintenance:
                if not pause.kinds or self.kind in pause.kinds:
                    yield pause

    def _opens_at(self, now: datetime) -> datetime | None:
        """Return the first moment after `now` with service: an opening time or the end of a pause."""
        # Service can begin only at a daily opening or at the end of a pause.
        ends = [pause.until.astimezone(JST) for pause in self._pauses()]
        days = [now.date() + timedelta(days=n) for n in range(_LONGEST.days)]
        starts = [datetime.combine(day, w.opens, JST) for day in days for w in self.bounds]
        found = (at for at in sorted(ends + starts) if at > now and not self.code(at))
        return next(found, None)


def timetable(
    national: National, profile: Profile | None = None, extra: Closed | None = None, store: Window | None = None
) -> Timetable:
    """Return when the service as a whole, or in one municipality, is open at a terminal in this store."""
    parts: list[National | Profile] = [national] if profile is None else [national, profile]
    closures = tuple(part.closed for part in parts) + ((extra,) if extra else ())
    return Timetable(tuple(part.hours for part in parts), closures, store=store)


def for_kind(table: Timetable, kind: Kind, own: Window | None) -> Timetable:
    """Narrow `table` to one kind with its own hours, if any."""
    return Timetable(table.windows + ((own,) if own else ()), table.closures, kind, table.store)


def common(windows: Iterable[Window]) -> tuple[time, time, bool]:
    """Return the hours that all windows share: opens, closes, only on office days."""
    every = tuple(windows)
    opens, closes = max(w.opens for w in every), min(w.closes for w in every)
    return opens, closes, any(w.office_days for w in every)


def is_office_day(day: date) -> bool:
    """Say whether offices are open: no weekend, no national holiday, not 12/29 - 1/3."""
    at_year_end = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not at_year_end and not jpholiday.is_holiday(day)


def business_days_after(day: date, count: int, maintenance: Iterable[Maintenance] = ()) -> date:
    """Return the `count`-th office day after `day`; a day with maintenance does not count (I-78)."""
    stops = [(pause.from_.astimezone(JST).date(), pause.until.astimezone(JST).date()) for pause in maintenance]
    while count:
        day += timedelta(days=1)
        count -= is_office_day(day) and not any(begins <= day <= ends for begins, ends in stops)
    return day


def _within(window: Window, now: datetime) -> bool:
    return window.opens <= now.time() < window.closes and (not window.office_days or is_office_day(now.date()))


def _at_year_end(closed: Closed, day: date) -> bool:
    """Both days inclusive; the span may cross the new year."""
    if closed.year_end is None:
        return False
    first, last = closed.year_end  # MM-DD compares as text
    today = f"{day:%m-%d}"
    return first <= today or today <= last if first > last else first <= today <= last
