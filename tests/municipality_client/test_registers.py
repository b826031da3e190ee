"""Files of people and family registers: what they may say, and how a contradiction is named."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from municipality_client.centre import koseki_files, people, registered_dates
from municipality_client.centre.__main__ import app
from municipality_client.centre.forms.wareki import calendar_year, fiscal_year, registered, wareki
from municipality_client.errors import BadProfile

RUN = CliRunner()
TARO = (people.FOLDER / "taro.toml").read_text(encoding="utf-8")
MARIA = (people.FOLDER / "maria.toml").read_text(encoding="utf-8")
OOBA = (people.FOLDER / "koseki" / "ohira-ooba.toml").read_text(encoding="utf-8")


def wrong(tmp_path: Path, text: str, name: str = "taro") -> str:
    """What is said of a person's file of this text."""
    (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    seal = "" if "seals/taro.png" not in text else (tmp_path / "seals").mkdir(exist_ok=True) or "seals/taro.png"
    if seal:
        (tmp_path / seal).write_bytes((people.FOLDER / seal).read_bytes())
    with pytest.raises(BadProfile) as stopped:
        people.load_all.__wrapped__(tmp_path)
    return str(stopped.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("head = true", "head = false", "世帯主 and head go together"),
        ('family_name = "石狩"', 'family_name = ""', "only a foreign resident has none"),
        ("width_mm = 15.0", "width_mm = 25.1", "register.seal.width_mm"),
        ("width_mm = 15.0", "width_mm = 7.9", "register.seal.width_mm"),
        ('my_number = "100200300402"\nresident', 'my_number = "100200300403"\nresident', "wrong check digit"),
        ("address_since = 2012-06-15", "address_since = 2001-06-15", "before resident_since"),
        ("resident_since = 2008-04-01", "resident_since = 1979-04-01", "before the birthday"),
        ("registered_on = 2012-07-02", "registered_on = 1912-07-02", "registered before the birthday"),
        ("taxable = ", "taxable = 9", "more than income less deductions"),
        ("incomes = { salary = ", "incomes = { salary = 9", "more income than was received"),
        ("forest = 1000", "forest = -1000", "greater than or equal to 0"),
        ("year = 2025", "year = 2026", "a year stands here twice"),
        ("under_16 = 1", "under_61 = 1", "does not know under_61"),
    ],
)
def test_a_person_who_contradicts_himself_is_refused_by_file_and_field(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in TARO
    message = wrong(tmp_path, TARO.replace(old, new, 1))

    assert said in message
    assert message.startswith(f"{tmp_path / 'taro.toml'}:")
    assert "石狩" not in message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('card = "AB12345678CD"', 'card = "AB1234567CD"', "register.foreign.card"),
        ('period = "３年"\n', "", "a 中長期在留者 has all three"),
        ('alias = "森　マリア"', 'honseki = "北海道石狩市"\nalias = "森　マリア"', "a foreign resident has none"),
    ],
)
def test_a_foreign_resident_has_what_the_law_says(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in wrong(tmp_path, MARIA.replace(old, new, 1), "maria")


def test_a_household_has_one_head_and_one_address(tmp_path: Path) -> None:
    for name in ("hanako", "jiro"):
        (tmp_path / f"{name}.toml").write_bytes((people.FOLDER / f"{name}.toml").read_bytes())
    assert wrong(tmp_path, TARO.replace('household = "ishikari-1"', 'household = "other"')).endswith(
        "register.household: ishikari-1 has no head"
    )
    assert "register.address: is another than that of the head" in wrong(
        tmp_path, TARO.replace("３０番地２", "３１番地")
    )
    two = (tmp_path / "hanako.toml").read_text(encoding="utf-8").replace("head = false", "head = true")
    (tmp_path / "hanako.toml").write_text(two.replace('"妻"', '"世帯主"'), encoding="utf-8")
    assert "register.head: ishikari-1 has more than one head" in wrong(tmp_path, TARO)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('head = "勇"', 'head = "勲"', "head: no member has this given name"),
        ('person = "tomi"', 'person = "isamu"', "a person stands here twice"),
        ('["出生地", "宮城県黒川郡大衡村"]', '["出生地"]', 'a line is ["欄名", value]'),
        ('["出生地", "宮城県黒川郡大衡村"]', '["出生地", 3]', "must be a text or a date"),
        ("birthday = 1949-02-11", 'birthday = "1949-XX-11"', "no date like"),
        ("birthday = 1949-02-11", 'birthday = "1949-02-30"', "no date like"),
        ("removed = true", 'removed = true\nspouse = "夫"', "a removed member has none"),
        ('["届出日", 1949-02-18]', '["届出日", 1949-02-10]', "届出日: lies before the birthday"),
        ("since = 1949-02-11", 'since = "1948-XX-XX"', "addresses: lies before the birthday"),
    ],
)
def test_a_register_that_contradicts_itself_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in OOBA
    path = tmp_path / "ohira-ooba.toml"
    path.write_text(OOBA.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BadProfile) as stopped:
        koseki_files.read(path)
    assert said in str(stopped.value)
    assert str(stopped.value).startswith(f"{path}:")


@pytest.mark.proves("X-14")
def test_a_register_of_removed_members_alone_is_none(tmp_path: Path) -> None:
    text = (people.FOLDER / "koseki" / "ohira-kei.toml").read_text(encoding="utf-8")
    path = tmp_path / "ohira-kei.toml"
    path.write_text(text.replace('sex = "男"', 'sex = "男"\nremoved = true'), encoding="utf-8")

    with pytest.raises(BadProfile, match="除籍"):
        koseki_files.read(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1980-02-17", "昭和55年2月17日"),
        ("1950-03-XX", "昭和25年3月日不詳"),
        ("1950-XX-XX", "昭和25年月日不詳"),
        ("1989-01-XX", "昭和64年（平成元年）1月日不詳"),
        ("2019-XX-XX", "平成31年（令和元年）月日不詳"),
        ("1945-01-01~", "推定昭和20年1月1日"),
        ("XXXX-XX-XX", "年月日不詳"),
    ],
)
def test_dates_as_registers_hold_them(text: str, said: str) -> None:
    assert registered(text) == said


def test_a_foreigners_birthday_is_in_western_years() -> None:
    assert registered("1972-06-XX", western=True) == "1972年6月日不詳"
    assert registered("1988-03-04", western=True) == "1988年3月4日"


@pytest.mark.proves("X-11")
def test_years_are_called_by_the_era_that_counts() -> None:
    assert (fiscal_year(2019), calendar_year(2018)) == ("平成31年度", "平成30年")
    assert (fiscal_year(2020), calendar_year(2019)) == ("令和2年度", "令和元年")


@given(st.dates(date(1868, 10, 23), date(2100, 1, 1)))
def test_a_whole_date_reads_as_the_day_it_is(day: date) -> None:
    text = day.isoformat()

    assert registered(text) == wareki(day)
    assert registered_dates.earliest(text) == registered_dates.latest(text) == day
    assert registered_dates.is_exact(text)


@given(st.text("0123456789X-~", max_size=11))
def test_anything_else_is_no_date_or_a_span_in_order(text: str) -> None:
    found = registered_dates.parts(text)
    if found is not None and found[0]:
        first, last = registered_dates.earliest(text), registered_dates.latest(text)
        assert first is not None
        assert last is not None
        assert first <= last


def test_every_file_of_people_and_registers_is_right() -> None:
    files = [*people.FOLDER.glob("*.toml"), *people.FOLDER.glob("koseki/*.toml")]

    done = RUN.invoke(app, ["check", *map(str, files)])
    assert (done.exit_code, done.output) == (0, "")


def test_a_member_alone_is_checked_with_the_household() -> None:
    assert RUN.invoke(app, ["check", str(people.FOLDER / "jiro.toml")]).exit_code == 0


def test_every_form_of_a_municipality_can_be_looked_at(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["preview", "012351", str(tmp_path / "out"), "--at", "2026-04-06T10:00:00"])

    assert done.exit_code == 0, done.output
    drawn = sorted((tmp_path / "out").glob("*.png"))
    assert [str(path) for path in drawn] == sorted(done.output.split())
    for kind in ("residence_copy", "seal", "tax", "koseki_whole", "koseki_person", "koseki_address"):
        assert any(kind in path.name for path in drawn)
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in drawn)


def test_a_municipality_that_is_not_there_cannot_be_looked_at(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["preview", "999999", str(tmp_path)])

    assert done.exit_code == 2
    assert "no such municipality" in done.output
