"""After a crash at any record of a visit, the decision keeps I2: sets or money, never neither, never both."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import JST
from kiosk.decision import (
    Ask,
    Decision,
    NotDebited,
    RefundOwed,
    Report,
    Reprint,
    Returned,
    Void,
    World,
    decide,
    stories,
)
from kiosk.journal import JournalRecord
from kiosk.session import records
from kiosk.session.effects import Record
from kiosk.session.states import Means, Order, SetFacts

NOON = datetime(2026, 4, 6, 12, 0, tzinfo=JST)
ORDER = Order("s-1", bytes(32), 700, (SetFacts("A", 3), SetFacts("B", 3)), card_mark="mark")
AGAIN = Order("s-1", bytes(32), 700, ORDER.sets, reprint=True, card_mark="mark")
WHOLE = (
    records.session_began(),
    records.order_placed("s-1", "012351", "seal", 2, "1"),
    records.sets_ready(ORDER),
    records.fee_due(ORDER),
    records.fee_taken(ORDER, 300),
    records.printing(ORDER),
    records.sheet_out(ORDER, 1),
    records.printed(ORDER),
    records.delivered("s-1"),
    records.closed(),
)
TAKEN = World(taken=frozenset({"s-1"}))


def told(*wanted: Record) -> list[JournalRecord]:
    return [JournalRecord(n, NOON, "s", one.kind, dict(one.fields)) for n, one in enumerate(wanted, 1)]


def decided(
    wanted: Sequence[Record], world: World | None = None, after: timedelta = timedelta(minutes=1)
) -> tuple[Decision, ...]:
    return decide(stories(told(*wanted)).values(), world or World(), NOON + after)


@pytest.mark.proves("fault-16", "fault-18", "fault-19")
@pytest.mark.parametrize(
    ("count", "world", "expected"),
    [
        (0, World(), ()),
        (1, World(), ()),
        (2, World(), (Void("s-1"),)),
        (3, World(), (Void("s-1"),)),
        (4, World(), (Void("s-1"),)),
        (4, TAKEN, (Reprint(AGAIN),)),
        (5, TAKEN, (Reprint(AGAIN),)),
        (6, TAKEN, (Reprint(AGAIN),)),
        (7, TAKEN, (Reprint(AGAIN),)),
        (7, World(taken=frozenset({"s-1"}), printed=frozenset({"s-1"})), (Report(AGAIN),)),
        (8, TAKEN, (Report(AGAIN),)),
        (9, TAKEN, ()),
        (10, TAKEN, ()),
    ],
)
def test_every_prefix_of_a_visit(count: int, world: World, expected: tuple[Decision, ...]) -> None:
    assert expected == decided(WHOLE[:count], world)


def test_after_half_an_hour_the_fee_is_owed_and_the_set_void() -> None:
    assert (RefundOwed("s-1", 700), Void("s-1")) == decided(WHOLE[:6], TAKEN, timedelta(minutes=31))


def test_a_failure_whose_refund_was_not_recorded_yet() -> None:
    failed = (*WHOLE[:7], records.failed("E-61", "s-1"))

    assert (RefundOwed("s-1", 700), Void("s-1")) == decided(failed, TAKEN)


def test_a_refund_on_record_is_not_owed_twice() -> None:
    owed = (*WHOLE[:7], records.failed("E-61", "s-1"), records.refund_owed("s-1", 700))

    assert (Void("s-1"),) == decided(owed, TAKEN)
    assert decided((*owed, records.void("s-1")), TAKEN) == ()


def test_money_that_the_box_gave_back_before_the_crash_is_no_longer_owed() -> None:
    owed = (*WHOLE[:7], records.failed("E-61", "s-1"), records.refund_owed("s-1", 700), records.void("s-1"))
    back = World(returned=frozenset({"s-1"}))

    assert (Returned("s-1", 700),) == decided(owed, back)
    assert decided((*owed, records.returned("s-1", 700)), back) == ()


def test_a_cancelled_order_is_void_until_the_centre_says_so() -> None:
    cancelled = (*WHOLE[:3], records.failed("cancelled", "s-1"))

    assert (Void("s-1"),) == decided(cancelled)
    assert decided((*cancelled, records.void("s-1"), records.closed())) == ()


def test_what_the_centre_refused_to_hear_is_not_told_at_every_start() -> None:
    refused = Record("refused", (("order", "s-1"), ("code", "E-43")))

    assert decided((*WHOLE[:8], refused)) == ()


@pytest.mark.proves("F-38")
def test_a_debit_in_doubt_is_asked_for_and_nothing_is_printed() -> None:
    due = (*WHOLE[:3], records.fee_due(ORDER, Means.EMONEY))
    doubt = World(in_doubt=frozenset({"s-1"}))
    given_up = (*due, records.failed("E-52", "s-1"), records.debit_unknown(ORDER), records.void("s-1"))

    assert decided(due, doubt) == (Ask(AGAIN), Void("s-1"))
    assert decided(given_up, doubt) == (Ask(AGAIN),)
    assert decided(given_up) == (NotDebited("s-1"),)
    assert decided(given_up, TAKEN) == (RefundOwed("s-1", 700),)
    assert decided((*given_up, records.debit_none("s-1"))) == ()
    assert decided((*given_up, Record("task-done", (("order", "s-1"), ("task", "debit")))), doubt) == ()


@pytest.mark.proves("F-38")
def test_a_crash_before_the_doubt_was_written_ends_the_same() -> None:
    failed = (*WHOLE[:3], records.fee_due(ORDER, Means.EMONEY), records.failed("E-52", "s-1"))

    assert decided(failed, World(in_doubt=frozenset({"s-1"}))) == (Ask(AGAIN), Void("s-1"))
    assert decided(failed, TAKEN) == (RefundOwed("s-1", 700), Void("s-1"))


def test_orders_of_several_visits_are_decided_apart() -> None:
    second = Order("t-1", bytes(32), 350, (SetFacts("C", 1),))
    both = (*WHOLE[:10], records.order_placed("t-1", "012351", "seal", 1, "1"), records.sets_ready(second))

    assert (Void("t-1"),) == decided(both)


@given(st.integers(0, len(WHOLE)), st.sampled_from([(), ("E-61",), ("E-99",)]), st.integers(0, 3000), st.booleans())
def test_money_is_never_kept_for_nothing(count: int, failing: tuple[str, ...], seconds: int, out: bool) -> None:
    """I2 over prefixes, failures, ages and what the printer remembers."""
    kinds = [record.kind for record in WHOLE[:count]]
    taken = "fee-taken" in kinds
    failed = [records.failed(code, "s-1") for code in failing if "printed" not in kinds]
    world = World(
        taken=frozenset({"s-1"} if taken else ()), printed=frozenset({"s-1"} if out and "print" in kinds else ())
    )
    decisions = decided([*WHOLE[:count], *failed], world, timedelta(seconds=seconds))
    settled = "delivered" in kinds
    ways = [one for one in decisions if isinstance(one, Reprint | RefundOwed | Report)]

    assert len(ways) == (1 if taken and not settled else 0)
    assert not (taken and not settled and decisions == (Void("s-1"),))
