"""Somebody who touches, places, pulls, pays, waits and breaks without any plan: the invariants hold after each act.

Every run replays from its number: `pytest tests/kiosk/replay/test_monkey.py -k 17`; MONKEYS=1000 makes many.
"""

import os
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.replay.errors import ExpectationError, InvariantError
from kiosk.replay.route import Wishes
from kiosk.replay.world import World
from kiosk.screens.view import Touch
from kiosk.session.buttons import Button

ACTS = 60
PLAN = 0.7
PEOPLE = ("taro", "taro", "taro", "midori", "hanako", "jiro", "yoso")
PlanFailed = ExpectationError
"""What somebody wanted was not possible any more; no mistake of the machine."""

Act = Callable[[World, random.Random], None]


def touch_something(world: World, chance: random.Random) -> None:
    buttons = [one for one in world.view.buttons if one.enabled and one.button != Button.DIGIT]
    steady = [one for one in buttons if one.button not in (Button.CANCEL, Button.BACK, Button.DISAGREE)]
    if buttons:
        one = chance.choice(steady if steady and chance.random() < 0.9 else buttons)
        world.customer.press_button(Button(one.button), one.value)


def touch_an_old_screen(world: World, chance: random.Random) -> None:
    view = world.view
    if view.buttons and view.view_id:
        one = chance.choice(view.buttons)
        world.touch(Touch(chance.randrange(view.view_id), one.button, one.value))


def type_the_pin(world: World, chance: random.Random) -> None:
    if any(one.button == Button.DIGIT for one in world.view.buttons):
        world.customer.type_pin(right=chance.random() < 0.9, digits=chance.choice((1, 4, 4, 4)))


def place_a_card(world: World, chance: random.Random) -> None:
    if chance.random() < 0.1:
        world.customer.place_other_card()
    else:
        world.customer.place_card(chance.choice(PEOPLE) if chance.random() < 0.3 else "")


def pull_the_card(world: World, _chance: random.Random) -> None:
    if world.kiosk.bench.card_on_reader is not None:
        world.customer.remove_card()


def pay(world: World, chance: random.Random) -> None:
    world.customer.insert(chance.choice((10, 50, 100, 500, 1000, 350)))


def wait(world: World, chance: random.Random) -> None:
    world.wait(chance.choice((0.5, 3, 20, 70, 200)))


def take_all(world: World, _chance: random.Random) -> None:
    world.customer.take_paper()
    world.customer.take_money()


def cut_the_power(world: World, _chance: random.Random) -> None:
    world.cut_power()


def cut_the_power_soon(world: World, chance: random.Random) -> None:
    kind = chance.choice(("order", "sets", "fee", "fee-taken", "print", "sheet", "printed", "failed", "void"))
    world.cut_power_at(f"journal {kind}: {chance.choice(('begin', 'done'))}")


def break_the_line(world: World, chance: random.Random) -> None:
    bench = world.kiosk.bench
    bench.cut_line(chance.random() < 0.3)
    bench.lose_answers(chance.random() < 0.3)
    bench.centre_latency(chance.choice((0, 0, 2, 20, 40)))


def mend_the_line(world: World, _chance: random.Random) -> None:
    bench = world.kiosk.bench
    bench.cut_line(False)
    bench.lose_answers(False)
    bench.centre_latency(0)


def break_the_printer(world: World, chance: random.Random) -> None:
    world.kiosk.bench.printer_fault(chance.choice(("media-jam", "media-empty")), chance.choice((1, 2, 3)))


def mend_the_printer(world: World, _chance: random.Random) -> None:
    world.kiosk.bench.clear_printer_fault()


def unplug_the_reader(world: World, _chance: random.Random) -> None:
    world.kiosk.bench.unplug_reader(True)


def plug_the_reader_in(world: World, _chance: random.Random) -> None:
    world.kiosk.bench.unplug_reader(False)


def go_to_the_window(world: World, _chance: random.Random) -> None:
    if world.kiosk.bench.card_on_reader is None:
        world.kiosk.bench.unblock(world.customer.card_in_hand)


DECK: tuple[tuple[Act, int], ...] = (
    (touch_something, 30),
    (type_the_pin, 20),
    (place_a_card, 12),
    (pull_the_card, 10),
    (pay, 10),
    (wait, 6),
    (take_all, 4),
    (touch_an_old_screen, 3),
    (mend_the_line, 4),
    (mend_the_printer, 4),
    (break_the_line, 1),
    (break_the_printer, 1),
    (unplug_the_reader, 1),
    (plug_the_reader_in, 4),
    (go_to_the_window, 4),
    (cut_the_power, 1),
    (cut_the_power_soon, 1),
)


def go_on(world: World, chance: random.Random) -> None:
    if world.screen == "S-04" and world.runner.session.notice:
        world.customer.place_card("taro")
    else:
        world.go_on(Wishes(who=chance.choice(("", "本人だけ")), copies=chance.choice(("", "2"))))
    world.wait(chance.choice((0.5, 3)))


def likely(chance: random.Random) -> Act:
    """Most of the time somebody has a plan."""
    if chance.random() < PLAN:
        return go_on
    return chance.choices([act for act, _ in DECK], [weight for _, weight in DECK])[0]


@pytest.mark.proves("fault-25", "fault-26", "fault-27", "fault-40", "fault-16")
@pytest.mark.parametrize("number", range(int(os.environ.get("MONKEYS", "6"))))
def test_the_invariants_hold_whatever_is_done(tmp_path: Path, number: int) -> None:
    chance, world, done = random.Random(number), World(tmp_path, str(number)), []
    world.customer.hold(chance.choice(PEOPLE))
    try:
        for _ in range(ACTS):
            act = likely(chance)
            done.append(f"{world.screen} {act.__name__}")
            with suppress(PlanFailed):
                act(world, chance)
            world.check()
    except InvariantError as error:
        raise AssertionError(f"{error} after {done}; {world.seen()}") from error
    finally:
        world.close()
