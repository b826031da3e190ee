"""The part of the books that knows people: residents, links of cards, closures.

Separate from orders because only authentication, signer and bench read it, and because here the
personal data stands. One transaction, values in and out, no SQL beyond this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, Table, bindparam, delete, insert, select, update

from municipality_client.centre import store_tables as t
from municipality_client.centre.calendar import JST
from municipality_client.centre.dossier import Dossier
from municipality_client.centre.koseki import Koseki
from municipality_client.centre.residents import Resident
from municipality_client.centre.tax import TaxRow
from municipality_client.centre.validity import Identity

EVERYWHERE = "*"
Row = dict[str, Any]

# Questions asked with every order, put together once.
_TOWN: BindParameter[str] = bindparam("town")
_WHO: BindParameter[str] = bindparam("who")
_RESIDENT = select(t.residents.c.record).where(t.residents.c.municipality == _TOWN, t.residents.c.person == _WHO)
_HOUSEHOLD = select(t.residents.c.record).where(
    t.residents.c.municipality == _TOWN, t.residents.c.household == bindparam("house")
)
_FAMILY_REGISTER = select(t.family_registers.c.record).where(
    t.family_registers.c.municipality == _TOWN,
    t.family_members.c.municipality == _TOWN,
    t.family_members.c.register == t.family_registers.c.register,
    t.family_members.c.person == _WHO,
)
_TAX = (
    select(t.tax_rows.c.record)
    .where(t.tax_rows.c.municipality == _TOWN, t.tax_rows.c.person == _WHO)
    .order_by(t.tax_rows.c.year.desc())
)
_LINK = select(t.links.c.person, t.links.c.delivered_on).where(
    t.links.c.issuer == bindparam("issuer"), t.links.c.serial == bindparam("serial")
)

_FEED = select(t.feeds.c.version, t.feeds.c.as_of).where(t.feeds.c.municipality == _TOWN)

_CLOSURES = select(t.closures.c.starts, t.closures.c.ends).where(
    t.closures.c.municipality.in_((_TOWN, bindparam("everywhere", EVERYWHERE)))
)
_STORE_HOURS = select(t.stores.c.opens, t.stores.c.closes).where(t.stores.c.terminal == bindparam("terminal"))
_REFUSED = select(t.terminals.c.revoked_at).where(t.terminals.c.terminal == bindparam("terminal"))


@dataclass(frozen=True)
class Link:
    """Whose card it is, and on which day it was handed out, if that matters still."""

    person: str
    delivered_on: date | None


@dataclass(frozen=True)
class Feed:
    """How far a municipality's registers are: changes counted, and until when they are told (None: kept here)."""

    version: int
    as_of: datetime | None


class RegisterBooks:
    """Registers and closures, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Work within the transaction of `connection`."""
        self._run = connection.execute

    def resident(self, municipality: str, person: str) -> Resident | None:
        """Return one row of a municipality's register."""
        raw = self._run(_RESIDENT, {"town": municipality, "who": person}).scalar_one_or_none()
        return None if raw is None else _resident(raw)

    def dossier(self, municipality: str, person: str, serial: int = 0) -> Dossier:
        """Return everything that this municipality's registers say of one person."""
        feed, resident = self.feed(municipality), self.resident(municipality, person)
        household = () if resident is None else self.household(resident)
        register, tax = self.family_register(municipality, person), self.tax(municipality, person)
        return Dossier(person, resident, household, register, tax, serial, feed.version, feed.as_of)

    def family_register(self, municipality: str, person: str) -> Koseki | None:
        """Return the family register of which the person is a member now."""
        raw = self._run(_FAMILY_REGISTER, {"town": municipality, "who": person}).scalar_one_or_none()
        return None if raw is None else msgspec.json.decode(raw, type=Koseki)

    def put_family_register(self, koseki: Koseki) -> None:
        """Replace a register, or enter a new one."""
        key = t.family_registers.c.municipality == koseki.municipality, t.family_registers.c.register == koseki.id
        if self._run(select(t.family_registers.c.version).where(*key)).first() is None:
            self.load_family_registers([koseki])
        else:
            self.change_family_register(koseki)

    def put_tax(self, row: TaxRow) -> None:
        """Replace the row of one person and year, or enter a new one."""
        if any(one.year == row.year for one in self.tax(row.municipality, row.person)):
            self.change_tax(row)
        else:
            self.load_tax([row])

    def put_resident(self, resident: Resident) -> None:
        """Replace the row of a person, or enter a new one."""
        if self.resident(resident.municipality, resident.id) is None:
            self.load_residents([resident], [])
        else:
            self.change_resident(resident)

    def change_family_register(self, koseki: Koseki) -> None:
        """Replace a register and who is a member of it."""
        key = t.family_registers.c.municipality == koseki.municipality, t.family_registers.c.register == koseki.id
        version, record = t.family_registers.c.version + 1, msgspec.json.encode(koseki)
        self._run(update(t.family_registers).where(*key).values(version=version, record=record))
        members = t.family_members.c.municipality == koseki.municipality, t.family_members.c.register == koseki.id
        self._run(delete(t.family_members).where(*members))
        self._insert(t.family_members, _members(koseki))
        self._count(koseki.municipality)

    def tax(self, municipality: str, person: str) -> tuple[TaxRow, ...]:
        """Return all rows of one person, newest year first."""
        raws = self._run(_TAX, {"town": municipality, "who": person}).scalars()
        return tuple(msgspec.json.decode(raw, type=TaxRow) for raw in raws)

    def change_tax(self, row: TaxRow) -> None:
        """Replace the row of one person and year."""
        key = t.tax_rows.c.municipality == row.municipality, t.tax_rows.c.person == row.person
        values = {"version": t.tax_rows.c.version + 1, "record": msgspec.json.encode(row)}
        self._run(update(t.tax_rows).where(*key, t.tax_rows.c.year == row.year).values(**values))
        self._count(row.municipality)

    def household(self, resident: Resident) -> tuple[Resident, ...]:
        """Return everybody of the resident's household, householder first, then by birthday.

        Who died or left is not in it: removed records (除票) are never printed (I-19, I-70).
        """
        where = {"town": resident.municipality, "house": resident.household}
        members = (_resident(raw) for raw in self._run(_HOUSEHOLD, where).scalars())
        present = (one for one in members if not one.gone or one.id == resident.id)
        return tuple(sorted(present, key=lambda one: (not one.head, one.birthday, one.id)))

    def change_resident(self, resident: Resident) -> None:
        """Replace the row of a person who is in the register; the version counts the changes."""
        key = t.residents.c.municipality == resident.municipality, t.residents.c.person == resident.id
        # The whole row at once: nobody reads a name without its address.
        values = {"household": resident.household, "record": msgspec.json.encode(resident)}
        self._run(update(t.residents).where(*key).values(version=t.residents.c.version + 1, **values))
        self._count(resident.municipality)

    def load_residents(self, residents: Sequence[Resident], links: Sequence[tuple[Identity, str]]) -> None:
        """Fill empty residence registers in one go."""
        rows = [
            {
                "municipality": one.municipality,
                "person": one.id,
                "household": one.household,
                "record": msgspec.json.encode(one),
                "version": 1,
            }
            for one in residents
        ]
        self._insert(t.residents, rows)
        linked = [{"issuer": who.issuer, "serial": str(who.serial), "person": person} for who, person in links]
        self._insert(t.links, linked)

    def load_family_registers(self, registers: Sequence[Koseki]) -> None:
        """Fill empty family registers in one go."""
        rows = [
            {"municipality": one.municipality, "register": one.id, "record": msgspec.json.encode(one), "version": 1}
            for one in registers
        ]
        self._insert(t.family_registers, rows)
        self._insert(t.family_members, [member for one in registers for member in _members(one)])

    def load_tax(self, rows: Sequence[TaxRow]) -> None:
        """Fill empty tax registers in one go."""
        keyed = [
            {
                "municipality": one.municipality,
                "person": one.person,
                "year": one.year,
                "record": msgspec.json.encode(one),
                "version": 1,
            }
            for one in rows
        ]
        self._insert(t.tax_rows, keyed)

    def _insert(self, table: Table, rows: Sequence[Row]) -> None:
        if rows:  # without rows SQLAlchemy would insert one of defaults
            self._run(insert(table), rows)

    def has_residents(self) -> bool:
        """Say whether the registers have been filled."""
        return self._run(select(t.residents.c.person).limit(1)).first() is not None

    def link(self, identity: Identity) -> Link | None:
        """Return whose card has this public-key certificate."""
        row = self._run(_LINK, {"issuer": identity.issuer, "serial": str(identity.serial)}).first()
        if row is None:
            return None
        return Link(row.person, None if row.delivered_on is None else date.fromisoformat(row.delivered_on))

    def issuer_of(self, person: str) -> str:
        """Return the issuer of one of the person's public-key certificates, "" for none."""
        return self._run(select(t.links.c.issuer).where(t.links.c.person == person).limit(1)).scalar() or ""

    def put_link(self, identity: Identity, person: str, delivered_on: date | None) -> None:
        """Link a public-key certificate to a person, replacing what it was linked to."""
        key = t.links.c.issuer == identity.issuer, t.links.c.serial == str(identity.serial)
        self._run(delete(t.links).where(*key))
        row = {
            "issuer": identity.issuer,
            "serial": str(identity.serial),
            "person": person,
            "delivered_on": None if delivered_on is None else delivered_on.isoformat(),
        }
        self._run(insert(t.links), row)

    def feed(self, municipality: str) -> Feed:
        """Return how far a municipality's registers are."""
        row = self._run(_FEED, {"town": municipality}).first()
        return Feed(0, None) if row is None else Feed(row.version, None if row.as_of is None else as_time(row.as_of))

    def advance_feed(self, municipality: str, feed: Feed) -> None:
        """Say how far a feed has brought the registers."""
        row = {"version": feed.version, "as_of": None if feed.as_of is None else as_text(feed.as_of)}
        if self._run(update(t.feeds).where(t.feeds.c.municipality == municipality).values(**row)).rowcount == 0:
            self._run(insert(t.feeds), row | {"municipality": municipality})

    def _count(self, municipality: str) -> None:
        """Count one change of the registers; a feed says the number itself when it has done."""
        feed = self.feed(municipality)
        self.advance_feed(municipality, Feed(feed.version + 1, feed.as_of))

    def is_refused(self, terminal: str) -> bool:
        """Say whether the terminal has been revoked."""
        return self._run(_REFUSED, {"terminal": terminal}).scalar_one_or_none() is not None

    def closures(self, municipality: str) -> tuple[tuple[datetime, datetime], ...]:
        """Return ad-hoc closures of a municipality and of the whole centre (start, end)."""
        rows = self._run(_CLOSURES, {"town": municipality})
        return tuple((as_time(row.starts), as_time(row.ends)) for row in rows)

    def store_hours(self, terminal: str) -> tuple[time, time] | None:
        """Return the opening hours of the store that a terminal stands in, None where nothing limits it."""
        row = self._run(_STORE_HOURS, {"terminal": terminal}).first()
        return None if row is None else (time.fromisoformat(row.opens), time.fromisoformat(row.closes))

    def set_store_hours(self, terminal: str, opens: time, closes: time) -> None:
        """Keep the opening hours of a terminal's store (I-15, O-06)."""
        self._run(delete(t.stores).where(t.stores.c.terminal == terminal))
        row = {"terminal": terminal, "opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
        self._run(insert(t.stores), row)

    def add_closure(self, municipality: str, starts: datetime, ends: datetime) -> None:
        """Close a municipality, or EVERYWHERE, for a time."""
        row = {"municipality": municipality, "starts": as_text(starts), "ends": as_text(ends)}
        self._run(insert(t.closures), row)


def as_text(moment: datetime) -> str:
    """Write a time so that texts sort as times."""
    return moment.astimezone(JST).isoformat(timespec="microseconds")


def as_time(text: str) -> datetime:
    """Read what `as_text` wrote."""
    return datetime.fromisoformat(text).astimezone(JST)


def _members(koseki: Koseki) -> list[Row]:
    present = (one for one in koseki.members if not one.removed)
    return [{"municipality": koseki.municipality, "register": koseki.id, "person": one.id} for one in present]


def _resident(raw: bytes) -> Resident:
    return msgspec.json.decode(raw, type=Resident)
