"""Real readers: the only importer of pyscard, and of it only the thin layer over the PC/SC calls.

Apart because pyscard has to be compiled and pcscd may be missing, stop or start at any time: this
module can always be imported, and whatever is missing is a typed error or Presence.NO_READER. No
reader is chosen by its name unless somebody asks for one; a card is judged by `card.jpki`.
Each watch and each connection has a PC/SC context of its own, so none outlives a pcscd that died.
"""

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from math import ceil
from threading import Event, Lock, Thread, current_thread
from time import monotonic
from typing import Any

from card import errors
from card.connection import Presence

_POLL_MS = 250
_NOTICE_SECONDS = 1.0
_EVENTS = 16
_RETRY_SECONDS = 0.5
_ANSWER_LEAST, _ANSWER_MOST = 2, 65538
# Names of return codes, by what they mean for us; any other is a TransportError.
_SERVICE = {"SCARD_E_NO_SERVICE", "SCARD_E_SERVICE_STOPPED", "SCARD_F_COMM_ERROR", "SCARD_E_INVALID_HANDLE"}
_READER = {"SCARD_E_UNKNOWN_READER", "SCARD_E_NO_READERS_AVAILABLE", "SCARD_E_READER_UNAVAILABLE"}
_CARD = {"SCARD_W_REMOVED_CARD", "SCARD_E_NO_SMARTCARD", "SCARD_W_RESET_CARD", "SCARD_W_UNPOWERED_CARD"}


def readers() -> list[str]:
    """Return the names of the readers that are plugged in; raises ServiceNotRunning."""
    with _context() as context:
        return _list(context)


class PcscReader:
    """The reader called `name`, or one whose name begins with it; without a name whichever has a card."""

    def __init__(self, name: str | None = None) -> None:
        self._wanted = name

    @property
    def name(self) -> str:
        """The asked name, or PC/SC for any reader."""
        return self._wanted or "PC/SC"

    def connect(self) -> "PcscConnection":
        """Hold the card exclusively, in a transaction.

        Raises CardRemoved, NoReader, ReaderBusy, ServiceNotRunning, TransportError (a card that does
        not answer to reset).
        """
        scard = _scard()
        context = _establish()
        try:
            name = self._with_card(context)
            mode, protocols = scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
            result, handle, protocol = scard.SCardConnect(context, name, mode, protocols)
            _check("connect", result)
            _check("begin transaction", scard.SCardBeginTransaction(handle))
        except errors.CardError:
            scard.SCardReleaseContext(context)
            raise
        return PcscConnection(context, handle, protocol, name)

    def watch(self, changed: Callable[[Presence], None]) -> Callable[[], None]:
        """See `card.connection.Reader.watch`; `changed` runs in a thread of its own, NO_READER while pcscd is down."""
        watch = _Watch(self._wanted, changed)
        watch.start()
        return watch.stop

    def _with_card(self, context: int) -> str:
        names = _matching(_list(context), self._wanted)
        if not names:
            raise errors.NoReader(f"no such reader: {self._wanted}" if self._wanted else "no reader")
        states = _states(context, [(name, 0) for name in names], 0)
        return next((name for name, state in states if _has_card(state)), names[0])


class PcscConnection:
    """An open connection; fulfils `card.connection.CardConnection`. Use it from one thread."""

    def __init__(self, context: int, handle: int, protocol: int, reader: str) -> None:
        self._context = context
        self._reader = reader
        self._handle = handle
        self._protocol = protocol
        self._is_open = True
        self._atr: bytes | None = None

    @property
    def atr(self) -> bytes:
        """Answer to reset as the reader tells it, made up by the reader for a contactless card."""
        if self._atr is None and self._is_open:
            result, *_, atr = _scard().SCardStatus(self._handle)
            self._atr = bytes(atr) if result == _scard().SCARD_S_SUCCESS else b""
        return self._atr or b""

    def transmit(self, command: bytes) -> bytes:
        """See `CardConnection.transmit`."""
        if not self._is_open:
            raise errors.CardRemoved("the connection was ended")
        try:
            return self._exchange(command)
        except errors.TransportError as error:
            if self._is_card_gone():
                raise errors.CardRemoved("the card was removed") from error
            raise

    def _exchange(self, command: bytes) -> bytes:
        scard = _scard()
        pci = scard.SCARD_PCI_T0 if self._protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        result, answer = scard.SCardTransmit(self._handle, pci, list(command))
        _check("transmit", result)
        if not _ANSWER_LEAST <= len(answer) <= _ANSWER_MOST:
            raise errors.TransportError("an answer without status word, or larger than any APDU")
        return bytes(answer)

    def disconnect(self) -> None:
        """See `CardConnection.disconnect`; what pcscd says to it no longer matters."""
        if not self._is_open:
            return
        self._is_open = False
        scard = _scard()
        # Power off, not LEAVE: otherwise the next program signs without a PIN (card.md §3.3).
        scard.SCardEndTransaction(self._handle, scard.SCARD_LEAVE_CARD)
        scard.SCardDisconnect(self._handle, scard.SCARD_UNPOWER_CARD)
        scard.SCardReleaseContext(self._context)

    def _is_card_gone(self) -> bool:
        """A failed or empty answer is often the first sign of a pulled card: pcscd itself looks only now and then."""
        end = monotonic() + _NOTICE_SECONDS
        try:
            now = _states(self._context, [(self._reader, 0)], 0)
            # What changes first may be something else, like the number of programs at the reader.
            while _has_card(now[0][1]) and (left := end - monotonic()) > 0:
                now = _states(self._context, now, ceil(1000 * left))
        except errors.CardError:
            return False
        return not _has_card(now[0][1])


class _Watch:
    """One thread that tells every change of presence."""

    def __init__(self, wanted: str | None, changed: Callable[[Presence], None]) -> None:
        self._wanted = wanted
        self._changed = changed
        self._ended = Event()
        self._told: Presence | None = None
        self._context: int | None = None
        self._holding = Lock()
        self._thread = Thread(target=self._run, name="pcsc-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        with self._holding:
            if self._context is not None:
                _scard().SCardCancel(self._context)
        if current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with _context() as context, self._cancellable(context):
                    self._follow(context)
            except errors.CardError:
                self._tell(Presence.NO_READER)
                self._ended.wait(_RETRY_SECONDS)

    @contextmanager
    def _cancellable(self, context: int) -> Iterator[None]:
        """Let `stop` cut a wait short."""
        with self._holding:
            self._context = context
        try:
            yield
        finally:
            with self._holding:
                self._context = None

    def _follow(self, context: int) -> None:
        """Ask for the presence and wait for a change, until the watch ends or the service fails."""
        known: dict[str, int] = {}
        while not self._ended.is_set():
            names = _matching(_list(context), self._wanted)
            asked = [(name, known.get(name, 0)) for name in names] or [(_NEW_READER, 0)]
            before, known = known, dict(_states(context, asked, _POLL_MS))
            # Two cards in a row look like one, if nobody counts: the session of the first must end.
            if any(_was_exchanged(before.get(name, 0), known[name]) for name in names):
                self._tell(Presence.EMPTY)
            self._tell(_presence([known[name] for name in names]))

    def _tell(self, presence: Presence) -> None:
        if presence is not self._told and not self._ended.is_set():
            self._told = presence
            self._changed(presence)


_NEW_READER = "\\\\?PnP?\\Notification"


def _presence(states: list[int]) -> Presence:
    present = [state for state in states if not _is_gone(state)]
    if not present:
        return Presence.NO_READER
    return Presence.CARD if any(map(_has_card, present)) else Presence.EMPTY


def _has_card(state: int) -> bool:
    return bool(state & _scard().SCARD_STATE_PRESENT)


def _was_exchanged(before: int, now: int) -> bool:
    """True where a card was pulled and one put in between two looks: pcscd counts its events in the upper half."""
    return _has_card(before) and _has_card(now) and before >> _EVENTS != now >> _EVENTS


def _is_gone(state: int) -> bool:
    scard = _scard()
    return bool(state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE))


def _matching(names: list[str], wanted: str | None) -> list[str]:
    return [name for name in names if wanted is None or name.startswith(wanted)]


def _list(context: int) -> list[str]:
    """An empty list is no error: pcscd says so in its own way."""
    scard = _scard()
    result, names = scard.SCardListReaders(context, [])
    if result == scard.SCARD_E_NO_READERS_AVAILABLE:
        return []
    _check("list readers", result)
    return list(names)


def _states(context: int, asked: list[tuple[str, int]], wait_ms: int) -> list[tuple[str, int]]:
    """Wait until a state differs from what is known, at most `wait_ms`; return the states now."""
    scard = _scard()
    result, found = scard.SCardGetStatusChange(context, wait_ms, asked)
    if result == scard.SCARD_E_TIMEOUT:
        return [(name, state & ~scard.SCARD_STATE_CHANGED) for name, state, _ in found]
    _check("watch", result)
    return [(name, state & ~scard.SCARD_STATE_CHANGED) for name, state, _ in found]


@contextmanager
def _context() -> Iterator[int]:
    context = _establish()
    try:
        yield context
    finally:
        _scard().SCardReleaseContext(context)


def _establish() -> int:
    scard = _scard()
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    # Whatever the reason: without a context there is no service for us.
    if result != scard.SCARD_S_SUCCESS:
        raise errors.ServiceNotRunning("pcscd is not running")
    return int(context)


def _check(step: str, result: int) -> None:
    """Turn a PC/SC return code into this package's family."""
    scard = _scard()
    if result == scard.SCARD_S_SUCCESS:
        return
    names = {getattr(scard, name, None): name for name in dir(scard) if name.startswith("SCARD_")}
    raise _error(names.get(result, ""), f"{step}: {scard.SCardGetErrorMessage(result).strip()}")


def _error(name: str, text: str) -> errors.CardError:
    if name in _CARD:
        return errors.CardRemoved(text)
    if name in _READER:
        return errors.NoReader(text)
    if name in _SERVICE:
        return errors.ServiceNotRunning(text)
    return errors.ReaderBusy(text) if name == "SCARD_E_SHARING_VIOLATION" else errors.TransportError(text)


@lru_cache(maxsize=1)
def _scard() -> Any:
    """Import pyscard when it is first needed."""
    try:
        return importlib.import_module("smartcard.scard")
    except ImportError as error:
        raise errors.ServiceNotRunning("pyscard is not installed: make system") from error
