"""Reads the `[card]` table of a fictional person's file, `assets/people/<id>.toml`.

Apart because both the test authority (birthday, serials) and the virtual card (PIN, password)
need it, and neither may read another package's tables. What is wrong with a file is said without
quoting a secret.
"""

import re
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator, model_validator

import assets
from assets import tables
from card import errors, pin

_ID = re.compile(r"[a-z][a-z0-9_-]{0,31}")


class CardHolder(BaseModel):
    """The `[card]` table. Serials count up by one with each new card (generation) of the person."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    pin: str = Field(repr=False)
    signature_password: str | None = Field(default=None, repr=False)
    birthday: date
    auth_cert_serial: PositiveInt
    sign_cert_serial: PositiveInt | None = None
    authority: Literal["jpki", "foreign"] = "jpki"
    prefecture: str = Field(min_length=1, max_length=40)
    municipality: str = Field(min_length=1, max_length=40)

    @field_validator("pin")
    @classmethod
    def _four_digits(cls, value: str) -> str:
        if not pin.is_authentication_pin(value.encode()):
            raise ValueError("must be four digits in quotation marks")
        return value

    @field_validator("signature_password")
    @classmethod
    def _password(cls, value: str | None) -> str | None:
        if value is not None and not pin.is_signature_password(value.encode()):
            raise ValueError("must be 6 to 16 of A-Z and 0-9, with a letter and a digit")
        return value

    @model_validator(mode="after")
    def _serial_with_password(self) -> "CardHolder":
        if (self.signature_password is None) != (self.sign_cert_serial is None):
            raise ValueError("signature_password and sign_cert_serial go together")
        return self


def read(person_id: str) -> CardHolder:
    """Return the person's `[card]` table; raises PersonError for no such person or a file with mistakes."""
    path = assets.path(f"people/{person_id}.toml")
    if not _ID.fullmatch(person_id) or not path.is_file():
        raise errors.PersonError(f"no person of that name: {person_id!r} (there are: {', '.join(ids())})")
    # Asked at every card: parsed again only when the file has changed.
    stat = path.stat()
    return _read(path, stat.st_mtime_ns, stat.st_size)


def ids() -> list[str]:
    """Return the names of all persons that have a card, in order."""
    folder = assets.path("people")
    return sorted(path.stem for path in folder.glob("*.toml") if "card" in _tables(path))


@lru_cache(maxsize=256)
def _read(path: Path, changed: int, size: int) -> CardHolder:  # noqa: ARG001 - a changed file is read anew
    try:
        return tables.read(path, CardHolder, table="card")
    except tables.FileError as error:
        raise errors.PersonError(str(error)) from error


def _tables(path: Path) -> frozenset[str]:
    try:
        return tables.tables(path)
    except tables.FileError as error:
        raise errors.PersonError(str(error)) from error
