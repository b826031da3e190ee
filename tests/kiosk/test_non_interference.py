"""Other people, other PINs, the same kiosk-side bytes (design 5.6): nothing personal is kept there."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import assets
from municipality_client.centre.people import check_digit

ROOT = Path(__file__).resolve().parents[2]
MAY_BE_PERSONAL = ("card", "centre", "printed")
OTHERS = {
    'family_name = "石狩"': 'family_name = "岩内"',
    'given_name = "太郎"': 'given_name = "健一"',
    'given_name = "花子"': 'given_name = "清美"',
    'given_name = "次郎"': 'given_name = "三葉"',
    "石狩 太郎": "岩内 健一",
    "いしかり たろう": "いわない けんじ",
    "いしかり はなこ": "いわない きよみ",
    "いしかり じろう": "いわない みつは",
    "石狩市花川北六条一丁目３０番地２": "石狩市樽川南七条二丁目４１番地３",
    'pin = "1234"': 'pin = "8067"',
    'pin = "2345"': 'pin = "9178"',
    'pin = "3456"': 'pin = "7289"',
    "ABC123": "XYZ987",
}


def other_numbers(text: str) -> str:
    """Other My Numbers and residence record codes with right check digits."""
    register = tomllib.loads(text).get("register", {})
    for name in ("my_number", "resident_code"):
        if number := register.get(name):
            body = number[:-1].translate(str.maketrans("12345", "67891"))
            text = text.replace(number, body + check_digit(body))
    return text


def with_other_people(folder: Path) -> Path:
    """A folder whose `assets` is ours except for who the people are."""
    ours, theirs = assets.path(""), folder / "assets"
    theirs.mkdir()
    for entry in ours.iterdir():
        if entry.suffix in (".py", ".typed"):
            shutil.copy(entry, theirs)
        elif entry.name not in ("people", "__pycache__"):
            (theirs / entry.name).symlink_to(entry)
    shutil.copytree(ours / "people", theirs / "people")
    for path in (theirs / "people").glob("*.toml"):
        text = other_numbers(path.read_text(encoding="utf-8"))
        for one, other in OTHERS.items():
            text = text.replace(one, other)
        path.write_text(text, encoding="utf-8")
    return folder


def run(state: Path, path: list[Path]) -> bytes:
    """The afternoon with the first `assets` on `path`; returns what the kiosk said of itself."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path)), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "tests.kiosk.non_interference_child", str(state)]
    done = subprocess.run(command, cwd=path[0], env=environment, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout + done.stderr


def kiosk_side(state: Path) -> dict[str, bytes]:
    files = (path for path in state.rglob("*") if path.is_file())
    relative = ((str(path.relative_to(state)), path) for path in files)
    return {name: path.read_bytes() for name, path in relative if name.split("/")[0] not in MAY_BE_PERSONAL}


@pytest.mark.proves("I4", "I6")
def test_kiosk_side_files_do_not_depend_on_who_the_customer_is(tmp_path: Path) -> None:
    shadow = tmp_path / "shadow"
    shadow.mkdir()
    said = run(tmp_path / "a", [ROOT])
    said_of_others = run(tmp_path / "b", [with_other_people(shadow), ROOT])
    ours, theirs = kiosk_side(tmp_path / "a"), kiosk_side(tmp_path / "b")

    assert sorted(ours) == sorted(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []
    assert {"journal/journal.db", "journal/coins.json", "lock"} <= set(ours)
    assert said == said_of_others
    printed = [sorted((tmp_path / run_ / "printed").glob("*.pdf")) for run_ in "ab"]
    assert len(printed[0]) == 3
    assert printed[0][0].read_bytes() != printed[1][0].read_bytes(), "the papers must differ, or nothing was tried"
