"""Steps about the clock: which day and hour it is, and how long the customer waits."""

from datetime import datetime

from kiosk.replay.steps import step
from kiosk.replay.world import World


@step("いま {時刻} である", "time")
@step("時計が {時刻} になる", "time")
def clock_shows(world: World, moment: datetime) -> None:
    """Set the clock (JST). Scenarios begin at 2026-04-06 10:00 without this step; a set clock is no time waited."""
    world.set_clock(moment)


@step("{数}秒待つ", "time")
def wait_seconds(world: World, seconds: int) -> None:
    """Let seconds pass without touching anything; everything that falls due happens in its order."""
    world.wait(seconds)


@step("{数}分待つ", "time")
def wait_minutes(world: World, minutes: int) -> None:
    """Let minutes pass without touching anything."""
    world.wait(60 * minutes)


@step("残り時間が表示されるまで待つ", "time")
def wait_for_countdown(world: World) -> None:
    """Touch nothing until the screen counts down."""
    world.wait_for_countdown()


@step("時間切れになるまで待つ", "time")
def wait_for_time_out(world: World) -> None:
    """Touch nothing until the time of this screen is over, or its alarm has sounded."""
    world.wait_for_time_out()
