"""Memory of the running kiosk with all embedded parts, before and after a visit, beside a bare window."""

import os
import subprocess
import sys

from tests.benchmarks.measure import say

_BARE = """
import pygame
pygame.display.init()
pygame.display.set_mode((1280, 800))
pygame.font.init()
"""
_KIOSK = """
import sys
from pathlib import Path
from kiosk.panel.window import Window
window = Window(fullscreen=False)
window.paint()
from tests.kiosk.machine import Machine
machine = Machine(Path(sys.argv[1]))
window.paint()
{visit}
"""
_SAY = """
for line in open("/proc/self/status"):
    if line.startswith("VmHWM"):
        print(int(line.split()[1]) // 1024)
"""


def run() -> None:
    """Print the peaks in MB; the goal is at most 250 MB."""
    bare = _peak(_BARE)
    still = _peak(_KIOSK.format(visit=""))
    after = _peak(_KIOSK.format(visit="machine.issue()\nwindow.paint()"))
    say("memory, all embedded parts, idle", f"{still} MB", f"bare window with fonts {bare} MB", "(goal ≤ 250 MB)")
    say("memory, after a printed household", f"{after} MB", "", "(peak of the process)")


def _peak(program: str) -> int:
    import tempfile

    env = {**os.environ, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    with tempfile.TemporaryDirectory() as state:
        done = subprocess.run(
            [sys.executable, "-c", program + _SAY, state], env=env, check=True, capture_output=True, text=True
        )
    return int(done.stdout.split()[-1])
