"""The card's end of the vpcd socket, driven by a reader's end of our own, byte by byte where it hurts."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from card.virtual.other import OtherCard
from card.virtual.personalise import personalise
from card.virtual.profiles import CONTACT
from card.virtual.slot import InsertableCard
from card.virtual.vpcd import VpcdCard, encode_frame, read_frame
from tests.card.cards import NOW, SELECT_JPKI, sign, verify

OFF, ON, RESET, ATR = b"\x00", b"\x01", b"\x02", b"\x04"
_PATIENCE = 5.0


class ReaderEnd:
    """A listening reader that takes one card at a time, as vpcd does."""

    def __init__(self, port: int = 0) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(_PATIENCE)
        self.port: int = self._listener.getsockname()[1]
        self.card: socket.socket | None = None

    def accept(self) -> None:
        self.card, _ = self._listener.accept()
        self.card.settimeout(_PATIENCE)

    def send(self, content: bytes) -> None:
        assert self.card is not None
        self.card.sendall(encode_frame(content))

    def ask(self, content: bytes) -> bytes:
        assert self.card is not None
        self.send(content)
        answer = read_frame(self.card)
        assert answer is not None
        return answer

    def hang_up(self) -> None:
        if self.card is not None:
            self.card.close()

    def close(self) -> None:
        self.hang_up()
        self._listener.close()


@contextmanager
def served(card: InsertableCard, port: int) -> Iterator[list[bool]]:
    told: list[bool] = []
    plugged = VpcdCard(card, port, changed=told.append)
    thread = threading.Thread(target=plugged.run)
    thread.start()
    try:
        yield told
    finally:
        plugged.stop()
        thread.join(_PATIENCE)
        assert not thread.is_alive()


@pytest.fixture
def reader() -> Iterator[ReaderEnd]:
    end = ReaderEnd()
    yield end
    end.close()


def test_controls_and_commands(reader: ReaderEnd, tmp_path: Path) -> None:
    with served(personalise("taro", tmp_path, NOW), reader.port) as told:
        reader.accept()
        reader.send(ON)
        assert CONTACT.atr == reader.ask(ATR)
        assert reader.ask(bytes.fromhex(SELECT_JPKI)) == b"\x90\x00"
        assert reader.ask(bytes.fromhex(verify(b"1234"))) == b"\x90\x00"
        assert len(reader.ask(bytes.fromhex(sign()))) == 258
        reader.send(RESET)
        assert reader.ask(bytes.fromhex(sign())) == b"\x6a\x88"
        reader.send(OFF)
        reader.send(b"\x77")
        reader.send(b"")
        assert CONTACT.atr == reader.ask(ATR)
        assert told == [True]


def test_frames_that_arrive_in_pieces_or_together(reader: ReaderEnd, tmp_path: Path) -> None:
    with served(personalise("taro", tmp_path, NOW), reader.port):
        reader.accept()
        assert reader.card is not None
        reader.card.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in encode_frame(bytes.fromhex(SELECT_JPKI)):
            reader.card.sendall(bytes((byte,)))
        assert read_frame(reader.card) == b"\x90\x00"
        reader.card.sendall(encode_frame(ATR) + encode_frame(bytes.fromhex("0020")) + encode_frame(ATR))
        assert [CONTACT.atr, b"\x67\x00", CONTACT.atr] == [read_frame(reader.card) for _ in range(3)]


def test_the_card_goes_back_in_when_the_reader_comes_back(reader: ReaderEnd) -> None:
    with served(OtherCard(), reader.port) as told:
        for _ in range(2):
            reader.accept()
            assert OtherCard().atr == reader.ask(ATR)
            reader.hang_up()
        reader.accept()
        assert OtherCard().atr == reader.ask(ATR)
        assert told == [True, False, True, False, True]


def test_the_card_waits_for_a_reader_that_starts_later(reader: ReaderEnd) -> None:
    port = reader.port
    reader.close()
    with served(OtherCard(), port):
        late = ReaderEnd(port)
        late.accept()
        assert late.ask(bytes.fromhex(SELECT_JPKI)) == b"\x6a\x82"
        late.close()


def test_a_reader_that_hangs_up_in_the_middle_of_a_frame(reader: ReaderEnd) -> None:
    with served(OtherCard(), reader.port):
        reader.accept()
        assert reader.card is not None
        reader.card.sendall(b"\x00\x05\x00")
        reader.hang_up()
        reader.accept()
        assert OtherCard().atr == reader.ask(ATR)


def test_stopping_pulls_the_card(reader: ReaderEnd) -> None:
    with served(OtherCard(), reader.port):
        reader.accept()
        assert OtherCard().atr == reader.ask(ATR)
    assert reader.card is not None
    assert read_frame(reader.card) is None
