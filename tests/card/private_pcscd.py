"""Runs a pcscd of the test's own beside any other: own socket folder, own vpcd port, no root needed.

In a mount namespace of its own (with a user namespace where we are not root) a folder is bound
over /run/pcscd, so the daemon writes its socket there and neither sees nor disturbs a pcscd of the
machine (card.md §6.4). Clients find it by PCSCLITE_CSOCK_NAME. libpcsclite reads that name once in
a process, so all daemons that one test process starts use one folder, one after another.
"""

import os
import shlex
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.system import program, requires

DRIVER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
_PATIENCE = 10.0


@dataclass(frozen=True)
class PrivatePcscd:
    """A running daemon: where clients find it, and the vpcd port of its first slot (the second is + 1)."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def socket(self) -> Path:
        return self.folder / "pcscd.comm"

    @property
    def environment(self) -> dict[str, str]:
        """For programs that are to use this daemon."""
        return {**os.environ, "PCSCLITE_CSOCK_NAME": str(self.socket)}

    def kill(self) -> None:
        """kill -9, and wait until it is gone; its socket stays behind as after a crash."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(_PATIENCE)


def requires_pcscd(*more: str) -> None:
    """Skip or fail the test where the parts of a private pcscd are missing."""
    requires("pcscd", "unshare", DRIVER, *more)
    requires_pyscard()
    if not _may_unshare():
        requires("leave to unshare mount namespaces")


def requires_pyscard() -> None:
    """pyscard is compiled on the spot, so it counts as a system part."""
    import importlib.util

    if importlib.util.find_spec("smartcard") is None:
        requires("/pyscard (make system)")


@lru_cache(maxsize=1)
def socket_folder() -> Path:
    """Return the one folder of this process, and tell libpcsclite before it is first used (`tests/conftest.py`)."""
    folder = Path(tempfile.mkdtemp(prefix="pcscd-"))
    os.environ["PCSCLITE_CSOCK_NAME"] = str(folder / "pcscd.comm")
    return folder


@contextmanager
def private_pcscd(port: int | None = None, *options: str, plugged: bool = True) -> Iterator[PrivatePcscd]:
    """Run a daemon until the block ends, on `port` and the next one; by default on two free ones.

    Without `plugged` it has no reader. `options` are further words for pcscd, like --apdu; what it
    says stands in `log` in its folder.
    """
    folder, port = socket_folder(), port or free_ports()
    for left in folder.iterdir():
        left.unlink()
    daemon = PrivatePcscd(folder, port, _start(folder, port, options, plugged))
    try:
        _wait_for(daemon, plugged)
        yield daemon
    except Exception as error:
        said = (folder / "log").read_text(errors="replace")[-4_000:]
        error.add_note(f"pcscd: exit code {daemon.process.poll()}, its last words:\n{said}")
        raise
    finally:
        daemon.process.terminate()
        try:
            daemon.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            daemon.kill()


def free_ports() -> int:
    """Return a port that is free, as is the next one."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def _start(folder: Path, port: int, options: Sequence[str], plugged: bool) -> subprocess.Popen[bytes]:
    config = folder / "reader.conf"
    config.write_text(_named(port) if plugged else "")
    inside = (
        f"mount -t tmpfs none /run && mkdir /run/pcscd && mount --bind {shlex.quote(str(folder))} /run/pcscd"
        f" && exec {program('pcscd')} --foreground --config {shlex.quote(str(config))} {shlex.join(options)}"
    )
    with (folder / "log").open("wb") as log:
        return subprocess.Popen([program("unshare"), _flags(), "sh", "-c", inside], stdout=log, stderr=log)


def _named(port: int) -> str:
    return f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x{port:04X}\nLIBPATH {DRIVER}\nCHANNELID 0x{port:04X}\n'


@lru_cache(maxsize=1)
def _may_unshare() -> bool:
    """Some containers forbid it, even to root."""
    tried = [program("unshare"), _flags(), "mount", "-t", "tmpfs", "none", "/run"]
    return subprocess.run(tried, capture_output=True).returncode == 0


def _flags() -> str:
    return "-m" if os.geteuid() == 0 else "-Urm"


def _wait_for(daemon: PrivatePcscd, plugged: bool) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if daemon.process.poll() is not None:
            break
        if daemon.socket.exists() and (not plugged or _listens(daemon.port)):
            return
        time.sleep(0.02)
    raise AssertionError(f"pcscd did not start: {(daemon.folder / 'log').read_text(errors='replace')}")


def _listens(port: int) -> bool:
    """Look for the listening socket without connecting: vpcd would take us for a card."""
    wanted = f":{port:04X} "
    return any(wanted in line and " 0A " in line for line in Path("/proc/net/tcp").read_text().splitlines())
