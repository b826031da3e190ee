"""What a municipality is: the checked shape of the files in `profiles/`, and of `national.toml`.

Separate from the rules so that adding a municipality is a file and no code. Any value may carry
days and its source (`dated`); a Profile holds what is in force on one day: `profile.on(day)`.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from assets import tables
from municipality_client.centre import dated
from municipality_client.errors import BadProfile
from municipality_client.messages import Kind

FOLDER = Path(__file__).resolve().parent.parent / "profiles"
NATIONAL = Path(__file__).resolve().parent / "national.toml"

M = TypeVar("M", bound="_Table")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _one_of_several(cls, given: Any) -> Any:
        """Take the last of values written with days, where the field is no list (`dated`)."""
        if not isinstance(given, dict):
            return given
        single = {f.alias or name for name, f in cls.model_fields.items() if get_origin(f.annotation) is not tuple}
        return {
            key: value[-1] if key in single and isinstance(value, dated.Several) else value
            for key, value in given.items()
        }


def _check_digit(code: str) -> str:
    # Weights 6 5 4 3 2, then 11 minus the remainder; 11 and 10 count as 1 and 0 (requirements.md 4).
    total = sum(weight * int(digit) for weight, digit in zip((6, 5, 4, 3, 2), code[:5], strict=True))
    if int(code[5]) != (11 - total % 11) % 10:
        raise ValueError(f"check digit of the municipality code must be {(11 - total % 11) % 10}")
    return code


Code = Annotated[str, Field(pattern="^[0-9]{6}$"), AfterValidator(_check_digit)]
Clock = Annotated[time, Field(strict=False)]
MonthDay = Annotated[str, Field(pattern="^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Text = Annotated[str, Field(min_length=1)]
Effect = Literal["ok", "block", "stale_warning"]


class Window(_Table):
    """Daily hours in JST, closing minute exclusive; `office_days`: not on weekends and holidays."""

    opens: Clock
    closes: Clock
    office_days: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("closes must be after opens")
        return self


class Maintenance(_Table):
    """A time without service, for some kinds or (empty) all."""

    from_: datetime = Field(alias="from")
    until: datetime
    kinds: tuple[Kind, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
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
    """An item that the customer has printed or not (S-11); `persons`: only where somebody has such an entry."""

    id: Literal["relation", "honseki", "my_number", "nationality", "residence_card", "residence_status", "overseas"]
    default: bool = False
    warning: bool = False


class Variant(_Table):
    """One paper among several of a kind (O-34)."""

    id: Literal["taxed", "untaxed", "income"]
    name: Text


class Terms(_Table):
    """One kind of certificate as this municipality gives it, on one day.

    `who`: self, household, same_koseki. `never`: what is never printed or issued (I-17, I-19, I-71).
    """

    name: Text
    fee: Annotated[int, Field(ge=0, le=10_000, multiple_of=10, strict=True)]
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None
    hours: Window | None = None  # its own hours, inside the municipality's
    who: tuple[Literal["self", "household", "same_koseki"], ...]
    # Items the customer may have printed or not; the order here is the order on S-11
    items: tuple[Item, ...] = ()
    never: tuple[Literal["resident_code", "my_number", "removed", "before_revision"], ...] = ()
    notes: tuple[Text, ...] = ()
    # 1枚に1人分 or the whole household on a sheet (I-56, service.md 2.1)
    sheet: Literal["one_person", "household", "any"] = "any"
    # A registered seal is needed (I-21, O-33); at the window the paper may be another size (I-55)
    seal_registered: bool = False
    window_paper: Literal["A4", "A5"] = "A4"
    variants: tuple[Variant, ...] = ()
    # 本籍 here, and how those who live elsewhere come to it (I-23, I-24, O-38, O-40)
    honseki_here: bool = False
    nonresident: Literal["riyo_toroku", "none"] = "none"
    # While a 届 is on its way, and after a move
    pending_todoke: Effect = "ok"
    after_move: Effect = "ok"
    new_form_since: date | None = None
    # Fiscal years to choose from, and whose 1 January counts (I-35, I-36, O-35, O-36, X-11, X-12)
    years: Annotated[int, Field(ge=1, le=10, strict=True)] = 0
    newest_year: Literal["current", "previous"] = "current"
    year_begins: MonthDay = "06-01"
    resident_on: Literal["01-01", ""] = ""
    resident_now: bool = False
    after_declaration: tuple[Literal["taxed", "untaxed", "income", "any"], ...] = ()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.window_paper == "A5" and not self.seal_registered:
            raise ValueError("window_paper: only the seal certificate is A5 at a window")
        both = {item.id for item in self.items} & set(self.never)
        if both:
            raise ValueError(f"items and never both name {', '.join(sorted(both))}")
        if self.nonresident == "riyo_toroku" and not self.honseki_here:
            raise ValueError("nonresident: 利用登録 is for kinds with honseki_here")
        return self


class Lag(_Table):
    """Days before a new card or a move is known: the next day, or `days` business days later (X-10).

    `stale_days`: business days during which a certificate may not show a move yet (I-33, O-51, X-09).
    """

    rule: Literal["next_day", "business_days"]
    after: tuple[Literal["card_delivery", "move", "continued_use"], ...]
    days: Annotated[int, Field(ge=1, le=30, strict=True)] = 1
    stale_days: Annotated[int, Field(ge=0, le=60, strict=True)] = 0
    notes: tuple[Text, ...] = ()


class Mayor(_Table):
    """Who certifies, and the picture (a file beside the profile) of the official seal: always 「見本」.

    While there is no mayor, `title` is that of the 職務代理者.
    """

    title: Text
    name: Text
    seal_picture: str
    seal_text: tuple[str, ...]
    seal_width_mm: Annotated[float, Field(gt=5, le=25)]
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None


class Alert(_Table):
    """What must not be forgotten (`of`), and how the kiosk says so (`by`)."""

    of: tuple[Literal["card", "certificate", "others"], ...]
    by: tuple[Literal["screen", "voice", "alarm"], ...]


class PhoneStore(_Table):
    """A chain whose machines take phones, and since when."""

    brand: Text
    from_: date = Field(alias="from")


class Phone(_Table):
    """Use of the phone's certificates: where, which, whether instead of the PIN, and what to know."""

    stores: tuple[PhoneStore, ...] = ()
    any_store: bool = False
    os: tuple[Literal["android", "ios"], ...] = ()
    riyo_toroku: bool = False
    biometrics: bool = False
    questions: str = ""
    notes: tuple[Text, ...] = ()


class TownHall(_Table):
    """A terminal in the municipality's own building: its own hours, and for residents only (service.md V-10)."""

    terminal: Annotated[str, Field(pattern="^[A-Z0-9]{1,12}$")]
    place: Text
    hours: Window


class Advice(_Table):
    """Lines that the kiosk shows as they stand; `stores`: what to know of shops, `maintenance`: of stops."""

    unlock: tuple[Text, ...]
    window: tuple[Text, ...]
    notes: tuple[Text, ...] = ()
    stores: tuple[Text, ...] = ()
    free: tuple[Text, ...] = ()
    maintenance: tuple[Text, ...] = ()
    contact: Text


class Link(_Table):
    """A pointer of the page; the address is empty where our copy of the page has none (X-34)."""

    title: Text
    purpose: str = ""
    address: str = ""


class FeeCollection(_Table):
    """Who collects the fees for the municipality, and on what legal basis (O-62, X-20)."""

    name: Text
    address: Text
    basis: Text


class PlaceName(_Table):
    """A 町・字 that a 本籍 may stand in, as written in the register, with its reading."""

    name: Text
    kana: Annotated[str, Field(pattern="^[ぁ-ゖー]+$")]


class Enrolment(_Table):
    """利用登録: business days until an application is decided by itself, and the places to choose from."""

    days: Annotated[int, Field(ge=1, le=30, strict=True)] = 5
    places: tuple[PlaceName, ...] = ()


class Profile(_Table):
    """One municipality that takes part, as on one day."""

    code: Code
    name: Text
    prefecture: Text
    kana: Annotated[str, Field(pattern="^[ぁ-ゖー]+$")]
    since: date
    hours: Window
    store_hours: Literal["intersect"]
    closed: Closed = Closed()
    min_age: Annotated[int, Field(ge=0, le=99, strict=True)]
    # of those who only have the 本籍 here
    min_age_honseki: Annotated[int, Field(ge=0, le=99, strict=True)]
    max_copies: Annotated[int, Field(ge=1, le=20, strict=True)]
    paper: Literal["A4"]
    refund: Literal["none"]
    mayor: Mayor
    lag: Lag
    # after so long without news from the residence system nothing is issued that may be void (F-05)
    feed_minutes: Annotated[int, Field(ge=1, le=1440, strict=True)] = 60
    advice: Advice
    forget_alert: Alert
    brands: tuple[Text, ...]
    phone: Phone = Phone()
    enrolment: Enrolment = Enrolment()
    town_hall: tuple[TownHall, ...] = ()
    not_offered: tuple[Text, ...] = ()
    links: tuple[Link, ...] = ()
    history: tuple[Text, ...] = ()
    fees_collected_by: FeeCollection | None = None
    certificates: dict[Kind, Terms]

    _file: "_File | None" = PrivateAttr(default=None)

    def on(self, day: date) -> "Profile":
        """Return the profile in force on `day`."""
        return self if self._file is None else self._file.on(day)

    def terms(self, kind: Kind, day: date) -> Terms | None:
        """Return the terms of `kind` on `day`, None where it is not given (E-21)."""
        return self.on(day).certificates.get(kind)


class EvidenceAge(_Table):
    """How old revocation lists and OCSP responses may be, and how far ahead of our clock they may be made."""

    list_hours: Annotated[int, Field(ge=1, strict=True)]
    response_minutes: Annotated[int, Field(ge=1, strict=True)]
    skew_seconds: Annotated[int, Field(ge=0, le=600, strict=True)]


class Service(_Table):
    """One entry of the kiosk's menu, and from which day to which it is there, both inclusive (service.md V-11)."""

    id: Literal["issue", "registration", "pins", "vaccination"]
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None

    def is_there(self, day: date) -> bool:
        """Whether the entry is in the menu on that day."""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day <= self.until)


class National(_Table):
    """What holds for every municipality: the issue centre's own hours and the accepted card policies."""

    hours: Window
    closed: Closed
    auth_policies: tuple[str, ...]
    sign_policies: tuple[str, ...]
    attribute_arc: str
    min_key_bits: int
    # terminals that print for practice: no fee, numbers of their own (service.md V-12)
    practice: tuple[Annotated[str, Field(pattern="^[A-Z0-9]{1,12}$")], ...] = ()
    services: tuple[Service, ...]
    revocation: EvidenceAge


@dataclass(frozen=True)
class _File:
    """One municipality's file: a Profile for each span of days in which nothing changes."""

    path: Path
    content: dict[str, Any]
    borders: tuple[date, ...]
    spans: dict[int, Profile] = field(default_factory=dict)

    def on(self, day: date) -> Profile:
        """Return the profile in force; before the first day of service that of the first day."""
        number = max(0, bisect_right(self.borders, day) - 1)
        if number not in self.spans:
            profile = _checked(self.path, dated.on(self.content, self.borders[number]), Profile)
            if crossing := _hours_that_cross(profile):
                raise BadProfile(tables.mistakes(self.path, crossing))
            # The picture is named beside the file; from here on its path says where that is.
            mayor = profile.mayor.model_copy(
                update={"seal_picture": str(self.path.parent / profile.mayor.seal_picture)}
            )
            self.spans[number] = profile.model_copy(update={"mayor": mayor})
            self.spans[number]._file = self
        return self.spans[number]

    def all(self) -> Iterator[Profile]:
        """Yield the profile of every span; raises BadProfile with every mistake of the file."""
        wrong = [(place, said) for place, said in dated.mistakes(self.content)]
        said = [tables.mistakes(self.path, wrong)] if wrong else []
        for border in self.borders:
            try:
                yield self.on(border)
            except BadProfile as error:
                said += str(error).splitlines()
        if said:
            raise BadProfile("\n".join(sorted(set(said), key=_by_line)))


def _hours_that_cross(profile: Profile) -> list[tuple[dated.Place, str]]:
    """Return the kinds whose own hours are not within the municipality's."""
    whole, own = profile.hours, {kind: terms.hours for kind, terms in profile.certificates.items()}
    said = f"not within {whole.opens:%H:%M}-{whole.closes:%H:%M}, the hours of the municipality"
    return [
        (("certificates", kind.value, "hours"), said)
        for kind, hours in own.items()
        if hours is not None and (hours.opens < whole.opens or hours.closes > whole.closes)
    ]


def _by_line(mistake: str) -> tuple[int, str]:
    return int(mistake.removeprefix(mistake.split(".toml:")[0] + ".toml:").split(":")[0]), mistake


@cache
def national() -> National:
    """Return the issue centre's own rules; raises BadProfile."""
    try:
        return tables.read(NATIONAL, National)
    except tables.FileError as error:
        raise BadProfile(str(error)) from error


def load(path: Path) -> Profile:
    """Read one municipality, as on the last day on which it changes; raises BadProfile with every mistake."""
    try:
        content = tables.content(path)
    except tables.FileError as error:
        raise BadProfile(str(error)) from error
    since = content.get("since")
    first = since if isinstance(since, date) and not isinstance(since, datetime) else date.min
    borders = tuple(sorted({first, *(day for day in dated.days(content) if day > first)}))
    profile = list(_File(path, content, borders).all())[-1]
    if not path.name.startswith(profile.code):
        raise BadProfile(tables.mistakes(path, [(("code",), f"the file's name must begin with {profile.code}")]))
    return profile


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


def inferred(profile: Profile) -> tuple[tuple[str, str], ...]:
    """Return place and reason of each value that the municipality's page does not state."""
    content = {} if profile._file is None else profile._file.content
    return tuple((".".join(map(str, place)), reason) for place, reason in dated.inferred(content))


def _checked(path: Path, held: dated.Held, model: type[M]) -> M:
    try:
        return model.model_validate(held.content)
    except ValidationError as error:
        found = [(held.place(place), said) for place, said in tables.said_of(error)]
        raise BadProfile(tables.mistakes(path, found)) from None
