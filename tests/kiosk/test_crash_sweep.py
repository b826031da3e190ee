"""kill -9 at every durable write of a visit: no yen kept for nothing, no set twice (fault-16, fault-18, F-38)."""

import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.proves("fault-16", "fault-18", "F-34", "F-38")
def test_after_kill_9_at_every_write_money_and_sets_agree() -> None:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "tests.kiosk.crash_sweep_child"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=600)
    sys.stdout.write(done.stdout)
    counted = re.search(r"^crash-sweep: (\d+) points, 0 violations$", done.stdout, re.MULTILINE)

    assert counted is not None, done.stdout + done.stderr
    assert int(counted[1]) >= 110
    assert done.returncode == 0
