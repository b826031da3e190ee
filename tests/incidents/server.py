"""One issue centre in a process of its own, its clock frozen, with faults planted and guards taken off.

Words: DATABASE PORT PKI AT [--profiles DIR] [--fault F-xx] [--off F-xx]. A fault is
what went wrong in the real incident; a guard taken off is what would have let it through here.
"""

import argparse
import os
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import delete

from card import authority
from municipality_client import messages as m
from municipality_client.centre import calendar, handle, issuing, profiles, refusals, server, signing
from municipality_client.centre import store_tables as t
from municipality_client.centre.asgi import Application
from municipality_client.centre.calendar import JST
from municipality_client.centre.handle import Centre
from municipality_client.centre.issuing import Commission
from municipality_client.centre.ordering import Ordering
from municipality_client.centre.revocation import Evidence
from municipality_client.centre.store_books import Books
from municipality_client.centre.store_registers import RegisterBooks
from municipality_client.centre.validity import Identity

SLOW = 1.5
"""Seconds that a slow renderer or a slow responder takes."""


class Doubles:
    """What is changed in this process for one incident."""

    def __init__(self) -> None:
        self.compose: issuing.Compose = issuing.compose
        self.revocation: Callable[[bytes, datetime], Evidence] | None = None
        self._numbers = count(1)
        self._kept: dict[Any, Any] = {}

    # Faults

    def slow_renderer(self) -> None:
        """F-01: a job waits beyond its limit."""

        def compose(commission: Commission) -> Any:
            if any(one.id == "taro" for one in commission.persons):
                time.sleep(SLOW)
            return issuing.compose(commission)

        self.compose = compose

    def mixing_composer(self, whole: bool) -> None:
        """F-02, F-04: every other set that follows another person's, or one page of it, is that other person's."""

        def compose(commission: Commission) -> Any:
            own, person = issuing.compose(commission), commission.dossier.person
            (other, before), self._kept["pages"] = self._kept.get("pages", (person, own)), (person, own)
            if other == person or not next(self._numbers) % 2:
                return own
            return before if whole else (*own[:1], *before[1:2], *own[2:])

        self.compose = compose

    def buffer_not_cleared(self) -> None:
        """F-07: what was printed just before goes out once more."""
        place = Ordering.place

        def placed(own: Ordering, books: Books, ask: m.PlaceOrder, terminal: str, now: datetime) -> Any:
            issued = place(own, books, ask, terminal, now)
            before, self._kept["sets"] = self._kept.get("sets"), getattr(issued, "sets", None)
            if before is None or not isinstance(issued, m.Issued):
                return issued
            return m.Issued(issued.request_id, before, issued.fee, issued.total)

        Ordering.place = placed  # type: ignore[method-assign]

    def slow_responder(self) -> None:
        """F-21: whether a public-key certificate is good is answered late, for one of the two."""
        slow = authority.issue_authentication_cert("taro", 0, datetime(2026, 4, 6, 10, tzinfo=JST))

        def revocation(cert: bytes, now: datetime) -> Evidence:
            if cert == slow:
                time.sleep(SLOW)
            return Evidence(lists=(authority.revocation_list(authority.Ca.USER_AUTHENTICATION, [], now, 1),))

        self.revocation = revocation

    # Guards taken off

    def lock_freed_only(self) -> None:
        """F-01: a time-out frees the kiosk, and the job goes on."""
        run, void = Centre.handle, Ordering.void

        def handled(own: Centre, ask: m.Ask, terminal: str, now: datetime, in_time: Any = None) -> Any:
            return run(own, ask, terminal, now)

        def voided(own: Ordering, books: Books, ask: m.Void, terminal: str, now: datetime) -> Any:
            known = books.order(terminal, ask.request_id) is not None
            return void(own, books, ask, terminal, now) if known else refusals.by_reason(m.ORDER_UNKNOWN)

        Centre.handle, Ordering.void = handled, voided  # type: ignore[method-assign]

    def signer_believes(self) -> None:
        """F-02, F-04: who signs does not look at what is signed."""
        signing.check_set = lambda *_what: None

    def number_of(self, number: Callable[[], int]) -> None:
        """F-03, F-08: sets are numbered by something else than the books, and a later one replaces an earlier."""

        def reserve(_own: Books, _municipality: str, _day: date, _terminal: str) -> int:
            return number()

        add = Books.add_set

        def added(own: Books, set_number: str, *more: Any) -> None:
            own._run(delete(t.sets).where(t.sets.c.set_number == set_number))
            add(own, set_number, *more)

        Books.reserve, Books.add_set = reserve, added  # type: ignore[method-assign]

    def registers_copied(self) -> None:
        """F-05, F-06: the certificate server works on its own copy of the registers."""
        of_card, kept = RegisterBooks.of_card, self._kept

        def copied(own: RegisterBooks, municipality: str, identity: Identity) -> Any:
            if (municipality, identity) not in kept:
                kept[municipality, identity] = of_card(own, municipality, identity)
            return kept[municipality, identity]

        RegisterBooks.of_card = copied  # type: ignore[method-assign]

    def alarm_unheard(self) -> None:
        """F-09: a mismatch is taken for a harmless retry."""
        Books.add_incident = lambda *_what: None  # type: ignore[method-assign, assignment]

    def closures_ignored(self) -> None:
        """F-20, F-24: what was announced is not known."""
        RegisterBooks.limits = lambda *_what: ((), None)  # type: ignore[method-assign, assignment]

    def all_kinds_alike(self) -> None:
        """F-22, F-23: hours are those of the whole service, whatever is asked for."""
        calendar.for_kind = lambda table, _kind, _own: table

    def one_at_a_time(self) -> None:
        """F-21: who waits for the responder keeps everybody waiting."""
        lock, run = threading.Lock(), Centre.handle

        def handled(own: Centre, *what: Any) -> Any:
            with lock:
                return run(own, *what)

        Centre.handle = handled  # type: ignore[method-assign]


def _plant(doubles: Doubles, fault: str) -> None:
    match fault:
        case "F-01":
            doubles.slow_renderer()
        case "F-02" | "F-09":
            doubles.mixing_composer(whole=True)
        case "F-04":
            doubles.mixing_composer(whole=False)
        case "F-07":
            doubles.buffer_not_cleared()
        case "F-21":
            doubles.slow_responder()


def _take_off(doubles: Doubles, guard: str, at: datetime) -> None:
    numbers = count(1)
    off: dict[str, Callable[[], None]] = {
        "F-01": doubles.lock_freed_only,
        "F-02": doubles.signer_believes,
        "F-03": lambda: doubles.number_of(lambda: at.hour * 3600 + at.minute * 60 + at.second),
        "F-04": doubles.signer_believes,
        "F-05": doubles.registers_copied,
        "F-06": doubles.registers_copied,
        "F-08": lambda: doubles.number_of(lambda: next(numbers)),
        "F-09": doubles.alarm_unheard,
        "F-20": doubles.closures_ignored,
        "F-21": doubles.one_at_a_time,
        "F-22": doubles.all_kinds_alike,
        "F-23": doubles.all_kinds_alike,
        "F-24": doubles.closures_ignored,
    }
    off.get(guard, nullcontext)()


def main(words: list[str], ready: Callable[[], None]) -> None:
    """Serve until told to stop; `ready` is called when there is somebody who listens."""
    parser = argparse.ArgumentParser()
    for name in ("database", "port", "pki", "at"):
        parser.add_argument(name)
    for name in ("--fault", "--off"):
        parser.add_argument(name, default="")
    parser.add_argument("--profiles", type=Path, default=profiles.FOLDER)
    told = parser.parse_args(words)
    at, doubles = datetime.fromisoformat(told.at).replace(tzinfo=JST), Doubles()
    _plant(doubles, told.fault)
    _take_off(doubles, told.off, at)
    centre = handle.embedded(
        authority.trusted_issuers(),
        os.urandom,
        database=told.database,
        pki=Path(told.pki),
        municipalities=told.profiles,
        compose=doubles.compose,
        revocation=doubles.revocation,
    )
    with server.listen("127.0.0.1", int(told.port)) as listening:
        ready()
        server.serve(Application(centre, lambda: at, threads=4), Path(told.pki), listening)
    centre.close()
