"""The one question that brings everything the registers say of a person, as a statement.

Separate from `store_registers` because it goes over all of their tables: a round trip to the
database costs more than what it finds. Each row says by its `part` what it is of.
"""

from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    LargeBinary,
    Select,
    String,
    bindparam,
    cast,
    literal_column,
    null,
    select,
    union_all,
)

from municipality_client.centre import store_tables as t

FEED, LINK, RESIDENT, KOSEKI, TAX = "feed", "link", "resident", "koseki", "tax"

_TOWN: BindParameter[str] = bindparam("town")
_LINK = t.links.c.issuer == bindparam("issuer"), t.links.c.serial == bindparam("serial")


def _part(
    name: str,
    record: ColumnElement[Any] | None = None,
    version: ColumnElement[Any] | None = None,
    day: ColumnElement[Any] | None = None,
    person: ColumnElement[Any] | None = None,
) -> Select[Any]:
    """Select rows of one part: all parts have the same columns, and what a part has not is null."""
    return select(
        literal_column(f"'{name}'", String).label("part"),
        (cast(null(), LargeBinary) if record is None else record).label("record"),
        (cast(null(), Integer) if version is None else version).label("version"),
        (cast(null(), String) if day is None else day).label("day"),
        (cast(null(), String) if person is None else person).label("person"),
    )


def _of(who: ColumnElement[str]) -> tuple[Select[Any], ...]:
    house = select(t.residents.c.household).where(t.residents.c.municipality == _TOWN, t.residents.c.person == who)
    member = t.family_members.c
    return (
        _part(FEED, version=t.feeds.c.version, day=t.feeds.c.as_of).where(t.feeds.c.municipality == _TOWN),
        # the whole household, the person's own row too
        _part(RESIDENT, t.residents.c.record).where(
            t.residents.c.municipality == _TOWN, t.residents.c.household == house.scalar_subquery()
        ),
        _part(KOSEKI, t.family_registers.c.record).where(
            t.family_registers.c.municipality == _TOWN,
            member.municipality == _TOWN,
            member.register == t.family_registers.c.register,
            member.person == who,
        ),
        _part(TAX, t.tax_rows.c.record).where(t.tax_rows.c.municipality == _TOWN, t.tax_rows.c.person == who),
    )


OF_PERSON: CompoundSelect[Any] = union_all(*_of(bindparam("who")))
"""Parameters `town`, `who`; columns part, record, version, day, person."""

OF_CARD: CompoundSelect[Any] = union_all(
    _part(LINK, day=t.links.c.delivered_on, person=t.links.c.person).where(*_LINK),
    *_of(select(t.links.c.person).where(*_LINK).scalar_subquery()),
)
"""Parameters `town`, `issuer`, `serial` of a public-key certificate: its link, and all of whom it names."""
