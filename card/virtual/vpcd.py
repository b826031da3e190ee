"""Plugs a virtual card into a real pcscd by way of vsmartcard's virtual reader (vpcd).

The one door to that socket. Frames both ways: length BE16, then so many bytes. One byte is a
control (00 power off, 01 power on, 02 reset, 04 ask for the ATR; only 04 gets an answer), more is a
command APDU, answered by one frame (card.md §6.3). A card in a reader is an open socket: closing
it pulls the card. pcscd may start later, end and start again: the card goes back in by itself.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock

from card.virtual.slot import InsertableCard

PORT = 35963
"""Where Debian's vpcd listens; its second slot is the next port."""
_RETRY_SECONDS = 0.3
_CONNECT_SECONDS = 5.0
_OFF, _ON, _RESET, _ATR = 0x00, 0x01, 0x02, 0x04
_LENGTH_BYTES = 2


class VpcdCard:
    """Holds one card in one slot of a virtual reader, in the thread that calls `run`.

    `changed` is told True when the card is in the reader, False when the reader has gone.
    """

    def __init__(
        self,
        card: InsertableCard,
        port: int = PORT,
        host: str = "127.0.0.1",
        changed: Callable[[bool], None] = lambda _in_reader: None,
    ) -> None:
        self._card = card
        self._address = (host, port)
        self._changed = changed
        self._ended = Event()
        self._lock = Lock()
        self._socket: socket.socket | None = None

    def run(self) -> None:
        """Serve until `stop`, coming back whenever the reader does."""
        while not self._ended.is_set():
            with suppress(OSError):
                self._serve()
            self._ended.wait(_RETRY_SECONDS)

    def stop(self) -> None:
        """Pull the card and end `run`; from any thread or a signal."""
        self._ended.set()
        with self._lock, suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        with socket.create_connection(self._address, timeout=_CONNECT_SECONDS) as reader:
            reader.settimeout(None)
            # Answers are single small writes that must not wait for company.
            reader.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if not self._took(reader):
                return
            self._changed(True)
            try:
                self._answer_all(reader)
            finally:
                self._took(None)
                self._card.power_off()
                if not self._ended.is_set():
                    self._changed(False)

    def _took(self, reader: socket.socket | None) -> bool:
        """Remember the socket for `stop`; False where `stop` came first."""
        with self._lock:
            self._socket = reader
            return not self._ended.is_set()

    def _answer_all(self, reader: socket.socket) -> None:
        while (frame := read_frame(reader)) is not None:
            answer = self._answer(frame)
            if answer is not None:
                reader.sendall(encode_frame(answer))

    def _answer(self, frame: bytes) -> bytes | None:
        # No APDU has one byte, so a frame of one byte is always a control.
        if len(frame) > 1:
            return self._card.execute(frame)
        control = frame[0] if frame else None
        if control == _ATR:
            return self._card.atr
        if control in (_OFF, _ON):
            self._card.power_off()
        elif control == _RESET:
            self._card.reset()
        return None


def encode_frame(content: bytes) -> bytes:
    """Length and content in one piece: two sends would wait for each other (Nagle, card.md §6.4)."""
    return len(content).to_bytes(_LENGTH_BYTES, "big") + content


def read_frame(reader: socket.socket) -> bytes | None:
    """Return the next frame, however it was cut; None where the reader has closed."""
    length = _exactly(reader, _LENGTH_BYTES)
    return None if length is None else _exactly(reader, int.from_bytes(length, "big"))


def _exactly(reader: socket.socket, size: int) -> bytes | None:
    content = bytearray()
    while len(content) < size:
        # Not sticky: without it the kernel holds back the acknowledgement vpcd waits for, 40 ms each.
        reader.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = reader.recv(size - len(content))
        if not part:
            return None
        content += part
    return bytes(content)
