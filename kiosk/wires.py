"""Real wires between the kiosk and its emulated parts: a PC/SC service, TLS, an IPP printer.

Separate because only `replay --parts real` wants them: the card stays the virtual one, but in a
reader of pcscd; the centre stays in this process, but behind a socket; what the printer was sent is
kept too. So a scenario moves the same things and must see the same (design 5.4).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread
from typing import TYPE_CHECKING

from typing_extensions import override

from card.connection import CardConnection, Presence, Reader
from card.errors import CardError, ReaderUnavailable
from card.pcsc import readers
from card.serving import Layer
from card.virtual import latency
from card.virtual.faults import CardFault
from card.virtual.slot import InsertableCard, VirtualSlot
from card.virtual.vpcd import PORT, VpcdCard
from kiosk.errors import PartMissing
from printer.driver import JobEnded, JobState, Printer, PrinterStatus, PrintEvent, PrintJob, SheetPrinted

if TYPE_CHECKING:
    from card.virtual.slot import VirtualConnection

_PATIENCE = 30.0
"""Seconds; pcscd looks every 0.4 s, a machine that does much else may stop for longer."""
_WARM_UP_S, _SHEET_S = 8.0, 6.0


@dataclass(frozen=True, slots=True)
class Wires:
    """Where the real parts are: the port of vpcd's first slot, and a printer (ipp://…, "" for the folder).

    `jobs` begins the names of print jobs, so that scenarios that share a printer tell theirs apart.
    """

    vpcd: int = PORT
    printer: str = ""
    jobs: str = ""

    def check(self) -> None:
        """Raise PartMissing where pcscd does not run, or nothing listens where cards are plugged in."""
        try:
            readers()
            socket.create_connection(("localhost", self.vpcd), _PATIENCE).close()
        except CardError as error:
            raise PartMissing(f"--parts real: {error}") from error
        except OSError as error:
            raise PartMissing(f"--parts real: no vpcd on port {self.vpcd}: {error.strerror}") from error


class ServedSlot(VirtualSlot):
    """A slot of a running pcscd: `insert` and `remove` return when the reader has seen it, as hands do."""

    def __init__(self, reader: Reader, port: int, spent: Callable[[float], None]) -> None:
        """`reader` sees the slot whose vpcd listens on `port`; `spent` is told the ms a real card would take."""
        super().__init__(reader.name)
        self._told = spent
        self._reader, self._port = reader, port
        self._seen, self._changed = Presence.NO_READER, Condition()
        self._served: tuple[VpcdCard, Thread] | None = None
        self.stop = reader.watch(self._noticed)

    @override
    def insert(self, card: InsertableCard) -> None:
        """Put a card in. Raises ReaderUnavailable where pcscd does not see it."""
        self.remove()
        self._card = card
        served = VpcdCard(_Timed(card, self._told), self._port)
        thread = Thread(target=served.run, daemon=True)
        self._served = served, thread
        thread.start()
        self._until(lambda: self._seen is Presence.CARD)

    @override
    def remove(self) -> None:
        """Pull the card out."""
        if self._served is None:
            return
        (served, thread), self._served, self._card = self._served, None, None
        served.stop()
        thread.join()
        self._until(lambda: self._seen is not Presence.CARD)

    @override
    def inject(self, fault: CardFault) -> None:
        """Raise ReaderUnavailable: this reader is a real one, nobody can break it on command."""
        raise ReaderUnavailable("the card reader is a real one")

    @override
    def connect(self) -> VirtualConnection:
        """Not the emulated connection: `reader_side` gives the real one."""
        raise ReaderUnavailable("the card is connected through pcscd")

    def reader_side(self) -> Reader:
        """Return what the kiosk uses."""
        return _ReaderSide(self, self._reader)

    def _noticed(self, presence: Presence) -> None:
        self._tell(presence)
        with self._changed:
            self._seen = presence
            self._changed.notify_all()

    def _until(self, holds: Callable[[], bool]) -> None:
        with self._changed:
            if not self._changed.wait_for(holds, _PATIENCE):
                seen = f"pcscd shows no change within {_PATIENCE:.0f} s, but {self._seen.value}"
                raise ReaderUnavailable(f"{seen} (vpcd on port {self._port})")


class _Timed(Layer):
    """Tells how long a real card would have taken (card.md §8): a scenario sees the same waiting screens."""

    def __init__(self, card: InsertableCard, spent: Callable[[float], None]) -> None:
        super().__init__(card)
        self._spent = spent

    @override
    def execute(self, command: bytes) -> bytes:
        """Answer one command."""
        answer = self.card.execute(command)
        self._spent(latency.TYPICAL.milliseconds(command, answer))
        return answer


class _ReaderSide:
    """The reader as the kiosk sees it; changes come from the slot, so that hands and eyes keep their order."""

    def __init__(self, slot: ServedSlot, reader: Reader) -> None:
        self._slot, self._reader = slot, reader

    @property
    def name(self) -> str:
        """What the device calls itself."""
        return self._reader.name

    def connect(self) -> CardConnection:
        """See `card.connection.Reader.connect`."""
        return self._reader.connect()

    def watch(self, changed: Callable[[Presence], None]) -> Callable[[], None]:
        """See `card.connection.Reader.watch`."""
        return self._slot.watch(changed)


class KeptPrinter:
    """A real printer, and in `folder` a copy of every set that it says it printed.

    On the simulated clock its sheets take as long as the emulated printer's: a scenario sees the same.
    """

    def __init__(self, printer: Printer, folder: Path) -> None:
        self._printer, self._folder = printer, folder
        folder.mkdir(parents=True, exist_ok=True)

    def print_set(self, pdf: bytes, job: PrintJob) -> Generator[PrintEvent, None, None]:
        """See `printer.driver.Printer.print_set`."""
        for event in self._printer.print_set(pdf, job):
            if isinstance(event, JobEnded) and event.state is JobState.COMPLETED:
                again = len(list(self._folder.glob(f"{job.set_number}*.pdf")))
                name = f"{job.set_number}-reprint-{again}.pdf" if again else f"{job.set_number}.pdf"
                (self._folder / name).write_bytes(pdf)
            if isinstance(event, SheetPrinted):
                event = SheetPrinted(event.sheet, _SHEET_S + (_WARM_UP_S if event.sheet == 1 else 0.0))
            yield event

    def status(self) -> PrinterStatus:
        """See `printer.driver.Printer.status`."""
        return self._printer.status()

    def printed(self, job: PrintJob) -> bytes | None:
        """See `printer.driver.Printer.printed`."""
        return self._printer.printed(job)

    def outcome(self, set_number: str) -> JobEnded | None:
        """See `printer.driver.Printer.outcome`."""
        return self._printer.outcome(set_number)

    def outlet(self) -> int:
        """See `printer.driver.Printer.outlet`."""
        return self._printer.outlet()

    def take(self) -> int:
        """See `printer.driver.Printer.take`."""
        return self._printer.take()
