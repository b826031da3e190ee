"""Made-up registers for property tests: every person has characters of their own, so that a leak shows.

People bear the ids of those whose test cards exist; nothing else of them is used. Only Ishikari's and
Ohira's profiles are.
"""

from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st

from municipality_client.centre.koseki import Address, Event, Koseki, Line, Member
from municipality_client.centre.people import FOLDER, check_digit
from municipality_client.centre.residents import Foreigner, Impression, Resident
from municipality_client.centre.tax import TaxRow
from tests.municipality_client.desk import ISHIKARI, OHIRA

IDS = ("taro", "hanako", "midori", "makoto", "kyoko", "noboru")
SERIALS = dict(zip(IDS, (1000101, 1001101, 1003101, 1005101, 1012101, 1015101), strict=True))
_CHARACTERS = (
    "亜哀愛悪握圧扱安案暗以衣位囲医依委威胃為尉異移偉意違維慰遺緯域育一壱逸芋引印因姻員院陰飲隠韻右宇羽雨"
    "渦浦運雲永泳英映栄営詠影鋭衛易疫益液駅悦越謁閲円延沿炎宴援園煙猿遠鉛塩演縁汚王凹央応往押欧殴桜翁奥横"
    "岡屋億憶虞乙俺卸音恩温穏"
)


def own(number: int, place: int) -> str:
    """Two characters that nobody and nothing else has."""
    at = 2 * (number * 9 + place)
    return _CHARACTERS[at : at + 2]


@dataclass(frozen=True)
class Life:
    """What is drawn of one person: where, with whom, and what happened."""

    town: str
    household: int
    register: int
    foreign: bool
    protected: bool
    leaving: bool
    gone: bool
    seal: str
    enrolment: str
    removed: bool
    tax: str
    born: date


LIVES = st.builds(
    Life,
    town=st.sampled_from((ISHIKARI, ISHIKARI, OHIRA)),
    household=st.integers(0, 1),
    register=st.integers(0, 1),
    foreign=st.integers(0, 4).map(lambda n: n == 0),
    protected=st.integers(0, 40).map(lambda n: n == 0),
    leaving=st.integers(0, 20).map(lambda n: n == 0),
    gone=st.integers(0, 6).map(lambda n: n == 0),
    seal=st.sampled_from(("good", "good", "void", "none")),
    enrolment=st.sampled_from(("none", "pending", "approved", "approved", "rejected")),
    removed=st.integers(0, 5).map(lambda n: n == 0),
    tax=st.sampled_from(("all", "all", "none", "undeclared", "awaiting")),
    born=st.dates(date(1930, 1, 1), date(2014, 1, 1)),
)
ALL_LIVES = st.tuples(*[LIVES] * len(IDS))


def residents(lives: tuple[Life, ...]) -> list[Resident]:
    """The residence registers of both towns; the first of a household is its head."""
    heads: dict[tuple[str, int], int] = {}
    for number, life in enumerate(lives):
        if not life.gone:
            heads.setdefault((life.town, life.household), number)
    return [
        _resident(number, life, heads.get((life.town, life.household)) == number) for number, life in enumerate(lives)
    ]


def _resident(number: int, life: Life, head: bool) -> Resident:
    body, code = f"4567{number:07d}", f"765{number:07d}"
    return Resident(
        id=IDS[number],
        municipality=life.town,
        household=f"h{life.household}",
        head=head,
        relation="世帯主" if head else own(number, 0),
        family_name=own(number, 1),
        given_name=own(number, 2),
        kana="かな",
        birthday=life.born,
        sex="女",
        address=f"{own(number, 3)}１番地",
        resident_since=date(2015, 4, 1),
        my_number=body + check_digit(body),
        resident_code=code + check_digit(code),
        honseki="" if life.foreign else f"{own(number, 4)}２番地",
        hittosha="" if life.foreign else own(number, 5),
        foreign=Foreigner(own(number, 6), "特別永住者", card=f"AB{number:08d}CD") if life.foreign else None,
        protected=life.protected,
        moving_out=date(2026, 12, 1) if life.leaving else None,
        moved_out=life.gone,
        seal=_seal(life),
    )


def family_registers(lives: tuple[Life, ...]) -> list[Koseki]:
    """Family registers of the Japanese, kept in the town that their number says, lived in or not."""
    found = []
    for register, code in enumerate((ISHIKARI, OHIRA)):
        members = [
            _member(number, life) for number, life in enumerate(lives) if life.register == register and not life.foreign
        ]
        if any(not one.removed for one in members):
            found.append(Koseki(f"k{register}", code, f"本籍{register}番", "氏", "頭", (), tuple(members)))
    return found


def _member(number: int, life: Life) -> Member:
    return Member(
        IDS[number],
        own(number, 1),
        own(number, 2),
        life.born.isoformat(),
        "女",
        "長女",
        father=own(number, 7),
        events=(Event("出生", (Line("出生地", own(number, 8)),)),),
        addresses=(Address(f"{own(number, 3)}１番地", "2015-04-01"),),
        removed=life.removed,
        enrolment=life.enrolment,  # type: ignore[arg-type]
        enrolled_serials=(SERIALS[IDS[number]],),
        protected=life.protected,
    )


def tax_rows(lives: tuple[Life, ...]) -> list[TaxRow]:
    """Tax registers: all years of who has any."""
    return [
        TaxRow(
            life.town,
            IDS[number],
            year,
            f"{own(number, 3)}１番地",
            declared=life.tax != "undeclared",
            awaiting=life.tax == "awaiting" and year == 2025,
            levies={"city_flat": 3000 if number % 2 else 0},
        )
        for number, life in enumerate(lives)
        if life.tax != "none"
        for year in range(2020, 2027)
    ]


def _seal(life: Life) -> Impression | None:
    if life.seal == "none":
        return None
    png = (FOLDER / "seals" / "taro.png").read_bytes()
    return Impression("1", date(2016, 1, 1), png, 1500, 1500, life.seal == "void")
