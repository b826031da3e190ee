"""The rules of both pages, one by one, on dossiers made for each: who may have what, and why not."""

from datetime import date

import pytest
from msgspec.structs import replace

from municipality_client.centre.rules import handle, ordered
from municipality_client.messages import Kind, PersonChoice
from municipality_client.order import Order
from tests.municipality_client.files_of_people import (
    ISHIKARI,
    OHIRA,
    SERIAL,
    TODAY,
    TOWNS,
    codes,
    dossier,
    elsewhere,
    foreigner,
    granted,
    koseki,
    living,
    member,
    refused,
    resident,
    tax,
    town,
)

KOSEKI = (Kind.KOSEKI_WHOLE, Kind.KOSEKI_PERSON, Kind.KOSEKI_ADDRESS)
RESIDENT_ONLY = (Kind.RESIDENCE_COPY, Kind.SEAL, Kind.TAX)


@pytest.mark.proves("I-16", "I-22", "I-28", "O-09", "O-30", "O-38")
@pytest.mark.parametrize("code", TOWNS)
def test_who_lives_here_with_honseki_here_gets_everything(code: str) -> None:
    assert refused(dossier(code), code) == ""
    assert set(codes(dossier(code), code).values()) == {""}


# 本籍 and 利用登録


@pytest.mark.proves("I-23", "I-29", "O-38", "X-28", "E-26")
@pytest.mark.parametrize("code", TOWNS)
def test_honseki_elsewhere_leaves_what_residents_have(code: str) -> None:
    found = codes(dossier(code, koseki=None), code)

    assert {kind: found[kind] for kind in KOSEKI} == dict.fromkeys(KOSEKI, "E-26")
    assert {found[kind] for kind in RESIDENT_ONLY} == {""}


@pytest.mark.proves("I-24", "I-30", "O-12", "O-40", "O-43", "E-39")
@pytest.mark.parametrize("code", TOWNS)
@pytest.mark.parametrize("state", ["none", "pending", "rejected"])
def test_who_lives_elsewhere_needs_enrolment(code: str, state: str) -> None:
    found = codes(elsewhere(code, enrolment=state, enrolled_serials=(SERIAL,)), code)

    assert {found[kind] for kind in KOSEKI} == {"E-39"}


@pytest.mark.proves("I-24", "I-30", "O-11", "O-12", "O-40", "X-07")
@pytest.mark.parametrize("code", TOWNS)
def test_enrolled_one_has_the_family_register_and_nothing_else(code: str) -> None:
    away = elsewhere(code, enrolment="approved", enrolled_serials=(SERIAL,))
    found = codes(away, code)

    assert refused(away, code) == ""
    assert {found[kind] for kind in KOSEKI} == {""}
    assert {found[kind] for kind in RESIDENT_ONLY} == {"E-27"}


@pytest.mark.proves("X-31", "O-43")
@pytest.mark.parametrize("code", TOWNS)
def test_enrolment_holds_for_one_public_key_certificate(code: str) -> None:
    found = codes(elsewhere(code, enrolment="approved", enrolled_serials=(SERIAL + 1,)), code)

    assert {found[kind] for kind in KOSEKI} == {"E-39"}


@pytest.mark.proves("O-44", "X-07")
@pytest.mark.parametrize("code", TOWNS)
def test_residents_need_no_enrolment(code: str) -> None:
    found = codes(dossier(code, koseki=koseki(code, member(enrolment="none"))), code)

    assert {found[kind] for kind in KOSEKI} == {""}


@pytest.mark.proves("I-70", "V-8", "E-27")
@pytest.mark.parametrize("gone", ["moved_abroad_on", "died_on"])
def test_who_went_abroad_is_as_one_who_lives_elsewhere(gone: str) -> None:
    away = living(ISHIKARI, **{gone: date(2025, 9, 30)})

    assert {codes(away)[kind] for kind in RESIDENT_ONLY} == {"E-27"}
    assert {codes(away)[kind] for kind in KOSEKI} == {"E-39"}


@pytest.mark.proves("I-19", "I-70", "E-30")
def test_removed_and_without_honseki_is_not_found() -> None:
    holder = resident(moved_out=True)

    assert refused(dossier(resident=holder, household=(holder,), koseki=None)) == "E-30"


@pytest.mark.proves("I-22", "I-27", "I-28", "X-08", "O-37", "X-14")
@pytest.mark.parametrize("code", TOWNS)
def test_whom_the_papers_of_a_family_register_name(code: str) -> None:
    family = koseki(code, member(), member("child"), member("gone", removed=True))
    found = granted(dossier(code, koseki=family), code)

    assert [one.id for one in found[Kind.KOSEKI_PERSON].persons] == ["me", "child"]
    assert [one.id for one in found[Kind.KOSEKI_WHOLE].persons] == ["me"]
    assert [one.id for one in found[Kind.KOSEKI_ADDRESS].persons] == ["me", "child"]
    choices = [found[kind].choice for kind in KOSEKI]
    assert choices == [PersonChoice.SELF, PersonChoice.ONE, PersonChoice.REGISTER]


@pytest.mark.proves("O-39", "X-14", "I-19")
def test_who_is_struck_off_the_register_has_nothing_of_it() -> None:
    struck_off = dossier(koseki=koseki(ISHIKARI, member(removed=True), member("child")))

    assert {codes(struck_off)[kind] for kind in KOSEKI} == {"E-26"}


# Pending changes and lags


@pytest.mark.proves("I-26", "I-32", "X-09", "E-35")
@pytest.mark.parametrize("code", TOWNS)
def test_a_notice_blocks_the_family_register(code: str) -> None:
    found = codes(dossier(code, koseki=koseki(code, pending=True)), code)

    assert {found[kind] for kind in KOSEKI} == {"E-35"}
    assert {found[kind] for kind in RESIDENT_ONLY} == {""}


@pytest.mark.proves("I-33", "O-51", "X-09")
@pytest.mark.parametrize(
    ("code", "warned"),
    [(ISHIKARI, {Kind.KOSEKI_ADDRESS}), (OHIRA, {Kind.RESIDENCE_COPY, Kind.SEAL, Kind.KOSEKI_ADDRESS})],
)
def test_after_a_move_some_papers_may_be_stale(code: str, warned: set[Kind]) -> None:
    moved = living(code, address_since=date(2026, 4, 2), notified_on=date(2026, 4, 2))

    assert {kind for kind, one in granted(moved, code).items() if "stale-move" in one.warnings} == warned
    assert {one.code for one in granted(moved, code).values()} == {""}
    later = granted(moved, code, date(2026, 4, 9))
    assert {kind for kind, one in later.items() if one.warnings} == set()


@pytest.mark.proves("I-77", "I-78", "X-10", "O-51")
@pytest.mark.parametrize(("day", "expected"), [(date(2026, 4, 5), "E-30"), (date(2026, 4, 6), "")])
def test_a_move_is_waited_for_in_ishikari_only(day: date, expected: str) -> None:
    moved_on = date(2026, 4, 3)

    assert refused(living(ISHIKARI, notified_on=moved_on), ISHIKARI, day) == expected
    assert refused(living(OHIRA, notified_on=moved_on), OHIRA, day) == ""


@pytest.mark.proves("I-76", "O-49", "O-50", "X-10")
@pytest.mark.parametrize("code", TOWNS)
def test_a_card_handed_out_or_carried_on_today_waits(code: str) -> None:
    assert refused(dossier(code), code, delivered_on=TODAY) == "E-30"
    assert refused(dossier(code), code, date(2026, 4, 7), TODAY) == ""


# Ages


@pytest.mark.proves("X-06", "O-10", "E-31")
@pytest.mark.parametrize("code", TOWNS)
@pytest.mark.parametrize(("born", "expected"), [(date(2011, 4, 7), "E-31"), (date(2011, 4, 6), "")])
def test_fifteen_on_the_birthday(code: str, born: date, expected: str) -> None:
    enrolled = elsewhere(code, birthday=born.isoformat(), enrolment="approved", enrolled_serials=(SERIAL,))

    assert refused(living(code, birthday=born), code) == expected
    assert refused(enrolled, code) == expected


@pytest.mark.proves("X-06", "E-31")
@pytest.mark.parametrize(("born", "expected"), [("2011-04-XX", "E-31"), ("2011-03-XX", ""), ("XXXX-XX-XX", "E-31")])
def test_an_age_that_is_not_certain_is_not_reached(born: str, expected: str) -> None:
    assert refused(elsewhere(ISHIKARI, birthday=born)) == expected


# What must not show


@pytest.mark.proves("E-33", "X-15", "E-30")
@pytest.mark.parametrize("code", TOWNS)
def test_protection_of_anybody_on_any_paper_looks_like_not_found(code: str) -> None:
    child = resident(code, "child", protected=True)
    at_home = dossier(code, household=(resident(code), child))
    in_register = dossier(code, koseki=koseki(code, member(), member("gone", protected=True, removed=True)))

    assert refused(living(code, protected=True), code) == "E-30"
    assert refused(at_home, code) == "E-30"
    assert refused(in_register, code) == "E-30"
    assert refused(elsewhere(code, protected=True), code) == "E-30"


@pytest.mark.proves("E-32", "X-15")
@pytest.mark.parametrize("code", TOWNS)
def test_that_somebody_is_about_to_leave_is_no_reason_given(code: str) -> None:
    leaving = dossier(code, household=(resident(code), resident(code, "child", moving_out=date(2026, 5, 1))))

    assert codes(leaving, code)[Kind.RESIDENCE_COPY] == "E-30"
    assert codes(leaving, code)[Kind.SEAL] == ""


@pytest.mark.proves("I-20", "I-21", "O-33", "E-34", "F-05")
@pytest.mark.parametrize("code", TOWNS)
def test_a_seal_certificate_needs_a_seal_that_holds(code: str) -> None:
    seal = resident(code).seal
    assert seal is not None

    assert codes(living(code, seal=None), code)[Kind.SEAL] == "E-34"
    assert codes(living(code, seal=replace(seal, void=True)), code)[Kind.SEAL] == "E-34"
    assert [one.id for one in granted(dossier(code), code)[Kind.SEAL].persons] == ["me"]


# Tax


def years(code: str, day: date) -> list[int]:
    return [one.year for one in granted(dossier(code), code, day)[Kind.TAX].years]


@pytest.mark.proves("I-35", "I-74", "O-36", "X-12", "X-11")
def test_which_fiscal_years_there_are() -> None:
    assert years(ISHIKARI, date(2026, 5, 31)) == [2025]
    assert years(ISHIKARI, date(2026, 6, 1)) == [2026]
    assert years(OHIRA, date(2026, 5, 31)) == [2025, 2024, 2023, 2022, 2021]
    assert years(OHIRA, date(2026, 6, 1)) == [2026, 2025, 2024, 2023, 2022]


@pytest.mark.proves("I-36", "O-35", "X-11", "E-37", "E-36")
@pytest.mark.parametrize("code", TOWNS)
def test_the_first_of_january_of_the_year_counts(code: str) -> None:
    came_late = living(code, resident_since=date(2025, 1, 2), notified_on=date(2025, 1, 5))
    in_time = living(code, resident_since=date(2025, 1, 1), notified_on=date(2025, 1, 5))

    assert codes(replace(came_late, tax=()), code)[Kind.TAX] == "E-37"
    assert codes(replace(in_time, tax=()), code)[Kind.TAX] == "E-36"
    assert codes(replace(in_time, tax=(tax(code, 2025),)), code)[Kind.TAX] == ""
    # The other reading of the page, the year in which the income was earned, would let this one through.
    assert codes(replace(came_late, tax=(tax(code, 2026),)), code)[Kind.TAX] == "E-37"


@pytest.mark.proves("E-36", "I-36")
@pytest.mark.parametrize("code", TOWNS)
def test_undeclared_income_is_not_certified(code: str) -> None:
    rows = tuple(tax(code, year, declared=False) for year in range(2026, 2018, -1))

    assert codes(dossier(code, tax=rows), code)[Kind.TAX] == "E-36"


@pytest.mark.proves("O-52", "X-30", "E-28")
def test_after_a_declaration_ohira_waits_and_other_years_do_not() -> None:
    rows = (tax(OHIRA, 2025, awaiting=True), tax(OHIRA, 2024))
    found = granted(dossier(OHIRA, tax=rows), OHIRA)[Kind.TAX]

    assert [(one.year, one.code) for one in found.years[:2]] == [(2025, "E-28"), (2024, "")]
    assert {variant.code for variant in found.years[0].variants} == {"E-28"}
    assert codes(dossier(ISHIKARI, tax=(tax(ISHIKARI, 2025, awaiting=True),)), ISHIKARI)[Kind.TAX] == ""


@pytest.mark.proves("O-34", "X-30")
@pytest.mark.parametrize(("levies", "had"), [({"city_flat": 3000}, ["taxed", "income"]), ({}, ["untaxed", "income"])])
def test_taxed_and_untaxed_papers_exclude_each_other(levies: dict[str, int], had: list[str]) -> None:
    year = granted(dossier(OHIRA, tax=(tax(OHIRA, 2025, levies=levies),)), OHIRA)[Kind.TAX].years[0]

    assert [one.variant.id for one in year.variants if not one.code] == had


@pytest.mark.proves("I-70", "X-13", "X-29", "I-35")
@pytest.mark.parametrize("code", TOWNS)
def test_tax_is_ones_own_and_for_who_lives_here_now(code: str) -> None:
    assert [one.id for one in granted(dossier(code), code)[Kind.TAX].persons] == ["me"]
    assert codes(living(code, moved_out=True), code)[Kind.TAX] == "E-27"


# Items


@pytest.mark.proves("I-18", "X-04", "X-05", "I-69", "O-31")
@pytest.mark.parametrize(
    ("code", "japanese", "mixed"),
    [
        (
            ISHIKARI,
            ["relation", "honseki", "my_number"],
            ["relation", "honseki", "nationality", "residence_status", "residence_card", "my_number"],
        ),
        (
            OHIRA,
            ["relation", "honseki"],
            ["relation", "honseki", "nationality", "residence_status", "residence_card"],
        ),
    ],
)
def test_items_are_those_that_mean_something_to_somebody(code: str, japanese: list[str], mixed: list[str]) -> None:
    foreign = resident(code, "child", foreign=foreigner(), honseki="", hittosha="")
    both = dossier(code, household=(resident(code), foreign))

    assert [one.id for one in granted(dossier(code), code)[Kind.RESIDENCE_COPY].items] == japanese
    assert [one.id for one in granted(both, code)[Kind.RESIDENCE_COPY].items] == mixed


@pytest.mark.proves("I-17", "I-69", "I-71", "O-31", "O-39", "I-19")
@pytest.mark.parametrize("code", TOWNS)
def test_what_is_never_printed_is_never_offered(code: str) -> None:
    for kind, terms in town(code).certificates.items():
        assert not {item.id for item in terms.items} & set(terms.never)
        if kind in (Kind.RESIDENCE_COPY, Kind.KOSEKI_WHOLE, Kind.KOSEKI_PERSON):
            assert {"removed", "before_revision"} <= set(terms.never)
    assert "resident_code" in town(code).certificates[Kind.RESIDENCE_COPY].never


@pytest.mark.proves("I-72", "I-73", "I-79", "X-33", "E-21")
@pytest.mark.parametrize("code", TOWNS)
def test_what_is_not_offered_is_not_there_whoever_asks(code: str) -> None:
    assert Kind.RESIDENCE_ITEMS not in granted(dossier(code), code)
    assert {"住民票記載事項証明書", "身分証明書", "手数料が無料となる証明書"} <= set(town(code).not_offered)
    assert all(one.fee > 0 for one in granted(dossier(code), code).values())


# Orders that go beyond the offer


def order(kind: Kind, *persons: str, year: int = 0, variant: str = "", items: tuple[str, ...] = ()) -> Order:
    named = tuple(handle(b"s", person) for person in persons)
    return Order("r", "T", ISHIKARI, bytes(32), bytes(16), kind, named, items, 1, "f", year, variant)


@pytest.mark.proves("I-20", "I-27", "I-35", "O-36")
@pytest.mark.parametrize(
    ("asked", "good"),
    [
        (order(Kind.KOSEKI_PERSON, "child"), True),
        (order(Kind.KOSEKI_PERSON, "me", "child"), False),
        (order(Kind.KOSEKI_PERSON, "stranger"), False),
        (order(Kind.KOSEKI_WHOLE, "me"), True),
        (order(Kind.KOSEKI_WHOLE, "child"), False),
        (order(Kind.KOSEKI_ADDRESS, "me", "child", items=("honseki",)), True),
        (order(Kind.KOSEKI_ADDRESS, "me", items=("my_number",)), False),
        (order(Kind.TAX, "me", year=2025, variant="income"), True),
        (order(Kind.TAX, "me", year=2025), False),
        (order(Kind.TAX, "me", year=2025, variant="untaxed"), False),
        (order(Kind.TAX, "me", year=2020, variant="income"), False),
        (order(Kind.TAX, "child", year=2025, variant="income"), False),
        (order(Kind.SEAL, "me", year=2025), False),
        (order(Kind.RESIDENCE_COPY), False),
        (order(Kind.RESIDENCE_COPY, "me", variant="taxed"), False),
        (order(Kind.RESIDENCE_COPY, "me", items=("relation", "relation")), False),
    ],
)
def test_an_order_names_what_was_offered_or_nobody(asked: Order, good: bool) -> None:
    of = dossier(OHIRA)
    grant = granted(of, OHIRA)[Kind(asked.kind)]

    assert (ordered(grant, of, b"s", asked) is not None) == good


@pytest.mark.proves("I-38", "I-39", "I-40", "I-41", "I-42", "I-37")
def test_fees_come_from_the_file_whoever_asks() -> None:
    for of in (dossier(), elsewhere(ISHIKARI), living(ISHIKARI, moving_out=TODAY)):
        fees = {kind: one.fee for kind, one in granted(of).items()}
        assert fees == {kind: terms.fee for kind, terms in town(ISHIKARI).certificates.items()}
