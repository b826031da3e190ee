"""The same visit with real parts: a card behind pcscd, a centre behind mutual TLS, threads and all.

The set that comes out must say what the embedded parts' set says, to the letter.
"""

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import assets
from kiosk.app import Kiosk, build
from kiosk.clock import JumpingClock
from kiosk.screens.view import Touch
from kiosk.session.buttons import Button
from kiosk.session.states import Step
from kiosk.settings import EmbeddedCentre, PcscCard, RemoteCentre, Settings
from printer import readback
from tests.card.private_pcscd import private_pcscd, requires_pcscd
from tests.kiosk.machine import MORNING, Machine

_AT = MORNING.replace(tzinfo=None).isoformat()
_PATIENCE = 20.0


class LiveMachine:
    """A kiosk on threads, pumped by the test as the window would; only the paper's way is hurried."""

    def __init__(self, kiosk: Kiosk, clock: JumpingClock) -> None:
        self.kiosk, self.clock = kiosk, clock
        self.runner, self.bench = kiosk.runner, kiosk.bench

    def until(self, step: Step) -> None:
        end = time.monotonic() + _PATIENCE
        while self.runner.session.step is not step:
            assert time.monotonic() < end, (self.runner.session.step, self.runner.session.failure)
            self._breathe(1.0 if self.runner.session.step is Step.PRINTING else 0.01)

    def _breathe(self, seconds: float) -> None:
        self.runner.pump()
        time.sleep(0.01)
        self.clock.jump(seconds)

    def touch(self, button: Button, value: str = "") -> None:
        end = time.monotonic() + _PATIENCE
        while not self._touched(button, value):
            assert time.monotonic() < end, (button, self.runner.session.step, self.runner.view().words)
            self._breathe(0.01)

    def _touched(self, button: Button, value: str) -> bool:
        view = self.runner.view()
        there = [press for press in view.buttons if press.button == button and press.value.startswith(value)]
        return bool(there) and self.runner.touch(Touch(view.view_id, button, there[0].value))

    def to_card(self) -> None:
        for button in (Button.ADMINISTRATIVE_SERVICE, Button.ISSUE, Button.AGREE, Button.USE_CARD):
            self.touch(button)

    def to_signature(self) -> None:
        self.touch(Button.REGISTER, "residence")
        self.touch(Button.MUNICIPALITY, "012351")
        for digit in "1234":
            self.touch(Button.DIGIT, digit)
        self.touch(Button.NEXT)

    def to_paper(self) -> list[str]:
        self.until(Step.KIND)
        self.touch(Button.KIND, "residence_copy")
        self.touch(Button.WHO, "all")
        for _ in range(4):
            self.touch(Button.NEXT)
        self.until(Step.PAYING)
        while not self.bench.insert(500):  # the coin box opens on its own lane
            self._breathe(0.01)
        self.until(Step.TAKE_PAPER)
        return _faces(self.bench.printed()[-1])

    def to_application(self) -> str:
        """Apply for 利用登録 as akio; gives the 受付番号."""
        self.until(Step.MUNICIPALITY)
        self.touch(Button.MUNICIPALITY, "012351")
        for digit in "1113":
            self.touch(Button.DIGIT, digit)
        self.touch(Button.NEXT)
        for button, value in _APPLICATION:
            self.touch(button, value)
        self.until(Step.APPLIED)
        enrolment = self.runner.session.enrolment
        return "" if enrolment is None else enrolment.desk.number


_APPLICATION = (
    *((Button.APPLY, ""), (Button.ROW, "た"), (Button.PLACE, "高岡"), (Button.KEY, "1"), (Button.NEXT, "")),
    *((Button.KEY, "い"), (Button.KEY, "し"), (Button.CONVERT, ""), (Button.CANDIDATE, ""), (Button.NEXT, "")),
    *((Button.KEY, "け"), (Button.KEY, "い"), (Button.CONVERT, ""), (Button.CANDIDATE, ""), (Button.NEXT, "")),
    *(*((Button.KEY, digit) for digit in "0133721234"), (Button.NEXT, "")),
    *(*((Button.DIGIT, key) for key in "AKIO1113"), (Button.NEXT, ""), (Button.NEXT, "")),
)


def _faces(paper: Path) -> list[str]:
    return ["\n".join(side.texts) for side in readback.sides(paper.read_bytes())[::2]]


@pytest.fixture
def embedded_set(tmp_path: Path) -> list[str]:
    """What the household's set says with every part embedded."""
    machine = Machine(tmp_path / "embedded")
    machine.issue()
    faces = _faces(machine.bench.printed()[-1])
    machine.kiosk.close()
    return faces


@contextmanager
def _program(*words: str, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", *words], stdout=subprocess.PIPE, text=True, env=env or dict(os.environ)
    ) as running:
        try:
            yield running
        finally:
            running.send_signal(signal.SIGTERM)


@contextmanager
def _centre(folder: Path) -> Iterator[str]:
    """Run the centre as a program of its own; gives its address."""
    database = f"sqlite:///{folder / 'centre.db'}"
    words = ("municipality_client.centre", "serve", "--database", database, "--listen", "127.0.0.1:0", "--at", _AT)
    with _program(*words) as running:
        assert running.stdout is not None
        said = running.stdout.readline().strip()
        assert re.fullmatch(r"https://127\.0\.0\.1:\d+", said), said
        yield said


@contextmanager
def _live(settings: Settings) -> Iterator[LiveMachine]:
    clock = JumpingClock(MORNING)
    kiosk = build(settings, clock)
    try:
        yield LiveMachine(kiosk, clock)
    finally:
        kiosk.close()


@pytest.mark.proves("I-65", "O-59", "O-60")
def test_a_centre_behind_mutual_tls_issues_the_same_set(tmp_path: Path, embedded_set: list[str]) -> None:
    with _centre(tmp_path) as url, _live(Settings(state=tmp_path / "kiosk", centre=RemoteCentre(url))) as machine:
        machine.to_card()
        machine.bench.place("taro")
        machine.to_signature()
        machine.until(Step.REMOVE_CARD)
        machine.bench.remove()

        assert machine.to_paper() == embedded_set


@pytest.mark.proves("fault-31")
def test_a_kiosk_without_a_certificate_of_its_own_gets_nothing(tmp_path: Path) -> None:
    with _centre(tmp_path) as url:
        without = _get_municipalities(url, terminal=None)
        with_one = _get_municipalities(url, terminal="T00001")

    assert without == b""
    assert with_one.startswith(b"HTTP/1.1 200 ")


def _get_municipalities(url: str, terminal: str | None) -> bytes:
    """What the centre says to a bare request, as far as the connection goes."""
    pki = assets.path("pki/tls")
    context = ssl.create_default_context(cafile=pki / "ca.crt.pem")
    if terminal is not None:
        context.load_cert_chain(pki / f"terminal-{terminal}.crt.pem", pki / f"terminal-{terminal}.key.pem")
    host, port = url.removeprefix("https://").split(":")
    with (
        socket.create_connection((host, int(port)), timeout=_PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname=host) as line,
    ):
        try:
            line.sendall(b"GET /municipalities HTTP/1.1\r\nHost: centre\r\n\r\n")
            return line.recv(4096)
        except (ssl.SSLError, ConnectionError):
            return b""


@pytest.mark.system
def test_a_card_behind_pcscd_issues_the_same_set(tmp_path: Path, embedded_set: list[str]) -> None:
    requires_pcscd()
    settings = Settings(state=tmp_path / "kiosk", card=PcscCard(), centre=EmbeddedCentre())
    with private_pcscd() as daemon, _live(settings) as machine:
        machine.to_card()
        serve = ("card", "serve", "taro", "--port", str(daemon.port), "--state", str(tmp_path), "--at", _AT)
        with _program(*serve, env=daemon.environment):
            machine.until(Step.MUNICIPALITY)
            machine.to_signature()
            machine.until(Step.REMOVE_CARD)

        assert machine.to_paper() == embedded_set


@pytest.mark.system
@pytest.mark.proves("I-24", "O-12")
def test_a_card_behind_pcscd_signs_an_application_for_a_centre_behind_mutual_tls(tmp_path: Path) -> None:
    requires_pcscd()
    with private_pcscd() as daemon, _centre(tmp_path) as url:
        settings = Settings(state=tmp_path / "kiosk", card=PcscCard(), centre=RemoteCentre(url))
        serve = ("card", "serve", "akio", "--port", str(daemon.port), "--state", str(tmp_path), "--at", _AT)
        with _live(settings) as machine, _program(*serve, env=daemon.environment):
            for button in (Button.ADMINISTRATIVE_SERVICE, Button.ENROL, Button.AGREE):
                machine.touch(button)

            assert machine.to_application() == "012351-20260406-0001"
