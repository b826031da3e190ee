"""Service hours, closed days and lags, to the second and whatever the time zone."""

import os
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from municipality_client import messages as m
from municipality_client.centre import calendar, profiles, rules
from municipality_client.centre.calendar import Timetable
from municipality_client.centre.handle import Centre
from municipality_client.centre.profiles import Closed, Maintenance, Service
from municipality_client.messages import Kind
from tests.municipality_client.desk import ISHIKARI, OHIRA, Desk, at, refused

MOMENTS = st.integers(0, 3 * 365 * 86_400).map(lambda seconds: at("2026-01-01T00:00:00") + timedelta(seconds=seconds))


def table(code: str = ISHIKARI, kind: Kind | None = None) -> Timetable:
    profile = profiles.load_all()[code]
    whole = calendar.timetable(profiles.national(), profile)
    if kind is None:
        return whole
    hours = profile.certificates[kind].hours
    return calendar.for_kind(whole, kind, hours)


@pytest.mark.proves("I-13", "I-14", "O-03", "O-05", "fault-39", "E-22")
@pytest.mark.parametrize("code", [ISHIKARI, OHIRA])
@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-04-06T06:29:59", "E-22"),
        ("2026-04-06T06:30:00", ""),
        ("2026-04-05T12:00:00", ""),
        ("2026-04-06T22:59:59", ""),
        ("2026-04-06T23:00:00", "E-22"),
        ("2026-12-28T22:59:59", ""),
        ("2026-12-28T23:00:00", "E-22"),
        ("2026-12-29T00:00:00", "E-23"),
        ("2026-12-31T12:00:00", "E-23"),
        ("2027-01-03T23:59:59", "E-23"),
        ("2027-01-04T00:00:00", "E-22"),
        ("2027-01-04T06:30:00", ""),
        ("2028-02-29T12:00:00", ""),
    ],
)
def test_open_or_why_not(code: str, moment: str, expected: str) -> None:
    assert table(code).code(at(moment)) == expected


@pytest.mark.proves("O-04", "X-02", "X-03")
@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-04-06T08:29:59", "E-22"),
        ("2026-04-06T08:30:00", ""),
        ("2026-04-06T17:14:59", ""),
        ("2026-04-06T17:15:00", "E-22"),
        ("2026-04-04T12:00:00", "E-22"),
        ("2026-04-29T12:00:00", "E-22"),
        ("2026-12-29T12:00:00", "E-23"),
    ],
)
def test_koseki_of_ohira_keeps_office_hours(moment: str, expected: str) -> None:
    assert table(OHIRA, Kind.KOSEKI_WHOLE).code(at(moment)) == expected
    assert table(ISHIKARI, Kind.KOSEKI_WHOLE).code(at("2026-04-04T22:00:00")) == ""


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati", "UTC"])
def test_the_zone_of_machine_and_clock_does_not_matter(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setitem(os.environ, "TZ", zone)
    time.tzset()
    try:
        moment = at("2026-12-29T00:00:00")
        assert table().code(moment.astimezone(ZoneInfo(zone))) == "E-23"
        assert table().code((moment - timedelta(hours=1, seconds=1)).astimezone(UTC)) == ""
    finally:
        monkeypatch.undo()
        time.tzset()


@given(MOMENTS)
def test_the_promised_opening_is_open_and_nothing_before_it_is(moment: datetime) -> None:
    opening = table().opening(moment)

    assert opening.open == (opening.opens_at is None)
    if opening.opens_at is not None:
        assert opening.opens_at > moment
        assert table().code(opening.opens_at) == ""
        assert table().code(opening.opens_at - timedelta(seconds=1)) != ""


@pytest.mark.proves("O-07", "E-24")
def test_maintenance_closes_from_its_start_to_its_end() -> None:
    pause = Maintenance.model_validate({"from": at("2026-05-10T17:30:00"), "until": at("2026-05-11T09:00:00")})
    closed = calendar.timetable(profiles.national(), profiles.load_all()[ISHIKARI], Closed(maintenance=(pause,)))

    assert closed.code(at("2026-05-10T17:29:59")) == ""
    assert closed.opening(at("2026-05-10T18:00:00")) == calendar.Opening("E-24", at("2026-05-11T09:00:00"))
    assert closed.code(at("2026-05-11T09:00:00")) == ""


def test_maintenance_of_one_kind_leaves_the_others() -> None:
    pause = Maintenance.model_validate(
        {"from": at("2026-05-10T10:00:00"), "until": at("2026-05-10T12:00:00"), "kinds": ["tax"]}
    )
    whole = calendar.timetable(profiles.national(), profiles.load_all()[ISHIKARI], Closed(maintenance=(pause,)))
    moment = at("2026-05-10T11:00:00")

    assert whole.code(moment) == ""
    assert calendar.for_kind(whole, Kind.TAX, None).code(moment) == "E-24"
    assert calendar.for_kind(whole, Kind.SEAL, None).code(moment) == ""


@pytest.mark.proves("I-76", "I-78", "O-49", "X-10")
def test_a_new_card_is_known_the_next_business_day_or_the_next_day() -> None:
    lags = profiles.load_all()

    friday, before_holidays = date(2026, 4, 3), date(2026, 5, 1)
    assert rules.usable_from(lags[ISHIKARI], friday) == date(2026, 4, 6)
    assert rules.usable_from(lags[ISHIKARI], before_holidays) == date(2026, 5, 7)
    assert rules.usable_from(lags[ISHIKARI], date(2026, 12, 28)) == date(2027, 1, 4)
    assert rules.usable_from(lags[OHIRA], friday) == date(2026, 4, 4)


@pytest.mark.proves("fault-39", "E-22", "E-23")
@pytest.mark.parametrize(
    ("moment", "code"),
    [("2026-04-06T23:00:00", "E-22"), ("2026-12-29T10:00:00", "E-23"), ("2026-04-06T06:00:00", "E-22")],
)
def test_no_challenge_outside_hours_so_nobody_enters_a_pin(desk: Desk, moment: str, code: str) -> None:
    desk.clock.at = at(moment)

    assert refused(desk.client.challenge("r1", ISHIKARI), code)
    listing = desk.client.municipalities()
    assert isinstance(listing, m.Municipalities)
    assert (listing.service.open, listing.service.code) == (False, code)
    assert [one.code for one in listing.municipalities] == [ISHIKARI, OHIRA]


@pytest.mark.parametrize(
    ("day", "had", "elsewhen"),
    [
        ("2026-04-30", False, (m.Elsewhen("pins", begins=date(2026, 5, 1)),)),
        ("2026-05-01", True, ()),
        ("2026-06-30", True, ()),
        ("2026-07-01", False, (m.Elsewhen("pins", ended=date(2026, 6, 30)),)),
    ],
)
def test_an_entry_of_the_menu_is_there_from_its_first_day_to_its_last(
    centre: Centre, desk: Desk, day: str, had: bool, elsewhen: tuple[m.Elsewhen, ...]
) -> None:
    centre.catalogue.announce(Service.model_validate({"id": "pins", "from": "2026-05-01", "until": "2026-06-30"}))
    desk.clock.at = at(f"{day}T10:00:00")

    listing = desk.client.municipalities()

    assert isinstance(listing, m.Municipalities)
    assert ("pins" in listing.services) == had
    assert tuple(one for one in listing.elsewhen if one.id == "pins") == elsewhen


@pytest.mark.proves("fault-39")
def test_who_began_a_second_before_closing_may_finish(desk: Desk) -> None:
    desk.clock.at = at("2026-04-06T22:59:59")
    challenge = desk.client.challenge("r1", ISHIKARI)
    assert isinstance(challenge, m.Challenge)

    desk.clock.wait(-0.5)
    offer = desk.offer("taro")
    desk.clock.wait(240)
    request_id, raw = desk.order(offer, "taro")
    assert isinstance(desk.client.place_order(request_id, offer.session, raw), m.Issued)
    assert refused(desk.client.challenge("r9", ISHIKARI), "E-22")


@pytest.mark.proves("E-24", "O-07")
def test_the_bench_closes_one_municipality_or_all(centre: Centre, desk: Desk) -> None:
    centre.registers.close(at("2026-04-06T09:00:00"), at("2026-04-06T11:00:00"), OHIRA)

    assert refused(desk.client.challenge("r1", OHIRA), "E-24")
    assert isinstance(desk.client.challenge("r2", ISHIKARI), m.Challenge)
    centre.registers.close(at("2026-04-06T09:00:00"), at("2026-04-06T11:00:00"))
    assert refused(desk.client.challenge("r3", ISHIKARI), "E-24")
    desk.clock.at = at("2026-04-06T11:00:00")
    assert isinstance(desk.client.challenge("r4", OHIRA), m.Challenge)
