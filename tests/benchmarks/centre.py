"""The issue centre under load over mutual TLS: the server on one core, the kiosks on the other.

P5 whole issues a second (challenge, card and its signature checked, rules, signed pages committed), beside
the cryptography and the commit that cannot be left out; P6 how long they take with 64 kiosks; P8 new
connections beside `openssl s_time` at `openssl s_server`; P9 kept connections beside the same program
without TLS; and a register of a million people (benchmarks.md, issue centre).
"""

import asyncio
import os
import random
import re
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, partial
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import msgspec
import uvicorn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, text
from typer.testing import CliRunner

from card.authority import keys
from card.status_commands import app as status
from municipality_client import tls
from municipality_client.centre import people, server, store_tables
from municipality_client.centre.__main__ import app as command_line
from municipality_client.centre.engines import engine
from municipality_client.centre.handle import Centre
from municipality_client.centre.program import Program
from municipality_client.centre.residents import Resident
from municipality_client.centre.store import Store
from municipality_client.centre.validity import Identity
from municipality_client.errors import MunicipalityError
from municipality_client.messages import Issued
from tests.benchmarks.measure import say, seconds
from tests.municipality_client.desk import MONDAY, Desk, build_centre, card_signature
from tests.municipality_client.private_postgres import private_postgres
from tests.municipality_client.real_server import ROOT, RealServer, real_server
from tests.system import program

_SERVER, _LOAD = "taskset -c 0", 1
_KIOSKS, _SECONDS, _PAGES = 64, 15.0, 3
_TERMINALS = [f"K{number:05d}" for number in range(_KIOSKS)]
_PEOPLE = 1_000_000


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
        _connections(folder, pki)
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
    with real_server(database, folder / "log", *words, pki=pki, before=_SERVER) as real:
        os.sched_setaffinity(0, {_LOAD})
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


# P8, P9


def _connections(folder: Path, pki: Path) -> None:
    database = f"sqlite:///{folder / 'connections.db'}"
    with real_server(database, folder / "log", "--rate", "0", pki=pki, before=_SERVER) as real:
        with _openssl(pki) as port:
            pairs = [(_new(real.port, pki), _new(port, pki)) for _ in range(5)]
        ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        say(
            "new connections with a request, s_time",
            f"{ours:.0f}/s",
            f"openssl s_server {theirs:.0f}/s (goal ≥ 0.6)",
            f"× {ratio:.2f}",
        )
        with _plain(folder, pki) as port:
            kept = [(_kept(real.port, pki), _kept(port, None)) for _ in range(7)]
        ours, theirs = (statistics.median(side) for side in zip(*kept, strict=True))
        ratio = statistics.median(a / b for a, b in kept)
        say(
            "kept connection, one municipality",
            f"{ours:.0f}/s",
            f"without TLS {theirs:.0f}/s (goal ≥ 0.5)",
            f"× {ratio:.2f}",
        )


@contextmanager
def _openssl(pki: Path) -> Iterator[int]:
    port = _free_port()
    words = f"{_SERVER} {program('openssl')} s_server -accept {port} -tls1_3 -num_tickets 0 -Verify 1 -www -quiet"
    with _running([*words.split(), *_files(pki, "centre")], port):
        yield port


def _new(port: int, pki: Path) -> float:
    words = (
        f"taskset -c {_LOAD} {program('openssl')} s_time -connect 127.0.0.1:{port} -new -time 2 -www /municipalities"
    )
    said = subprocess.run(
        [*words.split(), *_files(pki, f"terminal-{_TERMINALS[0]}")], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"(\d+) connections in (\d+) real seconds", said)
    assert found is not None, said
    return int(found.group(1)) / int(found.group(2))


def _files(pki: Path, name: str) -> list[str]:
    folder = pki / "tls"
    return ["-cert", f"{folder / name}.crt.pem", "-key", f"{folder / name}.key.pem", "-CAfile", str(pki / tls.CA)]


@contextmanager
def _plain(folder: Path, pki: Path) -> Iterator[int]:
    """The same program on the same core, without TLS; every connection counts as the first terminal's."""
    port = _free_port()
    words = f"{_SERVER} {sys.executable} -m tests.benchmarks.centre {port} {pki} sqlite:///{folder / 'plain.db'}"
    with _running(words.split(), port):
        yield port


@contextmanager
def _running(words: list[str], port: int) -> Iterator[None]:
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            while process.poll() is None:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.1)
            assert process.poll() is None, words
            yield
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _kept(port: int, pki: Path | None) -> float:
    """Requests a second, one after the other on one connection."""
    host = "127.0.0.1"
    context = None if pki is None else tls.client_context(pki, _TERMINALS[0])
    connection = HTTPConnection(host, port) if context is None else HTTPSConnection(host, port, context=context)
    begun, count = time.monotonic(), 0
    while time.monotonic() < begun + 1:
        connection.request("GET", "/municipalities/012351")
        with connection.getresponse() as answer:
            assert answer.status == 200
            answer.read()
        count += 1
    connection.close()
    return count / (time.monotonic() - begun)


def _serve_plain(port: int, pki: Path, database: str) -> None:
    pem = (pki / f"tls/terminal-{_TERMINALS[0]}.crt.pem").read_text()

    class Plain(server._Connection):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._peer = ssl.PEM_cert_to_DER_cert(pem)

    application = Program(database, pki).application()
    config = server._config(application.asgi, pki)
    config.ssl_context_factory, config.http = None, Plain
    uvicorn.Server(config).run(sockets=[server.listen("127.0.0.1", port)])


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
        ready = time.monotonic() - begun
        desks = [_desk(many, terminal) for terminal in _TERMINALS[:8]]
        for desk in desks * 10:
            _whole_issue(desk)
        assert many.process is not None
        memory = _megabytes(many.process.pid)
    say("start with a million people", f"{started:.2f} s", f"first answer {ready:.2f} s (goal ≤ 2 s)", "")
    say("memory of the server after 80 issues", f"{memory} MB", "(goal ≤ 200 MB)", "(peak of the process)")


def _fill(database: str) -> None:
    """Add a million people in households of two, each with a card, to the register of 石狩市."""
    one = next(entry.resident for entry in people.load_all() if entry.resident.id == "hanako")
    books = engine(database)
    with books.begin() as connection:
        for start in range(0, _PEOPLE, 20_000):
            numbers = range(start, min(start + 20_000, _PEOPLE))
            connection.execute(insert(store_tables.residents), [_row(one, number) for number in numbers])
            links = [
                {"issuer": "generated", "serial": str(n), "person": f"p{n}", "delivered_on": None} for n in numbers
            ]
            connection.execute(insert(store_tables.links), links)
    books.dispose()


def _row(one: Resident, number: int) -> dict[str, object]:
    household = f"made{number // 2}"
    record = msgspec.json.encode(msgspec.structs.replace(one, id=f"p{number}", household=household))
    return {"municipality": "012351", "person": f"p{number}", "household": household, "record": record, "version": 1}


def _serving(at: RealServer) -> None:
    while True:
        with suppress(MunicipalityError):
            at.client(_TERMINALS[0]).municipalities()
            return


def _megabytes(process: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found.group(1)) // 1024


if __name__ == "__main__":
    _serve_plain(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
