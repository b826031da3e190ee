"""Steps about e-money: the card or phone that is held to its reader, their balances, and what goes wrong."""

from kiosk.emoney import Medium, ReaderFault
from kiosk.replay.steps import step
from kiosk.replay.world import World


@step("カードの電子マネーをタッチする", "emoney")
def hold_card(world: World) -> None:
    """Hold the e-money card to its reader for a moment; where that does not look, nothing happens."""
    world.customer.hold_emoney(Medium.CARD)


@step("スマートフォンの電子マネーをタッチする", "emoney")
def hold_phone(world: World) -> None:
    """Hold the phone with e-money to its reader for a moment."""
    world.customer.hold_emoney(Medium.PHONE)


@step("カードの電子マネーの残高が{円}円になる", "emoney")
def charge_card(world: World, yen: int) -> None:
    """Charge the e-money card, or spend from it elsewhere, until so much is on it (new: 2000)."""
    world.kiosk.bench.charge(yen, Medium.CARD)


@step("スマートフォンの電子マネーの残高が{円}円になる", "emoney")
def charge_phone(world: World, yen: int) -> None:
    """Charge the phone's e-money, or spend from it elsewhere, until so much is on it (new: 5000)."""
    world.kiosk.bench.charge(yen, Medium.PHONE)


@step("カードの電子マネーの残高は{円}円である", "emoney")
def on_card(world: World, yen: int) -> None:
    """Look how much is on the e-money card; waits for a debit that is under way."""
    _expect(world, Medium.CARD, yen)


@step("スマートフォンの電子マネーの残高は{円}円である", "emoney")
def on_phone(world: World, yen: int) -> None:
    """Look how much e-money is on the phone; waits for a debit that is under way."""
    _expect(world, Medium.PHONE, yen)


def _expect(world: World, medium: Medium, yen: int) -> None:
    bench = world.kiosk.bench
    world.settle(lambda: bench.balance(medium) == yen)
    world.expect(bench.balance(medium) == yen, f"a balance of {yen} yen", f"it is {bench.balance(medium)} yen")


@step("この機械では電子マネーを使えない", "emoney")
def no_reader(world: World) -> None:
    """Make it a machine without an e-money reader; before the machine is switched on."""
    world.set_up(emoney=False)


@step("電子マネーの読取機が止まる", "emoney")
def out(world: World) -> None:
    """Switch the e-money reader off."""
    world.kiosk.bench.emoney_fault(ReaderFault.OUT)


@step("電子マネーの読取機がカードを断る", "emoney")
def refuses(world: World) -> None:
    """Let the reader refuse every e-money card."""
    world.kiosk.bench.emoney_fault(ReaderFault.REFUSES)


@step("電子マネーの読取機の返事が届かなくなる", "emoney")
def mute(world: World) -> None:
    """Let the reader carry everything out and no answer of it arrive (F-38)."""
    world.kiosk.bench.emoney_fault(ReaderFault.MUTE)


@step("次の支払いで、引かれる前に電子マネーが離れる", "emoney")
def torn_before(world: World) -> None:
    """Let the card leave just before the next debit is written: the reader does not know (F-38)."""
    world.kiosk.bench.emoney_fault(ReaderFault.TORN_BEFORE)


@step("次の支払いで、引かれた後に電子マネーが離れる", "emoney")
def torn_after(world: World) -> None:
    """Let the card leave just after the next debit is written: the reader does not know (F-38)."""
    world.kiosk.bench.emoney_fault(ReaderFault.TORN_AFTER)


@step("電子マネーの読取機を直す", "emoney")
def mend(world: World) -> None:
    """Let the e-money reader work again."""
    world.kiosk.bench.emoney_fault(None)
