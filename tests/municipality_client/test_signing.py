"""The signer against composers that mix things up: whatever they plant, nothing leaves the centre."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from municipality_client import messages as m
from municipality_client.centre import issuing
from municipality_client.centre.forms.layout import Drawn, Label, PersonFact, Placed, SetFact, Unprintable, Wording
from municipality_client.centre.issuing import Commission, Compose
from municipality_client.messages import Kind
from printer.document import Picture, Text
from tests.municipality_client.desk import ISHIKARI, Desk, build_centre, refused

Pages = tuple[Drawn, ...]
Mix = Callable[[Pages], Pages]


class LateComposer:
    """Composes rightly, but hands over the pages of the request before (F-01, F-02, F-07)."""

    def __init__(self) -> None:
        self._kept: Pages | None = None

    def __call__(self, commission: Commission) -> Pages | Unprintable:
        pages = issuing.compose(commission)
        assert not isinstance(pages, Unprintable)
        given, self._kept = self._kept or pages, pages
        return given


def mixing(mix: Mix) -> Compose:
    """A composer that spoils what it has composed rightly."""

    def compose(commission: Commission) -> Pages | Unprintable:
        pages = issuing.compose(commission)
        assert not isinstance(pages, Unprintable)
        return mix(pages)

    return compose


def changed(pages: Pages, number: int, change: Callable[[Placed], Placed | None]) -> Pages:
    page = tuple(after for placed in pages[number] if (after := change(placed)) is not None)
    return (*pages[:number], page, *pages[number + 1 :])


def saying(field: str, text: str) -> Callable[[Placed], Placed]:
    """Change the text of one personal fact and keep its label."""

    def change(placed: Placed) -> Placed:
        is_it = isinstance(placed.source, PersonFact) and placed.source.field == field
        if is_it and isinstance(placed.element, Text):
            return replace(placed, element=replace(placed.element, text=text))
        return placed

    return change


def without(field: str) -> Callable[[Placed], Placed | None]:
    def change(placed: Placed) -> Placed | None:
        return None if placed.source == PersonFact("hanako", field) else placed

    return change


def with_text(text: str, source: object) -> Mix:
    """Add one more text to the first page, with whatever source the composer claims."""
    return lambda pages: ((*pages[0], Placed(Text(2000, 25000, 300, text), source)), *pages[1:])  # type: ignore[arg-type]


MIXES: dict[str, Mix] = {
    "page 2 twice": lambda pages: (pages[0], pages[1], pages[1]),
    "pages 1 and 2 swapped": lambda pages: (pages[1], pages[0], pages[2]),
    "last page lost": lambda pages: pages[:2],
    "one page too many": lambda pages: (*pages, pages[2]),
    "another's name under the right label": lambda pages: changed(pages, 1, saying("name", "大衡　みどり")),
    "another's number": lambda pages: changed(pages, 1, saying("my_number", "400500600705")),
    "a number nobody asked for": lambda pages: changed(pages, 1, saying("my_number", "200300400503")),
    "the name left out": lambda pages: changed(pages, 1, without("name")),
    "another's name as wording": with_text("大衡　みどり", Wording("end")),
    "another's name as a label": with_text("大衡　みどり", Label()),
    "another's name as the mayor": with_text("大衡　みどり", SetFact("mayor")),
    "another's name as the official seal": with_text("大衡　みどり", SetFact("official_seal")),
    "another's name as another's fact": with_text("大衡　みどり", PersonFact("midori", "name")),
    "a text without source": with_text("大衡　みどり", None),
    "wording that the form does not have": with_text("複写", Wording("copy")),
}


@pytest.mark.proves("F-04", "fault-44")
@pytest.mark.parametrize("name", MIXES)
def test_a_mixed_up_page_stops_the_whole_set(name: str) -> None:
    centre = build_centre(compose=mixing(MIXES[name]))
    desk = Desk(centre)

    assert refused(desk.place("taro", everybody=True, items=("relation",)), "E-43", "mixed-up")
    (incident,) = centre.registers.incidents()
    assert incident.startswith("mixed-up: ")
    assert "大衡" not in incident


@pytest.mark.proves("F-01", "F-02", "F-07", "F-08")
@pytest.mark.parametrize("second", ["hanako", "satoru", "midori"])
def test_the_pages_of_the_request_before_are_never_signed(second: str) -> None:
    centre = build_centre(compose=LateComposer())
    centre.registers.change(ISHIKARI, "satoru", lambda one: msgspec.structs.replace(one, moving_out=None))
    desk = Desk(centre)

    assert isinstance(desk.place("taro"), m.Issued)
    assert refused(desk.place(second), "E-43", "mixed-up")


@pytest.mark.proves("F-02", "F-06", "fault-37")
def test_a_register_changed_between_composing_and_signing_stops_the_set() -> None:
    def stale(commission: Commission) -> Pages | Unprintable:
        old = tuple(msgspec.structs.replace(one, address="北海道石狩市旧町１番地") for one in commission.persons)
        return issuing.compose(replace(commission, persons=old))

    assert refused(Desk(build_centre(compose=stale)).place("taro"), "E-43", "mixed-up")


@pytest.mark.proves("fault-44")
@pytest.mark.parametrize("scale", [99, 101])
def test_a_registered_seal_out_of_scale_is_not_signed(scale: int) -> None:
    def resize(placed: Placed) -> Placed:
        if isinstance(placed.source, PersonFact) and isinstance(placed.element, Picture):
            width = placed.element.width * scale // 100
            return replace(placed, element=replace(placed.element, width=width))
        return placed

    desk = Desk(build_centre(compose=mixing(lambda pages: changed(pages, 0, resize))))
    assert refused(desk.place("taro", Kind.SEAL), "E-43", "mixed-up")


def test_another_seal_is_not_signed() -> None:
    def swap(commission: Commission) -> Pages | Unprintable:
        seal = commission.persons[0].seal
        assert seal is not None
        other = msgspec.structs.replace(seal, png=issuing.official_seal(commission.profile).png)
        return issuing.compose(
            replace(commission, persons=(msgspec.structs.replace(commission.persons[0], seal=other),))
        )

    assert refused(Desk(build_centre(compose=swap)).place("taro", Kind.SEAL), "E-43", "mixed-up")


def test_numbers_of_a_stopped_set_are_void_for_ever_and_the_order_stays_stopped(database: str) -> None:
    spoil = [True]
    centre = build_centre(database=database, compose=mixing(lambda pages: (pages * 2) if spoil[0] else pages))
    desk = Desk(centre)
    offer = desk.offer("taro")
    request_id, raw = desk.order(offer, "taro", copies=2)

    assert refused(desk.client.place_order(request_id, offer.session, raw), "E-43", "mixed-up")
    spoil[0] = False
    assert refused(desk.client.place_order(request_id, offer.session, raw), "E-43", "mixed-up")
    assert refused(desk.client.ask_order(request_id), "E-43", "mixed-up")
    issued = desk.issued("taro")
    assert issued.sets[0].set_number.split("-")[3] == "00000003"
    centre.close()
