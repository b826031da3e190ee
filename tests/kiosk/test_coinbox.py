"""No yen is made or lost, whatever is done and wherever the process ends."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.coinbox import DENOMINATIONS, CoinBox, Fate, NotTaken, Taken, change_from, total
from kiosk.errors import CoinStateDamaged, StateNotWritten


def box(tmp_path: Path) -> CoinBox:
    return CoinBox(tmp_path / "coins.json")


def everything(one: CoinBox) -> int:
    return one.inserted + one.cash + one.tray


def test_takes_the_fee_and_gives_change(tmp_path: Path) -> None:
    one = box(tmp_path)
    before = everything(one)
    one.open(350)
    one.insert(500)

    assert Taken(150) == one.take_fee("o-1", 350)
    assert (one.inserted, one.tray, one.fate("o-1")) == (0, 150, Fate.TAKEN)
    assert before + 500 == everything(one)


@pytest.mark.proves("fault-46")
def test_an_order_is_charged_once(tmp_path: Path) -> None:
    one = box(tmp_path)
    one.open(350)
    one.insert(500)
    one.take_fee("o-1", 350)
    cash = one.cash

    assert Taken(0) == one.take_fee("o-1", 350)
    assert cash == one.cash


def test_the_slot_is_shut_until_opened_and_when_it_is_enough(tmp_path: Path) -> None:
    one = box(tmp_path)
    assert not one.insert(100)

    one.open(100)
    assert one.insert(100)
    assert not one.insert(100)
    assert one.inserted == 100


@pytest.mark.parametrize("yen", [1, 5, 2000, 5000, 10000, 0, -100])
def test_refuses_other_pieces(tmp_path: Path, yen: int) -> None:
    one = box(tmp_path)
    one.open(10_000)

    assert not one.insert(yen)
    assert one.inserted == 0


@pytest.mark.proves("fault-46")
def test_without_change_only_exact_money_is_taken(tmp_path: Path) -> None:
    one = CoinBox(tmp_path / "coins.json", change={500: 1, 100: 4, 50: 1, 10: 3})
    one.open(990)
    one.insert(1000)
    assert one.take_fee("first", 990) == Taken(10)

    one.open(960)
    assert not one.gives_change
    assert not one.insert(1000)
    assert one.take_fee("second", 960) == NotTaken()
    assert one.inserted == 0
    assert all(one.insert(yen) for yen in (500, 100, 100, 100, 100, 50, 10))
    assert one.take_fee("second", 960) == Taken(0)


def test_a_note_slot_that_is_shut_lets_notes_fall_out(tmp_path: Path) -> None:
    one = box(tmp_path)
    one.refuse_notes(True)
    one.open(350)
    assert not one.insert(1000)
    assert one.insert(500)
    one.give_back()
    one.refuse_notes(False)
    one.open(350)
    assert one.insert(1000)


def test_refund_comes_once_and_only_before_the_sets_are_out(tmp_path: Path) -> None:
    one = box(tmp_path)
    for order in ("kept", "back"):
        one.open(350)
        one.insert(500)
        one.take_fee(order, 350)
    one.keep("kept")

    assert one.refund("kept") == 0
    assert one.refund("back") == 350
    assert one.refund("back") == 0
    assert (one.fate("kept"), one.fate("back"), one.fate("other")) == (Fate.KEPT, Fate.RETURNED, Fate.NONE)


def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    one = box(tmp_path)
    one.open(350)
    one.insert(100)
    one.insert(500)
    again = box(tmp_path)

    assert (600, everything(one)) == (again.inserted, everything(again))


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"cash":{}}\nabc\n'])
def test_a_damaged_state_is_not_believed(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "coins.json").write_bytes(damage)

    with pytest.raises(CoinStateDamaged, match=r"coins\.json"):
        box(tmp_path)


def test_a_full_disk_is_told_and_nothing_moves(tmp_path: Path) -> None:
    one = CoinBox(tmp_path / "gone" / "coins.json")
    one.open(100)

    with pytest.raises(StateNotWritten):
        one.insert(100)
    assert one.inserted == 0


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(DENOMINATIONS), st.integers(0, 3)), st.integers(0, 600))
def test_change_is_found_whenever_it_exists(purse: dict[int, int], tens: int) -> None:
    possible = {0}
    for yen, count in purse.items():
        possible = {have + yen * times for have in possible for times in range(count + 1)}
    pieces = change_from(purse, tens * 10)

    assert (pieces is not None) == (tens * 10 in possible)
    assert pieces is None or total(pieces) == tens * 10
