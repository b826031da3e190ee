"""A coin box without change: exact money only, said before any is put in (fault-46)."""

from pathlib import Path

import pytest

from kiosk.session.buttons import Button
from kiosk.session.states import Step
from tests.kiosk.machine import Machine


@pytest.mark.proves("fault-46", "S-15")
def test_without_change_exact_money_is_asked_for_and_more_falls_out(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.bench.empty_change(True)
    machine.to_paying()
    machine.settle()
    assert "おつりが出ません" in machine.words
    assert not machine.bench.insert(500)
    assert machine.bench.money.inserted == 0

    machine.pay(100, 100, 100, 50)
    assert machine.step is Step.TAKE_PAPER
    machine.bench.take_paper()
    machine.settle()
    machine.touch(Button.RECEIPT, "no")
    machine.touch(Button.FINISH)
    machine.wait(15)
    assert machine.step is Step.IDLE
    machine.bench.empty_change(False)
    machine.to_paying()
    machine.settle()
    assert "おつりが出ます" in machine.words


def test_while_notes_are_refused_coins_still_pay(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.bench.refuse_notes(True)
    machine.to_paying()
    assert not machine.bench.insert(1000)
    machine.pay(500)
    assert machine.step is Step.TAKE_PAPER
