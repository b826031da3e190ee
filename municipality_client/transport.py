"""How requests reach the centre: by a call in the same process, or over mutual TLS.

Separate from the client so that one contract test covers both. A transport is one method,
`send(request) -> response`; it never repeats a request by itself (F-01, fault-28).
"""

import http.client
import ssl
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from municipality_client.errors import CentreUnreachable, OutcomeUnknown, ProtocolError
from municipality_client.tls import client_context
from municipality_client.wire import MAX_RESPONSE, Request, Response

Send = Callable[[Request], Response]


def patient(send: Send, sleep: Callable[[float], None], most: float = 10.0) -> Send:
    """Wrap `send`: what the centre has refused unread (429, 503) is sent again after the time that it names.

    All waiting together takes at most `most` seconds; then the refusal is the answer. Nothing else is
    ever sent twice (F-01).
    """

    def sending(request: Request) -> Response:
        left = most
        while True:
            answer = send(request)
            if not 0 < answer.retry_after <= left:
                return answer
            left -= answer.retry_after
            sleep(answer.retry_after)

    return sending


class Centre(Protocol):
    """What `InProcess` needs of a centre: `municipality_client.centre.handle.Centre` fits."""

    def respond(self, request: Request, terminal: str, now: datetime) -> Response:
        """Answer one request of `terminal` at the civil time `now`."""


class InProcess:
    """Calls a centre in the same process, with the same bytes that TLS would carry."""

    def __init__(self, centre: Centre, terminal: str, now: Callable[[], datetime]) -> None:
        """`now` is the clock of the kiosk; the centre in its process shares it."""
        self._centre, self._terminal, self._now = centre, terminal, now

    def send(self, request: Request) -> Response:
        """Answer at once; raises what the centre raises."""
        return self._centre.respond(request, self._terminal, self._now())


class TlsTransport:
    """HTTP/1.1 over TLS 1.3 to `https://HOST:PORT`, one connection kept alive, thread-safe."""

    def __init__(self, url: str, pki: Path, terminal: str, timeout: float = 30.0) -> None:
        """`timeout` is in real seconds for each wait on the network; raises KeysMissing, ProtocolError."""
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname or parts.path not in ("", "/"):
            raise ProtocolError(f"the centre's address must be https://HOST:PORT, not {url}")
        self._context = client_context(pki, terminal)
        self._host, self._port, self._timeout = parts.hostname, parts.port or 443, timeout
        self._lock = threading.Lock()  # one request at a time on the one connection
        self._connection: http.client.HTTPSConnection | None = None

    def send(self, request: Request) -> Response:
        """Send once and wait; raises CentreUnreachable before, OutcomeUnknown after anything was sent.

        A GET changes nothing, so that its failure is CentreUnreachable at any time.
        """
        with self._lock:
            connection = self._connected()
            try:
                return _exchange(connection, request, self._timeout)
            except (OSError, http.client.HTTPException) as error:
                # A connection that failed once carries nothing more.
                self.close()
                if request.method == "GET" or _refused_handshake(error):
                    raise CentreUnreachable("the issue centre did not answer this terminal") from error
                raise OutcomeUnknown("the request was sent, no whole answer came") from error
            except (OutcomeUnknown, ProtocolError):
                self.close()
                raise

    def close(self) -> None:
        """Drop the connection; the next request makes a new one."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _connected(self) -> http.client.HTTPSConnection:
        if self._connection is not None and _is_alive(self._connection):
            return self._connection
        self.close()
        connection = http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout, context=self._context)
        try:
            connection.connect()
        except OSError as error:  # ssl.SSLError is one: wrong CA, wrong name, expired (fault-31)
            connection.close()
            raise CentreUnreachable("no connection to the issue centre") from error
        self._connection = connection
        return connection


def _is_alive(connection: http.client.HTTPSConnection) -> bool:
    """Say whether an idle kept connection is still open: nothing may be there to read.

    With TLS 1.3 a refused client certificate shows only at the first read, so a server that has
    said goodbye is noticed here, before anything is sent.
    """
    sock = connection.sock
    if sock is None:
        return False
    sock.settimeout(0.0)
    try:
        sock.recv(1)
    except (ssl.SSLWantReadError, BlockingIOError):
        return True
    except OSError:
        return False
    finally:
        sock.settimeout(connection.timeout)
    return False


def _refused_handshake(error: Exception) -> bool:
    """Say whether the server ended TLS with an alert about our certificate: it has read no request."""
    reason = (error.reason or "") if isinstance(error, ssl.SSLError) else ""
    return "ALERT" in reason and ("CERTIFICATE" in reason or "UNKNOWN_CA" in reason)


def _exchange(connection: http.client.HTTPSConnection, request: Request, timeout: float) -> Response:
    # RFC 7240 4.3: how long we wait; what would be ready later is not to be done.
    headers = {"Prefer": f"wait={max(1, int(timeout))}"}
    if request.body:
        headers["Content-Type"] = "application/json"
    connection.request(request.method, request.path, body=request.body or None, headers=headers)
    with connection.getresponse() as answer:
        body = answer.read(MAX_RESPONSE + 1)
        if len(body) > MAX_RESPONSE:
            raise ProtocolError("answer too long")
        if answer.length or answer.getheader("Content-Length") is None:  # headers may be cut off as well
            raise OutcomeUnknown("the answer broke off")
        return Response(answer.status, body, _retry_after(answer.getheader("Retry-After", "")))


def _retry_after(said: str) -> int:
    return int(said) if said.isdecimal() and len(said) < 4 else 0
