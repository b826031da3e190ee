"""S-21 and S-22: journalled before it is debited, asked for until it is known, printed only when it is paid."""

from dataclasses import replace

import pytest

from kiosk.session import effects as f
from kiosk.session import events as e
from kiosk.session import records
from kiosk.session.buttons import Button
from kiosk.session.states import Machine, Means, Step
from kiosk.session.timeouts import ASK_AGAIN, ASK_ROUNDS
from tests.kiosk.session.visit import Visit, at


def kinds(wanted: tuple[f.Effect, ...]) -> list[str]:
    return [one.kind if isinstance(one, f.Record) else type(one).__name__ for one in wanted]


def torn() -> Visit:
    visit = at(Step.DEBITING)
    visit.do(e.DebitUnknown(visit.asked))
    return visit


@pytest.mark.proves("S-15")
def test_the_debit_is_journalled_before_it_is_commanded() -> None:
    visit = at(Step.TOUCHING)
    wanted = kinds(visit.do(e.MoneyCardHeld()))

    assert wanted.index("fee") < wanted.index("Debit")
    paid = kinds(visit.do(e.FeeTaken(visit.asked, 0)))
    assert paid.index("fee-taken") < paid.index("PrintSets")
    assert (visit.session.step, visit.session.means) == (Step.PRINTING, Means.EMONEY)


def test_coins_fall_back_before_the_reader_is_lit_and_cash_can_be_chosen_again() -> None:
    visit = at(Step.PAYING)
    visit.do(e.MoneyInserted(100))
    chosen = kinds(visit.touch(Button.PAY_EMONEY))
    assert chosen.index("ReturnMoney") < chosen.index("OpenMoneyReader")
    assert (visit.session.inserted, visit.session.change) == (0, 100)

    cash = kinds(visit.touch(Button.PAY_CASH))
    assert cash.index("CloseMoneyReader") < cash.index("OpenCoinBox")
    assert visit.session.means is Means.CASH


def test_e_money_cannot_be_chosen_while_coins_are_being_taken_or_where_there_is_no_reader() -> None:
    taking, without = at(Step.PAYING), at(Step.PAYING)
    taking.do(e.MoneyInserted(350))
    without.session = replace(without.session, machine=Machine(emoney=False))

    for visit in (taking, without):
        visit.touch(Button.PAY_EMONEY)
        assert visit.step is Step.PAYING
        assert not visit.wanted(f.OpenMoneyReader)


@pytest.mark.proves("E-51")
@pytest.mark.parametrize(
    ("reason", "notice"), [("balance", "E-51"), ("refused", "emoney-refused"), ("gone", "emoney-short")]
)
def test_what_was_not_debited_may_be_tried_again(reason: str, notice: str) -> None:
    visit = at(Step.DEBITING)
    wanted = kinds(visit.do(e.NotDebited(visit.asked, reason, 1200)))

    assert (visit.session.step, visit.session.notice, visit.session.awaiting) == (Step.TOUCHING, notice, "")
    assert "debit-declined" in wanted and "OpenMoneyReader" in wanted
    assert visit.session.notice_detail == "1,200"


@pytest.mark.proves("F-38")
def test_a_torn_debit_is_asked_for_and_never_commanded_again() -> None:
    visit = torn()
    assert visit.effects[-1] == f.ArmTimer(ASK_AGAIN, 0)
    asked = visit.do(e.MoneyCardHeld())

    assert kinds(asked) == ["AskDebit"]
    assert visit.do(e.TimedOut()) == ()
    assert len(visit.wanted(f.Debit)) == 1
    visit.do(e.FeeTaken(visit.asked, 0))
    assert visit.session.step is Step.PRINTING


@pytest.mark.proves("F-38")
def test_what_stays_unknown_for_a_minute_is_void_unprinted_and_asked_for_on() -> None:
    visit = torn()
    for _ in range(ASK_ROUNDS - 1):
        visit.do(e.TimedOut())
        visit.do(e.DebitUnknown(visit.asked))
    order = visit.session.order
    assert order is not None

    assert visit.session.failure is not None
    assert (visit.session.failure.code, visit.session.failure.in_doubt) == ("E-52", order.fee)
    assert records.debit_unknown(order) in visit.effects
    assert [one.order for one in visit.wanted(f.SettleDebit) if isinstance(one, f.SettleDebit)] == [order]
    assert visit.wanted(f.VoidOrder) and not visit.wanted(f.PrintSets)


@pytest.mark.proves("F-38")
@pytest.mark.parametrize("what", [e.Broken(), e.Broken("E-99")])
def test_a_bug_under_a_debit_leaves_it_in_doubt(what: e.Broken) -> None:
    visit = at(Step.DEBITING)
    visit.do(what)

    assert visit.session.failure is not None and visit.session.failure.in_doubt == 350
    assert visit.wanted(f.SettleDebit)


@pytest.mark.proves("fault-41")
def test_a_printer_that_cannot_print_debits_nothing() -> None:
    visit = at(Step.DEBITING)
    visit.do(e.PaymentFailed(visit.asked, "E-60"))

    assert visit.session.failure is not None
    assert (visit.session.failure.code, visit.session.failure.in_doubt) == ("E-60", 0)
    assert not visit.wanted(f.SettleDebit)


@pytest.mark.proves("F-30", "X-26")
def test_after_a_jam_the_fee_goes_back_to_the_card_or_is_owed() -> None:
    visit = at(Step.DEBITING)
    visit.do(e.FeeTaken(visit.asked, 0))
    failed = kinds(visit.do(e.PrintFailed(visit.asked, "E-61", 1)))
    order_id = visit.session.order_id
    assert failed.index("refund-owed") < failed.index("OpenRefund")
    assert "ReturnMoney" not in failed

    credited = visit.do(e.Credited(order_id, 350))
    assert credited == (records.returned(order_id, 350, Means.EMONEY),)
    assert visit.session.failure is not None and visit.session.failure.refund_owed == 0
    assert "CloseMoneyReader" in kinds(visit.touch(Button.FINISH))


def test_a_credit_that_comes_late_is_on_record_all_the_same() -> None:
    visit = Visit()

    assert visit.do(e.Credited("old-7", 350)) == (records.returned("old-7", 350, Means.EMONEY),)
