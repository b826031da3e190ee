"""Runs CUPS' ippeveprinter, a real IPP Everywhere printer without a print engine, for one test.

It announces itself by D-Bus and Avahi and does not start without them, so both run beside it: a bus
of its own, and an Avahi of its own in a mount namespace (lab.md 6). Paper and toner are loaded through
its web page, as an operator does; the print command below prints one side after another and plays
what the file `mode` says: ok, jam K, empty K or slow (K: the sheet, from 1).
"""

import os
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from tests.card.private_pcscd import free_ports
from tests.system import program, requires

_PATIENCE = 10.0
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={socket}</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/><allow user="*"/>
</policy></busconfig>
"""
_AVAHI = "[server]\nuse-ipv6=no\nallow-interfaces=lo\nenable-dbus=yes\n"
_PRINT = """#!/bin/sh
cd '{folder}'
cp "$1" "printed-$IPP_JOB_NAME.pdf"
env | grep -E '^IPP_(SIDES|MEDIA|PRINT_SCALING|JOB_NAME)=' > ticket
echo 'STATE: -media-jam-error,media-empty-error' >&2
for side in $(seq "$(qpdf --show-npages "$1" 2>/dev/null || echo 6)"); do
    [ "$(cat mode)" != slow ] || sleep 1
    if [ "$(cat mode)" = "jam $(( (side + 1) / 2 ))" ]; then echo 'STATE: +media-jam-error' >&2; exit 1; fi
    while [ "$(cat mode)" = "empty $(( (side + 1) / 2 ))" ]; do
        echo 'STATE: +media-empty-error' >&2; sleep 0.1
    done
    echo 'STATE: -media-empty-error' >&2
    sleep 0.05
    echo "ATTR: job-impressions-completed=$side" >&2
done
"""


@dataclass
class IppEvePrinter:
    """A running printer. `kill` and `start` are its power switch: it forgets its jobs."""

    folder: Path
    port: int
    sides: tuple[str, ...] = ("-2",)
    form: str = "application/pdf"
    _running: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def url(self) -> str:
        return f"ipp://localhost:{self.port}/ipp/print"

    @property
    def certificate(self) -> Path:
        """The certificate that it made for itself, there after the first connection by TLS."""
        return self.folder / "keys" / "localhost.crt"

    def mode(self, words: str) -> None:
        (self.folder / "mode").write_text(words)

    def load(self, media: str = "iso_a4_210x297mm", sheets: int = 250) -> None:
        """Fill the tray."""
        self._page(f"media?size1={media}&type1=stationery&level1={sheets}&size3=&type3=&level3=-2")

    def ticket(self) -> dict[str, str]:
        """How the last job was to be printed."""
        lines = (self.folder / "ticket").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def printed(self, job_name: str) -> bytes:
        """The document of a job, as the printer got it."""
        return (self.folder / f"printed-{job_name}.pdf").read_bytes()

    def start(self) -> None:
        environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.folder / 'bus'}"}
        words = (*self.sides, "-p", str(self.port), "-n", "localhost", "-r", "off", "-d", str(self.folder / "spool"))
        words += ("-K", str(self.folder / "keys"), "-f", self.form, "-c", str(self.folder / "print.sh"), "Kiosk")
        self._running = _spawn(self.folder, program("ippeveprinter"), *words, environment=environment)
        _until(self._answers, "ippeveprinter", self.folder)

    def kill(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running.wait(_PATIENCE)

    def _page(self, path: str) -> None:
        with urllib.request.urlopen(f"http://localhost:{self.port}/{path}", timeout=_PATIENCE) as answer:
            assert answer.status == 200

    def _answers(self) -> bool:
        try:
            self._page("")
        except OSError:
            return False
        return True


def requires_ippeveprinter() -> None:
    """Skip or fail the test where the parts of such a printer are missing."""
    requires("ippeveprinter", "qpdf", "dbus-daemon", "avahi-daemon", "unshare")
    if not _may_unshare():
        requires("leave to unshare mount namespaces")


@contextmanager
def private_ipp_printer(folder: Path, *sides: str, form: str = "application/pdf") -> Iterator[IppEvePrinter]:
    """Run bus, Avahi and printer until the block ends; A4 is loaded. `sides` replaces two-sided printing."""
    folder.mkdir(parents=True)
    (folder / "spool").mkdir()
    (folder / "keys").mkdir()
    (folder / "bus.conf").write_text(_BUS.format(socket=folder / "bus"))
    (folder / "avahi.conf").write_text(_AVAHI)
    (folder / "print.sh").write_text(_PRINT.format(folder=folder))
    (folder / "print.sh").chmod(0o755)
    printer = IppEvePrinter(folder, free_ports(), sides or ("-2",), form)
    printer.mode("ok")
    with ExitStack() as closing:
        bus = _spawn(folder, program("dbus-daemon"), f"--config-file={folder / 'bus.conf'}", "--nofork")
        closing.callback(_end, bus)
        _until((folder / "bus").exists, "dbus-daemon", folder)
        avahi = f"mkdir -p /run/avahi-daemon; mount -t tmpfs none /run/avahi-daemon; exec {program('avahi-daemon')}"
        flags = f"--no-drop-root --no-rlimits --no-chroot -f {folder / 'avahi.conf'}"
        environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder / 'bus'}"}
        words = ("unshare", _flags(), "sh", "-c", f"{avahi} {flags}")
        closing.callback(_end, _spawn(folder, *words, environment=environment))
        _until(lambda: "Server startup complete" in _said(folder), "avahi-daemon", folder)
        closing.callback(printer.kill)
        printer.start()
        printer.load()
        yield printer


def _spawn(folder: Path, *words: str, environment: dict[str, str] | None = None) -> "subprocess.Popen[bytes]":
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(words, stdout=log, stderr=log, env=environment)


def _end(running: "subprocess.Popen[bytes]") -> None:
    running.terminate()
    try:
        running.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait(_PATIENCE)


def _until(holds: Callable[[], bool], what: str, folder: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end, f"{what} did not start: {_said(folder)}"
        time.sleep(0.05)


def _said(folder: Path) -> str:
    return (folder / "log").read_text(errors="replace")


def _flags() -> str:
    return "-m" if os.geteuid() == 0 else "-Urm"


@lru_cache(maxsize=1)
def _may_unshare() -> bool:
    """Some containers forbid it, even to root."""
    tried = [program("unshare"), _flags(), "mount", "-t", "tmpfs", "none", "/run"]
    return subprocess.run(tried, capture_output=True).returncode == 0
