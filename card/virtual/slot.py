"""An emulated reader: a place where a virtual card is put, pulled out, and torn out in the middle.

Apart from the card, which knows no reader. It fulfils `card.connection.Reader` exactly as
`card.pcsc` does; the same contract tests run on both. `insert`, `remove` and `inject` are what a
workbench or a scenario does, from any thread.
"""

from collections.abc import Callable
from threading import RLock

from card import errors
from card.connection import Presence
from card.virtual import faults, latency
from card.virtual.faults import CardFault, Endless, InsertableCard, Moment, Mute, OtherText, Slow, Swap, Tear

__all__ = ["InsertableCard", "VirtualConnection", "VirtualSlot"]


class VirtualSlot:
    """One emulated reader with one slot. `spent` is told the ms that a real card would have taken."""

    def __init__(
        self,
        name: str = "Virtual slot",
        *,
        speed: latency.Latency = latency.NONE,
        spent: Callable[[float], None] = lambda _ms: None,
    ) -> None:
        self._name = name
        self._speed = speed
        self._spent = spent
        self._lock = RLock()
        self._card: InsertableCard | None = None
        self._open: VirtualConnection | None = None
        self._watchers: list[Callable[[Presence], None]] = []
        self._faults: list[tuple[CardFault, int]] = []

    @property
    def name(self) -> str:
        """What the reader calls itself."""
        return self._name

    @property
    def card(self) -> InsertableCard | None:
        """The card that is in the slot."""
        return self._card

    def insert(self, card: InsertableCard) -> None:
        """Put a card in; one that was there is taken out first."""
        with self._lock:
            self.remove()
            self._card = card
            self._tell(Presence.CARD)

    def remove(self) -> None:
        """Pull the card out, whatever is under way; nothing happens where there is none."""
        with self._lock:
            if self._card is None:
                return
            self._card.power_off()
            self._card = None
            # The connection of this card stays dead even when the same card comes back.
            self._open = None
            self._faults = [one for one in self._faults if not isinstance(one[0], Endless) or one[1] > 0]
            self._tell(Presence.EMPTY)

    def inject(self, fault: CardFault) -> None:
        """Let `fault` happen once, counted from now."""
        with self._lock:
            self._faults.append((fault, fault.nth))

    def connect(self) -> "VirtualConnection":
        """Power the card; raises CardRemoved where there is none, ReaderBusy where it is held."""
        with self._lock:
            if self._card is None:
                raise errors.CardRemoved("no card in the slot")
            if self._open is not None:
                raise errors.ReaderBusy("the card is in use")
            self._open = VirtualConnection(self)
            return self._open

    def watch(self, changed: Callable[[Presence], None]) -> Callable[[], None]:
        """See `card.connection.Reader.watch`; `changed` runs in the thread that moved the card."""
        with self._lock:
            self._watchers.append(changed)
            changed(Presence.EMPTY if self._card is None else Presence.CARD)

        def stop() -> None:
            with self._lock:
                if changed in self._watchers:
                    self._watchers.remove(changed)

        return stop

    def exchange(self, connection: "VirtualConnection", command: bytes) -> bytes:
        """Carry one command of the open connection to the card; see `CardConnection.transmit`."""
        with self._lock:
            card = self._card
            if card is None or self._open is not connection:
                raise errors.CardRemoved("the card was removed")
            fault = self._due(command)
            return self._answer(card, command) if fault is None else self._suffer(fault, card, command)

    def close(self, connection: "VirtualConnection") -> None:
        """Take power from the card where this connection still holds it."""
        with self._lock:
            if self._open is connection and self._card is not None:
                self._card.power_off()
                self._open = None

    def _tell(self, presence: Presence) -> None:
        for changed in list(self._watchers):
            changed(presence)

    def _due(self, command: bytes) -> CardFault | None:
        """Count `command` for every waiting fault and take out the first that is due."""
        counted = [(fault, left - faults.counts(fault.of, command)) for fault, left in self._faults]
        due = next((fault for fault, left in counted if left <= 0), None)
        self._faults = [(fault, left) for fault, left in counted if fault is not due or isinstance(fault, Endless)]
        return due

    def _answer(self, card: InsertableCard, command: bytes) -> bytes:
        answer = card.execute(command)
        self._spent(self._speed.milliseconds(command, answer))
        return answer

    def _suffer(self, fault: CardFault, card: InsertableCard, command: bytes) -> bytes:
        match fault:
            case Tear(moment=moment):
                self._tear(moment, card, command)
                raise errors.CardRemoved("the card was removed")
            case Mute():
                card.execute(command)
                raise errors.TransportError("the card does not answer")
            case Slow(ms=more):
                self._spent(more)
                return self._answer(card, command)
            case OtherText():
                return self._answer(card, faults.altered(command))
            case Swap(card=other):
                self._card = other
                return self._answer(other, command)
            case _:
                return faults.spoiled(fault, self._answer(card, command))

    def _tear(self, moment: Moment, card: InsertableCard, command: bytes) -> None:
        if moment is Moment.DURING:
            card.execute_torn(command)
        # AFTER: all was done, only the answer is lost.
        elif moment is Moment.AFTER:
            card.execute(command)
        self.remove()


class VirtualConnection:
    """An open connection to the card in a slot; fulfils `card.connection.CardConnection`."""

    def __init__(self, slot: VirtualSlot) -> None:
        self._slot = slot

    @property
    def atr(self) -> bytes:
        """See `card.connection.atr_of`: what the card in the slot answers to reset."""
        card = self._slot.card
        return b"" if card is None else card.atr

    def transmit(self, command: bytes) -> bytes:
        """See `CardConnection.transmit`."""
        return self._slot.exchange(self, command)

    def disconnect(self) -> None:
        """See `CardConnection.disconnect`."""
        self._slot.close(self)
