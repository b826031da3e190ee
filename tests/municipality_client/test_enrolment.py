"""利用登録 at the centre: applied for, decided by clerk or by itself, bound to the card, void again."""

import hashlib
from datetime import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from municipality_client import cms, enrolment
from municipality_client import messages as m
from municipality_client.centre import examining
from municipality_client.centre.calendar import JST
from municipality_client.centre.clerk import Clerk
from municipality_client.centre.handle import Centre
from municipality_client.enrolment import Applied, EnrolmentState
from municipality_client.errors import BadProfile, ProtocolError
from tests.municipality_client.applicant import Applicant
from tests.municipality_client.desk import offered

FIFTH_BUSINESS_DAY = datetime(2026, 4, 13, 10, tzinfo=JST)
DAY_BEFORE = datetime(2026, 4, 12, 22, tzinfo=JST)


def koseki_code(one: Applicant) -> str:
    offer = one.desk.open(one.person, one.code, one.generation)
    assert isinstance(offer, m.Offer), offer
    return offered(offer, m.Kind.KOSEKI_WHOLE).code


@pytest.mark.proves("I-24", "I-30", "O-12", "O-40", "O-43", "E-39")
@pytest.mark.parametrize("person", ["akio", "kei"])
def test_an_application_is_approved_after_five_business_days_and_opens_the_family_register(
    centre: Centre, person: str
) -> None:
    one = Applicant(centre, person)
    assert one.ask().state is EnrolmentState.NONE
    assert koseki_code(one) == "E-39"

    applied = one.apply()
    assert isinstance(applied, Applied)
    assert applied.number == f"{one.code}-20260406-0001"
    assert applied.usable_on == FIFTH_BUSINESS_DAY.date()
    assert (one.ask().state, one.ask().number) == (EnrolmentState.PENDING, applied.number)

    one.clock.at = DAY_BEFORE
    assert (one.ask().state, koseki_code(one)) == (EnrolmentState.PENDING, "E-39")
    one.clock.at = FIFTH_BUSINESS_DAY
    assert koseki_code(one) == ""  # nobody has asked how it stands in between
    assert one.ask().state is EnrolmentState.APPROVED


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"honseki": "浜益区浜益11番地"}, enrolment.NO_SUCH_REGISTER),
        ({"honseki": "花川北一条一丁目10番地"}, enrolment.NO_SUCH_REGISTER),
        ({"hittosha": "石狩\u3000恵子"}, enrolment.NO_SUCH_REGISTER),
    ],
)
def test_what_does_not_agree_with_the_register_is_rejected_with_its_reason(
    centre: Centre, changes: dict[str, str], reason: str
) -> None:
    one = Applicant(centre, "akio")
    assert isinstance(one.apply(**changes), Applied)
    one.clock.at = FIFTH_BUSINESS_DAY

    assert (one.ask().state, one.ask().reason) == (EnrolmentState.REJECTED, reason)
    assert koseki_code(one) == "E-39"
    assert isinstance(one.apply(), Applied)  # and may apply again


@pytest.mark.parametrize("honseki", ["浜益区浜益１０番地", "浜益区浜益10", "浜益区浜益１０番", "浜益区 浜益 10番地"])
def test_a_domicile_may_be_written_in_several_ways(centre: Centre, honseki: str) -> None:
    one = Applicant(centre, "akio")
    one.apply(honseki=honseki)
    one.clock.at = FIFTH_BUSINESS_DAY

    assert one.ask().state is EnrolmentState.APPROVED


@pytest.mark.proves("V-1")
def test_who_lives_and_is_registered_here_needs_none(centre: Centre) -> None:
    one = Applicant(centre, "akio")
    one.person, one.code = "taro", "012351"

    assert one.ask().state is EnrolmentState.NOT_NEEDED
    refused = one.apply()
    assert isinstance(refused, m.Refusal)
    assert refused.code == "E-29"


def test_a_second_application_is_refused_while_the_first_waits(centre: Centre) -> None:
    one = Applicant(centre, "akio")
    one.apply()
    refused = one.apply()

    assert isinstance(refused, m.Refusal)
    assert refused.code == "E-29"


def test_the_same_application_again_is_answered_again_and_counts_once(centre: Centre) -> None:
    one = Applicant(centre, "akio")
    desk, (request_id, content) = one.ask(), one.application()
    signed = one.signed(content)
    first = one.desk.client.apply(request_id, desk.session, signed)

    assert one.desk.client.apply(request_id, desk.session, signed) == first
    assert len(list(Clerk(one.centre, one.code).queue(one.clock()))) == 1
    other = one.desk.client.apply(request_id, desk.session, one.signed(content + b"x"))
    assert isinstance(other, m.Refusal)
    assert other.reason == m.REQUEST_REUSED


@pytest.mark.proves("X-31")
def test_a_new_card_makes_a_waiting_application_void(centre: Centre) -> None:
    one = Applicant(centre, "akio")
    one.apply()
    one.centre.registers.link("akio", 1021102)
    one.generation = 1
    assert (one.ask().state, one.ask().reason) == (EnrolmentState.VOID, enrolment.CARD_RENEWED)

    one.clock.at = FIFTH_BUSINESS_DAY
    assert koseki_code(one) == "E-39"
    assert isinstance(one.apply(), Applied)
    lines = list(Clerk(one.centre, one.code).queue(one.clock()))
    assert [line.split("\t")[1] for line in lines] == ["void", "pending"]


@pytest.mark.proves("X-31")
def test_an_approval_does_not_outlive_the_card_or_the_register(centre: Centre) -> None:
    one = Applicant(centre, "haruka")
    assert one.ask().state is EnrolmentState.APPROVED
    one.centre.registers.link("haruka", 1020102)
    renewed = Applicant(one.centre, "haruka", generation=1)
    assert (renewed.ask().state, renewed.ask().reason) == (EnrolmentState.VOID, enrolment.CARD_RENEWED)

    two = Applicant(centre, "akio")
    two.apply()
    two.clock.at = FIFTH_BUSINESS_DAY
    assert two.ask().state is EnrolmentState.APPROVED
    two.centre.registers.transfer("012351", "akio", "北海道石狩市花川1番地")
    assert (two.ask().state, two.ask().reason) == (EnrolmentState.VOID, enrolment.REGISTER_CHANGED)
    assert koseki_code(two) == "E-39"


def test_who_signs_with_another_persons_key_is_not_in_the_register(centre: Centre) -> None:
    one = Applicant(centre, "akio")
    desk, (request_id, content) = one.ask(), one.application()
    stranger = Applicant(one.centre, "haruka")
    one.desk.client.apply(request_id, desk.session, stranger.signed(content))
    one.clock.at = FIFTH_BUSINESS_DAY

    assert (one.ask().state, one.ask().reason) == (EnrolmentState.REJECTED, enrolment.NOT_IN_REGISTER)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"terminal": "T00002"}, "E-43"),
        ({"municipality": "044245"}, "E-43"),
        ({"request_id": "other"}, "E-43"),
        ({"cert_sha256": bytes(32)}, "E-43"),
        ({"challenge": bytes(32)}, "E-43"),
    ],
)
def test_an_application_is_bound_to_terminal_town_request_card_and_challenge(
    centre: Centre, changes: dict[str, object], code: str
) -> None:
    refused = Applicant(centre, "akio").apply(**changes)

    assert isinstance(refused, m.Refusal)
    assert refused.code == code


def test_a_signature_that_is_not_the_certificates_is_refused(centre: Centre) -> None:
    one = Applicant(centre, "akio")
    desk, (request_id, content) = one.ask(), one.application()
    refused = one.desk.client.apply(request_id, desk.session, one.signed(content, signer="kei"))

    assert isinstance(refused, m.Refusal)
    assert (refused.code, refused.reason) == ("E-43", "signature-wrong")


def test_the_right_to_apply_orders_nothing_and_a_session_to_order_applies_for_nothing(centre: Centre) -> None:
    one = Applicant(centre, "haruka")
    desk = one.ask()
    offer = one.desk.offer("haruka", one.code)
    order_id, order = one.desk.order(offer, "haruka", m.Kind.KOSEKI_WHOLE)
    refused = one.desk.client.place_order(order_id, desk.session, order)
    assert isinstance(refused, m.Refusal)
    assert refused.reason == "session-used"
    request_id, content = one.application()
    refused_too = one.desk.client.apply(request_id, offer.session, one.signed(content))
    assert isinstance(refused_too, m.Refusal)
    assert refused_too.reason == "session-unknown"


def test_the_right_to_apply_ends(centre: Centre) -> None:
    one = Applicant(centre, "akio")
    desk = one.ask()
    one.clock.wait(41 * 60)
    request_id, content = one.application()
    late = one.desk.client.apply(request_id, desk.session, one.signed(content))
    assert isinstance(late, m.Refusal)
    assert late.reason == "session-expired"


def test_the_clerk_lists_and_approves(centre: Centre) -> None:
    one = Applicant(centre, "akio")
    one.apply()
    clerk = Clerk(one.centre, one.code)
    (line,) = clerk.queue(one.clock())
    assert one.honseki in line
    assert one.telephone in line
    clerk.approve(clerk.newest())
    assert koseki_code(one) == ""
    with pytest.raises(BadProfile, match="no application that waits"):
        clerk.approve(clerk.newest())


def test_the_clerk_rejects_with_a_reason(centre: Centre) -> None:
    one = Applicant(centre, "kei")
    one.apply()
    clerk = Clerk(centre, one.code)
    with pytest.raises(BadProfile, match="no such reason"):
        clerk.reject(clerk.newest(), "because")
    clerk.reject(clerk.newest(), enrolment.NOT_IN_REGISTER)
    assert (one.ask().state, one.ask().reason) == (EnrolmentState.REJECTED, enrolment.NOT_IN_REGISTER)


@given(st.binary(max_size=200))
def test_what_is_no_signed_document_is_refused(raw: bytes) -> None:
    with pytest.raises(ProtocolError):
        cms.read(raw)


def test_a_signed_document_has_one_form(centre: Centre) -> None:
    one = Applicant(centre, "akio")
    _, content = one.application()
    signed = one.signed(content)
    read = cms.read(signed)

    assert (read.content, read.cert) == (content, one.sign_cert())
    with pytest.raises(ProtocolError):
        cms.read(signed + b"\0")
    with pytest.raises(ProtocolError):
        cms.read(signed.replace(hashlib.sha256(content).digest(), bytes(32)))


def test_variants_of_a_character_are_the_same_name(centre: Centre) -> None:
    one = Applicant(centre, "akio")
    _, content = one.application(hittosha="髙橋\u3000斎子")
    application = enrolment.read_application(content)
    with one.centre.registers.books() as books:
        dossier = books.dossier("012351", "akio")
    assert dossier.koseki is not None
    named = msgspec.structs.replace(dossier.koseki, family_name="高橋", head="齋子")
    attributes = examining.attributes_of(one.sign_cert(), "1.2.392.200149.8.5.5")
    same = msgspec.structs.replace(dossier, koseki=named)
    member = same.member
    assert member is not None
    assert attributes[1] == member.name
    assert examining.objection(application, attributes, same, "石狩市") == ""
