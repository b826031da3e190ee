"""Emulated surroundings that break on demand: a reader that is unplugged, a line that is cut.

Separate from `bench`, which is what people call, and from the lanes, which must not know whether
something is emulated. Nothing here sleeps: the time a slow line takes is told as a number.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock

from card.connection import CardConnection, Presence, Reader, atr_of
from card.errors import NoReader, ServiceNotRunning
from card.virtual.faults import Of, counts
from municipality_client.client import Send
from municipality_client.errors import CentreUnreachable, OutcomeUnknown
from municipality_client.wire import Request, Response

_REMEMBERED = 500


class Stopwatch:
    """Adds up the seconds that an emulated device would have taken; `take` starts from 0 again."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def add(self, seconds: float) -> None:
        """So many seconds more."""
        self._seconds += seconds

    def add_ms(self, milliseconds: float) -> None:
        """So many milliseconds more."""
        self._seconds += milliseconds / 1000

    @property
    def so_far(self) -> float:
        """Seconds since the last `take`."""
        return self._seconds

    def take(self) -> float:
        """Seconds since the last call."""
        seconds, self._seconds = self._seconds, 0.0
        return seconds


class HeadphoneJack:
    """A jack that tells `changed` when headphones go in (True) or come out (False)."""

    def __init__(self) -> None:
        self.plugged = False
        self.changed: Callable[[bool], object] = lambda _plugged: None

    def plug(self, plugged: bool) -> None:
        """Plug headphones in, or pull them out."""
        if plugged != self.plugged:
            self.plugged = plugged
            self.changed(plugged)


class PluggableReader:
    """A reader whose cable can be pulled; fulfils `card.connection.Reader` (fault-05)."""

    def __init__(self, inner: Reader) -> None:
        self._inner = inner
        self._plugged = True
        self._lock = RLock()
        self._seen = Presence.EMPTY
        self._watchers: list[Callable[[Presence], None]] = []
        self._fails_at: Of | None = None
        inner.watch(self._noticed)

    @property
    def name(self) -> str:
        """What the device calls itself."""
        return self._inner.name

    @property
    def plugged(self) -> bool:
        """False while the cable is out."""
        return self._plugged

    def plug(self, plugged: bool) -> None:
        """Pull the cable or put it back."""
        with self._lock:
            if plugged != self._plugged:
                self._plugged = plugged
                self._tell()

    def fail_at(self, of: Of) -> None:
        """Lose the reader once, when the card has just executed a command of this kind (fault-06)."""
        self._fails_at = of

    def connect(self) -> CardConnection:
        """See `card.connection.Reader.connect`."""
        if not self._plugged:
            raise NoReader("the reader is not plugged in")
        return _ThroughCable(self, self._inner.connect())

    def carried(self, command: bytes) -> None:
        """The card has executed `command`; raises ServiceNotRunning where its answer does not come any more."""
        if self._fails_at is not None and counts(self._fails_at, command):
            self._fails_at = None
            self.plug(False)
            raise ServiceNotRunning("the reader's service has stopped")

    def watch(self, changed: Callable[[Presence], None]) -> Callable[[], None]:
        """See `card.connection.Reader.watch`."""
        with self._lock:
            self._watchers.append(changed)
            changed(self._presence())

        def stop() -> None:
            with self._lock:
                if changed in self._watchers:
                    self._watchers.remove(changed)

        return stop

    def _noticed(self, presence: Presence) -> None:
        with self._lock:
            self._seen = presence
            if self._plugged:
                self._tell()

    def _presence(self) -> Presence:
        return self._seen if self._plugged else Presence.NO_READER

    def _tell(self) -> None:
        for changed in list(self._watchers):
            changed(self._presence())


class _ThroughCable:
    """A connection that ends with its reader's cable; fulfils `card.connection.CardConnection`."""

    def __init__(self, reader: PluggableReader, inner: CardConnection) -> None:
        self._reader, self._inner = reader, inner

    @property
    def atr(self) -> bytes:
        """See `card.connection.atr_of`."""
        return atr_of(self._inner)

    def transmit(self, command: bytes) -> bytes:
        """See `CardConnection.transmit`."""
        if not self._reader.plugged:
            raise NoReader("the reader is not plugged in")
        answer = self._inner.transmit(command)
        self._reader.carried(command)
        return answer

    def disconnect(self) -> None:
        """See `CardConnection.disconnect`."""
        self._inner.disconnect()


@dataclass(frozen=True, slots=True)
class CentreCall:
    """One request to the centre without its body; `outcome` is the status, or what became of the line."""

    method: str
    path: str
    outcome: str


class Line:
    """The line to the centre: whole, cut, losing every answer, or slow. `calls`: the last ones, oldest first."""

    def __init__(self, send: Send, watch: Stopwatch) -> None:
        self._send, self._watch = send, watch
        self.calls: deque[CentreCall] = deque(maxlen=_REMEMBERED)
        self.cut = False
        self.loses_answers = False
        self.latency = 0.0

    def send(self, request: Request) -> Response:
        """Carry one request; raises CentreUnreachable before, OutcomeUnknown after the centre had it."""
        outcome = "unreachable"
        try:
            if self.cut:
                raise CentreUnreachable("the line is cut")
            response = self._send(request)
            self._watch.add(self.latency)
            outcome = f"{response.status}, answer lost" if self.loses_answers else str(response.status)
        finally:
            self.calls.append(CentreCall(request.method, request.path, outcome))
        if self.loses_answers:
            raise OutcomeUnknown("the answer was lost")
        return response
