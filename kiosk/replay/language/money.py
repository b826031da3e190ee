"""Steps about money: what goes into the coin box and what comes back."""

from kiosk.replay.steps import step
from kiosk.replay.world import World


@step("{円}円を入れる", "money")
def insert(world: World, yen: int) -> None:
    """Put coins and notes of together so many yen into the coin box, one after another, large ones first."""
    world.customer.insert(yen)


@step("お金を取る", "money")
def take(world: World) -> None:
    """Take everything out of the coin tray."""
    world.customer.take_money()


@step("{円}円が戻っている", "money")
def given_back(world: World, yen: int) -> None:
    """Look into the coin tray: change, or money given back."""
    world.settle(lambda: world.customer.tray() == yen)
    world.expect(world.customer.tray() == yen, f"{yen} yen in the tray", f"{world.customer.tray()} yen")


@step("投入金額は{円}円である", "money")
def inserted(world: World, yen: int) -> None:
    """Ask the coin box how much lies in it for this customer."""
    world.expect(world.inserted() == yen, f"{yen} yen inserted", f"{world.inserted()} yen")


@step("この取引で{円}円を支払っている", "money")
def paid(world: World, yen: int) -> None:
    """What the customer put in less what came back, tray included."""
    spent = world.customer.spent()
    world.expect(spent == yen, f"{yen} yen paid", f"{spent} yen")


@step("つり銭がなくなる", "money")
def no_change(world: World) -> None:
    """Take all coins out of the coin box: exact money alone will do (fault-46)."""
    world.kiosk.bench.empty_change(True)


@step("つり銭が補充される", "money")
def change_again(world: World) -> None:
    """Put the float back into the coin box."""
    world.kiosk.bench.empty_change(False)


@step("紙幣が使えなくなる", "money")
def no_notes(world: World) -> None:
    """Shut the note slot: notes fall out again."""
    world.kiosk.bench.refuse_notes(True)


@step("紙幣がまた使える", "money")
def notes_again(world: World) -> None:
    """Open the note slot."""
    world.kiosk.bench.refuse_notes(False)
