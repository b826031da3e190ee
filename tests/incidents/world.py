"""Two kiosks, two issue centres over mutual TLS, one PostgreSQL (or one centre on SQLite), and what they count."""

import hashlib
import multiprocessing
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from uuid import uuid4

from municipality_client import messages as m
from municipality_client.centre import keymaking, people
from municipality_client.centre.store import Store
from municipality_client.client import CentreClient
from municipality_client.messages import Kind
from municipality_client.transport import TlsTransport
from printer.document import decode_page, text_lines
from printer.trust import load_trust
from printer.verify import CheckedSet, check_set
from tests.incidents import server
from tests.municipality_client.desk import HOME, PKI, Clock, Desk, build_centre

AT = "2026-04-06T10:00:00"
PATIENCE, HASTE = 60.0, server.SLOW * 2 / 3  # s
_NAMES = {one.resident.id: one.resident.given_name for one in people.load_all()}
_HOUSES = {one.resident.id: one.resident.household for one in people.load_all()}


@dataclass
class Tally:
    """Sets that were right, those refused by code, those that named somebody else, numbers given twice."""

    rounds: int = 0
    right: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    wrong: int = 0
    twice: int = 0
    numbers: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def no(self, code: str) -> None:
        """Count a refusal."""
        with self.lock:
            self.refused[code] = self.refused.get(code, 0) + 1

    def amiss(self) -> None:
        """Count what must not be."""
        with self.lock:
            self.wrong += 1

    def sets(self, issued: m.Issued, text: str, person: str) -> None:
        """Count sets that a kiosk would print for `person`."""
        with self.lock:
            if is_wrong(text, person):
                self.wrong += 1
            else:
                self.right += 1
            for one in issued.sets:
                self.twice += one.set_number in self.numbers
                self.numbers.add(one.set_number)

    def __add__(self, other: "Tally") -> "Tally":
        """Both together; a number given in each of them was given twice."""
        refused = {
            code: self.refused.get(code, 0) + other.refused.get(code, 0) for code in self.refused | other.refused
        }
        twice = self.twice + other.twice + len(self.numbers & other.numbers)
        both = self.rounds + other.rounds, self.right + other.right
        return Tally(*both, refused, self.wrong + other.wrong, twice, self.numbers | other.numbers)

    def line(self, incident: str) -> str:
        """One line: what was played, and what came out."""
        refused = ", ".join(f"{code} {number}" for code, number in sorted(self.refused.items())) or "none"
        good = f"{incident}: {self.rounds} rounds, {self.right} right, refused: {refused}"
        return f"{good}, {self.wrong} wrong, {self.twice} duplicate numbers"


def is_wrong(text: str, person: str) -> bool:
    """Whether a set does not name the person, or names anybody of another household."""
    others = [name for one, name in _NAMES.items() if _HOUSES[one] != _HOUSES[person] and name not in _NAMES[person]]
    return _NAMES[person] not in text or any(f"　{name}" in text or f" {name}" in text for name in others)


class Kiosk(Desk):
    """A terminal that asks either centre, and looks at what it gets as a kiosk does."""

    def __init__(self, urls: list[str], pki: Path, terminal: str, checks: bool) -> None:
        self._transports = [TlsTransport(url, pki, terminal, PATIENCE) for url in urls]
        self._hasty = [TlsTransport(url, pki, terminal, HASTE) for url in urls]
        self._clients = [CentreClient(one.send, terminal) for one in self._transports]
        super().__init__(_MEMBERS, Clock(), terminal, self._clients[0])
        self._trust, self._checks = load_trust(), checks

    def request_id(self) -> str:
        """A request id nobody else has."""
        return str(uuid4())

    def at(self, number: int) -> "Kiosk":
        """Ask this centre from now on, as a balancer would have it."""
        self.client = self._clients[number % len(self._clients)]
        return self

    def hasty(self, number: int) -> CentreClient:
        """This centre, asked by somebody who gives up before a slow renderer is ready."""
        return CentreClient(self._hasty[number % len(self._hasty)].send, self.terminal)

    def close(self) -> None:
        """Hang up."""
        for one in (*self._transports, *self._hasty):
            one.close()

    def visit(self, tally: Tally, person: str, kind: Kind = Kind.RESIDENCE_COPY, everybody: bool = False) -> str:
        """Authenticate and order; count what comes. Returns the request id of the order."""
        offer = self.open(person)
        if isinstance(offer, m.Refusal):
            tally.no(offer.code)
            return ""
        request_id, raw = self.order(offer, person, kind, everybody=everybody)
        self.take(tally, person, raw, self.client.place_order(request_id, offer.session, raw))
        return request_id

    def take(self, tally: Tally, person: str, raw: bytes, answer: m.Issued | m.Refusal) -> None:
        """Look at what has come as the kiosk does before it takes money; count it, and tell what became of it."""
        if isinstance(answer, m.Refusal):
            tally.no(answer.code)
            return
        digest, text = hashlib.sha256(raw).digest(), ""
        for one in answer.sets:
            checked = check_set(
                one.pages, trust=self._trust, order_sha256=digest, municipality=HOME[person], now=self.clock()
            )
            if self._checks and not isinstance(checked, CheckedSet):
                tally.no("E-43")
                self.client.void(answer.request_id)
                return
            text += "\n".join(line for page in one.pages for line in text_lines(decode_page(page.page)))
        tally.sets(answer, text, person)
        results = [m.SetResult(one.set_number, m.Outcome.DELIVERED, len(one.pages)) for one in answer.sets]
        if not isinstance(self.client.report(answer.request_id, results), m.Settled):
            tally.amiss()


# Only for the keys of people's cards; no kiosk asks it.
_MEMBERS = build_centre()


@dataclass
class World:
    """What a series of pairs is played in: two kiosks of its own, and the books as any system beside reaches them."""

    kiosks: tuple[Kiosk, Kiosk]
    store: Store
    pairs: int
    until: float
    tally: Tally = field(default_factory=Tally)

    def rounds(self, of: int = 1, least: int = 1) -> Iterator[int]:
        """Count rounds of so many pairs each, to the last pair or until time is up."""
        for number in range(max(least, self.pairs // of)):
            if number >= least and time.monotonic() > self.until:
                return
            yield number
            self.tally.rounds += 1

    def together(self, *steps: Callable[[], object]) -> None:
        """Do steps at the same instant, each on a thread of its own; what one raises is raised."""
        barrier, failures = threading.Barrier(len(steps)), []

        def run(step: Callable[[], object]) -> None:
            barrier.wait()
            try:
                step()
            except BaseException as error:
                failures.append(error)
                raise

        threads = [threading.Thread(target=run, args=(step,)) for step in steps]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]


@contextmanager
def worlds(
    database: str,
    shares: Sequence[int],
    *options: str,
    seconds: float = inf,
    servers: int = 2,
    checks: bool = True,
) -> Iterator[list[World]]:
    """Start servers on a filled database, and give a world for each share of the pairs; all is stopped at the end.

    `seconds`: how long it is played at most.
    """
    terminals = [f"T{number:05}" for number in range(1, 2 * len(shares) + 1)]
    with ExitStack() as stack:
        pki = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "pki"
        shutil.copytree(PKI, pki)
        keymaking.make_tls_keys(pki / "tls", terminals)
        urls = stack.enter_context(_servers(servers, database, pki, options))
        store = stack.enter_context(closing(Store(database, upgrade=False)))
        kiosks = [stack.enter_context(closing(Kiosk(urls, pki, one, checks))) for one in terminals]
        until = time.monotonic() + seconds
        yield [World((kiosks[2 * n], kiosks[2 * n + 1]), store, share, until) for n, share in enumerate(shares)]


# Forked from a process that has loaded everything already: each server is its own process, and starts at once.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.incidents.warm"])


@contextmanager
def _servers(number: int, database: str, pki: Path, options: tuple[str, ...]) -> Iterator[list[str]]:
    """Start servers and wait until all listen; gives their addresses."""
    with ExitStack() as stack:
        ports = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)]
        words = [[database, str(one.getsockname()[1]), str(pki), AT, *options] for one in ports]
    ready = [_PROCESSES.Event() for _ in words]
    run = [
        _PROCESSES.Process(target=server.main, args=(told, event.set), daemon=True)
        for told, event in zip(words, ready, strict=True)
    ]
    try:
        for process in run:
            process.start()
        assert all(event.wait(60) for event in ready)
        yield [f"https://127.0.0.1:{told[1]}" for told in words]
    finally:
        for process in run:
            process.terminate()
        for process in run:
            process.join(30)
            process.close()
