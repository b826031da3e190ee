"""`make requirements`: every row of docs/requirements.md, its proofs, and whether they passed in this run.

Fails when a row with R, C or U has no proof that passed, or another row is kept nowhere. Options:
`--list` collects and runs nothing; an ID (`I-08`) looks at that row alone.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "requirements.md"
_ROW = re.compile(r"\| ([IOX]-\d\d) \| ([A-Z,]+) \| (.+) \|")
_PROVEN = frozenset("RCU")
_PACKAGES = ("municipality_client", "kiosk", "printer", "card")
_KEPT_IN = ("municipality_client/profiles/*.toml", "docs/*.md", *(f"{one}/**/*.py" for one in _PACKAGES))


@dataclass(frozen=True)
class Row:
    """One requirement: its ID, kinds and meaning."""

    id: str
    kinds: frozenset[str]
    meaning: str

    @property
    def needs_proof(self) -> bool:
        """Whether it is enforced, configured or shown, and so must be proven."""
        return bool(self.kinds & _PROVEN)


@dataclass(eq=False)  # pytest keeps its plugins in a set
class Proofs:
    """A pytest plugin: which tests prove which rows, and what became of them."""

    wanted: frozenset[str]
    by_id: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    outcome: dict[str, str] = field(default_factory=dict)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep only tests that prove a row asked for."""
        kept = [item for item in items if self._noted(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept

    def _noted(self, item: pytest.Item) -> bool:
        ids = {str(one) for mark in item.iter_markers("proves") for one in mark.args} & self.wanted
        for one in ids:
            self.by_id[one].append(_place(item))
        return bool(ids)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the worst that was said of a test."""
        name = _shortened(report.nodeid)
        if report.when == "call" or report.outcome != "passed":
            worst = self.outcome.get(name, "passed")
            self.outcome[name] = report.outcome if worst == "passed" else worst


def rows(text: str) -> tuple[Row, ...]:
    """Read the rows of docs/requirements.md."""
    found = (_ROW.fullmatch(line) for line in text.splitlines())
    return tuple(Row(one[1], frozenset(one[2].split(",")), one[3]) for one in found if one)


def kept(row: str) -> str:
    """Return `FILE:LINE` of the first place outside the table that keeps a row, "" for none."""
    files = (path for pattern in _KEPT_IN for path in sorted(ROOT.glob(pattern)) if path != TABLE)
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if row in re.findall(r"[IOX]-\d\d", line):
                return f"{path.relative_to(ROOT)}:{number}"
    return ""


def verdict(row: Row, proofs: Sequence[str], outcome: dict[str, str]) -> tuple[str, bool]:
    """Return what is to be said of a row, and whether that is enough."""
    if not proofs:
        place = "" if row.needs_proof else kept(row.id)
        return (f"kept in {place}", True) if place else ("NO PROOF" if row.needs_proof else "KEPT NOWHERE", False)
    # A file's tests in one place: forty scenarios need not stand in a row.
    results = [outcome.get(one, "not run") for one in proofs]
    failed = sum(one == "failed" for one in results)
    passed = sum(one == "passed" for one in results)
    places = sorted(set(proofs))
    more = f" and {len(places) - 2} more" if len(places) > 2 else ""
    said = f"{', '.join(places[:2])}{more} -> " + (f"{failed} FAILED" if failed else f"{passed} passed")
    return said, passed > 0 and not failed


def main(words: Sequence[str]) -> int:
    """Collect, run and print; 1 when a row is not as it must be, 2 for bad use."""
    everything = rows(TABLE.read_text(encoding="utf-8"))
    known = {row.id for row in everything}
    asked = [word for word in words if word != "--list"]
    if strange := [word for word in asked if word not in known]:
        sys.stderr.write(f"requirements: there is no row {strange[0]!r}\n")
        return 2
    chosen = tuple(row for row in everything if not asked or row.id in asked)
    proofs = Proofs(frozenset(row.id for row in chosen))
    only_list = ["--collect-only"] if "--list" in words else []
    pytest.main(
        ["-q", "--no-header", "-p", "no:cacheprovider", *only_list, "--rootdir", str(ROOT), str(ROOT / "tests")],
        [proofs],
    )
    if only_list:
        proofs.outcome = {place: "passed" for places in proofs.by_id.values() for place in places}
    return _told(chosen, proofs)


def _told(chosen: Iterable[Row], proofs: Proofs) -> int:
    wrong = 0
    for row in chosen:
        said, enough = verdict(row, proofs.by_id.get(row.id, ()), proofs.outcome)
        wrong += not enough
        kinds = ",".join(sorted(row.kinds))
        sys.stdout.write(f"{row.id} {kinds:<7} {row.meaning}\n     {said}\n")
    sys.stdout.write(f"{wrong} rows without proof\n" if wrong else "every row has its proof or place\n")
    return 1 if wrong else 0


def _place(item: pytest.Item) -> str:
    return _shortened(item.nodeid)


def _shortened(nodeid: str) -> str:
    """A scenario by its file and line, a test by its name without parameters that are long."""
    path, _, name = nodeid.partition("::")
    found = re.fullmatch(r"test_scenario\[(\w+):(\d+)\]", name)
    return f"scenarios/{found[1]}.feature:{found[2]}" if found else f"{path}::{name.partition('[')[0]}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
