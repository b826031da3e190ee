"""What stands on the papers: words, facts, measures; read from the pages that were signed."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from municipality_client import messages as m
from municipality_client.centre import issuing, people, profiles
from municipality_client.centre.forms import layout
from municipality_client.centre.forms.layout import PersonFact, Unprintable
from municipality_client.centre.forms.wareki import wareki
from municipality_client.centre.handle import Centre
from municipality_client.centre.issuing import Commission
from municipality_client.centre.residents import Resident
from municipality_client.messages import Kind
from printer import fonts
from printer.document import A4_HEIGHT, A4_WIDTH, Page, Picture, Rule, Text, decode_page, text_lines
from tests.municipality_client.desk import ISHIKARI, MONDAY, Desk

ONE_DATABASE = "papers are drawn from rows; what keeps the rows does not matter"
EVERYBODY = {entry.resident.id: entry.resident for entry in people.load_all()}
KANJI = st.text("石狩太郎花子北海道一丁目番地見本証明住民票髙﨑辻々", min_size=1, max_size=120)


def pages(issued: m.Issued) -> list[Page]:
    return [decode_page(one.page) for copy in issued.sets for one in copy.pages]


def lines(issued: m.Issued) -> list[tuple[str, ...]]:
    return [text_lines(page) for page in pages(issued)]


@pytest.mark.proves("I-17", "I-18", "O-31", "I-69")
def test_what_is_not_asked_for_is_omitted_in_words(desk: Desk) -> None:
    (page,) = lines(desk.issued("taro"))

    taro = EVERYBODY["taro"]
    assert page.count("省略") == 6
    for secret in (taro.my_number, taro.resident_code, taro.honseki.replace(taro.address, "-"), "世帯主・続柄"):
        assert secret not in page
    assert taro.address in page


@pytest.mark.proves("I-17", "I-18")
def test_what_is_asked_for_is_printed_but_never_the_residence_code(desk: Desk) -> None:
    (page,) = lines(desk.issued("hanako", items=("relation", "honseki", "my_number")))

    hanako = EVERYBODY["hanako"]
    assert page.count("省略") == 1
    for said in (hanako.my_number, hanako.honseki, "妻", "石狩　太郎", "石狩　花子", "いしかり　はなこ"):
        assert said in page
    assert hanako.resident_code not in page


@pytest.mark.proves("I-56", "I-60", "O-54")
def test_each_person_of_the_household_has_a_sheet(desk: Desk) -> None:
    issued = desk.issued("taro", everybody=True, items=("relation",))
    number = issued.sets[0].set_number

    names = ["石狩　太郎", "石狩　花子", "石狩　次郎"]
    for page, name, place in zip(lines(issued), names, ("1 / 3", "2 / 3", "3 / 3"), strict=True):
        assert name in page
        assert page[-2:] == (number, place)
        assert not any(other in page for other in names if other not in (name, "石狩　太郎"))


@pytest.mark.proves("I-61")
def test_only_the_last_sheet_is_attested_and_the_others_say_so(desk: Desk) -> None:
    first, second, last = lines(desk.issued("taro", everybody=True))

    attestation = "この写しは、世帯全員の住民票の原本と相違ないことを証明する。"
    assert attestation in last
    assert "以下余白" in last
    assert "令和8年4月6日" in last
    assert "石狩市長　見本　一郎" in last
    for page in (first, second):
        assert attestation not in page
        assert "以下次頁" in page
        assert "以下余白" not in page


def test_a_part_of_the_household_is_attested_as_such(desk: Desk) -> None:
    (page,) = lines(desk.issued("taro"))

    assert "この写しは、住民票の原本と相違ないことを証明する。" in page


def test_missing_data_is_an_empty_field_in_words(desk: Desk) -> None:
    (page,) = lines(desk.issued("midori"))

    assert page.count("【空欄】") == 3  # 旧氏, its furigana, and 住所を定めた年月日 equal to 住民となった年月日
    assert "平成28年3月28日" in page


@pytest.mark.proves("I-20", "O-33", "I-54")
def test_the_seal_is_printed_in_its_true_size(desk: Desk) -> None:
    (page,) = pages(desk.issued("taro", Kind.SEAL))
    seal = EVERYBODY["taro"].seal
    assert seal is not None

    printed = [one for one in page.elements if isinstance(one, Picture) and one.png == seal.png]
    assert [(one.width, one.height) for one in printed] == [(1500, 1500)]
    texts = text_lines(page)
    assert "印鑑登録証明書" in texts
    assert "この写しは、登録された印影と相違ないことを証明する。" in texts
    assert seal.number not in texts


@pytest.mark.parametrize("kind", [Kind.RESIDENCE_COPY, Kind.SEAL])
@pytest.mark.parametrize("person", ["taro", "midori"])
def test_every_sheet_says_that_it_is_a_sample(desk: Desk, person: str, kind: Kind) -> None:
    (page,) = pages(desk.issued(person, kind))

    assert "見　本" in text_lines(page)
    assert any("見本であり、証明書としての効力はありません" in line for line in text_lines(page))


@pytest.mark.parametrize("kind", [Kind.RESIDENCE_COPY, Kind.SEAL])
def test_nothing_stands_in_the_margins_and_no_text_is_clipped(desk: Desk, kind: Kind) -> None:
    (page,) = pages(desk.issued("taro", kind))

    for element in page.elements:
        left, top, right, bottom = extent(element)
        assert left >= 1200
        assert right <= A4_WIDTH - 1200
        assert top >= 1200
        assert bottom <= A4_HEIGHT - 1200


def extent(element: Text | Rule | Picture) -> tuple[int, int, int, int]:
    match element:
        case Text(x, y, size, text):
            return x, y - size * 88 // 100, x + fonts.width(text, size, fonts.FALLBACK), y + size * 12 // 100
        case Rule(x1, y1, x2, y2):
            return x1, y1, x2, y2
        case Picture(x, y, width, height):
            return x, y, x + width, y + height


@pytest.mark.parametrize("kind", [Kind.RESIDENCE_COPY, Kind.SEAL])
def test_texts_do_not_touch_each_other(desk: Desk, kind: Kind) -> None:
    (page,) = pages(desk.issued("taro", kind))
    boxes = [extent(one) for one in page.elements if isinstance(one, Text | Picture)]

    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, (one, other)


def commission(resident: Resident, font: str = fonts.FALLBACK) -> Commission:
    profile = profiles.load_all()[ISHIKARI]
    items = frozenset({"relation", "honseki", "my_number"})
    return Commission(profile, Kind.RESIDENCE_COPY, "住民票の写し", (resident,), (resident,), items, font, MONDAY)


def said(drawn: Sequence[layout.Placed], field: str) -> str:
    found = (one.element for one in drawn if isinstance(one.source, PersonFact) and one.source.field == field)
    return "".join(one.text for one in found if isinstance(one, Text))


@pytest.mark.proves("fault-34", "E-38")
@settings(max_examples=80, deadline=None)
@given(address=KANJI, family=KANJI, relation=st.text("妻子未届の配偶者", min_size=1, max_size=16))
def test_a_long_text_is_printed_whole_or_refused(address: str, family: str, relation: str) -> None:
    resident = msgspec.structs.replace(EVERYBODY["taro"], address=address, family_name=family, relation=relation)
    composed = issuing.compose(commission(resident))

    if isinstance(composed, Unprintable):
        assert composed.field in {"address", "name", "head", "relation"}
        assert len(address) > 60 or len(family) > 30 or len(relation) > 10
        return
    assert said(composed[0], "address") == address
    assert said(composed[0], "name") == resident.name
    for placed in composed[0]:
        if isinstance(placed.element, Text):
            assert extent(placed.element)[2] <= A4_WIDTH - 1900


@pytest.mark.proves("fault-34")
@pytest.mark.parametrize(
    "name", ["太\u202e郎", "太\x00郎", "太\x1b[31m郎", "太" + "\u0301" * 10, "太\n郎", "\U000f0000"]
)
def test_a_name_that_is_no_name_is_never_signed(centre: Centre, name: str) -> None:
    centre.registers.change(ISHIKARI, "taro", lambda one: msgspec.structs.replace(one, given_name=name))

    answer = Desk(centre).place("taro")
    assert isinstance(answer, m.Refusal)
    assert answer.code == "E-38"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 4, 6), "令和8年4月6日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1868, 10, 22), "西暦1868年10月22日"),
    ],
)
def test_eras(day: date, text: str) -> None:
    assert wareki(day) == text


@given(st.dates(date(1868, 10, 23), date(2100, 1, 1)))
def test_no_two_days_read_alike(day: date) -> None:
    assert wareki(day) != wareki(day + timedelta(days=1))
    assert "0年" not in wareki(day)[:3]


@pytest.mark.proves("E-38")
def test_a_variation_sequence_that_the_terminals_font_lacks_is_refused_before_any_fee(desk: Desk) -> None:
    assert fonts.missing("邉", fonts.FALLBACK) == ()
    answer = desk.place("miyako")

    assert isinstance(answer, m.Refusal)
    assert answer.code == "E-38"


@pytest.mark.skipif(not fonts.is_installed(fonts.IPAMJ), reason="IPAmj Mincho is not installed (make fonts)")
def test_a_variation_sequence_is_printed_as_registered_or_not_at_all(centre: Centre) -> None:
    issued = Desk(centre).place("miyako", font=fonts.IPAMJ)
    assert isinstance(issued, m.Issued)
    assert "渡邉\U000e0110\u3000都" in lines(issued)[0]

    # An Adobe-Japan1 sequence: IPAmj would silently draw the plain character.
    centre.registers.change(ISHIKARI, "miyako", lambda one: msgspec.structs.replace(one, family_name="渡邉\U000e0100"))
    answer = Desk(centre, terminal="T00002").place("miyako", font=fonts.IPAMJ)
    assert isinstance(answer, m.Refusal)
    assert answer.code == "E-38"


@pytest.mark.skipif(not fonts.is_installed(fonts.IPAMJ), reason="IPAmj Mincho is not installed (make fonts)")
@pytest.mark.parametrize("kind", [Kind.RESIDENCE_COPY, Kind.SEAL, Kind.KOSEKI_WHOLE, Kind.KOSEKI_ADDRESS])
def test_a_character_outside_the_bmp_is_printed_in_every_kind(desk: Desk, kind: Kind) -> None:
    issued = desk.place("ken", kind, font=fonts.IPAMJ)

    assert isinstance(issued, m.Issued)
    assert any("𠮷田" in line for page in lines(issued) for line in page)
