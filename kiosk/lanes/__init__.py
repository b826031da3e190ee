"""The lanes: one queue for each device or service, so that a slow one holds up nobody else.

`threads` and `inline` carry jobs out, `card`, `centre`, `printer`, `receipts`, `coins` and `emoney` know what to do.
"""

from collections.abc import Callable
from enum import Enum
from typing import Protocol


class Lane(Enum):
    """Which queue an effect goes to."""

    CARD = "card"
    CENTRE = "centre"
    PRINTER = "printer"
    RECEIPTS = "receipts"
    COINS = "coins"
    EMONEY = "emoney"


Job = Callable[[], None]


class Lanes(Protocol):
    """Carries jobs out, first in first out within a lane. Jobs do not raise."""

    def submit(self, lane: Lane, job: Job) -> None:
        """Queue a job; never blocks."""
        ...

    def renew(self, lane: Lane) -> None:
        """Where a job of this lane never ends, let later ones pass it by; its own answer comes too late to be used."""
        ...

    def turn(self) -> bool:
        """Carry out one waiting job on the caller's thread; False where there is none or threads do it."""
        ...

    def close(self) -> None:
        """Take no more jobs and forget the waiting ones."""
        ...
