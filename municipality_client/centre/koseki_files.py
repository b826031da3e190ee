"""Reads family registers from `koseki/` beside the people's files, and refuses those that contradict themselves.

Separate from the values because only a centre that is being filled needs it. A line of an event is
`["出生日", 1980-02-17]`; a nested one `["従前の記録", [["父", "石狩一"]]]`.
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from assets import tables
from municipality_client.centre.koseki import Address, Enrolment, Event, Koseki, Line, Member
from municipality_client.centre.registered_dates import RegisteredDate, is_before
from municipality_client.errors import BadProfile

FOLDER = "koseki"
_DEEPEST = 3
T = TypeVar("T")


class KosekiEntry(BaseModel):
    """What a file says: the register, and the linked cards of members who live elsewhere."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    koseki: Koseki
    links: tuple[tuple[int, str], ...]


def _line(given: Any, depth: int = 1) -> Line:
    if not isinstance(given, list) or len(given) != 2 or not isinstance(given[0], str) or depth > _DEEPEST:
        raise ValueError('a line is ["欄名", value]')
    name, value = given
    if isinstance(value, list):
        return Line(name, nested=tuple(_line(one, depth + 1) for one in value))
    if not isinstance(value, str | date):
        raise ValueError(f"{name}: must be a text or a date")  # noqa: TRY004 - pydantic reports ValueErrors
    return Line(name, value.isoformat() if isinstance(value, date) else value)


def _lines(given: Any) -> tuple[Line, ...]:
    return tuple(_line(one) for one in given)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, hide_input_in_errors=True)


class _Event(_Table):
    title: Annotated[str, Field(min_length=1)]
    lines: Annotated[tuple[Line, ...], BeforeValidator(_lines)]


class _Address(_Table):
    address: Annotated[str, Field(min_length=1)]
    since: RegisteredDate | Literal[""] = ""


def _once(serials: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(serials)) != len(serials):
        raise ValueError("a serial stands here twice")
    return serials


class _Member(_Table):
    person: str = ""
    given_name: Annotated[str, Field(min_length=1)]
    birthday: RegisteredDate
    sex: Literal["男", "女"]
    relation: Annotated[str, Field(min_length=1)]
    father: str = ""
    mother: str = ""
    given_kana: str = ""
    spouse: Literal["", "夫", "妻"] = ""
    adoptive_father: str = ""
    adoptive_mother: str = ""
    adoptive_relation: str = ""
    removed: bool = False
    removed_on: RegisteredDate | Literal[""] = ""
    events: tuple[_Event, ...] = ()
    addresses: tuple[_Address, ...] = ()
    overseas_voter: str = ""
    enrolment: Enrolment = "none"
    protected: bool = False
    auth_cert_serials: Annotated[tuple[Annotated[int, Field(gt=0)], ...], AfterValidator(_once)] = ()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.removed_on and not self.removed:
            raise ValueError("removed_on: the member is not removed")
        if self.removed and self.spouse:
            raise ValueError("spouse: a removed member has none in this register")
        if self.auth_cert_serials and not self.person:
            raise ValueError("auth_cert_serials: only a person of the people's files has a card")
        for name, value in self._dated():
            if is_before(value, self.birthday):
                raise ValueError(f"{name}: lies before the birthday")
        return self

    def _dated(self) -> Iterator[tuple[str, str]]:
        """Yield name and value of whatever may be a date of the member's life."""
        yield from ((line.name, line.value) for event in self.events for line in event.lines)
        yield from (("addresses", one.since) for one in self.addresses)
        yield "removed_on", self.removed_on


class _File(_Table):
    municipality: Annotated[str, Field(pattern="^[0-9]{6}$")]
    honseki: Annotated[str, Field(min_length=1)]
    family_name: Annotated[str, Field(min_length=1)]
    family_kana: str = ""
    head: Annotated[str, Field(min_length=1)]
    address_made_on: RegisteredDate | Literal[""] = ""
    address_made_by: Literal["編製", "改製"] = "編製"
    pending: bool = False
    events: tuple[_Event, ...]
    members: Annotated[tuple[_Member, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if all(one.given_name != self.head for one in self.members):
            raise ValueError("head: no member has this given name")
        if all(one.removed for one in self.members):
            raise ValueError("members: all are removed, which makes it a 除籍 and no 戸籍")
        named = [one.person for one in self.members if one.person]
        if len(set(named)) != len(named):
            raise ValueError("members: a person stands here twice")
        return self


def read(path: Path) -> KosekiEntry:
    """Read one register; its file's name is its id. Raises BadProfile with every mistake."""
    try:
        file = tables.read(path, _File)
    except tables.FileError as error:
        raise BadProfile(str(error)) from error
    members = tuple(_member(path.stem, number, file, one) for number, one in enumerate(file.members, 1))
    links = tuple((serial, one.person) for one in file.members for serial in one.auth_cert_serials)
    plain = file.model_dump(exclude={"events", "members"})
    return KosekiEntry(koseki=Koseki(id=path.stem, events=_events(file.events), members=members, **plain), links=links)


@cache
def load_all(people: Path) -> tuple[KosekiEntry, ...]:
    """Read all registers beside the people of a folder; raises BadProfile for all bad files at once."""
    found, wrong = [], []
    for path in sorted((people / FOLDER).glob("*.toml")):
        try:
            found.append(read(path))
        except BadProfile as error:
            wrong.append(str(error))
    if wrong:
        raise BadProfile("\n".join(wrong))
    return tuple(found)


def _member(register: str, number: int, file: _File, one: _Member) -> Member:
    plain = one.model_dump(exclude={"person", "events", "addresses", "auth_cert_serials"})
    return Member(
        id=one.person or f"{register}-{number}",
        family_name=file.family_name,
        family_kana=file.family_kana,
        events=_events(one.events),
        addresses=tuple(Address(line.address, line.since) for line in one.addresses),
        enrolled_serials=one.auth_cert_serials,
        **plain,
    )


def _events(events: tuple[_Event, ...]) -> tuple[Event, ...]:
    return tuple(Event(one.title, one.lines) for one in events)
