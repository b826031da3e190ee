"""The signer against composers that mix up flowing papers and joined sheets (F-02, F-04)."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import msgspec
import pytest

from municipality_client.centre import issuing
from municipality_client.centre.checking import check_set
from municipality_client.centre.forms.sources import Drawn, Heading, PersonFact, Placed, RowFact, SetFact, Unprintable
from municipality_client.centre.handle import Centre
from municipality_client.centre.issuing import Commission
from municipality_client.errors import MixedUp
from municipality_client.messages import Kind
from printer.document import Text
from tests.municipality_client import test_samples
from tests.municipality_client.desk import ISHIKARI, OHIRA, Desk, build_centre, refused

Pages = tuple[Drawn, ...]
Mix = Callable[[Pages], Pages]
NUMBER = "044245-20260406-T00001-00000001-0"
FLOWING = (Kind.KOSEKI_WHOLE, Kind.KOSEKI_ADDRESS, Kind.TAX)


@cache
def commissions() -> dict[str, Commission]:
    """What the signer is asked for, caught on its way to the composer."""
    caught: dict[str, Commission] = {}

    def catching(commission: Commission) -> Pages | Unprintable:
        caught[commission.kind.value] = commission
        return issuing.compose(commission)

    centre = build_centre(compose=catching)
    desk = Desk(centre)
    for kind in (Kind.KOSEKI_WHOLE, Kind.KOSEKI_PERSON, Kind.KOSEKI_ADDRESS):
        desk.issued("isamu", kind, everybody=kind is Kind.KOSEKI_ADDRESS)
    desk.issued("isamu", Kind.TAX, year=2025, variant="taxed")
    whole = desk.issued("isamu", everybody=True, items=("relation", "honseki"))
    assert whole.fee == 200
    centre.close()
    joined = test_samples.joint(caught[Kind.RESIDENCE_COPY].profile)
    caught["joint"] = replace(caught[Kind.RESIDENCE_COPY], profile=joined)
    return caught


PAPERS = ("koseki_whole", "koseki_person", "koseki_address", "tax", "residence_copy", "joint")


def composed(name: str) -> Pages:
    commission = commissions()[name]
    pages = issuing.compose(commission)
    assert not isinstance(pages, Unprintable)
    return issuing.numbered(commission, pages, NUMBER)


def check(name: str, pages: Pages) -> None:
    check_set(commissions()[name], pages, NUMBER)


def facts(page: Drawn) -> list[int]:
    """Where facts of persons stand in a page."""
    return [at for at, one in enumerate(page) if isinstance(one.source, RowFact | PersonFact)]


def changed(pages: Pages, page: int, at: int, placed: Placed | None) -> Pages:
    after = [*pages[page][:at], *([] if placed is None else [placed]), *pages[page][at + 1 :]]
    return (*pages[:page], tuple(after), *pages[page + 1 :])


def saying(placed: Placed, text: str) -> Placed:
    assert isinstance(placed.element, Text)
    return replace(placed, element=replace(placed.element, text=text))


def moved(placed: Placed, across: int, down: int) -> Placed:
    assert isinstance(placed.element, Text)
    return replace(placed, element=replace(placed.element, x=placed.element.x + across, y=placed.element.y + down))


@pytest.mark.parametrize("name", PAPERS)
def test_what_is_composed_rightly_is_signed(name: str) -> None:
    check(name, composed(name))


@pytest.mark.proves("F-04")
@pytest.mark.parametrize("name", PAPERS)
def test_no_fact_may_be_changed_left_out_doubled_or_moved(name: str) -> None:
    pages = composed(name)
    for at in facts(pages[-1])[::7]:
        one = pages[-1][at]
        if not isinstance(one.element, Text):
            continue
        for planted in (saying(one, "大場　偽"), None, moved(one, 17000, 0), moved(one, 0, -20000)):
            with pytest.raises(MixedUp):
                check(name, changed(pages, len(pages) - 1, at, planted))


@pytest.mark.proves("F-04")
@pytest.mark.parametrize("name", PAPERS)
def test_no_two_facts_may_change_places(name: str) -> None:
    pages = composed(name)
    where = facts(pages[0])
    for one, other in zip(where[2::5], where[4::5], strict=False):
        first, second = pages[0][one], pages[0][other]
        if not (isinstance(first.element, Text) and isinstance(second.element, Text)):
            continue
        if first.element.text == second.element.text:
            continue
        swapped = changed(pages, 0, one, saying(first, second.element.text))
        swapped = changed(swapped, 0, other, saying(second, first.element.text))
        with pytest.raises(MixedUp):
            check(name, swapped)
        # Texts with their sources, on each other's places
        element, place = first.element, second.element
        crossed = changed(pages, 0, one, replace(second, element=replace(place, x=element.x, y=element.y)))
        crossed = changed(crossed, 0, other, replace(first, element=replace(element, x=place.x, y=place.y)))
        with pytest.raises(MixedUp):
            check(name, crossed)


@pytest.mark.proves("F-04", "fault-44")
@pytest.mark.parametrize(
    "mix",
    [
        lambda pages: pages[:-1],
        lambda pages: (*pages, pages[-1]),
        lambda pages: (pages[1], pages[0], *pages[2:]),
        lambda pages: (pages[0], pages[0], *pages[2:]),
        lambda pages: (),
    ],
)
@pytest.mark.parametrize("name", ["koseki_whole", "koseki_address", "joint", "residence_copy"])
def test_no_page_may_be_lost_doubled_or_out_of_order(name: str, mix: Mix) -> None:
    pages = composed(name)
    assert len(pages) > 1
    with pytest.raises(MixedUp):
        check(name, mix(pages))


@pytest.mark.proves("F-04")
def test_the_second_page_of_anothers_register_is_never_signed() -> None:
    """徳島 2023: page 2 of 3 was somebody else's."""
    theirs: list[Pages] = []

    def mixing(commission: Commission) -> Pages | Unprintable:
        pages = issuing.compose(commission)
        assert not isinstance(pages, Unprintable)
        theirs.append(pages)
        return (pages[0], theirs[0][1], *pages[2:])

    centre = build_centre(compose=mixing)
    Desk(centre).issued("taro", Kind.KOSEKI_WHOLE)
    answer = Desk(centre, terminal="T00002").place("haruka", Kind.KOSEKI_WHOLE)

    assert refused(answer, "E-43", "mixed-up")
    (incident,) = centre.registers.incidents()
    assert "石狩" not in incident


@pytest.mark.proves("F-02")
@pytest.mark.parametrize("kind", FLOWING)
def test_the_paper_of_the_request_before_is_never_signed(kind: Kind) -> None:
    kept: list[Pages] = []

    def late(commission: Commission) -> Pages | Unprintable:
        pages = issuing.compose(commission)
        assert not isinstance(pages, Unprintable)
        kept.append(pages)
        return kept[0]

    centre = build_centre(compose=late)
    what = {"year": 2025, "variant": "taxed"} if kind is Kind.TAX else {}
    Desk(centre).issued("isamu", kind, **what)  # type: ignore[arg-type]
    answer = Desk(centre, terminal="T00002").place("midori", kind, **what)  # type: ignore[arg-type]
    assert refused(answer, "E-43", "mixed-up")


@pytest.mark.proves("F-02", "F-06")
def test_a_register_changed_between_composing_and_signing_stops_the_set() -> None:
    def stale(commission: Commission) -> Pages | Unprintable:
        koseki = commission.dossier.koseki
        assert koseki is not None
        old = msgspec.structs.replace(koseki, address_made_on="1999-01-01")
        dossier = msgspec.structs.replace(commission.dossier, koseki=old)
        return issuing.compose(replace(commission, dossier=dossier))

    assert refused(Desk(build_centre(compose=stale)).place("taro", Kind.KOSEKI_ADDRESS), "E-43", "mixed-up")


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize(
    "source", [Heading("end"), SetFact("mayor"), RowFact("midori", 0, 0), PersonFact("midori", "name"), None]
)
def test_nothing_may_be_added_whatever_it_claims_to_be(name: str, source: object) -> None:
    pages = composed(name)
    planted = Placed(Text(2000, 20000, 300, "大衡　みどり"), source)  # type: ignore[arg-type]
    for place in (0, len(pages[0])):
        page = (*pages[0][:place], planted, *pages[0][place:])
        with pytest.raises(MixedUp):
            check(name, (page, *pages[1:]))


@pytest.mark.proves("F-02")
@pytest.mark.parametrize("town", [ISHIKARI, OHIRA])
def test_members_of_another_register_are_no_commission(town: str, centre: Centre) -> None:
    strangers = commissions()[Kind.KOSEKI_PERSON if town == OHIRA else Kind.KOSEKI_ADDRESS]
    with centre._store.transaction() as books:
        other = books.dossier(ISHIKARI, "taro")
    with pytest.raises(MixedUp):
        issuing.rows(replace(strangers, dossier=other))
