"""Who lives where: one resident as a value, and how a name may be shown.

Separate from reading (`people`) because forms, rules and signer work on residents and know neither
files nor database.
"""

from datetime import date
from typing import Literal, Protocol

from msgspec import Struct


class Impression(Struct, frozen=True):
    """A registered seal (印影): black on white PNG, its true width (0.01 mm), and whether it is void (廃印)."""

    number: str
    registered_on: date
    png: bytes
    width: int
    height: int
    void: bool = False


Category = Literal[
    "中長期在留者", "特別永住者", "一時庇護許可者", "仮滞在許可者", "出生による経過滞在者", "国籍喪失による経過滞在者"
]


class Foreigner(Struct, frozen=True):
    """What the register holds of a foreign resident besides (住民基本台帳法30条の45).

    `category`: the 区分 of that article; `status` 在留資格, `period` 在留期間, `expires` 満了日 and
    `card` (在留カード or 特別永住者証明書) as far as the category has them.
    """

    nationality: str
    category: Category
    status: str = ""
    period: str = ""
    expires: date | None = None
    card: str = ""


class Named(Protocol):
    """Whoever a certificate may name: a resident, or a member of a family register."""

    @property
    def id(self) -> str:
        """Opaque outside the centre."""

    @property
    def family_name(self) -> str:
        """May be empty for a foreign resident."""

    @property
    def given_name(self) -> str:
        """Never empty."""

    @property
    def name(self) -> str:
        """As on paper."""


class Resident(Struct, frozen=True):
    """One row of a residence register (住民票), with the registered seal.

    `birthday`: the last day that may be meant, `birthday_registered` how it stands in the register
    (EDTF) where day or month is unknown. `protected`: under protective measures (支援措置).
    `moving_out`: announced day of leaving (転出予定); `moved_out`, `moved_abroad_on`, `died_on`: gone, the
    record is a removed one (除票). A foreign resident has no `honseki`, but perhaps a `kanji_name`
    (併記名) and an `alias` (通称).
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
    honseki: str = ""
    hittosha: str = ""
    birthday_registered: str = ""
    address_since: date | None = None
    notified_on: date | None = None
    previous_address: str | None = None
    former_name: str | None = None
    former_kana: str | None = None
    kanji_name: str | None = None
    alias: str | None = None
    alias_kana: str | None = None
    foreign: Foreigner | None = None
    protected: bool = False
    moving_out: date | None = None
    moved_out: bool = False
    moved_abroad_on: date | None = None
    died_on: date | None = None
    seal: Impression | None = None

    @property
    def name(self) -> str:
        """Full name as on paper: with a full-width space, Latin letters with a plain one."""
        return (" " if self.foreign else "\u3000").join(part for part in (self.family_name, self.given_name) if part)

    @property
    def gone(self) -> bool:
        """Whether the record is a removed one (除票), which is never issued here (I-19, I-70)."""
        return self.moved_out or self.moved_abroad_on is not None or self.died_on is not None


def shortened(resident: Named) -> str:
    """Return the name as a screen may show it: 「石○ 太○」 (S-13)."""
    family = _characters(resident.family_name)
    given = _characters(resident.given_name)
    if not family:
        return _covered(given)
    return f"{family[0]}{'○' * (len(family) - 1)} {_covered(given)}"


def _covered(given: list[str]) -> str:
    # A given name of one character would be shown whole: it is not shown at all.
    shown = given[0] if len(given) > 1 else "○"
    return f"{shown}{'○' * (len(given) - 1)}"


def _characters(name: str) -> list[str]:
    """Split into characters as they are seen: a variation selector stays with its base."""
    found: list[str] = []
    for character in name:
        if found and (0xE0100 <= ord(character) <= 0xE01EF or 0x3099 <= ord(character) <= 0x309A):
            found[-1] += character
        else:
            found.append(character)
    return found


def age(born: date, day: date) -> int:
    """Return the age in years that is certainly reached on `day`."""
    # Born on 29 February: counted from 1 March in other years.
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
