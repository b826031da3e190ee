"""The centre as a program: uvicorn with TLS 1.3, client certificates required, graceful stop.

Separate because it is the one door to uvicorn and to listening sockets. uvicorn does not tell an
application who the TLS peer is; `_PeerCertificate` adds that. `background` runs the very same
server on a thread, for replays over real TLS and for tests.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from municipality_client import tls
from municipality_client.centre.asgi import Application
from municipality_client.centre.handle import Centre
from municipality_client.errors import NotListening

_GRACE = 10
_KEEP_ALIVE = 75
_BACKLOG = 128
_START = 20.0


class _PeerCertificate(HttpToolsProtocol):
    """Puts the peer's public-key certificate into each request's scope, as the ASGI TLS extension does."""

    _peer: bytes | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows it
        super().connection_made(transport)
        layer = transport.get_extra_info("ssl_object")
        self._peer = None if layer is None else layer.getpeercert(binary_form=True)

    @override
    def on_headers_complete(self) -> None:
        extensions: dict[str, Any] = {"tls": {"client_cert": self._peer}}
        self.scope["extensions"] = extensions
        super().on_headers_complete()

    @override
    def shutdown(self) -> None:
        """Leave an idle peer at once: waiting for its TLS farewell would hold up the stop."""
        cycle: object = self.cycle  # None before the first request, whatever its type says
        if cycle is None or self.cycle.response_complete:
            self.transport.abort()
        else:
            super().shutdown()


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
    centre: Centre,
    pki: Path,
    now: Callable[[], datetime],
    listening: socket.socket,
    threads: int = 4,
    started: Callable[[uvicorn.Server], None] = lambda _server: None,
) -> None:
    """Serve until told to stop (SIGINT, SIGTERM), finishing what has begun. Raises KeysMissing.

    `pki` holds `tls/`; `started(server)` is called before the loop runs.
    """
    context = tls.server_context(pki)
    application = Application(centre, now, threads)
    config = uvicorn.Config(
        application.asgi,
        http=_PeerCertificate,
        loop="asyncio",
        ws="none",
        lifespan="off",  # the pool is closed here, not by events
        log_config=None,  # logging is the command line's business
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
        # Not uvicorn's own: TLS 1.3 at least, and a client certificate or nothing.
        ssl_context_factory=lambda _config, _default: context,
    )
    server = uvicorn.Server(config)
    started(server)
    try:
        server.run(sockets=[listening])
    finally:
        application.close()
        listening.close()


@contextmanager
def background(
    centre: Centre, pki: Path, now: Callable[[], datetime], host: str = "127.0.0.1", port: int = 0
) -> Iterator[str]:
    """Serve on a thread for the length of a `with` block; gives the address `https://HOST:PORT`."""
    listening = listen(host, port)
    servers: list[uvicorn.Server] = []
    thread = threading.Thread(
        target=serve, args=(centre, pki, now, listening), kwargs={"started": servers.append}, daemon=True
    )
    thread.start()
    try:
        # The socket listens already: a client that is early waits in the backlog.
        yield f"https://{host}:{listening.getsockname()[1]}"
    finally:
        for server in servers:
            server.should_exit = True
        thread.join(_START)
