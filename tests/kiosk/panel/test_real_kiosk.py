"""The real kiosk behind the real window, threads and all: a whole visit by clicks, none of them freezing it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pygame
import pytest

from card import people
from kiosk import app
from kiosk.app import Kiosk
from kiosk.clock import JST
from kiosk.panel.window import Window, places
from kiosk.screens.view import Press, View
from kiosk.settings import Settings

PATIENCE = 30.0
START = datetime(2026, 4, 6, 10, 0, tzinfo=JST)


class HurriedClock:
    """The machine's clock, set forward while paper is printed, so that printing does not take minutes."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def hurry(self, seconds: float) -> None:
        self._began -= seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return time.monotonic() - self._began


class Visitor:
    """Somebody with a mouse in front of the window."""

    def __init__(self, window: Window, kiosk: Kiosk, clock: HurriedClock) -> None:
        self._window, self._kiosk, self._clock = window, kiosk, clock
        self._panel, self._side = places(pygame.display.get_window_size(), with_bench=True)
        self.longest = 0.0

    def until(self, is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, f"{self._kiosk.runner.session.step}: it never came"
            if self._kiosk.runner.session.step == "S-16":
                self._clock.hurry(10.0)
            begin = time.monotonic()
            self._window.turn()
            self.longest = max(self.longest, time.monotonic() - begin)

    def step(self, step: str) -> None:
        self.until(lambda: self._kiosk.runner.session.step == step)

    def touch(self, button: str, value: str | None = None) -> None:
        """Click on a button of the panel as soon as it can be touched."""
        before = self._kiosk.runner.session.view_id
        self.until(lambda: self._find(self._kiosk.runner.view(), button, value) is not None)
        press = self._find(self._kiosk.runner.view(), button, value)
        assert press is not None
        self._click(press, self._panel, self._kiosk.runner.view())
        self.until(lambda: self._kiosk.runner.session.view_id != before)

    def bench(self, button: str, value: str = "") -> None:
        """Click on a key of the workbench as soon as it can be touched."""
        bench = self._window.bench
        assert bench is not None
        assert self._side is not None
        self.until(lambda: self._find(bench.view, button, value) is not None)
        press = self._find(bench.view, button, value)
        assert press is not None
        self._click(press, self._side, bench.view)

    def _find(self, view: View, button: str, value: str | None) -> Press | None:
        fitting = (one for one in view.buttons if one.enabled and one.button == button and value in (None, one.value))
        return next(fitting, None)

    def _click(self, press: Press, place: pygame.Rect, view: View) -> None:
        x = place.x + (press.rect.x + press.rect.width / 2) * place.width / view.width
        y = place.y + (press.rect.y + press.rect.height / 2) * place.height / view.height
        for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            pygame.event.post(pygame.event.Event(kind, button=1, pos=(x, y), touch=False))
        self._window.turn()


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Visitor]:
    window, clock, built = Window(fullscreen=False), HurriedClock(), []
    window.load(lambda: built.append(app.build(replace(Settings(), state=tmp_path), clock)) or built[0])
    while not built or window.bench is None:
        pygame.time.set_timer(pygame.USEREVENT, 20, 1)
        window.turn()
    yield Visitor(window, built[0], clock)
    window.close()


@pytest.mark.proves("S-00", "S-04", "S-06", "S-08", "S-15", "S-17")
def test_a_whole_visit_by_clicks(visitor: Visitor, tmp_path: Path) -> None:
    for button in ("administrative-service", "issue", "agree", "use-card"):
        visitor.touch(button)
    visitor.bench("choose", "taro")
    visitor.bench("place")
    visitor.touch("register", "residence")
    visitor.touch("municipality")
    for digit in people.read("taro").pin:
        visitor.touch("digit", digit)
    visitor.touch("next")
    visitor.step("S-08")
    visitor.bench("remove")
    visitor.touch("kind")
    visitor.touch("who", "all")
    for _ in range(3):
        visitor.touch("next")
    visitor.touch("next")
    visitor.step("S-15")
    visitor.bench("insert", "500")
    visitor.step("S-17")
    visitor.bench("take-paper")
    visitor.touch("receipt", "no")
    visitor.touch("finish")
    visitor.bench("take-money")
    visitor.step("S-00")

    assert len(list((tmp_path / "printed").glob("*.pdf"))) == 1
    assert visitor.longest < 5, "the loop sleeps a second at most, and nothing holds it up"
