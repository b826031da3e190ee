"""Family registers (戸籍) and their address registers (戸籍の附票), as values.

Separate from residents because another municipality may keep them (本籍 here, address elsewhere),
and because who left or died stands in them still, marked 除籍. Source: 戸籍法13条, 戸籍法施行規則73条;
住民基本台帳法17条; service.md 2.5, 2.6. How they are read from files is `koseki_files`.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

Enrolment = Literal["none", "pending", "approved", "rejected"]


class Line(Struct, frozen=True):
    """One 【欄名】 with its value: a text, a date (EDTF), or, nested, the 従前の記録 of a correction."""

    name: str
    value: str = ""
    nested: tuple["Line", ...] = ()


class Event(Struct, frozen=True):
    """One 戸籍事項 or 身分事項: 編製, 出生, 婚姻, 死亡, 更正 ..., with its lines in order."""

    title: str
    lines: tuple[Line, ...]


class Address(Struct, frozen=True):
    """One line of the 附票: an address and since when (EDTF; "" unknown)."""

    address: str
    since: str = ""


class Member(Struct, frozen=True):
    """One 戸籍に記録されている者, with the lines of the 附票.

    `id` is the person's where there is a file of the person, else register and number. `birthday`
    is EDTF. `removed`: 除籍 (married out, dead); `addresses` oldest first; `overseas_voter`: where
    one is on the 在外選挙人名簿. `enrolment`: 利用登録 of
    someone who lives elsewhere, bound to `enrolled_serials` (X-31). `protected`: 支援措置.
    """

    id: str
    family_name: str
    given_name: str
    birthday: str
    sex: str
    relation: str
    father: str = ""
    mother: str = ""
    family_kana: str = ""
    given_kana: str = ""
    spouse: str = ""
    adoptive_father: str = ""
    adoptive_mother: str = ""
    adoptive_relation: str = ""
    removed: bool = False
    removed_on: str = ""
    events: tuple[Event, ...] = ()
    addresses: tuple[Address, ...] = ()
    overseas_voter: str = ""
    enrolment: Enrolment = "none"
    enrolled_serials: tuple[int, ...] = ()
    protected: bool = False

    @property
    def name(self) -> str:
        """Full name as on paper, with a full-width space."""
        return f"{self.family_name}\u3000{self.given_name}"


class Koseki(Struct, frozen=True):
    """One register: 本籍, 筆頭者 (who need not be alive), 戸籍事項, members.

    `pending`: a 届出 is not entered yet (I-26, E-35). `address_made_on`: 編製日 or 改製日 of the 附票.
    """

    id: str
    municipality: str
    honseki: str
    family_name: str
    head: str
    events: tuple[Event, ...]
    members: tuple[Member, ...]
    family_kana: str = ""
    address_made_on: str = ""
    address_made_by: str = "編製"
    pending: bool = False

    @property
    def hittosha(self) -> str:
        """Full name of the 筆頭者, with a full-width space."""
        return f"{self.family_name}\u3000{self.head}"

    def member(self, person: str) -> Member | None:
        """Return who has this id and is not removed."""
        return next((one for one in self.members if one.id == person and not one.removed), None)


Lines: TypeAlias = tuple[Line, ...]
