"""kill -9 at every durable write of one visit, then start again and look at money, sets and books.

A program of its own, because it forks: everything is loaded once, each point costs one short
child. Sweep 1 kills a visit that issues a household's 住民票の写し. Sweep 2 starts from a kill
just before printing, and kills the visit in which the same card gets the paid set printed. Sweeps 3
and 4 pay by e-money: with a card that leaves while it is debited and comes back, and with a jam after
which the fee goes back to the card.
"""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from kiosk import errands, journal
from kiosk.clock import JumpingClock
from kiosk.coinbox import FLOAT, total
from kiosk.decision import stories
from kiosk.session.buttons import Button
from kiosk.session.effects import SettleDebit
from kiosk.session.states import Step
from tests.kiosk.machine import MORNING, Machine

FEE, PUT_IN = 350, (100, 500)
MEMORY = Path("/dev/shm")
Visit = Callable[[Machine], None]


class Killer:
    """Counts durable writes and ends the process at one of them."""

    def __init__(self, at: int | None = None, name: str = "") -> None:
        self.names: list[str] = []
        self._at, self._name = at, name

    def __call__(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) == self._at or name == self._name:
            os.kill(os.getpid(), signal.SIGKILL)


def issue(machine: Machine) -> None:
    machine.to_paying()
    machine.pay(*PUT_IN)
    machine.finish()


def issue_by_torn_card(machine: Machine) -> None:
    hold_card(machine, "torn-after")
    assert machine.step is Step.DEBITING, machine.step
    machine.bench.hold_emoney()
    machine.settle()
    machine.bench.take_paper()
    machine.settle()
    machine.touch(Button.RECEIPT, "yes")
    machine.touch(Button.FINISH)
    take_all(machine)


def refund_to_card(machine: Machine) -> None:
    machine.bench.printer_fault("media-jam", 2)
    hold_card(machine)
    assert machine.step is Step.FAILED, machine.step
    machine.bench.hold_emoney()
    machine.settle()
    machine.bench.clear_printer_fault()
    machine.touch(Button.FINISH)
    take_all(machine)


def hold_card(machine: Machine, fault: str | None = None) -> None:
    machine.to_paying()
    machine.touch(Button.PAY_EMONEY)
    machine.bench.emoney_fault(fault)
    machine.bench.hold_emoney()
    machine.settle()


def find_out(machine: Machine) -> None:
    """A debit in doubt is known again when the same card is held to the reader, in whatever visit."""
    if any(isinstance(errand, SettleDebit) for errand in machine.runner.errands):
        reader = machine.bench._parts.emoney
        reader.open("a later visit")
        machine.bench.hold_emoney()
        reader.close()
        machine.wait(errands.RETRY + 1)


def reprint(machine: Machine) -> None:
    machine.touch(Button.REPRINT)
    machine.bench.place("taro")
    machine.settle()
    machine.digits("1234")
    machine.touch(Button.NEXT)
    machine.bench.remove()
    machine.settle()
    assert machine.step is Step.TAKE_PAPER, (machine.step, machine.runner.session.failure)
    machine.bench.take_paper()
    machine.settle()
    take_all(machine)


def take_all(machine: Machine) -> None:
    machine.bench.take_money()
    machine.bench.take_paper()
    machine.settle()
    if machine.step is not Step.IDLE:
        machine.touch(Button.FINISH)
    assert machine.step is Step.IDLE, machine.step


def killed(folder: Path, killer: Killer, visit: Visit, seed: int) -> None:
    """Run the visit in a child that does not survive it."""
    child = os.fork()
    if child == 0:
        machine = Machine(folder, seed=seed, hook=killer)
        machine.runner.pump()
        visit(machine)
        os._exit(3)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"the child ended by itself: {status}"
    assert os.WTERMSIG(status) == signal.SIGKILL


def recovered(folder: Path, by_card: bool) -> Machine:
    """Start again; where the kiosk offers the paid set, take it (or leave it to the operator)."""
    machine = Machine(folder, clock=JumpingClock(MORNING), seed=99)
    machine.settle()
    if machine.step is Step.RECOVERY:
        if by_card:
            reprint(machine)
        else:
            machine.touch(Button.OPERATOR)
            machine.touch(Button.FINISH)
            machine.settle()
    if machine.step is not Step.IDLE:
        take_all(machine)
    find_out(machine)
    return machine


def violations(machine: Machine, folder: Path) -> list[str]:
    """What of I2, I3 and I7 does not hold after everything was settled."""
    machine.settle()
    machine.kiosk.close()
    records = journal.read(folder / "journal" / "journal.db")
    box = machine.bench._parts.box
    whole = [path for path in machine.bench.printed() if "-part-" not in path.name]
    kept = box.cash + box.inserted - total(FLOAT) + machine.bench._parts.emoney.taken
    owed = sum(int(one.fields["yen"]) for one in records if one.kind == "refund-owed")
    back = sum(int(one.fields["yen"]) for one in records if one.kind == "returned")
    booked = sum(int(one.fields["fee"]) for one in records if one.kind == "fee-taken")
    sets = 1 if whole else 0
    wrong = []
    if kept != FEE * sets + owed - back:
        wrong.append(f"{kept} yen kept, {sets} whole sets, {owed} owed, {back} returned")
    if kept != machine.bench.spent + box.cash + box.inserted - total(FLOAT):
        wrong.append(f"{kept} yen kept, other than what left the customer")
    if kept != booked - back:
        wrong.append(f"{kept} yen kept, {booked} booked, {back} returned")
    if len(whole) > 1:
        wrong.append(f"the set came out {len(whole)} times")
    if machine.runner.errands or (stories(records) and not owed):
        wrong.append("something is left to be told to the centre")
    if any(one.kind == "delivered" for one in records) != bool(sets):
        wrong.append("delivered in the books and paper differ")
    return wrong


def sweep(title: str, begin: Path, work: Path, visit: Visit, first: str = "") -> tuple[int, int]:
    """Kill `visit` at each of its durable writes, from a copy of `begin`; returns points and violations.

    `first`: the name of the write to begin with, where what comes before is killed in another sweep.
    """
    counter = Killer()
    machine = Machine(copied(begin, work / f"{title}-0"), seed=2, hook=counter)
    machine.runner.pump()
    visit(machine)
    machine.kiosk.close()
    bad = 0
    begun = counter.names.index(first) if first else 0
    for point, name in list(enumerate(counter.names, 1))[begun:]:
        folder = copied(begin, work / f"{title}-{point}")
        killed(folder, Killer(point), visit, 2)
        for problem in violations(recovered(folder, point % 4 != 0), folder):
            sys.stdout.write(f"{title} point {point}, {name}: {problem}\n")
            bad += 1
    return len(counter.names) - begun, bad


def copied(begin: Path, folder: Path) -> Path:
    shutil.copytree(begin, folder)
    return folder


def main() -> int:
    """All sweeps; the last line counts."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        work = Path(name)
        new, paid = work / "new", work / "paid"
        new.mkdir()
        killed(copied(new, paid), Killer(name="journal print: done"), issue, 1)
        sweeps = [sweep("visit", new, work, issue), sweep("reprint", paid, work, reprint)]
        sweeps.append(sweep("torn", new, work, issue_by_torn_card, "journal fee: begin"))
        sweeps.append(sweep("refund", new, work, refund_to_card, "journal failed: begin"))
    points, bad = (sum(column) for column in zip(*sweeps, strict=True))
    sys.stdout.write(f"crash-sweep: {points} points, {bad} violations\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
