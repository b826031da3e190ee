"""Names what is missing on this machine, and what it is for: `python -m kiosk doctor`.

Separate from the parts themselves, because it must run where they cannot even be imported.
"""

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import assets
from kiosk.settings import FolderTarget, IppTarget

_FOLDER = FolderTarget()
_PCSCD_SOCKETS = ("/run/pcscd/pcscd.comm", "/var/run/pcscd/pcscd.comm")
_VPCD_DRIVERS = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `needed`: nothing works without it; otherwise `remedy` brings an extra."""

    name: str
    found: bool
    needed: bool
    purpose: str
    remedy: str


def findings() -> Iterator[Finding]:
    """Look at this machine, part by part; nothing is opened, started or changed."""
    for look in (_python, _panel_font, _certificate_font, _pyscard, _pcscd, _vpcd, _opensc, _screen):
        yield look()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(f"Python {version}", sys.version_info >= (3, 11), True, "everything", "install Python 3.11 or newer")


def _panel_font() -> Finding:
    there = assets.path("fonts/BIZUDPGothic-Regular.ttf").is_file()
    return Finding("BIZ UDPGothic", there, True, "text on the panel", "clone the repository again: assets/fonts")


def _certificate_font() -> Finding:
    from printer import fonts

    return Finding(
        "IPAmj Mincho",
        fonts.best_font() == fonts.IPAMJ,
        False,
        "all 58,862 characters of the registers on paper",
        "make fonts",
    )


def _pyscard() -> Finding:
    there = importlib.util.find_spec("smartcard") is not None
    return Finding("pyscard", there, False, "--card pcsc", "sudo make system, then make setup")


def _pcscd() -> Finding:
    sockets = (os.environ.get("PCSCLITE_CSOCK_NAME", ""), *_PCSCD_SOCKETS)
    there = any(name and Path(name).exists() for name in sockets)
    return Finding("pcscd (running)", there, False, "--card pcsc", "sudo make system, then start pcscd")


def _vpcd() -> Finding:
    there = Path(_VPCD_DRIVERS).exists()
    return Finding("vpcd", there, False, "python -m card serve", "sudo make system")


def _opensc() -> Finding:
    there = shutil.which("opensc-tool") is not None
    return Finding("OpenSC", there, False, "looking at the card as strangers do", "sudo make system")


def _screen() -> Finding:
    there = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform != "linux")
    return Finding("a screen", there, False, "the touch panel", "start it inside a desktop, or: xvfb-run make run")


def real_printer(target: IppTarget) -> Finding:
    """Ask the printer what it is and how it does (fault-41); nothing is printed."""
    from printer.ipp import IppPrinter

    status = IppPrinter(target.url, target.certificate).status()
    reasons = ", ".join(sorted(reason.value for reason in status.reasons))
    said = status.detail or reasons
    return Finding(f"printer {target.url}", status.ready, True, f"certificates{said and f' ({said})'}", "mend it")


def report(say: Callable[[str], None], printer: FolderTarget | IppTarget = _FOLDER) -> int:
    """Say each finding in one line; return 0 when nothing needed is missing, otherwise 1."""
    missing_needed = 0
    asked = (real_printer(printer),) if isinstance(printer, IppTarget) else ()
    for finding in (*findings(), *asked):
        mark = "ok     " if finding.found else "missing"
        remedy = "" if finding.found else f" -> {finding.remedy}"
        say(f"{mark} {finding.name}: {finding.purpose}{remedy}")
        missing_needed += finding.needed and not finding.found
    return 1 if missing_needed else 0
