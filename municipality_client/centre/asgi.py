"""The centre as an ASGI application: bytes to `Centre.respond` and back, the terminal from TLS.

Separate from the server so that any ASGI server may carry it that hands over the peer's
public-key certificate (extension `tls`, `client_cert`: DER). What HTTP alone can tell is refused
here, before the centre hears of it: too often, too much at once, too slow, too large, not JSON.
A bounded pool of threads does the work; who finds it full is told when to come again, at once.
"""

import asyncio
import json
import logging
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from municipality_client import wire
from municipality_client.centre import openapi, refusals
from municipality_client.centre.handle import Centre
from municipality_client.centre.rates import Rates

_LOG = logging.getLogger(__name__)
_TERMINAL = re.compile("[A-Z0-9]{1,12}")
_WAIT = re.compile(r'(?:^|,)\s*wait\s*=\s*"?([0-9]{1,4})"?\s*(?:[,;]|$)')  # RFC 7240 4.3
_RETRY_AFTER = 1
_HEARD_OUT = 16 * wire.MAX_REQUEST


class Application:
    """What is asked of the centre over HTTP, its pool, and how much may wait for it.

    `body_time` is how many seconds a body may take to arrive.
    """

    body_time = 10.0

    def __init__(
        self,
        centre: Centre,
        now: Callable[[], datetime],
        threads: int = 4,
        waiting: int = 256,
        rates: Rates | None = None,
    ) -> None:
        """`now` is the civil clock; at most `threads` requests are worked on and `waiting` accepted."""
        self._centre, self._now, self._most = centre, now, waiting
        self._rates = rates
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="centre")
        self._accepted = 0

    async def asgi(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            response = await self._endpoint(request)
        except ClientDisconnect:
            return  # half a request: the centre has heard nothing of it
        await response(scope, receive, send)

    def close(self) -> None:
        """Let what has begun end, then stop the threads."""
        self._pool.shutdown(wait=True)

    async def _endpoint(self, request: Request) -> Response:
        received = time.monotonic()
        terminal = terminal_of(_client_cert(request.scope))
        if terminal is None:
            return _refused("not-a-terminal")
        # Counted on the loop's own thread: no lock needed.
        if self._rates is not None and (wait := self._rates.wait(terminal, received)):
            return _refused("too-many", wait)
        if self._accepted >= self._most:
            return _refused("overloaded", _RETRY_AFTER)
        self._accepted += 1
        try:
            return await self._answered(request, terminal, received)
        finally:
            self._accepted -= 1

    async def _answered(self, request: Request, terminal: str, received: float) -> Response:
        if request.method == "GET" and request.url.path == openapi.PATH:
            return Response(self._description, media_type="application/json")
        body = await _body(request, self.body_time)
        if isinstance(body, Response):
            return body
        asked = wire.Request(request.method, request.url.path, body)
        deadline = _deadline(request, received)
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._pool, self._respond, asked, terminal, deadline)
        # Path and status only: a body may name somebody.
        _LOG.info("%s %s %s %d", terminal, asked.method, asked.path, answer.status)
        return _http(answer, asked.path)

    def _respond(self, asked: wire.Request, terminal: str, deadline: float) -> wire.Response:
        def in_time() -> bool:
            return time.monotonic() <= deadline

        return self._centre.respond(asked, terminal, self._now(), in_time)

    @cached_property
    def _description(self) -> bytes:
        return json.dumps(openapi.description(), ensure_ascii=False).encode()


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


def _deadline(request: Request, received: float) -> float:
    """Return until when (s, monotonic) the terminal waits, by its `Prefer: wait=N`."""
    found = _WAIT.search(request.headers.get("prefer", ""))
    return received + int(found.group(1)) if found else float("inf")


async def _body(request: Request, within: float) -> bytes | Response:
    """Read the body; a refusal for one of another type, beyond the bound, or slower than `within` seconds."""
    if request.method == "POST" and request.headers.get("content-type", "").partition(";")[0] != "application/json":
        return _refused("not-json")
    body, length = bytearray(), 0
    try:
        async with asyncio.timeout(within):
            async for chunk in request.stream():
                length += len(chunk)
                # Read to its end without being kept: who still writes would not hear the answer.
                if length <= wire.MAX_REQUEST:
                    body += chunk
                elif length > _HEARD_OUT:
                    return _refused("too-large")
    except TimeoutError:
        return _refused("too-slow")
    return _refused("too-large") if length > wire.MAX_REQUEST else bytes(body)


def _refused(reason: str, retry_after: int = 0) -> Response:
    response = _http(wire.to_response(refusals.by_reason(reason)))
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    elif reason in ("too-slow", "too-large"):
        # What is left of the body is not read; the connection cannot go on.
        response.headers["Connection"] = "close"
    return response


def _http(response: wire.Response, path: str = "") -> Response:
    kind = "application/json" if response.status == 200 else "application/problem+json"
    headers = {"Allow": ", ".join(wire.methods(path))} if response.status == 405 else None
    return Response(response.body, response.status, headers, kind)
