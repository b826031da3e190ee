"""Steps about the operator's menu: who opens it, what is pressed there, and what it says and writes."""

from kiosk.replay.steps import step
from kiosk.replay.world import World


@step("係員がメニューを開く", "operator")
def enters(world: World) -> None:
    """Open the operator's menu with the right PIN; only while nobody is served."""
    world.operator.enter()


@step("係員がメニューを呼ぶ", "operator")
def knocks(world: World) -> None:
    """Ask for the operator's menu without typing anything."""
    world.expect(world.operator.knock(), "the question for the operator's PIN", "it does not open")


@step("係員のメニューは開かない", "operator")
def stays_shut(world: World) -> None:
    """Ask for the operator's menu and make sure that it does not open (fault-47)."""
    world.expect(not world.operator.knock(), "the operator's menu to stay shut", "it opens")


@step("係員が違う暗証番号を入れる", "operator")
def mistakes(world: World) -> None:
    """Type a wrong operator's PIN."""
    world.operator.mistake()


@step("係員が正しい暗証番号を入れる", "operator")
def types(world: World) -> None:
    """Type the right operator's PIN, whatever comes of it."""
    world.operator.type_right()


@step("係員が「{文}」を押す", "operator")
def presses(world: World, label: str) -> None:
    """Touch the button of these words on the operator's screen."""
    world.operator.press(label)


@step("係員の画面は{画面}である", "operator")
def screen(world: World, wanted: str) -> None:
    """Look for a screen of the operator's menu (O-00 to O-07)."""
    world.expect(world.operator.view.step == wanted, f"screen {wanted}", f"it is {world.operator.view.step}")


@step("係員の画面は閉じている", "operator")
def closed(world: World) -> None:
    """Make sure that the customer's screen is in front again."""
    world.expect(not world.operator.is_open, "the operator's menu to be closed", "it is open")


@step("係員の画面に「{文}」と表示される", "operator")
def shows(world: World, words: str) -> None:
    """Look for words on the operator's screen."""
    operator = world.operator
    world.expect(operator.sees(words), f"「{words}」 for the operator", " | ".join(operator.view.words))


@step("係員の画面に「{文}」と表示されない", "operator")
def shows_not(world: World, words: str) -> None:
    """Make sure that words are not on the operator's screen."""
    world.expect(not world.operator.sees(words), f"no 「{words}」 for the operator", "it is there")


@step("係員の画面で「{文}」は「{文}」である", "operator")
def row(world: World, name: str, value: str) -> None:
    """Look at the value beside a name on the operator's screen."""
    found = world.operator.row(name)
    world.expect(found == value, f"「{value}」 beside 「{name}」", f"「{found}」")


@step("係員が書き出したものに「{文}」と書かれている", "operator")
def exported(world: World, words: str) -> None:
    """Look for words in the files that the operator exported."""
    world.expect(words in world.operator.written(), f"「{words}」 in an exported file", "it is in none")
