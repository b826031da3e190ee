"""The shop's own hours: a terminal is closed with its store, whatever the municipality says."""

from datetime import time

import pytest

from municipality_client import messages as m
from municipality_client.centre.handle import Centre
from tests.municipality_client.desk import ISHIKARI, OHIRA, Desk, at, refused


def service(desk: Desk) -> m.ServiceStatus:
    listing = desk.client.municipalities()
    assert isinstance(listing, m.Municipalities)
    return listing.service


@pytest.mark.proves("I-15", "O-06", "E-25")
@pytest.mark.parametrize("code", [ISHIKARI, OHIRA])
def test_a_closed_store_closes_its_terminal_and_no_other(centre: Centre, desk: Desk, code: str) -> None:
    centre.registers.store_hours("T00001", time(8), time(21))

    desk.clock.at = at("2026-04-06T21:00:00")
    assert service(desk) == m.ServiceStatus(False, "E-25", m.Hours("08:00", "21:00"), at("2026-04-07T08:00:00"))
    assert refused(desk.client.challenge("r1", code), "E-25")
    assert isinstance(Desk(centre, desk.clock, "T00002").client.challenge("r2", code), m.Challenge)
    desk.clock.at = at("2026-04-07T08:00:00")
    assert service(desk).open
    assert isinstance(desk.client.challenge("r3", code), m.Challenge)


@pytest.mark.proves("E-22", "I-15")
def test_outside_both_the_services_hours_are_the_reason(centre: Centre, desk: Desk) -> None:
    centre.registers.store_hours("T00001", time(8), time(21))
    desk.clock.at = at("2026-04-06T23:30:00")

    assert service(desk).code == "E-22"
    assert service(desk).opens_at == at("2026-04-07T08:00:00")
