"""Process start to first frame of `python -m kiosk`, beside a bare pygame window of the same size."""

import os
import sys
import tempfile

from tests.benchmarks.measure import in_turn, process, say

_BARE = """
import pygame
pygame.display.init()
window = pygame.display.set_mode((1280, 800))
window.fill((255, 255, 255))
pygame.display.flip()
"""
_PANEL = """
import os, sys
from kiosk import app
app.build = lambda *words, **named: os._exit(0)  # called as soon as the first frame stands
from kiosk.__main__ import main
main(["--at", "2026-04-06T10:00", "--state", sys.argv[1]])
"""


def run() -> None:
    """Print the figure; the goal is at most 3 times the bare window."""
    env = {**os.environ, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    with tempfile.TemporaryDirectory() as state:
        panel = process([sys.executable, "-c", _PANEL, state], env)
        bare = process([sys.executable, "-c", _BARE], env)
        pair = in_turn(panel, bare, pairs=11)
    say(
        "process start to first frame",
        f"{pair.ours * 1000:.0f} ms",
        f"bare pygame window {pair.floor * 1000:.0f} ms",
        f"× {pair.ratio:.2f} (goal ≤ 3)",
    )
