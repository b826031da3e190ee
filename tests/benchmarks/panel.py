"""P13, P14, P18: touch to changed pixels, idle CPU, kill to ready, growth over many sessions.

The touch figures run in the window's own loop on SDL's dummy driver, with the embedded parts real; "busy"
means that pages are composed, checked and printed in a thread meanwhile, as the lanes do.
"""

import os
import subprocess
import sys
import tempfile

from tests.benchmarks.measure import in_turn, process, say

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
_GROWTH = """
import gc, os, sys
from pathlib import Path
from kiosk.session.buttons import Button
from tests.kiosk.machine import Machine


def rss():
    gc.collect()
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS"))


machine = Machine(Path(sys.argv[1]))


def visit():
    machine.to_pin()
    machine.digits("1234")
    machine.touch(Button.CANCEL)
    machine.bench.remove()
    machine.settle()
    machine.touch(Button.FINISH)


machine.issue()
for _ in range(100):
    visit()
before, files = rss(), len(os.listdir("/proc/self/fd"))
count = int(sys.argv[2])
for _ in range(count):
    visit()
print(before, rss(), len(os.listdir("/proc/self/fd")) - files)
"""
_READY = """
import os, sys
from pathlib import Path
from kiosk import app
from kiosk.clock import SimulatedClock
from kiosk.settings import Settings
from tests.kiosk.machine import MORNING
app.build(Settings(state=Path(sys.argv[1])), SimulatedClock(MORNING)).runner.view()
os._exit(0)  # as kill -9 does: nothing is tidied up
"""
_BARE = "import pygame"


def run() -> None:
    """Print the figures. SESSIONS=10000 in the environment for the whole of P18; 300 without."""
    env = {**os.environ, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    sessions = os.environ.get("SESSIONS", "300")
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
    with tempfile.TemporaryDirectory() as folder:
        ready = process([sys.executable, "-c", _READY, folder], env)
        pair = in_turn(ready, process([sys.executable, "-c", _BARE], env), pairs=5)
    say("kill -9 to ready", f"{pair.ours * 1000:.0f} ms", f"import pygame {pair.floor * 1000:.0f} ms", "(goal ≤ 3 s)")
    with tempfile.TemporaryDirectory() as folder:
        before, after, files = map(int, _said(_GROWTH, [folder, sessions], env))
    growth = f"{(after - before) / before * 100:+.1f} % (goal ≤ 2)"
    say(f"memory after {sessions} more sessions", f"{after // 1024} MB", f"{before // 1024} MB", growth)
    say("open files after them", f"{files:+}", "", "(goal 0)")


def _said(source: str, words: list[str], env: dict[str, str]) -> list[str]:
    done = subprocess.run([sys.executable, "-c", source, *words], env=env, check=True, capture_output=True, text=True)
    return done.stdout.split()[-3:]
