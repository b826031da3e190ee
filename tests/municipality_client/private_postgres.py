"""Runs a PostgreSQL of the test's own: a new cluster in a temporary folder, reached by a Unix socket.

PostgreSQL refuses root, so root starts it as user `postgres` or `nobody`. Durability is as in
earnest (fsync on): what a test sees committed would survive a power cut. The cluster dies with the block.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.system import program, requires

_PATIENCE = 30.0


@dataclass(frozen=True)
class PrivatePostgres:
    """A running server; its one superuser is `centre`, without a password."""

    folder: Path
    process: subprocess.Popen[bytes]
    _numbers: Iterator[int]

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://centre@/{database}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        """Make a new database, empty or a copy of `template` (to which nobody is connected); return its URL."""
        name = f"test{next(self._numbers)}"
        words = sql.Identifier(name), sql.Identifier(template)
        with self.connect("postgres") as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*words))
        return self.url(name)

    def connect(self, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        """Return a connection that commits each statement."""
        return psycopg.connect(host=str(self.folder), dbname=database, user="centre", autocommit=True)


@contextmanager
def private_postgres(*options: str) -> Iterator[PrivatePostgres]:
    """Run a server until the block ends; `options` are settings like `max_connections=20`. Skips without one."""
    requires("initdb", "postgres")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    owner = _owner(folder)
    data = folder / "data"
    how = ["--username=centre", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    subprocess.run([program("initdb"), "-D", str(data), *how], check=True, capture_output=True, **owner)
    server = PrivatePostgres(folder, _start(folder, data, options, owner), count(1))
    try:
        _wait_for(server)
        yield server
    finally:
        server.process.send_signal(signal.SIGQUIT)  # "immediate": nothing of it is kept
        server.process.wait(_PATIENCE)
        shutil.rmtree(folder)


def _owner(folder: Path) -> dict[str, Any]:
    """Return whom to run as, for subprocess, after giving them the folder."""
    if os.geteuid() != 0:
        return {}
    names = {one.pw_name: one for one in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": folder}


def _start(folder: Path, data: Path, options: Sequence[str], owner: dict[str, Any]) -> subprocess.Popen[bytes]:
    settings = ["listen_addresses=", f"unix_socket_directories={folder}", *options]
    words = [program("postgres"), "-D", str(data), *(word for one in settings for word in ("-c", one))]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(words, stdout=log, stderr=log, **owner)


def _wait_for(server: PrivatePostgres) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and server.process.poll() is None:
        try:
            server.connect("postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"PostgreSQL did not start: {(server.folder / 'log').read_text(errors='replace')}")
