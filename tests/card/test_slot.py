"""The emulated reader: the contract of all readers, injected faults, and time that costs none."""

from pathlib import Path

import pytest

from card import errors, jpki
from card.connection import Presence
from card.virtual import faults, latency
from card.virtual.faults import Moment, Of
from card.virtual.personalise import personalise
from card.virtual.slot import VirtualSlot
from tests.card.cards import DIGEST, NOW, SELECT_JPKI, sign, slot_with, verify
from tests.card.contract import ReaderContract

SELECT = bytes.fromhex(SELECT_JPKI)


class SlotRig:
    def __init__(self, state: Path) -> None:
        self.reader = VirtualSlot()
        self._state = state

    def insert(self) -> None:
        self.reader.insert(personalise("taro", self._state, NOW))

    def remove(self) -> None:
        self.reader.remove()

    def tear_at_verify(self) -> None:
        self.reader.inject(faults.Tear(Moment.DURING, of=Of.VERIFY))


class TestVirtualSlot(ReaderContract):
    @pytest.fixture
    def rig(self, tmp_path: Path) -> SlotRig:
        return SlotRig(tmp_path)


def test_a_second_card_takes_the_place_of_the_first(tmp_path: Path) -> None:
    slot = slot_with("taro", tmp_path)
    seen: list[Presence] = []
    slot.watch(seen.append)
    connection = slot.connect()
    slot.insert(personalise("hanako", tmp_path, NOW))

    assert seen == [Presence.CARD, Presence.EMPTY, Presence.CARD]
    with pytest.raises(errors.CardRemoved):
        connection.transmit(SELECT)


def test_removing_from_an_empty_slot_tells_nothing() -> None:
    slot = VirtualSlot()
    seen: list[Presence] = []
    slot.watch(seen.append)
    slot.remove()

    assert seen == [Presence.EMPTY]
    assert slot.card is None


def test_a_fault_happens_once_at_the_nth_command_of_its_kind(tmp_path: Path) -> None:
    slot = slot_with("taro", tmp_path)
    connection = slot.connect()
    slot.inject(faults.Mute(nth=2, of=Of.SELECT))
    slot.inject(faults.WrongAnswer(b"\x6f\x00", nth=3))

    assert connection.transmit(SELECT) == b"\x90\x00"
    with pytest.raises(errors.TransportError):
        connection.transmit(SELECT)
    assert connection.transmit(SELECT) == b"\x6f\x00"
    assert connection.transmit(SELECT) == b"\x90\x00"


def test_a_retry_query_is_no_verify(tmp_path: Path) -> None:
    slot = slot_with("taro", tmp_path)
    connection = slot.connect()
    slot.inject(faults.Tear(Moment.BEFORE, of=Of.VERIFY))

    assert isinstance(jpki.probe(connection, ()), jpki.MyNumberCard)
    assert slot.card is not None
    assert jpki.PinUnknown(removed=True) == jpki.sign(connection, bytearray(b"1234"), DIGEST)
    assert slot.card is None


def test_a_disconnected_card_has_forgotten_its_pin(tmp_path: Path) -> None:
    slot = slot_with("taro", tmp_path)
    card = slot.card
    assert card is not None
    connection = slot.connect()
    connection.transmit(SELECT)
    connection.transmit(bytes.fromhex(verify(b"1234")))
    connection.disconnect()

    assert card.execute(bytes.fromhex(sign())).hex() == "6a88"


def test_latency_is_told_and_never_waited_for(tmp_path: Path) -> None:
    told: list[float] = []
    slot = VirtualSlot(speed=latency.TYPICAL, spent=told.append)
    slot.insert(personalise("taro", tmp_path, NOW))
    connection = slot.connect()
    found = jpki.probe(connection, ())
    assert isinstance(found, jpki.MyNumberCard)
    jpki.sign(connection, bytearray(b"1234"), DIGEST, found.auth_cert)

    assert len(told) == 11
    assert 600 < sum(told) < 800  # card.md §8: 0.65 s at 212 kbit/s
    assert latency.NONE.milliseconds(SELECT, b"\x90\x00") == 0
