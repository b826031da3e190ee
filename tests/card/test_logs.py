"""Logs that people have: what real pcscd 1.9.9 and OpenSC 0.23 wrote, ours, and rubbish."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card import logs, report
from card.__main__ import main

FOLDER = Path(__file__).parent / "logs"
FIRST = ["SELECT JPKI", "SELECT 0018", "VERIFY 0018 tries left?", "SELECT 001B", "VERIFY 001B tries left?"]
READ = [f"READ BINARY 000A from {offset}" for offset in (0, 0, 256, 512, 768, 1024)]


def _words(text: str) -> list[str]:
    return [line.command_words for line in logs.decoded(text.splitlines())]


def test_a_log_of_pcscd() -> None:
    """`pcscd --apdu` while pkcs15-tool verified a PIN and read a certificate: the PIN stands there in clear."""
    text = (FOLDER / "pcscd.log").read_text()
    lines = list(logs.decoded(text.splitlines()))

    assert [line.command_words for line in lines] == [*FIRST, "SELECT 0018", "VERIFY 0018", "SELECT 000A", *READ]
    assert lines[2].response_words == "3 tries left"
    assert lines[6].hex_masked == "00 20 00 80 ** → 9000"
    assert "31 32 33 34" in text
    assert not any("31 32 33 34" in line.hex_masked for line in lines)


def test_a_debug_log_of_opensc() -> None:
    """OPENSC_DEBUG=3 of the same; OpenSC leaves VERIFY out of its log."""
    lines = list(logs.decoded((FOLDER / "opensc.log").read_text().splitlines()))

    assert [line.command_words for line in lines] == [*FIRST, "SELECT 000A", *READ]
    assert len(lines[-2].hex_masked) == len("00 B0 03 00 00 → 9000 ") + 3 * 256 - 1
    assert {line.response_words for line in lines} == {"ok", "3 tries left", "5 tries left"}


@pytest.mark.parametrize("name", ["pcscd.log", "opensc.log"])
def test_our_own_lines_are_read_again_as_they_are(name: str) -> None:
    lines = list(logs.decoded((FOLDER / name).read_text().splitlines()))

    assert list(logs.decoded(f"{line.ms:.1f} ms: {line.hex_masked}" for line in lines)) == [
        replace(line, ms=round(line.ms, 1)) for line in lines
    ]


def test_the_time_of_an_exchange_is_told_where_the_log_tells_it() -> None:
    pcscd = ["00000038 winscard.c: APDU: 00 84 00 00 08", "00002890 winscard.c: SW: 67 00"]
    ours = ["2026-04-06T10:00:00.000+09:00 taro 1.3 ms: 00 84 00 00 → 6700", "00 84 00 00 → 6700"]

    assert [line.ms for line in logs.decoded([*pcscd, *ours])] == [2.89, 1.3, 0.0]
    assert [report.trace_line(line)[:12] for line in logs.decoded(ours)] == ["     1.3 ms ", " " * 12]


def test_what_was_masked_stays_masked() -> None:
    ours = ["00 B0 81 00 00 → **×256 9000", "00 20 00 98 ** → -", "80 A2 00 00 ** → 6982"]

    assert [line.hex_masked for line in logs.decoded(ours)] == ours


def test_characters_that_look_like_hex_are_no_bytes() -> None:
    log = ["Outgoing APDU (5 bytes):", "00 B0 8A 00 04 AB ", "Incoming APDU (4 bytes):", "41 42 90 00 AB 12"]

    assert [(one.command, one.answer) for one in logs.exchanges(log)] == [(b"\0\xb0\x8a\0\4", b"AB\x90\x00")]


def test_an_answer_that_is_missing() -> None:
    log = "0001 APDU: 00 84 00 00 08 \n0001 APDU: 00 A4 04 0C 03 FF FF FF \n0002 SW: 6A 82 \n9 APDU: 00 20 00 80 04 31 "

    assert [line.response_words for line in logs.decoded(log.splitlines())] == [
        "no answer in the log",
        "file not found",
        "no answer in the log",
    ]


@given(st.lists(st.text(alphabet="0123456789ABCDEF →*×-APDUSW:()bytesOutgoing\n", max_size=80), max_size=20))
def test_no_line_breaks_the_reading(lines: list[str]) -> None:
    assert all(line.command_words for line in logs.decoded(lines))


def test_the_command_decodes_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", str(FOLDER / "pcscd.log")]) == 0
    said = capsys.readouterr().out

    assert "VERIFY 0018" in said
    assert "authentication PIN" in said
    assert "31 32 33 34" not in said


def test_a_file_without_any_exchange_is_a_no(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").write_bytes(b"nothing here \xff\n")

    assert main(["trace", str(tmp_path / "empty")]) == 1
    assert capsys.readouterr().err == f"card: {tmp_path}/empty: no exchange with a card\n"
    assert main(["trace", str(tmp_path / "missing")]) == 2
    assert f"{tmp_path}/missing: No such file or directory" in capsys.readouterr().err
