"""Days and hours bind whoever asks, also a kiosk with an old menu or a wrong clock: refused, with the reason."""

from datetime import datetime

import pytest

from municipality_client import messages as m
from municipality_client.centre.calendar import JST
from municipality_client.centre.handle import Centre
from municipality_client.centre.profiles import Service
from municipality_client.messages import Kind
from tests.municipality_client.applicant import Applicant
from tests.municipality_client.desk import ISHIKARI, OHIRA, Desk, at, refused

SPAN = {"from": "2026-05-01", "until": "2026-06-30"}
BEFORE, FIRST, LAST, AFTER = "2026-04-30", "2026-05-01", "2026-06-30", "2026-07-01"
REASONS = {BEFORE: "service-not-begun", AFTER: "service-ended"}


def reset(desk: Desk) -> object:
    """Have a reservation honoured, as the kiosk does for who has forgotten a PIN."""
    return desk.client.authorise_reset(desk.request_id(), "signature", desk.cert("taro"), bytes(16))


@pytest.mark.proves("E-22")
@pytest.mark.parametrize("day", [BEFORE, FIRST, LAST, AFTER])
@pytest.mark.parametrize("entry", ["issue", "registration", "pins"])
def test_what_the_menu_does_not_have_today_is_refused(centre: Centre, entry: str, day: str) -> None:
    centre.catalogue.announce(Service.model_validate({"id": entry, **SPAN}))
    applicant = Applicant(centre, "akio")
    desk, applicant.clock.at = applicant.desk, at(f"{day}T10:00:00")
    centre.registers.reserve_reset("taro", "signature", desk.clock())

    answers = {"issue": desk.open("taro"), "registration": applicant.open(), "pins": reset(desk)}

    found = {name: one.reason for name, one in answers.items() if isinstance(one, m.Refusal)}
    assert found == ({entry: REASONS[day]} if day in REASONS else {})
    assert {one.code for one in answers.values() if isinstance(one, m.Refusal)} <= {"E-22"}


@pytest.mark.proves("E-22", "E-23", "E-24", "fault-39")
@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("2026-04-06T06:29:59", "E-22"),
        ("2026-04-06T06:30:00", ""),
        ("2026-04-06T23:04:59", ""),  # begun before 23:00
        ("2026-04-06T23:05:00", "E-22"),
        ("2026-12-29T00:05:00", "E-23"),
        ("2026-05-10T17:35:00", "E-24"),
        ("2026-05-11T09:00:00", ""),
    ],
)
def test_a_pin_is_set_anew_within_hours_only(centre: Centre, moment: str, code: str) -> None:
    centre.registers.close(at("2026-05-10T17:30:00"), at("2026-05-11T09:00:00"))
    desk = Desk(centre)
    desk.clock.at = at(moment)
    centre.registers.reserve_reset("taro", "signature", desk.clock())

    answer = reset(desk)

    assert refused(answer, code) if code else isinstance(answer, m.ResetAuthorised)


@pytest.mark.proves("O-03", "O-04", "O-05", "O-07")
@pytest.mark.parametrize(
    ("moment", "kind", "code"),
    [
        ("2026-04-04T12:00:00", Kind.KOSEKI_WHOLE, "E-22"),  # a Saturday
        ("2026-04-29T12:00:00", Kind.KOSEKI_WHOLE, "E-22"),  # a holiday
        ("2026-04-06T17:15:00", Kind.KOSEKI_WHOLE, "E-22"),
        ("2026-04-06T17:14:59", Kind.KOSEKI_WHOLE, ""),
        ("2026-04-04T12:00:00", Kind.RESIDENCE_COPY, ""),
    ],
)
def test_an_order_outside_the_hours_of_its_kind_is_refused(desk: Desk, moment: str, kind: Kind, code: str) -> None:
    desk.clock.at = at(moment)
    offer = desk.offer("midori", OHIRA)
    request_id, raw = desk.order(offer, "midori", kind, municipality=OHIRA)

    answer = desk.client.place_order(request_id, offer.session, raw)

    assert refused(answer, code) if code else isinstance(answer, m.Issued)


@pytest.mark.proves("E-24", "F-20")
def test_a_closure_that_begins_between_offer_and_order_lets_who_began_finish(centre: Centre, desk: Desk) -> None:
    offer = desk.offer("taro")
    request_id, raw = desk.order(offer, "taro")
    desk.clock.wait(60)
    centre.registers.close(desk.clock(), datetime(2026, 4, 7, tzinfo=JST), ISHIKARI)

    assert isinstance(desk.client.place_order(request_id, offer.session, raw), m.Issued)
    assert refused(desk.open("hanako"), "E-24", "maintenance")
