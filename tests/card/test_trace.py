"""Traces are readable, and nothing secret is ever in one."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from card import errors, glossary, jpki
from card.apdu import StatusWord
from card.trace import Decoder, TracedConnection, TraceLine, sw_words
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
        ("00B2010C00", "READ RECORD 0001 record 1", "", "00 B2 01 0C 00 →"),
        ("00CA5F5100", "GET DATA 5F51", "", "00 CA 5F 51 00 →"),
        ("FFCA000000", "GET UID", "", "FF CA 00 00 00 →"),
        ("FF00000000", "to the reader", "", "FF 00 00 00 00 →"),
        ("80A200000101", "SET PUBLIC IC KEY", "", "80 A2 00 00 ** →"),
        ("00CB3FFF035C017E08", "INS CB", "ins not supported", "00 CB 3F FF ** → 6D00"),
        ("0020009805313233", "no command APDU", "wrong length", "00 20 00 98 ** → 6700"),
        ("00A4040C03FFFFFF", "SELECT AID FFFFFF", "file not found", "00 A4 04 0C 03 FF FF FF → 6A82"),
    ],
)
def test_lines(tmp_path: Path, command: str, words: str, answer: str, shown: str) -> None:
    line = _trace(slot_with("taro", tmp_path), SELECT_JPKI, command)[-1]

    assert line.command_words == words
    assert line.response_words == answer or not answer
    assert line.hex_masked == shown or (not answer and line.hex_masked.startswith(shown))


def _meanings(*commands: str) -> list[str]:
    decoder = Decoder()
    return [decoder.line(bytes.fromhex(command), b"\x90\x00", 0.0).meaning for command in commands]


@pytest.mark.parametrize("application", glossary.APPLICATIONS, ids=lambda one: one.name)
def test_every_file_of_every_application_has_a_meaning(application: glossary.ApplicationEntry) -> None:
    aid = application.aid
    select = f"00A4040C{len(aid):02X}{aid.hex()}"
    for fid, entry in application.files.items():
        assert _meanings(select, f"00A4020C02{fid:04X}")[1] == entry.meaning
        assert _meanings(select, f"00B0{0x80 | fid:02X}0000")[1] == entry.meaning
    assert _meanings(select) == [application.meaning]


def test_what_a_signature_is_over() -> None:
    said = _meanings(SELECT_JPKI, *(f"802A{p1:02X}97010000" for p1 in range(6)))

    assert said[1:] == [f"user authentication key, {words}" for words in glossary.SIGNATURES.values()]


@pytest.mark.parametrize("tag", glossary.OBJECTS)
def test_every_object_of_get_data_has_a_meaning(tag: int) -> None:
    line = Decoder().line(bytes.fromhex(f"00CA{tag:04X}00"), b"AB\x90\x00", 0.0)

    assert line.meaning == glossary.OBJECTS[tag].meaning
    assert ("41 42" in line.hex_masked) == glossary.OBJECTS[tag].public


@pytest.mark.parametrize(
    ("sw", "said"),
    [
        (0x9000, "ok"),
        (0x63C0, "0 tries left"),
        (0x63C1, "1 try left"),
        (0x6300, "verification failed"),
        (0x6110, "16 more bytes"),
        (0x6100, "256 more bytes"),
        (0x6C00, "wrong Le, 256 would do"),
        (0x66F1, "key delivery not configured"),
        (0x6988, "secure messaging object incorrect"),
        (0x69FC, "no secure messaging session"),
        (0x1234, "unknown status word"),
    ],
)
def test_status_words_in_words(sw: int, said: str) -> None:
    assert sw_words(sw) == said


@pytest.mark.parametrize("sw", list(StatusWord))
def test_every_status_word_has_words(sw: StatusWord) -> None:
    assert sw_words(sw) != "unknown status word"


@pytest.mark.parametrize("application", glossary.APPLICATIONS[1:], ids=lambda one: one.name)
def test_personal_files_of_other_applications_are_masked(application: glossary.ApplicationEntry) -> None:
    decoder = Decoder()
    aid = application.aid
    decoder.line(bytes.fromhex(f"00A4040C{len(aid):02X}{aid.hex()}"), b"\x90\x00", 0.0)
    for fid in range(1, 0x1F):
        line = decoder.line(bytes((0x00, 0xB0, 0x80 | fid, 0x00, 0x00)), b"AB\x90\x00", 0.0)
        assert ("41 42" in line.hex_masked) == (fid in application.files and application.files[fid].public)


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

    assert lines[-1] == TraceLine("VERIFY 0018", "TransportError", "00 20 00 98 ** → -", 0, 7.0, "authentication PIN")
    assert lines[0].ms == 5.0


def test_a_broken_answer_has_a_line(tmp_path: Path) -> None:
    slot = slot_with("taro", tmp_path)
    slot.inject(faults.WrongAnswer(b"\x90"))

    line = _trace(slot, SELECT_JPKI)[0]
    assert (line.response_words, line.sw) == ("no status word", 0)
    assert line.hex_masked == f"{bytes.fromhex(SELECT_JPKI).hex(' ').upper()} → -"


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
