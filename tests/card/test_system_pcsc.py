"""A served card behind a real pcscd: our own reader side, and a daemon that dies.

The daemon is the tests' own (`private_pcscd`); where pcscd, vpcd, OpenSC or pyscard are missing,
these tests skip with the reason, or fail with REQUIRE_SYSTEM=1.
"""

import os
import pty
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pytest

from card import errors, pcsc
from card.__main__ import main
from card.connection import Presence
from card.pcsc import PcscReader
from card.virtual.other import OtherCard
from card.virtual.personalise import personalise
from card.virtual.slot import InsertableCard
from card.virtual.vpcd import VpcdCard
from tests.card.cards import NOW, SELECT_JPKI, Snares, sign, verify
from tests.card.contract import ReaderContract
from tests.card.private_pcscd import PrivatePcscd, free_ports, private_pcscd, requires_pcscd

pytestmark = pytest.mark.system
_PATIENCE = 10.0
PKCS11 = ["pkcs11-tool", "--mechanism", "SHA256-RSA-PKCS", "--login", "--sign"]


@contextmanager
def plugged(card: InsertableCard, port: int) -> Iterator[VpcdCard]:
    """Hold a card in a slot of the daemon, from the moment pcscd sees it."""
    served = VpcdCard(card, port)
    thread = threading.Thread(target=served.run)
    thread.start()
    try:
        wait_for(Presence.CARD)
        yield served
    finally:
        served.stop()
        thread.join(_PATIENCE)


def wait_for(wanted: Presence) -> None:
    seen: queue.SimpleQueue[Presence] = queue.SimpleQueue()
    stop = PcscReader().watch(seen.put)
    try:
        while seen.get(timeout=_PATIENCE) is not wanted:
            pass
    finally:
        stop()


@pytest.fixture
def daemon() -> Iterator[PrivatePcscd]:
    requires_pcscd()
    with private_pcscd() as running:
        yield running


class Raw:
    """A client that neither resets nor leaves tidily, as other people's programs do."""

    def __init__(self, reader: str) -> None:
        from smartcard import scard

        self._scard, self._reader = scard, reader
        self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)[1]
        self._card = 0

    def connect(self) -> None:
        shared, protocol = self._scard.SCARD_SHARE_SHARED, self._scard.SCARD_PROTOCOL_T1
        result, self._card, _ = self._scard.SCardConnect(self._context, self._reader, shared, protocol)
        assert result == 0

    def transmit(self, *commands: str) -> str:
        answer: list[int] = []
        for command in commands:
            raw = list(bytes.fromhex(command))
            result, answer = self._scard.SCardTransmit(self._card, self._scard.SCARD_PCI_T1, raw)
            assert result == 0
        return bytes(answer[-2:]).hex().upper()

    def disconnect(self, how: str) -> None:
        self._scard.SCardDisconnect(self._card, getattr(self._scard, how))

    def close(self) -> None:
        self._scard.SCardReleaseContext(self._context)


@pytest.mark.parametrize(
    ("how", "idle", "answer"),
    [
        pytest.param("SCARD_LEAVE_CARD", 0.0, "9000", id="SCardDisconnect-LEAVE"),
        pytest.param("SCARD_EJECT_CARD", 0.0, "9000", id="SCARD_EJECT_CARD"),
        pytest.param("SCARD_UNPOWER_CARD", 0.0, "6982", id="SCARD_UNPOWER_CARD"),
        pytest.param("SCARD_LEAVE_CARD", 1.5, "6982", id="idle"),
    ],
)
def test_3_3_what_pcscd_leaves_of_a_verified_pin(
    daemon: PrivatePcscd, tmp_path: Path, how: str, idle: float, answer: str
) -> None:
    """The next client signs without a PIN, unless the first took the power or the card was left alone for long."""
    with plugged(personalise("taro", tmp_path, NOW), daemon.port):
        client = Raw("Virtual PCD 00 00")
        client.connect()
        assert client.transmit(SELECT_JPKI, verify(b"1234")) == "9000"
        client.disconnect(how)
        time.sleep(idle)
        client.connect()
        if answer == "6982":
            client.transmit(SELECT_JPKI)
        assert answer == client.transmit(sign())
        client.disconnect("SCARD_UNPOWER_CARD")
        client.close()


class PcscRig:
    """taro's card, put into and pulled out of the first slot; open connections are ended with the test."""

    def __init__(self, state: Path, port: int) -> None:
        self.reader = PcscReader("Virtual PCD 00 00")
        self._state = state
        self._port = port
        self._plugged: list[AbstractContextManager[VpcdCard]] = []
        self.tear_at_verify: Callable[[], None] = lambda: None

    def insert(self) -> None:
        card = Snares("taro", self._state)
        holding = plugged(card, self._port)
        served = holding.__enter__()
        self._plugged.append(holding)
        self.tear_at_verify = partial(setattr, card, "springs", served.stop)

    def remove(self) -> None:
        for holding in self._plugged:
            holding.__exit__(None, None, None)
            wait_for(Presence.EMPTY)
        self._plugged.clear()


class TestPcsc(ReaderContract):
    @pytest.fixture
    def rig(self, daemon: PrivatePcscd, tmp_path: Path) -> Iterator[PcscRig]:
        rig = PcscRig(tmp_path, daemon.port)
        yield rig
        rig.remove()


def test_info_shows_the_card_and_sends_no_pin(
    daemon: PrivatePcscd, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with plugged(personalise("taro", tmp_path, NOW), daemon.port):
        assert main(["info"]) == 0
        said = capsys.readouterr().out
        assert main(["info", "--reader", "Elsewhere"]) == 1
        assert "no such reader: Elsewhere" in capsys.readouterr().err
    wait_for(Presence.EMPTY)
    with plugged(OtherCard(), daemon.port):
        assert main(["info"]) == 1
        assert capsys.readouterr().err == "card: not a My Number card\n"
    assert main(["info"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1

    assert "JPKIAPICCTOKEN2" in said
    assert "serial 1000101" in said
    assert "3 tries left" in said


@pytest.mark.parametrize(
    ("words", "typed", "said", "code"),
    [
        ([], ["1234", "8642", "8642"], "changed", 0),
        (["--signature"], ["abc123", "kiosk2026", "KIOSK2026"], "changed", 0),
        ([], ["9999", "8642", "8642"], "wrong; tries left: 2", 1),
        ([], ["1234", "8642", "8643"], "the new ones differ; nothing was sent", 1),
        ([], ["12345"], "not the form of this PIN: nothing was sent", 2),
    ],
)
def test_the_pin_is_changed_at_a_terminal(
    daemon: PrivatePcscd, tmp_path: Path, words: list[str], typed: list[str], said: str, code: int
) -> None:
    with plugged(personalise("taro", tmp_path, NOW), daemon.port):
        written, ended = _at_a_terminal(daemon, [sys.executable, "-m", "card", "pin", *words], typed)

    assert ended == code
    assert said in written
    assert not any(secret in written for secret in typed)


def _at_a_terminal(daemon: PrivatePcscd, command: list[str], typed: list[str]) -> tuple[str, int]:
    """Run a program on a terminal of its own and type a line at each question."""
    ours, theirs = pty.openpty()
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        command, cwd=root, env=daemon.environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as program:
        os.close(theirs)
        written = ""
        for line in [*typed, None]:
            written += _until_asked(ours)
            if line is not None:
                os.write(ours, f"{line}\n".encode())
        program.wait(_PATIENCE)
    os.close(ours)
    return written, program.returncode


def _until_asked(terminal: int) -> str:
    """What is written until a question stands there or the program has ended."""
    written = b""
    while not written.endswith(b": "):
        try:
            part = os.read(terminal, 1024)
        except OSError:
            break
        if not part:
            break
        written += part
    return written.decode()


def test_the_reader_with_a_card_is_found_wherever_it_is(daemon: PrivatePcscd, tmp_path: Path) -> None:
    with plugged(personalise("taro", tmp_path, NOW), daemon.port + 1):
        connection = PcscReader().connect()
        answer = connection.transmit(bytes.fromhex(SELECT_JPKI))
        connection.disconnect()

    assert answer == b"\x90\x00"
    assert pcsc.readers() == ["Virtual PCD 00 00", "Virtual PCD 00 01"]
    with pytest.raises(errors.NoReader):
        PcscReader("Elsewhere").connect()


def test_a_thousand_commands_take_no_forty_milliseconds_each(daemon: PrivatePcscd, tmp_path: Path) -> None:
    """Without TCP_QUICKACK on the card's side each would take 44 ms (card.md §6.4)."""
    with plugged(personalise("taro", tmp_path, NOW), daemon.port):
        connection = PcscReader().connect()
        start = time.perf_counter()
        for _ in range(1000):
            connection.transmit(bytes.fromhex(SELECT_JPKI))
        spent = time.perf_counter() - start
        connection.disconnect()

    assert spent < 10.0


@pytest.mark.proves("fault-01")
def test_a_command_right_after_the_card_was_pulled(daemon: PrivatePcscd, tmp_path: Path) -> None:
    """Before pcscd itself has noticed."""
    with plugged(personalise("taro", tmp_path, NOW), daemon.port) as served:
        connection = PcscReader().connect()
        served.stop()
        with pytest.raises(errors.CardRemoved):
            connection.transmit(bytes.fromhex(SELECT_JPKI))
        connection.disconnect()


@pytest.mark.proves("fault-05", "fault-06")
def test_a_watch_survives_a_daemon_that_dies_and_comes_back(tmp_path: Path) -> None:
    requires_pcscd()
    seen: queue.SimpleQueue[Presence] = queue.SimpleQueue()
    stop = PcscReader().watch(seen.put)
    served = VpcdCard(personalise("taro", tmp_path, NOW), port := free_ports())
    thread = threading.Thread(target=served.run)
    thread.start()
    try:
        assert Presence.NO_READER is seen.get(timeout=_PATIENCE)
        with private_pcscd(port) as first:
            assert _comes(Presence.CARD, seen) < 2.0
            connection = PcscReader().connect()
            first.kill()
            with pytest.raises(errors.ServiceNotRunning):
                connection.transmit(bytes.fromhex(SELECT_JPKI))
            connection.disconnect()
            assert _comes(Presence.NO_READER, seen) < 2.0
            with pytest.raises(errors.ServiceNotRunning):
                PcscReader().connect()
        with private_pcscd(port):
            assert _comes(Presence.CARD, seen) < 2.0
            connection = PcscReader().connect()
            assert connection.transmit(bytes.fromhex(SELECT_JPKI)) == b"\x90\x00"
            connection.disconnect()
    finally:
        served.stop()
        thread.join(_PATIENCE)
        stop()


def _comes(wanted: Presence, seen: "queue.SimpleQueue[Presence]") -> float:
    """Wait for a presence, whatever comes before it; return the seconds it took."""
    start = time.monotonic()
    while seen.get(timeout=_PATIENCE) is not wanted:
        pass
    return time.monotonic() - start
