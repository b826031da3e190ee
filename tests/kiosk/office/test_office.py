"""The operator's menu on a kiosk with every embedded part real, on a jumping clock."""

from pathlib import Path

import pygame
import pytest

from kiosk import journal
from kiosk.office import books
from kiosk.office.pin import operator_pin
from kiosk.panel.painter import Painter
from kiosk.screens.view import Rect, Touch
from kiosk.session.buttons import Button
from kiosk.session.events import Event, FeeTaken
from kiosk.session.states import Step
from tests.kiosk.machine import MORNING, Machine

PIN = "271828"


class Operator:
    """Somebody who knows the PIN, in front of a machine."""

    def __init__(self, folder: Path, machine: Machine | None = None) -> None:
        operator_pin(folder).set(PIN, lambda count: bytes(range(count)))
        self.machine = machine or Machine(folder)
        self.office = self.machine.kiosk.office
        self.folder = folder

    def touch(self, button: str, value: str = "") -> None:
        assert self.office.touch(Touch(self.office.view().view_id, button, value)), (button, value, self.words)
        self.machine.settle()

    def type(self, pin: str) -> None:
        for digit in pin:
            self.touch(Button.DIGIT, digit)
        self.touch(Button.NEXT)

    def enter(self) -> None:
        assert self.office.knock()
        self.type(PIN)

    def page(self, page: str) -> None:
        self.touch("page", page)

    @property
    def step(self) -> str:
        return self.office.view().step

    @property
    def words(self) -> str:
        return "\n".join(self.office.view().words)

    def kinds(self) -> list[str]:
        return [record.kind for record in journal.read(self.folder / "journal" / "journal.db")]


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def with_jam(operator: Operator, *, box_is_empty: bool = False) -> None:
    """A visit that ends in a jam; with an empty coin box the machine cannot give the fee back."""
    operator.machine.to_paying()
    operator.machine.bench.printer_fault("media-jam", 1)
    bench, heard = operator.machine.bench, operator.machine.runner.on_event

    def on_event(event: Event) -> None:
        heard(event)
        if box_is_empty and isinstance(event, FeeTaken):
            bench.stock({})

    operator.machine.runner.on_event = on_event
    operator.machine.pay(500)
    operator.machine.runner.on_event = heard
    operator.machine.wait(400)
    operator.machine.bench.clear_printer_fault()
    operator.machine.bench.take_paper()
    operator.machine.bench.take_money()
    operator.machine.wait(400)
    assert operator.machine.step is Step.IDLE


@pytest.mark.proves("fault-47")
def test_it_opens_only_while_nobody_is_served_and_only_to_the_right_pin(operator: Operator) -> None:
    operator.machine.touch(Button.ADMINISTRATIVE_SERVICE)
    assert not operator.office.knock()
    operator.machine.touch(Button.BACK)

    assert operator.office.knock()
    operator.type("314159")
    assert operator.step == "O-00"
    assert "違います" in operator.words
    operator.type(PIN)
    assert operator.step == "O-01"


def test_three_misses_make_it_wait_and_leave_no_digit_anywhere(operator: Operator) -> None:
    operator.office.knock()
    for _ in range(3):
        operator.type("314159")
    operator.type(PIN)
    assert operator.step == "O-00"
    assert "お待ちください" in operator.words
    operator.machine.clock.jump(61)
    operator.type(PIN)
    assert operator.step == "O-01"

    written = b"".join(path.read_bytes() for path in operator.folder.rglob("*") if path.is_file())
    assert operator.kinds().count("operator") == 4
    assert PIN.encode() not in written and b"314159" not in written


def test_without_a_pin_it_says_how_to_set_one(tmp_path: Path) -> None:
    office = Machine(tmp_path).kiosk.office
    office.knock()

    assert any("operator-pin" in word for word in office.view().words)
    for digit in PIN:
        office.touch(Touch(office.view().view_id, Button.DIGIT, digit))
    assert not office.touch(Touch(office.view().view_id, Button.NEXT))


def test_an_older_touch_is_dropped_and_nobody_there_closes_it(operator: Operator) -> None:
    operator.enter()
    old = operator.office.view().view_id
    operator.page("O-06")
    assert not operator.office.touch(Touch(old, "service", "check"))

    operator.machine.clock.jump(121)
    operator.office.pump()
    assert not operator.office.is_open


def test_the_self_test_names_what_is_unwell(operator: Operator) -> None:
    operator.enter()
    operator.page("O-02")
    assert operator.words.count("正常") == 7

    operator.machine.bench.cut_line(True)
    operator.machine.bench.unplug_reader(True)
    operator.machine.bench.printer_fault("media-empty")
    operator.machine.bench.receipt_fault("shutdown")
    operator.machine.bench.set_clock(MORNING.replace(year=2025))
    operator.machine.settle()
    operator.page("O-02")

    assert operator.words.count("異常") == 5
    assert "media-empty" in operator.words and "CentreUnreachable" in operator.words


def test_coins_are_counted_and_brought_back_to_the_float(operator: Operator) -> None:
    operator.machine.issue()
    operator.enter()
    operator.page("O-03")
    before = operator.machine.kiosk.bench.cash
    operator.touch("stock")

    assert before - operator.machine.kiosk.bench.cash == 350
    operator.touch(Button.BACK)
    operator.page("O-05")
    assert "なし" in operator.words, "the cash box agrees with the books"


def test_a_refund_by_hand_is_a_task_until_it_is_ticked_off(operator: Operator) -> None:
    with_jam(operator, box_is_empty=True)
    operator.enter()
    operator.page("O-04")
    assert "返金 350円" in operator.words
    operator.touch("done", "0")
    assert "すべて終わっています" in operator.words

    operator.touch(Button.BACK)
    operator.page("O-05")
    closing = books.closing(journal.read(operator.folder / "journal" / "journal.db"), MORNING.date())
    assert (closing.taken, closing.paid_back, closing.owed, closing.delivered) == (350, 350, 0, 0)
    operator.machine.kiosk.close()
    again = Machine(operator.folder)
    assert again.step is Step.IDLE
    assert operator.kinds().count("refund-owed") == 1, "a restart owes nothing anew"


def test_the_daily_closing_is_the_fees_of_delivered_sets_to_the_yen(operator: Operator) -> None:
    operator.machine.issue()
    operator.machine.issue()
    with_jam(operator)
    operator.enter()
    operator.page("O-05")
    assert "1,050円" in operator.words and "700円" in operator.words
    assert "合っています" in operator.words

    operator.touch("print")
    operator.touch("export")
    printed = (operator.folder / "receipts" / "closing-2026-04-06.txt").read_text()
    assert "交付した分の手数料\t700円" in printed
    assert (operator.folder / "office" / "closing-2026-04-06.txt").read_text() == printed
    assert operator.kinds().count("closing") == 2
    operator.machine.bench.receipt_fault("media-empty")
    operator.touch("print")
    assert "media-empty" in operator.words
    operator.touch("day", "2026-04-05")
    assert "1,050円" not in operator.words


def test_books_that_lost_a_record_do_not_balance(operator: Operator) -> None:
    operator.machine.issue()
    records = journal.read(operator.folder / "journal" / "journal.db")
    torn = [record for record in records if record.kind != "sets"]

    assert books.closing(records, MORNING.date()).is_balanced
    assert not books.closing(torn, MORNING.date()).is_balanced


def test_the_journal_is_written_out(operator: Operator) -> None:
    operator.machine.issue()
    operator.enter()
    operator.touch("export-journal")

    (path,) = (operator.folder / "office").glob("journal-*.txt")
    assert "fee-taken" in path.read_text()
    assert str(path) in operator.words


def test_out_of_service_says_why_until_it_is_over_also_after_a_restart(operator: Operator) -> None:
    operator.enter()
    operator.page("O-06")
    operator.touch("service", "paper")
    operator.office.close()
    assert "用紙を補充しています" in operator.machine.words
    tile = next(one for one in operator.machine.runner.view().buttons if one.button == Button.ADMINISTRATIVE_SERVICE)
    assert not tile.enabled

    operator.machine.kiosk.close()
    again = Operator(operator.folder)
    again.machine.settle()
    assert "用紙を補充しています" in again.machine.words
    again.enter()
    again.page("O-06")
    again.touch("service", "")
    again.office.close()
    again.machine.touch(Button.ADMINISTRATIVE_SERVICE)
    assert again.machine.step is Step.SERVICE_MENU


def test_while_the_screen_is_cleaned_nothing_can_be_touched(operator: Operator) -> None:
    operator.enter()
    operator.page("O-07")
    assert operator.office.view().buttons == ()
    operator.machine.clock.jump(29)
    operator.office.pump()
    assert operator.step == "O-07"
    operator.machine.clock.jump(2)
    operator.office.pump()
    assert operator.step == "O-01"


@pytest.mark.parametrize("size", [(1080, 1440), (1080, 1920), (1024, 768), (1920, 1080)], ids=str)
def test_every_screen_has_room_on_every_panel(operator: Operator, size: tuple[int, int]) -> None:
    with_jam(operator, box_is_empty=True)
    operator.machine.bench.stock()
    operator.office.resize(*size)
    pygame.font.init()
    painter = Painter(size)
    operator.office.knock()
    seen = [operator.office.view()]
    operator.type(PIN)
    seen.append(operator.office.view())
    for page in ("O-02", "O-03", "O-04", "O-05", "O-06", "O-07"):
        operator.page(page)
        seen.append(operator.office.view())
        if page != "O-07":
            operator.touch(Button.BACK)

    for view in seen:
        assert painter.overflows(view) == [], view.step
        for press in view.buttons:
            others = [one for one in view.buttons if one is not press]
            assert not any(_meet(press.rect, one.rect) for one in others), (view.step, press.label)
            assert press.rect.y + press.rect.height <= view.height, (view.step, press.label)


def _meet(one: Rect, two: Rect) -> bool:
    across = one.x < two.x + two.width and two.x < one.x + one.width
    return across and one.y < two.y + two.height and two.y < one.y + one.height
