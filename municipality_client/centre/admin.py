"""The operator's own door: health, readiness and metrics over plain HTTP, on loopback.

Separate from the kiosks' port, where nobody without a terminal's certificate hears anything. It runs
on a thread of the parent process, so it answers while workers come and go.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override

from municipality_client.centre import metrics
from municipality_client.centre.store import Store
from municipality_client.centre.store_operations import OperationBooks
from municipality_client.errors import NotListening, StoreFailed


class _Door(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], store: Store, now: Callable[[], datetime]) -> None:
        self.store, self.now = store, now
        super().__init__(address, _Exchange)


class _Exchange(BaseHTTPRequestHandler):
    server: _Door
    timeout = 10

    def do_GET(self) -> None:
        found = {"/health": self._health, "/ready": self._ready, "/metrics": self._metrics}.get(self.path)
        if found is None:
            self.send_error(404)
            return
        status, body = found()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _health(self) -> tuple[int, bytes]:
        return 200, b"ok\n"

    def _ready(self) -> tuple[int, bytes]:
        """Ready is who can write in the books: SQLite takes the write lock for it, PostgreSQL a connection."""
        try:
            self.server.store.run(lambda books: books.newest_day())
        except StoreFailed:
            return 503, b"the books cannot be used\n"
        return 200, b"ready\n"

    def _metrics(self) -> tuple[int, bytes]:
        return 200, metrics.text(self._gauges)

    def _gauges(self) -> list[tuple[str, str, dict[str, str], float]]:
        try:
            return self.server.store.run(lambda books: gauges(books, self.server.now()))
        except StoreFailed:
            return [("centre_books_usable", "Whether the books can be used", {}, 0)]

    @override
    def log_message(self, *_words: Any) -> None:
        """Say nothing: whoever watches asks every few seconds."""


def gauges(books: OperationBooks, now: datetime) -> list[tuple[str, str, dict[str, str], float]]:
    """Return what stands in the books at this moment."""
    found: list[tuple[str, str, dict[str, str], float]] = [
        ("centre_books_usable", "Whether the books can be used", {}, 1),
        ("centre_incidents", "Incidents that somebody must look at", {}, len(books.incidents())),
        ("centre_unsettled_sets", "Sets of today that are not delivered or void", {}, books.unsettled(now.date())),
    ]
    for code, feed in books.feeds().items():
        if feed.as_of is not None:
            age = (now - feed.as_of).total_seconds()
            found.append(
                ("centre_feed_age_seconds", "Since the last news of the registers", {"municipality": code}, age)
            )
    return found


@contextmanager
def listening(address: tuple[str, int], database: str, now: Callable[[], datetime]) -> Iterator[str]:
    """Answer on a thread for the length of the block; gives `http://HOST:PORT`. Raises NotListening, StoreFailed."""
    store = Store(database, upgrade=False)
    try:
        door = _Door(address, store, now)
    except (OSError, OverflowError) as error:
        store.close()
        raise NotListening(f"cannot listen on {address[0]}:{address[1]}") from error
    thread = threading.Thread(target=door.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{address[0]}:{door.server_address[1]}"
    finally:
        door.shutdown()
        door.server_close()
        thread.join()
        store.close()
