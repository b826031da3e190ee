"""The centre as a program: uvicorn with TLS 1.3, client certificates required, graceful stop.

Separate because it is the one door to uvicorn and to listening sockets. uvicorn does not tell an
application who the TLS peer is, and waits for ever for a request to begin; `_Connection` mends both.
Several worker processes share one listening socket under uvicorn's supervisor, which starts anew
who dies and says so. `background` runs the very same server on a thread, for replays over real TLS
and for tests.
"""

import asyncio
import gc
import logging
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import uvicorn
from prometheus_client import Counter
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess

from municipality_client import tls
from municipality_client.centre.asgi import Application
from municipality_client.centre.handle import Centre
from municipality_client.centre.rates import Rates
from municipality_client.errors import NotListening

if TYPE_CHECKING:
    import ssl

_LOG = logging.getLogger(__name__)
_GRACE = 10
_HEADERS, _HEADER_TIME = 16 * 1024, 10.0  # bytes, s
_KEEP_ALIVE = 75
_BACKLOG = 128
_START = 20.0
_HEALTH = 30  # s that a busy worker may take to answer its supervisor

REFUSED = Counter(
    "centre_tls_refused", "TLS handshakes that failed: no public-key certificate of a terminal, or a wrong one"
)


class _Connection(HttpToolsProtocol):
    """Puts the peer's public-key certificate into each request's scope, as the ASGI TLS extension does.

    A request whose headers are not there in time, or are too long, gets no answer.
    """

    _peer: bytes | None = None
    _arriving: asyncio.TimerHandle | None = None
    _heading = 0

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows it
        super().connection_made(transport)
        layer = transport.get_extra_info("ssl_object")
        self._peer = None if layer is None else layer.getpeercert(binary_form=True)
        self._expect()

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # Bodies are bounded by the application; what comes before them here.
        self._heading += len(data) if self._arriving else 0
        if self._heading > _HEADERS:
            self.transport.abort()

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._arriving is None:
            self._expect()

    @override
    def on_headers_complete(self) -> None:
        self._stop_expecting()
        extensions: dict[str, Any] = {"tls": {"client_cert": self._peer}}
        self.scope["extensions"] = extensions
        super().on_headers_complete()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_expecting()
        super().connection_lost(exc)

    @override
    def shutdown(self) -> None:
        """Leave an idle peer at once: waiting for its TLS farewell would hold up the stop."""
        cycle: object = self.cycle  # None before the first request, whatever its type says
        if cycle is None or self.cycle.response_complete:
            self.transport.abort()
        else:
            super().shutdown()

    def _expect(self) -> None:
        self._heading = 0
        self._arriving = self.loop.call_later(_HEADER_TIME, self.transport.abort)

    def _stop_expecting(self) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
        self._arriving = None


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket; port 0 takes a free one. Raises NotListening."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
        )[0]
        # The protocol is named, or asyncio would leave Nagle's algorithm on: 40 ms an answer.
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise NotListening(f"cannot listen on {host}:{port}: {error.strerror}") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise NotListening(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listening


def serve(
    application: Application,
    pki: Path,
    listening: socket.socket,
    started: Callable[[uvicorn.Server], None] = lambda _server: None,
) -> None:
    """Serve in this process until told to stop (SIGINT, SIGTERM), finishing what has begun. Raises KeysMissing.

    `pki` holds `tls/`; `started(server)` is called before the loop runs.
    """
    tls.server_context(pki)  # missing keys are named here, not by the loop
    server = uvicorn.Server(_config(application.asgi, pki))
    started(server)
    gc.freeze()  # what is loaded stays: no collection looks at it again
    try:
        server.run(sockets=[listening])
    finally:
        application.close()
        listening.close()


def serve_by_workers(
    build: Callable[[], Application], pki: Path, listening: socket.socket, workers: int, logging: dict[str, Any]
) -> None:
    """Serve in `workers` processes until told to stop; raises KeysMissing.

    `build` makes the application in each of them (it is pickled), `logging` sets up what each of them says.
    """
    tls.server_context(pki)
    config = _config(partial(_in_worker, build), pki, workers, logging)
    Multiprocess(config, sockets=[listening]).run()


def _in_worker(build: Callable[[], Application]) -> Callable[..., Any]:
    """Build the application of this worker, which ends with its parent, however that ends."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()
    application = build()
    gc.freeze()
    return application.asgi


def _follow(sentinel: int) -> None:
    wait([sentinel])
    _LOG.warning("the parent process is gone: worker %d stops", os.getpid())
    os.kill(os.getpid(), signal.SIGTERM)


def _config(
    app: Callable[..., Any], pki: Path, workers: int = 1, logging: dict[str, Any] | None = None
) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        interface="asgi3",
        factory=workers > 1,
        workers=workers,
        http=_Connection,
        loop="asyncio",
        ws="none",
        lifespan="off",  # the pool is closed here, not by events
        log_config=logging,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
        timeout_worker_healthcheck=_HEALTH,
        # Not uvicorn's own: TLS 1.3 at least, and a client certificate or nothing.
        ssl_context_factory=partial(_context, pki),
    )


def _context(pki: Path, *_unused: object) -> "ssl.SSLContext":
    return tls.server_context(pki, _refused)


def _refused(why: str) -> None:
    """Count and note a TLS handshake that failed; the peer is told nothing more than TLS says."""
    REFUSED.inc()
    _LOG.debug("a connection was refused: %s", why)


@contextmanager
def background(
    centre: Centre,
    pki: Path,
    now: Callable[[], datetime],
    host: str = "127.0.0.1",
    port: int = 0,
    rates: Rates | None = None,
) -> Iterator[str]:
    """Serve on a thread for the length of a `with` block; gives the address `https://HOST:PORT`.

    Raises KeysMissing, NotListening.
    """
    tls.server_context(pki)  # missing keys are named here, not by the thread
    listening = listen(host, port)
    servers: SimpleQueue[uvicorn.Server] = SimpleQueue()
    thread = threading.Thread(
        target=serve, args=(Application(centre, now, rates=rates), pki, listening, servers.put), daemon=True
    )
    thread.start()
    try:
        # The socket listens already: a client that is early waits in the backlog.
        yield f"https://{host}:{listening.getsockname()[1]}"
    finally:
        # A block that is over at once waits for its server to be made, or it would never end.
        servers.get(timeout=_START).should_exit = True
        thread.join(_START)
