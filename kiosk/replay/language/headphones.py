"""Steps about headphones: plugged in and pulled out, what is heard there and by all, and keys instead of a finger."""

from kiosk.replay.labels import plain
from kiosk.replay.steps import step
from kiosk.replay.world import World


@step("ヘッドホンを挿す", "headphones")
def plug_in(world: World) -> None:
    """Plug headphones in: from now on every screen and control is spoken into them (EN 301 549 5.1.3)."""
    _plug(world, True)


@step("ヘッドホンを抜く", "headphones")
def pull_out(world: World) -> None:
    """Pull the headphones out, whatever is being spoken."""
    _plug(world, False)


def _plug(world: World, plugged: bool) -> None:
    world.listener.acts()
    world.kiosk.bench.plug_headphones(plugged)
    world.pump()


@step("キーで「{文}」へ移る", "headphones")
def move_to(world: World, label: str) -> None:
    """Press the arrow key until the headphones say these words."""
    world.listener.move_to(label)


@step("決定のキーを押す", "headphones")
def confirm(world: World) -> None:
    """Press the control that was reached by keys."""
    world.listener.confirm()


@step("キーで「{文}」を押す", "headphones")
def press_by_key(world: World, label: str) -> None:
    """Go by keys to the control that is spoken so, and press it."""
    world.listener.move_to(label)
    world.listener.confirm()


@step("ヘッドホンから「{文}」と聞こえる", "headphones")
def heard(world: World, words: str) -> None:
    """Listen for words in the headphones since the last act; the devices get the time to answer first."""
    world.settle(lambda: world.listener.hears(words))
    said = " / ".join(world.listener.private[-3:]) or "nothing was said"
    world.expect(world.listener.hears(words), f"「{words}」 in the headphones", said)


@step("ヘッドホンから「{文}」とは一度も聞こえない", "headphones")
def never_heard(world: World, words: str) -> None:
    """Make sure that the headphones have never said these words."""
    found = [said for said in world.listener.private if plain(words) in said]
    world.expect(not found, f"no 「{words}」 in the headphones", " / ".join(found))


@step("スピーカーから「{文}」と聞こえる", "headphones")
def heard_by_all(world: World, words: str) -> None:
    """Listen for words as the latest thing that the loudspeaker has said."""
    world.settle(lambda: words in "".join(world.listener.aloud[-1:]))
    last = "".join(world.listener.aloud[-1:])
    world.expect(words in last, f"「{words}」 from the loudspeaker", f"「{last}」")


@step("スピーカーから「{文}」とは一度も聞こえない", "headphones")
def never_heard_by_all(world: World, words: str) -> None:
    """Make sure that the loudspeaker has never said these words."""
    found = [said for said in world.listener.aloud if words in said]
    world.expect(not found, f"no 「{words}」 from the loudspeaker", " / ".join(found))
