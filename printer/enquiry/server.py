"""The page as a program: the only door to uvicorn in this package, and to the listening socket.

Nothing is logged: neither who asked nor what. Put it behind a server that speaks TLS before others may reach it.
"""

import re
import socket

import uvicorn

from printer.enquiry.application import Enquiry
from printer.errors import ListenError

_GRACE = 10
_LAST_PORT = 65_535
_BACKLOG = 64
_CONNECTIONS = 100


def listen(place: str) -> socket.socket:
    """Open the socket for HOST:PORT; port 0 takes a free one. Raises ListenError."""
    host, _, port = place.rpartition(":")
    if not host or not re.fullmatch("[0-9]{1,5}", port) or int(port) > _LAST_PORT:
        raise ListenError(f"{place}: is not HOST:PORT")
    try:
        return socket.create_server((host.strip("[]"), int(port)), backlog=_BACKLOG, family=_family(host))
    except OSError as error:
        raise ListenError(f"cannot listen on {place}: {error}") from error


def server(enquiry: Enquiry) -> uvicorn.Server:
    """Return the server; `run(sockets=[…])` serves until it is told to stop (SIGINT, SIGTERM)."""
    config = uvicorn.Config(
        enquiry.asgi,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_CONNECTIONS,
        timeout_graceful_shutdown=_GRACE,
    )
    return uvicorn.Server(config)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
