"""Every scenario of the feature files as a test of its own, marked with the IDs in its tags."""

import re
from pathlib import Path

import pytest

from kiosk.replay.command import bound
from kiosk.replay.feature import Play, collect
from kiosk.replay.options import Turn
from kiosk.replay.player import play
from kiosk.replay.results import told

FOLDER = Path(__file__).resolve().parents[2] / "scenarios"
PLAYS = collect([str(FOLDER)])
ID = re.compile(r"[IO]-[0-9]{2}|X-[0-9]{2}|[SEFV]-[0-9]{1,2}|fault-[0-9]{2}")


def case(one: Play) -> object:
    ids = [tag for tag in one.tags if ID.fullmatch(tag)]
    marks = [pytest.mark.proves(*ids)] if ids else []
    return pytest.param(one, id=f"{Path(one.file).stem}:{one.line}", marks=marks)


@pytest.mark.parametrize("one", [case(one) for one in PLAYS])
def test_scenario(one: Play) -> None:
    result = play(Turn(one), bound(one))

    assert result.failure is None, told(result)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.feature")), ids=lambda file: file.name)
def test_a_feature_says_its_language_and_proves_at_most_six_ids_at_once(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith("# language: ja\n")
    for one in collect([str(file)]):
        assert len(one.tags) <= 6, one.place
        assert [tag for tag in one.tags if not ID.fullmatch(tag)] == [], one.place


def test_no_two_scenarios_have_the_same_name() -> None:
    names = [one.name for one in PLAYS]

    assert len(names) == len(set(names))


def test_no_scenario_spells_a_pin_out() -> None:
    pins = re.compile(r"暗証番号「|(?<![0-9])(1234|2345|3456|4567|5678)(?![0-9])")

    assert [file.name for file in FOLDER.glob("*.feature") if pins.search(file.read_text(encoding="utf-8"))] == []
