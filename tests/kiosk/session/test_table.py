"""The table of transitions: complete, without contradictions, and true to what its rows promise."""

import ast
from pathlib import Path

import pytest

import kiosk.session
from kiosk.session import events as e
from kiosk.session.advance import advance
from kiosk.session.buttons import Button
from kiosk.session.effects import Record, ReturnMoney, VoidOrder, WipePin, WipeSession
from kiosk.session.rows import Trigger
from kiosk.session.states import Step
from kiosk.session.transitions import ROWS, VISIT_BEGINS
from tests.kiosk.session.visit import at

EVERYWHERE: tuple[tuple[Trigger, ...], ...] = (
    (e.CardPlaced,),
    (e.CardRemoved,),
    (e.TimedOut, e.TimeShort),
    (Button.CANCEL,),
    (e.ReaderLost,),
    (e.ReaderFound,),
)
SETTING = {Button.LANGUAGE, Button.COMFORT}
UP_TO_PAYING = [step for step in Step if Step.SERVICE_MENU <= step <= Step.PAYING]
PURE = {
    "kiosk",
    "municipality_client",
    "dataclasses",
    "enum",
    "collections",
    "typing",
    "hashlib",
    "unicodedata",
    "itertools",
    "functools",
    "math",
    "re",
}


def test_no_two_rows_for_one_screen_and_event() -> None:
    assert len({(row.step, row.on) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("step", Step)
def test_every_screen_has_a_row_for_card_time_cancel_and_reader(step: Step) -> None:
    there = {row.on for row in ROWS if row.step is step}
    missing = [wanted for wanted in EVERYWHERE if not there & set(wanted)]

    assert missing == []


def test_every_screen_is_reached_and_left() -> None:
    led_to = {to for row in ROWS for to in row.to if to is not row.step}
    left = {row.step for row in ROWS if row.to - {row.step}}

    assert led_to == set(Step)
    assert left == set(Step)


@pytest.mark.parametrize("step", Step)
def test_the_usual_way_reaches_every_screen(step: Step) -> None:
    assert at(step).step is step


@pytest.mark.proves("S-00", "S-13", "S-15", "I-81")
@pytest.mark.parametrize("step", UP_TO_PAYING)
def test_cancel_gives_back_card_and_money_up_to_paying(step: Step) -> None:
    visit = at(step)
    if step is Step.PAYING:
        visit.do(e.MoneyInserted(100))

    wanted = visit.touch(Button.CANCEL)

    assert visit.step is Step.FAILED
    assert visit.session.failure is not None and visit.session.failure.code == "cancelled"
    assert WipePin() in wanted
    assert (ReturnMoney() in wanted) == (step is Step.PAYING)
    assert visit.session.change == (100 if step is Step.PAYING else 0)


@pytest.mark.parametrize("step", [Step.PRINTING, Step.TAKE_PAPER, Step.RECEIPT, Step.ANOTHER])
def test_once_printing_has_begun_cancel_changes_nothing(step: Step) -> None:
    visit = at(step)
    before = visit.session

    visit.touch(Button.CANCEL)

    assert visit.session == before


@pytest.mark.parametrize("step", Step)
def test_a_card_pulled_on_any_screen_leads_where_the_row_says(step: Step) -> None:
    visit = at(step)
    row = next(row for row in ROWS if row.step is step and row.on is e.CardRemoved)

    visit.do(e.CardRemoved())

    assert visit.step in row.to
    assert not visit.session.card_present


@pytest.mark.proves("fault-05", "fault-06", "E-04")
@pytest.mark.parametrize("step", Step)
def test_a_lost_reader_ends_only_what_needs_the_card(step: Step) -> None:
    needs_card = Step.PLACE_CARD <= step <= Step.REMOVE_CARD or Step.PIN_CARD <= step <= Step.PIN_AGAIN
    visit = at(step)

    visit.do(e.ReaderLost())

    assert (visit.step is Step.FAILED) == (needs_card or step is Step.FAILED)
    if needs_card:
        assert visit.session.failure is not None and visit.session.failure.code == "E-04"


@pytest.mark.proves("fault-25")
@pytest.mark.parametrize("step", Step)
def test_what_has_no_row_changes_nothing(step: Step) -> None:
    visit = at(step)
    known = {row.on for row in ROWS if row.step is step}

    for button in Button:
        if button not in known | SETTING:
            assert advance(visit.session, e.Touched(button)) == (visit.session, ())


@pytest.mark.proves("F-01", "fault-28", "fault-29")
@pytest.mark.parametrize("step", Step)
def test_an_answer_that_is_not_awaited_changes_nothing(step: Step) -> None:
    visit = at(step)

    for late in (e.Unanswered("another-1"), e.Refused("another-1", "E-30"), e.CardProbed("another-1", 3, b"")):
        assert advance(visit.session, late) == (visit.session, ())


@pytest.mark.parametrize("step", [Step.SERVICE_MENU, Step.PIN, Step.KIND, Step.CONFIRM, Step.PAYING])
def test_a_time_out_ends_the_visit_and_wipes_it(step: Step) -> None:
    visit = at(step)

    visit.do(e.TimeShort())
    assert visit.session.time_short
    visit.do(e.TimedOut())
    assert visit.session.failure is not None and visit.session.failure.code == "E-70"
    visit.do(e.TimedOut())
    visit.do(e.CardRemoved())
    visit.do(e.MoneyTaken())

    assert visit.step is Step.IDLE
    assert WipeSession() in visit.effects
    assert Record("closed") in visit.effects


def test_visits_begin_where_the_table_takes_started() -> None:
    assert {row.step for row in ROWS if row.on is e.Started} == set(VISIT_BEGINS)


def test_an_order_that_was_placed_and_given_up_is_made_void() -> None:
    visit = at(Step.PREPARING)
    placed = visit.place_order().request_id

    visit.touch(Button.CANCEL)
    void = visit.wanted(VoidOrder)

    assert [one.order_id for one in void if isinstance(one, VoidOrder)] == [placed]


def test_the_flow_and_the_screens_import_no_device_clock_or_thread() -> None:
    for folder in ("kiosk/session", "kiosk/screens"):
        root = Path(kiosk.session.__file__).parents[2] / folder
        for path in root.glob("*.py"):
            if path.name == "diagram.py":
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                strange = {name.split(".")[0] for name in names} - PURE - {"assets", "tomllib", "functools", "operator"}
                assert strange == set(), f"{path.name} imports {strange}"
