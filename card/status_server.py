"""Carries the test JPKI's status service over HTTP: OCSP by POST (RFC 6960 A.1), lists by GET.

Apart from the service, which knows no socket. Loopback or a test network: HTTP carries no secret here,
every answer is signed.
"""

from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override

from card.authority import names
from card.authority.status import StatusService

_LARGEST = 4096


class StatusServer(ThreadingHTTPServer):
    """`POST /` answers OCSP requests, `GET /<year>.crl` gives the list of a generation."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], service: StatusService, now: Callable[[], datetime]) -> None:
        """Listen; port 0 takes a free one. Raises OSError."""
        self.service, self.now = service, now
        super().__init__(address, _Exchange)

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"


class _Exchange(BaseHTTPRequestHandler):
    server: StatusServer
    timeout = 10

    def do_POST(self) -> None:
        size = self.headers.get("Content-Length", "")
        if not size.isdecimal() or int(size) > _LARGEST:
            self.send_error(413)
            return
        answer = self.server.service.answer(self.rfile.read(int(size)), self.server.now())
        if answer:
            self._send("application/ocsp-response", answer)
        else:
            self.send_error(503)

    def do_GET(self) -> None:
        lists = dict(zip(names.CA_YEARS, self.server.service.lists(self.server.now()), strict=True))
        found = {f"/{year}.crl": raw for year, raw in lists.items()}.get(self.path)
        if found is None:
            self.send_error(404)
        else:
            self._send("application/pkix-crl", found)

    def _send(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, *_words: Any) -> None:
        """Say nothing: a serial is somebody's."""
