"""P18: memory and open files over thousands of whole visits, every screen drawn, on simulated time.

VISITS in the environment says how many, 600 without. What the first hundred leave behind (caches that
fill, code that is loaded) is not counted: growth is from there on.
"""

import os
import subprocess
import sys

from kiosk.replay.machine import new_folder
from tests.benchmarks.measure import say

_BEFORE = 100
_VISITS = """
import gc, os, sys, time
from datetime import timedelta
from pathlib import Path
import pygame
from kiosk.panel.front import Front
from kiosk.panel.painter import Painter
from kiosk.session.buttons import Button
from tests.kiosk.machine import Machine

pygame.font.init()
surface = pygame.Surface((600, 800), 0, 24)


class Drawn(Machine):
    # A machine whose every screen is painted as the window does.
    def settle(self):
        super().settle()
        front.show(self.runner.view())
        front.paint(surface, self.runner.seconds_left(), 0.4)


def cancelled():
    machine.to_pin()
    machine.digits("1234")
    machine.touch(Button.CANCEL)
    machine.bench.remove()
    machine.settle()
    machine.touch(Button.FINISH)


def jammed():
    machine.to_paying()
    machine.bench.printer_fault("media-jam", 1)
    machine.pay()
    machine.wait(400)
    machine.bench.clear_printer_fault()
    machine.bench.take_paper()
    machine.bench.take_money()
    machine.wait(400)


def tidy():
    # What an operator does: coins back to the float, printed paper out of the folder, nights without anybody.
    machine.bench.stock()
    for paper in (machine.folder / "printed").glob("*.pdf"):
        paper.unlink()


def held():
    gc.collect()
    rss = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS"))
    return rss, len(os.listdir("/proc/self/fd"))


machine = Drawn(Path(sys.argv[1]))
front = Front(Painter(surface.get_size()), machine.runner.view(), lambda touch: None)
before, count = map(int, sys.argv[2:])
kinds = (cancelled, machine.issue, jammed)
for number in range(before + count):
    now = machine.clock.now()
    if not 8 <= now.hour < 20:
        machine.bench.set_clock(now + timedelta(hours=12))
    kinds[number % len(kinds)]()
    if number % 50 == 0:
        tidy()
    if number == before - 1:
        first, begun = held(), time.process_time()
rss, files = held()
print(first[0], rss, files - first[1], (time.process_time() - begun) / count * 1000)
"""


def run() -> None:
    """Print the figures; the goals are 2 % and no file."""
    env = {**os.environ, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    visits = os.environ.get("VISITS", "600")
    with new_folder() as folder:
        words = [sys.executable, "-c", _VISITS, folder, str(_BEFORE), visits]
        done = subprocess.run(words, env=env, check=True, capture_output=True, text=True)
    before, after, files, each = map(float, done.stdout.split()[-4:])
    growth = f"{(after - before) / before * 100:+.1f} % (goal ≤ 2)"
    say(f"memory after {visits} more whole visits", f"{after / 1024:.1f} MB", f"{before / 1024:.1f} MB", growth)
    say("open files after them", f"{files:+.0f}", f"{each:.0f} ms CPU a visit", "(goal 0)")
