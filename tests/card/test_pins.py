"""Changing PIN and password from the reader's side: every outcome, and that nothing is sent twice."""

from pathlib import Path

import pytest

from card import errors, jpki, pins
from card.jpki import PinBlocked, PinRejected, PinUnknown, Signed
from card.pins import ChangeUnknown, PinChanged, Secret
from card.trace import TracedConnection, TraceLine
from card.virtual import faults
from card.virtual.faults import Of
from card.virtual.other import OtherCard
from card.virtual.slot import VirtualSlot
from tests.card.cards import DIGEST, slot_with, verify

PIN, PASSWORD = Secret.AUTHENTICATION_PIN, Secret.SIGNATURE_PASSWORD
VALUES = {PIN: (b"1234", b"8642"), PASSWORD: (b"ABC123", b"KIOSK2026")}
CHANGE = 0x24


@pytest.fixture
def slot(tmp_path: Path) -> VirtualSlot:
    return slot_with("taro", tmp_path)


class LosesTheChange:
    """A connection that dies at CHANGE REFERENCE DATA, before or after the card has seen it."""

    def __init__(self, slot: VirtualSlot, arrives: bool) -> None:
        self._inner = slot.connect()
        self._arrives = arrives

    def transmit(self, command: bytes) -> bytes:
        if command[1] != CHANGE:
            return self._inner.transmit(command)
        if self._arrives:
            self._inner.transmit(command)
        raise errors.TransportError("the reader does not answer")

    def disconnect(self) -> None:
        self._inner.disconnect()


@pytest.mark.parametrize("secret", list(Secret))
def test_a_secret_is_changed_and_counts_anew(slot: VirtualSlot, secret: Secret) -> None:
    present, new = (bytearray(value) for value in VALUES[secret])
    lines: list[TraceLine] = []
    connection = TracedConnection(slot.connect(), lines.append)

    assert isinstance(pins.change(connection, secret, bytearray(VALUES[secret][1]), new), PinRejected)
    assert pins.change(connection, secret, present, new) == PinChanged()
    assert isinstance(pins.change(connection, secret, present, new), PinRejected)
    assert pins.change(connection, secret, new, present) == PinChanged()
    assert pins.tries_left(connection, secret) == {PIN: 3, PASSWORD: 5}[secret]
    shown = "".join(line.hex_masked + line.command_words for line in lines).replace(" ", "").lower()
    assert not any(value.hex() in shown for value in VALUES[secret])
    assert (present, new) == tuple(bytearray(value) for value in VALUES[secret])


def test_the_other_secret_stays(slot: VirtualSlot) -> None:
    connection = slot.connect()
    pins.change(connection, PASSWORD, bytearray(b"ABC123"), bytearray(b"KIOSK2026"))

    assert isinstance(jpki.sign(connection, bytearray(b"1234"), DIGEST), Signed)


def test_the_pin_status_is_dropped_at_the_end(slot: VirtualSlot) -> None:
    connection = slot.connect()
    assert pins.change(connection, PIN, bytearray(b"1234"), bytearray(b"8642")) == PinChanged()

    assert connection.transmit(bytes.fromhex("0020009804" + b"8642".hex()))[-2:].hex() == "6a88"  # ISD is selected


def test_wrong_until_blocked(slot: VirtualSlot) -> None:
    connection = slot.connect()
    wrong, new = bytearray(b"9999"), bytearray(b"8642")
    outcomes = [pins.change(connection, PIN, wrong, new) for _ in range(4)]

    assert outcomes == [PinRejected(2), PinRejected(1), PinBlocked(), PinBlocked()]
    assert pins.change(connection, PASSWORD, bytearray(b"ABC123"), bytearray(b"KIOSK2026")) == PinChanged()


@pytest.mark.parametrize(
    ("secret", "present", "new"),
    [
        (PIN, b"123", b"8642"),
        (PIN, b"1234", b"86420"),
        (PIN, b"ABC123", b"8642"),
        (PASSWORD, b"ABC123", b"abc123"),
        (PASSWORD, b"ABC123", b"ABCDEF"),
        (PASSWORD, b"1234", b"KIOSK2026"),
    ],
)
def test_another_form_is_never_sent(slot: VirtualSlot, secret: Secret, present: bytes, new: bytes) -> None:
    lines: list[TraceLine] = []
    with pytest.raises(ValueError, match="not the form of"):
        pins.change(TracedConnection(slot.connect(), lines.append), secret, bytearray(present), bytearray(new))

    assert lines == []


@pytest.mark.proves("fault-02")
def test_a_verify_without_answer_is_unknown(slot: VirtualSlot) -> None:
    slot.inject(faults.Mute(of=Of.VERIFY))

    assert pins.change(slot.connect(), PIN, bytearray(b"1234"), bytearray(b"8642")) == PinUnknown()


@pytest.mark.proves("fault-02")
@pytest.mark.parametrize(("arrives", "holds"), [(True, b"8642"), (False, b"1234")])
def test_a_change_without_answer_is_unknown_and_either_may_hold(slot: VirtualSlot, arrives: bool, holds: bytes) -> None:
    connection = LosesTheChange(slot, arrives)

    assert pins.change(connection, PIN, bytearray(b"1234"), bytearray(b"8642")) == ChangeUnknown()
    assert connection.transmit(bytes.fromhex("00A4040C0AD392F000260100000001")) == b"\x90\x00"
    assert connection.transmit(bytes.fromhex(verify(holds))) == b"\x90\x00"


def test_a_card_without_jpki_has_no_pin(tmp_path: Path) -> None:
    slot = VirtualSlot()
    slot.insert(OtherCard())

    with pytest.raises(errors.CardAnswerError, match="SELECT"):
        pins.change(slot.connect(), PIN, bytearray(b"1234"), bytearray(b"8642"))


@pytest.mark.parametrize(
    ("secret", "typed", "sent"),
    [
        (PIN, "１２３４", b"1234"),
        (PASSWORD, "abc123", b"ABC123"),
        (PASSWORD, "ＡｂＣ１２３", b"ABC123"),
        (PIN, "石狩市役", b"????"),
        (PASSWORD, "", b""),
    ],
)
def test_what_is_typed_is_folded_before_it_is_sent(secret: Secret, typed: str, sent: bytes) -> None:
    assert pins.normalised(secret, typed) == sent


def test_a_child_has_no_password(tmp_path: Path) -> None:
    connection = slot_with("jiro", tmp_path).connect()

    assert pins.tries_left(connection, PASSWORD) == 0
    assert pins.change(connection, PASSWORD, bytearray(b"ABC123"), bytearray(b"KIOSK2026")) == PinBlocked()
