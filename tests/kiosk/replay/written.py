"""Writes feature files for the tests of the replay."""

from pathlib import Path

from kiosk.replay.command import bound
from kiosk.replay.feature import read
from kiosk.replay.options import Turn
from kiosk.replay.player import play
from kiosk.replay.results import Result


def feature(folder: Path, *scenarios: str) -> Path:
    """Write one feature with `scenarios`: each a name and its steps, line by line."""
    path = folder / "one.feature"
    bodies = []
    for scenario in scenarios:
        name, *steps = scenario.strip().splitlines()
        bodies.append("\n".join([f"  シナリオ: {name.strip()}", *(f"    {step.strip()}" for step in steps)]))
    path.write_text("# language: ja\n機能: 試し\n\n" + "\n\n".join(bodies) + "\n", encoding="utf-8")
    return path


def played(folder: Path, scenario: str) -> Result:
    """Play one scenario."""
    (one,) = read(feature(folder, scenario))
    return play(Turn(one), bound(one))
