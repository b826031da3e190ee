"""Scripted faults and latency of the emulated reader, and what our reader side makes of them (faults.md 1-12)."""

from pathlib import Path

import pytest

from card import errors, jpki
from card.virtual import faults, latency
from card.virtual.faults import Moment, Of
from card.virtual.latency import Latency
from card.virtual.personalise import personalise
from card.virtual.slot import VirtualConnection, VirtualSlot
from tests.card.cards import DIGEST, NOW, SELECT_JPKI, sign, slot_with, verify

SELECT, QUERY = bytes.fromhex(SELECT_JPKI), bytes.fromhex("00200098")
CERT = bytes.fromhex("00B08A0000")
PIN = bytearray(b"1234")


def tries(state: Path) -> bytes:
    card = personalise("taro", state, NOW)
    card.execute(SELECT)
    return card.execute(QUERY)


def login(connection: VirtualConnection) -> object:
    """A whole visit as the kiosk makes it."""
    found = jpki.probe(connection, ())
    assert isinstance(found, jpki.MyNumberCard)
    return jpki.sign(connection, PIN, DIGEST, found.auth_cert)


@pytest.mark.proves("fault-01", "fault-02", "fault-03")
@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("nth", range(1, 9))
def test_a_card_pulled_at_any_command_never_says_wrong_pin(tmp_path: Path, nth: int, moment: Moment) -> None:
    slot = slot_with("taro", tmp_path)
    slot.inject(faults.Tear(moment, nth))
    try:
        outcome = login(slot.connect())
    except errors.CardRemoved:
        outcome = None

    assert outcome in (None, jpki.PinUnknown(removed=True))
    assert slot.card is None
    assert tries(tmp_path)[-1] & 0x0F >= 2


@pytest.mark.proves("fault-02")
@pytest.mark.parametrize(
    ("moment", "left"), [(Moment.BEFORE, b"\x63\xc3"), (Moment.DURING, b"\x63\xc2"), (Moment.AFTER, b"\x63\xc3")]
)
def test_a_card_pulled_at_verify_costs_what_the_moment_says(tmp_path: Path, moment: Moment, left: bytes) -> None:
    slot = slot_with("taro", tmp_path)
    slot.inject(faults.Tear(moment, of=Of.VERIFY))

    assert jpki.PinUnknown(removed=True) == login(slot.connect())
    assert left == tries(tmp_path)


@pytest.mark.proves("fault-10")
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.WrongLength(0, of=Of.READ), id="empty"),
        pytest.param(faults.WrongLength(1, of=Of.READ, nth=2), id="one-byte"),
        pytest.param(faults.WrongLength(4096, of=Of.READ, nth=2), id="oversize"),
        pytest.param(faults.WrongAnswer(b"", of=Of.READ), id="no-status-word"),
        pytest.param(faults.WrongAnswer(b"\x90", of=Of.READ), id="half-a-status-word"),
        pytest.param(faults.WrongAnswer(bytes(70_000), of=Of.READ), id="70-kB"),
        pytest.param(faults.Endless(), id="61xx-from-the-start"),
        pytest.param(faults.Endless(nth=3), id="61xx-later"),
        pytest.param(faults.Endless(b"\x6c\x00", nth=2), id="6Cxx"),
        pytest.param(faults.Endless(b"\x00\x90\x00", nth=4), id="one-byte-for-ever"),
    ],
)
def test_answers_of_wrong_length_end_in_a_value_or_a_typed_error(tmp_path: Path, fault: faults.CardFault) -> None:
    sent: list[float] = []
    slot = VirtualSlot(spent=sent.append)
    slot.insert(personalise("taro", tmp_path, NOW))
    slot.inject(fault)
    try:
        found = jpki.probe(slot.connect(), ())
    except errors.CardAnswerError:
        found = jpki.NotMyNumberCard()

    assert isinstance(found, jpki.NotMyNumberCard | jpki.MyNumberCard)
    assert len(sent) <= 60


@pytest.mark.proves("fault-11")
@pytest.mark.parametrize("kind", faults.GARBAGE)
def test_garbage_for_a_certificate_is_a_typed_error(tmp_path: Path, kind: str) -> None:
    slot = slot_with("taro", tmp_path)
    slot.inject(faults.Garbage(kind, nth=2))

    with pytest.raises(errors.CardAnswerError):
        jpki.probe(slot.connect(), ())


@pytest.mark.parametrize("kind", faults.GARBAGE)
def test_garbage_is_what_it_says(tmp_path: Path, kind: str) -> None:
    slot = slot_with("taro", tmp_path)
    connection = slot.connect()
    connection.transmit(SELECT)
    slot.inject(faults.Garbage(kind))

    assert connection.transmit(CERT) == faults.GARBAGE[kind] + b"\x90\x00"
    assert len(connection.transmit(CERT)) == 258


@pytest.mark.proves("fault-12", "fault-04")
def test_a_card_swapped_between_read_and_sign_does_not_pass(tmp_path: Path) -> None:
    """The other card has even been shown its own PIN: its signature is not of the certificate that was read."""
    other = personalise("hanako", tmp_path, NOW)
    for command in (SELECT_JPKI, verify(b"2345")):
        other.execute(bytes.fromhex(command))
    slot = slot_with("taro", tmp_path)
    slot.inject(faults.Swap(other))
    connection = slot.connect()

    with pytest.raises(errors.CardAnswerError, match="not signed by the key"):
        login(connection)
    assert slot.card is other


@pytest.mark.proves("fault-12")
def test_a_signature_over_something_else_does_not_pass(tmp_path: Path) -> None:
    slot = slot_with("taro", tmp_path)
    slot.inject(faults.OtherText())

    with pytest.raises(errors.CardAnswerError, match="not signed by the key"):
        login(slot.connect())
    assert isinstance(login(_again(slot)), jpki.Signed)


def _again(slot: VirtualSlot) -> VirtualConnection:
    card = slot.card
    assert card is not None
    slot.insert(card)
    return slot.connect()


@pytest.mark.proves("fault-09")
def test_a_slow_card_costs_the_clock_and_no_time(tmp_path: Path) -> None:
    told: list[float] = []
    slot = VirtualSlot(spent=told.append)
    slot.insert(personalise("taro", tmp_path, NOW))
    slot.inject(faults.Slow(2000.0, of=Of.SIGN))

    assert isinstance(login(slot.connect()), jpki.Signed)
    assert sum(told) == 2000.0


@pytest.mark.proves("fault-09")
def test_a_silent_card_is_a_transport_error(tmp_path: Path) -> None:
    slot = slot_with("taro", tmp_path)
    slot.inject(faults.Mute(of=Of.SIGN))

    with pytest.raises(errors.TransportError):
        login(slot.connect())


def test_an_endless_card_is_cured_by_taking_it_away(tmp_path: Path) -> None:
    slot = slot_with("taro", tmp_path)
    slot.inject(faults.Endless())
    connection = slot.connect()
    assert {connection.transmit(SELECT) for _ in range(5)} == {b"\x61\x10"}

    assert _again(slot).transmit(SELECT) == b"\x90\x00"


def test_an_endless_fault_that_waits_for_its_turn_is_not_lost(tmp_path: Path) -> None:
    slot = slot_with("taro", tmp_path)
    slot.inject(faults.Endless(nth=2))
    assert slot.connect().transmit(SELECT) == b"\x90\x00"

    assert _again(slot).transmit(SELECT) == b"\x61\x10"


@pytest.mark.parametrize(
    ("speed", "least", "most"),
    [
        pytest.param(latency.NONE, 0, 0, id="none"),
        pytest.param(latency.TYPE_B_106, 690, 830, id="106-kbit/s"),
        pytest.param(latency.TYPICAL, 600, 730, id="212-kbit/s"),
        pytest.param(latency.TYPE_B_424, 560, 680, id="424-kbit/s"),
        pytest.param(latency.CONTACT, 2000, 3000, id="contact-372"),
        pytest.param(latency.CONTACT_FAST, 950, 1250, id="contact-93"),
    ],
)
def test_section_8_a_login_takes_what_was_modelled(tmp_path: Path, speed: Latency, least: float, most: float) -> None:
    told: list[float] = []
    slot = VirtualSlot(speed=speed, spent=told.append)
    slot.insert(personalise("taro", tmp_path, NOW))
    login(slot.connect())

    assert least <= sum(told) <= most


def test_section_8_a_contact_card_needs_a_second_and_a_half_for_a_certificate() -> None:
    block = latency.CONTACT.milliseconds(CERT, bytes(258))

    assert 1400 < 5 * block < 1750
    assert latency.CONTACT.milliseconds(QUERY, b"\x63\xc3") < 25
    assert latency.TYPICAL.milliseconds(bytes.fromhex(sign()), bytes(258)) > 500
    assert set(latency.MODELS) >= {"none", "typical", "type-b-106", "type-b-212", "type-b-424", "contact"}


@pytest.mark.parametrize(
    ("command", "arrives"),
    [
        ("802A00970101 00", "802A00970100 00"),
        ("802A0097000001010000", "802A0097000001000000"),
        ("802A009700", "802A009700"),
        ("80", "80"),
    ],
    ids=["short", "extended", "no body", "no command"],
)
def test_what_is_signed_instead(command: str, arrives: str) -> None:
    assert bytes.fromhex(arrives) == faults.altered(bytes.fromhex(command))
