"""Steps about the touch panel: what is pressed, and what can be seen and heard there."""

from kiosk.replay.route import Wishes
from kiosk.replay.steps import step
from kiosk.replay.world import World


@step("「{文}」を押す", "panel")
def press(world: World, label: str) -> None:
    """Touch the button of these words. When several bear them, write the whole label."""
    world.customer.press(label)


@step("「{文}」の「{文}」を押す", "panel")
def press_in_row(world: World, row: str, label: str) -> None:
    """Touch the button of these words in the row that begins with the first words."""
    world.customer.press(label, row=row)


@step("「{文}」を{数}回押す", "panel")
def press_times(world: World, label: str, times: int) -> None:
    """Touch the button of these words again and again, as often as said."""
    for _ in range(times):
        world.customer.press(label)


@step("「{文}」を{数}回つづけて押す", "panel")
def press_often(world: World, label: str, times: int) -> None:
    """Touch one place many times within a moment, as an impatient finger does (fault-25)."""
    world.customer.press_often(label, times)


@step("{画面}まで進む", "panel")
def go_to(world: World, screen: str) -> None:
    """Go the usual way to a screen: own municipality, 住民票の写し, the whole household, one copy, exact money."""
    world.go_to(screen, Wishes())


@step("{画面}から先へ進む", "panel")
def go_on(world: World, screen: str) -> None:
    """Do on this screen what is usual, and look no further."""
    world.expect_screen(screen)
    world.go_on(Wishes())


@step("持ち物をすべて取って終わる", "panel")
def leave(world: World) -> None:
    """Take card, paper and money, and touch the button that ends the visit, until the first screen stands there."""
    world.leave()


@step("始末がつくまで続ける", "panel")
def to_the_end(world: World) -> None:
    """Pay what is asked, print again what is offered again, take everything, until the first screen stands there."""
    world.finish()


@step("次のとおりに{画面}まで進む", "panel", table=True)
def go_to_as_told(world: World, screen: str, table: tuple[tuple[str, ...], ...]) -> None:
    """Go to a screen and choose as the table says: 市区町村, 証明書, だれの, 年度, 種類, 記載する, 部数, 入れるお金."""
    world.go_to(screen, Wishes.of(table))


@step("画面は{画面}である", "panel")
def screen_is(world: World, screen: str) -> None:
    """Look for a screen; card, centre, coin box and printer get the time to answer first."""
    world.expect_screen(screen)


@step("「{文}」と表示される", "panel")
def shown(world: World, words: str) -> None:
    """Look for words on the screen; card, centre, coin box and printer get the time to answer first."""
    world.expect_words(words)


@step("「{文}」と表示されない", "panel")
def not_shown(world: World, words: str) -> None:
    """Make sure that words are not on the screen."""
    world.expect(not world.sees(words), f"no 「{words}」 on the screen", "it is there")


@step("「{文}」は押せる", "panel")
def can_press(world: World, label: str) -> None:
    """Look for a button that can be touched."""
    world.expect(world.customer.find(label).enabled, f"「{label}」 can be pressed", "it is grey")


@step("「{文}」は押せない", "panel")
def cannot_press(world: World, label: str) -> None:
    """Look for a button that is there and grey."""
    world.expect(not world.customer.find(label).enabled, f"「{label}」 is grey", "it can be pressed")


@step("「{文}」のボタンはない", "panel")
def no_button(world: World, label: str) -> None:
    """Make sure that no button bears these words."""
    world.expect(not world.customer.fitting(label), f"no button 「{label}」", "there is one")


@step("「{文}」と案内される", "panel")
def spoken(world: World, words: str) -> None:
    """Look for words in the latest spoken announcement, which the screen repeats as caption."""
    world.settle(lambda: words in world.runner.caption)
    world.expect(words in world.runner.caption, f"「{words}」 spoken", f"「{world.runner.caption}」")


@step("知らせの音が{数}回以上鳴っている", "panel")
def alarmed(world: World, times: int) -> None:
    """Count the alarms against forgetting that sounded since the machine was switched on (I-68, O-57)."""
    world.expect(world.alarms >= times, f"{times} alarms or more", f"{world.alarms} sounded")
