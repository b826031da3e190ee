"""What became of the scenarios played: values that every report is made from.

Separate from the player, so that a worker process can send a result home and no report plays anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.replay.feature import Line, Play
from kiosk.replay.story import Story


@dataclass(frozen=True, slots=True)
class Failure:
    """The step that failed, why, and what was on the screen then (its ID and every word)."""

    at: Line
    why: str
    seen: str


@dataclass(frozen=True, slots=True)
class Result:
    """One scenario played: `seconds` it took here, `simulated` seconds it would have taken a customer.

    `digest`: SHA-256 over the journal and every printed page; the same seed gives the same one.
    `story`: what happened, where a report wants to tell it. `words`: options that play it so again.
    """

    play: Play
    seconds: float
    simulated: float
    failure: Failure | None = None
    seed: str = ""
    digest: str = ""
    story: Story | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over all results; `seconds` is the time that passed on the wall for all of them."""

    passed: int
    failed: int
    simulated: float
    seconds: float

    @property
    def line(self) -> str:
        """The last line of a replay, in the words of design §6."""
        times = self.simulated / self.seconds
        rate = (self.passed + self.failed) / self.seconds
        return f"{self.passed} passed, {self.failed} failed, {times:.0f} times real time, {rate:.1f} scenarios/s"


def totals(results: Iterable[Result], seconds: float) -> Totals:
    """Add up `results`, which took `seconds` on the wall."""
    played = tuple(results)
    failed = sum(1 for one in played if one.failure)
    return Totals(len(played) - failed, failed, sum(one.simulated for one in played), max(seconds, 1e-9))


def told(result: Result) -> str:
    """Say where and why a scenario failed, in lines that an editor can follow."""
    failure = result.failure
    if failure is None:
        return f"{result.play.place}: passed: {result.play.name}"
    return (
        f"{result.play.place}: failed: {result.play.name}\n"
        f"  {failure.at.place}: {failure.at.keyword} {failure.at.text}\n"
        f"  {failure.why}\n"
        f"  seen: {failure.seen}"
    )
