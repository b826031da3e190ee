"""A fleet against a real server over mutual TLS, and what it says when it cannot work."""

import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.clock import JST
from kiosk.fleet.command import Wanted, fleet, told
from kiosk.fleet.visits import Outcome, terminals
from municipality_client.centre.__main__ import app
from tests.municipality_client.real_server import real_server

AT = datetime(2026, 4, 6, 10, tzinfo=JST)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("centre")
    made = CliRunner().invoke(app, ["init", str(folder), "--terminal", "K00001", "--terminal", "K00002"])
    assert made.exit_code == 0, made.output
    return folder / "pki"


def run(wanted: Wanted, **options: object) -> tuple[int, list[str], str]:
    out, err = io.StringIO(), io.StringIO()
    code = fleet(wanted, out=out, err=err, **options)  # type: ignore[arg-type]
    return code, out.getvalue().splitlines(), err.getvalue()


@pytest.mark.proves("F-01", "F-03", "F-04")
def test_every_customer_gets_the_paper_asked_for_and_no_number_twice(tmp_path: Path, pki: Path) -> None:
    outcomes = tmp_path / "outcomes.jsonl"
    with real_server(f"sqlite:///{tmp_path / 'books.db'}", tmp_path / "log", "--rate", "0", pki=pki) as real:
        code, out, err = run(Wanted(real.url, pki, 2, 2, 4, seed=1, at=AT), outcomes=outcomes)

    found = [json.loads(line) for line in outcomes.read_text("utf-8").splitlines()]
    assert (code, err) == (0, "")
    assert len(found) >= 4
    assert out[0] == f"{len(found)} customers, {len(found)} issued"
    assert out[-1] == "0 numbers given twice, 0 pages of somebody else"
    assert len({number for one in found for number in one["numbers"]}) == len(found)


def test_a_centre_that_is_not_there_is_counted_not_raised(pki: Path) -> None:
    code, out, _ = run(Wanted("https://127.0.0.1:9", pki, 1, 2, 2, at=AT))

    assert code == 1
    assert out[0].endswith(" CentreLost")


def test_more_kiosks_than_keys_is_one_line(pki: Path) -> None:
    code, out, err = run(Wanted("https://127.0.0.1:9", pki, 9, 1, 1))

    assert terminals(pki) == ("K00001", "K00002")
    assert (code, out) == (2, [])
    assert err == f"{pki}: keys of 2 terminals for 9 kiosks (see centre init)\n"


def test_a_number_given_twice_is_told() -> None:
    found = [Outcome(kiosk, 0.0, 0.1, 0.2, "issued", ("012351-20260406-T00001-00000001-E",)) for kiosk in (0, 1)]

    assert told(found, 1.0)[-1] == "1 numbers given twice, 0 pages of somebody else"
