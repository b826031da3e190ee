"""Changes of a municipality's registers as its systems tell them (随時連携): JSON lines with version and time.

Separate from the bench's registers because here order and time matter: a lost or late change is how
void seals came to be certified for years (F-05), and an old address on paper (F-06). A file is taken
wholly or not at all; what was taken before is passed over; a gap is refused. One line:

    {"change": "resident", "municipality": "012351", "version": 7, "at": "2026-04-06T09:30:00+09:00",
     "record": {…}}

`change`: resident, koseki, tax (the whole row as it is from now on), link (a card's public-key
certificate), none (nothing has changed until `at`, which is news as well). No message quotes a record.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from municipality_client.centre.koseki import Koseki
from municipality_client.centre.residents import Resident
from municipality_client.centre.store_books import Books
from municipality_client.centre.store_registers import Feed
from municipality_client.centre.tax import TaxRow
from municipality_client.centre.validity import Identity
from municipality_client.errors import BadFeed
from municipality_client.messages import MunicipalityCode

_AHEAD = timedelta(minutes=1)


class Change(Struct, frozen=True, tag_field="change", forbid_unknown_fields=True):
    """What every line says: whose registers, the number of the change (from 1, without gaps), and when."""

    municipality: MunicipalityCode
    version: int
    at: datetime


class NoChange(Change, frozen=True, tag="none"):
    """Nothing has changed until now; counts a version as well."""


class ResidentChange(Change, frozen=True, tag="resident"):
    """A row of the residence register as it is from now on."""

    record: Resident


class KosekiChange(Change, frozen=True, tag="koseki"):
    """A family register as it is from now on."""

    record: Koseki


class TaxChange(Change, frozen=True, tag="tax"):
    """A tax row as it is from now on."""

    record: TaxRow


class CardLink(Struct, frozen=True, forbid_unknown_fields=True):
    """A public-key certificate (key id of its issuer in hex, serial) and whose it is."""

    issuer: str
    serial: int
    person: str
    delivered_on: date | None = None


class LinkChange(Change, frozen=True, tag="link"):
    """A card has been handed out."""

    record: CardLink


AnyChange = NoChange | ResidentChange | KosekiChange | TaxChange | LinkChange
_decode = msgspec.json.Decoder(AnyChange).decode


@dataclass(frozen=True)
class Applied:
    """How many lines of a file were new, and how many were known already."""

    new: int
    known: int


def read(file: Path) -> tuple[tuple[str, AnyChange], ...]:
    """Return every change with its place FILE:LINE; raises BadFeed naming the first line that is none."""
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise BadFeed(f"{file}: {error.strerror}") from error
    return tuple(_lines(file, lines))


def _lines(file: Path, lines: Sequence[bytes]) -> Iterator[tuple[str, AnyChange]]:
    for number, line in enumerate(lines, 1):
        place = f"{file}:{number}"
        try:
            change = _decode(line)
        except msgspec.ValidationError as error:
            # Where and which type, as the library says; what was there is somebody's.
            raise BadFeed(f"{place}: {_without_values(str(error))}") from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise BadFeed(f"{place}: not JSON") from None
        if change.at.tzinfo is None:
            raise BadFeed(f"{place}: at: a time without its zone")
        yield place, change


def _without_values(text: str) -> str:
    """Keep the library's word on types and path; `Invalid value 'x'` would quote."""
    return "a value of the wrong kind" + text[text.rindex(" - at") :] if " - at" in text else "not a change"


def apply(books: Books, changes: Sequence[tuple[str, AnyChange]], codes: frozenset[str], now: datetime) -> Applied:
    """Work the changes in, in one transaction; raises BadFeed naming the line, and then nothing may be kept.

    `codes`: municipalities that take part.
    """
    new = 0
    for place, change in changes:
        if change.municipality not in codes:
            raise BadFeed(f"{place}: municipality: takes no part")
        new += _apply(books, place, change, now)
    return Applied(new, len(changes) - new)


def _apply(books: Books, place: str, change: AnyChange, now: datetime) -> bool:
    feed = books.feed(change.municipality)
    if change.version <= feed.version:
        return False
    if change.version != feed.version + 1:
        raise BadFeed(f"{place}: version {change.version}, but {feed.version} is the newest known: there is a gap")
    if feed.as_of is not None and change.at < feed.as_of:
        raise BadFeed(f"{place}: at: before the change before it")
    if change.at > now + _AHEAD:
        raise BadFeed(f"{place}: at: lies in the future")
    _keep(books, place, change)
    books.advance_feed(change.municipality, Feed(change.version, change.at))
    return True


def _keep(books: Books, place: str, change: AnyChange) -> None:
    record = None if isinstance(change, NoChange) else change.record
    if record is not None and getattr(record, "municipality", change.municipality) != change.municipality:
        raise BadFeed(f"{place}: record.municipality: another municipality's")
    match record:
        case Resident():
            books.put_resident(record)
        case Koseki():
            books.put_family_register(record)
        case TaxRow():
            books.put_tax(record)
        case CardLink():
            books.put_link(Identity(record.issuer, record.serial), record.person, record.delivered_on)
