"""The card stack (P1, P3, P4): APDUs through a real pcscd, logins, and how many APDUs a session takes.

Floors of the same run, taken in turn: a loopback ping-pong between two threads, OpenSSL's RSA-2048
signatures with the same key, two fdatasync. The card is served by a process of its own, as in life.
"""

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo

from card import authority, errors, jpki
from card.authority import keys
from card.connection import CardConnection, Reader
from card.pcsc import PcscReader
from card.serving import Told
from card.trace import TracedConnection, TraceLine
from card.virtual import profiles
from card.virtual.personalise import personalise
from card.virtual.profiles import CardProfile
from card.virtual.slot import VirtualSlot
from card.virtual.vpcd import VpcdCard
from tests.benchmarks.measure import Pair, in_turn, say
from tests.card.cards import DIGEST, DIGEST_INFO, NOW, SELECT_JPKI
from tests.card.private_pcscd import PrivatePcscd, private_pcscd, requires_pcscd

_SLICE = 0.15
_PAIRS = 41
_ROOT = Path(__file__).parents[2]
_PATIENCE = 10.0
_IDLE = 0.8
"""pcscd takes the power from a card that nobody uses for half a second."""


def run() -> None:
    """Print the figures; those through pcscd only where it is installed."""
    with tempfile.TemporaryDirectory(dir=_memory()) as memory, tempfile.TemporaryDirectory(dir=_ROOT) as disk:
        _sessions(Path(memory))
        _logins("logins/s, virtual slot, state in memory", VirtualReader(Path(memory)), "goal ≥ 0.15")
        _logins("logins/s, virtual slot, state on disk", VirtualReader(Path(disk)), "no goal")
        _synced(Path(disk))
        with ExitStack() as stack:
            daemon = _pcscd(stack)
            if daemon is not None:
                _beside_opensc(daemon, Path(memory))
                reader = _served_reader(daemon, Path(memory), stack)
                _apdus(reader)
                _logins("logins/s through pcscd, state in memory", reader, "no goal")


def _sessions(folder: Path) -> None:
    """APDUs of our own session, from power-up to UNPOWER."""
    cert = len(authority.issue_authentication_cert("taro", 0, NOW))
    for profile, goal in ((profiles.CONTACT, 12), (profiles.CONTACTLESS, 12), (profiles.EXTENDED, 7)):
        lines: list[TraceLine] = []
        connection = VirtualReader(folder / profile.name, profile).connect()
        _session(TracedConnection(connection, lines.append))
        connection.disconnect()
        say(f"APDUs a session, {profile.name}", str(len(lines)), f"{cert} B certificate", f"(goal ≤ {goal})")


def _beside_opensc(daemon: PrivatePcscd, folder: Path) -> None:
    """The same card through pcscd, counted at the card: ours, then OpenSC's own login and signature."""
    lines: list[TraceLine] = []
    served = VpcdCard(Told(personalise("taro", folder / "opensc", NOW), lines.append), daemon.port)
    thread = threading.Thread(target=served.run)
    thread.start()
    reader = PcscReader()
    try:
        _wait_for(reader)
        lines.clear()
        _login(reader)
        ours = len(lines)
        time.sleep(_IDLE)
        lines.clear()
        (folder / "m").write_bytes(b"m")
        words = ["--slot-index", "0", "--login", "--pin", "1234", "--id", "01", "--input-file", str(folder / "m")]
        more = ["--sign", "--mechanism", "SHA256-RSA-PKCS", "--output-file", str(folder / "s")]
        subprocess.run(["pkcs11-tool", *words, *more], env=daemon.environment, check=True, capture_output=True)
    finally:
        served.stop()
        thread.join()
        _wait_for(reader, gone=True)
    say("APDUs a session through pcscd, contact", str(ours), f"OpenSC {len(lines)}", "(goal ≤ 12)")


def _logins(name: str, reader: Reader, goal: str) -> None:
    """Whole sessions by the second, beside bare signatures with the same key."""
    key = keys.authentication_key("taro")
    pair = in_turn(
        _rate(lambda: _login(reader)),
        _rate(lambda: key.sign(DIGEST_INFO, padding.PKCS1v15(), NoDigestInfo())),
        _PAIRS,
    )
    _say(name, pair, "RSA-2048 signatures", goal)


def _synced(folder: Path) -> None:
    """A login writes its counter durably twice: before the comparison and after it."""
    reader = VirtualReader(folder / "synced")
    pair = in_turn(_rate(lambda: _login(reader)), _rate(lambda: _fdatasync_twice(folder / "bare")), _PAIRS)
    _say("the same on disk, beside two writes", pair, "two pwrite + fdatasync", "no goal")


def _apdus(reader: Reader) -> None:
    command = bytes.fromhex(SELECT_JPKI)
    connection = reader.connect()
    with _ping_pong(len(command)) as ping:
        pair = in_turn(_rate(lambda: connection.transmit(command)), _rate(ping), _PAIRS)
    connection.disconnect()
    _say("APDUs/s, pyscard, pcscd, vpcd, card", pair, "loopback ping-pong", "goal ≥ 0.2")


def _say(name: str, pair: Pair, floor: str, goal: str) -> None:
    verdict = f"× {pair.ratio:.2f} [{pair.low:.2f} {pair.high:.2f}] ({goal})"
    say(name, f"{pair.ours:,.0f}/s", f"{floor} {pair.floor:,.0f}/s", verdict)


def _rate(work: Callable[[], object]) -> Callable[[], float]:
    """How often a second `work` is done in one slice of time."""

    def take() -> float:
        begun = time.perf_counter()
        count = 0
        while (spent := time.perf_counter() - begun) < _SLICE:
            work()
            count += 1
        return count / spent

    return take


def _login(reader: Reader) -> None:
    connection = reader.connect()
    _session(connection)
    connection.disconnect()


def _session(connection: CardConnection) -> None:
    found = jpki.probe(connection, ())
    assert isinstance(found, jpki.MyNumberCard)
    assert isinstance(jpki.sign(connection, bytearray(b"1234"), DIGEST, found.auth_cert), jpki.Signed)


class VirtualReader(VirtualSlot):
    """The emulated slot with taro's card in it."""

    def __init__(self, folder: Path, profile: CardProfile = profiles.CONTACT) -> None:
        super().__init__()
        self.insert(personalise("taro", folder, NOW, profile=profile))


def _pcscd(stack: ExitStack) -> PrivatePcscd | None:
    """A private pcscd; nothing where the parts are missing."""
    try:
        requires_pcscd("pkcs11-tool")
    except pytest.skip.Exception as missing:
        print(f"through pcscd: {missing}")
        return None
    return stack.enter_context(private_pcscd())


def _served_reader(daemon: PrivatePcscd, folder: Path, stack: ExitStack) -> Reader:
    """The reader of a pcscd into which another process serves a card."""
    words = ["serve", "taro", "--port", str(daemon.port), "--state", str(folder / "served"), "--at", NOW.isoformat()]
    served = subprocess.Popen(
        [sys.executable, "-m", "card", *words], cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    stack.callback(served.wait)
    stack.callback(served.terminate)
    _wait_for(reader := PcscReader())
    return reader


def _wait_for(reader: PcscReader, *, gone: bool = False) -> None:
    """Until pcscd has noticed that a card is there, or no longer is."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if _answers(reader) is not gone:
            return
        time.sleep(0.05)
    raise AssertionError("the served card does not come, or does not go")


def _answers(reader: PcscReader) -> bool:
    try:
        reader.connect().disconnect()
    except errors.CardError:
        return False
    return True


@contextmanager
def _ping_pong(size: int) -> Iterator[Callable[[], object]]:
    """One exchange of so many bytes there and two back, with another thread over loopback TCP."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        theirs, _ = listener.accept()
    for end in (ours, theirs):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    echo = threading.Thread(target=_echo, args=(theirs,), daemon=True)
    echo.start()
    question = bytes(size)

    def ping() -> None:
        ours.sendall(question)
        ours.recv(2)

    with ours, theirs:
        yield ping
        ours.shutdown(socket.SHUT_RDWR)
        echo.join()


def _echo(end: socket.socket) -> None:
    while end.recv(64):
        end.sendall(b"\x90\x00")


def _fdatasync_twice(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    for _ in range(2):
        os.pwrite(descriptor, bytes(512), 0)
        os.fdatasync(descriptor)
    os.close(descriptor)


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None
