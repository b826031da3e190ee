"""Traces are readable, and nothing secret is ever in one."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from card import errors, jpki
from card.trace import TracedConnection, TraceLine
from card.virtual import faults
from card.virtual.slot import VirtualSlot
from tests.card.cards import DIGEST, SELECT_JPKI, slot_with, verify


def _trace(slot: VirtualSlot, *commands: str) -> list[TraceLine]:
    lines: list[TraceLine] = []
    connection = TracedConnection(slot.connect(), lines.append)
    for command in commands:
        connection.transmit(bytes.fromhex(command))
    connection.disconnect()
    return lines


@pytest.mark.parametrize(
    ("command", "words", "answer", "shown"),
    [
        (SELECT_JPKI, "SELECT JPKI", "ok", "00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01 → 9000"),
        ("00A4020C020018", "SELECT 0018", "ok", "00 A4 02 0C 02 00 18 → 9000"),
        ("00200098", "VERIFY 0018 tries left?", "3 tries left", "00 20 00 98 → 63C3"),
        (verify(b"9999"), "VERIFY 0018", "2 tries left", "00 20 00 98 ** → 63C2"),
        (verify(b"1234"), "VERIFY 0018", "ok", "00 20 00 98 ** → 9000"),
        (
            "0024019804" + b"4321".hex(),
            "CHANGE REFERENCE DATA 0018",
            "security status not satisfied",
            "00 24 01 98 ** → 6982",
        ),
        ("00B0860003", "READ BINARY 0006 from 0", "ok", "00 B0 86 00 03 → 4A 50 4B 9000"),
        ("00B0810003", "READ BINARY 0001 from 0", "security status not satisfied", "00 B0 81 00 03 → 6982"),
        ("00CB3FFF035C017E08", "INS CB", "ins not supported", "00 CB 3F FF ** → 6D00"),
        ("0020009805313233", "no command APDU", "wrong length", "00 20 00 98 ** → 6700"),
        ("00A4040C03FFFFFF", "SELECT AID FFFFFF", "file not found", "00 A4 04 0C 03 FF FF FF → 6A82"),
    ],
)
def test_lines(tmp_path: Path, command: str, words: str, answer: str, shown: str) -> None:
    line = _trace(slot_with("taro", tmp_path), SELECT_JPKI, command)[-1]

    assert (words, answer, shown) == (line.command_words, line.response_words, line.hex_masked)


def test_what_opens_with_a_password_is_masked(tmp_path: Path) -> None:
    read = ["00B0810004", "00B0000404"]
    lines = _trace(slot_with("taro", tmp_path), SELECT_JPKI, verify(b"ABC123", 0x1B), *read)

    assert [line.hex_masked for line in lines[-2:]] == ["00 B0 81 00 04 → **×4 9000", "00 B0 00 04 04 → **×4 9000"]


def test_the_same_file_number_of_another_application_is_masked(tmp_path: Path) -> None:
    answer = b"123456789018\x90\x00"
    slot = slot_with("taro", tmp_path)
    slot.inject(faults.WrongAnswer(answer, of=faults.Of.READ))

    assert _trace(slot, "00B08A000C")[0].hex_masked == "00 B0 8A 00 0C → **×12 9000"


@pytest.mark.proves("fault-02")
def test_a_failed_exchange_has_a_line_without_the_pin(tmp_path: Path) -> None:
    slot = slot_with("taro", tmp_path)
    slot.inject(faults.Mute(of=faults.Of.VERIFY))
    lines: list[TraceLine] = []
    clock = iter([0.0, 5.0, 5.0, 12.0])
    connection = TracedConnection(slot.connect(), lines.append, lambda: next(clock))
    connection.transmit(bytes.fromhex(SELECT_JPKI))
    with pytest.raises(errors.TransportError):
        connection.transmit(bytes.fromhex(verify(b"1234")))

    assert TraceLine("VERIFY 0018", "TransportError", "00 20 00 98 ** → -", 0, 7.0) == lines[-1]
    assert lines[0].ms == 5.0


def test_a_broken_answer_has_a_line(tmp_path: Path) -> None:
    slot = slot_with("taro", tmp_path)
    slot.inject(faults.WrongAnswer(b"\x90"))

    assert (
        TraceLine("SELECT JPKI", "no status word", f"{bytes.fromhex(SELECT_JPKI).hex(' ').upper()} → -", 0, 0.0)
        == (_trace(slot, SELECT_JPKI)[0])
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.from_regex(r"[0-9]{4}", fullmatch=True), st.sampled_from(["20", "24", "32", "2C", "D6"]), st.booleans())
def test_no_command_with_a_secret_shows_it(tmp_path: Path, pin: str, ins: str, extended: bool) -> None:
    lc = "000004" if extended else "04"
    secret = pin.encode().hex()
    line = _trace(slot_with("taro", tmp_path), f"00{ins}0098{lc}{secret}")[0]

    assert secret not in line.hex_masked.replace(" ", "").lower()
    assert f"00 {ins} 00 98 **" == line.hex_masked.split(" →")[0]


def test_two_pins_leave_the_same_trace(tmp_path: Path) -> None:
    """The card's answer tells right from wrong; nothing else may differ."""
    traces = []
    for pin in ("5555", "9876"):
        lines: list[TraceLine] = []
        slot = slot_with("taro", tmp_path / pin)
        jpki.sign(TracedConnection(slot.connect(), lines.append), bytearray(pin.encode()), DIGEST)
        traces.append(lines)

    assert traces[0] == traces[1]
