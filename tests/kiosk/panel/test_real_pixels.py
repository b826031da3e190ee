"""Whole visits by a mouse on a real X server: xdotool moves and clicks, Xvfb shows (needs both)."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import pytest

from card import people
from kiosk import journal
from tests.system import program, requires

PATIENCE = 60.0
ROOT = Path(__file__).parents[3]


class Glass:
    """An X server of its own, and a mouse and a keyboard in front of it."""

    def __init__(self, folder: Path) -> None:
        self._frames = folder / "Xvfb_screen0"
        read, write = os.pipe()
        words = [program("Xvfb"), "-displayfd", str(write), "-screen", "0", "1280x900x24", "-fbdir", str(folder)]
        self._server = subprocess.Popen(words, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as said:
            display = f":{said.readline().strip()}"
        self.env = {**os.environ, "DISPLAY": display, "SDL_VIDEODRIVER": "x11", "SDL_AUDIODRIVER": "dummy"}
        self.env |= {"PYGAME_HIDE_SUPPORT_PROMPT": "1", "SDL_VIDEO_WINDOW_POS": "0,0"}

    def do(self, *words: str) -> None:
        """Move, press, type: words of xdotool."""
        subprocess.run([program("xdotool"), *words], env=self.env, check=True)

    def pixels(self) -> bytes:
        """What the X server shows: 4 bytes for each pixel, after the head of its frame buffer's file."""
        return self._frames.read_bytes()[-1280 * 900 * 4 :]

    def close(self) -> None:
        self._server.terminate()
        self._server.wait(20)


class Screen:
    """A kiosk in a process of its own behind the glass."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self._glass = Glass(folder)
        child = [sys.executable, "-m", "tests.kiosk.panel.pixels_child", str(self.state)]
        self._kiosk = subprocess.Popen(child, env=self._glass.env, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self._said: SimpleQueue[str] = SimpleQueue()
        Thread(target=self._listen, daemon=True).start()
        self.now: dict[str, Any] = {"step": "", "view": -1, "panel": {}, "bench": {}}

    def _listen(self) -> None:
        for line in self._kiosk.stdout or ():
            self._said.put(line)

    def until(self, is_so: Callable[[], bool], *, hurry: bool = False) -> None:
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, f"{self.now['step']}: it never came; there is {list(self.now['panel'])}"
            try:
                self.now = json.loads(self._said.get(timeout=0.3))
            except Empty:
                if hurry:
                    self._kiosk.send_signal(signal.SIGUSR1)

    def step(self, *steps: str, hurry: bool = False) -> None:
        self.until(lambda: self.now["step"] in steps, hurry=hurry)

    def touch(self, *buttons: str, side: str = "panel") -> None:
        for button in buttons:
            self.until(lambda button=button: self._named(side, button) is not None)
            x, y = self._named(side, button) or (0, 0)
            view = self.now["view"]
            before = self._glass.pixels() if side == "panel" else b""
            self._glass.do("mousemove", str(x), str(y), "mousedown", "1", "sleep", "0.05", "mouseup", "1")
            if side == "panel":
                self.until(lambda view=view: self.now["view"] != view)
                assert self._glass.pixels() != before

    def bench(self, *buttons: str) -> None:
        self.touch(*buttons, side="bench")

    def _named(self, side: str, button: str) -> tuple[int, int] | None:
        """The place of that button, or of the first of that name."""
        there = self.now[side]
        return there.get(button) or next((at for name, at in there.items() if name.split(" ")[0] == button), None)

    def sign_in(self, pin: str) -> None:
        self.touch("administrative-service", "issue", "agree", "use-card")
        self.bench("choose taro", "place")
        self.touch("register residence", "municipality")
        self.type(pin)

    def type(self, pin: str) -> None:
        self.step("S-06")
        self.touch(*(f"digit {digit}" for digit in pin), "next")

    def order(self) -> None:
        self.sign_in(people.read("taro").pin)
        self.step("S-08")
        self.bench("remove")
        self.touch("kind residence_copy", "who self", "next", "next", "next", "next")
        self.step("S-15")

    def close(self) -> None:
        self._kiosk.terminate()
        self._kiosk.wait(20)
        self._glass.close()
        if self._kiosk.stdout is not None:
            self._kiosk.stdout.close()

    def kinds(self) -> list[str]:
        return [record.kind for record in journal.read(self.state / "journal" / "journal.db")]


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    requires("Xvfb", "xdotool")
    opened = Screen(tmp_path_factory.mktemp("pixels"))
    yield opened
    opened.close()


@pytest.mark.system
@pytest.mark.proves("S-00", "S-15", "S-17")
def test_a_residence_copy(screen: Screen) -> None:
    screen.order()
    screen.bench("insert 500")
    screen.step("S-17", hurry=True)
    screen.bench("take-paper")
    screen.touch("receipt no", "finish")
    screen.bench("take-money")
    screen.step("S-00")

    assert len(list((screen.state / "printed").glob("*.pdf"))) == 1
    assert screen.kinds()[-2:] == ["delivered", "closed"]


@pytest.mark.system
@pytest.mark.proves("fault-40", "E-61")
def test_a_jam(screen: Screen) -> None:
    screen.step("S-00")
    screen.bench("fault media-jam")
    screen.order()
    screen.bench("insert 500")
    screen.step("E-00", hurry=True)
    screen.bench("take-money", "mend")
    screen.until(lambda: "finish" in screen.now["panel"])
    screen.touch("finish")
    screen.step("S-00", "S-20")
    screen.step("S-00", hurry=True)

    assert {"failed", "refund-owed", "returned", "void"} <= set(screen.kinds())


@pytest.mark.system
@pytest.mark.proves("I-68", "fault-15")
def test_a_forgotten_card(screen: Screen) -> None:
    screen.step("S-00")
    screen.sign_in(people.read("taro").pin)
    screen.step("S-08")
    screen.step("E-00", hurry=True)
    screen.step("S-20", "S-00", hurry=True)
    screen.bench("remove")
    screen.step("S-00", hurry=True)

    assert screen.kinds()[-1] == "closed"


@pytest.mark.system
@pytest.mark.proves("E-11", "fault-07")
def test_a_blocked_pin(screen: Screen) -> None:
    screen.step("S-00")
    screen.sign_in("9999")
    screen.type("9999")
    screen.type("9999")
    screen.touch("agree")
    screen.step("E-00")
    screen.bench("remove")
    screen.touch("finish")
    screen.step("S-00")

    assert "failed" in screen.kinds()
    assert any(name.startswith("unblock") for name in screen.now["bench"])


@pytest.mark.system
@pytest.mark.proves("fault-50", "fault-23")
def test_a_kiosk_pc_is_left_by_the_system_alone(tmp_path: Path) -> None:
    requires("Xvfb", "xdotool")
    glass = Glass(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(PATIENCE)
        env = glass.env | {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1000000"}
        words = [sys.executable, "-m", "kiosk", "--fullscreen", "--at", "2026-04-06T10:00"]
        kiosk = subprocess.Popen([*words, "--state", str(tmp_path / "state")], env=env, cwd=ROOT)
        while systemd.recv(64) != b"READY=1":
            continue
        systemd.recv(64), systemd.recv(64)
        before = glass.pixels()
        keys = ("alt+F4", "alt+Tab", "ctrl+c", "F12", "Escape", "super", "ctrl+alt+Delete")
        glass.do("mousemove", "640", "300", "key", *keys)
        signs = [systemd.recv(64) for _ in range(3)]

        assert set(signs) == {b"WATCHDOG=1"}
        assert kiosk.poll() is None
        assert glass.pixels() == before
        kiosk.terminate()
        assert kiosk.wait(PATIENCE) == 0
    glass.close()
