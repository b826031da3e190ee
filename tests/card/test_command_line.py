"""`python -m card`: exit codes, and one clear line for everything that is wrong."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from card.__main__ import main
from tests.card.test_vpcd import ATR, ReaderEnd

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["serve"], "Missing"),
        (["serve", "nobody"], "no person of that name: 'nobody'"),
        (["serve", "taro", "--profile", "round"], "--profile: 'round' is none of contact, contactless"),
        (["serve", "taro", "--at", "noon"], "--at: 'noon' is no time"),
        (["serve", "taro", "--port", "0"], "--port"),
        (["serve", "taro", "hanako", "--port", "65535"], "--port: no room for 2 cards"),
        (["brew"], "brew"),
    ],
)
def test_bad_usage_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str], said: str
) -> None:
    if words[0] == "serve":
        words = [*words, "--state", str(tmp_path)]

    assert main(words) == 2
    written = capsys.readouterr().err
    assert said in written
    assert len(written.splitlines()) == 1


def test_a_damaged_state_file_is_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "card").mkdir()
    (tmp_path / "card/taro.json").write_text("{}")

    assert main(["serve", "taro", "--state", str(tmp_path)]) == 2
    assert f"card: {tmp_path}/card/taro.json: damaged" in capsys.readouterr().err


def test_without_a_reader_info_says_so_with_exit_code_1(tmp_path: Path) -> None:
    environment = {**os.environ, "PCSCLITE_CSOCK_NAME": str(tmp_path / "none")}
    done = subprocess.run(
        [sys.executable, "-m", "card", "info"], cwd=ROOT, env=environment, capture_output=True, text=True
    )

    assert done.returncode == 1
    assert done.stderr in {"card: pcscd is not running\n", "card: pyscard is not installed: make system\n"}


def test_no_test_key_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test-keys"]) == 0
    assert capsys.readouterr().out == "0 made\n"


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert {"serve", "info", "test-keys"} <= set(capsys.readouterr().out.split())


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_serve_plugs_the_card_in_and_pulls_it_at_the_end(tmp_path: Path, ending: signal.Signals) -> None:
    reader = ReaderEnd()
    command = [sys.executable, "-m", "card", "serve", "taro", "--port", str(reader.port), "--state", str(tmp_path)]
    with subprocess.Popen([*command, "--at", "2026-04-06T10:00"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as card:
        try:
            reader.accept()
            assert bytes.fromhex("3BE000FF8131FE4514") == reader.ask(ATR)
            card.send_signal(ending)
            said, _ = card.communicate(timeout=10)
        finally:
            card.kill()
            reader.close()

    assert card.returncode == 0
    expected = f"taro: waiting for the reader (port {reader.port})\ntaro: in the reader (port {reader.port})\n"
    assert expected == said
    assert (tmp_path / "card/taro.json").exists()
