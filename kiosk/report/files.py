"""Reports for programs: JUnit XML for build servers, one JSON line a scenario to compare two runs.

Separate from the page, which is for people and needs fonts.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from kiosk.replay.results import Result, Totals, told


def junit(path: Path, results: Sequence[Result], sums: Totals) -> None:
    """Write `results` as a JUnit XML file, one test case for each scenario; raises OSError."""
    tests, failures = str(len(results)), str(sums.failed)
    suite = ElementTree.Element("testsuite", name="scenarios", tests=tests, failures=failures)
    for one in results:
        suite.append(_case(one))
    ElementTree.indent(suite)
    ElementTree.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def outcomes(path: Path, results: Sequence[Result], _sums: Totals) -> None:
    """Write place, seed, outcome and digest of each scenario, sorted: equal seeds give equal files. Raises OSError."""
    lines = (
        {
            "place": one.play.place,
            "seed": one.seed,
            "outcome": "failed" if one.failure else "passed",
            "digest": one.digest,
            "simulated_s": round(one.simulated, 3),
        }
        for one in results
    )
    path.write_text("".join(sorted(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)), encoding="utf-8")


def _case(result: Result) -> ElementTree.Element:
    play = result.play
    case = ElementTree.Element("testcase", classname=play.feature, name=play.name, file=play.file, line=str(play.line))
    case.set("time", f"{result.seconds:.3f}")
    if result.failure:
        failure = ElementTree.SubElement(case, "failure", message=result.failure.why)
        failure.text = told(result)
    return case
