"""戸籍, 附票 and 税 as they are signed: what they say, in which order, over how many sheets."""

import msgspec
import pytest

from municipality_client import messages as m
from municipality_client.centre import koseki_files, people
from municipality_client.centre.handle import Centre
from municipality_client.centre.koseki import Address, Koseki
from municipality_client.messages import Kind
from printer.document import decode_page, text_lines
from tests.municipality_client.desk import ISHIKARI, OHIRA, Desk, refused

ONE_DATABASE = "papers are drawn from rows; what keeps the rows does not matter"
REGISTERS = {entry.koseki.id: entry.koseki for entry in koseki_files.load_all(people.FOLDER)}


def sheets(issued: m.Issued) -> list[tuple[str, ...]]:
    (copy,) = issued.sets
    return [text_lines(decode_page(one.page)) for one in copy.pages]


def body(issued: m.Issued) -> str:
    return "\n".join(line for sheet in sheets(issued) for line in sheet)


@pytest.mark.proves("I-22", "I-27", "I-58", "I-60", "I-61", "I-62")
def test_a_whole_register_of_twelve_takes_seven_sheets_of_one_set(desk: Desk) -> None:
    issued = desk.issued("isamu", Kind.KOSEKI_WHOLE)
    found, number = sheets(issued), issued.sets[0].set_number

    assert len(found) == 7
    assert issued.total == 450
    attestation = "これは、戸籍に記録されている事項の全部を証明した書面である。"
    for place, sheet in enumerate(found, 1):
        assert f"（7の{place}）" in sheet
        assert "全部事項証明" in sheet
        assert number in sheet
        assert ("以下次頁" in sheet) == (place < 7)
        assert ("以下余白" in sheet) == (place == 7)
        assert (attestation in sheet) == ("大衡村長　見本　二郎" in sheet) == (place == 7)


def test_everybody_of_the_register_follows_in_its_order_the_removed_marked(desk: Desk) -> None:
    said = [line for sheet in sheets(desk.issued("isamu", Kind.KOSEKI_WHOLE)) for line in sheet]
    members = REGISTERS["ohira-ooba"].members

    names = [said[at + 1] for at, line in enumerate(said) if line == "【名】"]
    assert names == [one.given_name for one in members]
    assert said.count("除　籍") == sum(one.removed for one in members) == 8
    assert "【死亡時分】推定午後４時" in said
    assert said[said.index("【従前の記録】") + 1].startswith("【")


@pytest.mark.proves("I-27", "X-08")
def test_one_person_of_the_register_is_alone_on_the_paper(desk: Desk) -> None:
    said = body(desk.issued("taro", Kind.KOSEKI_PERSON))

    assert "個人事項証明" in said
    assert "これは、戸籍中の一部の者について記録されている事項の全部を証明した書面である。" in said
    assert "【名】\n太郎" in said
    assert "次郎" not in said
    assert "【編製日】平成22年5月20日" in said


def test_unknown_days_are_said_to_be_unknown(desk: Desk) -> None:
    said = body(desk.issued("haruka", Kind.KOSEKI_WHOLE))

    assert "【生年月日】昭和39年月日不詳" in said
    assert "【更正事由】誤記" in said


@pytest.mark.proves("I-28", "I-34", "X-32")
def test_an_address_register_omits_what_is_not_asked_for(desk: Desk) -> None:
    said = sheets(desk.issued("taro", Kind.KOSEKI_ADDRESS, everybody=True))[0]

    assert said.count("省略") == 2 + 3  # 本籍, 筆頭者; 在外選挙人名簿 of three
    assert [name for name in said if name.startswith("石狩　")] == ["石狩　太郎", "石狩　花子", "石狩　次郎"]
    assert said.count("昭和55年2月17日") == 1
    assert said.count("平成24年6月15日") == 2
    assert "この写しは、戸籍の附票の原本と相違ないことを証明する。" in said


@pytest.mark.proves("X-32")
def test_with_honseki_members_are_shown_by_given_name_only(centre: Centre) -> None:
    def abroad(koseki: Koseki) -> Koseki:
        one = msgspec.structs.replace(koseki.members[1], overseas_voter="石狩市　登録")
        return msgspec.structs.replace(koseki, members=(koseki.members[0], one, *koseki.members[2:]))

    centre.registers.change_koseki(ISHIKARI, "taro", abroad)
    (said,) = sheets(Desk(centre).issued("taro", Kind.KOSEKI_ADDRESS, everybody=True, items=("honseki", "overseas")))

    assert [line for line in said if "石狩　" in line] == ["石狩　太郎"]  # 筆頭者
    assert "花子" in said
    assert said.count("登録なし") == 2
    assert "石狩市　登録" in said
    assert "省略" not in said


@pytest.mark.proves("X-32")
def test_who_was_removed_before_the_new_form_has_neither_birthday_nor_sex(desk: Desk) -> None:
    said = body(desk.issued("isamu", Kind.KOSEKI_ADDRESS, everybody=True))

    removed_before = [one for one in REGISTERS["ohira-ooba"].members if one.removed]
    assert said.count("氏名\n") == 12
    assert said.count("生年月日\n【空欄】\n性別\n【空欄】") == len(removed_before)


@pytest.mark.proves("I-58")
def test_thirty_addresses_flow_in_their_order(centre: Centre) -> None:
    addresses = REGISTERS["ishikari-ken"].members[0].addresses
    assert len(addresses) == 30

    def thirty(koseki: Koseki) -> Koseki:
        one = msgspec.structs.replace(koseki.members[0], addresses=addresses)
        return msgspec.structs.replace(koseki, members=(one, *koseki.members[1:]))

    centre.registers.change_koseki(ISHIKARI, "taro", thirty)
    found = sheets(Desk(centre).issued("taro", Kind.KOSEKI_ADDRESS))
    assert len(found) == 2
    said = [line for sheet in found for line in sheet]
    places = [said.index(str(number)) for number in range(1, 31)]
    assert places == sorted(places)
    whole = "".join(said)
    for line in addresses:
        assert line.address in whole


@pytest.mark.proves("E-38")
def test_a_register_of_more_sheets_than_a_set_may_have_is_refused_before_any_fee(centre: Centre) -> None:
    def endless(koseki: Koseki) -> Koseki:
        lines = tuple(Address(f"見本町{number}番地", "1999-01-01") for number in range(900))
        return msgspec.structs.replace(
            koseki, members=(msgspec.structs.replace(koseki.members[0], addresses=lines), *koseki.members[1:])
        )

    centre.registers.change_koseki(ISHIKARI, "taro", endless)
    assert refused(Desk(centre).place("taro", Kind.KOSEKI_ADDRESS), "E-38")


@pytest.mark.proves("E-38")
@pytest.mark.parametrize(("member", "code"), [(0, "E-38"), (2, "E-30")])
def test_a_name_without_glyph_is_refused_before_any_fee_and_anothers_is_nobodys_business(
    centre: Centre, member: int, code: str
) -> None:
    def strange(koseki: Koseki) -> Koseki:
        members = list(koseki.members)
        members[member] = msgspec.structs.replace(members[member], given_name="次\U000e01ef郎")
        return msgspec.structs.replace(koseki, members=tuple(members))

    centre.registers.change_koseki(ISHIKARI, "taro", strange)
    assert refused(Desk(centre).place("taro", Kind.KOSEKI_WHOLE), code)
    own = Desk(centre, terminal="T00002").place("taro", Kind.KOSEKI_PERSON)
    assert isinstance(own, m.Refusal if member == 0 else m.Issued)


@pytest.mark.proves("I-35", "I-37", "X-11")
def test_tax_of_a_year_shows_the_income_of_the_year_before(desk: Desk) -> None:
    (said,) = sheets(desk.issued("taro", Kind.TAX, year=2025))

    assert "令和7年度（令和6年1月から12月までの所得）" in said
    assert "所得・課税証明書" in said
    assert said[said.index("給与") + 1] == "5,620,000"
    assert said[said.index("年税額") + 1] == "239,600"
    assert "1" in said[said.index("特別障害者") :]  # 16歳未満
    assert said.count("0") == 6  # dependants of other kinds: zero is a figure


@pytest.mark.proves("O-34", "O-36", "X-30")
@pytest.mark.parametrize(
    ("person", "year", "variant", "title"),
    [
        ("midori", 2025, "taxed", "課税証明書"),
        ("midori", 2021, "income", "所得証明書"),
        ("makoto", 2025, "untaxed", "非課税証明書"),
    ],
)
def test_each_paper_of_a_year(desk: Desk, person: str, year: int, variant: str, title: str) -> None:
    (said,) = sheets(desk.issued(person, Kind.TAX, year=year, variant=variant))

    assert title in said
    assert ("年税額" in said) == (variant != "income")
    assert ("所得控除合計" in said) == (variant == "taxed")
    assert ("上記の年度の市町村民税・道府県民税は、課税されていません。" in said) == (variant == "untaxed")
    assert "合計所得金額" in said
    if person == "makoto":
        assert said[said.index("合計所得金額") + 1] == said[said.index("年税額") + 1] == "0"


def test_forest_tax_stands_there_since_it_is_levied(desk: Desk) -> None:
    (before,) = sheets(desk.issued("midori", Kind.TAX, year=2023, variant="taxed"))
    (after,) = sheets(desk.issued("midori", Kind.TAX, year=2024, variant="taxed"))

    assert "森林環境税（国税）" not in before
    assert after[after.index("森林環境税（国税）") + 1] == "1,000"


def test_the_title_of_a_household_of_eight_is_on_each_of_its_sheets(desk: Desk) -> None:
    found = sheets(desk.issued("isamu", everybody=True, items=("relation",)))

    assert len(found) == 8
    for place, sheet in enumerate(found, 1):
        assert sheet[-1] == f"{place} / 8"
        assert "大場　勇" in sheet
    assert OHIRA in found[0][-2]
