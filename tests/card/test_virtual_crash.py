"""Kill -9 at every write of a card's state, for every kind of VERIFY and every change of a PIN (fault-08).

A try may be lost, never won; a PIN is the old one or the new one; the file is always readable.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from card.virtual.personalise import personalise
from tests.card.cards import NOW, SELECT_JPKI, send, verify
from tests.card.test_apps import COMMON, RESIDENT, SURFACE, TEXT

ROOT = Path(__file__).parents[2]
WRONG = b"000000"
_POINTS = 24
KINDS = {
    "JPKI-0018": (SELECT_JPKI, 0x18, 3, b"1234"),
    "JPKI-001B": (SELECT_JPKI, 0x1B, 5, b"ABC123"),
    "text-0011": (TEXT, 0x11, 3, b"1111"),
    "text-0014-A": (TEXT, 0x14, 10, b"100200300402"),
    "text-0015-B": (TEXT, 0x15, 10, b"55021720362285"),
    "surface-0011": (SURFACE, 0x11, 10, b"550217"),
    "surface-0012-B": (SURFACE, 0x12, 10, b"55021720362285"),
    "surface-0013-A": (SURFACE, 0x13, 10, b"100200300402"),
    "common-001C": (COMMON, 0x1C, 3, b"2222"),
    "resident-001C": (RESIDENT, 0x1C, 3, b"2222"),
}
CHANGES = {
    "JPKI-0018": ("00240198", b"8642"),
    "JPKI-001B": ("0024019B", b"NEW789"),
    "text-0011": ("00240191", b"8642"),
    "common-001C": ("8032009C", b"8642"),
    "resident-001C": ("8032009C", b"8642"),
}


@dataclass(frozen=True)
class Case:
    """What was done to the card before, and what is killed."""

    prepare: list[str]
    commands: list[str]


def changed(kind: str) -> str:
    header, fresh = CHANGES[kind]
    return f"{header}{len(fresh):02X}{fresh.hex()}"


CASES = {
    **{f"mismatch {kind}": Case([], [at, verify(WRONG, sfi)]) for kind, (at, sfi, _, _) in KINDS.items()},
    **{
        f"match {kind}": Case([at, verify(WRONG, sfi)], [at, verify(value, sfi)])
        for kind, (at, sfi, _, value) in KINDS.items()
    },
    **{
        f"change {kind}": Case([], [KINDS[kind][0], verify(KINDS[kind][3], KINDS[kind][1]), changed(kind)])
        for kind in CHANGES
    },
    "exhausting": Case([SELECT_JPKI, *[verify(WRONG)] * 2], [SELECT_JPKI, verify(WRONG)]),
}
Swept = dict[str, list[Path]]


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """State folders as the kills left them, and last the one that saw none, for every case."""
    root = tmp_path_factory.mktemp("sweep")
    folders = {name: root / name.replace(" ", "_") for name in CASES}
    for name, case in CASES.items():
        send(personalise("taro", folders[name] / "prepared", NOW), *case.prepare)
        for nth in range(1, _POINTS):
            shutil.copytree(folders[name] / "prepared", folders[name] / str(nth))
    lines = [
        " ".join([str(folders[name]), *(c.replace(" ", "") for c in case.commands)]) for name, case in CASES.items()
    ]
    words = [sys.executable, "-m", "tests.card.crash_sweep"]
    said = subprocess.run(words, cwd=ROOT, input="\n".join(lines), capture_output=True, text=True, check=True).stdout
    counts = [int(line) for line in said.split()]
    assert all(5 < count < _POINTS for count in counts)
    return {
        name: [folders[name] / str(nth) for nth in range(1, count + 1)]
        for name, count in zip(CASES, counts, strict=True)
    }


def tries(folder: Path, select: str, sfi: int) -> int:
    return int(send(personalise("taro", folder, NOW), select, f"002000{0x80 | sfi:02X}")[-1], 16)


def report(capsys: pytest.CaptureFixture[str], what: str, points: int) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\ncrash-sweep {what}: {points} points, 0 violations\n")


@pytest.mark.proves("fault-08", "fault-07")
@pytest.mark.parametrize("kind", KINDS)
def test_a_mismatch_killed_anywhere_never_gains_a_try(
    swept: Swept, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    select, sfi, most, _ = KINDS[kind]
    folders = swept[f"mismatch {kind}"]
    seen = [tries(folder, select, sfi) for folder in folders]

    assert set(seen) <= {most, most - 1}
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] == most - 1
    report(capsys, f"VERIFY mismatch {kind}", len(folders) - 1)


@pytest.mark.proves("fault-08", "fault-07")
@pytest.mark.parametrize("kind", KINDS)
def test_a_match_killed_anywhere_gains_tries_only_by_matching(
    swept: Swept, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    select, sfi, most, _ = KINDS[kind]
    folders = swept[f"match {kind}"]
    seen = [tries(folder, select, sfi) for folder in folders]

    assert set(seen) <= {most - 1, most - 2, most}
    assert seen[-1] == most
    # Full tries only after the try was spent: never from one to the other without it.
    assert most - 2 in seen[: seen.index(most)]
    report(capsys, f"VERIFY match {kind}", len(folders) - 1)


@pytest.mark.proves("fault-08")
def test_the_last_try_killed_anywhere_is_gone_or_there(swept: Swept, capsys: pytest.CaptureFixture[str]) -> None:
    folders = swept["exhausting"]
    seen = [tries(folder, SELECT_JPKI, 0x18) for folder in folders]

    assert set(seen) == {1, 0}
    assert send(personalise("taro", folders[-1], NOW), SELECT_JPKI, verify(b"1234")) == "6984"
    report(capsys, "VERIFY exhausting JPKI-0018", len(folders) - 1)


@pytest.mark.proves("fault-08")
@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_killed_anywhere_leaves_the_old_value_or_the_new(
    swept: Swept, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    select, sfi, most, value = KINDS[kind]
    fresh = CHANGES[kind][1]
    folders = swept[f"change {kind}"]
    for folder in folders:
        left = tries(folder, select, sfi)
        card = personalise("taro", folder, NOW)
        opens = [send(card, select, verify(one, sfi)) == "9000" for one in (value, fresh)]
        assert opens.count(True) == 1
        assert left in {most, most - 1}

    assert send(personalise("taro", folders[-1], NOW), select, verify(fresh, sfi)) == "9000"
    report(capsys, f"change {kind}", len(folders) - 1)
