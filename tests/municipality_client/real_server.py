"""Real server processes for tests: `python -m municipality_client.centre serve`, killed and started again.

The port stays the same over restarts, so that terminals find the server again by themselves.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from municipality_client.client import CentreClient
from municipality_client.transport import TlsTransport
from tests.municipality_client.desk import PKI

ROOT = Path(__file__).parents[2]
_PATIENCE = 60.0


class RealServer:
    """A server that can be told to stop, or killed, and started anew."""

    def __init__(
        self,
        database: str,
        log: Path,
        *options: str,
        at: str = "2026-04-06T10:00:00",
        pki: Path = PKI,
        before: str = "",
    ) -> None:
        """`options` are further words of `serve`; `before` is what the command is run under, like `taskset -c 0`."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.log = log
        where = ["--database", database, "--listen", f"127.0.0.1:{self.port}", "--pki", str(pki), "--at", at]
        self._pki = pki
        self._words = [*before.split(), sys.executable, "-m", "municipality_client.centre", "serve", *where, *options]
        self.process: subprocess.Popen[str] | None = None
        self._transports: list[TlsTransport] = []

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it says where it listens."""
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._words, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True, env=environment
            )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        self.process.stdout.close()
        assert said.strip() == self.url, self.log.read_text()

    def end(self, how: signal.Signals) -> int:
        """Send a signal and wait for the end; return the exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(_PATIENCE)

    def workers(self) -> list[int]:
        """Return the process ids of the workers."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(one) for one in children if "spawn_main" in Path(f"/proc/{one}/cmdline").read_text()]

    def client(self, terminal: str = "T00001", timeout: float = 20) -> CentreClient:
        transport = TlsTransport(self.url, self._pki, terminal, timeout)
        self._transports.append(transport)
        return CentreClient(transport.send, terminal)

    def hang_up(self) -> None:
        """Close what all clients have opened."""
        for transport in self._transports:
            transport.close()


@contextmanager
def real_server(database: str, log: Path, *options: str, pki: Path = PKI, before: str = "") -> Iterator[RealServer]:
    """A started server, stopped at the end of the block whatever has become of it."""
    server = RealServer(database, log, *options, pki=pki, before=before)
    server.start()
    try:
        yield server
    finally:
        server.hang_up()
        if server.process is not None and server.process.poll() is None:
            server.end(signal.SIGTERM)
