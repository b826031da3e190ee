"""The part of the books for those who run a centre: terminals, incidents, the daily closing, restores.

Separate from orders because no message of a kiosk leads here. One transaction, values in and out.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import RowMapping, Select, func, insert, select, update

from municipality_client.centre import store_tables as t
from municipality_client.centre.store_books import Books, SetState
from municipality_client.centre.store_registers import Feed, as_text

_OPEN = (SetState.RESERVED, SetState.ISSUED)
# Serials have eight digits; nobody gets to the upper half of them in a day.
_FLOOR, _STEP = 50_000_000, 1_000_000


@dataclass(frozen=True, order=True)
class Line:
    """Delivered sets of one day, operator, municipality, kind and fee (yen a set)."""

    operator: str
    municipality: str
    kind: str
    fee: int
    sets: int


@dataclass(frozen=True)
class Incident:
    """What somebody must look at; `papers`: the numbers found on papers when it was closed, None while it is open."""

    id: int
    at: str
    terminal: str
    request_id: str
    what: str
    papers: frozenset[str] | None


class OperationBooks(Books):
    """Everything that the database can be asked."""

    def register_terminal(self, terminal: str, operator: str) -> None:
        """Say who runs a terminal."""
        self._put_terminal(terminal, {"operator": operator})

    def refuse_terminal(self, terminal: str, since: datetime | None) -> None:
        """Refuse a terminal from now on, or with None let it in again."""
        self._put_terminal(terminal, {"revoked_at": None if since is None else as_text(since)})

    def _put_terminal(self, terminal: str, values: dict[str, str | None]) -> None:
        if self._run(update(t.terminals).where(t.terminals.c.terminal == terminal).values(**values)).rowcount == 0:
            self._run(insert(t.terminals), {"terminal": terminal, "operator": "", "revoked_at": None} | values)

    def feeds(self) -> dict[str, Feed]:
        """Return how far the registers of each municipality are."""
        return {code: self.feed(code) for code in self._run(select(t.feeds.c.municipality)).scalars().all()}

    # Incidents

    def incidents(self, *, closed: bool = False) -> tuple[Incident, ...]:
        """Return what was recorded and is open, or what is `closed`, oldest first."""
        c = t.incidents.c
        query = select(t.incidents).where(c.closed_at.is_not(None) if closed else c.closed_at.is_(None))
        return tuple(_incident(row) for row in self._run(query.order_by(c.id)).mappings())

    def close_incident(self, number: int, papers: frozenset[str], now: datetime) -> None:
        """Close an open incident for good; raises StoreFailed for any other."""
        c = t.incidents.c
        change = update(t.incidents).where(c.id == number, c.closed_at.is_(None))
        self._one(change.values(closed_at=as_text(now), papers=" ".join(sorted(papers))), {})

    # The daily closing

    def delivered(self, day: date) -> tuple[Line, ...]:
        """Add up the sets of a day that are on paper, from orders and sets as they are now."""
        same = (t.orders.c.terminal == t.sets.c.terminal) & (t.orders.c.request_id == t.sets.c.request_id)
        operator = func.coalesce(t.terminals.c.operator, "")
        keys = operator, t.sets.c.municipality, t.orders.c.kind, t.orders.c.fee
        query = (
            select(*keys, func.count())
            .select_from(t.sets.join(t.orders, same))
            .outerjoin(t.terminals, t.terminals.c.terminal == t.sets.c.terminal)
            .where(t.sets.c.day == _as_in_numbers(day), t.sets.c.state == SetState.PRINTED)
            .group_by(*keys)
        )
        return self._lines(query)

    def counted(self, day: date, *states: SetState) -> int:
        """Count the sets of a day in these states, from the sets alone."""
        query = select(func.count()).where(t.sets.c.day == _as_in_numbers(day), t.sets.c.state.in_(states))
        return int(self._run(query).scalar_one())

    def unsettled(self, day: date) -> int:
        """Count the sets of a day of which nobody knows yet whether they are on paper."""
        return self.counted(day, *_OPEN)

    def closing(self, day: date) -> tuple[Line, ...] | None:
        """Return what was closed for a day, None where it has not been."""
        if self._run(select(t.closed_days).where(t.closed_days.c.day == day.isoformat())).first() is None:
            return None
        c = t.closings.c
        return self._lines(select(c.operator, c.municipality, c.kind, c.fee, c.sets).where(c.day == day.isoformat()))

    def close_day(self, day: date, lines: tuple[Line, ...], now: datetime) -> None:
        """Write a day's closing, once and for all."""
        self._run(insert(t.closed_days), {"day": day.isoformat(), "closed_at": as_text(now)})
        self._insert(t.closings, [{"day": day.isoformat(), **vars(one)} for one in lines])

    def _lines(self, query: Select[str, str, str, int, int]) -> tuple[Line, ...]:
        return tuple(sorted(Line(*row) for row in self._run(query)))

    # After a restore

    def skip_serials(self, day: date) -> int:
        """Give no serial of this day again that may have been given since the backup; return the new least one."""
        last = self._run(select(t.floors.c.serial).where(t.floors.c.day == day.isoformat())).scalar_one_or_none()
        least = _FLOOR if last is None else last + _STEP
        if last is None:
            self._run(insert(t.floors), {"day": day.isoformat(), "serial": least})
        else:
            self._run(update(t.floors).where(t.floors.c.day == day.isoformat()).values(serial=least))
        below = t.counters.c.day == day.isoformat(), t.counters.c.last < least
        self._run(update(t.counters).where(*below).values(last=least - 1))
        return least

    def newest_day(self) -> date | None:
        """Return the newest day that has a set."""
        found = self._run(select(func.max(t.counters.c.day))).scalar_one_or_none()
        return None if found is None else date.fromisoformat(found)


def _incident(row: RowMapping) -> Incident:
    papers = None if row["papers"] is None else frozenset(row["papers"].split())
    return Incident(row["id"], row["at"], row["terminal"], row["request_id"], row["what"], papers)


def _as_in_numbers(day: date) -> str:
    return f"{day:%Y%m%d}"
