"""What a municipality is: the checked shape of the files in `profiles/`, and of `national.toml`.

Separate from the rules so that adding a municipality is a file and no code. A value that the
municipality's page does not state is written as a table with `source = "inferred"` and the
reason; a value that changes is a list of such tables with `from` and `until` (both inclusive).
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from assets import tables
from municipality_client.errors import BadProfile
from municipality_client.messages import Kind

FOLDER = Path(__file__).resolve().parent.parent / "profiles"
NATIONAL = Path(__file__).resolve().parent / "national.toml"

T = TypeVar("T")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Stated(_Table, Generic[T]):
    """One value, where it comes from, and the days it holds."""

    value: T
    source: Literal["page", "inferred"] = "page"
    reason: str = ""
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, given: Any) -> Any:
        return given if isinstance(given, dict) and "value" in given else {"value": given}

    @model_validator(mode="after")
    def _has_reason(self) -> "Stated[T]":
        if self.source == "inferred" and not self.reason:
            raise ValueError("an inferred value needs a reason")
        return self

    def holds(self, day: date) -> bool:
        """Say whether the value holds on `day`."""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day <= self.until)


class Dated(_Table, Generic[T]):
    """A value that may change: the last one that holds on a day is meant."""

    values: tuple[Stated[T], ...]

    @model_validator(mode="before")
    @classmethod
    def _one(cls, given: Any) -> Any:
        many = isinstance(given, list) and all(isinstance(one, dict) and "value" in one for one in given)
        return {"values": given if many and given else [given]}

    def on(self, day: date) -> T | None:
        """Return the value on `day`, None where none holds."""
        held = [one.value for one in self.values if one.holds(day)]
        # The last entry wins, so that a correction can be appended without touching what it corrects.
        return held[-1] if held else None


def _check_digit(code: str) -> str:
    # Weights 6 5 4 3 2, then 11 minus the remainder; 11 and 10 count as 1 and 0 (requirements.md 4).
    total = sum(weight * int(digit) for weight, digit in zip((6, 5, 4, 3, 2), code[:5], strict=True))
    if int(code[5]) != (11 - total % 11) % 10:
        raise ValueError(f"check digit of the municipality code must be {(11 - total % 11) % 10}")
    return code


Code = Annotated[str, Field(pattern="^[0-9]{6}$"), AfterValidator(_check_digit)]
Clock = Annotated[time, Field(strict=False)]
MonthDay = Annotated[str, Field(pattern="^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]


class Window(_Table):
    """Daily hours in JST, closing minute exclusive; `office_days`: not on weekends and holidays."""

    opens: Clock
    closes: Clock
    office_days: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> "Window":
        if self.opens >= self.closes:
            raise ValueError("closes must be after opens")
        return self


class Maintenance(_Table):
    """A time without service, for some kinds or (empty) all."""

    from_: datetime = Field(alias="from")
    until: datetime
    kinds: tuple[Kind, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> "Maintenance":
        if self.from_.tzinfo is None or self.until.tzinfo is None:
            raise ValueError("times need an offset, like +09:00")
        if self.from_ >= self.until:
            raise ValueError("until must be after from")
        return self


class Closed(_Table):
    """Days without service: the year's end, both days inclusive, and maintenance."""

    year_end: tuple[MonthDay, MonthDay] | None = None
    maintenance: tuple[Maintenance, ...] = ()


class Item(_Table):
    """An item that the customer has printed or not (S-11)."""

    id: Literal["relation", "honseki", "my_number"]
    default: bool = False
    warning: bool = False


class Terms(_Table):
    """One kind of certificate as this municipality gives it.

    `who`: self, household, same_koseki. `never`: what is never printed or issued. The later
    kinds' fields (`honseki_here` ... `kinds`) are carried, and read when their forms come.
    """

    name: str
    fee: Dated[Annotated[int, Field(ge=0, strict=True)]]
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None
    hours: Stated[Window] | None = None  # its own hours, inside the municipality's
    who: Stated[tuple[Literal["self", "household", "same_koseki"], ...]]
    # Items the customer may have printed or not; the order here is the order on S-11
    items: Stated[tuple[Item, ...]] = Stated(value=())
    # 住民票コード, 除票, 改製前 ...: kept so that the page can be shown to be covered (I-17, I-19, I-71)
    never: Stated[tuple[str, ...]] = Stated(value=())
    notes: tuple[str, ...] = ()
    # 1枚に1人分 or the whole household on a sheet (I-56, service.md 2.1)
    sheet: Stated[Literal["one_person", "household", "any"]] = Stated(value="any")
    # A registered seal is needed (I-21, O-33); at the window the paper may be another size (I-55)
    seal_registered: bool = False
    window_paper: str = "A4"
    # From here on read by later kinds: 戸籍, 附票, 税
    kinds: Stated[tuple[str, ...]] = Stated(value=())
    honseki_here: Stated[bool] = Stated(value=False)
    nonresident: Stated[Literal["riyo_toroku", "none"]] = Stated(value="none")
    # ok, blocked or stale while a 届 is on its way
    pending_todoke: Stated[Literal["ok", "block", "stale_warning"]] = Stated(value="ok")
    after_move: Stated[Literal["ok", "block", "stale_warning"]] = Stated(value="ok")
    new_form_since: date | None = None
    # Fiscal years to choose from, and whose 1 January counts (I-35, I-36, O-35, O-36, X-11, X-12)
    years: Stated[Annotated[int, Field(ge=1, le=10)]] | None = None
    newest_year: Stated[Literal["current", "previous"]] = Stated(value="current")
    resident_on: MonthDay | None = None
    resident_now: Stated[bool] = Stated(value=False)
    after_declaration: Stated[tuple[str, ...]] = Stated(value=())

    def holds(self, day: date) -> bool:
        """Say whether this kind is given on `day`."""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day <= self.until)


class Lag(_Table):
    """Days before a new card or a move is known: the next day, or `days` business days later (X-10)."""

    rule: Literal["next_day", "business_days"]
    after: tuple[Literal["card_delivery", "move", "continued_use"], ...]
    days: Stated[Annotated[int, Field(ge=1, le=30)]] = Stated(value=1)
    notes: tuple[str, ...] = ()


class Mayor(_Table):
    """Who certifies, and the picture (a file beside the profile) of the official seal: always 「見本」."""

    title: str
    name: str
    seal_picture: str
    seal_text: tuple[str, ...]
    seal_width_mm: Annotated[float, Field(gt=5, le=40)]


class Alert(_Table):
    """What must not be forgotten (`of`), and how the kiosk says so (`by`)."""

    of: tuple[Literal["card", "certificate", "others"], ...]
    by: tuple[Literal["screen", "voice", "alarm"], ...]


class PhoneStore(_Table):
    """A chain whose machines take phones, and since when."""

    brand: str
    from_: date = Field(alias="from")


class Phone(_Table):
    """Use of the phone's certificates; read when the phone comes."""

    stores: tuple[PhoneStore, ...] = ()
    any_store: bool = False
    os: tuple[Stated[Literal["android", "ios"]], ...] = ()
    riyo_toroku: bool = False
    biometrics: Stated[bool] = Stated(value=False)
    questions: str = ""
    notes: tuple[str, ...] = ()


class Advice(_Table):
    """Lines that the kiosk shows as they stand."""

    unlock: tuple[Stated[str], ...]
    window: tuple[str, ...]
    notes: tuple[str, ...] = ()
    contact: str


class Link(_Table):
    """A pointer of the page; the address is empty where our copy of the page has none (X-34)."""

    title: str
    purpose: str = ""
    address: str = ""


class Collection(_Table):
    """Who collects the fees for the municipality, and on what legal basis (O-62, X-20)."""

    name: str
    address: str
    basis: str


class Profile(_Table):
    """One municipality that takes part."""

    code: Code
    name: str
    prefecture: str
    kana: Annotated[str, Field(pattern="^[ぁ-ゖー]+$")]
    since: date
    hours: Window
    closed: Closed = Closed()
    min_age: Stated[Annotated[int, Field(ge=0, le=99, strict=True)]]
    max_copies: Stated[Annotated[int, Field(ge=1, le=20, strict=True)]]
    paper: Stated[Literal["A4"]]
    refund: Literal["none"]
    mayor: Mayor
    lag: Lag
    advice: Advice
    forget_alert: Alert
    brands: tuple[str, ...]
    phone: Phone = Phone()
    not_offered: Stated[tuple[str, ...]] = Stated(value=())
    links: tuple[Link, ...] = ()
    history: tuple[str, ...] = ()
    fees_collected_by: Collection | None = None
    certificates: dict[Kind, Terms]

    def terms(self, kind: Kind, day: date) -> Terms | None:
        """Return the terms of `kind` on `day`, None where it is not given (E-21)."""
        terms = self.certificates.get(kind)
        return terms if terms is not None and terms.holds(day) and terms.fee.on(day) is not None else None


class National(_Table):
    """What holds for every municipality: the issue centre's own hours and the accepted card policies."""

    hours: Window
    closed: Closed
    auth_policies: tuple[str, ...]
    min_key_bits: int


@cache
def national() -> National:
    """Return the issue centre's own rules; raises BadProfile."""
    return _read(NATIONAL, National)


def load(path: Path) -> Profile:
    """Read one municipality; raises BadProfile with every mistake of the file."""
    profile = _read(path, Profile)
    if not path.name.startswith(profile.code):
        line = tables.line_of(path, "code")
        raise BadProfile(f"{path}:{line}: code: the file's name must begin with {profile.code}")
    # The picture is named beside the file; from here on its path says where that is.
    mayor = profile.mayor.model_copy(update={"seal_picture": str(path.parent / profile.mayor.seal_picture)})
    return profile.model_copy(update={"mayor": mayor})


@cache
def load_all(folder: Path = FOLDER) -> dict[str, Profile]:
    """Read every municipality of `folder` by its code; raises BadProfile for all bad files at once."""
    found: dict[str, Profile] = {}
    wrong = []
    for path in sorted(folder.glob("*.toml")):
        try:
            profile = load(path)
        except BadProfile as error:
            wrong.append(str(error))
            continue
        found[profile.code] = profile
    if wrong:
        raise BadProfile("\n".join(wrong))
    return found


def inferred(profile: BaseModel, place: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield place and reason of each value that the page does not state."""
    if isinstance(profile, Stated) and profile.source == "inferred":
        yield ".".join(place), profile.reason
    for name, value in profile:
        yield from _inferred_in(value, (*place, name))


def _inferred_in(value: object, place: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, BaseModel):
        yield from inferred(value, place)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _inferred_in(inner, (*place, str(key)))
    elif isinstance(value, tuple):
        for number, inner in enumerate(value):
            yield from _inferred_in(inner, (*place, str(number)))


M = TypeVar("M", bound=BaseModel)


def _read(path: Path, model: type[M]) -> M:
    try:
        return tables.read(path, model)
    except tables.FileError as error:
        raise BadProfile(str(error)) from error
