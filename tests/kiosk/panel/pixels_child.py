"""The real window on a real X server, for `test_real_pixels`: says after each change where what can be touched.

One line of JSON for each change: the step, and the middle of every button of both sides, px of the screen.
SIGUSR1 hurries the kiosk's clock by ten seconds.
"""

import json
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pygame

from kiosk import app
from kiosk.app import Kiosk
from kiosk.panel.placing import Frame
from kiosk.panel.window import Window, places
from kiosk.screens.view import View
from kiosk.settings import Settings
from tests.kiosk.panel.test_real_kiosk import HurriedClock


def middles(view: View, place: pygame.Rect) -> dict[str, tuple[int, int]]:
    """Where to touch each button that can be touched."""
    frame = Frame.fit(place.size, (view.width, view.height))
    rects = {f"{one.button} {one.value}".strip(): frame.rect(one.rect) for one in view.buttons if one.enabled}
    return {name: (place.x + rect.centerx, place.y + rect.centery) for name, rect in rects.items()}


def main(state: Path) -> None:
    """Run the kiosk until the window is closed."""
    clock, built = HurriedClock(), list[Kiosk]()
    signal.signal(signal.SIGUSR1, lambda *_: clock.hurry(10.0))
    window, told = Window(fullscreen=False), ""
    window.load(lambda: built.append(app.build(replace(Settings(), state=state), clock)) or built[0])
    while window.is_open:
        pygame.time.set_timer(pygame.USEREVENT, 250, 1)
        window.turn()
        window.paint()
        panel, side = places(pygame.display.get_window_size(), with_bench=True)
        bench = middles(window.bench.view, side) if window.bench is not None and side is not None else {}
        seen = {"step": window.view.step, "view": window.view.view_id}
        said = json.dumps(seen | {"panel": middles(window.view, panel), "bench": bench})
        if said != told:
            told = said
            sys.stdout.write(f"{said}\n")
            sys.stdout.flush()
    window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
