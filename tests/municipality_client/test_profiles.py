"""Municipalities and people as data: what the pages state, and mistakes by file, line and field."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from municipality_client.centre import people, profiles, residents
from municipality_client.centre.profiles import Profile
from municipality_client.errors import BadProfile
from municipality_client.messages import Kind
from tests.municipality_client.desk import ISHIKARI, OHIRA

DAY = date(2026, 4, 6)


@pytest.fixture
def known() -> dict[str, Profile]:
    return profiles.load_all()


def fee(profile: Profile, kind: Kind) -> int | None:
    return profile.on(DAY).certificates[kind].fee


@pytest.mark.proves("I-38", "I-39", "I-40", "I-41", "I-42", "X-01")
def test_fees_of_ishikari(known: dict[str, Profile]) -> None:
    fees = {kind: fee(known[ISHIKARI], kind) for kind in known[ISHIKARI].certificates}

    assert fees == {
        Kind.RESIDENCE_COPY: 350,
        Kind.SEAL: 350,
        Kind.KOSEKI_WHOLE: 450,
        Kind.KOSEKI_PERSON: 450,
        Kind.KOSEKI_ADDRESS: 350,
        Kind.TAX: 350,
    }
    inferred = dict(profiles.inferred(known[ISHIKARI]))
    assert {place for place, reason in inferred.items() if reason == "X-01"} == {
        "certificates.seal.fee",
        "certificates.koseki_address.fee",
        "certificates.tax.fee",
    }


@pytest.mark.proves("O-29", "O-32", "O-34", "O-37", "O-41")
def test_fees_of_ohira(known: dict[str, Profile]) -> None:
    fees = {kind: fee(known[OHIRA], kind) for kind in known[OHIRA].certificates}

    assert fees == {
        Kind.RESIDENCE_COPY: 200,
        Kind.SEAL: 200,
        Kind.TAX: 200,
        Kind.KOSEKI_WHOLE: 450,
        Kind.KOSEKI_PERSON: 450,
        Kind.KOSEKI_ADDRESS: 200,
    }


@pytest.mark.proves("O-03", "O-04", "X-02")
def test_koseki_hours_of_ohira_are_inferred_office_hours(known: dict[str, Profile]) -> None:
    for kind in (Kind.KOSEKI_WHOLE, Kind.KOSEKI_ADDRESS):
        hours = known[OHIRA].certificates[kind].hours
        assert hours is not None
        assert (f"certificates.{kind}.hours", "X-02") in profiles.inferred(known[OHIRA])
        assert (f"{hours.opens:%H:%M}", f"{hours.closes:%H:%M}") == ("08:30", "17:15")
        assert hours.office_days
    assert known[OHIRA].certificates[Kind.TAX].hours is None


@pytest.mark.proves("I-01", "O-01")
def test_service_began(known: dict[str, Profile]) -> None:
    assert known[ISHIKARI].since == date(2017, 2, 6)
    assert known[OHIRA].since == date(2022, 1, 4)


def test_a_value_may_change_with_the_day(tmp_path: Path) -> None:
    changed = "fee = [{ value = 300, until = 2026-03-31 }, { value = 400, from = 2026-04-01 }]"
    profile = profiles.load(edited(tmp_path, "fee = 350  ", changed))
    days = (date(2026, 3, 31), date(2026, 4, 1))

    assert [profile.on(day).certificates[Kind.RESIDENCE_COPY].fee for day in days] == [300, 400]


def edited(folder: Path, old: str, new: str) -> Path:
    text = (profiles.FOLDER / "012351-ishikari.toml").read_text(encoding="utf-8")
    assert old in text
    path = folder / "012351-ishikari.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('code = "012351"', 'code = "012352"', "code"),
        ("fee = 450", 'fee = "450"', "certificates.koseki_whole.fee"),
        ('opens = "06:30"', 'opens = "23:30"', "hours"),
        ('reason = "X-06"', 'reasons = "X-06"', "min_age"),
        ('reason = "X-06"', 'reason = ""', "min_age"),
        ('kana = "いしかりし"', 'kana = "石狩市"', "kana"),
        ("[certificates.seal]", "[certificates.stamp]", "certificates.stamp"),
        ("seal_width_mm = 24.0", "seal_width_mm = 25.5", "mayor.seal_width_mm"),
        ("fee = 450", "fee = 455", "certificates.koseki_whole.fee"),
        ("fee = 450", "fee = { value = 450, from = 2026-05-01 }", "certificates.koseki_whole.fee"),
        ("fee = 450", "fee = { value = 450, until = 2026-05-01 }", "certificates.koseki_whole.fee"),
        ("fee = 450", "fee = { value = 450, from = 2026-05-02, until = 2026-05-01 }", "certificates.koseki_whole.fee"),
        ("fee = 450", 'fee = { value = 450, source = "guess" }', "certificates.koseki_whole.fee"),
        ("fee = 450", 'fee = 450\nhours = { opens = "06:00", closes = "12:00" }', "certificates.koseki_whole.hours"),
        ("maintenance = []", "maintenance = [{ from = 2026-05-01T00:00:00, until = 2026-05-02T00:00:00 }]", "closed"),
        ('{ id = "relation" },', '{ id = "relation" }, { id = "resident_code" },', "certificates.residence_copy.items"),
        ('"resident_code", "removed"', '"resident_code", "my_number", "removed"', "certificates.residence_copy"),
        ('year_end = ["12-29", "01-03"]', 'year_end = ["12-29"]', "closed.year_end"),
        ("from = 2025-06-24, source", "from = 2025-06-24, sauce", "phone.notes.7"),
    ],
)
def test_a_mistake_is_named_by_line_and_field(tmp_path: Path, old: str, new: str, field: str) -> None:
    path = edited(tmp_path, old, new)
    lines = path.read_text(encoding="utf-8").splitlines()

    with pytest.raises(BadProfile) as caught:
        profiles.load(path)

    first = str(caught.value).splitlines()[0]
    name, line, rest = first.split(":", 2)
    assert name == str(path)
    assert rest.strip().startswith(field)
    assert 1 <= int(line) <= len(lines)


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    path = edited(tmp_path, "fee = 350  ", "fee = -1  ")
    path.write_text(path.read_text(encoding="utf-8").replace('refund = "none"', 'refund = "some"'), encoding="utf-8")

    with pytest.raises(BadProfile) as caught:
        profiles.load(path)

    assert len(str(caught.value).splitlines()) >= 2


def test_numbers_of_people_have_their_check_digits() -> None:
    for entry in people.load_all():
        resident = entry.resident
        assert people.check_digit(resident.my_number[:-1]) == resident.my_number[-1]
        assert people.check_digit(resident.resident_code[:-1]) == resident.resident_code[-1]


def test_a_wrong_check_digit_is_a_mistake_of_the_file_that_quotes_no_number(tmp_path: Path) -> None:
    text = (people.FOLDER / "hanako.toml").read_text(encoding="utf-8")
    path = tmp_path / "hanako.toml"
    path.write_text(text.replace('my_number = "2', 'my_number = "3'), encoding="utf-8")

    with pytest.raises(BadProfile) as caught:
        people.read(path)

    assert "register.my_number" in str(caught.value)
    assert "003004005" not in str(caught.value)


@pytest.mark.proves("S-13")
def test_names_are_shortened() -> None:
    names = {entry.resident.id: residents.shortened(entry.resident) for entry in people.load_all()}

    assert names["taro"] == "石○ 太○"
    assert names["midori"] == "大○ み○○"
    assert names["makoto"] == "大○ ○"


def test_the_age_is_reached_on_the_birthday() -> None:
    jiro = next(entry.resident for entry in people.load_all() if entry.resident.id == "jiro")

    assert (residents.age(jiro.birthday, date(2030, 5, 4)), residents.age(jiro.birthday, date(2030, 5, 5))) == (14, 15)


def test_what_is_wrong_on_one_day_only_is_found_at_its_line(tmp_path: Path) -> None:
    path = edited(
        tmp_path, "fee = 450", "fee = [{ value = 450, until = 2030-03-31 }, { value = -1, from = 2030-04-01 }]"
    )

    with pytest.raises(BadProfile, match=r"certificates\.koseki_whole\.fee") as caught:
        profiles.load(path)
    line = int(str(caught.value).split(":")[1])
    assert "fee = [{ value = 450" in path.read_text(encoding="utf-8").splitlines()[line - 1]


@given(st.dates(date(2017, 2, 6), date(2040, 1, 1)))
def test_there_is_one_profile_for_every_day_of_service(day: date) -> None:
    for profile in profiles.load_all().values():
        today = profile.on(day)
        assert today.code == profile.code
        assert today == today.on(day) == profile.on(day)
        assert all(terms.fee > 0 for terms in today.certificates.values())


@pytest.mark.proves("X-18", "I-92", "X-20")
def test_lists_drop_what_does_not_hold_and_keep_the_rest(known: dict[str, Profile]) -> None:
    before, after = (known[ISHIKARI].on(day).phone.notes for day in (date(2025, 6, 23), date(2025, 6, 24)))

    assert len(before) == len(after)
    assert [one for one in before if one not in after] == ["使える機種は、Androidの一部です。iPhoneは未定です。"]


@pytest.mark.proves("I-54", "X-33", "I-81", "O-48", "X-26")
def test_paper_and_refund(known: dict[str, Profile]) -> None:
    assert {(one.paper, one.refund) for one in known.values()} == {("A4", "none")}
    assert ("paper", "X-33") in profiles.inferred(known[OHIRA])
    assert known[ISHIKARI].certificates[Kind.SEAL].window_paper == "A5"
