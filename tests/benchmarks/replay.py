"""All scenarios in one process: how many times real time, and scenarios a second."""

import os
import re
import subprocess
import sys

from tests.benchmarks.measure import say

_LAST = re.compile(r"(\d+) passed, (\d+) failed, ([\d,.]+) times real time, ([\d.]+) scenarios/s")


def run() -> None:
    """Print the figure; the goal is at least 1,000 times real time."""
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "replay", "scenarios"], capture_output=True, text=True, env=os.environ
    )
    found = _LAST.search(done.stdout)
    if found is None:
        say("all scenarios, one process", "not measured", done.stderr.strip()[-60:], "")
        return
    passed, failed, speed, rate = found.groups()
    say(f"all scenarios, one process ({passed} passed)", f"{speed} × real", f"{rate} scenarios/s", "(goal ≥ 1,000 ×)")
    if failed != "0":
        say("scenarios that failed", failed, "", "")
