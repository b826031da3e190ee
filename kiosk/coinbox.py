"""The emulated coin box: coins and notes in escrow, in the cash box and in the tray, never lost.

Separate from its lane because the bench puts money in while the lane takes the fee. Every change
is durable before it is acted on or told (I2), so that a crash keeps each yen where it lay. Amounts are yen; a purse
is pieces by denomination. The ledger keeps what became of a fee by order id (fault-46): asked
twice, it takes once.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from threading import RLock

from kiosk import durable
from kiosk.errors import CoinStateDamaged

DENOMINATIONS = (1000, 500, 100, 50, 10)
FLOAT = {500: 50, 100: 400, 50: 300, 10: 500}
"""What lies in the cash box of a new machine, to give change from."""
_REMEMBERED = 50

Purse = Mapping[int, int]


class Fate(StrEnum):
    """What became of the fee of an order; UNKNOWN only of e-money."""

    NONE = "none"
    TAKEN = "taken"
    KEPT = "kept"
    RETURNED = "returned"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Taken:
    """The fee is in the cash box; `change` yen went to the tray."""

    change: int


@dataclass(frozen=True, slots=True)
class NotTaken:
    """E-50: too little money, or no change for it; it is still in escrow."""


@dataclass(frozen=True, slots=True)
class _Fee:
    yen: int
    fate: Fate


@dataclass(frozen=True, slots=True)
class _Money:
    escrow: Purse = field(default_factory=dict)
    cash: Purse = field(default_factory=dict)
    tray: Purse = field(default_factory=dict)
    fees: dict[str, _Fee] = field(default_factory=dict)


class CoinBox:
    """Coins of 10, 50, 100 and 500 yen and notes of 1,000. Thread-safe; raises StateNotWritten."""

    def __init__(self, path: Path, hook: durable.Hook = durable.no_hook, change: Purse = FLOAT) -> None:
        """Go on with the state in `path`, or begin with `change` in the cash box; raises CoinStateDamaged."""
        self.path, self._hook = path, hook
        self._lock = RLock()
        self._due = 0
        self._notes_refused = False
        self._money = _load(path) if path.exists() else _Money(cash=change)
        self.inserted_changed: Callable[[int], None] = lambda _total: None
        self.tray_emptied: Callable[[], None] = lambda: None

    @property
    def inserted(self) -> int:
        """Yen in escrow."""
        return total(self._money.escrow)

    @property
    def tray(self) -> int:
        """Yen that lie in the tray for the customer."""
        return total(self._money.tray)

    @property
    def cash(self) -> int:
        """Yen in the cash box."""
        return total(self._money.cash)

    @property
    def pieces(self) -> Purse:
        """Pieces in the cash box by denomination."""
        return dict(self._money.cash)

    @property
    def gives_change(self) -> bool:
        """True while any change below the largest note can be given: 10 to 990 yen."""
        return all(change_from(self._money.cash, yen) is not None for yen in range(10, DENOMINATIONS[0], 10))

    @property
    def is_open(self) -> bool:
        """True while money is wanted: opened, and less in escrow than due."""
        return self.inserted < self._due

    def fate(self, order_id: str) -> Fate:
        """What became of the order's fee, as far as the box remembers (the last fifty)."""
        fee = self._money.fees.get(order_id)
        return fee.fate if fee else Fate.NONE

    @property
    def newest_fee(self) -> str:
        """Id of the order whose fee was taken last, "" where none was."""
        return next(reversed(self._money.fees), "")

    @property
    def accepted(self) -> tuple[int, ...]:
        """Pieces that the slots take: no notes while those are refused."""
        notes = () if self._notes_refused else DENOMINATIONS[:1]
        return (*notes, *DENOMINATIONS[1:])

    def refuse_notes(self, refused: bool) -> None:
        """Shut the note slot, or open it again."""
        self._notes_refused = refused

    def open(self, due: int) -> None:
        """Accept money until `due` yen lie in escrow."""
        with self._lock:
            self._due = due

    def insert(self, yen: int) -> bool:
        """Put one coin or note in. False: the slot is shut or does not know it, the piece falls out again."""
        with self._lock:
            escrow = add(self._money.escrow, {yen: 1})
            if not self.is_open or yen not in self.accepted or not self._can_change(escrow):
                return False
            self._become(replace(self._money, escrow=escrow))
            inserted = self.inserted
        self.inserted_changed(inserted)
        return True

    def _can_change(self, escrow: Purse) -> bool:
        """True when what is more than due could be given back as change."""
        more = max(0, total(escrow) - self._due)
        return change_from(add(self._money.cash, escrow), more) is not None

    def take_fee(self, order_id: str, fee: int) -> Taken | NotTaken:
        """Move the fee to the cash box and the change to the tray, once for each order."""
        with self._lock:
            if self.fate(order_id) is not Fate.NONE:
                return Taken(0)
            money, change = self._money, self.inserted - fee
            together = add(money.cash, money.escrow)
            pieces = change_from(together, change) if change >= 0 else None
            if pieces is None:
                return NotTaken()
            cash, tray = subtract(together, pieces), add(money.tray, pieces)
            self._become(_Money({}, cash, tray, self._with_fee(order_id, _Fee(fee, Fate.TAKEN))))
            self._due = 0
            return Taken(change)

    def give_back(self) -> int:
        """Shut the slot, move escrow to the tray and return the yen moved."""
        with self._lock:
            self._due = 0
            money, inserted = self._money, self.inserted
            if inserted:
                self._become(replace(money, escrow={}, tray=add(money.tray, money.escrow)))
            return inserted

    def refund(self, order_id: str) -> int:
        """Give a taken fee back from the cash box; 0 where none is to be given or the coins do not suffice."""
        with self._lock:
            fee, money = self._money.fees.get(order_id), self._money
            pieces = change_from(money.cash, fee.yen) if fee and fee.fate is Fate.TAKEN else None
            if fee is None or pieces is None:
                return 0
            fees = self._with_fee(order_id, _Fee(fee.yen, Fate.RETURNED))
            cash, tray = subtract(money.cash, pieces), add(money.tray, pieces)
            self._become(_Money(money.escrow, cash, tray, fees))
            return fee.yen

    def keep(self, order_id: str) -> None:
        """The order is complete: its fee is not given back any more."""
        with self._lock:
            fee = self._money.fees.get(order_id)
            if fee and fee.fate is Fate.TAKEN:
                fees = self._with_fee(order_id, _Fee(fee.yen, Fate.KEPT))
                self._become(replace(self._money, fees=fees))

    def stock(self, purse: Purse = FLOAT) -> int:
        """Make the cash box hold exactly `purse`; returns the yen taken out, less than 0 for put in."""
        with self._lock:
            out = self.cash - total(purse)
            self._become(replace(self._money, cash=dict(purse)))
            return out

    def empty_tray(self) -> int:
        """The customer takes what lies in the tray; returns the yen."""
        with self._lock:
            taken = self.tray
            if taken:
                self._become(replace(self._money, tray={}))
        if taken:
            self.tray_emptied()
        return taken

    def _with_fee(self, order_id: str, fee: _Fee) -> dict[str, _Fee]:
        others = [(key, old) for key, old in self._money.fees.items() if key != order_id]
        return dict([*others[1 - _REMEMBERED :], (order_id, fee)])

    def _become(self, money: _Money) -> None:
        durable.write(self.path, _dump(money), self._hook)
        self._money = money


def total(purse: Purse) -> int:
    """Yen in a purse."""
    return sum(yen * count for yen, count in purse.items())


def add(one: Purse, other: Purse) -> Purse:
    """Both purses together."""
    return {yen: count for yen in DENOMINATIONS if (count := one.get(yen, 0) + other.get(yen, 0))}


def subtract(one: Purse, other: Purse) -> Purse:
    """What is left of `one` without `other`, which it holds."""
    return {yen: count for yen in DENOMINATIONS if (count := one.get(yen, 0) - other.get(yen, 0))}


def change_from(purse: Purse, yen: int) -> Purse | None:
    """Pieces of `purse` that make exactly `yen`, large ones first; None where there are none.

    Each denomination divides the next larger one, so large first finds a way if there is any.
    """
    pieces: dict[int, int] = {}
    rest = yen
    for piece in DENOMINATIONS:
        if count := min(rest // piece, purse.get(piece, 0)):
            pieces[piece] = count
            rest -= piece * count
    return pieces if rest == 0 else None


def _dump(money: _Money) -> bytes:
    purses = {"cash": money.cash, "escrow": money.escrow, "tray": money.tray}
    fees = [[order_id, fee.yen, fee.fate] for order_id, fee in money.fees.items()]
    return durable.sealed(json.dumps({**purses, "fees": fees}, sort_keys=True, separators=(",", ":")))


def _load(path: Path) -> _Money:
    content = durable.unsealed(path.read_bytes())
    if content is None:
        raise CoinStateDamaged(f"{path}: torn or changed; have the money counted, then remove the file")
    read = json.loads(content)
    escrow, cash, tray = (
        {int(yen): int(count) for yen, count in read[name].items()} for name in ("escrow", "cash", "tray")
    )
    fees = {str(key): _Fee(int(yen), Fate(fate)) for key, yen, fate in read["fees"]}
    return _Money(escrow, cash, tray, fees)
