"""Orders: exactly once, one authentication one order, the same answer again, numbers never twice."""

import hashlib
import threading
from collections.abc import Mapping, Sequence

import pytest
from sqlalchemy import create_engine, select

from municipality_client import messages as m
from municipality_client import set_number, wire
from municipality_client.centre.handle import Centre
from municipality_client.centre.store_tables import metadata
from municipality_client.messages import Kind, Outcome, SetResult
from municipality_client.order import read_order
from printer import fonts
from printer.document import decode_page, decode_seal, text_lines
from printer.trust import load_trust
from printer.verify import CheckedSet, check_set
from tests.municipality_client.desk import (
    ISHIKARI,
    MONDAY,
    OHIRA,
    PKI,
    Clock,
    Desk,
    build_centre,
    offered,
    refused,
)


def numbers(answer: object) -> list[str]:
    assert isinstance(answer, m.Issued), answer
    return [one.set_number for one in answer.sets]


def texts(answer: m.Issued) -> list[tuple[str, ...]]:
    return [text_lines(decode_page(page.page)) for one in answer.sets for page in one.pages]


@pytest.mark.proves("I-56", "I-57", "I-60", "I-62", "I-37", "O-64")
def test_a_household_of_three_is_three_sheets_one_set_one_fee(desk: Desk) -> None:
    issued = desk.issued("taro", everybody=True)

    assert len(issued.sets) == 1
    assert (issued.fee, issued.total) == (350, 350)
    assert len(issued.sets[0].pages) == 3
    for number, lines in enumerate(texts(issued), 1):
        assert issued.sets[0].set_number in lines
        assert f"{number} / 3" in lines


@pytest.mark.proves("I-62", "O-64", "I-37", "O-29")
def test_copies_are_sets_with_numbers_of_their_own(desk: Desk) -> None:
    issued = desk.issued("midori", everybody=True, copies=3)

    assert (len(issued.sets), issued.fee, issued.total) == (3, 200, 600)
    assert len(set(numbers(issued))) == 3
    assert all(set_number.is_valid(number) for number in numbers(issued))
    assert all(number.startswith("044245-20260406-T00001-0000000") for number in numbers(issued))


def test_the_kiosk_accepts_every_page_and_its_order_only(desk: Desk) -> None:
    offer = desk.offer("taro")
    request_id, raw = desk.order(offer, "taro", everybody=True, copies=2)
    issued = desk.client.place_order(request_id, offer.session, raw)
    assert isinstance(issued, m.Issued)
    trust = load_trust(PKI / "seal")
    digest = hashlib.sha256(raw).digest()

    for one in issued.sets:
        checked = check_set(one.pages, trust=trust, order_sha256=digest, municipality=ISHIKARI, now=MONDAY)
        assert isinstance(checked, CheckedSet), checked
        assert checked.set_number == one.set_number
        other = check_set(one.pages, trust=trust, order_sha256=bytes(32), municipality=ISHIKARI, now=MONDAY)
        assert not isinstance(other, CheckedSet)


@pytest.mark.proves("fault-27", "fault-28")
def test_the_same_request_again_gives_the_same_bytes(centre: Centre, desk: Desk) -> None:
    offer = desk.offer("taro")
    request_id, raw = desk.order(offer, "taro", copies=2)
    request = wire.to_request(m.PlaceOrder(request_id, offer.session, raw))

    first = centre.respond(request, "T00001", MONDAY)
    again = centre.respond(request, "T00001", MONDAY)
    asked = centre.respond(wire.Request("GET", f"/orders/{request_id}"), "T00001", MONDAY)
    assert first.status == 200
    assert first == again == asked


@pytest.mark.proves("fault-28")
def test_another_order_under_the_same_id_is_refused(desk: Desk) -> None:
    offer = desk.offer("taro")
    request_id, raw = desk.order(offer, "taro")
    _, other = desk.order(offer, "taro", copies=2, request_id=request_id)

    assert isinstance(desk.client.place_order(request_id, offer.session, raw), m.Issued)
    assert refused(desk.client.place_order(request_id, offer.session, other), "E-43", m.REQUEST_REUSED)


def test_one_authentication_authorises_one_order(desk: Desk) -> None:
    offer = desk.offer("taro")
    first, second = desk.order(offer, "taro"), desk.order(offer, "taro")

    assert isinstance(desk.client.place_order(first[0], offer.session, first[1]), m.Issued)
    assert refused(desk.client.place_order(second[0], offer.session, second[1]), "E-43", "session-used")


def test_an_authentication_ends_after_five_minutes(desk: Desk) -> None:
    offer = desk.offer("taro")
    request_id, raw = desk.order(offer, "taro")
    desk.clock.wait(301)

    assert refused(desk.client.place_order(request_id, offer.session, raw), "E-70", "session-expired")


@pytest.mark.proves("fault-29", "fault-31")
def test_another_terminal_has_neither_session_nor_order(centre: Centre, desk: Desk) -> None:
    other = Desk(centre, desk.clock, "T00002")
    offer = desk.offer("taro")
    request_id, raw = desk.order(offer, "taro")

    assert refused(other.client.place_order(request_id, offer.session, raw), "E-43", "session-unknown")
    assert isinstance(desk.client.place_order(request_id, offer.session, raw), m.Issued)
    assert refused(other.client.ask_order(request_id), "E-99", m.ORDER_UNKNOWN)
    stolen = (SetResult(numbers(desk.client.ask_order(request_id))[0], Outcome.VOID, 0),)
    assert refused(other.client.report(request_id, stolen), "E-99", m.ORDER_UNKNOWN)
    assert isinstance(other.client.void(request_id), m.Settled)
    assert isinstance(desk.client.ask_order(request_id), m.Issued)


@pytest.mark.proves("fault-12", "fault-29")
def test_an_order_must_name_its_request_terminal_municipality_and_card(centre: Centre, desk: Desk) -> None:
    offer = desk.offer("taro")
    request_id, raw = desk.order(offer, "taro")
    elsewhere = Desk(centre, desk.clock, "T00002").order(offer, "taro", request_id="x1")[1]
    wrong = [
        ("x0", raw),
        ("x1", elsewhere),
        desk.order(offer, "taro", municipality=OHIRA),
        desk.order(offer, "hanako"),
    ]

    for named, order in wrong:
        assert refused(desk.client.place_order(named, offer.session, order), "E-43", "order-mismatch")
    assert refused(desk.client.place_order("x9", offer.session, raw + b"\x00"), "E-99", "bad-request")
    assert isinstance(desk.client.place_order(request_id, offer.session, raw), m.Issued)


@pytest.mark.proves("I-17", "I-19", "I-20", "I-71")
def test_nothing_beyond_the_offer_may_be_ordered(centre: Centre, desk: Desk) -> None:
    offer = desk.offer("taro")
    copy = offered(offer, Kind.RESIDENCE_COPY)
    mine = next(person.handle for person in copy.persons if person.is_self)
    others = tuple(person.handle for person in copy.persons if not person.is_self)
    wrong = [
        desk.order(offer, "taro", persons=()),
        desk.order(offer, "taro", persons=("0123456789abcdef",)),
        desk.order(offer, "taro", persons=(mine, mine)),
        desk.order(offer, "taro", items=("resident_code",)),
        desk.order(offer, "taro", items=("before_revision",)),
        desk.order(offer, "taro", items=("removed",)),
        desk.order(offer, "taro", items=("relation", "relation")),
        desk.order(offer, "taro", copies=11),
        desk.order(offer, "taro", Kind.SEAL, persons=others[:1]),
        desk.order(offer, "taro", Kind.SEAL, persons=(mine, *others)),
    ]

    for named, order in wrong:
        assert refused(desk.client.place_order(named, offer.session, order), "E-99", "order-not-offered")
    assert centre.registers.incidents() == ("order-not-offered",) * len(wrong)
    request_id, raw = desk.order(offer, "taro", persons=others)
    assert isinstance(desk.client.place_order(request_id, offer.session, raw), m.Issued)


@pytest.mark.proves("E-38")
def test_a_name_without_glyphs_is_not_printed(desk: Desk) -> None:
    assert refused(desk.place("ken"), "E-38")
    assert refused(desk.place("taro", font="no-such-font-1.0"), "E-38")
    if fonts.is_installed(fonts.IPAMJ):
        assert isinstance(desk.place("ken", font=fonts.IPAMJ), m.Issued)


# Settlement


@pytest.mark.proves("O-58", "fault-28")
def test_results_may_be_reported_twice_and_the_pages_are_gone(desk: Desk) -> None:
    issued = desk.issued("taro", copies=2)
    good, bad = numbers(issued)
    results = [SetResult(good, Outcome.DELIVERED, 1), SetResult(bad, Outcome.VOID, 0)]

    first = desk.client.report(issued.request_id, results)
    assert first == desk.client.report(issued.request_id, results)
    assert first == m.Settled(issued.request_id, {good: "printed", bad: "void"})
    assert refused(desk.client.ask_order(issued.request_id), "E-99", "order-settled")


def test_pages_stay_until_every_set_is_accounted_for(desk: Desk) -> None:
    issued = desk.issued("taro", copies=2)
    first, second = numbers(issued)

    desk.client.report(issued.request_id, [SetResult(first, Outcome.DELIVERED, 1)])
    assert numbers(desk.client.ask_order(issued.request_id)) == [first, second]


@pytest.mark.proves("fault-43", "fault-21")
def test_results_that_contradict_the_books_are_refused_whole(centre: Centre, desk: Desk) -> None:
    issued = desk.issued("taro", copies=2)
    first, second = numbers(issued)
    request_id = issued.request_id
    desk.client.report(request_id, [SetResult(first, Outcome.VOID, 0)])

    late = [SetResult(second, Outcome.DELIVERED, 1), SetResult(first, Outcome.DELIVERED, 1)]
    assert refused(desk.client.report(request_id, late), "E-43", "results-contradict")
    short = [SetResult(second, Outcome.DELIVERED, 0)]
    assert refused(desk.client.report(request_id, short), "E-43", "results-contradict")
    unknown = [SetResult("012351-20260406-T00001-00000099-X", Outcome.VOID, 0)]
    assert refused(desk.client.report(request_id, unknown), "E-43", "results-contradict")
    assert numbers(desk.client.ask_order(request_id)) == [first, second]
    assert centre.registers.incidents() == ("results-contradict",) * 3


@pytest.mark.proves("F-01", "fault-27")
def test_an_order_made_void_before_it_arrives_is_refused_when_it_does(desk: Desk) -> None:
    offer = desk.offer("taro")
    request_id, raw = desk.order(offer, "taro")

    assert desk.client.void(request_id) == m.Settled(request_id, {})
    assert refused(desk.client.place_order(request_id, offer.session, raw), "E-99", m.ORDER_VOID)
    assert refused(desk.client.ask_order(request_id), "E-99", m.ORDER_VOID)


def test_void_makes_void_what_is_not_printed_and_nothing_else(desk: Desk) -> None:
    issued = desk.issued("taro", copies=2)
    first, second = numbers(issued)
    desk.client.report(issued.request_id, [SetResult(first, Outcome.DELIVERED, 1)])

    settled = desk.client.void(issued.request_id)
    assert settled == m.Settled(issued.request_id, {first: "printed", second: "void"})
    assert settled == desk.client.void(issued.request_id)


def test_an_order_that_never_came_is_unknown(desk: Desk) -> None:
    assert refused(desk.client.ask_order("never"), "E-99", m.ORDER_UNKNOWN)
    assert refused(desk.client.report("never", []), "E-99", m.ORDER_UNKNOWN)


def test_pages_nobody_settled_are_gone_after_a_day(desk: Desk) -> None:
    issued = desk.issued("taro")
    desk.clock.wait(24 * 3600 + 1)

    assert refused(desk.client.ask_order(issued.request_id), "E-99", m.ORDER_VOID)
    assert desk.client.report(issued.request_id, []) == m.Settled(issued.request_id, {numbers(issued)[0]: "void"})


# Numbers


@pytest.mark.proves("F-03", "F-08", "fault-36", "fault-37")
@pytest.mark.parametrize("servers", [1, 2])
def test_numbers_of_one_instant_are_unique_and_without_gaps(kept: str, servers: int) -> None:
    centres = [build_centre(seed, kept) for seed in range(servers)]
    clock = Clock()
    people = ("taro", "hanako", "midori", "makoto")
    issued: dict[str, list[m.Issued]] = {person: [] for person in people}
    start = threading.Barrier(len(people))

    def work(person: str) -> None:
        desk = Desk(centres[people.index(person) % servers], clock, "T00001")
        desk.request_id = lambda: f"{person}-{next(count)}"  # type: ignore[method-assign]
        count = iter(range(1000))
        start.wait()
        for _ in range(6):
            issued[person].append(desk.issued(person))

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    every = [number for person in people for one in issued[person] for number in numbers(one)]
    assert len(every) == len(set(every)) == 24
    for code in (ISHIKARI, OHIRA):
        serials = sorted(int(number.split("-")[3]) for number in every if number.startswith(code))
        assert serials == list(range(1, 13))
    names = {"taro": "石狩　太郎", "hanako": "石狩　花子", "midori": "大衡　みどり", "makoto": "大衡　誠"}
    for person in people:
        for one in issued[person]:
            assert [name in texts(one)[0] for name in names.values()].count(True) == 1
            assert names[person] in texts(one)[0]
    for centre in centres:
        centre.close()


def test_after_a_restart_numbers_go_on_and_chance_may_begin_again(kept: str) -> None:
    clock = Clock()
    first = build_centre(1, kept)
    before = numbers(Desk(first, clock).issued("taro"))
    first.close()
    second = build_centre(1, kept)
    desk = Desk(second, clock)
    desk.request_id()
    desk.request_id()

    assert numbers(desk.issued("taro")) == [set_number.make(ISHIKARI, MONDAY.date(), "T00001", 2)]
    assert before == [set_number.make(ISHIKARI, MONDAY.date(), "T00001", 1)]
    clock.wait(24 * 3600)
    assert numbers(desk.issued("taro"))[0].split("-")[1:4] == ["20260407", "T00001", "00000001"]
    second.close()


@pytest.mark.proves("O-58", "I-65")
def test_the_database_forgets_a_settled_certificate(kept: str) -> None:
    centre = build_centre(database=kept)
    desk = Desk(centre)
    issued = desk.issued("taro", items=("my_number",))
    desk.client.report(issued.request_id, [SetResult(numbers(issued)[0], Outcome.DELIVERED, 1)])
    centre.close()

    engine = create_engine(kept)
    with engine.connect() as connection:
        rows = {one.name: connection.execute(select(one)).mappings().all() for one in metadata.sorted_tables}
    engine.dispose()
    (order,) = rows["orders"]
    assert (order["answer"], order["kind"], order["state"]) == (None, "residence_copy", "settled")
    naming = {name for name, found in rows.items() if "太郎" in _legible(found)}
    assert naming == {"residents", "family_registers"}


def _legible(rows: Sequence[Mapping[str, object]]) -> str:
    """All that stands in rows, blobs read as text."""
    values = (value for row in rows for value in row.values())
    return "\n".join(one.decode(errors="replace") if isinstance(one, bytes) else str(one) for one in values)


def test_seals_carry_order_time_and_place(desk: Desk) -> None:
    offer = desk.offer("taro")
    request_id, raw = desk.order(offer, "taro", everybody=True)
    issued = desk.client.place_order(request_id, offer.session, raw)
    assert isinstance(issued, m.Issued)

    seals = [decode_seal(page.seal) for page in issued.sets[0].pages]
    assert [(seal.page, seal.pages) for seal in seals] == [(1, 3), (2, 3), (3, 3)]
    assert {seal.issued_at for seal in seals} == {"2026-04-06T10:00:00+09:00"}
    assert {seal.order_sha256 for seal in seals} == {hashlib.sha256(raw).digest()}
    assert read_order(raw).municipality == seals[0].municipality == ISHIKARI
