"""How long from process start to the first frame, beside a bare pygame window: the floor of the same run.

`python -m kiosk.panel.first_frame` opens the window, says so on stdout at the first frame and ends;
`measure` starts it and an empty window in turn and times them from outside, so that the
interpreter's own start is counted too (lab.md §1).
"""

import importlib
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_SAID = "first frame\n"
_HERE = Path(__file__).resolve().parents[2]
_BARE = (
    "import sys, pygame; pygame.display.init(); s = pygame.display.set_mode((1280, 800)); "
    f"s.fill((255, 255, 255)); pygame.display.flip(); sys.stdout.write({_SAID!r}); sys.stdout.flush()"
)


@dataclass(frozen=True, slots=True)
class FirstFrame:
    """Medians in ms: the panel's first frame, and a bare window's."""

    panel_ms: float
    bare_ms: float


def measure(runs: int = 7) -> FirstFrame:
    """Start panel and bare window `runs` times in turn; subprocess.CalledProcessError when one fails."""
    panel, bare = [], []
    for _ in range(runs):
        bare.append(_time(["-c", _BARE]))
        panel.append(_time(["-m", "kiosk.panel.first_frame"]))
    return FirstFrame(statistics.median(panel), statistics.median(bare))


def show() -> None:
    """Open the window as `python -m kiosk` does, say when its first frame stands, and close it."""
    for name in ("kiosk.__main__", "kiosk.panel.start"):
        importlib.import_module(name)
    from kiosk.panel.window import Window

    window = Window(fullscreen=False)
    window.paint()
    sys.stdout.write(_SAID)
    sys.stdout.flush()
    window.close()


def _time(arguments: list[str]) -> float:
    begin = time.perf_counter()
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True, cwd=_HERE) as child:
        said = any(line == _SAID for line in child.stdout or ())
        took = (time.perf_counter() - begin) * 1000
    if child.returncode or not said:
        raise subprocess.CalledProcessError(child.returncode or 1, arguments)
    return took


if __name__ == "__main__":
    show()
