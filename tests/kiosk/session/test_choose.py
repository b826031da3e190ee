"""S-09 … S-13 for kinds with years, papers and registers: what is asked, what is ordered, and the way back."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from kiosk.session.buttons import Button
from kiosk.session.choose import Question, question
from kiosk.session.states import Step
from municipality_client.messages import Kind, OfferedKind, OfferedVariant, OfferedYear, PersonChoice
from tests.kiosk.session.visit import OFFER, PEOPLE, Visit, at, offered

PAPERS = (
    OfferedVariant("taxed", "課税証明書"),
    OfferedVariant("untaxed", "非課税証明書", False, "not-this-year"),
    OfferedVariant("income", "所得証明書"),
)
YEARS = (
    OfferedYear(2025, "令和7年度", True, "", PAPERS),
    OfferedYear(2024, "令和6年度", False, "E-36"),
    OfferedYear(2023, "令和5年度", True, "", PAPERS),
)


def tax(years: tuple[OfferedYear, ...]) -> OfferedKind:
    """A tax certificate with these years."""
    return changed(offered(Kind.TAX, "課税・非課税・所得証明書", PersonChoice.SELF), years=years)


def register(kind: Kind, choice: PersonChoice) -> OfferedKind:
    """A certificate of a family register of three."""
    return changed(offered(kind, "戸籍", choice), persons=PEOPLE)


def choosing(kind: OfferedKind) -> Visit:
    """A visit that has just touched the only kind there is."""
    visit = at(Step.KIND)
    visit.session = replace(visit.session, offer=changed(OFFER, kinds=(kind,)))
    visit.touch(Button.KIND, kind.kind)
    return visit


@pytest.mark.proves("O-36", "X-30", "S-10")
def test_year_then_paper_then_copies() -> None:
    visit = choosing(tax(YEARS))

    assert (visit.step, question(visit.session)) == (Step.PERSONS, Question.YEAR)
    visit.touch(Button.YEAR, "2025")
    assert (visit.step, question(visit.session)) == (Step.PERSONS, Question.VARIANT)
    visit.touch(Button.VARIANT, "income")
    assert visit.step is Step.COPIES
    visit.to(Step.PREPARING)
    order = visit.place_order()
    assert (order.year, order.variant, order.persons) == (2025, "income", (PEOPLE[0].handle,))


def test_what_is_greyed_cannot_be_chosen() -> None:
    visit = choosing(tax(YEARS))

    visit.touch(Button.YEAR, "2024")
    visit.touch(Button.YEAR, "2020")
    assert question(visit.session) is Question.YEAR
    visit.touch(Button.NEXT)
    assert visit.step is Step.PERSONS
    visit.touch(Button.YEAR, "2023")
    visit.touch(Button.VARIANT, "untaxed")
    assert question(visit.session) is Question.VARIANT


def test_back_goes_question_by_question() -> None:
    visit = choosing(tax(YEARS))
    visit.touch(Button.YEAR, "2025")
    visit.touch(Button.VARIANT, "taxed")

    visit.touch(Button.BACK)
    assert (visit.step, question(visit.session)) == (Step.PERSONS, Question.VARIANT)
    visit.touch(Button.BACK)
    assert (visit.step, question(visit.session)) == (Step.PERSONS, Question.YEAR)
    visit.touch(Button.BACK)
    assert visit.step is Step.KIND


@pytest.mark.proves("I-35", "I-74")
def test_a_single_year_is_no_question() -> None:
    visit = choosing(tax((OfferedYear(2025, "令和7年度", True, ""),)))

    assert visit.step is Step.COPIES
    visit.to(Step.PREPARING)
    assert (visit.place_order().year, visit.place_order().variant) == (2025, "")


def test_back_from_copies_where_nothing_was_asked_is_the_list_of_kinds() -> None:
    visit = choosing(tax((OfferedYear(2025, "令和7年度", True, ""),)))
    visit.touch(Button.BACK)

    assert visit.step is Step.KIND


@pytest.mark.proves("I-27", "X-08", "S-10")
def test_one_person_of_a_register() -> None:
    visit = choosing(register(Kind.KOSEKI_PERSON, PersonChoice.ONE))

    assert question(visit.session) is Question.ONE
    visit.touch(Button.NEXT)
    visit.touch(Button.PERSON, "nobody")
    assert visit.step is Step.PERSONS
    visit.touch(Button.PERSON, PEOPLE[1].handle)
    visit.touch(Button.PERSON, PEOPLE[2].handle)
    visit.touch(Button.WHO, "all")
    visit.touch(Button.NEXT)
    visit.to(Step.PREPARING)
    assert visit.place_order().persons == (PEOPLE[2].handle,)


@pytest.mark.proves("I-28", "O-41", "S-10")
def test_all_or_some_of_an_address_register() -> None:
    visit = choosing(register(Kind.KOSEKI_ADDRESS, PersonChoice.REGISTER))

    assert question(visit.session) is Question.PERSONS
    visit.touch(Button.WHO, "some")
    visit.touch(Button.PERSON, PEOPLE[1].handle)
    visit.touch(Button.NEXT)
    visit.to(Step.PREPARING)
    assert visit.place_order().persons == (PEOPLE[1].handle,)


@pytest.mark.proves("S-09")
def test_the_municipalitys_own_words_are_read_and_closed_again() -> None:
    visit = at(Step.KIND)

    visit.touch(Button.ABOUT, "phone")
    assert (visit.step, visit.session.notice_detail) == (Step.KIND, "phone")
    visit.touch(Button.BACK)
    assert (visit.step, visit.session.notice) == (Step.KIND, "")
