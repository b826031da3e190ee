"""Who lives where: one resident as a value, and how residents are read from `assets/people`.

Separate from the store because forms, rules and signer work on residents and know no database.
Only the table [register] of a person's file is read here; [card] belongs to the card.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Struct
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

import assets
from assets import tables
from municipality_client.errors import BadProfile

FOLDER = assets.path("people")


class Impression(Struct, frozen=True):
    """A registered seal (印影): black on white PNG, its true width (0.01 mm), and whether it is void (廃印)."""

    number: str
    registered_on: date
    png: bytes
    width: int
    height: int
    void: bool = False


class Resident(Struct, frozen=True):
    """One row of a residence register (住民票), with the registered seal.

    `protected`: under protective measures (支援措置). `moving_out`: announced day of leaving
    (転出予定), `moved_out`: gone, the record is a removed one (除票).
    """

    id: str
    municipality: str
    household: str
    head: bool
    relation: str
    family_name: str
    given_name: str
    kana: str
    birthday: date
    sex: str
    address: str
    resident_since: date
    my_number: str
    resident_code: str
    honseki: str
    hittosha: str
    address_since: date | None = None
    notified_on: date | None = None
    previous_address: str | None = None
    former_name: str | None = None
    former_kana: str | None = None
    protected: bool = False
    moving_out: date | None = None
    moved_out: bool = False
    seal: Impression | None = None

    @property
    def name(self) -> str:
        """Full name as on paper, with a full-width space."""
        return f"{self.family_name}\u3000{self.given_name}"


class Entry(Struct, frozen=True):
    """What a person's file says to the registers: the resident, and serials of linked public-key certificates."""

    resident: Resident
    serials: tuple[int, ...]


def shortened(resident: Resident) -> str:
    """Return the name as a screen may show it: 「石○ 太○」 (S-13)."""
    family = _characters(resident.family_name)
    given = _characters(resident.given_name)
    # A given name of one character would be shown whole: it is not shown at all.
    shown = given[0] if len(given) > 1 else "○"
    return f"{family[0]}{'○' * (len(family) - 1)} {shown}{'○' * (len(given) - 1)}"


def _characters(name: str) -> list[str]:
    """Split into characters as they are seen: a variation selector stays with its base."""
    found: list[str] = []
    for character in name:
        if found and (0xE0100 <= ord(character) <= 0xE01EF or 0x3099 <= ord(character) <= 0x309A):
            found[-1] += character
        else:
            found.append(character)
    return found


def age(resident: Resident, day: date) -> int:
    """Return the age in years that is certainly reached on `day`."""
    # Born on 29 February: counted from 1 March in other years.
    had = (day.month, day.day) >= (resident.birthday.month, resident.birthday.day)
    return day.year - resident.birthday.year - (not had)


def check_digit(body: str) -> str:
    """Return the check digit of a My Number (11 digits before it) or residence record code (10)."""
    weights = (n + 1 if n <= 6 else n - 5 for n in range(1, len(body) + 1))
    rest = sum(weight * int(digit) for weight, digit in zip(weights, reversed(body), strict=True)) % 11
    return "0" if rest <= 1 else str(11 - rest)


def _with_check_digit(number: str) -> str:
    if check_digit(number[:-1]) != number[-1]:
        raise ValueError("wrong check digit")
    return number


class SealTable(BaseModel):
    """Table [register.seal]: the picture's file beside the person's, and what is drawn on it."""

    model_config = ConfigDict(extra="forbid")

    number: str
    registered_on: date
    picture: str
    width_mm: Annotated[float, Field(ge=8, le=25)]
    text: str


class _RegisterTable(BaseModel):
    model_config = ConfigDict(extra="forbid")

    municipality: Annotated[str, Field(pattern="^[0-9]{6}$")]
    household: str
    head: bool
    relation: str
    family_name: Annotated[str, Field(min_length=1)]
    given_name: Annotated[str, Field(min_length=1)]
    kana: str
    birthday: date
    sex: Literal["男", "女"]
    address: str
    resident_since: date
    address_since: date | None = None
    notified_on: date | None = None
    previous_address: str | None = None
    former_name: str | None = None
    former_kana: str | None = None
    my_number: Annotated[str, Field(pattern="^[0-9]{12}$"), AfterValidator(_with_check_digit)]
    resident_code: Annotated[str, Field(pattern="^[0-9]{11}$"), AfterValidator(_with_check_digit)]
    honseki: str
    hittosha: str
    auth_cert_serials: tuple[Annotated[int, Field(gt=0)], ...] = ()
    protected: bool = False
    moving_out: date | None = None
    moved_out: bool = False
    seal: SealTable | None = None


def read(path: Path) -> Entry | None:
    """Read one person's file; None for a person in no register. Raises BadProfile."""
    table = _table(path)
    return None if table is None else _entry(path, table)


def read_seal_text(path: Path) -> SealTable | None:
    """Read only what a person's seal looks like, before its picture exists. Raises BadProfile."""
    table = _table(path)
    return None if table is None else table.seal


def _table(path: Path) -> _RegisterTable | None:
    try:
        if "register" not in tables.tables(path):
            return None
        return tables.read(path, _RegisterTable, "register")
    except tables.FileError as error:
        raise BadProfile(str(error)) from error


def _entry(path: Path, table: _RegisterTable) -> Entry:
    plain = table.model_dump(exclude={"auth_cert_serials", "seal"})
    seal = None if table.seal is None else _impression(path, table.seal)
    return Entry(Resident(id=path.stem, seal=seal, **plain), table.auth_cert_serials)


def _impression(path: Path, table: SealTable) -> Impression:
    try:
        png = (path.parent / table.picture).read_bytes()
    except OSError as error:
        line = tables.line_of(path, "register", "seal", "picture")
        raise BadProfile(f"{path}:{line}: register.seal.picture: {error.strerror}") from error
    width = round(table.width_mm * 100)
    # Width and height stand in the PNG's first chunk, IHDR (W3C PNG 11.2.1).
    across, down = (int.from_bytes(png[start : start + 4], "big") for start in (16, 20))
    return Impression(table.number, table.registered_on, png, width, round(width * down / across))


@cache
def load_all(folder: Path = FOLDER) -> tuple[Entry, ...]:
    """Read everybody in `folder` who is in a register; raises BadProfile for all bad files at once."""
    found, wrong = [], []
    for path in sorted(folder.glob("*.toml")):
        try:
            entry = read(path)
        except BadProfile as error:
            wrong.append(str(error))
            continue
        if entry is not None:
            found.append(entry)
    if wrong:
        raise BadProfile("\n".join(wrong))
    return tuple(found)
