"""The centre as an ASGI application: bytes to `Centre.respond` and back, the terminal from TLS.

Separate from the server so that any ASGI server may carry it that hands over the peer's
public-key certificate (extension `tls`, `client_cert`: DER). A bounded pool of threads does the
work; who finds it full is told to come again, at once.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from municipality_client import wire
from municipality_client.centre import refusals
from municipality_client.centre.handle import Centre

_LOG = logging.getLogger(__name__)
_TERMINAL = re.compile("[A-Z0-9]{1,12}")
_RETRY_AFTER = "1"


class Application:
    """The routes of the centre, its pool, and how much may wait for it."""

    def __init__(self, centre: Centre, now: Callable[[], datetime], threads: int = 4, waiting: int = 64) -> None:
        """`now` is the civil clock; at most `threads` requests are worked on and `waiting` accepted."""
        self._centre, self._now, self._most = centre, now, waiting
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="centre")
        self._accepted = 0
        self.asgi = Starlette(routes=[Route("/{path:path}", self._endpoint, methods=["GET", "POST"])])

    def close(self) -> None:
        """Let what has begun end, then stop the threads."""
        self._pool.shutdown(wait=True)

    async def _endpoint(self, request: Request) -> Response:
        terminal = terminal_of(_client_cert(request.scope))
        if terminal is None:
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            return _http(wire.to_response(refusals.by_reason("bad-request")))
        if self._accepted >= self._most:
            return _http(wire.to_response(refusals.by_reason("overloaded")), {"Retry-After": _RETRY_AFTER})
        # Counted on the loop's own thread: no lock needed.
        self._accepted += 1
        try:
            return _http(await self._respond(wire.Request(request.method, request.url.path, body), terminal))
        finally:
            self._accepted -= 1

    async def _respond(self, asked: wire.Request, terminal: str) -> wire.Response:
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._pool, self._centre.respond, asked, terminal, self._now())
        # Path and status only: a body may name somebody.
        _LOG.info("%s %s %s %d", terminal, asked.method, asked.path, answer.status)
        return answer


def terminal_of(cert: bytes | None) -> str | None:
    """Return the terminal id: the common name of the client's public-key certificate (DER)."""
    return None if cert is None else _common_name(cert)


# A kiosk sends the same public-key certificate with every request.
@lru_cache(maxsize=1024)
def _common_name(cert: bytes) -> str | None:
    try:
        names = x509.load_der_x509_certificate(cert).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except ValueError:
        return None
    found = [str(name.value) for name in names]
    return found[0] if len(found) == 1 and _TERMINAL.fullmatch(found[0]) else None


def _client_cert(scope: Any) -> bytes | None:
    cert = scope.get("extensions", {}).get("tls", {}).get("client_cert")
    return cert if isinstance(cert, bytes) else None


async def _body(request: Request) -> bytes | None:
    """Read the body up to the bound; None for more."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > wire.MAX_REQUEST:
            return None
    return bytes(body)


def _http(response: wire.Response, headers: dict[str, str] | None = None) -> Response:
    kind = "application/json" if response.status == 200 else "application/problem+json"
    return Response(response.body, response.status, headers, kind)
