"""Dossiers for tests of rules: somebody who has everything, and what one change makes of it."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from municipality_client.centre import profiles
from municipality_client.centre.calendar import JST
from municipality_client.centre.dossier import Dossier
from municipality_client.centre.koseki import Address, Koseki, Member
from municipality_client.centre.profiles import Profile, Terms
from municipality_client.centre.residents import Foreigner, Impression, Resident
from municipality_client.centre.rules import Grant, grants, refusal
from municipality_client.centre.tax import TaxRow
from municipality_client.messages import Kind
from tests.municipality_client.desk import ISHIKARI, OHIRA

TODAY = date(2026, 4, 6)
SERIAL = 42
TOWNS = (ISHIKARI, OHIRA)
ALL_KINDS = frozenset(Kind)
__all__ = ["ISHIKARI", "JST", "OHIRA", "SERIAL", "TODAY", "TOWNS"]


def town(code: str, day: date = TODAY) -> Profile:
    """A municipality as it is on a day."""
    return profiles.load_all()[code].on(day)


def resident(code: str = ISHIKARI, person: str = "me", **changes: Any) -> Resident:
    """Somebody who has lived here for long, with a seal."""
    plain = Resident(
        id=person,
        municipality=code,
        household="h",
        head=person == "me",
        relation="世帯主" if person == "me" else "子",
        family_name="見本",
        given_name=person,
        kana="みほん",
        birthday=date(1980, 1, 1),
        sex="女",
        address="一丁目１番地",
        resident_since=date(2000, 4, 1),
        my_number="123456789018",
        resident_code="12345678903",
        honseki="一丁目１番地",
        hittosha="見本　me",
        seal=Impression("1", date(2010, 1, 1), b"", 1500, 1500),
    )
    return replace(plain, **changes)


def member(person: str = "me", **changes: Any) -> Member:
    """Somebody in the family register."""
    plain = Member(
        person, "見本", person, "1980-01-01", "女", "長女", addresses=(Address("一丁目１番地", "2000-04-01"),)
    )
    return replace(plain, **changes)


def koseki(code: str = ISHIKARI, *members: Member, pending: bool = False) -> Koseki:
    """A family register kept here."""
    return Koseki("k", code, "一丁目１番地", "見本", "me", (), members or (member(), member("child")), pending=pending)


def tax(code: str, year: int, **changes: Any) -> TaxRow:
    """A year of somebody who is taxed."""
    return replace(TaxRow(code, "me", year, "一丁目１番地", levies={"city_flat": 3000}), **changes)


def dossier(code: str = ISHIKARI, **changes: Any) -> Dossier:
    """Everything there can be, of a household of two."""
    holder = resident(code)
    rows = tuple(tax(code, year) for year in range(2026, 2018, -1))
    plain = Dossier("me", holder, (holder, resident(code, "child")), koseki(code), rows, SERIAL)
    return replace(plain, **changes)


def living(code: str, **changes: Any) -> Dossier:
    """The same with changes of the holder's own row."""
    holder = resident(code, **changes)
    return dossier(code, resident=holder, household=(holder, resident(code, "child")))


def elsewhere(code: str, **changes: Any) -> Dossier:
    """Somebody who only has the 本籍 here; `changes` of the member."""
    own = member(**changes)
    return dossier(code, resident=None, household=(), koseki=koseki(code, own, member("child")), tax=())


def granted(of: Dossier, code: str = ISHIKARI, day: date = TODAY) -> dict[Kind, Grant]:
    """Everything that the municipality has, as this person gets it, whatever the hour."""

    def never_closed(_kind: Kind, _terms: Terms) -> str:
        return ""

    return {one.kind: one for one in grants(town(code, day), of, ALL_KINDS, day, never_closed)}


def codes(of: Dossier, code: str = ISHIKARI, day: date = TODAY) -> dict[Kind, str]:
    """Why each kind is withheld, "" for had."""
    return {kind: one.code for kind, one in granted(of, code, day).items()}


def refused(of: Dossier, code: str = ISHIKARI, day: date = TODAY, delivered_on: date | None = None) -> str:
    """Why this person gets nothing at all, "" for something."""
    return refusal(town(code, day), of, delivered_on, day)


def foreigner() -> Foreigner:
    """A foreign resident's entry."""
    return Foreigner("ブラジル", "特別永住者")
