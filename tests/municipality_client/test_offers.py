"""Authentication and what is offered: the card's public-key certificate, the person, the municipality."""

from datetime import timedelta

import pytest

from card import authority
from municipality_client import messages as m
from municipality_client.centre.handle import Centre
from municipality_client.messages import Kind, PersonChoice
from tests.municipality_client.desk import (
    ISHIKARI,
    MONDAY,
    OHIRA,
    Desk,
    at,
    card_signature,
    offered,
    refused,
)


@pytest.mark.proves("I-16", "I-39", "I-56", "I-18")
def test_a_householder_is_offered_the_household(desk: Desk) -> None:
    offer = desk.offer("taro")
    copy = offered(offer, Kind.RESIDENCE_COPY)

    assert offer.holder == "石○ 太○"
    assert (copy.fee, copy.available, copy.person_choice) == (350, True, PersonChoice.HOUSEHOLD)
    assert [(p.display_name, p.relation, p.is_self) for p in copy.persons] == [
        ("石○ 太○", "世帯主", True),
        ("石○ 花○", "妻", False),
        ("石○ 次○", "子", False),
    ]
    assert [(one.id, one.default, one.warning) for one in copy.items] == [
        ("relation", False, False),
        ("honseki", False, False),
        ("my_number", False, True),
    ]


@pytest.mark.proves("O-30", "O-31", "O-29", "X-04", "X-05")
def test_ohira_never_offers_the_number(desk: Desk) -> None:
    copy = desk.kind("midori", Kind.RESIDENCE_COPY)

    assert copy.fee == 200
    assert [one.id for one in copy.items] == ["relation", "honseki"]
    assert [p.display_name for p in copy.persons] == ["大○ み○○", "大○ ○"]


@pytest.mark.proves("O-31")
def test_ohira_refuses_an_order_for_the_number(desk: Desk) -> None:
    assert refused(desk.place("midori", items=("my_number",)), "E-99", "order-not-offered")


@pytest.mark.proves("I-20", "O-33", "I-40", "O-32")
@pytest.mark.parametrize(("person", "fee", "name"), [("taro", 350, "印鑑登録証明書"), ("midori", 200, "印鑑証明書")])
def test_the_seal_certificate_is_for_its_holder_alone(desk: Desk, person: str, fee: int, name: str) -> None:
    seal = desk.kind(person, Kind.SEAL)

    assert (seal.name, seal.fee, seal.available, seal.person_choice) == (name, fee, True, PersonChoice.SELF)
    assert [p.is_self for p in seal.persons] == [True]
    assert seal.items == ()


@pytest.mark.proves("I-21", "E-34")
def test_without_a_registered_seal_there_is_no_seal_certificate(desk: Desk) -> None:
    seal = desk.kind("hanako", Kind.SEAL)

    assert (seal.available, seal.code) == (False, "E-34")
    assert refused(desk.place("hanako", Kind.SEAL), "E-34")
    assert desk.kind("hanako", Kind.RESIDENCE_COPY).available


@pytest.mark.proves("F-05", "E-34", "fault-37")
def test_a_revoked_seal_stops_an_order_that_was_offered(centre: Centre, desk: Desk) -> None:
    offer = desk.offer("taro")
    centre.registers.revoke_seal(ISHIKARI, "taro")

    request_id, raw = desk.order(offer, "taro", Kind.SEAL)
    assert refused(desk.client.place_order(request_id, offer.session, raw), "E-34")


@pytest.mark.proves("E-31", "O-10", "X-06")
def test_under_fifteen_gets_nothing(desk: Desk) -> None:
    assert refused(desk.open("jiro"), "E-31")
    desk.clock.at = at("2030-05-04T12:00:00")
    assert refused(desk.open("jiro"), "E-31")
    desk.clock.at = at("2030-05-05T12:00:00")
    assert isinstance(desk.open("jiro"), m.Offer)


@pytest.mark.proves("E-33", "E-30", "X-15")
def test_protective_measures_look_like_not_found(centre: Centre, desk: Desk) -> None:
    protected = desk.open("akari")
    unknown = desk.open("taro", OHIRA)

    assert refused(protected, "E-30")
    assert protected == unknown
    centre.registers.protect(ISHIKARI, "hanako")
    assert desk.open("taro") == unknown


@pytest.mark.proves("E-32", "X-15")
def test_a_household_about_to_move_out_gets_no_residence_copy_and_no_reason(desk: Desk) -> None:
    copy = desk.kind("satoru", Kind.RESIDENCE_COPY)

    assert (copy.available, copy.code) == (False, "E-30")
    assert refused(desk.place("satoru"), "E-30")


@pytest.mark.proves("I-19", "I-70", "E-30")
def test_who_has_moved_out_is_not_found(centre: Centre, desk: Desk) -> None:
    centre.registers.leave(ISHIKARI, "kyoko")

    assert refused(desk.open("kyoko"), "E-30")


@pytest.mark.proves("I-12", "I-76", "O-49", "E-30")
def test_a_new_card_works_when_the_register_knows_it_and_the_lag_is_over(centre: Centre, desk: Desk) -> None:
    assert refused(desk.open("taro", generation=1), "E-30")

    centre.registers.link("taro", 1000102, MONDAY.date())
    assert refused(desk.open("taro", generation=1), "E-30")
    desk.clock.at = at("2026-04-07T06:30:00")
    assert isinstance(desk.open("taro", generation=1), m.Offer)
    assert isinstance(desk.open("taro"), m.Offer)


def test_the_kth_new_card_of_one_person_is_nobody_elses(centre: Centre, desk: Desk) -> None:
    for generation in range(1, 50):
        assert refused(desk.open("taro", generation=generation), "E-30")


@pytest.mark.proves("E-20")
@pytest.mark.parametrize("code", ["131016", "999999"])
def test_a_municipality_that_takes_no_part(desk: Desk, code: str) -> None:
    assert refused(desk.client.challenge("r1", code), "E-20")
    assert refused(desk.client.municipality(code), "E-20")


def test_nobody_takes_part_before_the_service_began(desk: Desk) -> None:
    desk.clock.at = at("2021-06-01T12:00:00")

    listing = desk.client.municipalities()
    assert isinstance(listing, m.Municipalities)
    assert [one.code for one in listing.municipalities] == [ISHIKARI]


@pytest.mark.proves("I-10", "O-46", "I-68", "O-57", "I-75", "I-55")
def test_what_the_kiosk_shows_of_a_municipality_comes_from_its_file(desk: Desk) -> None:
    ishikari, ohira = desk.client.municipality(ISHIKARI), desk.client.municipality(OHIRA)
    assert isinstance(ishikari, m.Municipality)
    assert isinstance(ohira, m.Municipality)

    assert any("市民課" in line for line in ishikari.unlock)
    assert any("住民生活課" in line for line in ohira.unlock)
    assert ishikari.forget_alert == m.ForgetAlert(("card",), ("screen", "voice"))
    assert ohira.forget_alert == m.ForgetAlert(("card", "certificate", "others"), ("screen", "voice", "alarm"))
    assert ishikari.window == ("市民課", "厚田支所 市民福祉課", "浜益支所 市民福祉課")
    assert any("A5" in note and "A4" in note for note in ishikari.notes)
    fees = {one.kind: one.fee for one in ohira.kinds}
    assert fees == {
        Kind.RESIDENCE_COPY: 200,
        Kind.SEAL: 200,
        Kind.TAX: 200,
        Kind.KOSEKI_WHOLE: 450,
        Kind.KOSEKI_PERSON: 450,
        Kind.KOSEKI_ADDRESS: 200,
    }


# The public-key certificate and the challenge


@pytest.mark.proves("fault-12", "fault-13")
def test_certificates_that_are_not_good(desk: Desk) -> None:
    year, cert = timedelta(days=366), desk.cert("taro")

    assert refused(desk.open("yoso"), "E-02")
    assert refused(desk.open("taro", cert=b"\x30\x82"), "E-16")
    assert refused(desk.open("taro", cert=cert[:-5]), "E-16")
    signature_cert = authority.issue_signature_cert("taro", 0, MONDAY)
    assert signature_cert is not None
    assert refused(desk.open("taro", cert=signature_cert), "E-02")
    desk.clock.at = MONDAY + 5 * year
    assert refused(desk.open("taro", cert=cert), "E-13")
    desk.clock.at = MONDAY - 2 * year
    assert refused(desk.open("taro", cert=cert), "E-13")


@pytest.mark.proves("fault-12")
def test_a_certificate_changed_by_one_bit_is_not_good(desk: Desk) -> None:
    cert = bytearray(desk.cert("taro"))
    cert[-1] ^= 1

    answer = desk.open("taro", cert=bytes(cert))
    assert isinstance(answer, m.Refusal)
    assert answer.code in {"E-02", "E-16"}


@pytest.mark.proves("fault-12")
def test_signatures_that_are_not_the_answer(desk: Desk) -> None:
    old = card_signature("taro", bytes(32))

    assert refused(desk.open("taro", sign=lambda _digest: old), "E-43", "signature-wrong")
    assert refused(desk.open("taro", sign=lambda digest: card_signature("hanako", digest)), "E-43")
    assert refused(desk.open("taro", sign=lambda _digest: b""), "E-43")
    assert refused(desk.open("taro", cert=desk.cert("hanako")), "E-43")


@pytest.mark.proves("fault-12")
def test_a_challenge_is_good_once_for_a_minute_for_one_terminal(centre: Centre, desk: Desk) -> None:
    def answer(challenge: m.Challenge, at_desk: Desk, code: str = ISHIKARI) -> m.Offer | m.Refusal:
        signature = card_signature("taro", at_desk.client.digest(challenge, code))
        cert = desk.cert("taro")
        return at_desk.client.open_session(challenge.request_id, code, challenge.challenge, cert, signature)

    def fresh() -> m.Challenge:
        challenge = desk.client.challenge(desk.request_id(), ISHIKARI)
        assert isinstance(challenge, m.Challenge)
        return challenge

    once = fresh()
    assert isinstance(answer(once, desk), m.Offer)
    assert refused(answer(once, desk), "E-43", "challenge-unknown")
    assert refused(answer(fresh(), Desk(centre, desk.clock, "T00002")), "E-43", "challenge-unknown")
    assert refused(answer(fresh(), desk, OHIRA), "E-43", "challenge-unknown")
    late = fresh()
    desk.clock.wait(61)
    assert refused(answer(late, desk), "E-70", "challenge-expired")
    made_up = m.Challenge("r", bytes(32), desk.clock())
    assert refused(answer(made_up, desk), "E-43", "challenge-unknown")


def test_a_refused_answer_uses_the_challenge_up(desk: Desk) -> None:
    challenge = desk.client.challenge("r1", ISHIKARI)
    assert isinstance(challenge, m.Challenge)
    digest = desk.client.digest(challenge, ISHIKARI)
    open_session, cert = desk.client.open_session, desk.cert("taro")

    assert refused(open_session("r1", ISHIKARI, challenge.challenge, cert, b"x"), "E-43", "signature-wrong")
    good = card_signature("taro", digest)
    assert refused(open_session("r1", ISHIKARI, challenge.challenge, cert, good), "E-43", "challenge-unknown")


def test_handles_say_nothing_and_change_with_the_session(desk: Desk) -> None:
    first, second = desk.kind("taro", Kind.RESIDENCE_COPY), desk.kind("taro", Kind.RESIDENCE_COPY)

    handles = {person.handle for kind in (first, second) for person in kind.persons}
    assert len(handles) == 6
