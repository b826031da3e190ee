"""What leaves the centre beside pages: nothing that names anybody or gives protected facts away."""

from datetime import date

import msgspec
import pytest

from card import people as card_people
from municipality_client import messages as m
from municipality_client import wire
from municipality_client.centre import people
from municipality_client.centre.handle import Centre
from municipality_client.centre.residents import Resident
from municipality_client.client import CentreClient
from municipality_client.messages import Kind
from tests.municipality_client.desk import ISHIKARI, MONDAY, Desk

EVERYBODY = [entry.resident for entry in people.load_all()]


def secrets(resident: Resident) -> list[str]:
    """What must not leave: everything of a person that is longer than a character."""
    return [
        resident.id,
        resident.given_name if len(resident.given_name) > 1 else resident.name,
        resident.kana,
        resident.address,
        resident.my_number,
        resident.resident_code,
        resident.birthday.isoformat(),
    ]


@pytest.fixture
def heard(centre: Centre) -> tuple[Desk, list[wire.Response]]:
    """A terminal whose every answer is kept."""
    answers: list[wire.Response] = []

    def send(request: wire.Request) -> wire.Response:
        answers.append(centre.respond(request, "T00001", MONDAY))
        return answers[-1]

    return Desk(centre, client=CentreClient(send, "T00001")), answers


@pytest.mark.proves("E-33", "I-64", "O-56")
def test_offers_and_refusals_name_nobody(heard: tuple[Desk, list[wire.Response]]) -> None:
    desk, answers = heard
    for resident in (one for one in EVERYBODY if one.id in card_people.ids()):
        for kind in (Kind.RESIDENCE_COPY, Kind.SEAL):
            offer = desk.open(resident.id)
            if isinstance(offer, m.Offer):
                request_id, raw = desk.order(offer, resident.id, kind, persons=("0123456789abcdef",))
                desk.client.place_order(request_id, offer.session, raw)

    said = b"\n".join(answer.body for answer in answers).decode()
    assert {answer.status for answer in answers} >= {200, 403, 404, 422}
    for resident in EVERYBODY:
        for secret in secrets(resident):
            assert secret not in said


def test_protected_and_unknown_take_the_same_bytes(centre: Centre, heard: tuple[Desk, list[wire.Response]]) -> None:
    desk, answers = heard
    desk.open("akari")
    centre.registers.leave(ISHIKARI, "kyoko")
    desk.open("kyoko")

    refusals = [answer for answer in answers if answer.status != 200]
    assert len(refusals) == 2
    assert refusals[0] == refusals[1]


def test_other_names_of_equal_length_give_answers_of_equal_bytes_but_for_shortened_names(centre: Centre) -> None:
    """With the same chance, nothing but the first characters of names depends on who somebody is."""
    first = Desk(centre).offer("taro")
    centre.registers.change(
        ISHIKARI,
        "taro",
        lambda one: msgspec.structs.replace(
            one, given_name="太一", address=one.address[::-1], birthday=date(1981, 3, 18), my_number=one.my_number[::-1]
        ),
    )
    second = Desk(centre).offer("taro")

    for before, after in zip(first.kinds, second.kinds, strict=True):
        hidden = [tuple((p.display_name, p.relation, p.is_self) for p in kind.persons) for kind in (before, after)]
        assert hidden[0] == hidden[1]
        assert (before.fee, before.items, before.code) == (after.fee, after.items, after.code)
