"""Connections to the issue centre over mutual TLS: P8 new ones beside `openssl s_time` at `openssl s_server`;
P9 kept ones beside the same program without TLS (benchmarks.md).

Run as a program it is that one: `python -m tests.benchmarks.connections PORT PKI DATABASE`.
"""

import asyncio
import re
import socket
import ssl
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import uvicorn

from municipality_client import tls
from municipality_client.centre import server
from municipality_client.centre.program import Program
from tests.benchmarks.measure import say
from tests.municipality_client.real_server import ROOT, real_server
from tests.system import program

SERVER, LOAD = "taskset -c 0", 1
TERMINAL = "K00000"


def run(folder: Path, pki: Path) -> None:
    """Print both figures."""
    database = f"sqlite:///{folder / 'connections.db'}"
    with real_server(database, folder / "log", "--rate", "0", pki=pki, before=SERVER) as real:
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
    words = f"{SERVER} {program('openssl')} s_server -accept {port} -tls1_3 -num_tickets 0 -Verify 1 -www -quiet"
    with _running([*words.split(), *_files(pki, "centre")], port):
        yield port


def _new(port: int, pki: Path) -> float:
    words = f"taskset -c {LOAD} {program('openssl')} s_time -connect 127.0.0.1:{port} -new -time 2 -www /municipalities"
    said = subprocess.run(
        [*words.split(), *_files(pki, f"terminal-{TERMINAL}")], capture_output=True, text=True, check=True
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
    words = f"{SERVER} {sys.executable} -m tests.benchmarks.connections {port} {pki} sqlite:///{folder / 'plain.db'}"
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
    context = None if pki is None else tls.client_context(pki, TERMINAL)
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
    pem = (pki / f"tls/terminal-{TERMINAL}.crt.pem").read_text()

    class Plain(server._Connection):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._peer = ssl.PEM_cert_to_DER_cert(pem)

    application = Program(database, pki).application()
    config = server._config(application.asgi, pki)
    config.ssl_context_factory, config.http = None, Plain
    uvicorn.Server(config).run(sockets=[server.listen("127.0.0.1", port)])


if __name__ == "__main__":
    _serve_plain(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
