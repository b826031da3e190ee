"""Acts at start on what `kiosk.decision` says about orders that a crash left open (design 3.3).

Separate from the decision, which is pure, and from the composition root, which only joins parts.
Whatever lay in escrow goes to the tray first: it was never taken for anything. Each start leaves a
record `started`; what stands before one that found nothing open need not be read again.
"""

from dataclasses import replace
from datetime import datetime

from kiosk.coinbox import CoinBox, Fate
from kiosk.decision import (
    Ask,
    Decision,
    NotDebited,
    RefundOwed,
    Report,
    Reprint,
    Returned,
    Story,
    Void,
    World,
    decide,
    stories,
)
from kiosk.errors import JournalDamaged
from kiosk.journal import Journal
from kiosk.runner import Runner
from kiosk.session import effects as e
from kiosk.session import records
from kiosk.session.events import MoneyReturned, PaperFound, UnfinishedFound
from kiosk.session.moves import known
from kiosk.tills import Tills
from printer.driver import JobState, Printer

STARTED = "started"
NOTHING_OPEN = {"open": 0}
_WHOLE = JobState.COMPLETED


def recover(journal: Journal, tills: Tills, printer: Printer, runner: Runner, now: datetime) -> None:
    """Give escrow back, then void, report, record or offer a reprint, as decided.

    Raises StateNotWritten, and JournalDamaged before anything is done for a journal that is an older copy.
    """
    _check_newest(journal, tills.box)
    if returned := tills.box.give_back():
        journal.append("", "escrow-returned", {"yen": returned})
    if tills.box.tray:
        runner.post(MoneyReturned(tills.box.tray))
    if lying := printer.outlet():
        runner.post(PaperFound(lying))
    open_stories = stories(journal.records(journal.last(STARTED, NOTHING_OPEN)))
    _book_fees(open_stories, journal, tills)
    decisions = decide(open_stories.values(), _world(open_stories, tills, printer), now)
    for decision in _one_reprint(decisions):
        _act(decision, open_stories, journal, tills, runner)
    journal.append("", STARTED, {"open": len(open_stories)})


def _check_newest(journal: Journal, box: CoinBox) -> None:
    """A fee is announced in the journal before the coin box takes it; an old copy knows nothing of it (fault-21)."""
    if box.newest_fee and not journal.knows(box.newest_fee):
        raise JournalDamaged(
            f"{journal.path}: an older copy: the coin box took the fee of {box.newest_fee}, of which it knows nothing. "
            f"Put the newest copy back; if there is none, have the money counted, then remove {box.path}"
        )


def _book_fees(open_stories: dict[str, Story], journal: Journal, tills: Tills) -> None:
    """Write what a device did and the journal could not say any more: each fee taken stands in it once."""
    for order_id, story in open_stories.items():
        untaken = tills.fate(order_id) in (Fate.NONE, Fate.UNKNOWN)
        if story.order is not None and "fee-taken" not in story.kinds and not untaken:
            _record(journal, order_id, records.fee_taken(story.order, 0, tills.means(order_id)))


def _world(open_stories: dict[str, Story], tills: Tills, printer: Printer) -> World:
    """Ask tills and printer; the printer only for what may have been sent to it and is not told yet."""
    fates = {order_id: tills.fate(order_id) for order_id in open_stories}
    sent = {order_id: story for order_id, story in open_stories.items() if _may_be_printing(story)}
    ended = {
        order_id: [printer.outcome(one.number) for one in known(story.order).sets] for order_id, story in sent.items()
    }
    return World(
        taken=frozenset(key for key, fate in fates.items() if fate in (Fate.TAKEN, Fate.KEPT)),
        returned=frozenset(key for key, fate in fates.items() if fate is Fate.RETURNED),
        in_doubt=frozenset(key for key, fate in fates.items() if fate is Fate.UNKNOWN),
        printed=frozenset(key for key, jobs in ended.items() if all(job and job.state is _WHOLE for job in jobs)),
        unknown=frozenset(key for key, jobs in ended.items() if None in jobs),
    )


def _may_be_printing(story: Story) -> bool:
    return story.order is not None and "print" in story.kinds and not story.kinds & {"printed", "failed"}


def _one_reprint(decisions: tuple[Decision, ...]) -> tuple[Decision, ...]:
    """Only the newest paid order can be offered to a customer; an older one is an operator's task."""
    last = next((one for one in reversed(decisions) if isinstance(one, Reprint)), None)
    found: list[Decision] = []
    for one in decisions:
        if isinstance(one, Reprint) and one is not last:
            found += [RefundOwed(one.order.request_id, one.order.fee), Void(one.order.request_id)]
        else:
            found.append(one)
    return tuple(found)


def _act(decision: Decision, told: dict[str, Story], journal: Journal, tills: Tills, runner: Runner) -> None:
    match decision:
        case Void(order_id):
            runner.run_errand(e.VoidOrder("", order_id))
        case RefundOwed(order_id, yen):
            _record(journal, order_id, records.refund_owed(order_id, yen))
        case Returned(order_id, yen):
            _record(journal, order_id, records.returned(order_id, yen, tills.means(order_id)))
        case NotDebited(order_id):
            _record(journal, order_id, records.debit_none(order_id))
        case Reprint(order):
            runner.post(UnfinishedFound(order))
        case Ask(order):
            _record_once(told, journal, order.request_id, records.debit_unknown(order))
            runner.run_errand(e.SettleDebit("", order))
        case Report(order):
            tills.keep(order.request_id)
            _record_once(told, journal, order.request_id, records.printed(replace(order, reprint=False)))
            runner.run_errand(e.ReportDelivered("", order))


def _record_once(told: dict[str, Story], journal: Journal, order_id: str, record: e.Record) -> None:
    if record.kind not in told[order_id].kinds:
        _record(journal, order_id, record)


def _record(journal: Journal, order_id: str, record: e.Record) -> None:
    """Write under the visit that placed the order: its id is the order's without the last number."""
    journal.append(order_id.rpartition("-")[0], record.kind, dict(record.fields))
