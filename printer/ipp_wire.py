"""Speaks IPP to one printer, one operation at a time: requests and answers as plain values.

The only door to pyipp, which writes and reads the messages; separate from the driver, which decides.
Every operation is a connection of its own: nothing is ever sent a second time by a connection that was
kept. Not pyipp's own client: the aiohttp below it leaves a socket open where TLS fails.
Source: RFC 8010, RFC 8011, PWG 5100.14 (IPP Everywhere).
"""

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from pyipp.const import DEFAULT_CHARSET, DEFAULT_CHARSET_LANGUAGE, DEFAULT_PROTO_VERSION
from pyipp.enums import IppOperation, IppTag
from pyipp.parser import parse
from pyipp.serializer import encode_dict
from pyipp.tags import ATTRIBUTE_TAG_MAP

from printer.errors import PrinterRefused, PrinterUnreachable

Attributes = Mapping[str, Any]

ATTRIBUTE_TAG_MAP.update({"print-scaling": IppTag.KEYWORD, "media": IppTag.KEYWORD})
"""pyipp leaves out an attribute that it does not know, without a word, and takes media for a name (RFC 8011 5.2.11)."""

_USER = "certificate-kiosk"
_BYTES_A_SECOND = 250_000
"""A poor wireless link: a set as raster has 4 MB a sheet."""
_MOST = 16 * 1024 * 1024
"""Bytes of an answer that are read; the longest holds the jobs that a printer remembers."""
_PORT = 631
_SUCCESSFUL = range(0x0200)
"""RFC 8011 B.1.2, and the informational codes"""
_NOT_FOUND = 0x0406
"""client-error-not-found (RFC 8011 B.1.4.7)"""

PRINTER_ATTRIBUTES = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "media-ready",
    "sides-supported",
    "document-format-supported",
    "print-scaling-supported",
    "pwg-raster-document-type-supported",
    "pwg-raster-document-resolution-supported",
    "pwg-raster-document-sheet-back",
)
JOB_ATTRIBUTES = (
    "job-id",
    "job-uuid",
    "job-name",
    "job-state",
    "job-state-reasons",
    "job-impressions-completed",
    "job-media-sheets-completed",
)


class IppWire:
    """One printer at `url` (ipp or ipps). `certificate`: the PEM file that an ipps printer is known by.

    Every method raises PrinterUnreachable where the outcome is unknown, PrinterRefused where the
    printer said no. `patience`: seconds that the printer has for one answer, besides those a document takes.
    """

    def __init__(self, url: str, certificate: Path | None = None, patience: float = 8.0) -> None:
        self._url, self._certificate, self._patience = url, certificate, patience
        self._address = urlsplit(url)

    def printer(self) -> Attributes:
        """Get-Printer-Attributes (RFC 8011 4.2.5)."""
        asked = {"requested-attributes": list(PRINTER_ATTRIBUTES)}
        return _first(self._ask(IppOperation.GET_PRINTER_ATTRIBUTES, asked), "printers")

    def print_job(
        self, name: str, ticket: Attributes, form: str, document: bytes
    ) -> tuple[Attributes, tuple[str, ...]]:
        """Print-Job (4.2.1) in the MIME type `form`; return the job, and the names of what was not taken over."""
        operation = {
            "job-name": name,
            "ipp-attribute-fidelity": True,
            "document-format": form,
        }
        answer = self._ask(IppOperation.PRINT_JOB, operation, ticket, document)
        ignored = tuple(name for group in answer["unsupported-attributes"] for name in group)
        return _first(answer, "jobs"), ignored

    def job(self, job_id: int) -> Attributes | None:
        """Get-Job-Attributes (4.3.4); None where the printer knows no such job."""
        asked = {"job-id": job_id, "requested-attributes": list(JOB_ATTRIBUTES)}
        try:
            return _first(self._ask(IppOperation.GET_JOB_ATTRIBUTES, asked), "jobs")
        except PrinterRefused as refused:
            if refused.status == _NOT_FOUND:
                return None
            raise

    def jobs(self) -> tuple[Attributes, ...]:
        """Get-Jobs (4.2.6): all jobs that the printer still knows, over or not."""
        found: list[Attributes] = []
        for which in ("completed", "not-completed"):
            asked = {"which-jobs": which, "requested-attributes": list(JOB_ATTRIBUTES)}
            found += self._ask(IppOperation.GET_JOBS, asked)["jobs"]
        return tuple(found)

    def cancel(self, job_id: int) -> None:
        """Cancel-Job (4.3.3)."""
        self._ask(IppOperation.CANCEL_JOB, {"job-id": job_id})

    def _ask(
        self, operation: IppOperation, attributes: Attributes, ticket: Attributes | None = None, document: bytes = b""
    ) -> dict[str, Any]:
        message: dict[str, Any] = {
            "version": DEFAULT_PROTO_VERSION,
            "operation": operation,
            "operation-attributes-tag": {
                "attributes-charset": DEFAULT_CHARSET,
                "attributes-natural-language": DEFAULT_CHARSET_LANGUAGE,
                "printer-uri": self._url,
                "requesting-user-name": _USER,
                **attributes,
            },
        }
        if ticket is not None:
            message |= {"job-attributes-tag": dict(ticket), "data": document}
        raw = self._posted(encode_dict(message))
        try:
            answer = parse(raw)
        except Exception as error:  # pyipp raises whatever the bytes lead it to
            raise PrinterUnreachable(f"{self._url}: the answer is not IPP") from error
        status = int(answer["status-code"])
        if status not in _SUCCESSFUL:
            raise PrinterRefused(f"{self._url}: the printer refuses (IPP status 0x{status:04x})", status)
        return answer

    def _posted(self, message: bytes) -> bytes:
        """The body of the answer. The connection ends with it, and when the time is over."""
        patience = self._patience + len(message) / _BYTES_A_SECOND
        try:
            with self._connected(patience) as line:
                # Time-outs of a socket are for each wait: a printer that dribbles would hold the lane for ever.
                over = Timer(patience, _cut, [line])
                over.start()
                try:
                    return self._exchanged(line, message)
                finally:
                    over.cancel()
        except ssl.SSLCertVerificationError as error:
            raise PrinterUnreachable(f"{self._url}: its certificate is not trusted") from error
        except (OSError, HTTPException) as error:
            raise PrinterUnreachable(f"{self._url}: does not answer") from error

    def _connected(self, patience: float) -> socket.socket:
        host, port = self._address.hostname or "", self._address.port or _PORT
        tls = self._tls() if self._address.scheme == "ipps" else None
        try:
            line = socket.create_connection((host, port), patience)
        except socket.gaierror as error:
            raise PrinterUnreachable(f"{self._url}: no such host") from error
        except OSError as error:
            raise PrinterUnreachable(f"{self._url}: {error.strerror or 'does not answer'}") from error
        # Head and body are two small packets: the second must not wait for the first.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line if tls is None else tls.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)

    def _exchanged(self, line: socket.socket, message: bytes) -> bytes:
        if isinstance(line, ssl.SSLSocket):
            line.do_handshake()
        connection = HTTPConnection(self._address.hostname or "", self._address.port or _PORT)
        connection.sock = line
        headers = {"Content-Type": "application/ipp", "User-Agent": _USER, "Connection": "close"}
        connection.request("POST", self._address.path or "/", message, headers)
        with connection.getresponse() as answer:
            if answer.status != HTTPStatus.OK:
                raise PrinterUnreachable(f"{self._url}: no printer answers there (HTTP {answer.status})")
            return answer.read(_MOST)

    def _tls(self) -> ssl.SSLContext:
        """A printer's own certificate is trusted by its bytes; its name counts only where a CA vouches for it."""
        try:
            context = ssl.create_default_context(cafile=self._certificate)
        except (OSError, ssl.SSLError) as error:
            raise PrinterUnreachable(f"{self._certificate}: not a PEM certificate") from error
        context.check_hostname = self._certificate is None
        return context


def _cut(line: socket.socket) -> None:
    # Not the method of SSLSocket: it would take TLS away under the thread that reads.
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)


def _first(answer: Mapping[str, Any], group: str) -> Attributes:
    found: list[Attributes] = answer[group]
    if not found:
        raise PrinterRefused(f"the answer holds no {group}", 0)
    return found[0]
