"""No yen of e-money is made or lost, none is debited twice, whatever is held to the reader and whenever it leaves."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.coinbox import Fate
from kiosk.emoney import FILLED, Debited, Declined, InDoubt, Medium, MoneyReader, ReaderFault
from kiosk.errors import CoinStateDamaged, StateNotWritten

CARD, PHONE = Medium.CARD, Medium.PHONE


def reader(tmp_path: Path) -> MoneyReader:
    return MoneyReader(tmp_path / "emoney.json")


def paid(one: MoneyReader, order: str, medium: Medium = CARD) -> object:
    one.open(order)
    one.hold(medium)
    return one.debit(order, 350)


@pytest.mark.proves("fault-46")
def test_an_order_is_debited_once(tmp_path: Path) -> None:
    one = reader(tmp_path)

    assert paid(one, "o-1") == Debited()
    assert paid(one, "o-1", PHONE) == Debited()
    assert (one.balance(CARD), one.balance(PHONE), one.taken) == (1650, 5000, 350)


def test_without_a_card_or_enough_on_it_nothing_is_debited(tmp_path: Path) -> None:
    one = reader(tmp_path)
    one.open("o-1")
    assert one.debit("o-1", 350) == Declined("gone")
    one.charge(CARD, 349)
    assert paid(one, "o-1") == Declined("balance", 349)
    one.fault = ReaderFault.REFUSES
    assert paid(one, "o-1", PHONE) == Declined("refused")

    assert (one.outcome("o-1"), one.spent, one.taken) == (Declined("none"), 0, 0)


def test_it_looks_only_while_it_is_lit_and_on(tmp_path: Path) -> None:
    one = reader(tmp_path)
    assert not one.hold(CARD)
    one.open("o-1")
    one.close()
    assert not one.hold(CARD)
    one.fault = ReaderFault.OUT
    assert not one.open("o-1")
    assert not one.hold(CARD)


@pytest.mark.proves("F-38")
@pytest.mark.parametrize("tear", [ReaderFault.TORN_BEFORE, ReaderFault.TORN_AFTER])
def test_a_torn_debit_is_known_when_the_same_card_comes_back(tmp_path: Path, tear: ReaderFault) -> None:
    one = reader(tmp_path)
    one.fault = tear
    assert paid(one, "o-1") == InDoubt()
    assert (one.taken, one.in_doubt) == (0, one.spent)
    one.hold(PHONE)
    assert one.outcome("o-1") == InDoubt()
    assert one.debit("o-1", 350) == InDoubt()
    one.hold(CARD)

    assert one.outcome("o-1") == Debited()
    assert (one.balance(CARD), one.balance(PHONE), one.taken, one.in_doubt) == (1650, 5000, 350, 0)


@pytest.mark.proves("F-38")
@pytest.mark.parametrize(
    ("tear", "known"), [(ReaderFault.TORN_BEFORE, Declined("none")), (ReaderFault.TORN_AFTER, Debited())]
)
def test_an_order_that_was_given_up_is_not_debited_later(tmp_path: Path, tear: ReaderFault, known: object) -> None:
    one = reader(tmp_path)
    one.fault = tear
    paid(one, "given-up")
    one.close()

    assert paid(one, "later") == Debited()
    assert one.outcome("given-up") == known
    assert one.taken == one.spent


def test_a_doubt_is_never_forgotten(tmp_path: Path) -> None:
    one = reader(tmp_path)
    one.fault = ReaderFault.TORN_AFTER
    paid(one, "in doubt")
    one.charge(PHONE, 60 * 350)
    for number in range(60):
        assert paid(one, f"o-{number}", PHONE) == Debited()

    assert one.outcome("in doubt") == InDoubt()
    assert one.fate("o-0") is Fate.NONE


def test_a_fee_goes_back_to_the_card_that_paid_it_and_once(tmp_path: Path) -> None:
    one = reader(tmp_path)
    back: list[tuple[str, int]] = []
    one.credited = lambda order, yen: back.append((order, yen))
    for order in ("kept", "back"):
        paid(one, order)
    one.keep("kept")
    for order, medium in (("kept", CARD), ("back", PHONE), ("back", CARD), ("back", CARD)):
        one.open_refund(order)
        one.hold(medium)

    assert back == [("back", 350)]
    assert (one.fate("kept"), one.fate("back"), one.balance(CARD)) == (Fate.KEPT, Fate.RETURNED, 1650)


def test_everything_is_there_again_after_a_restart_and_names_no_card(tmp_path: Path) -> None:
    one = reader(tmp_path)
    one.charge(PHONE, 9000)
    paid(one, "o-1")
    again = reader(tmp_path)

    assert (again.balance(CARD), again.balance(PHONE), again.taken, again.spent) == (1650, 9000, 350, 350)
    assert again.fate("o-1") is Fate.TAKEN


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"debits":[]}\nabc\n'])
def test_a_damaged_state_is_not_believed(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "emoney.json").write_bytes(damage)

    with pytest.raises(CoinStateDamaged, match=r"emoney\.json"):
        reader(tmp_path)


def test_a_full_disk_is_told_and_nothing_moves(tmp_path: Path) -> None:
    one = MoneyReader(tmp_path / "gone" / "emoney.json")
    one.open("o-1")
    one.hold(CARD)

    with pytest.raises(StateNotWritten):
        one.debit("o-1", 350)
    assert one.balance(CARD) == FILLED[CARD]


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["open", "refund", "hold", "debit", "close", "keep", "restart"]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(Medium),
        st.sampled_from([None, None, None, *ReaderFault]),
    ),
    max_size=40,
)


@settings(max_examples=40, deadline=None)
@given(ACTS)
def test_what_left_the_cards_is_in_the_books_or_in_doubt(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str, Medium, ReaderFault | None]]
) -> None:
    folder = tmp_path_factory.mktemp("emoney")
    one = reader(folder)
    for act, order, medium, fault in acts:
        one.fault = fault or one.fault
        match act:
            case "open":
                one.open(order)
            case "refund":
                one.open_refund(order)
            case "hold":
                one.hold(medium)
            case "debit":
                one.debit(order, 350)
            case "close":
                one.close()
            case "keep":
                one.keep(order)
            case _:
                one = reader(folder)
        debited = [one.fate(key) for key in "abc"]
        charged = debited.count(Fate.TAKEN) + debited.count(Fate.KEPT)
        assert one.taken == 350 * charged
        assert one.spent == one.taken + one.in_doubt
