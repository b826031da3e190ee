"""The seam between those who speak to cards and whatever carries the bytes.

Apart from both sides: `card.pcsc` and `card.virtual.slot` fulfil these protocols, `card.jpki` and
the kiosk know nothing else. One set of contract tests runs on every fulfilment.
"""

from collections.abc import Callable
from enum import Enum
from typing import Protocol


class Presence(Enum):
    """What a reader sees."""

    CARD = "card"
    EMPTY = "empty"
    NO_READER = "no reader"


class CardConnection(Protocol):
    """An exclusive connection to one powered card."""

    def transmit(self, command: bytes) -> bytes:
        """Send one command APDU and return the answer with SW1 SW2.

        Raises CardRemoved, ReaderUnavailable or TransportError; the command is never sent again.
        """
        ...

    def disconnect(self) -> None:
        """End the connection and take power from the card (SCARD_UNPOWER_CARD); never raises, may be repeated."""
        ...


def atr_of(connection: CardConnection) -> bytes:
    """Return the card's answer to reset, nothing where the connection does not tell by a property `atr`."""
    # Asked before each exchange: a runtime-checkable protocol would take longer than the exchange.
    atr: bytes = getattr(connection, "atr", b"")
    return atr


class Reader(Protocol):
    """One place where a card can be put: a slot of an emulated or a real device."""

    @property
    def name(self) -> str:
        """What the device calls itself."""
        ...

    def connect(self) -> CardConnection:
        """Power the card and hold it exclusively; raises CardRemoved (no card) or ReaderUnavailable."""
        ...

    def watch(self, changed: Callable[[Presence], None]) -> Callable[[], None]:
        """Call `changed` with the present state and then at every change, from any thread.

        Returns the function that ends the watch; after it returned, `changed` is not called again
        (except where it is called from within `changed` itself).
        """
        ...
