"""The customer's money at the bench: coins, notes, the e-money card and phone, and what goes wrong with them.

Separate from the rest of the bench, which inherits it: the devices that take money know nothing of cards,
paper and registers.
"""

from collections.abc import Mapping

from kiosk.bench_parts import BenchMoney
from kiosk.coinbox import FLOAT, CoinBox
from kiosk.emoney import Medium, MoneyReader, ReaderFault
from kiosk.errors import BenchError


class MoneyBench:
    """Handles coin box and e-money reader. `stocked_out`: yen taken from the cash box."""

    def __init__(self, box: CoinBox, emoney: MoneyReader) -> None:
        self._box, self._emoney = box, emoney
        self.stocked_out = 0

    @property
    def money(self) -> BenchMoney:
        """What lies in the coin box for this customer."""
        return BenchMoney(self._box.inserted, self._box.tray)

    def insert(self, yen: int) -> bool:
        """Put in one coin or note; False when it falls out again."""
        return self._box.insert(yen)

    @property
    def cash(self) -> int:
        """Yen in the cash box."""
        return self._box.cash

    def stock(self, pieces: Mapping[int, int] = FLOAT) -> int:
        """Make the cash box hold these pieces, by denomination; returns the yen taken out of it."""
        out = self._box.stock(pieces)
        self.stocked_out += out
        return out

    def refuse_notes(self, refused: bool) -> None:
        """Let the note slot be shut, or open it again."""
        self._box.refuse_notes(refused)

    def empty_change(self, empty: bool) -> None:
        """Take all coins out of the coin box, so that exact money alone will do, or put the float back."""
        self.stock({} if empty else FLOAT)

    def take_money(self) -> int:
        """Empty the tray; returns the yen taken."""
        return self._box.empty_tray()

    def hold_emoney(self, medium: str = Medium.CARD) -> bool:
        """Hold the e-money `card` or `phone` to its reader for a moment; False where that does not look."""
        return self._emoney.hold(_medium(medium))

    def balance(self, medium: str = Medium.CARD) -> int:
        """Yen on the e-money card or phone."""
        return self._emoney.balance(_medium(medium))

    @property
    def spent(self) -> int:
        """Yen that have left card and phone, less what came back."""
        return self._emoney.spent

    @property
    def debited(self) -> int:
        """Yen that have left card and phone as the reader knows, or cannot know."""
        return self._emoney.taken + self._emoney.in_doubt

    def charge(self, yen: int, medium: str = Medium.CARD) -> None:
        """Make the balance exactly `yen`, at a charging machine elsewhere."""
        self._emoney.charge(_medium(medium), yen)

    def emoney_fault(self, fault: str | None) -> None:
        """Let the e-money reader fail with a word of `kiosk.emoney.ReaderFault`; None mends it (F-38)."""
        try:
            self._emoney.fault = None if fault is None else ReaderFault(fault)
        except ValueError as error:
            raise BenchError(f"{fault}: not among {', '.join(ReaderFault)}") from error


def _medium(word: str) -> Medium:
    try:
        return Medium(word)
    except ValueError as error:
        raise BenchError(f"{word}: not among {', '.join(Medium)}") from error
