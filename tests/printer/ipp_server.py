"""A small IPP printer over real HTTP on loopback, for the ways a printer can behave that ippeveprinter cannot.

It prints one sheet each time its job is asked for, so that no test waits. Requests are read and answers
written with pyipp's own parser and serialiser; what goes wrong is set on the fields.
"""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pyipp.enums import IppOperation, IppTag
from pyipp.parser import parse
from pyipp.serializer import construct_attribute

OK, NOT_FOUND, BUSY = 0x0000, 0x0406, 0x0507
PROCESSING, CANCELED, ABORTED, COMPLETED = 5, 7, 8, 9
_TAGS = {"job-state": IppTag.ENUM, "printer-state": IppTag.ENUM, "printer-is-accepting-jobs": IppTag.BOOLEAN}

Groups = list[tuple[IppTag, dict[str, Any]]]


@dataclass
class Job:
    """What the printer remembers of one job."""

    id: int
    name: str
    ticket: dict[str, Any]
    form: str
    document: bytes
    sheets: int
    state: int = PROCESSING
    out: int = 0
    looks: int = 0

    def told(self) -> dict[str, Any]:
        return {
            "job-id": self.id,
            "job-uuid": f"urn:uuid:00000000-0000-4000-8000-{self.id:012}",
            "job-name": self.name,
            "job-state": self.state,
            "job-impressions-completed": 2 * self.out,
        }


@dataclass
class IppServer:
    """`each_look` may do something to a job whenever the printer is asked for it."""

    sheets: int = 3
    printer: dict[str, Any] = field(
        default_factory=lambda: {
            "printer-state": 3,
            "printer-state-reasons": "none",
            "printer-is-accepting-jobs": True,
            "media-ready": ["iso_a4_210x297mm", "na_letter_8.5x11in"],
            "sides-supported": ["one-sided", "two-sided-long-edge"],
            "document-format-supported": ["application/pdf", "image/pwg-raster"],
            "print-scaling-supported": ["auto", "none"],
            "pwg-raster-document-type-supported": ["black_1", "sgray_8"],
            "pwg-raster-document-resolution-supported": (600, 600, 3),
            "pwg-raster-document-sheet-back": "rotated",
        }
    )
    jobs: list[Job] = field(default_factory=list)
    each_look: Callable[[Job], None] = lambda job: None
    silent_after: set[IppOperation] = field(default_factory=set)
    refusing: dict[IppOperation, int] = field(default_factory=dict)
    ignoring: tuple[str, ...] = ()
    body: bytes | None = None
    http_status: int = 200
    asked: list[IppOperation] = field(default_factory=list)
    url: str = ""

    def answer(self, raw: bytes) -> bytes | None:
        if self.body is not None:
            return self.body
        request = parse(raw, contains_data=True)
        operation = IppOperation(request["status-code"])
        self.asked.append(operation)
        status, groups = self.refusing.get(operation, OK), []
        if status == OK:
            status, groups = self._act(operation, request)
        return None if operation in self.silent_after else _encoded(status, request["request-id"], groups)

    def _act(self, operation: IppOperation, request: dict[str, Any]) -> tuple[int, Groups]:
        asked = request["operation-attributes"]
        match operation:
            case IppOperation.GET_PRINTER_ATTRIBUTES:
                return OK, [(IppTag.PRINTER, self.printer)]
            case IppOperation.PRINT_JOB:
                name, form = asked["job-name"], asked["document-format"]
                job = Job(len(self.jobs) + 1, name, request["jobs"][0], form, request["data"], self.sheets)
                self.jobs.append(job)
                ignored: Groups = (
                    [(IppTag.UNSUPPORTED_GROUP, dict.fromkeys(self.ignoring, "x"))] if self.ignoring else []
                )
                return OK, [*ignored, (IppTag.JOB, job.told())]
            case IppOperation.GET_JOBS:
                live = asked["which-jobs"] == "not-completed"
                return OK, [(IppTag.JOB, job.told()) for job in self.jobs if (job.state == PROCESSING) == live]
        job = next((one for one in self.jobs if one.id == asked["job-id"]), None)
        if job is None:
            return NOT_FOUND, []
        if operation is IppOperation.CANCEL_JOB:
            job.state = CANCELED
        else:
            self._advance(job)
        return OK, [(IppTag.JOB, job.told())] if job in self.jobs else []

    def _advance(self, job: Job) -> None:
        job.looks += 1
        self.each_look(job)
        if job.state == PROCESSING and self.printer["printer-state-reasons"] == "none":
            job.out += 1
            job.state = COMPLETED if job.out == job.sheets else PROCESSING


@contextmanager
def running(server: IppServer) -> Iterator[IppServer]:
    """Serve on a free port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = server.answer(self.rfile.read(int(self.headers["Content-Length"])))
            if said is None:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            self.send_response(server.http_status)
            self.send_header("Content-Type", "application/ipp")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_words: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    server.url = f"ipp://127.0.0.1:{http.server_port}/ipp/print"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _encoded(status: int, request_id: int, groups: Groups) -> bytes:
    head = struct.pack(">bbhi", 2, 0, status, request_id) + bytes([IppTag.OPERATION.value])
    head += construct_attribute("attributes-charset", "utf-8", IppTag.CHARSET)
    head += construct_attribute("attributes-natural-language", "en", IppTag.LANGUAGE)
    for tag, attributes in groups:
        head += bytes([tag.value])
        for name, value in attributes.items():
            integer = isinstance(value, int) and not isinstance(value, bool)
            tag = _TAGS.get(name, IppTag.INTEGER if integer else IppTag.KEYWORD)
            head += _resolution(name, value) if isinstance(value, tuple) else construct_attribute(name, value, tag)
    return head + bytes([IppTag.END.value])


def _resolution(name: str, value: tuple[int, int, int]) -> bytes:
    """pyipp reads resolutions and writes none (RFC 8010 3.9)."""
    return struct.pack(f">bh{len(name)}sh", IppTag.RESOLUTION.value, len(name), name.encode(), 9) + struct.pack(
        ">iib", *value
    )
