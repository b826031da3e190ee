"""What became of the scenarios played: values that the screen report and the JUnit file are made from.

Separate from the player, so that a worker process can send a result home and no report plays anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from kiosk.replay.feature import Line, Play


@dataclass(frozen=True, slots=True)
class Failure:
    """The step that failed, why, and what was on the screen then (its ID and every word)."""

    at: Line
    why: str
    seen: str


@dataclass(frozen=True, slots=True)
class Result:
    """One scenario played: `seconds` it took here, `simulated` seconds it would have taken a customer."""

    play: Play
    seconds: float
    simulated: float
    failure: Failure | None = None


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


def write_junit(path: Path, results: Iterable[Result]) -> None:
    """Write `results` as a JUnit XML file, one test case for each scenario; raises OSError."""
    played = tuple(results)
    failed = sum(1 for one in played if one.failure)
    suite = ElementTree.Element("testsuite", name="scenarios", tests=str(len(played)), failures=str(failed))
    for one in played:
        suite.append(_case(one))
    ElementTree.indent(suite)
    ElementTree.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def _case(result: Result) -> ElementTree.Element:
    play = result.play
    case = ElementTree.Element("testcase", classname=play.feature, name=play.name, file=play.file, line=str(play.line))
    case.set("time", f"{result.seconds:.3f}")
    if result.failure:
        failure = ElementTree.SubElement(case, "failure", message=result.failure.why)
        failure.text = told(result)
    return case
