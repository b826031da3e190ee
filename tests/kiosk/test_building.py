"""Building a kiosk: what is missing is one plain error, what is heavy is not loaded before it is needed."""

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.app import build
from kiosk.clock import RealClock
from kiosk.errors import BenchError, KioskError
from kiosk.settings import FolderTarget, RemoteCentre, Settings, TrustList
from tests.kiosk.machine import MORNING

ROOT = Path(__file__).resolve().parents[2]


def test_what_the_bench_cannot_do_is_said(tmp_path: Path) -> None:
    kiosk = build(Settings(state=tmp_path), RealClock(), inline=True)
    try:
        with pytest.raises(BenchError, match="--at"):
            kiosk.bench.set_clock(MORNING)
        with pytest.raises(BenchError, match="media-jam"):
            kiosk.bench.printer_fault("tea", 1)
        with pytest.raises(BenchError, match="nobody"):
            kiosk.bench.place("nobody")
    finally:
        kiosk.close()


@pytest.mark.parametrize(
    "settings",
    [
        {"centre": RemoteCentre("https://localhost:1", Path("/nowhere"))},
        {"trust": TrustList(Path("/nowhere"))},
        {"printer": FolderTarget(Path("/proc/nowhere"))},
    ],
)
def test_a_missing_part_is_one_plain_error_and_frees_the_folder(tmp_path: Path, settings: dict[str, object]) -> None:
    with pytest.raises(KioskError, match="nowhere"):
        build(Settings(state=tmp_path, **settings), RealClock(), inline=True)  # type: ignore[arg-type]

    build(Settings(state=tmp_path), RealClock(), inline=True).close()


def test_with_threads_and_a_real_clock_it_starts_and_stops(tmp_path: Path) -> None:
    kiosk = build(Settings(state=tmp_path), RealClock())
    woken: list[bool] = []
    kiosk.runner.on_wake = lambda: woken.append(True)
    kiosk.runner.pump()
    kiosk.bench.place("taro")
    kiosk.runner.pump()
    present = kiosk.runner.session.card_present
    kiosk.close()
    kiosk.close()

    assert present
    assert woken


def test_the_runner_loads_nothing_heavy() -> None:
    heavy = ("cryptography", "sqlalchemy", "fpdf", "pydantic", "PIL", "numpy", "typer", "rich", "smartcard", "pygame")
    program = f"import sys, kiosk.runner, kiosk.app, kiosk.settings; print([n for n in {heavy!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
