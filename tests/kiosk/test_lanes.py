"""One contract for the lanes with threads and without: order kept, nothing after the end."""

import time
from collections.abc import Callable, Iterator
from threading import Event

import pytest

from kiosk.lanes import Lane, Lanes
from kiosk.lanes.inline import InlineLanes
from kiosk.lanes.threads import ThreadLanes


@pytest.fixture(params=[InlineLanes, ThreadLanes])
def lanes(request: pytest.FixtureRequest) -> Iterator[Lanes]:
    made: Lanes = request.param()
    yield made
    made.close()


def settle(lanes: Lanes, done: Callable[[], bool]) -> None:
    until = time.monotonic() + 5
    while not done() and time.monotonic() < until:
        if not lanes.turn():
            time.sleep(0.001)


def test_first_in_first_out_within_a_lane(lanes: Lanes) -> None:
    seen: list[int] = []
    for number in range(50):
        lanes.submit(Lane.CARD, lambda number=number: seen.append(number))  # type: ignore[misc]
    settle(lanes, lambda: len(seen) == 50)

    assert list(range(50)) == seen


def test_every_lane_works(lanes: Lanes) -> None:
    seen: set[Lane] = set()
    for lane in Lane:
        lanes.submit(lane, lambda lane=lane: seen.add(lane))  # type: ignore[misc]
    settle(lanes, lambda: len(seen) == len(Lane))

    assert set(Lane) == seen


def test_a_job_may_submit_another(lanes: Lanes) -> None:
    seen: list[str] = []
    lanes.submit(Lane.CARD, lambda: lanes.submit(Lane.COINS, lambda: seen.append("second")))
    settle(lanes, lambda: bool(seen))

    assert seen == ["second"]


def test_nothing_happens_after_the_end(lanes: Lanes) -> None:
    seen: list[int] = []
    lanes.close()
    lanes.submit(Lane.CENTRE, lambda: seen.append(1))

    assert not lanes.turn()
    assert seen == []


def test_a_lane_whose_job_never_ends_goes_on_without_it_a_few_times() -> None:
    lanes = ThreadLanes()
    release, seen = Event(), list[object]()

    def stuck() -> None:
        release.wait(30)
        seen.append("late")

    for number in range(4):
        lanes.submit(Lane.CARD, stuck)
        lanes.submit(Lane.CARD, lambda number=number: seen.append(number))  # type: ignore[misc]
        time.sleep(0.05)
        lanes.renew(Lane.CARD)
        settle(lanes, lambda number=number: number in seen or number == 3)  # type: ignore[misc]
    before = list(seen)
    release.set()
    settle(lanes, lambda: len(seen) == 8)
    lanes.close()

    assert before == [0, 1, 2], "the fourth is held up: threads are not begun without end"
    assert sorted(map(str, seen)) == ["0", "1", "2", "3", "late", "late", "late", "late"]


def test_renewing_a_lane_that_is_not_stuck_changes_nothing(lanes: Lanes) -> None:
    seen: list[int] = []
    for number in range(3):
        lanes.submit(Lane.CARD, lambda number=number: seen.append(number))  # type: ignore[misc]
        settle(lanes, lambda number=number: number in seen)  # type: ignore[misc]
        lanes.renew(Lane.CARD)

    assert seen == [0, 1, 2]


def test_a_slow_lane_holds_up_no_other() -> None:
    lanes = ThreadLanes()
    seen: list[str] = []
    release: list[bool] = []

    def slow() -> None:
        while not release:
            time.sleep(0.001)
        seen.append("centre")

    lanes.submit(Lane.CENTRE, slow)
    lanes.submit(Lane.CARD, lambda: seen.append("card"))
    settle(lanes, lambda: "card" in seen)
    before = list(seen)
    release.append(True)
    settle(lanes, lambda: "centre" in seen)
    lanes.close()

    assert before == ["card"]
    assert seen == ["card", "centre"]
