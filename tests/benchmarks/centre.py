"""The issue centre under load over mutual TLS: the server on one core, the kiosks on the other.

P5 whole issues a second (challenge, card and its signature checked, rules, signed pages committed), beside
the cryptography and the commit that cannot be left out; P6 how long they take with 64 kiosks; P8 and P9
stand in `connections`; and a register of a million people (benchmarks.md, issue centre).
"""

import os
import random
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import cache, partial
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from typer.testing import CliRunner

from card.authority import keys
from card.status_commands import app as status
from municipality_client.centre import people
from municipality_client.centre.__main__ import app as command_line
from municipality_client.centre.engines import engine
from municipality_client.centre.handle import Centre
from municipality_client.centre.store import Store
from municipality_client.centre.validity import Identity
from municipality_client.errors import MunicipalityError
from municipality_client.messages import Issued
from tests.benchmarks import connections
from tests.benchmarks.connections import LOAD, SERVER
from tests.benchmarks.measure import say, seconds
from tests.municipality_client.desk import MONDAY, Desk, build_centre, card_signature
from tests.municipality_client.private_postgres import private_postgres
from tests.municipality_client.real_server import RealServer, real_server

_KIOSKS, _SECONDS, _PAGES = 64, 15.0, 3
_TERMINALS = [f"K{number:05d}" for number in range(_KIOSKS)]
_PEOPLE = 1_000_000
_NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < :last)"
_MILLION = (
    f"""INSERT INTO residents (municipality, person, household, record, version) {_NUMBERS}
    SELECT '012351', 'p' || n, 'made' || (n / 2), CAST(replace(replace(
        :record, '@person', 'p' || n), '@household', 'made' || (n / 2)) AS BLOB), 1 FROM numbers""",
    f"INSERT INTO links (issuer, serial, person) {_NUMBERS} SELECT 'generated', n, 'p' || n FROM numbers",
)


def run() -> None:
    """Print every figure."""
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        folder = Path(place)
        whole = os.sched_getaffinity(0)
        stack.callback(os.sched_setaffinity, 0, whole)
        pki = _keys(folder)
        for name, database in _databases(folder, stack):
            _issues(name, database, folder, pki)
        os.sched_setaffinity(0, whole)
        connections.run(folder, pki)
        _register(folder, pki)


def _keys(folder: Path) -> Path:
    words = [word for one in _TERMINALS for word in ("--terminal", one)]
    made = CliRunner().invoke(command_line, ["init", str(folder / "centre"), *words])
    assert made.exit_code == 0, made.output
    made = CliRunner().invoke(
        status, ["lists", str(folder / "lists"), "--state", str(folder), "--at", f"{MONDAY:%Y-%m-%dT%H:%M}"]
    )
    assert made.exit_code == 0, made.output
    return folder / "centre/pki"


def _databases(folder: Path, stack: ExitStack) -> Iterator[tuple[str, str]]:
    yield "SQLite", f"sqlite:///{folder / 'books.db'}"
    os.sched_setaffinity(0, {0})  # the database counts to the server: its processes inherit the core
    postgres = stack.enter_context(private_postgres())
    yield "PostgreSQL", postgres.create()


# P5, P6


def _issues(name: str, database: str, folder: Path, pki: Path) -> None:
    words = "--rate", "0", "--revocation", str(folder / "lists")
    with real_server(database, folder / "log", *words, pki=pki, before=SERVER) as real:
        os.sched_setaffinity(0, {LOAD})
        for kiosks, each in ((8, 0.0), (_KIOSKS, _KIOSKS / 15)):
            desks = [_desk(real, terminal) for terminal in _TERMINALS[:kiosks]]
            busy = _cpu_seconds(real)
            took = sorted(_load(desks, each))
            busy = _cpu_seconds(real) - busy
            p50, p99 = statistics.median(took), took[int(len(took) * 0.99)]
            if each:
                what = f"{name}: an issue, 64 kiosks, 15 sets/s asked for"
                rate = f"{len(took) / _SECONDS:.1f} sets/s"
                say(
                    what,
                    f"p50 {p50 * 1000:.0f} ms",
                    f"p99 {p99 * 1000:.0f} ms (goal ≤ 5 × p50)",
                    f"× {p99 / p50:.1f}, {rate}",
                )
            else:
                rate, floor = len(took) / _SECONDS, _floor(database)
                what = f"{name}: whole issues of 3 pages, one core"
                goal = f"floor {floor:.0f}/s (goal ≥ 15 sets/s)"
                say(what, f"{rate:.1f} sets/s", goal, f"× {rate / floor:.3f} of the floor")
                say(
                    "  of the server's own time on the core", f"{len(took) / busy:.1f} sets/s", "", f"{busy:.1f} s busy"
                )


def _cpu_seconds(at: RealServer) -> float:
    """CPU time that the server's process has had; other programs on its core do not count."""
    assert at.process is not None
    fields = Path(f"/proc/{at.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@cache
def _nobody() -> Centre:
    """A desk over TLS asks no centre of its own."""
    return build_centre()


def _desk(at: RealServer, terminal: str) -> Desk:
    desk = Desk(_nobody(), terminal=terminal, client=at.client(terminal))
    begun = time.time_ns()
    numbers = iter(range(10**6))
    desk.request_id = lambda: f"{terminal}-{begun}-{next(numbers)}"  # type: ignore[method-assign]
    return desk


def _load(desks: list[Desk], each: float) -> list[float]:
    """Seconds of every issue begun in the time, `each` seconds apart at one kiosk, or one after the other."""
    for desk in desks:
        assert isinstance(desk.place("taro", everybody=True), Issued)  # connected, warm
    end = time.monotonic() + _SECONDS

    def kiosk(number: int, desk: Desk) -> list[float]:
        took, due = [], time.monotonic() + each * number / len(desks)
        while (wait := max(0.0, due - time.monotonic())) + time.monotonic() < end:
            time.sleep(wait)
            took.append(seconds(partial(_whole_issue, desk)))
            due += each
        return took

    with ThreadPoolExecutor(len(desks)) as pool:
        running = [pool.submit(kiosk, number, desk) for number, desk in enumerate(desks)]
        return [one for done in running for one in done.result()]


def _whole_issue(desk: Desk) -> None:
    issued = desk.place("taro", everybody=True)
    assert isinstance(issued, Issued), issued
    assert len(issued.sets[0].pages) == _PAGES


def _floor(database: str) -> float:
    """How often a second one RSA verification, a signature a page and one commit can be made."""
    rsa, seal = keys.authentication_key("taro").public_key(), Ed25519PrivateKey.from_private_bytes(bytes(32))
    digest = bytes(32)
    signature = card_signature("taro", digest)
    books = engine(database)
    with books.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS floor (what VARCHAR)"))

    def once() -> None:
        rsa.verify(signature, digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
        for _ in range(_PAGES):
            seal.sign(bytes(1500))
        with books.begin() as connection:
            connection.execute(text("INSERT INTO floor VALUES ('x')"))

    once()
    took = seconds(lambda: [once() for _ in range(300)])
    books.dispose()
    return 300 / took


# A million people


def _register(folder: Path, pki: Path) -> None:
    database = f"sqlite:///{folder / 'million.db'}"
    build_centre(database=database).close()
    made = seconds(partial(_fill, database))
    store, chance = Store(database), random.Random(1)

    def look_up() -> None:
        number = chance.randrange(_PEOPLE)
        card = Identity("generated", number)
        link, found = store.run(lambda books: books.of_card("012351", card))
        assert link is not None
        assert len(found.household) == 2

    took = sorted(seconds(look_up) for _ in range(3000))
    store.close()
    p50, p99 = statistics.median(took) * 1000, took[int(len(took) * 0.99)] * 1000
    say(
        "a person, card and household, of a million",
        f"p99 {p99:.2f} ms",
        f"p50 {p50:.2f} ms (goal p99 ≤ 10 ms)",
        f"filled in {made:.0f} s",
    )
    begun = time.monotonic()
    with real_server(database, folder / "log", "--rate", "0", pki=pki) as many:
        started = time.monotonic() - begun
        _serving(many)
        ready, busy = time.monotonic() - begun, _cpu_seconds(many)
        desks = [_desk(many, terminal) for terminal in _TERMINALS[:8]]
        for desk in desks * 10:
            _whole_issue(desk)
        assert many.process is not None
        memory = _megabytes(many.process.pid)
    first = f"first answer {ready:.2f} s (goal ≤ 2 s)"
    say("start with a million people", f"{started:.2f} s", first, f"{busy:.2f} s of a core")
    say("memory of the server after 80 issues", f"{memory} MB", "(goal ≤ 200 MB)", "(peak of the process)")


def _fill(database: str) -> None:
    """Add a million people in households of two, each with a card, to the register of 石狩市."""
    one = next(entry.resident for entry in people.load_all() if entry.resident.id == "hanako")
    record = msgspec.json.encode(msgspec.structs.replace(one, id="@person", household="@household")).decode()
    books = engine(database)
    with books.begin() as connection:
        for statement in _MILLION:
            connection.execute(text(statement), {"record": record, "last": _PEOPLE - 1})
    books.dispose()


def _serving(at: RealServer) -> None:
    while True:
        with suppress(MunicipalityError):
            at.client(_TERMINALS[0]).municipalities()
            return


def _megabytes(process: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found.group(1)) // 1024
