"""No register, clock and request gives a page with another's data, an item not asked for, or another fee."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from municipality_client import messages as m
from municipality_client.centre import profiles
from municipality_client.centre.handle import Centre
from municipality_client.centre.people import FOLDER
from municipality_client.centre.validity import Identity
from municipality_client.messages import Kind
from municipality_client.order import Order, order_bytes, read_order
from printer.document import decode_page, text_lines
from tests.municipality_client.desk import ISHIKARI, MONDAY, OHIRA, Clock, Desk, build_centre
from tests.municipality_client.made_up import ALL_LIVES, IDS, SERIALS, Life, family_registers, own, residents, tax_rows

FAMILY, GIVEN, ADDRESS, HONSEKI, HITTOSHA, NATIONALITY, FATHER, BIRTHPLACE = 1, 2, 3, 4, 5, 6, 7, 8
RELATION = 0
MOMENTS = st.integers(0, 420 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
OFFICE = st.integers(0, 400).map(lambda days: MONDAY + timedelta(days=days))


def filled(lives: tuple[Life, ...]) -> Centre:
    """A centre whose registers hold these lives and nobody else."""
    centre = build_centre(residents=FOLDER / "nobody")
    everybody = residents(lives)
    links = [(Identity(centre.registers.home, SERIALS[name]), name) for name in IDS]
    with centre.registers.books() as books:
        books.load_residents(everybody, links)
        books.load_family_registers(family_registers(lives))
        books.load_tax(tax_rows(lives))
    return centre


@st.composite
def requests(draw: st.DrawFn, offer: m.Offer) -> tuple[m.OfferedKind, Order]:
    """Any order, most of them within the offer, some beyond it."""
    available = [one for one in offer.kinds if one.available]
    inside = bool(available) and draw(st.integers(0, 9)) > 0
    kind = draw(st.sampled_from(available if inside else list(offer.kinds)))
    handles = [one.handle for one in kind.persons]
    others = [one.handle for each in offer.kinds for one in each.persons]
    persons = draw(st.lists(st.sampled_from(handles or others or ["0" * 16]), min_size=1, max_size=4, unique=True))
    if draw(st.integers(0, 5)) == 0:
        persons = draw(st.lists(st.sampled_from([*others, "f" * 16]), min_size=1, max_size=3, unique=True))
    offered = [item.id for item in kind.items]
    items = draw(st.lists(st.sampled_from(offered or ["my_number"]), max_size=4, unique=True)) if offered else []
    if draw(st.integers(0, 9)) == 0:
        items = draw(st.lists(st.sampled_from(["my_number", "honseki", "overseas", "relation"]), unique=True))
    year, variant = _paper(draw, kind)
    copies = draw(st.sampled_from((1, 1, 2, 11)))
    order = Order(
        request_id="r1",
        terminal="T00001",
        municipality=offer.municipality,
        cert_sha256=b"",
        nonce=bytes(16),
        kind=kind.kind,
        persons=tuple(persons),
        items=tuple(items),
        copies=copies,
        font="",
        year=year,
        variant=variant,
    )
    return kind, order


def _paper(draw: st.DrawFn, kind: m.OfferedKind) -> tuple[int, str]:
    if not kind.years:
        return draw(st.sampled_from((0, 0, 0, 2025))), ""
    year = draw(st.sampled_from([one for one in kind.years if one.available] or kind.years))
    variants = [one.id for one in year.variants if one.available] or [""]
    return year.year, draw(st.sampled_from([*variants, *variants, "income"]))


@pytest.mark.proves("F-02", "F-04", "I-37", "O-64", "I-16", "I-20")
@given(st.data(), ALL_LIVES, st.sampled_from(IDS), st.integers(0, 5), MOMENTS | OFFICE | OFFICE | OFFICE)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_only_what_is_ones_own_and_asked_for_at_the_profiles_fee(
    data: st.DataObject, lives: tuple[Life, ...], holder: str, asked: int, moment: datetime
) -> None:
    centre, life = filled(lives), lives[IDS.index(holder)]
    # Mostly where one lives, then where the 本籍 is, now and then anywhere.
    code = (life.town, life.town, life.town, (ISHIKARI, OHIRA)[life.register], ISHIKARI, OHIRA)[asked]
    try:
        desk = Desk(centre, Clock(moment))
        offer = desk.open(holder, code)
        if not isinstance(offer, m.Offer) or not offer.kinds:
            assert isinstance(offer, m.Refusal)
            return
        kind, drawn = data.draw(requests(offer))
        answer = place(desk, offer, holder, drawn)
        event(f"{kind.kind} {'issued' if isinstance(answer, m.Issued) else answer.code}")
        if isinstance(answer, m.Issued):
            check(answer, kind, drawn, lives, holder, moment)
    finally:
        centre.close()


def place(desk: Desk, offer: m.Offer, holder: str, drawn: Order) -> m.Issued | m.Refusal:
    _, raw = desk.order(offer, holder, Kind(drawn.kind), persons=drawn.persons, items=drawn.items, request_id="r1")
    order = replace(read_order(raw), year=drawn.year, variant=drawn.variant, copies=drawn.copies)
    return desk.client.place_order("r1", offer.session, order_bytes(order))


def check(
    issued: m.Issued, kind: m.OfferedKind, order: Order, lives: tuple[Life, ...], holder: str, moment: datetime
) -> None:
    """What was issued was available, costs what the profile says, and says nothing but what it may."""
    terms = profiles.load_all()[order.municipality].on(moment.date()).certificates[kind.kind]
    assert (issued.fee, issued.total) == (terms.fee, terms.fee * order.copies)
    assert kind.available
    assert len(issued.sets) == order.copies <= kind.max_copies
    said = "".join("".join(text_lines(decode_page(page.page))) for one in issued.sets for page in one.pages)
    allowed = may_be_named(kind, order, lives, holder)
    for number, life in enumerate(lives):
        told = facts(number, life, residents(lives)[number].my_number)
        shown = {name for name, text in told.items() if text and text in said}
        assert shown <= allowed.get(IDS[number], frozenset()), (kind.kind, IDS[number], shown)


def facts(number: int, life: Life, my_number: str) -> dict[str, str]:
    """Every text that is this person's alone, by what it is."""
    names = {
        "relation": RELATION,
        "family": FAMILY,
        "given": GIVEN,
        "address": ADDRESS,
        "honseki": HONSEKI,
        "hittosha": HITTOSHA,
        "nationality": NATIONALITY,
        "father": FATHER,
        "birthplace": BIRTHPLACE,
    }
    told = {name: own(number, place) for name, place in names.items()}
    digits = " ".join((my_number[:4], my_number[4:8], my_number[8:]))
    told |= {"my_number": digits, "plain_number": my_number}
    return told | {"code": f"765{number:07d}", "card": f"AB{number:08d}CD"}


def may_be_named(kind: m.OfferedKind, order: Order, lives: tuple[Life, ...], holder: str) -> dict[str, frozenset[str]]:
    """What each person may be shown with, worked out anew from the page's words and not by the rules."""
    number = IDS.index(holder)
    life, name = lives[number], frozenset({"family", "given", "address"})
    if kind.kind in (Kind.SEAL, Kind.TAX):
        return {holder: name}
    register = {IDS[at] for at, one in enumerate(lives) if one.register == life.register and not one.foreign}
    if kind.kind is Kind.KOSEKI_WHOLE:
        return dict.fromkeys(register, frozenset({"family", "given", "father", "birthplace"}))
    everybody = register if kind.kind in (Kind.KOSEKI_PERSON, Kind.KOSEKI_ADDRESS) else household(lives, life)
    named = {one for one in everybody if _shown(one, lives, kind, order)}
    if kind.kind is Kind.KOSEKI_PERSON:
        return dict.fromkeys(named, frozenset({"family", "given", "father", "birthplace"}))
    if kind.kind is Kind.KOSEKI_ADDRESS:
        present = {one for one in register if not lives[IDS.index(one)].removed}
        return dict.fromkeys(register if len(order.persons) == len(present) else named, name)
    return _of_household(named, everybody, order, name)


def _of_household(
    named: set[str], everybody: set[str], order: Order, name: frozenset[str]
) -> dict[str, frozenset[str]]:
    with_item = {
        "relation": {"relation"},
        "honseki": {"honseki", "hittosha"},
        "nationality": {"nationality"},
        "residence_card": {"card"},
        "my_number": {"my_number", "plain_number"},
    }
    asked = frozenset().union(*(with_item.get(item, set()) for item in order.items))
    head = frozenset({"family", "given"}) if "relation" in order.items else frozenset[str]()
    # The name of the head stands on everybody's sheet where 世帯主 was asked for.
    return {one: name | asked if one in named else head for one in everybody}


def household(lives: tuple[Life, ...], life: Life) -> set[str]:
    """Ids of everybody who lives there now."""
    here = life.town, life.household
    return {IDS[at] for at, one in enumerate(lives) if (one.town, one.household) == here and not one.gone}


def _shown(person: str, lives: tuple[Life, ...], kind: m.OfferedKind, order: Order) -> bool:
    """Whether the order names the person, by the shortened name that the handle stood for."""
    at = IDS.index(person)
    short = f"{own(at, FAMILY)[0]}○ {own(at, GIVEN)[0]}○"
    return any(one.handle in order.persons and one.display_name == short for one in kind.persons)
