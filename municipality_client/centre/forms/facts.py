"""Which facts a form of fixed cells shows: of one person, and of the set as a whole.

Separate from the layout because the signer works them out once more, from its own reading of the
register, and compares (design 3.2 step 5). Not asked for is 「省略」, no entry is 【空欄】: a reader can
tell them apart (service.md 2.1). Flowing forms have their facts in `koseki_rows`, `address_rows`, `tax_rows`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from municipality_client.centre.forms.wareki import registered, wareki
from municipality_client.centre.residents import Resident
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
    """Facts of 住民票の写し and 住民票記載事項証明書, one person (住民基本台帳法7条, 30条の45).

    The residence record code is never printed (I-17, O-31), the address before the last move neither.
    """
    empty, omitted = words[EMPTY], words[OMITTED]
    head = next((one.name for one in household if one.head), empty)
    # 住所を定めた年月日 is printed only where it differs from 住民となった年月日 (service.md 2.1).
    settled = resident.address_since if resident.address_since != resident.resident_since else None
    asked = {
        "relation": {"head": head, "relation": resident.relation},
        "my_number": {"my_number": resident.my_number},
        **(_of_japanese(resident) if resident.foreign is None else _of_foreigner(resident)),
    }
    chosen = {
        field: (value or empty) if item in items else omitted
        for item, values in asked.items()
        for field, value in values.items()
    }
    return {
        "address": resident.address,
        "kana": _spaced(resident.kana) or empty,
        "name": _name(resident),
        "former_kana": resident.former_kana or empty,
        "former_name": resident.former_name or empty,
        "alias_kana": _spaced(resident.alias_kana or "") or empty,
        "alias": resident.alias or empty,
        "birthday": birthday(resident),
        "sex": resident.sex,
        "resident_code": omitted,  # whatever was asked
        "resident_since": wareki(resident.resident_since),
        "address_since": wareki(settled) if settled else empty,
        "notified_on": wareki(resident.notified_on) if resident.notified_on else empty,
        "previous_address": resident.previous_address or empty,
        **chosen,
    }


def seal(resident: Resident, _household: Sequence[Resident], _items: Collection[str], words: Words) -> Facts:
    """Facts of 印鑑登録証明書; the registration number is not printed (service.md 2.3)."""
    facts: dict[str, Fact] = {
        "name": _name(resident),
        "other_name": _other_name(resident, words) or words[EMPTY],
        "birthday": birthday(resident),
        "address": resident.address,
    }
    if resident.seal is not None and not resident.seal.void:
        facts["impression"] = Stamp(resident.seal.png, resident.seal.width, resident.seal.height)
    return facts


def birthday(resident: Resident) -> str:
    """The birthday as registered; a foreign resident's in 西暦."""
    said = resident.birthday_registered or resident.birthday.isoformat()
    return registered(said, western=resident.foreign is not None)


def _of_japanese(resident: Resident) -> Mapping[str, Mapping[str, str]]:
    return {"honseki": {"honseki": resident.honseki, "hittosha": _spaced(resident.hittosha)}}


def _of_foreigner(resident: Resident) -> Mapping[str, Mapping[str, str]]:
    """What each item of a foreign resident brings with it (service.md 2.1)."""
    foreign = resident.foreign
    if foreign is None:
        return {}
    expires = wareki(foreign.expires) if foreign.expires else ""
    status = {"category": foreign.category, "status": foreign.status, "period": foreign.period, "expires": expires}
    return {
        "nationality": {"nationality": foreign.nationality},
        "residence_status": status,
        "residence_card": {"residence_card": foreign.card},
    }


def _name(resident: Resident) -> str:
    return resident.name if not resident.kanji_name else f"{resident.name}（{resident.kanji_name}）"


def _other_name(resident: Resident, words: Words) -> str:
    """旧氏 or 通称, said as such."""
    if resident.former_name:
        return words["former_name"].format(name=resident.former_name)
    return words["alias"].format(name=resident.alias) if resident.alias else ""


def _spaced(name: str) -> str:
    return name.replace(" ", "\u3000")


OfPerson = Callable[[Resident, Sequence[Resident], Collection[str], Words], Facts]
OF_PERSON: Mapping[Kind, OfPerson] = {
    Kind.RESIDENCE_COPY: residence_copy,
    Kind.RESIDENCE_ITEMS: residence_copy,
    Kind.SEAL: seal,
}


def issued_on(day: date) -> str:
    """The date of issue as printed."""
    return wareki(day)
