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

_SUFFIX = ".toml"
_ID = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_MY_NUMBER = re.compile("[0-9]{12}", re.ASCII)


class CardFace(BaseModel):
    """The `[card.face]` table: what is printed on the card and stands in its 券面 applications.

    Family and given name with a full-width space between; `expires` is the card's own last day,
    `municipality_code` has five digits, `security_code` four.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=60, repr=False)
    address: str = Field(min_length=1, max_length=200, repr=False)
    sex: Literal["男", "女"] = Field(repr=False)
    my_number: str = Field(repr=False)
    security_code: str = Field(pattern="^[0-9]{4}$", repr=False)
    expires: date
    municipality_code: str = Field(pattern="^[0-9]{5}$")

    @field_validator("my_number")
    @classmethod
    def _with_check_digit(cls, value: str) -> str:
        if not is_my_number(value):
            raise ValueError("must be twelve digits with a valid check digit")
        return value


class Phone(BaseModel):
    """The `[card.phone]` table: the certificates on the holder's phone, with a PIN and serials of their own.

    Serials count up by one with each new phone; one phone at a time, the older is revoked (service.md V-5).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    platform: Literal["android", "iphone"]
    pin: str = Field(repr=False)
    auth_cert_serial: PositiveInt

    @field_validator("pin")
    @classmethod
    def _four_digits(cls, value: str) -> str:
        if not pin.is_authentication_pin(value.encode()):
            raise ValueError("must be four digits in quotation marks")
        return value


class CardHolder(BaseModel):
    """The `[card]` table. Serials count up by one with each new card (generation) of the person.

    `text_pin` opens 券面事項入力補助, `resident_pin` the 住基 and the common application; many
    holders choose the same four digits for all, and so it is where they are left out. Without
    `face` the card has the JPKI application alone. With `next_cert_serial` there is a card of the next
    generation, too (the experiment of card.md §9). `ca_year` names the CA generation that issued it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    pin: str = Field(repr=False)
    signature_password: str | None = Field(default=None, repr=False)
    text_pin: str | None = Field(default=None, repr=False)
    resident_pin: str | None = Field(default=None, repr=False)
    birthday: date
    auth_cert_serial: PositiveInt
    sign_cert_serial: PositiveInt | None = None
    next_cert_serial: PositiveInt | None = None
    authority: Literal["jpki", "foreign"] = "jpki"
    prefecture: str = Field(min_length=1, max_length=40)
    municipality: str = Field(min_length=1, max_length=40)
    ca_year: Literal[2015, 2019, 2023] = 2023
    face: CardFace | None = Field(default=None, repr=False)
    phone: Phone | None = None

    @field_validator("pin", "text_pin", "resident_pin")
    @classmethod
    def _four_digits(cls, value: str | None) -> str | None:
        if value is not None and not pin.is_authentication_pin(value.encode()):
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


def is_my_number(text: str) -> bool:
    """True for twelve digits of which the last is the check digit (card.md §2.7)."""
    if not _MY_NUMBER.fullmatch(text):
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False)) % 11
    return int(text[11]) == (0 if rest <= 1 else 11 - rest)


def read_file(path: Path) -> CardHolder:
    """Return the `[card]` table of any people file; raises PersonError with FILE:LINE for every mistake."""
    try:
        return tables.read(path, CardHolder, table="card")
    except tables.FileError as error:
        raise errors.PersonError(str(error)) from error


def is_file(person: str) -> bool:
    """True where `person` is no id in assets/people but the path of a people file."""
    return person.endswith(_SUFFIX)


def name_of(person: str) -> str:
    """Return the id of a person, also of one in a file elsewhere: what the file is called."""
    return Path(person).stem if is_file(person) else person


def check_name(path: Path) -> None:
    """Raise PersonError where a people file is called what no person can be."""
    if not _ID.fullmatch(path.stem):
        raise errors.PersonError(f"{path}: not a name: at most 32 of a-z, 0-9, _ and -, with a letter first")


def read(person: str) -> CardHolder:
    """Return the `[card]` table of a person, an id or a people file's path.

    Raises PersonError for no such person or a file with mistakes.
    """
    path = Path(person) if is_file(person) else assets.path(f"people/{person}{_SUFFIX}")
    if not _ID.fullmatch(name_of(person)) or not path.is_file():
        raise errors.PersonError(f"no person of that name: {person!r} (there are: {', '.join(ids())})")
    # Asked at every card: parsed again only when the file has changed.
    stat = path.stat()
    return _read(path, stat.st_mtime_ns, stat.st_size)


def ids() -> list[str]:
    """Return the names of all persons that have a card, in order."""
    folder = assets.path("people")
    return sorted(path.stem for path in folder.glob("*.toml") if "card" in _tables(path))


@lru_cache(maxsize=256)
def _read(path: Path, changed: int, size: int) -> CardHolder:  # noqa: ARG001 - a changed file is read anew
    return read_file(path)


def _tables(path: Path) -> frozenset[str]:
    try:
        return tables.tables(path)
    except tables.FileError as error:
        raise errors.PersonError(str(error)) from error
