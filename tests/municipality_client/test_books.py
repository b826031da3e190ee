"""The books under any sequence of requests: what was issued stays, what is settled does not come back."""

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from municipality_client import messages as m
from municipality_client.centre.engines import MEMORY
from municipality_client.messages import Outcome, SetResult
from tests.municipality_client.desk import Desk, build_centre, refused


class Books(RuleBasedStateMachine):
    """Orders, repeats, reports and voids in any order, beside a model that is a dictionary."""

    orders = Bundle("orders")
    database: Callable[[], str]

    @initialize()
    def open(self) -> None:
        self.centre = build_centre(database=self.database())
        self.desk = Desk(self.centre)
        self.asked: dict[str, tuple[str, bytes]] = {}
        self.issued: dict[str, m.Issued] = {}
        self.states: dict[str, dict[str, str]] = {}

    @rule(target=orders, copies=st.integers(1, 2))
    def place(self, copies: int) -> str:
        offer = self.desk.offer("hanako")
        request_id, raw = self.desk.order(offer, "hanako", copies=copies)
        issued = self.desk.client.place_order(request_id, offer.session, raw)
        assert isinstance(issued, m.Issued)
        self.asked[request_id] = (offer.session, raw)
        self.issued[request_id] = issued
        self.states[request_id] = {one.set_number: "issued" for one in issued.sets}
        return request_id

    @rule(order=orders)
    def repeat(self, order: str) -> None:
        answer = self.desk.client.place_order(order, *self.asked[order])
        assert answer == self.desk.client.ask_order(order)
        if "issued" in self.states[order].values():
            assert answer == self.issued[order]
        else:
            assert refused(answer, "E-99")

    @rule(order=orders, outcome=st.sampled_from(Outcome), which=st.integers(0, 1))
    def report(self, order: str, outcome: Outcome, which: int) -> None:
        numbers = list(self.states[order])
        number = numbers[which % len(numbers)]
        wanted = "printed" if outcome is Outcome.DELIVERED else "void"
        result = SetResult(number, outcome, 1 if outcome is Outcome.DELIVERED else 0)
        answer = self.desk.client.report(order, [result])
        if self.states[order][number] in ("issued", wanted):
            self.states[order][number] = wanted
            assert answer == m.Settled(order, self.states[order])
        else:
            assert refused(answer, "E-43", "results-contradict")

    @rule(order=orders)
    def void(self, order: str) -> None:
        states = self.states[order]
        self.states[order] = {number: "void" if state == "issued" else state for number, state in states.items()}
        assert self.desk.client.void(order) == m.Settled(order, self.states[order])

    @invariant()
    def numbers_are_unique_and_gapless(self) -> None:
        numbers = [number for states in self.states.values() for number in states]
        assert sorted(int(number.split("-")[3]) for number in numbers) == list(range(1, len(numbers) + 1))

    def teardown(self) -> None:
        if hasattr(self, "centre"):
            self.centre.close()


def test_on_any_database(database: str, request: pytest.FixtureRequest) -> None:
    """Each example has a database of its own; so there are few on PostgreSQL, which makes files for each."""
    on_postgres = database != MEMORY

    def fresh() -> str:
        return request.getfixturevalue("postgres").create(request.getfixturevalue("filled")) if on_postgres else MEMORY

    class OnDatabase(Books):
        database = staticmethod(fresh)

    few = settings(max_examples=2 if on_postgres else 6, stateful_step_count=10, deadline=None)
    run_state_machine_as_test(OnDatabase, settings=few)  # type: ignore[no-untyped-call]
