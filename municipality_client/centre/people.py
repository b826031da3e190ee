"""How residents are read from `assets/people`, and what a file or a household may not say.

Separate from the values (`residents`) because only a centre that is being filled needs it.
Only the table [register] of a person's file is read here; [card] belongs to the card.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from msgspec import Struct
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

import assets
from assets import tables
from municipality_client.centre import registered_dates
from municipality_client.centre.registered_dates import RegisteredDate
from municipality_client.centre.residents import Category, Foreigner, Impression, Resident
from municipality_client.centre.tax import TaxRow, TaxTable
from municipality_client.errors import BadProfile

FOLDER = assets.path("people")


class Entry(Struct, frozen=True):
    """What a person's file says to the registers, and serials of linked public-key certificates.

    `delivered_on`: when the newest card was handed out, where that matters still (O-49); `issuer`: key id
    (hex) of the CA that the serials count in, "" for the newest generation.
    """

    path: Path
    resident: Resident
    serials: tuple[int, ...]
    delivered_on: date | None = None
    tax: tuple[TaxRow, ...] = ()
    issuer: str = ""


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


class _ForeignTable(BaseModel):
    model_config = ConfigDict(extra="forbid")

    nationality: Annotated[str, Field(min_length=1)]
    category: Category
    status: str = ""
    period: str = ""
    expires: date | None = None
    # 在留カード番号: two letters, eight digits, two letters (requirements.md 4)
    card: Annotated[str, Field(pattern="^([A-Z]{2}[0-9]{8}[A-Z]{2})?$")] = ""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.category == "中長期在留者" and not (self.status and self.period and self.card):
            raise ValueError("status, period and card: a 中長期在留者 has all three")
        return self


class _RegisterTable(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    municipality: Annotated[str, Field(pattern="^[0-9]{6}$")]
    household: str
    head: bool
    relation: str
    family_name: str
    given_name: Annotated[str, Field(min_length=1)]
    kana: str
    birthday: RegisteredDate
    sex: Literal["男", "女"]
    address: Annotated[str, Field(min_length=1)]
    resident_since: date
    address_since: date | None = None
    notified_on: date | None = None
    previous_address: str | None = None
    former_name: str | None = None
    former_kana: str | None = None
    my_number: Annotated[str, Field(pattern="^[0-9]{12}$"), AfterValidator(_with_check_digit)]
    resident_code: Annotated[str, Field(pattern="^[0-9]{11}$"), AfterValidator(_with_check_digit)]
    honseki: str = ""
    hittosha: str = ""
    kanji_name: str | None = None
    alias: str | None = None
    alias_kana: str | None = None
    foreign: _ForeignTable | None = None
    auth_cert_serials: tuple[Annotated[int, Field(gt=0)], ...] = ()
    auth_cert_issuer: Annotated[str, Field(pattern="^([0-9a-f]{2}){0,32}$")] = ""
    delivered_on: date | None = None
    protected: bool = False
    moving_out: date | None = None
    moved_out: bool = False
    moved_abroad_on: date | None = None
    died_on: date | None = None
    seal: SealTable | None = None
    tax: tuple[TaxTable, ...] = ()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.foreign is None and not (self.family_name and self.honseki and self.hittosha):
            raise ValueError("family_name, honseki and hittosha: only a foreign resident has none")
        if self.foreign is not None and (self.honseki or self.hittosha or self.former_name):
            raise ValueError("honseki, hittosha and former_name: a foreign resident has none")
        if self.foreign is None and (self.alias or self.kanji_name):
            raise ValueError("alias and kanji_name: only a foreign resident has one")
        if self.head != (self.relation == "世帯主"):
            raise ValueError("relation: 世帯主 and head go together")
        if self.address_since is not None and self.address_since < self.resident_since:
            raise ValueError("address_since: before resident_since")
        if len({row.year for row in self.tax}) != len(self.tax):
            raise ValueError("tax: a year stands here twice")
        return self

    @model_validator(mode="after")
    def _lived(self) -> Self:
        born = registered_dates.earliest(self.birthday)
        if born is None:
            raise ValueError("birthday: the year must be known")
        if self.resident_since < born:
            raise ValueError("resident_since: before the birthday")
        if self.seal is not None and self.seal.registered_on < born:
            raise ValueError("seal: registered before the birthday")
        return self


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
    own = {"auth_cert_serials", "auth_cert_issuer", "delivered_on", "seal", "tax", "foreign", "birthday"}
    plain = table.model_dump(exclude=own)
    resident = Resident(
        id=path.stem,
        seal=None if table.seal is None else _impression(path, table.seal),
        foreign=None if table.foreign is None else Foreigner(**table.foreign.model_dump()),
        **_birthday(table.birthday),
        **plain,
    )
    rows = tuple(one.row(table.municipality, path.stem) for one in table.tax)
    return Entry(path, resident, table.auth_cert_serials, table.delivered_on, rows, table.auth_cert_issuer)


def _birthday(said: str) -> dict[str, Any]:
    vague = "" if registered_dates.is_exact(said) else said
    return {"birthday": registered_dates.latest(said), "birthday_registered": vague}


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
    wrong += _contradictions(found)
    if wrong:
        raise BadProfile("\n".join(wrong))
    return tuple(found)


def contradictions(paths: Sequence[Path]) -> list[str]:
    """Return what the households of these people, read with their neighbours' files, say against each other."""
    people = {path.resolve(): path for path in paths if "person" in tables.tables(path)}
    beside = (path for folder in {path.parent for path in people} for path in sorted(folder.glob("*.toml")))
    entries = [entry for path in beside if (entry := _read_if_right(people.get(path, path))) is not None]
    return list(_contradictions(entries))


def _read_if_right(path: Path) -> Entry | None:
    try:
        return read(path)
    except BadProfile:  # a neighbour that nobody asked about
        return None


def _contradictions(entries: Sequence[Entry]) -> Iterator[str]:
    """Yield what a household's members say against each other, at the file and field that says it."""
    households: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for one in entries:
        if not one.resident.gone:
            households[one.resident.municipality, one.resident.household].append(one)
    for (_, household), members in households.items():
        heads = [one for one in members if one.resident.head]
        if len(heads) != 1:
            said = "has no head" if not heads else "has more than one head"
            yield _at((heads or members)[-1], "household" if not heads else "head", f"{household} {said}")
            continue
        for one in members:
            if one.resident.address != heads[0].resident.address:
                yield _at(one, "address", f"is another than that of the head of {household}")


def _at(entry: Entry, field: str, wrong: str) -> str:
    return f"{entry.path}:{tables.line_of(entry.path, 'register', field)}: register.{field}: {wrong}"
