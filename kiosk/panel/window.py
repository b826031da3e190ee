"""The window: waits for events, draws what has changed, never computes.

Separate from painter and front, which know no window. The kiosk is loaded in a thread after the
first frame; from then on the loop sleeps until a finger, a wake-up of the lanes, or the next thing
that is due. Cards, centre and printer work in lanes, the bench's chores in a thread of its own.
"""

import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from kiosk import narrator
from kiosk.errors import KioskError, PartMissing
from kiosk.panel.chores import Chores
from kiosk.panel.front import Front
from kiosk.panel.gestures import Gestures, Key, Move, Pointer, Wheel
from kiosk.panel.headset import Headset
from kiosk.panel.painter import Painter
from kiosk.panel.parts import KioskParts, OfficeControls, RunnerControls
from kiosk.panel.sound import Speaker
from kiosk.panel.startscreen import HEIGHT, WIDTH, start_view, stopped_view
from kiosk.panel.theme import STANDARD, Theme
from kiosk.panel.wake import Wake
from kiosk.panel.watchdog import Watchdog
from kiosk.panel.words import Words
from kiosk.screens.speech import Phrases
from kiosk.screens.view import Touch, View

if TYPE_CHECKING:
    from kiosk.panel.notes import Notes
    from kiosk.panel.workbench import Workbench
    from kiosk.session.effects import Say

SMALLEST = (1280, 800)
"""The smallest window in which panel and workbench stand side by side, px."""
_BENCH_WIDTH = 680
_LARGEST_HEIGHT = 1200
_BORDERS = 96
_NARROW = 1080
_MOVEMENT = 2.4
_FRAME = 0.12
_TICK = 0.25
_HEARTBEAT = 1.0
_KNOCK = 3000
_GPU = Path("/dev/dri")
_UNSEEN = ("dummy", "offscreen")
"""What SDL falls back to where there is no display: everything would run, and nobody would see it."""


def run(
    load: Callable[[], KioskParts],
    *,
    fullscreen: bool = False,
    theme: Theme = STANDARD,
    on_first_frame: Callable[[], None] | None = None,
) -> None:
    """Open the window, draw a first frame, load the kiosk with `load`, and run until the window is closed.

    What `load` raises comes out of here at once, after the window has closed. When the runner says that
    nothing may be acted on any more (KioskError), the panel says so until it is closed; then that comes out.
    """
    window = Window(fullscreen, theme)
    if fullscreen:
        signal.signal(signal.SIGTERM, lambda *_: window.end())
    try:
        window.paint()
        if on_first_frame is not None:
            on_first_frame()
        window.load(load)
        while window.is_open:
            window.turn()
        if window.stopped is not None:
            raise window.stopped
    finally:
        window.close()


def open_display(fullscreen: bool, size: tuple[int, int] | None = None) -> pygame.Surface:
    """Open the window and nothing else of pygame; without a GPU, SDL draws straight into memory.

    Raises PartMissing where nobody would see it.
    """
    if not _GPU.exists():
        os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
    os.environ.setdefault("SDL_GRAB_KEYBOARD", "1" if fullscreen else "0")
    pygame.display.init()
    if pygame.display.get_driver() in _UNSEEN and "SDL_VIDEODRIVER" not in os.environ:
        raise PartMissing("no screen here to open a window on: neither DISPLAY nor WAYLAND_DISPLAY leads to one")
    pygame.font.init()
    if fullscreen:
        surface = pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
        pygame.event.set_grab(True)
        return surface
    return pygame.display.set_mode(size or _window_size(), pygame.RESIZABLE)


def places(size: tuple[int, int], with_bench: bool) -> tuple[pygame.Rect, pygame.Rect | None]:
    """Return where the panel stands in a window of `size` px, and where the workbench, if it is shown."""
    if not with_bench or size[0] < _NARROW:
        return pygame.Rect((0, 0), size), None
    width = min(size[1] * WIDTH // HEIGHT, size[0] - _BENCH_WIDTH)
    return pygame.Rect(0, 0, width, size[1]), pygame.Rect(width, 0, size[0] - width, size[1])


def _window_size() -> tuple[int, int]:
    desktop = pygame.display.get_desktop_sizes()[0]
    height = max(SMALLEST[1], min(_LARGEST_HEIGHT, desktop[1] - _BORDERS))
    return max(SMALLEST[0], min(desktop[0], height * WIDTH // HEIGHT + _BENCH_WIDTH)), height


class Window:
    """One window, its two sides, and the kiosk behind them once it is loaded."""

    def __init__(self, fullscreen: bool, theme: Theme = STANDARD) -> None:
        self.is_open = True
        self.stopped: KioskError | None = None
        self._theme = theme
        self._surface = open_display(fullscreen)
        self._words = Words.load()
        pygame.display.set_caption(self._words("start.title"))
        self._gestures = Gestures()
        self._wake = Wake()
        self._chores_done = Wake()
        self._chores = Chores(self._chores_done.ring)
        self._speaker = Speaker()
        self._kiosk: KioskParts | None = None
        self._bench: Workbench | None = None
        self._notes: Notes | None = None
        self._with_bench = not fullscreen
        self._is_kiosk = fullscreen
        self._watchdog = Watchdog.of(os.environ)
        self._bench_holds = False
        self._corner_since: int | None = None
        self._panel, self._side = places(self._surface.get_size(), self._with_bench)
        self._headset = Headset()
        self._front = Front(
            Painter(self._panel.size, theme), start_view(self._words), self._touched, narrator.Narrator(self._whisper)
        )

    @property
    def view(self) -> View:
        """The screen that the customer sees."""
        return self._front.view

    @property
    def bench(self) -> "Workbench | None":
        """The workbench, while it is shown."""
        return self._bench

    def end(self) -> None:
        """Close after this turn."""
        self.is_open = False

    def load(self, load: Callable[[], KioskParts]) -> None:
        """Begin to load the kiosk in a thread; the start screen stays until it is there."""
        self._chores.give(load, self._loaded)

    def turn(self) -> None:
        """Do what is due, draw what has changed, then sleep until something happens."""
        wait = self._pump()
        self.paint()
        self._watchdog.alive()
        event = pygame.event.wait(max(1, round(wait * 1000))) if wait is not None else pygame.event.wait()
        self._wake.heard()
        self._chores_done.heard()
        self._take(event)
        for waiting in pygame.event.get():
            self._take(waiting)
        self._chores.finish()

    def paint(self) -> None:
        """Draw what has changed since the last time, and show it."""
        seconds = self._side_up.seconds_left() if self._side_up else None
        phase = pygame.time.get_ticks() / 1000 / _MOVEMENT % 1
        changed = self._front.paint(self._surface.subsurface(self._panel), seconds, round(phase * 16) / 16)
        if self._bench is not None and self._side is not None:
            changed |= self._bench.paint(self._surface.subsurface(self._side))
        if changed:
            pygame.display.flip()

    def close(self) -> None:
        """Close the kiosk and the window."""
        self._chores.close()
        self._chores.finish()
        if self._kiosk is not None:
            self._kiosk.close()
        self._speaker.close()
        self._headset.close()
        pygame.display.quit()

    def _loaded(self, kiosk: KioskParts) -> None:
        self._kiosk = kiosk
        kiosk.runner.on_wake = self._wake.ring
        kiosk.runner.on_say = self._said
        kiosk.office.give = self._chores.give
        self._headset = Headset(kiosk.headphones)
        self._shape_screens()
        self._place_bench()
        self._watchdog.ready()

    @property
    def _side_up(self) -> "RunnerControls | OfficeControls | None":
        """What the panel shows: the customer's side, or the operator's while it is open."""
        kiosk = self._kiosk
        if kiosk is None:
            return None
        return kiosk.office if kiosk.office.is_open else kiosk.runner

    def _said(self, said: "Say") -> None:
        if said.alarm:
            self._chores.give(self._speaker.ring, lambda _: None)
        if self._kiosk is not None:
            view = self._kiosk.runner.view()
            sentence = narrator.aloud(view.caption, alarm=said.alarm, silent=view.silent, headphones=view.headphones)
            speak = partial(self._speaker.say, sentence) if sentence else self._speaker.hush
            self._chores.give(speak, lambda _: None)

    def _whisper(self, phrases: Phrases) -> None:
        self._chores.give(partial(self._headset.say, phrases), lambda _: None)

    def _place_bench(self) -> None:
        if self._side is None or self._kiosk is None:
            self._bench = None
        elif self._bench is None:
            from kiosk.panel.notes import Notes
            from kiosk.panel.workbench import Workbench

            self._notes = Notes(self._kiosk)
            self._bench = Workbench(self._kiosk.bench, self._words, self._chores, self._side.size, self._notes)
        else:
            self._bench.resize(self._side.size)

    def _pump(self) -> float | None:
        """Let the kiosk do what is due; return the seconds until the window has something to do."""
        waits = [_FRAME if self._front.is_moving else None, _TICK if self._front.counts_down else None]
        waits += [_HEARTBEAT if self._is_kiosk else None]
        if self._kiosk is not None and self.stopped is None:
            waits.append(self._pump_kiosk(self._kiosk))
        if self._bench is not None and self._side is not None:
            waits.append(self._bench.refresh())
        return min((wait for wait in waits if wait is not None), default=None)

    def _pump_kiosk(self, kiosk: KioskParts) -> float | None:
        try:
            waits = [self._real(wait) for wait in (kiosk.runner.pump(), kiosk.office.pump())]
        except KioskError as error:
            self.stopped = error
            self._front.show(stopped_view(self._words))
            return None
        self.is_open = self.is_open and not kiosk.office.wants_end
        before = self._front.view
        self._front.show(self._side_up.view() if self._side_up else kiosk.runner.view())
        if self._front.view is not before:
            self._noticed(before)
        return min((wait for wait in waits if wait is not None), default=None)

    def _noticed(self, before: View) -> None:
        """Another screen stands there: a touch leads on without any part having woken the window."""
        if self._notes is not None:
            self._notes.saw(self._front.view)
        if self._bench is not None and self._front.view.step != before.step:
            self._bench.look_again()

    def _real(self, wait: float | None) -> float | None:
        """Seconds of the kiosk's clock as seconds of the machine's, None where that clock stands still."""
        speed = self._kiosk.bench.speed if self._kiosk else 1.0
        return None if wait is None or speed == 0 else wait / speed

    def _touched(self, touch: Touch) -> None:
        if self._side_up is not None and self.stopped is None:
            self._side_up.touch(touch)

    def _take(self, event: pygame.event.Event) -> None:
        if event.type == pygame.QUIT:
            # In kiosk mode only the operator, or the system by SIGTERM, ends the program: Alt+F4 does not.
            self.is_open = self._is_kiosk and self.is_open
        elif event.type in (pygame.WINDOWSIZECHANGED, pygame.WINDOWEXPOSED):
            self._place()
        elif event.type == self._wake.kind and self._bench is not None:
            self._bench.look_again()
        else:
            self._act(self._gestures.read(event, self._surface.get_size()))

    def _act(self, gesture: Pointer | Key | Wheel | None) -> None:
        match gesture:
            case Pointer():
                self._point(gesture)
            case Wheel(steps):
                if self._bench is not None:
                    self._bench.scroll(steps)
            case Key(name="f12"):
                self._with_bench = not self._with_bench and not self._is_kiosk
                self._place()
            case Key(name="f10"):
                self._knock()
            case Key(name="headphones-in" | "headphones-out" as name):
                self._plug(name == "headphones-in")
            case Key():
                self._press_key(gesture)

    def _point(self, pointer: Pointer) -> None:
        on_bench = self._side is not None and self._side.collidepoint(pointer.x, pointer.y)
        self._watch_corner(pointer)
        if pointer.move is Move.DOWN:
            self._bench_holds = on_bench
        side = self._bench if self._bench_holds else self._front
        place = self._side if self._bench_holds else self._panel
        if side is None or place is None or pointer.move is Move.LOST:
            self._front.cancel()
            return
        act = side.down if pointer.move is Move.DOWN else side.up
        act(pointer.x - place.x, pointer.y - place.y)

    def _watch_corner(self, pointer: Pointer) -> None:
        """A finger that rests in the panel's top left corner for three seconds asks for the operator's menu."""
        corner = pygame.Rect(self._panel.x, self._panel.y, self._panel.width // 6, self._panel.height // 12)
        since, now, self._corner_since = self._corner_since, pygame.time.get_ticks(), None
        if not corner.collidepoint(pointer.x, pointer.y):
            return
        if pointer.move is Move.DOWN:
            self._corner_since = now
        elif pointer.move is Move.UP and since is not None and now - since >= _KNOCK:
            self._knock()

    def _knock(self) -> None:
        if self._kiosk is not None and self.stopped is None:
            self._kiosk.office.knock()

    def _plug(self, plugged: bool) -> None:
        """The jack of a keypad types a key when headphones go in or out; a kiosk without a device for them has none."""
        if self._kiosk is not None and (self._kiosk.headphones or not self._is_kiosk):
            self._kiosk.bench.plug_headphones(plugged)

    def _press_key(self, key: Key) -> None:
        if self._bench is not None and self._bench.is_writing:
            self._bench.key(key.name, key.text)
        elif key.text.isascii() and key.text.isalnum():
            self._front.character(key.text)
        else:
            self._front.key(key.name)

    def _place(self) -> None:
        """Lay both sides out anew in the window as it is now."""
        self._surface = pygame.display.get_surface() or self._surface
        self._panel, self._side = places(self._surface.get_size(), self._with_bench)
        self._front.resize(Painter(self._panel.size, self._theme))
        self._shape_screens()
        self._place_bench()

    def _shape_screens(self) -> None:
        """Beside the bench the panel is shaped as the settings say; alone it is as large as the glass."""
        if self._kiosk is not None:
            self._kiosk.runner.resize(self._panel.size if self._side is None else None)
            self._kiosk.office.resize(*self._panel.size)
