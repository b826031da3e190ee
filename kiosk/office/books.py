"""What the journal tells an operator: what is still to be done, and the daily closing. Pure.

Separate from `kiosk.decision`, which tells the machine what to do after a crash; here a person reads.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from kiosk.journal import JournalRecord
from kiosk.session.states import Means

BY_OPERATOR = "operator"
_TOLD = frozenset({"delivered", "void", "refused"})


class TaskKind(StrEnum):
    """Pay a fee back, clear up a debit or a refusal, write a receipt; a void goes on by itself."""

    REFUND = "refund"
    DEBIT = "debit"
    REFUSED = "refused"
    RECEIPT = "receipt"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do about an order; `yen` of a refund, `detail` a code or an IPP word."""

    kind: TaskKind
    order: str
    at: datetime
    yen: int = 0
    detail: str = ""

    @property
    def is_ours(self) -> bool:
        """True when a person does it and ticks it off; the machine tells the centre by itself until it hears."""
        return self.kind is not TaskKind.VOID


def tasks(records: Iterable[JournalRecord]) -> tuple[Task, ...]:
    """Everything that is open, oldest first."""
    found: dict[tuple[str, str], Task] = {}
    for record in records:
        order = str(record.fields.get("order", ""))
        task = _task_of(record, order)
        if task is not None:
            found[task.kind, order] = task
        for kind in _done_by(record):
            found.pop((kind, order), None)
    return tuple(sorted(found.values(), key=lambda task: task.at))


def _task_of(record: JournalRecord, order: str) -> Task | None:
    match record.kind:
        case "refund-owed":
            return Task(TaskKind.REFUND, order, record.at, int(record.fields["yen"]))
        case "debit-unknown":
            return Task(TaskKind.DEBIT, order, record.at, int(record.fields["yen"]))
        case "refused":
            return Task(TaskKind.REFUSED, order, record.at, detail=str(record.fields["code"]))
        case "receipt-failed":
            return Task(TaskKind.RECEIPT, order, record.at, detail=str(record.fields["reason"]))
        case "order":
            return Task(TaskKind.VOID, order, record.at)
    return None


def _done_by(record: JournalRecord) -> tuple[str, ...]:
    if record.kind in _TOLD:
        return (TaskKind.VOID,)
    if record.kind == "returned":
        return (TaskKind.REFUND,)
    if record.kind in ("debit-none", "refund-owed"):
        return (TaskKind.DEBIT,)
    return (str(record.fields["task"]),) if record.kind == "task-done" else ()


@dataclass(frozen=True, slots=True)
class Closing:
    """One day's fees in yen, and what became of them; `sets` were delivered. `emoney` is a part of `taken`.

    `returned` by the machine, `paid_back` by the operator, `owed` still; `pending`: neither delivered nor failed.
    """

    day: date
    taken: int
    delivered: int
    sets: int
    returned: int
    paid_back: int
    owed: int
    pending: int
    emoney: int = 0

    @property
    def is_balanced(self) -> bool:
        """True when every yen taken is accounted for."""
        return self.taken == self.delivered + self.returned + self.paid_back + self.owed + self.pending


def closing(records: Iterable[JournalRecord], day: date) -> Closing:
    """The closing of the fees taken on `day` (JST), as things stand at the last record."""
    stories: dict[str, _Fee] = {}
    taken = dict.fromkeys(Means, 0)
    for record in records:
        order = str(record.fields.get("order", ""))
        if not order:
            continue
        story = stories.setdefault(order, _Fee())
        story.tell(record)
        if record.kind == "fee-taken" and record.at.date() == day:
            taken[_means(record)] += int(record.fields["fee"])
            story.counts = True
    ours = [one for one in stories.values() if one.counts]

    def yen(fate: str) -> int:
        return sum(one.fee for one in ours if one.fate == fate)

    sets = sum(one.sets for one in ours if one.fate == "delivered")
    fates = [yen(fate) for fate in ("returned", "paid-back", "owed", "pending")]
    return replace(Closing(day, sum(taken.values()), yen("delivered"), sets, *fates), emoney=taken[Means.EMONEY])


def _means(record: JournalRecord) -> Means:
    """How a fee was paid, or given back; journals of older versions know cash only."""
    return Means(str(record.fields.get("means", Means.CASH)))


class _Fee:
    """What became of one order's fee."""

    def __init__(self) -> None:
        self.fee, self.sets, self.fate, self.counts = 0, 0, "pending", False

    def tell(self, record: JournalRecord) -> None:
        match record.kind:
            case "sets":
                self.fee, self.sets = int(record.fields["fee"]), len(str(record.fields["sets"]).split())
            case "delivered":
                self.fate = "delivered"
            case "refund-owed":
                self.fate = "owed"
            case "returned":
                self.fate = "paid-back" if record.fields.get("by") == BY_OPERATOR else "returned"


def moved(records: Iterable[JournalRecord]) -> dict[Means, int]:
    """Yen that the books say have come into the cash box and the e-money reader so far, less what left them."""
    found = dict.fromkeys(Means, 0)
    for record in records:
        if record.kind == "fee-taken":
            found[_means(record)] += int(record.fields["fee"])
        elif record.kind == "returned" and record.fields.get("by") != BY_OPERATOR:
            found[_means(record)] -= int(record.fields["yen"])
        elif record.kind == "stocked":
            found[Means.CASH] -= int(record.fields["out"])
    return found
