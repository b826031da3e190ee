"""The invariants of faults.md §1, asked after every step of every scenario.

Separate from the steps, which ask what the tester thought of: these are asked whether or not
anybody thought of them. Each check is a small generator that tells what is broken, or nothing.
I8 (many kiosks) and the parts of I4 that need another process are not visible from here.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.coinbox import FLOAT, Fate, total
from kiosk.journal import JournalRecord
from kiosk.replay import papers, secrets
from kiosk.replay.errors import InvariantError
from kiosk.session.states import Purpose, Session, Step

if TYPE_CHECKING:
    from kiosk.replay.world import World
    from kiosk.screens.view import View

_PERSONAL_FOLDERS = ("card", "centre", "printed")
"""Parts of the state folder that may hold personal data (design §5.6)."""

_GROWING = "-wal"
_ROWS_OF_FAILURE = 10
_ENDED = (Step.IDLE, Step.FAILED, Step.FORGOTTEN)


class Watch:
    """Looks at one world after each step; what was checked and has not changed is not read again."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._read: dict[str, tuple[int, int]] = {}
        self._seen: set[Path] = set()
        self._view: View | None = None

    def check(self) -> None:
        """Raise InvariantError for the first invariant that does not hold."""
        for broken in self._broken():
            raise InvariantError(f"invariant {broken}, on {self._world.screen}")

    def _broken(self) -> Iterator[str]:
        records = self._world.records()
        yield from self._sheets(records)
        yield from _charges(records)
        yield from _money(self._world, records)
        yield from _emoney(self._world)
        yield from unsettled(self._world.runner.session, records)
        yield from _pin(self._world)
        yield from _left_over(self._world.runner.session)
        yield from _failure(self._world)
        yield from self._shown()
        yield from self._files()

    def _sheets(self, records: tuple[JournalRecord, ...]) -> Iterator[str]:
        """I1, I3: every sheet is one of a paid order's set, page by page; a number is printed whole once."""
        for file in self._world.kiosk.bench.printed():
            if file not in self._seen:
                broken = tuple(_paper(file, records, _paid(self._world, records)))
                if broken and self._is_spoilt(file, records):
                    continue
                self._seen.add(file)
                yield from broken

    def _is_spoilt(self, file: Path, records: tuple[JournalRecord, ...]) -> bool:
        """True for a set that a scenario had spoilt, as long as nobody says it is delivered (fault-44)."""
        number = file.stem.partition("-reprint-")[0].partition("-part-")[0]
        order = next((one.fields["order"] for one in records if f"{number}:" in str(one.fields.get("sets"))), "")
        told = [one for one in records if one.fields.get("order") == order]
        delivered = bool({"printed", "delivered"} & {one.kind for one in told})
        return self._world.kiosk.bench.paper_was_spoilt and bool(order) and not delivered

    def _shown(self) -> Iterator[str]:
        """Names stand shortened on the screen, addresses and numbers never (service.md §7)."""
        if self._view is not self._world.view:
            self._view = self._world.view
            for secret in secrets.found_in("\n".join(self._view.words).encode()):
                yield f"I6: the screen shows {secret}"

    def _files(self) -> Iterator[str]:
        """I4, I6: no PIN, name, address or number of a person in any file of the kiosk's side."""
        for file in _kiosk_files(self._world.folder):
            for secret in secrets.found_in(self._written(file)):
                yield f"I4: {file.name} holds {secret}"

    def _written(self, file: os.DirEntry[str]) -> bytes:
        """What was written to `file` since it was last looked at; a log that only grows is read from there on."""
        state = file.stat()
        before = self._read.get(file.path, (0, 0))
        now = self._read[file.path] = (state.st_mtime_ns, state.st_size)
        if before == now:
            return b""
        grown = file.name.endswith(_GROWING) and state.st_size > before[1]
        return Path(file.path).read_bytes()[max(0, before[1] - secrets.LONGEST) if grown else 0 :]


def _kiosk_files(folder: Path | str, without: tuple[str, ...] = _PERSONAL_FOLDERS) -> Iterator[os.DirEntry[str]]:
    """All files of the state folder but those that may be personal, and SQLite's index of its log (page numbers)."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name not in without:
                    yield from _kiosk_files(entry.path, ())
            elif not entry.name.endswith("-shm"):
                yield entry


def _paid(world: World, records: tuple[JournalRecord, ...]) -> set[str]:
    """Orders whose fee was taken, as the journal says or, where it was cut short, the coin box."""
    fees = [*_kept(world, "coins").get("fees", ()), *_kept(world, "emoney").get("debits", ())]
    ledger = {str(order) for order, _yen, fate, *_mark in fees if fate in (Fate.TAKEN, Fate.KEPT)}
    return ledger | {str(one.fields["order"]) for one in records if one.kind == "fee-taken"}


def _kept(world: World, device: str) -> dict[str, Any]:
    """What the coin box (`coins`) or the e-money reader (`emoney`) remembers."""
    file = world.folder / "journal" / f"{device}.json"
    content: dict[str, Any] = json.loads(file.read_text().partition("\n")[0]) if file.exists() else {}
    return content


def _paper(file: Path, records: tuple[JournalRecord, ...], paid: set[str]) -> Iterator[str]:
    name = file.stem
    number, _, again = name.partition("-reprint-") if "-reprint-" in name else name.partition("-part-")
    owners = [one for one in records if one.kind == "sets" and f"{number}:" in str(one.fields["sets"])]
    if not owners or str(owners[0].fields["order"]) not in paid:
        yield f"I1: {name} was printed, but no paid order has it"
        return
    sheets = papers.sheets_of(file)
    marks = [(sheet.number, sheet.page, number in sheet.back) for sheet in sheets]
    if marks != [(number, page, True) for page in range(1, len(sheets) + 1)]:
        yield f"I1: the sheets of {name} do not belong together: {marks}"
    if not again and any(sheet.pages != len(sheets) for sheet in sheets):
        yield f"I3: {name} is not complete"


def _charges(records: tuple[JournalRecord, ...]) -> Iterator[str]:
    """I2: at most one fee for an order."""
    for order, times in Counter(str(one.fields["order"]) for one in records if one.kind == "fee-taken").items():
        if times > 1:
            yield f"I2: {times} fees were taken for {order}"


def _money(world: World, records: tuple[JournalRecord, ...]) -> Iterator[str]:
    """I2: each yen that was put in is in escrow, in the cash box, in the tray or with the customer."""
    box = _kept(world, "coins")
    if not box:
        return
    held = sum(int(yen) * count for part in ("escrow", "cash", "tray") for yen, count in box[part].items())
    with_customer = world.customer.taken_back - world.customer.put_in
    with_operator = sum(int(one.fields["out"]) for one in records if one.kind == "stocked")
    spare = held - total(FLOAT) + with_customer + with_operator + world.kiosk.bench.stocked_out
    if spare:
        yield f"I2: {spare} yen too many at the machine"


def _emoney(world: World) -> Iterator[str]:
    """I2: each yen that has left card or phone is in the reader's books, or in doubt there."""
    bench = world.kiosk.bench
    if bench.spent != bench.debited:
        yield f"I2: {bench.spent} yen have left card and phone, {bench.debited} yen are in the books"


def unsettled(session: Session, records: tuple[JournalRecord, ...]) -> Iterator[str]:
    """I2: a fee whose sets did not come out is on record as owed, or back, before the screen says so."""
    if session.step not in _ENDED:
        return
    pending = session.order.request_id if session.purpose is Purpose.REPRINT and session.order is not None else ""
    kinds: dict[str, set[str]] = {}
    for one in records:
        kinds.setdefault(str(one.fields.get("order", "")), set()).add(one.kind)
    for order, told in kinds.items():
        if order != pending and "fee-taken" in told and not told & {"printed", "refund-owed", "returned"}:
            yield f"I2: {order} is paid, not printed, and nothing is owed for it"


def _pin(world: World) -> Iterator[str]:
    """I5: VERIFY once for each confirmation; the tries shown are the card's."""
    session = world.runner.session
    if world.verifies() > world.customer.confirmations:
        yield f"I5: {world.verifies()} VERIFY for {world.customer.confirmations} confirmations"
    if session.step is not Step.PIN or world.kiosk.bench.card_on_reader != world.customer.card_in_hand:
        return
    if session.tries_left != world.customer.tries_left():
        yield f"I5: {session.tries_left} tries shown, {world.customer.tries_left()} left on the card"


def _left_over(session: Session) -> Iterator[str]:
    """I6: on the idle screen nothing of a visit is left in the session."""
    if session.step is Step.IDLE:
        kept = (session.offer, session.order, session.failure, session.auth_cert, session.challenge, session.digits)
        if any(kept) or session.enrolment or session.choice != Session().choice or session.inserted:
            yield "I6: something of a visit is left in the session"


def _failure(world: World) -> Iterator[str]:
    """I7: a failure has a code, and says what happened, where card and money are, and what to do next."""
    session = world.runner.session
    if session.step is Step.FAILED and not session.display.overlay:
        code = session.failure.code if session.failure is not None else ""
        words = world.view.words
        if not code:
            yield "I7: a failure without a code"
        elif len(words) < _ROWS_OF_FAILURE or (code.startswith("E-") and code not in "\n".join(words)):
            yield f"I7: the screen does not say enough about {code}"
