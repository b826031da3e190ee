"""The emulated e-money reader, and the customer's card and phone with their balances; no yen is ever lost.

Separate from its lane because the bench holds cards to it while the lane asks. A fictional scheme, 見本マネー.
The balance lies in the card, so a card that leaves in the middle of a debit leaves the reader in doubt: it
knows again when the same card comes back. The ledger keeps what became of a debit by order id: commanded
twice, it is debited once (fault-46, F-38). Of the card it keeps a mark only, which links no two orders.
Amounts are yen. Every change is durable before it is acted on or told (I2).
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from threading import RLock

from kiosk import durable
from kiosk.coinbox import Fate
from kiosk.errors import CoinStateDamaged

_REMEMBERED = 50


class Medium(StrEnum):
    """What the customer pays with."""

    CARD = "card"
    PHONE = "phone"


FILLED = {Medium.CARD: 2000, Medium.PHONE: 5000}
"""Balances of a new customer's card and phone."""


class ReaderFault(StrEnum):
    """What goes wrong: it is off, refuses every card, or carries everything out and answers nothing (MUTE).

    TORN: a card leaves just before or just after the next debit is written, once.
    """

    OUT = "out"
    REFUSES = "refuses"
    MUTE = "mute"
    TORN_BEFORE = "torn-before"
    TORN_AFTER = "torn-after"


_TEARS = (ReaderFault.TORN_BEFORE, ReaderFault.TORN_AFTER)


@dataclass(frozen=True, slots=True)
class Debited:
    """The fee has left the card."""


@dataclass(frozen=True, slots=True)
class Declined:
    """Nothing was debited. `reason`: balance (then it is told), refused, or gone; for a question: none."""

    reason: str
    balance: int = 0


@dataclass(frozen=True, slots=True)
class InDoubt:
    """The card left while it was being written: only the same card can say whether the fee has left it."""


Outcome = Debited | Declined | InDoubt


@dataclass(frozen=True, slots=True)
class _Purse:
    """A card: its balance, and the order that it was debited for last."""

    balance: int
    last: str = ""


@dataclass(frozen=True, slots=True)
class _Debit:
    yen: int
    fate: Fate
    mark: str


@dataclass(frozen=True, slots=True)
class _State:
    """`taken`: yen that the reader knows to have come in, less what it gave back; `charged`: put on cards elsewhere."""

    purses: Mapping[Medium, _Purse]
    debits: Mapping[str, _Debit] = field(default_factory=dict)
    taken: int = 0
    charged: int = 0


class MoneyReader:
    """Debits a card that is held to it, and credits the same card. Thread-safe; raises StateNotWritten."""

    def __init__(self, path: Path, hook: durable.Hook = durable.no_hook) -> None:
        """Go on with the state in `path`, or begin with filled cards; raises CoinStateDamaged."""
        self._path, self._hook = path, hook
        self._lock = RLock()
        self._state = _load(path) if path.exists() else _State({one: _Purse(yen) for one, yen in FILLED.items()})
        self._held: Medium | None = None
        self._due = self._refund = ""
        self.fault: ReaderFault | None = None
        self.held: Callable[[], None] = lambda: None
        self.credited: Callable[[str, int], None] = lambda _order_id, _yen: None

    @property
    def taken(self) -> int:
        """Yen known to have come in, less what was given back."""
        return self._state.taken

    @property
    def is_lit(self) -> bool:
        """True while it waits for a card."""
        return bool(self._due or self._refund)

    def balance(self, medium: Medium) -> int:
        """Yen on the card or phone, as its owner sees it."""
        return self._state.purses[medium].balance

    @property
    def in_doubt(self) -> int:
        """Yen that have left a card and that the reader does not know of; no device could tell, only we."""
        purses = self._state.purses.values()
        return sum(
            debit.yen
            for order_id, debit in self._state.debits.items()
            if debit.fate is Fate.UNKNOWN and any(purse.last == order_id for purse in purses)
        )

    def fate(self, order_id: str) -> Fate:
        """What became of the order's debit, as far as the reader remembers (the last fifty, and all in doubt)."""
        debit = self._state.debits.get(order_id)
        return debit.fate if debit else Fate.NONE

    @property
    def spent(self) -> int:
        """Yen that have left card and phone here, less what came back; as their owner sees it."""
        return sum(FILLED.values()) + self._state.charged - sum(map(self.balance, Medium))

    def charge(self, medium: Medium, yen: int) -> None:
        """Make the balance of a card exactly `yen`, at a charging machine elsewhere."""
        with self._lock:
            purse = self._state.purses[medium]
            state = self._with_purse(medium, replace(purse, balance=yen))
            self._become(replace(state, charged=state.charged + yen - purse.balance))

    def open(self, order_id: str) -> bool:
        """Wait for a card to pay this order; False where the reader is off."""
        with self._lock:
            self._due, self._refund, self._held = order_id, "", None
            return self.fault is not ReaderFault.OUT

    def open_refund(self, order_id: str) -> bool:
        """Wait for the card that paid this order, to give the fee back; False where the reader is off."""
        with self._lock:
            self._due, self._refund, self._held = "", order_id, None
            return self.fault is not ReaderFault.OUT

    def close(self) -> None:
        """Wait for no card any more."""
        with self._lock:
            self._due, self._refund, self._held = "", "", None

    def hold(self, medium: Medium) -> bool:
        """Hold a card or phone to the reader for a moment; False where it does not look."""
        with self._lock:
            if self.fault is ReaderFault.OUT or not self.is_lit:
                return False
            self._held = medium
            self._remember(medium)
            refund, yen = self._refund, self._credit(medium) if self._refund else 0
        if yen:
            self.credited(refund, yen)
        elif not refund:
            self.held()
        return True

    def debit(self, order_id: str, yen: int) -> Outcome:
        """Take `yen` from the card that was held last; an order that is paid or in doubt is not debited again."""
        with self._lock:
            if self.fate(order_id) is not Fate.NONE:
                return self.outcome(order_id)
            medium, self._held = self._held, None
            if medium is None:
                return Declined("gone")
            if self.fault is ReaderFault.REFUSES:
                return Declined("refused")
            balance = self.balance(medium)
            return self._write(medium, order_id, yen) if balance >= yen else Declined("balance", balance)

    def outcome(self, order_id: str) -> Outcome:
        """Answer what became of an order's debit."""
        match self.fate(order_id):
            case Fate.TAKEN | Fate.KEPT:
                return Debited()
            case Fate.UNKNOWN:
                return InDoubt()
        return Declined("none")

    def keep(self, order_id: str) -> None:
        """The order is complete: its fee is not given back any more."""
        with self._lock:
            debit = self._state.debits.get(order_id)
            if debit and debit.fate is Fate.TAKEN:
                self._become(self._with_debit(order_id, replace(debit, fate=Fate.KEPT)))

    def _write(self, medium: Medium, order_id: str, yen: int) -> Outcome:
        """Debit the card, unless it leaves: then the reader only knows that it does not know."""
        tear = self.fault if self.fault in _TEARS else None
        mark, purse = _mark(order_id, medium), self._state.purses[medium]
        debited = self._with_purse(medium, _Purse(purse.balance - yen, order_id))
        if tear is None:
            self._become(self._with_debit(order_id, _Debit(yen, Fate.TAKEN, mark), debited, yen))
            return Debited()
        self.fault = None
        on_card = debited if tear is ReaderFault.TORN_AFTER else self._state
        self._become(self._with_debit(order_id, _Debit(yen, Fate.UNKNOWN, mark), on_card))
        return InDoubt()

    def _remember(self, medium: Medium) -> None:
        """A card that came back says what became of the debit that it was pulled out of.

        The one that is being paid is written now where it was not; an older one never counts any more.
        """
        for order_id, debit in list(self._state.debits.items()):
            if debit.fate is Fate.UNKNOWN and debit.mark == _mark(order_id, medium):
                was_written = self._state.purses[medium].last == order_id
                if was_written:
                    self._become(self._with_debit(order_id, replace(debit, fate=Fate.TAKEN), more=debit.yen))
                else:
                    self._become(self._without(order_id))
                    if order_id == self._due:
                        self.debit(order_id, debit.yen)

    def _credit(self, medium: Medium) -> int:
        """Give the fee back to the card that paid it; 0 for another card, or where none is to be given."""
        order_id, debit = self._refund, self._state.debits.get(self._refund)
        if debit is None or debit.fate is not Fate.TAKEN or debit.mark != _mark(order_id, medium):
            return 0
        purse = self._state.purses[medium]
        credited = self._with_purse(medium, replace(purse, balance=purse.balance + debit.yen))
        self._become(self._with_debit(order_id, replace(debit, fate=Fate.RETURNED), credited, -debit.yen))
        self.close()
        return debit.yen

    def _with_purse(self, medium: Medium, purse: _Purse) -> _State:
        return replace(self._state, purses={**self._state.purses, medium: purse})

    def _with_debit(self, order_id: str, debit: _Debit, state: _State | None = None, more: int = 0) -> _State:
        state = state or self._state
        others = [(key, old) for key, old in state.debits.items() if key != order_id]
        # Forgotten doubt would read as "nothing was debited".
        doubtful = [one for one in others[: 1 - _REMEMBERED] if one[1].fate is Fate.UNKNOWN]
        debits = dict([*doubtful, *others[1 - _REMEMBERED :], (order_id, debit)])
        return replace(state, debits=debits, taken=state.taken + more)

    def _without(self, order_id: str) -> _State:
        return replace(self._state, debits={key: one for key, one in self._state.debits.items() if key != order_id})

    def _become(self, state: _State) -> None:
        durable.write(self._path, _dump(state), self._hook)
        self._state = state


def _mark(order_id: str, medium: Medium) -> str:
    """Mark of the card that paid an order."""
    return hashlib.sha256(f"emoney-mark/1\0{order_id}\0{medium}".encode()).hexdigest()


def _dump(state: _State) -> bytes:
    purses = {medium: [purse.balance, purse.last] for medium, purse in state.purses.items()}
    debits = [[order_id, one.yen, one.fate, one.mark] for order_id, one in state.debits.items()]
    sums = {"charged": state.charged, "taken": state.taken}
    return durable.sealed(json.dumps({"debits": debits, "purses": purses, **sums}, sort_keys=True))


def _load(path: Path) -> _State:
    content = durable.unsealed(path.read_bytes())
    if content is None:
        raise CoinStateDamaged(f"{path}: torn or changed; have the e-money counted, then remove the file")
    read = json.loads(content)
    purses = {Medium(key): _Purse(int(yen), str(last)) for key, (yen, last) in read["purses"].items()}
    debits = {str(key): _Debit(int(yen), Fate(fate), str(mark)) for key, yen, fate, mark in read["debits"]}
    return _State(purses, debits, int(read["taken"]), int(read["charged"]))
