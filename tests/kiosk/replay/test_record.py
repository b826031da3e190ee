"""What was done at a machine, written down: it reads well, replays green at once, and holds no PIN."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk import commands
from kiosk.emoney import ReaderFault
from kiosk.errors import RecordNotWritten
from kiosk.replay.command import bound
from kiosk.replay.feature import read
from kiosk.replay.options import Turn
from kiosk.replay.player import play
from kiosk.replay.record import recorded
from kiosk.replay.results import told
from kiosk.session.buttons import Button
from kiosk.session.events import ServiceSet
from kiosk.session.states import Secret, Step
from tests.kiosk.machine import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    one = Machine(tmp_path / "state")
    yield one
    one.kiosk.close()


def record(machine: Machine, path: Path, visit: Callable[[Machine], None]) -> str:
    recorder = recorded(machine.kiosk, path)
    machine.bench = machine.kiosk.bench
    visit(machine)
    recorder.finish()
    return path.read_text(encoding="utf-8")


def whole_visit(machine: Machine) -> None:
    machine.issue()


def wrong_pin_first(machine: Machine) -> None:
    machine.to_pin("midori", "044245")
    machine.digits("0000")
    machine.touch(Button.NEXT)
    assert machine.step is Step.PIN
    machine.digits("4567")
    machine.touch(Button.NEXT)
    machine.bench.remove()
    machine.settle()
    machine.touch(Button.CANCEL)


def blocked(machine: Machine) -> None:
    machine.to_pin()
    for _ in range(3):
        machine.digits("0000")
        machine.touch(Button.NEXT)
    machine.touch(Button.AGREE)
    assert machine.step is Step.FAILED
    machine.bench.remove()
    machine.settle()
    machine.bench.unblock("taro")


def half_a_pin_and_gone(machine: Machine) -> None:
    machine.to_pin()
    machine.digits("12")
    machine.touch(Button.CANCEL)
    machine.bench.remove()
    machine.settle()


def another_pin(machine: Machine) -> None:
    machine.touch(Button.ADMINISTRATIVE_SERVICE)
    machine.touch(Button.PIN_SERVICE)
    machine.bench.reserve_reset("taro", "authentication")
    machine.touch(Button.CHANGE_PIN, "authentication")
    machine.bench.place("taro")
    machine.settle()
    for pin in ("1234", "9063", "9063"):
        machine.digits(pin)
        machine.touch(Button.NEXT)
    assert machine.step is Step.PIN_DONE
    machine.bench.remove()
    machine.settle()


def another_pin_after_a_wrong_one(machine: Machine) -> None:
    machine.touch(Button.ADMINISTRATIVE_SERVICE)
    machine.touch(Button.PIN_SERVICE)
    machine.touch(Button.CHANGE_PIN, "authentication")
    machine.bench.place("taro")
    machine.settle()
    for pin in ("0000", "9063", "9063", "1234", "9063", "9063"):
        machine.digits(pin)
        machine.touch(Button.NEXT)
    assert machine.step is Step.PIN_DONE
    machine.bench.remove()
    machine.settle()


def by_emoney(machine: Machine) -> None:
    machine.to_paying()
    machine.touch(Button.PAY_EMONEY)
    machine.bench.emoney_fault(ReaderFault.TORN_AFTER)
    for _ in range(2):
        machine.bench.hold_emoney("card")
        machine.settle()
    assert machine.step is Step.TAKE_PAPER, machine.step
    machine.bench.take_paper()
    machine.settle()


def with_a_phone(machine: Machine) -> None:
    for button in (Button.ADMINISTRATIVE_SERVICE, Button.ISSUE, Button.AGREE, Button.USE_PHONE):
        machine.touch(button)
    machine.bench.place_phone("hanako")
    machine.settle()
    machine.touch(Button.REGISTER, "residence")
    machine.touch(Button.MUNICIPALITY, "012351")
    assert machine.step is Step.REMOVE_CARD
    machine.bench.remove()
    machine.settle()
    machine.touch(Button.CANCEL)


def nobody_there(machine: Machine) -> None:
    machine.touch(Button.ADMINISTRATIVE_SERVICE)
    machine.wait(400)


def trouble(machine: Machine) -> None:
    machine.to_paying()
    machine.bench.printer_fault("media-jam", 2)
    machine.pay(1000)
    machine.bench.clear_printer_fault()
    machine.bench.take_paper()
    machine.bench.take_money()
    machine.settle()


VISITS = [
    *(whole_visit, wrong_pin_first, blocked, half_a_pin_and_gone),
    *(another_pin, another_pin_after_a_wrong_one, with_a_phone, by_emoney, nobody_there, trouble),
]


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.__name__)
def test_a_recording_replays_at_once_and_ends_where_it_ended(
    tmp_path: Path, machine: Machine, visit: Callable[[Machine], None]
) -> None:
    path = tmp_path / "recorded.feature"
    text = record(machine, path, visit)
    (one,) = read(path)
    result = play(Turn(one), bound(one))

    assert result.failure is None, f"{told(result)}\n{text}"
    assert [line.text for line in one.steps if line.text.startswith("画面は")][-1] == f"画面は{machine.step}である"


def used_before(machine: Machine) -> None:
    """What somebody may have left behind before the recording was begun."""
    machine.bench.new_card("hanako")
    machine.bench.mistake("taro", Secret.AUTHENTICATION, 2)
    machine.bench.mistake("taro", Secret.SIGNATURE, 4)
    machine.bench.mistake("hanako", Secret.AUTHENTICATION, 1, phone=True)
    machine.bench.refuse_notes(True)
    machine.bench.receipt_fault("media-empty")
    machine.bench.centre_latency(3.0)
    machine.bench.printer_fault("media-jam", 2)
    machine.bench.place("taro")


def test_a_machine_that_is_not_new_is_described_first_and_the_recording_replays(
    tmp_path: Path, machine: Machine
) -> None:
    used_before(machine)
    machine.settle()
    before = machine.bench.standing()

    def last_try(one: Machine) -> None:
        for button in (Button.ADMINISTRATIVE_SERVICE, Button.ISSUE, Button.AGREE, Button.USE_CARD):
            one.touch(button)
        one.touch(Button.REGISTER, "residence")
        one.touch(Button.MUNICIPALITY, "012351")
        one.digits("0000")
        one.touch(Button.NEXT)
        one.touch(Button.AGREE)
        assert one.step is Step.FAILED
        one.bench.remove()
        one.settle()

    path = tmp_path / "recorded.feature"
    text = record(machine, path, last_try)
    (one,) = read(path)
    result = play(Turn(one), bound(one))

    assert result.failure is None, f"{told(result)}\n{text}"
    assert before.used and before.on_reader == "taro" and before.printer_awaits == {2: "media-jam"}
    for words in (
        "「hanako」の新しいカードを窓口で受け取る",
        "「taro」のカードで暗証番号を2回まちがえてある",
        "「taro」のカードで署名用パスワードを4回まちがえてある",
        "「hanako」のスマートフォンで暗証番号を1回まちがえてある",
        "紙幣が使えなくなる",
        "領収書の紙がない",
        "センターの返事に3秒かかる",
        "2枚目で紙がつまる",
        "「taro」のカードを置く",
    ):
        assert words in text.partition("もし")[0], text


@pytest.mark.parametrize(
    ("left_behind", "why"),
    [
        (lambda one: one.touch(Button.ADMINISTRATIVE_SERVICE), "a visit is under way"),
        (lambda one: one.runner.post(ServiceSet("check")), "the operator has closed the kiosk"),
        (lambda one: one.bench.printer_fault("marker-supply-empty"), "mend it"),
    ],
)
def test_what_no_step_can_say_is_a_plain_no(
    tmp_path: Path, machine: Machine, left_behind: Callable[[Machine], None], why: str
) -> None:
    left_behind(machine)
    machine.settle()
    with pytest.raises(RecordNotWritten, match=why):
        recorded(machine.kiosk, tmp_path / "recorded.feature")
    assert not (tmp_path / "recorded.feature").exists()


def test_a_wrong_present_pin_is_written_as_wrong_and_the_right_one_as_right(tmp_path: Path, machine: Machine) -> None:
    text = record(machine, tmp_path / "recorded.feature", another_pin_after_a_wrong_one)

    assert [line.split()[1] for line in text.splitlines() if "いまのもの" in line] == [
        "いまのものをまちがえて入れる",
        "いまのものを入れる",
    ]


def test_a_recording_reads_like_a_visit(tmp_path: Path, machine: Machine) -> None:
    text = record(machine, tmp_path / "recorded.feature", wrong_pin_first)

    assert "    前提 いま 2026-04-06 10:00:00 である\n" in text
    assert "    もし 「midori」のカードを置く\n" in text
    assert "もし 違う暗証番号を入れる\n    かつ 「つぎへ」を押す\n" in text
    assert "「midori」の暗証番号を入れる\n" in text


def test_paper_and_change_are_looked_at_before_they_are_taken(tmp_path: Path, machine: Machine) -> None:
    text = record(machine, tmp_path / "recorded.feature", whole_visit)

    assert "かつ 3枚の用紙が出る\n    もし 用紙を取る\n" in text
    assert "かつ 150円が戻っている\n    もし お金を取る\n" in text


def test_no_digit_of_a_pin_is_written(tmp_path: Path, machine: Machine) -> None:
    text = record(machine, tmp_path / "recorded.feature", wrong_pin_first)

    assert "4567" not in text
    assert "0000" not in text.replace("10:00:00", "")


def test_nothing_is_ever_written_over(tmp_path: Path, machine: Machine) -> None:
    path = tmp_path / "kept.feature"
    path.write_text("mine", encoding="utf-8")

    with pytest.raises(RecordNotWritten, match="is there already"):
        recorded(machine.kiosk, path)
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(("name", "why"), [("kept.feature", "is there already"), ("no/such.feature", "no folder")])
def test_the_command_says_in_one_line_why_it_cannot_record(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, why: str
) -> None:
    (tmp_path / "kept.feature").write_text("mine", encoding="utf-8")
    code = commands.run(["record", str(tmp_path / name)])
    said = capfd.readouterr().err

    assert code == 2
    assert said.count("\n") == 1
    assert why in said


def test_every_fault_of_the_workbench_is_a_step_or_a_remark(machine: Machine, tmp_path: Path) -> None:
    def break_everything(one: Machine) -> None:
        bench = one.bench
        for reason in ("media-jam", "media-empty", "door-open", "shutdown"):
            bench.printer_fault(reason, 1)
        for on in (True, False):
            bench.lose_answers(on)
            bench.silence_responder(on)
            bench.refuse_notes(on)
            bench.empty_change(on)
            bench.receipt_fault("media-empty" if on else None)
        for fault in (*ReaderFault, None):
            bench.emoney_fault(fault)
        bench.charge(100)
        bench.centre_latency(3.0)
        for flaw in ("foreign-sheet", "blank-back"):
            bench.printer_flaw(flaw)
        for command in ("verify", "sign", "read"):
            bench.tear_at(command)
        bench.stop_reader_at("verify")
        bench.printer_forgets()

    path = tmp_path / "faults.feature"
    text = record(machine, path, break_everything)

    assert "# 電子証明書を確かめる先が答えなくなる" in text
    assert len([line for line in text.splitlines() if line.strip()]) >= 24
    (one,) = read(path)
    assert bound(one)
