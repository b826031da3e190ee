"""Every paper of both towns, in every form: nothing in the margins, nothing on top of each other."""

from functools import cache

import pytest

from municipality_client.centre import people, preview, profiles
from municipality_client.centre.profiles import Profile
from municipality_client.messages import Kind
from printer import fonts
from printer.document import A4_HEIGHT, A4_WIDTH, Page, Picture, Rule, Text, decode_page, encode_page, text_lines
from tests.municipality_client.desk import ISHIKARI, MONDAY, OHIRA

MARGIN = 1200
JOINT = "joint"
VARIED = [ISHIKARI, OHIRA, JOINT]


def joint(profile: Profile) -> Profile:
    """A town that prints a household on one sheet, and 記載事項証明書."""
    terms = profile.certificates[Kind.RESIDENCE_COPY].model_copy(update={"sheet": "household"})
    items = terms.model_copy(update={"name": "住民票記載事項証明書"})
    certificates = {Kind.RESIDENCE_COPY: terms, Kind.RESIDENCE_ITEMS: items}
    changed = profile.model_copy(update={"certificates": certificates})
    changed._file = None  # one day's profile, without the file that knows other days
    return changed


@cache
def papers(which: str) -> dict[str, tuple[Page, ...]]:
    day = MONDAY.date()
    profile = profiles.load_all()[OHIRA if which == JOINT else which].on(day)
    town = joint(profile) if which == JOINT else profile
    return {one.name: one.pages for one in preview.samples(town, people.FOLDER, fonts.FALLBACK, MONDAY)}


def extent(element: Text | Rule | Picture) -> tuple[int, int, int, int]:
    match element:
        case Text(x, y, size, text, width):
            wide = fonts.width(text, size, fonts.FALLBACK)
            return x, y - size * 88 // 100, x + (min(wide, width) if width else wide), y + size * 12 // 100
        case Rule(x1, y1, x2, y2):
            return x1, y1, x2, y2
        case Picture(x, y, width, height):
            return x, y, x + width, y + height


@pytest.mark.parametrize("town", VARIED)
def test_nothing_stands_in_the_margins(town: str) -> None:
    for name, pages in papers(town).items():
        for page in pages:
            for element in page.elements:
                left, top, right, bottom = extent(element)
                assert left >= MARGIN, name
                assert top >= MARGIN, name
                assert right <= A4_WIDTH - MARGIN, name
                assert bottom <= A4_HEIGHT - MARGIN, name


@pytest.mark.parametrize("town", VARIED)
def test_no_text_touches_another_text_or_a_picture(town: str) -> None:
    for name, pages in papers(town).items():
        for page in pages:
            boxes = sorted(extent(one) for one in page.elements if isinstance(one, Text | Picture))
            for number, one in enumerate(boxes):
                for other in boxes[number + 1 :]:
                    if other[0] >= one[2]:
                        break
                    assert other[3] <= one[1] or one[3] <= other[1], (name, one, other)


@pytest.mark.parametrize("town", VARIED)
def test_no_rule_runs_through_a_text(town: str) -> None:
    for name, pages in papers(town).items():
        for page in pages:
            rules = [extent(one) for one in page.elements if isinstance(one, Rule)]
            for left, top, right, bottom in (extent(one) for one in page.elements if isinstance(one, Text)):
                for x1, y1, x2, y2 in rules:
                    across = x1 < right and left < x2 and top < y1 == y2 < bottom
                    down = y1 < bottom and top < y2 and left < x1 == x2 < right
                    assert not across, name
                    assert not down, name


@pytest.mark.parametrize("town", VARIED)
def test_every_sheet_is_a_page_that_says_sample_and_its_number(town: str) -> None:
    for pages in papers(town).values():
        for place, page in enumerate(pages, 1):
            assert decode_page(encode_page(page)) == page
            said = text_lines(page)
            assert "見　本" in said
            assert preview.NUMBER in said
            assert f"{place} / {len(pages)}" in said or f"（{len(pages)}の{place}）" in said


def test_both_towns_have_every_kind_that_they_price() -> None:
    for town in (ISHIKARI, OHIRA):
        priced = set(profiles.load_all()[town].on(MONDAY.date()).certificates)
        drawn = {name.split("-")[0] for name in papers(town)}
        assert drawn == {kind.value for kind in priced}


def test_eight_people_stand_on_two_sheets_where_the_town_joins_them() -> None:
    first, second = papers(JOINT)["residence_copy-household"]

    names = ["大場　勇", "大場　トミ", "大場　浩", "大場　由佳", "大場　大輝", "大場　美咲", "大場　空", "大場　陽菜"]
    assert all(name in text_lines(first) for name in names[:4])
    assert all(name in text_lines(second) for name in names[4:])
    assert "以下次頁" in text_lines(first)
    assert "以下余白" in text_lines(second)


def test_a_foreign_resident_has_her_own_items_and_no_honseki() -> None:
    (page,) = papers(ISHIKARI)["residence_copy-foreign"]
    said = text_lines(page)

    assert "SANTOS MARIA CRISTINA" in said
    assert "1988年3月4日" in said
    assert "森　マリア" in said
    assert "国籍・地域" in said
    assert not {"本籍", "筆頭者", "旧氏"} & set(said)


def test_record_items_are_attested_in_their_own_words() -> None:
    pages = papers(JOINT)["residence_items-household"]

    assert "上記のとおり、世帯全員の住民票に記載されていることを証明する。" in text_lines(pages[-1])


def test_a_sample_is_drawn_as_a_picture_of_a_page() -> None:
    (page,) = papers(ISHIKARI)["seal"]

    png = preview.draw(page)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == 1240
