"""Virtual cards in the slots of a running pcscd: what `python -m card serve` puts together.

Apart from `virtual.vpcd`, which is one card on one socket: here are several, pulled and placed by
hand, and the layers between card and reader that only exist while somebody else's program looks on:
a reader's own answer to GET UID, real waiting, a log. Here, and only here, a card takes real time.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock, Thread

from typing_extensions import override

from card import capabilities
from card.trace import Decoder, TraceLine
from card.virtual import latency
from card.virtual.latency import Latency
from card.virtual.slot import InsertableCard
from card.virtual.vpcd import VpcdCard

HELP = "pull [PERSON] · place [PERSON] · list · help · quit"
_GET_UID = bytes.fromhex("FFCA0000")
_PUPI_SIZE = 4


class Layer:
    """Something between a card and the reader it is in; fulfils `InsertableCard` as the card does."""

    def __init__(self, card: InsertableCard) -> None:
        self.card = card

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        return self.card.atr

    def execute(self, command: bytes) -> bytes:
        """Answer one command."""
        return self.card.execute(command)

    def execute_torn(self, command: bytes) -> None:
        """Begin a command and lose power before it ends."""
        self.card.execute_torn(command)

    def power_off(self) -> None:
        """Take the power."""
        self.card.power_off()

    def reset(self) -> None:
        """Warm reset."""
        self.card.reset()


class WithUid(Layer):
    """Answers GET UID (FF CA 00 00, PC/SC part 3 3.2.2.1.3) as a contactless reader does, with the PUPI.

    A Type B card makes its PUPI up anew in every field [B]; a reader with contacts passes the
    command on, and the card refuses the class.
    """

    def __init__(self, card: InsertableCard, random_bytes: Callable[[int], bytes]) -> None:
        super().__init__(card)
        self._random_bytes = random_bytes
        self._pupi = random_bytes(_PUPI_SIZE)

    @override
    def execute(self, command: bytes) -> bytes:
        """Answer one command."""
        if command[:4] != _GET_UID or not capabilities.is_made_up(self.atr):
            return self.card.execute(command)
        le = command[4] if len(command) == 5 else None
        if le is None or 0 < le < _PUPI_SIZE:
            return b"\x6c\x04" if le is not None else b"\x67\x00"
        return self._pupi + b"\x90\x00"

    @override
    def power_off(self) -> None:
        """Take the power; the next field sees another PUPI."""
        self._pupi = self._random_bytes(_PUPI_SIZE)
        self.card.power_off()


class Slowed(Layer):
    """Waits as long as a real card would take (card.md §8)."""

    def __init__(self, card: InsertableCard, speed: Latency, sleep: Callable[[float], None] = time.sleep) -> None:
        super().__init__(card)
        self._speed = speed
        self._sleep = sleep

    @override
    def execute(self, command: bytes) -> bytes:
        """Answer one command, later."""
        answer = self.card.execute(command)
        self._sleep(self._speed.milliseconds(command, answer) / 1000)
        return answer


class Told(Layer):
    """Tells `sink` of every exchange, secrets masked."""

    def __init__(self, card: InsertableCard, sink: Callable[[TraceLine], None]) -> None:
        super().__init__(card)
        self._sink = sink
        self._decoder = Decoder()

    @override
    def execute(self, command: bytes) -> bytes:
        """Answer one command, and tell."""
        begun = time.perf_counter()
        answer = self.card.execute(command)
        self._sink(self._decoder.line(command, answer, (time.perf_counter() - begun) * 1000))
        return answer


class Place:
    """One card and the slot it belongs to; `said` is told in words what happens."""

    def __init__(self, person: str, card: InsertableCard, port: int, said: Callable[[str], None]) -> None:
        self.person = person
        self.port = port
        self._card = card
        self._said = said
        self._lock = Lock()
        self._running: tuple[VpcdCard, Thread] | None = None

    @property
    def is_placed(self) -> bool:
        """True while the card is in its slot, or waits for the reader."""
        return self._running is not None

    def place(self) -> None:
        """Put the card in, as soon as the reader is there; nothing happens where it already is."""
        with self._lock:
            if self._running is None:
                self._said(f"{self.person}: waiting for the reader (port {self.port})")
                served = VpcdCard(self._card, self.port, changed=self._changed)
                thread = Thread(target=served.run, daemon=True)
                self._running = served, thread
                thread.start()

    def pull(self) -> None:
        """Take the card out and wait until it is; nothing happens where it is not in."""
        with self._lock:
            if self._running is not None:
                served, thread = self._running
                self._running = None
                served.stop()
                thread.join()

    def _changed(self, in_reader: bool) -> None:
        words = "in the reader" if in_reader else "the reader has gone; waiting for it"
        self._said(f"{self.person}: {words} (port {self.port})")


def layered(card: InsertableCard, person: str, speed: Latency, log: "TraceFile | None") -> InsertableCard:
    """Put the layers around a card that one `serve` asks for."""
    served: InsertableCard = WithUid(card, os.urandom)
    if speed != latency.NONE:
        served = Slowed(served, speed)
    return served if log is None else Told(served, lambda line: log.write(person, line))


def run_until_signal(places: Sequence[Place], said: Callable[[str], None]) -> None:
    """Place all cards and obey what is typed, until Ctrl-C or SIGTERM; then pull them. Main thread only."""
    signals = {signal.SIGINT, signal.SIGTERM}
    # Blocked before the threads start, so that no thread is interrupted and sigwait gets them all.
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    # In the background, reading the terminal is then an error and does not stop the process.
    signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    for place in places:
        place.place()
    console = Console(places, said, lambda: os.kill(os.getpid(), signal.SIGTERM))
    Thread(target=console.run, args=(sys.stdin,), daemon=True).start()
    signal.sigwait(signals)
    for place in places:
        place.pull()


class Console:
    """Carries out what is typed while cards are served; `quit` calls `leave`."""

    def __init__(self, places: Sequence[Place], said: Callable[[str], None], leave: Callable[[], None]) -> None:
        self._places = places
        self._said = said
        self._words = {"pull": self._pull, "place": self._place, "list": self._list}
        self._leave = leave

    def run(self, lines: Iterable[str]) -> None:
        """Obey line by line until there are no more, or the terminal is not ours."""
        try:
            for line in lines:
                self.obey(line)
        # A process in the background may not read its terminal.
        except OSError:
            return

    def obey(self, line: str) -> None:
        """Carry out one line; what is not understood is answered with the list of words."""
        words = line.split()
        if not words:
            return
        if words == ["quit"]:
            self._leave()
        elif words[0] in self._words and len(words) <= 2:
            self._each(self._words[words[0]], words[1:])
        else:
            self._said(HELP)

    def _each(self, step: Callable[[Place], None], named: list[str]) -> None:
        chosen = [place for place in self._places if not named or place.person == named[0]]
        for place in chosen:
            step(place)
        if not chosen:
            self._said(f"{named[0]}: not served here; there are {', '.join(one.person for one in self._places)}")

    def _pull(self, place: Place) -> None:
        place.pull()
        self._said(f"{place.person}: pulled (port {place.port})")

    def _place(self, place: Place) -> None:
        place.place()

    def _list(self, place: Place) -> None:
        self._said(f"{place.person}: {'placed' if place.is_placed else 'pulled'} (port {place.port})")


class TraceFile:
    """A log of exchanges, one a line, that `python -m card trace` reads. Raises OSError where it cannot be written."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path = path
        self._now = now
        path.open("a").close()

    def write(self, person: str, line: TraceLine) -> None:
        """Add one exchange: time, person, milliseconds, and the bytes with secrets masked."""
        moment = self._now().isoformat(timespec="milliseconds")
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{moment} {person} {line.ms:.1f} ms: {line.hex_masked}\n")
