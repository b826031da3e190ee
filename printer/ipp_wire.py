"""Speaks IPP to one printer, one operation at a time: requests and answers as plain values.

The only door to pyipp and aiohttp, and the only asyncio of the kiosk; separate from the driver, which
decides. Every operation is a connection of its own: nothing is ever sent a second time by a connection
that was kept. Source: RFC 8010, RFC 8011, PWG 5100.14 (IPP Everywhere).
"""

import asyncio
import io
import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pyipp
from pyipp.enums import IppOperation, IppTag
from pyipp.serializer import encode_dict
from pyipp.tags import ATTRIBUTE_TAG_MAP
from typing_extensions import override

from printer.errors import PrinterRefused, PrinterUnreachable

Attributes = Mapping[str, Any]

ATTRIBUTE_TAG_MAP.update({"print-scaling": IppTag.KEYWORD, "media": IppTag.KEYWORD})
"""pyipp leaves out an attribute that it does not know, without a word, and takes media for a name (RFC 8011 5.2.11)."""

_USER = "certificate-kiosk"
_BYTES_A_SECOND = 250_000
"""A poor wireless link: a set as raster has 4 MB a sheet."""
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
        message: dict[str, Any] = {"operation-attributes-tag": {"requesting-user-name": _USER, **attributes}}
        if ticket is not None:
            message |= {"job-attributes-tag": dict(ticket), "data": document}
        try:
            return asyncio.run(self._execute(operation, message))
        except (pyipp.IPPResponseError, UnicodeDecodeError) as error:
            raise PrinterUnreachable(f"{self._url}: no printer answers there") from error
        except pyipp.IPPParseError as error:
            raise PrinterUnreachable(f"{self._url}: the answer is not IPP") from error
        except pyipp.IPPConnectionError as error:
            raise PrinterUnreachable(f"{self._url}: {_cause(error)}") from error
        except (TimeoutError, OSError, aiohttp.ClientError) as error:
            raise PrinterUnreachable(f"{self._url}: does not answer") from error
        except pyipp.IPPError as error:
            raise PrinterRefused(f"{self._url}: {error.args[0]}", _status(error)) from error

    async def _execute(self, operation: IppOperation, message: dict[str, Any]) -> dict[str, Any]:
        connector = aiohttp.TCPConnector(ssl=self._tls(), force_close=True)
        patience = self._patience + len(message.get("data", b"")) / _BYTES_A_SECOND
        async with asyncio.timeout(patience), aiohttp.ClientSession(connector=connector) as session:
            ipp = _Ipp(self._url, verify_ssl=True, session=session, request_timeout=int(patience) + 1)
            return await ipp.execute(operation, message)

    def _tls(self) -> ssl.SSLContext | bool:
        """A printer's own certificate is trusted by its bytes; its name counts only where a CA vouches for it."""
        if not self._url.startswith("ipps:") or self._certificate is None:
            return True
        try:
            context = ssl.create_default_context(cafile=self._certificate)
        except (OSError, ssl.SSLError) as error:
            raise PrinterUnreachable(f"{self._certificate}: not a PEM certificate") from error
        context.check_hostname = False
        return context


class _Ipp(pyipp.IPP):
    """Sends a message as a file in memory, in pieces: aiohttp writes bytes at one go and warns of large ones."""

    @override
    async def _request(
        self, uri: str = "", data: dict[str, Any] | None = None, params: Mapping[str, str] | None = None
    ) -> bytes:
        return await super()._request(uri, io.BytesIO(encode_dict(data or {})), params)


def _first(answer: Mapping[str, Any], group: str) -> Attributes:
    found: list[Attributes] = answer[group]
    if not found:
        raise PrinterRefused(f"the answer holds no {group}", 0)
    return found[0]


def _status(error: pyipp.IPPError) -> int:
    told = error.args[1] if len(error.args) > 1 else {}
    return int(told.get("status-code", 0))


def _cause(error: pyipp.IPPConnectionError) -> str:
    """What lies under pyipp's general sentence: refused, unknown host, wrong certificate."""
    cause = error.__cause__
    if isinstance(cause, aiohttp.ClientConnectorCertificateError):
        return "its certificate is not trusted"
    if isinstance(cause, aiohttp.ClientConnectorError):
        number = cause.os_error.errno or 0
        return os.strerror(number) if number > 0 else "no such host"
    return "does not answer"
