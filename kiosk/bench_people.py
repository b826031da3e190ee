"""Who has a card or a phone, and in whose registers they are: read from the files of people.

Separate from `bench`, which hands these people's cards around.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from pydantic import BaseModel, ConfigDict

import assets
from assets import tables
from card import people as card_people
from card.errors import CardError
from kiosk.errors import BenchError


class _PersonTable(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    label: str
    order: int = 100


def known_phone(holder: card_people.CardHolder) -> card_people.Phone:
    """Return what the holder's file says of the phone; raises LookupError where it says nothing."""
    if holder.phone is None:
        raise LookupError("no phone")
    return holder.phone


@contextmanager
def told() -> Iterator[None]:
    """Say an error of another package as one of the bench."""
    try:
        yield
    except (CardError, LookupError, tables.FileError) as error:
        raise BenchError(str(error)) from error


@cache
def card_holders() -> tuple[tuple[str, str], ...]:
    """Id and label of everybody who has a card, best known first; the files are read once."""
    files = (path for path in sorted(assets.path("people").glob("*.toml")) if "card" in tables.tables(path))
    people = [tables.read(path, _PersonTable, "person") for path in files]
    return tuple((one.id, one.label) for one in sorted(people, key=lambda one: one.order))


def municipality_of(person_id: str) -> str:
    """Code of the municipality in whose register the person is, "" for none."""
    from municipality_client.centre import people

    residents = (entry.resident for entry in people.load_all())
    return next((one.municipality for one in residents if one.id == person_id), "")


def registers_of(person_id: str) -> tuple[str, ...]:
    """Codes of the municipalities that keep a register of the person: where one lives first, then the 本籍."""
    from municipality_client.centre import koseki_files, people

    registers = (entry.koseki for entry in koseki_files.load_all(people.FOLDER))
    domicile = tuple(one.municipality for one in registers if one.member(person_id) is not None)
    return tuple(filter(None, (municipality_of(person_id), *domicile)))


def kept_at(person_id: str) -> str:
    found = registers_of(person_id)
    if not found:
        raise BenchError(f"{person_id}: in no register")
    return found[0]
