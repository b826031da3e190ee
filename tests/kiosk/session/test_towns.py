"""S-05 where hundreds of municipalities take part: every one of them can be reached by touch."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.session.buttons import Button
from kiosk.session.states import Browsing, Register, Step
from kiosk.session.towns import ON_A_PAGE, ON_A_SCREEN, shelf
from municipality_client.messages import Municipalities, MunicipalityBrief
from tests.kiosk.session.visit import OPEN, Visit, at

_KANA = [chr(code) for code in range(ord("あ"), ord("ん") + 1) if chr(code) not in "ぁぃぅぇぉっゃゅょゎゐゑ"]


def market(kana: list[str]) -> Municipalities:
    """Towns with these names in kana."""
    towns = tuple(MunicipalityBrief(f"{n:06}", f"{one}町", "架空県", one) for n, one in enumerate(kana))
    return Municipalities(service=OPEN, municipalities=towns)


@pytest.mark.proves("S-05")
@given(st.lists(st.tuples(st.sampled_from(_KANA), st.sampled_from(_KANA)), max_size=300))
def test_every_town_is_reached_by_its_first_kana(names: list[tuple[str, str]]) -> None:
    services = market(["".join(one) for one in names]).municipalities
    first = shelf(services, Browsing())
    seen = set(first.things)
    for row in first.rows:
        for kana in shelf(services, Browsing(row)).kana:
            for page in range(shelf(services, Browsing(row, kana)).pages):
                found = shelf(services, Browsing(row, kana, page))
                assert len(found.things) <= ON_A_SCREEN
                seen |= set(found.things)
    assert seen == set(services)


@pytest.mark.proves("S-05")
def test_few_towns_need_neither_kana_nor_pages() -> None:
    seen = shelf(market(["い"] * ON_A_SCREEN).municipalities, Browsing())

    assert (len(seen.things), seen.rows, seen.kana, seen.pages) == (ON_A_SCREEN, (), (), 1)


@pytest.mark.proves("S-05")
def test_row_kana_and_page_narrow_the_list_and_back_widens_it() -> None:
    visit = _many()

    visit.touch(Button.ROW, "か")
    assert _first(visit) == "かあ"
    visit.touch(Button.KANA, "く")
    assert _first(visit) == "ぐい"
    visit.touch(Button.PAGE, "1")
    assert visit.session.browsing == Browsing("か", "く", 1)
    visit.touch(Button.BACK)
    visit.touch(Button.BACK)
    assert visit.session.browsing == Browsing()
    visit.touch(Button.BACK)
    assert (visit.step, visit.session.register) == (Step.MUNICIPALITY, None)


@pytest.mark.proves("S-05")
def test_who_comes_back_to_the_list_begins_with_all_towns() -> None:
    visit = _many()
    visit.touch(Button.PAGE, "1")

    visit.touch(Button.BACK)
    visit.touch(Button.REGISTER, Register.HONSEKI)

    assert visit.session.browsing == Browsing()


def _many() -> Visit:
    """A visit that looks at the list of twenty-seven towns."""
    kana = ["あさ", "かあ", "きた", *["ぐい"] * (ON_A_PAGE + 1), *["さん"] * 15]
    visit = at(Step.MUNICIPALITY)
    visit.session = replace(visit.session, services=market(kana))
    visit.touch(Button.REGISTER, Register.RESIDENCE)
    return visit


def _first(visit: Visit) -> str:
    assert visit.session.services is not None
    return shelf(visit.session.services.municipalities, visit.session.browsing).things[0].kana
