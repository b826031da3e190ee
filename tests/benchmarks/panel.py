"""P13: touch to changed pixels, and idle CPU.

The touch figures run in the window's own loop on SDL's dummy driver, with the embedded parts real; "busy"
means that pages are composed, checked and printed in a thread meanwhile, as the lanes do.
"""

import os
import subprocess
import sys
import tempfile

from tests.benchmarks.measure import say

_TOUCH = """
import gc, os, statistics, sys, tempfile, threading, time
from pathlib import Path
import pygame
from kiosk import app
from kiosk.clock import SimulatedClock
from kiosk.panel.window import Window, places
from kiosk.panel.placing import Frame
from kiosk.settings import Settings
from tests.kiosk.machine import MORNING, Machine

window, built = Window(fullscreen=False), []
settings = Settings(state=Path(sys.argv[1]) / "panel")
window.load(lambda: built.append(app.build(settings, SimulatedClock(MORNING))) or built[0])
while not built or window.bench is None or not window.bench.state.people:
    pygame.time.set_timer(pygame.USEREVENT, 20, 1)
    window.turn()
panel, _ = places(pygame.display.get_window_size(), with_bench=True)


def press(kind, name):
    view = window.view
    rect = Frame.fit(panel.size, (view.width, view.height)).rect(next(b for b in view.buttons if b.button == name).rect)
    pygame.event.post(pygame.event.Event(kind, button=1, pos=rect.center, touch=False))


def lasts(name):
    # From the finger on the glass to the picture with the pressed key, then lifted again outside the measure.
    begun = time.perf_counter()
    press(pygame.MOUSEBUTTONDOWN, name)
    window.turn()
    window.paint()
    took = time.perf_counter() - begun
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONUP, button=1, pos=(0, 0), touch=False))
    window.turn()
    window.paint()
    return took * 1000


def p99(count):
    return statistics.quantiles([lasts("administrative-service") for _ in range(count)], n=100)[98]


def work(stop, folder):
    machine = Machine(folder)
    while not stop.is_set():
        machine.issue()


idle = p99(200)
stop = threading.Event()
worker = threading.Thread(target=work, args=(stop, Path(sys.argv[1]) / "busy"))
worker.start()
time.sleep(2)
busy = p99(200)
stop.set()
worker.join()
for _ in range(10):
    pygame.time.set_timer(pygame.USEREVENT, 10, 1)
    window.turn()
begun, used = time.monotonic(), time.process_time()
while time.monotonic() - begun < 5:
    pygame.time.set_timer(pygame.USEREVENT, 1000, 1)
    window.turn()
cpu = (time.process_time() - used) / (time.monotonic() - begun) * 100
window.close()
print(idle, busy, cpu)
"""


def run() -> None:
    """Print the figures."""
    env = {**os.environ, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    with tempfile.TemporaryDirectory() as folder:
        idle, busy, cpu = map(float, _said(_TOUCH, [folder], env))
    say("touch to changed pixels, p99, idle", f"{idle:.1f} ms", "", "(goal ≤ 100 ms)")
    say(
        "touch to changed pixels, p99, issuing",
        f"{busy:.1f} ms",
        f"idle {idle:.1f} ms",
        f"× {busy / idle:.2f} (goal ≤ 2)",
    )
    say("idle CPU of the window", f"{cpu:.1f} %", "of one core", "(goal ≤ 5 %)")


def _said(source: str, words: list[str], env: dict[str, str]) -> list[str]:
    done = subprocess.run([sys.executable, "-c", source, *words], env=env, check=True, capture_output=True, text=True)
    return done.stdout.split()[-3:]
