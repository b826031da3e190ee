"""Which facts a form shows: of one person, and of the set as a whole.

Separate from the layout because the signer works them out once more, from its own reading of the
register, and compares (design 3.2 step 5). Not asked for is 「省略」, no entry is 【空欄】: a reader can
tell them apart (service.md 2.1).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from municipality_client.centre.forms.wareki import wareki
from municipality_client.centre.people import Resident
from municipality_client.messages import Kind

OMITTED = "omitted"
EMPTY = "empty"


@dataclass(frozen=True)
class Stamp:
    """A picture in its true size, 0.01 mm."""

    png: bytes
    width: int
    height: int


Fact = str | Stamp
Facts = Mapping[str, Fact]
Words = Mapping[str, str]


def residence_copy(resident: Resident, household: Sequence[Resident], items: Collection[str], words: Words) -> Facts:
    """Facts of 住民票の写し, one person's sheet (住民基本台帳法7条).

    The residence record code is never printed (I-17, O-31), the address before the last move neither.
    """
    empty, omitted = words[EMPTY], words[OMITTED]
    head = next((one.name for one in household if one.head), empty)
    # 住所を定めた年月日 is printed only where it differs from 住民となった年月日 (service.md 2.1).
    settled = resident.address_since if resident.address_since != resident.resident_since else None
    # What each item of S-11 brings with it
    asked = {
        "relation": {"head": head, "relation": resident.relation},
        "honseki": {"honseki": resident.honseki, "hittosha": resident.hittosha.replace(" ", "\u3000")},
        "my_number": {"my_number": resident.my_number},
    }
    chosen = {
        field: value if item in items else omitted for item, values in asked.items() for field, value in values.items()
    }
    return {
        "address": resident.address,
        "kana": resident.kana.replace(" ", "\u3000"),
        "name": resident.name,
        "former_kana": resident.former_kana or empty,
        "former_name": resident.former_name or empty,
        "birthday": wareki(resident.birthday),
        "sex": resident.sex,
        "resident_code": omitted,  # whatever was asked
        "resident_since": wareki(resident.resident_since),
        "address_since": wareki(settled) if settled else empty,
        "notified_on": wareki(resident.notified_on) if resident.notified_on else empty,
        "previous_address": resident.previous_address or empty,
        **chosen,
    }


def seal(resident: Resident, _household: Sequence[Resident], _items: Collection[str], _words: Words) -> Facts:
    """Facts of 印鑑登録証明書; the registration number is not printed (service.md 2.3)."""
    facts: dict[str, Fact] = {
        "name": resident.name,
        "birthday": wareki(resident.birthday),
        "address": resident.address,
    }
    if resident.seal is not None and not resident.seal.void:
        facts["impression"] = Stamp(resident.seal.png, resident.seal.width, resident.seal.height)
    return facts


OfPerson = Callable[[Resident, Sequence[Resident], Collection[str], Words], Facts]
OF_PERSON: Mapping[Kind, OfPerson] = {Kind.RESIDENCE_COPY: residence_copy, Kind.SEAL: seal}


def issued_on(day: date) -> str:
    """The date of issue as printed."""
    return wareki(day)
