"""What is read and written within one transaction, as values of the domain.

Separate from the store because handler, rules and signer see only this class, and no SQL. This
file knows authentication and orders, `store_enrolments` applications, `store_registers` people. Times
go in and come out as aware datetimes in JST.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    Column,
    ColumnElement,
    Insert,
    Update,
    bindparam,
    delete,
    exists,
    insert,
    select,
    union_all,
    update,
)
from sqlalchemy.engine import RowMapping

from municipality_client.centre import store_tables as t
from municipality_client.centre.store_registers import Entry, as_text, as_time
from municipality_client.centre.store_reservations import ReservationBooks
from municipality_client.centre.validity import Identity
from municipality_client.errors import StoreFailed


class SetState(StrEnum):
    """Life of a set: numbered, signed and sent, on paper, or never to count."""

    RESERVED = "reserved"
    ISSUED = "issued"
    PRINTED = "printed"
    VOID = "void"


# The ways of a set; void and printed are ends.
_BEFORE = {
    SetState.RESERVED: (),
    SetState.ISSUED: (SetState.RESERVED,),
    SetState.PRINTED: (SetState.ISSUED,),
    SetState.VOID: (SetState.RESERVED, SetState.ISSUED),
}


class OrderState(StrEnum):
    """Life of an order: pages may be fetched, all sets accounted for, given up, or stopped by the signer."""

    ISSUED = "issued"
    SETTLED = "settled"
    VOID = "void"
    MIXED_UP = "mixed_up"


@dataclass(frozen=True)
class Asked:
    """A challenge that was given out."""

    terminal: str
    request_id: str
    municipality: str
    expires_at: datetime


@dataclass(frozen=True)
class Session:
    """One authentication: who, where, until when, and the order that used it up."""

    terminal: str
    municipality: str
    identity: Identity
    cert_sha256: bytes
    salt: bytes
    opened_at: datetime
    expires_at: datetime
    used_by: str | None


@dataclass(frozen=True)
class Placed:
    """An order as it stands in the books; `answer` (JSON) is None once settled."""

    order_sha256: bytes
    municipality: str
    kind: str
    fee: int
    state: OrderState
    answer: bytes | None


@dataclass(frozen=True)
class BookedSet:
    """One set: number, state, pages it has, sheets that reached the tray, version of the registers it shows."""

    set_number: str
    state: SetState
    pages: int
    sheets: int
    version: int = 0


def _unless_there(key: Column[bytes]) -> Insert:
    """Insert a whole row, where none has this key."""
    columns = key.table.columns
    values = select(*(bindparam(one.name, type_=one.type) for one in columns))
    absent = values.where(~exists().where(key == bindparam(key.name)))
    return insert(key.table).from_select(list(columns), absent).execution_options(preserve_rowcount=True)


# What is asked and written with every order, put together once: putting a statement together costs
# several times what running it does.
_CHALLENGE = t.challenges.c
_TAKE_CHALLENGE = (
    update(t.challenges)
    .where(_CHALLENGE.challenge == bindparam("key"), _CHALLENGE.used.is_(False))
    .values(used=True)
    .returning(_CHALLENGE.terminal, _CHALLENGE.request_id, _CHALLENGE.municipality, _CHALLENGE.expires_at)
)
_OF_SESSION = t.sessions.c.token == bindparam("key")
_SESSION = select(t.sessions).where(_OF_SESSION)
_USE_SESSION = (
    update(t.sessions).where(_OF_SESSION, t.sessions.c.used_by.is_(None)).values(used_by=bindparam("request"))
)
_OF_ORDER = t.orders.c.terminal == bindparam("at"), t.orders.c.request_id == bindparam("request")
_ORDER = select(t.orders).where(*_OF_ORDER)
_COUNT = (
    update(t.counters)
    .where(t.counters.c.municipality == bindparam("town"), t.counters.c.day == bindparam("on"))
    .where(t.counters.c.terminal == bindparam("at"))
    .values(last=t.counters.c.last + 1)
    .returning(t.counters.c.last)
)
_MOVE_SET = (
    update(t.sets)
    .where(t.sets.c.set_number == bindparam("key"), t.sets.c.state.in_(bindparam("before", expanding=True)))
    .values(state=bindparam("after"), sheets=bindparam("tray"))
)
_SAME_ORDER = (t.orders.c.terminal == t.sessions.c.terminal) & (t.orders.c.request_id == t.sessions.c.used_by)
_OF_CARD = t.sessions.c.issuer == bindparam("issuer"), t.sessions.c.serial == bindparam("serial")
_MAY_ORDER = t.sessions.c.used_by.is_(None), t.sessions.c.expires_at >= bindparam("now")
# Two questions as one statement: as one condition, PostgreSQL answers the second by reading all orders.
IN_USE = union_all(
    select(t.sessions.c.terminal).where(*_OF_CARD, *_MAY_ORDER),
    select(t.sessions.c.terminal)
    .join_from(t.sessions, t.orders, _SAME_ORDER)
    .where(*_OF_CARD, t.orders.c.state == OrderState.ISSUED),
)
_ADD_CHALLENGE, _ADD_SESSION = _unless_there(t.challenges.c.challenge), _unless_there(t.sessions.c.token)
_ADD_ORDER, _ADD_SET = insert(t.orders), insert(t.sets)


class Books(ReservationBooks):
    """All that may be asked of the database, in one transaction."""

    # Authentication

    def add_challenge(self, challenge: bytes, asked: Asked) -> bool:
        """Remember a challenge that is given out, unless it has been before."""
        row = {
            "challenge": challenge,
            "terminal": asked.terminal,
            "request_id": asked.request_id,
            "municipality": asked.municipality,
            "expires_at": as_text(asked.expires_at),
            "used": False,
        }
        return self._run(_ADD_CHALLENGE, row).rowcount == 1

    def take_challenge(self, challenge: bytes) -> Asked | None:
        """Return a fresh challenge and mark it used, None for any other: of two answers one finds none."""
        row = self._run(_TAKE_CHALLENGE, {"key": challenge}).first()
        if row is None:
            return None
        return Asked(row.terminal, row.request_id, row.municipality, as_time(row.expires_at))

    def add_session(self, token: str, session: Session) -> bool:
        """Open a session, unless there was one of this token; only the token's SHA-256 is kept."""
        row = {
            "token": _hash(token),
            "terminal": session.terminal,
            "municipality": session.municipality,
            "issuer": session.identity.issuer,
            "serial": str(session.identity.serial),
            "cert_sha256": session.cert_sha256,
            "salt": session.salt,
            "opened_at": as_text(session.opened_at),
            "expires_at": as_text(session.expires_at),
            "used_by": session.used_by,
        }
        return self._run(_ADD_SESSION, row).rowcount == 1

    def session(self, token: str) -> Session | None:
        """Return the session of a token."""
        row = self._run(_SESSION, {"key": _hash(token)}).mappings().first()
        return None if row is None else _session(row)

    def terminals_with(self, identity: Identity, now: datetime) -> frozenset[str]:
        """Return where a card is in use: a session that may still order, or an order not settled yet."""
        asked = {"issuer": identity.issuer, "serial": str(identity.serial), "now": as_text(now)}
        return frozenset(self._run(IN_USE, asked).scalars())

    def use_session(self, token: str, request_id: str) -> None:
        """Mark the session used up by this order; raises StoreFailed when another has used it."""
        self._one(_USE_SESSION, {"key": _hash(token), "request": request_id})

    # Orders and sets

    def order(self, terminal: str, request_id: str) -> Placed | None:
        """Return an order of this terminal."""
        row = self._run(_ORDER, {"at": terminal, "request": request_id}).mappings().first()
        if row is None:
            return None
        what = row["order_sha256"], row["municipality"], row["kind"], row["fee"]
        return Placed(*what, OrderState(row["state"]), row["answer"])

    def add_order(self, terminal: str, request_id: str, placed: Placed, now: datetime) -> None:
        """Enter an order with its answer."""
        row = {
            "terminal": terminal,
            "request_id": request_id,
            "order_sha256": placed.order_sha256,
            "municipality": placed.municipality,
            "kind": placed.kind,
            "fee": placed.fee,
            "placed_at": as_text(now),
            "state": placed.state,
            "answer": placed.answer,
        }
        self._run(_ADD_ORDER, row)

    def hold_order(self, terminal: str, request_id: str) -> None:
        """Keep other transactions from settling this order until this one has ended."""
        # Written, not only locked: who waited meanwhile must not go on with what it read before.
        self._run(update(t.orders).where(*_order_key(terminal, request_id)).values(state=t.orders.c.state))

    def close_order(self, terminal: str, request_id: str, state: OrderState) -> None:
        """Bring an open order to its end and delete its pages (O-58); raises StoreFailed when it has ended."""
        is_open = t.orders.c.state == OrderState.ISSUED
        ended = update(t.orders).where(*_order_key(terminal, request_id), is_open).values(state=state, answer=None)
        self._one(ended, {})

    def reserve(self, municipality: str, day: date, terminal: str) -> int:
        """Return the next serial (from 1) of this municipality, day and terminal; it is never given again."""
        key = {"town": municipality, "on": day.isoformat(), "at": terminal}
        last = self._run(_COUNT, key).scalar_one_or_none()
        if last is None:
            # After a restore a day's numbers begin higher up: nobody knows which were given out since the backup.
            floor = select(t.floors.c.serial).where(t.floors.c.day == day.isoformat())
            first = int(self._run(floor).scalar_one_or_none() or 1)
            row = {"municipality": municipality, "day": day.isoformat(), "terminal": terminal, "last": first}
            self._run(insert(t.counters), row)
            return first
        return int(last)

    def add_set(self, set_number: str, terminal: str, request_id: str, pages: int, version: int = 0) -> None:
        """Enter a reserved set, made from the registers of this version; its number carries the rest."""
        # The unique key over the parts refuses a second use, whoever computed the number.
        municipality, day, _, serial, _ = set_number.split("-")
        row = {
            "set_number": set_number,
            "municipality": municipality,
            "day": day,
            "terminal": terminal,
            "serial": int(serial),
            "request_id": request_id,
            "state": SetState.RESERVED,
            "pages": pages,
            "sheets": 0,
            "register_version": version,
        }
        self._run(_ADD_SET, row)

    def sets(self, terminal: str, request_id: str) -> tuple[BookedSet, ...]:
        """Return the sets of an order, in order of their numbers."""
        query = select(t.sets).where(t.sets.c.terminal == terminal, t.sets.c.request_id == request_id)
        rows = self._run(query.order_by(t.sets.c.set_number)).mappings()
        fixed = ("pages", "sheets", "register_version")
        return tuple(BookedSet(one["set_number"], SetState(one["state"]), *(one[key] for key in fixed)) for one in rows)

    def move_set(self, set_number: str, state: SetState, sheets: int = 0) -> None:
        """Bring a set into its next state, or leave it there; raises StoreFailed when no way leads to it."""
        moved = {"key": set_number, "before": (*_BEFORE[state], state), "after": state, "tray": sheets}
        self._one(_MOVE_SET, moved)

    def void_sets(self, terminal: str, request_id: str) -> None:
        """Make every set of the order void that is not on paper."""
        key = t.sets.c.terminal == terminal, t.sets.c.request_id == request_id
        waiting = t.sets.c.state.in_(_BEFORE[SetState.VOID])
        self._run(update(t.sets).where(*key, waiting).values(state=SetState.VOID))

    # Keeping the books

    def add_incident(self, now: datetime, terminal: str, request_id: str, what: str) -> None:
        """Record what an operator must look at; `what` carries no personal data."""
        row = {"at": as_text(now), "terminal": terminal, "request_id": request_id, "what": what}
        self._run(insert(t.incidents), row)

    def sweep(self, now: datetime, keep: timedelta) -> None:
        """Drop what has long expired, and void and forget what nobody settled within `keep` (24 h)."""
        self._run(delete(t.challenges).where(t.challenges.c.expires_at < as_text(now - keep)))
        self._run(delete(t.sessions).where(t.sessions.c.expires_at < as_text(now - keep)))
        old = t.orders.c.placed_at < as_text(now - keep), t.orders.c.answer.is_not(None)
        for terminal, request_id in self._run(select(t.orders.c.terminal, t.orders.c.request_id).where(*old)).all():
            self.void_sets(terminal, request_id)
            self.close_order(terminal, request_id, OrderState.VOID)

    def _one(self, change: Update, asked: Entry) -> None:
        """Change exactly one row; a transaction that finds it in another state is given up."""
        if self._run(change, asked).rowcount != 1:
            raise StoreFailed(f"{change.table}: no row in the state that this change begins from")


def _order_key(terminal: str, request_id: str) -> tuple[ColumnElement[bool], ...]:
    return t.orders.c.terminal == terminal, t.orders.c.request_id == request_id


def _session(row: RowMapping) -> Session:
    identity = Identity(row["issuer"], int(row["serial"]))
    times = as_time(row["opened_at"]), as_time(row["expires_at"])
    fixed = row["terminal"], row["municipality"], identity, row["cert_sha256"], row["salt"]
    return Session(*fixed, *times, row["used_by"])


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
