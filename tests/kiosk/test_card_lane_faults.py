"""The kiosk's card lane at a real reader that breaks: pcscd killed, reader gone, card swapped or pulled.

The lane is the kiosk's own (`kiosk.lanes.card`), over `card.pcsc`, a pcscd of the test's own and a
served card; on the emulated slot the same lane meets cards that lie. Promises: faults.md §3 1-12.
"""

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typing_extensions import override

from card import authority
from card.connection import Presence, Reader
from card.pcsc import PcscReader
from card.serving import Layer
from card.trace import TraceLine
from card.virtual import faults
from card.virtual.faults import Of
from card.virtual.personalise import personalise
from card.virtual.profiles import NEXT_GENERATION, PROFILES
from card.virtual.slot import VirtualSlot
from card.virtual.vpcd import VpcdCard
from kiosk.lanes.card import EXCHANGED, NO_READER, UNREADABLE, CardPort
from kiosk.pinpad import PinPad
from kiosk.session import events as ev
from kiosk.session.effects import ProbeCard, SignChallenge
from tests.card.cards import NOW, Snares, slot_with
from tests.card.private_pcscd import free_ports, private_pcscd, requires_pcscd

_PATIENCE = 10.0
_PROMISED = 2.0
_INS = {"READ": 0xB0, "SIGN": 0x2A}


class Lane:
    """The card's lane as the runner uses it, one effect after another."""

    def __init__(self, reader: Reader) -> None:
        self.pad = PinPad()
        self.trace: list[TraceLine] = []
        self._port = CardPort(reader, self.pad, "T00001", authority.trusted_issuers(), self.trace.append)
        self._count = 0

    def probe(self) -> ev.Event:
        return self._perform(ProbeCard(self._next()))

    def sign(self, pin: str, auth_cert: bytes) -> ev.Event:
        request = self._next()
        for digit in pin:
            self.pad.press(digit)
        self.pad.commit(request)
        return self._perform(SignChallenge(request, "a1", "012351", bytes(32), auth_cert))

    def probed(self) -> ev.CardProbed:
        event = self.probe()
        assert isinstance(event, ev.CardProbed), event
        return event

    @property
    def pins_sent(self) -> int:
        return sum(line.hex_masked.startswith("00 20 00 98 **") for line in self.trace)

    def _next(self) -> str:
        self._count += 1
        return f"r{self._count}"

    def _perform(self, effect: ProbeCard | SignChallenge) -> ev.Event:
        answers: list[ev.Event] = []
        self._port.perform(effect, lambda event, _after: answers.append(event))
        return answers[0]


class Dumb(Layer):
    """Executes VERIFY and gives half a status word."""

    @override
    def execute(self, command: bytes) -> bytes:
        answer = self.card.execute(command)
        return answer[:1] if command[1] == 0x20 and len(command) > 4 else answer


@contextmanager
def served(card: Layer, port: int) -> Iterator[VpcdCard]:
    plugged = VpcdCard(card, port)
    thread = threading.Thread(target=plugged.run)
    thread.start()
    try:
        yield plugged
    finally:
        plugged.stop()
        thread.join(_PATIENCE)


class Seen:
    """What a watch of the reader tells, with the time it took."""

    def __init__(self) -> None:
        self._told: queue.SimpleQueue[Presence] = queue.SimpleQueue()
        self._stop = PcscReader().watch(self._told.put)

    def comes(self, wanted: Presence) -> float:
        begun = time.monotonic()
        while self._told.get(timeout=_PATIENCE) is not wanted:
            pass
        return time.monotonic() - begun

    def stop(self) -> None:
        self._stop()


@pytest.fixture
def seen() -> Iterator[Seen]:
    requires_pcscd()
    watching = Seen()
    yield watching
    watching.stop()


def kept_open() -> int:
    """Files that stay open: card and watch, looking for a daemon that is gone, each open one for a moment."""
    seen = []
    for _ in range(20):
        seen.append(len(list(Path("/proc/self/fd").iterdir())))
        time.sleep(0.05)
    return min(seen)


def failed(event: ev.Event) -> str:
    return event.code if isinstance(event, ev.CardRefused) else ""


@pytest.mark.system
@pytest.mark.proves("fault-02", "fault-06")
def test_pcscd_dies_during_verify(seen: Seen, tmp_path: Path) -> None:
    """Unknown: said so, not sent again; after the restart the counter is read first and nothing was lost."""
    card, port, lane = Snares("taro", tmp_path), free_ports(), Lane(PcscReader())
    with served(card, port):
        with private_pcscd(port) as daemon:
            seen.comes(Presence.CARD)
            auth_cert = lane.probed().auth_cert
            card.springs = daemon.kill
            lost = lane.sign("1234", auth_cert)
            assert isinstance(lost, ev.CardLost)
            assert (lost.pin_sent, lost.silent) == (True, True)
            assert seen.comes(Presence.NO_READER) < _PROMISED
            assert failed(lane.probe()) == NO_READER
        card.springs = lambda: None
        with private_pcscd(port):
            assert seen.comes(Presence.CARD) < _PROMISED
            assert lane.probed().tries_left == 3
            assert isinstance(lane.sign("1234", auth_cert), ev.CardSigned)

    assert (card.verified, lane.pins_sent) == (2, 2)


@pytest.mark.system
@pytest.mark.proves("fault-06")
def test_pcscd_dies_between_looking_and_the_pin(seen: Seen, tmp_path: Path) -> None:
    """No PIN leaves the kiosk, and the next customer finds a working reader; nothing is left open."""
    card, port, lane = Snares("taro", tmp_path), free_ports(), Lane(PcscReader())
    opened: list[int] = []
    with served(card, port):
        for _ in range(3):
            with private_pcscd(port) as daemon:
                assert seen.comes(Presence.CARD) < _PATIENCE
                auth_cert = lane.probed().auth_cert
                daemon.kill()
                assert failed(lane.sign("1234", auth_cert)) == NO_READER
                assert seen.comes(Presence.NO_READER) < _PROMISED
            opened.append(kept_open())

    assert (card.verified, lane.pins_sent) == (0, 0)
    # The first round may open what stays for good; a leak grows with every round.
    assert opened[2] <= opened[1]


@pytest.mark.system
@pytest.mark.proves("fault-05")
def test_the_reader_is_unplugged_and_plugged_in_again(seen: Seen, tmp_path: Path) -> None:
    """pcscd without any reader, then with one: it is found without a restart of ours."""
    card, port, lane = Snares("taro", tmp_path), free_ports(), Lane(PcscReader())
    with served(card, port):
        with private_pcscd(port):
            seen.comes(Presence.CARD)
            auth_cert = lane.probed().auth_cert
        assert seen.comes(Presence.NO_READER) < _PROMISED
        with private_pcscd(port, plugged=False):
            assert failed(lane.sign("1234", auth_cert)) == NO_READER
        with private_pcscd(port):
            assert seen.comes(Presence.CARD) < _PROMISED
            assert isinstance(lane.sign("1234", auth_cert), ev.CardSigned)

    assert card.verified == 1


@pytest.mark.system
@pytest.mark.proves("fault-04")
def test_another_card_lies_there_when_the_pin_goes_out(seen: Seen, tmp_path: Path) -> None:
    with private_pcscd() as daemon:
        lane = Lane(PcscReader())
        with served(Snares("taro", tmp_path), daemon.port):
            seen.comes(Presence.CARD)
            auth_cert = lane.probed().auth_cert
        assert seen.comes(Presence.EMPTY) < _PROMISED
        other = Snares("hanako", tmp_path)
        with served(other, daemon.port):
            assert seen.comes(Presence.CARD) < _PROMISED
            assert failed(lane.sign("1234", auth_cert)) == EXCHANGED
            assert lane.probed().tries_left == 3

    assert (other.verified, lane.pins_sent) == (0, 0)


@pytest.mark.system
@pytest.mark.proves("fault-02")
def test_the_card_is_pulled_during_verify(seen: Seen, tmp_path: Path) -> None:
    with private_pcscd() as daemon:
        card, lane = Snares("taro", tmp_path), Lane(PcscReader())
        with served(card, daemon.port) as plugged:
            seen.comes(Presence.CARD)
            auth_cert = lane.probed().auth_cert
            card.springs = plugged.stop
            lost = lane.sign("9999", auth_cert)
            assert isinstance(lost, ev.CardLost)
            assert (lost.pin_sent, lost.silent) == (True, False)
        assert seen.comes(Presence.EMPTY) < _PROMISED
        with served(Snares("taro", tmp_path), daemon.port):
            seen.comes(Presence.CARD)
            assert lane.probed().tries_left == 2

    assert (card.verified, lane.pins_sent) == (1, 1)


@pytest.mark.system
@pytest.mark.proves("fault-03")
@pytest.mark.parametrize("ins", list(_INS))
def test_the_card_is_pulled_during_read_or_sign(seen: Seen, tmp_path: Path, ins: str) -> None:
    """It may come back; the PIN was right or not sent, so nothing about it is unknown."""
    with private_pcscd() as daemon:
        card, lane = Snares("taro", tmp_path), Lane(PcscReader())
        with served(card, daemon.port) as plugged:
            seen.comes(Presence.CARD)
            auth_cert = lane.probed().auth_cert
            card.at, card.springs = _INS[ins], plugged.stop
            lost = lane.sign("1234", auth_cert)
            assert isinstance(lost, ev.CardLost)
            assert (lost.pin_sent, lost.silent) == (False, False)
        assert seen.comes(Presence.EMPTY) < _PROMISED
        with served(Snares("taro", tmp_path), daemon.port):
            seen.comes(Presence.CARD)
            assert isinstance(lane.sign("1234", auth_cert), ev.CardSigned)


@pytest.mark.system
@pytest.mark.proves("fault-09")
def test_a_card_that_stays_and_gives_no_status_word_is_silent(seen: Seen, tmp_path: Path) -> None:
    """Much the same sign as of a pulled card, but it still lies there: said as what it is."""
    card, lane = Snares("taro", tmp_path), Lane(PcscReader())
    with private_pcscd() as daemon, served(Dumb(card), daemon.port):
        seen.comes(Presence.CARD)
        lost = lane.sign("9999", lane.probed().auth_cert)

    assert isinstance(lost, ev.CardLost)
    assert (lost.pin_sent, lost.silent, card.verified) == (True, True, 1)


@pytest.mark.proves("fault-10", "fault-11", "fault-12")
@pytest.mark.parametrize(
    "fault",
    [
        faults.WrongAnswer(b"\x61\x00", of=Of.READ, nth=2),
        faults.WrongAnswer(bytes(70_000), of=Of.READ, nth=2),
        faults.WrongAnswer(b"\x30\x80" * 128 + b"\x90\x00", of=Of.READ, nth=2),
        faults.WrongAnswer(b"\x30\x84\x01\x00\x00\x00" + b"\x90\x00", of=Of.READ, nth=2),
        faults.WrongAnswer(bytes(256) + b"\x90\x00", of=Of.SIGN),
    ],
    ids=["61xx", "too long", "nested", "16 MiB", "signature of nobody"],
)
def test_a_card_that_lies_is_unreadable(tmp_path: Path, fault: faults.CardFault) -> None:
    slot = slot_with("taro", tmp_path)
    lane = Lane(slot)
    auth_cert = lane.probed().auth_cert
    slot.inject(fault)

    assert failed(lane.sign("1234", auth_cert)) == UNREADABLE
    assert lane.probed().tries_left == 3


@pytest.mark.proves("fault-14")
def test_a_card_of_the_next_generation_gets_no_pin(tmp_path: Path) -> None:
    """The kiosk signs SHA-256, which is not for its key: said before a try is used."""
    slot = VirtualSlot()
    slot.insert(personalise("taro", tmp_path, NOW, profile=NEXT_GENERATION))
    lane = Lane(slot)

    assert failed(lane.sign("1234", lane.probed().auth_cert)) == UNREADABLE
    assert lane.probed().tries_left == 3
    assert lane.pins_sent == 0


@pytest.mark.proves("fault-14")
@pytest.mark.parametrize(
    ("profile", "platform"), [("android", "android"), ("android-biometrics", "android"), ("iphone", "iphone")]
)
def test_a_phone_is_told_apart_and_keeps_its_tries(tmp_path: Path, profile: str, platform: str) -> None:
    slot = VirtualSlot()
    slot.insert(personalise("taro", tmp_path, NOW, profile=PROFILES[profile]))
    lane = Lane(slot)

    found = lane.probe()
    assert isinstance(found, ev.PhoneProbed)
    assert (found.platform, found.tries_left) == (platform, 3)
    assert lane.pins_sent == 0
