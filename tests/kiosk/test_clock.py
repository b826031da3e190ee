"""Civil time is JST whatever TZ says; durations never run backwards."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.clock import JST, JumpingClock, RealClock, SettableClock, SimulatedClock

START = datetime(2026, 4, 6, 10, 0, tzinfo=JST)


def test_the_jumping_clock_moves_only_when_told() -> None:
    clock = JumpingClock(START)
    clock.jump(90)

    assert (clock.now(), clock.monotonic()) == (START + timedelta(seconds=90), 90)
    with pytest.raises(ValueError, match="backwards"):
        clock.jump(-1)


@pytest.mark.proves("fault-22")
def test_setting_the_clock_leaves_durations_alone() -> None:
    clock = JumpingClock(START)
    clock.jump(5)
    clock.set(START - timedelta(days=400))

    assert (clock.now(), clock.monotonic()) == (START - timedelta(days=400), 5)


def test_the_simulated_clock_runs_at_real_speed_from_its_start() -> None:
    clock = SimulatedClock(START)
    before = clock.now()
    time.sleep(0.01)

    assert START <= before < clock.now() < START + timedelta(seconds=5)
    clock.set(datetime(2026, 12, 29, 9, 0))  # noqa: DTZ001 - a moment without zone is JST
    assert clock.now().date().isoformat() == "2026-12-29"


def test_a_moment_of_another_zone_is_shown_in_jst() -> None:
    clock = JumpingClock(datetime(2026, 4, 6, 1, 0, tzinfo=UTC))

    assert clock.now().isoformat() == "2026-04-06T10:00:00+09:00"


def test_only_the_real_clock_cannot_be_set() -> None:
    assert isinstance(SimulatedClock(START), SettableClock)
    assert isinstance(JumpingClock(START), SettableClock)
    assert not isinstance(RealClock(), SettableClock)


def test_jst_whatever_tz_says() -> None:
    program = "from kiosk.clock import RealClock; print(RealClock().now().utcoffset())"
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "TZ": "America/New_York"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "9:00:00"
