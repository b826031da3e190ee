"""The part of the books that knows people: residents, links of cards, closures.

Separate from orders because only authentication, signer and bench read it, and because here the
personal data stands. One transaction, values in and out, no SQL beyond this file.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import msgspec
from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    String,
    Table,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    union_all,
    update,
)

from municipality_client.centre import store_dossiers
from municipality_client.centre import store_tables as t
from municipality_client.centre.calendar import JST
from municipality_client.centre.dossier import Dossier
from municipality_client.centre.koseki import Koseki
from municipality_client.centre.residents import Resident
from municipality_client.centre.tax import TaxRow
from municipality_client.centre.validity import Identity

EVERYWHERE = "*"
Entry = dict[str, Any]
Pause = tuple[datetime, datetime]
Parts = dict[str, list[Row[Any]]]

# Questions asked with every order, put together once.
_TOWN: BindParameter[str] = bindparam("town")
_WHO: BindParameter[str] = bindparam("who")
_RESIDENT = select(t.residents.c.record).where(t.residents.c.municipality == _TOWN, t.residents.c.person == _WHO)
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

_CLOSURE, _STORE = "closure", "store"
_LIMITS = union_all(
    select(literal_column(f"'{_CLOSURE}'", String).label("kind"), t.closures.c.starts, t.closures.c.ends).where(
        t.closures.c.municipality.in_((_TOWN, bindparam("everywhere", EVERYWHERE)))
    ),
    select(literal_column(f"'{_STORE}'", String), t.stores.c.opens, t.stores.c.closes).where(
        t.stores.c.terminal == bindparam("terminal")
    ),
)
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

    def dossier(self, municipality: str, person: str) -> Dossier:
        """Return everything that this municipality's registers say of one person."""
        rows = self._run(store_dossiers.OF_PERSON, {"town": municipality, "who": person})
        return _dossier(_parts(rows), person)

    def of_card(self, municipality: str, identity: Identity) -> tuple[Link | None, Dossier]:
        """Return whose card it is, and everything that this municipality's registers say of that person.

        An unknown card is looked up like a known one: the answer comes no sooner (E-30, E-33).
        """
        asked = {"town": municipality, "issuer": identity.issuer, "serial": str(identity.serial)}
        said = _parts(self._run(store_dossiers.OF_CARD, asked))
        link = next((_link(row.person, row.day) for row in said[store_dossiers.LINK]), None)
        return link, _dossier(said, "" if link is None else link.person, identity.serial)

    def family_register(self, municipality: str, person: str) -> Koseki | None:
        """Return the family register of which the person is a member now."""
        raw = self._run(_FAMILY_REGISTER, {"town": municipality, "who": person}).scalar_one_or_none()
        return None if raw is None else _koseki(raw)

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
        return tuple(_tax_row(raw) for raw in raws)

    def change_tax(self, row: TaxRow) -> None:
        """Replace the row of one person and year."""
        key = t.tax_rows.c.municipality == row.municipality, t.tax_rows.c.person == row.person
        values = {"version": t.tax_rows.c.version + 1, "record": msgspec.json.encode(row)}
        self._run(update(t.tax_rows).where(*key, t.tax_rows.c.year == row.year).values(**values))
        self._count(row.municipality)

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

    def _insert(self, table: Table, rows: Sequence[Entry]) -> None:
        if rows:  # without rows SQLAlchemy would insert one of defaults
            self._run(insert(table), rows)

    def has_residents(self) -> bool:
        """Say whether the registers have been filled."""
        return self._run(select(t.residents.c.person).limit(1)).first() is not None

    def link(self, identity: Identity) -> Link | None:
        """Return whose card has this public-key certificate."""
        row = self._run(_LINK, {"issuer": identity.issuer, "serial": str(identity.serial)}).first()
        return None if row is None else _link(row.person, row.delivered_on)

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
        return Feed(0, None) if row is None else _feed(row.version, row.as_of)

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

    def limits(self, municipality: str, terminal: str) -> tuple[tuple[Pause, ...], tuple[time, time] | None]:
        """Return ad-hoc closures of a municipality and of the whole centre (start, end), and a terminal's store hours.

        None where no store limits the terminal.
        """
        rows = self._run(_LIMITS, {"town": municipality, "terminal": terminal}).all()
        pauses = tuple((as_time(row.starts), as_time(row.ends)) for row in rows if row.kind == _CLOSURE)
        stores = ((time.fromisoformat(row.starts), time.fromisoformat(row.ends)) for row in rows if row.kind == _STORE)
        return pauses, next(stores, None)

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


def _members(koseki: Koseki) -> list[Entry]:
    present = (one for one in koseki.members if not one.removed)
    return [{"municipality": koseki.municipality, "register": koseki.id, "person": one.id} for one in present]


def _parts(rows: Iterable[Row[Any]]) -> Parts:
    said = defaultdict(list)
    for row in rows:
        said[row.part].append(row)
    return said


def _dossier(said: Parts, person: str, serial: int = 0) -> Dossier:
    feed = next((_feed(row.version, row.day) for row in said[store_dossiers.FEED]), Feed(0, None))
    household = _present((_resident(row.record) for row in said[store_dossiers.RESIDENT]), person)
    own = next((one for one in household if one.id == person), None)
    koseki = next((_koseki(row.record) for row in said[store_dossiers.KOSEKI]), None)
    tax = sorted((_tax_row(row.record) for row in said[store_dossiers.TAX]), key=lambda one: -one.year)
    return Dossier(person, own, household, koseki, tuple(tax), serial, feed.version, feed.as_of)


def _present(household: Iterable[Resident], person: str) -> tuple[Resident, ...]:
    """Return a household, householder first, then by birthday.

    Who died or left is not in it, but for the one who asks: removed records (除票) are never printed (I-19, I-70).
    """
    present = (one for one in household if not one.gone or one.id == person)
    return tuple(sorted(present, key=lambda one: (not one.head, one.birthday, one.id)))


def _feed(version: int, as_of: str | None) -> Feed:
    return Feed(version, None if as_of is None else as_time(as_of))


def _link(person: str, delivered_on: str | None) -> Link:
    return Link(person, None if delivered_on is None else date.fromisoformat(delivered_on))


_resident = msgspec.json.Decoder(Resident).decode
_koseki = msgspec.json.Decoder(Koseki).decode
_tax_row = msgspec.json.Decoder(TaxRow).decode
