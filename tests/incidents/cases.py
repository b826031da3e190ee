"""Each incident as it happened, in pairs of visits at the same instant; returns what must not be, as a number.

Persons: Taro and Hanako have households of their own in Ishikari and share nothing but the centre.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from municipality_client import messages as m
from municipality_client.centre.store_operations import OperationBooks
from municipality_client.errors import MunicipalityError
from municipality_client.messages import Kind
from municipality_client.set_number import is_valid
from printer.document import decode_page, text_lines
from tests.incidents.server import SLOW
from tests.incidents.world import Kiosk, World
from tests.municipality_client.desk import ISHIKARI, MONDAY

A, B = "taro", "midori"


def pairs(world: World, *, everybody: bool = False) -> int:
    """Two kiosks, two persons, one instant; who asks which server changes from pair to pair."""
    for number in world.rounds():
        first, second = world.kiosks[0].at(number), world.kiosks[1].at(number + 1)
        world.together(
            lambda one=first: one.visit(world.tally, A, everybody=everybody),  # type: ignore[misc]
            lambda one=second: one.visit(world.tally, B, everybody=everybody),  # type: ignore[misc]
        )
    return world.tally.wrong + world.tally.twice + sum(not is_valid(one) for one in world.tally.numbers)


def f01(world: World) -> int:
    """A job waits too long; the kiosk gives it up and serves the next. Nothing of the first may ever count."""
    kiosk, other = world.kiosks
    for number in world.rounds(of=50):
        kiosk.at(number), other.at(number)
        offer = kiosk.offer(A)
        request_id, raw = kiosk.order(offer, A)
        try:
            kiosk.take(world.tally, A, raw, kiosk.hasty(number).place_order(request_id, offer.session, raw))
            world.tally.amiss()  # the renderer was not slow
        except MunicipalityError:
            kiosk.client.void(request_id)
        world.together(lambda: kiosk.visit(world.tally, "hanako"), lambda: other.visit(world.tally, B))
        time.sleep(2 * SLOW)
        with world.store.transaction() as books:
            states = [one.state for one in books.sets(kiosk.terminal, request_id)]
        if any(state != "void" for state in states):
            world.tally.amiss()
    return world.tally.wrong + world.tally.twice


def f02(world: World) -> int:
    """While the residence system tells of changes, two ask at once, and the composer mixes them up."""

    def change(books: OperationBooks, number: int) -> None:
        resident = books.resident(ISHIKARI, "hanako")
        assert resident is not None
        books.change_resident(msgspec.structs.replace(resident, address=f"北海道石狩市花川北{number}番地"))

    for number in world.rounds():
        first, second = world.kiosks[0].at(number), world.kiosks[1].at(number)
        world.together(
            lambda one=first: one.visit(world.tally, A),  # type: ignore[misc]
            lambda one=second: one.visit(world.tally, B),  # type: ignore[misc]
            lambda n=number: world.store.run(lambda books: change(books, n)),  # type: ignore[misc]
        )
    return world.tally.wrong + world.tally.twice


def f04(world: World) -> int:
    """Page 2 of a set of three is somebody else's."""
    return pairs(world, everybody=True)


def f05(world: World) -> int:
    """廃印 is recorded; from the next moment on no kiosk gets a certificate of that seal."""
    kiosks = world.kiosks
    for number in world.rounds(of=5):
        for void in (False, True):
            with world.store.transaction() as books:
                resident = books.resident(ISHIKARI, A)
                assert resident is not None and resident.seal is not None
                seal = msgspec.structs.replace(resident.seal, void=void)
                books.change_resident(msgspec.structs.replace(resident, seal=seal))
            before = world.tally.right
            first, second = kiosks[0].at(number), kiosks[1].at(number + 1)
            world.together(
                lambda one=first: _seal(one, world),  # type: ignore[misc]
                lambda one=second: _seal(one, world),  # type: ignore[misc]
            )
            if void and world.tally.right != before:
                world.tally.amiss()
    return world.tally.wrong + world.tally.twice


def _seal(kiosk: Kiosk, world: World) -> None:
    kiosk.visit(world.tally, A, Kind.SEAL)


def f06(world: World) -> int:
    """A move is recorded; the old address is printed nowhere any more, and the set says of which version it is."""
    for number in world.rounds(of=5, least=3):
        address = f"北海道石狩市花川南{number + 1}番地"
        with world.store.transaction() as books:
            resident = books.resident(ISHIKARI, A)
            assert resident is not None
            books.change_resident(msgspec.structs.replace(resident, address=address))
            version = books.feed(ISHIKARI).version
        kiosk = world.kiosks[number % 2].at(number)
        issued = kiosk.issued(A)
        text = "".join(text_lines(decode_page(issued.sets[0].pages[0].page)))
        with world.store.transaction() as books:
            kept = books.sets(kiosk.terminal, issued.request_id)[0].version
        if address not in text or kept != version:
            world.tally.amiss()
        else:
            world.tally.right += 1
    return world.tally.wrong


def f08(world: World) -> int:
    """Two servers behind a balancer, one terminal: ids unique only within a server come twice."""
    kiosk = world.kiosks[0]
    for number in world.rounds():
        for side in (0, 1):
            kiosk.at(number + side).visit(world.tally, A)
    return world.tally.wrong + world.tally.twice


def f09(world: World) -> int:
    """A mismatch is no retry: the same request is refused for ever, on every server, and somebody hears of it."""
    stopped = 0
    for _ in world.rounds(of=5, least=3):
        for kiosk, person in zip(world.kiosks, (A, B), strict=True):
            offer = kiosk.at(0).offer(person)
            request_id, raw = kiosk.order(offer, person)
            answer = kiosk.client.place_order(request_id, offer.session, raw)
            kiosk.take(world.tally, person, raw, answer)
            if isinstance(answer, m.Refusal) and answer.reason == "mixed-up":
                stopped += 1
                again = [kiosk.at(side).client.place_order(request_id, offer.session, raw) for side in (0, 1)]
                if not all(isinstance(one, m.Refusal) and one.reason == "mixed-up" for one in again):
                    world.tally.amiss()
    with world.store.transaction() as books:
        heard = sum(one.what.startswith("mixed-up") for one in books.incidents())
    return world.tally.wrong + world.tally.twice + (not stopped) + (heard != stopped)


def closed(world: World, kinds: tuple[Kind, ...], open_kinds: tuple[Kind, ...]) -> int:
    """What is closed in Ishikari is refused, what is not goes on, and Ohira does not notice."""
    for number in world.rounds(of=5):
        first, second = world.kiosks[0].at(number), world.kiosks[1].at(number + 1)
        before = world.tally.right
        world.together(
            lambda one=first: [_may(one, world, kind) for kind in kinds],  # type: ignore[misc]
            lambda one=second: one.visit(world.tally, B),  # type: ignore[misc]
        )
        for kind in open_kinds:
            first.visit(world.tally, A, kind)
        if world.tally.right != before + 1 + len(open_kinds):
            world.tally.amiss()
    return world.tally.wrong + world.tally.twice


def _may(kiosk: Kiosk, world: World, kind: Kind) -> None:
    """Order what is closed: a refusal, or amiss."""
    offer = kiosk.open(A)
    if isinstance(offer, m.Refusal):
        world.tally.no(offer.code)
        return
    request_id, raw = kiosk.order(offer, A, kind)
    answer = kiosk.client.place_order(request_id, offer.session, raw)
    if isinstance(answer, m.Refusal):
        world.tally.no(answer.code)
    else:
        world.tally.amiss()


def announce(world: World, before: timedelta, after: timedelta) -> None:
    """Close Ishikari from so long before now to so long after."""
    with world.store.transaction() as books:
        books.add_closure(ISHIKARI, MONDAY - before, MONDAY + after)


def f20(world: World) -> int:
    """The network of one municipality is down."""
    announce(world, timedelta(hours=1), timedelta(hours=1))
    return closed(world, (Kind.RESIDENCE_COPY,), ())


def f21(world: World) -> int:
    """Whether one card is good is answered late; who has another card is not kept waiting by it."""
    for number in world.rounds(of=50):
        ends: dict[str, datetime] = {}

        def visit(kiosk: Kiosk, person: str, ends: dict[str, datetime] = ends) -> None:
            kiosk.visit(world.tally, person)
            ends[person] = datetime.now(MONDAY.tzinfo)

        slow, quick = world.kiosks[0].at(number), world.kiosks[1].at(number)

        def after(quick: Kiosk = quick, visit: Callable[..., None] = visit) -> None:
            time.sleep(SLOW / 3)
            visit(quick, B)

        world.together(lambda one=slow, do=visit: do(one, A), after)  # type: ignore[misc]
        if ends[A] < ends[B]:
            world.tally.amiss()
    return world.tally.wrong + world.tally.twice


def f22(world: World) -> int:
    """The link of the family registers is down: everything else goes on."""
    return closed(world, (Kind.KOSEKI_WHOLE,), (Kind.RESIDENCE_COPY,))


def f23(world: World) -> int:
    """A data centre has a fault: some certificates stop, others run."""
    return closed(world, (Kind.SEAL, Kind.KOSEKI_WHOLE), (Kind.RESIDENCE_COPY,))


def f24(world: World) -> int:
    """A planned stop of days, over a weekend."""
    announce(world, timedelta(days=3), timedelta(days=1))
    return closed(world, (Kind.RESIDENCE_COPY, Kind.SEAL), ())


@dataclass(frozen=True)
class Incident:
    """How an incident is played; `planted`: a fault in the servers; `closes`: what Ishikari's profile closes.

    `alone`: it changes what all see, or waits for something slow, so one pair follows the other.
    """

    play: Callable[[World], int]
    planted: bool = False
    servers: int = 2
    closes: tuple[Kind, ...] = ()
    guard_in_kiosk: bool = False
    alone: bool = False


KOSEKI = (Kind.KOSEKI_WHOLE, Kind.KOSEKI_PERSON, Kind.KOSEKI_ADDRESS)
INCIDENTS = {
    "F-01": Incident(f01, planted=True, alone=True),
    "F-02": Incident(f02, planted=True),
    "F-03": Incident(pairs),
    "F-04": Incident(f04, planted=True),
    "F-05": Incident(f05, alone=True),
    "F-06": Incident(f06, alone=True),
    "F-07": Incident(pairs, planted=True, guard_in_kiosk=True),
    "F-08": Incident(f08),
    "F-09": Incident(f09, planted=True, alone=True),
    "F-20": Incident(f20),
    "F-21": Incident(f21, planted=True, servers=1, alone=True),
    "F-22": Incident(f22, closes=KOSEKI),
    "F-23": Incident(f23, closes=(*KOSEKI, Kind.SEAL)),
    "F-24": Incident(f24),
}
