"""`python -m card`: exit codes, and one clear line for everything that is wrong."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from card import authority, jpki
from card.__main__ import main
from card.virtual import adopted
from card.virtual.personalise import personalise
from card.virtual.slot import VirtualSlot
from tests.card.cards import NOW
from tests.card.test_vpcd import ATR, ReaderEnd

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["serve"], "Missing"),
        (["serve", "nobody"], "no person of that name: 'nobody'"),
        (["serve", "taro", "--profile", "round"], "--profile: 'round' is none of contact, "),
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


COMMANDS = ["serve", "info", "new", "pin", "trace", "shell", "test-keys"]
NEEDS_A_READER = ("card info", "card pin", "card serve", "pcscd ", "OPENSC_DEBUG", "card shell\n")


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert set(COMMANDS) <= set(capsys.readouterr().out.split())


def examples(command: list[str]) -> list[str]:
    """The lines below *Examples:* in the help, as they are shown."""
    done = subprocess.run(
        [sys.executable, "-m", "card", *command, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    below = done.stdout.split("Examples:\n")[1].split("\n\n")[0]
    return [line.strip() for line in below.splitlines()]


@pytest.mark.parametrize("command", [[], *([one] for one in COMMANDS)], ids=lambda words: " ".join(words) or "card")
def test_the_examples_of_the_help_work_when_pasted(tmp_path: Path, command: list[str]) -> None:
    """Those that need a reader are pasted in test_system_tools."""
    found = examples(command)
    (tmp_path / "exchanges.log").write_text("00 84 00 00 → 6700\n")
    (tmp_path / "assets").symlink_to(ROOT / "assets")
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }

    assert found
    for example in found:
        if any(words in f"{example}\n" for words in NEEDS_A_READER):
            continue
        pasted = example.replace("/tmp/cards", str(tmp_path / "cards"))
        done = subprocess.run(["bash", "-c", pasted], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, (example, done.stderr)


def test_new_says_what_is_on_the_card_and_keeps_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    at = ["--at", "2026-04-06", "--state", str(tmp_path)]
    assert main(["new", "taro", "--dry-run", *at]) == 0
    dry = capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    assert main(["new", "taro", *at]) == 0
    first = capsys.readouterr().out
    assert main(["new", str(ROOT / "assets/people/taro.toml"), *at]) == 0
    second = capsys.readouterr().out

    assert first == f"{dry}taro: card 1, kept in {tmp_path}/card\n"
    assert "serial 1000101," in first
    assert "serial 1000102," in second
    assert "taro: card 2" in second
    assert "5 tries left" in second


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('pin = "1234"', 'pin = "12345"'), ": card.pin: "),
        (("birthday = 1980-02-17", "birthday = 1980-02-30"), "not TOML: Invalid date"),
        (("[card]", '[card]\nhobby = "stamps"'), ": card.hobby: "),
        (('my_number = "100200300402"', 'my_number = "100200300403"'), ": card.face.my_number: "),
        (("[card]", "[cord]"), "card.pin: Field required"),
        (("[card]", "[card"), "Expected ']'"),
    ],
    ids=["PIN", "bad date", "unknown key", "check digit", "no table", "no TOML"],
)
def test_a_people_file_with_a_mistake_is_named_with_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    text = (ROOT / "assets/people/taro.toml").read_text()
    assert change[0] in text
    file = tmp_path / "somebody.toml"
    file.write_text(text.replace(*change, 1))

    assert main(["new", str(file)]) == 2
    written = capsys.readouterr().err
    assert f"card: {file}:" in written
    assert said in written
    assert not any(secret in written for secret in ("12345", "100200300403"))


def _elsewhere(tmp_path: Path, name: str = "somebody") -> Path:
    file = tmp_path / f"{name}.toml"
    text = (ROOT / "assets/people/taro.toml").read_text()
    file.write_text(text.replace('pin = "1234"', 'pin = "8642"', 1).replace("1000101", "7000001"))
    return file


def test_a_card_is_made_of_a_file_elsewhere(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Its keys are made once, beside its state; then it signs as every other card does."""
    file, at = _elsewhere(tmp_path), ["--at", "2026-04-06", "--state", str(tmp_path / "cards")]
    assert main(["shell", "--card", str(file), *at]) == 2
    assert f"python -m card new {file}" in capsys.readouterr().err
    assert main(["new", str(file), *at]) == 0
    said = capsys.readouterr().out
    made = {path.name: path.read_bytes() for path in (tmp_path / "cards/card/people").iterdir()}
    assert "serial 7000001," in said
    assert "somebody: card 1, kept in" in said
    assert set(made) == {
        "somebody.toml",
        *(
            f"somebody-{use}.key.pem"
            for use in ("authentication", "signature", "presence", "delivery", "phone", "next")
        ),
    }
    assert main(["new", str(file), *at]) == 0
    assert "somebody: card 2" in capsys.readouterr().out
    assert made == {path.name: path.read_bytes() for path in (tmp_path / "cards/card/people").iterdir()}

    folder = tmp_path / "cards/card"
    slot = VirtualSlot()
    slot.insert(personalise(adopted.known_as(str(file), folder), folder, NOW))
    card = jpki.probe(slot.connect(), authority.trusted_issuers())
    assert isinstance(card, jpki.MyNumberCard) and card.issuer_known
    slot.remove()
    slot.insert(personalise(adopted.known_as(str(file), folder), folder, NOW))
    assert isinstance(jpki.sign(slot.connect(), bytearray(b"8642"), bytes(32)), jpki.Signed)


@pytest.mark.parametrize(
    ("name", "said"), [("taro", "taro is somebody in assets/people"), ("No Name", "not a name"), ("nobody", "")]
)
def test_a_file_elsewhere_has_a_name_of_its_own(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, said: str
) -> None:
    file = _elsewhere(tmp_path, name) if said else tmp_path / "nobody.toml"

    assert main(["new", str(file), "--state", str(tmp_path / "cards")]) == 2
    written = capsys.readouterr().err
    assert str(file) in written
    assert said in written
    assert not (tmp_path / "cards").exists()


def test_a_log_that_cannot_be_written_is_bad_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ["serve", "taro", "--state", str(tmp_path), "--log", str(tmp_path / "none/log")]

    assert main(words) == 2
    assert "--log: " in capsys.readouterr().err


def test_the_shell_reads_commands_from_standard_input(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "card", "shell", "--card", "taro", "--state", str(tmp_path)]
    lines = "select jpki\nverify 18\n1234\nsign 17 hello\nquit\n"
    done = subprocess.run(command, cwd=ROOT, input=lines, capture_output=True, text=True)

    assert done.returncode == 0
    assert done.stdout.count("9000") == 3
    assert "31 32 33 34" not in done.stdout
    bad = subprocess.run(command, cwd=ROOT, input="brew\n", capture_output=True, text=True)
    assert bad.returncode == 1


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


def test_cards_are_pulled_placed_and_ended_by_typing(tmp_path: Path) -> None:
    readers = [ReaderEnd(), ReaderEnd()]
    while readers[1].port != readers[0].port + 1:
        readers = _neighbours(readers)
    port = str(readers[0].port)
    command = [sys.executable, "-m", "card", "serve", "taro", "hanako", "--port", port, "--state", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as card:
        try:
            assert card.stdin is not None
            for reader in readers:
                reader.accept()
                assert bytes.fromhex("3BE000FF8131FE4514") == reader.ask(ATR)
            card.stdin.write("pull hanako\n")
            card.stdin.flush()
            assert readers[1].card is not None
            assert readers[1].card.recv(1) == b""
            assert bytes.fromhex("3BE000FF8131FE4514") == readers[0].ask(ATR)
            card.stdin.write("place hanako\n")
            card.stdin.flush()
            readers[1].hang_up()
            readers[1].accept()
            assert bytes.fromhex("3BE000FF8131FE4514") == readers[1].ask(ATR)
            said, _ = card.communicate("quit\n", timeout=10)
        finally:
            card.kill()
            for reader in readers:
                reader.close()

    assert card.returncode == 0
    assert f"hanako: pulled (port {readers[1].port})" in said


def _neighbours(readers: list[ReaderEnd]) -> list[ReaderEnd]:
    """Two listeners on ports side by side, as the two slots of one reader have."""
    for reader in readers:
        reader.close()
    first = ReaderEnd()
    try:
        return [first, ReaderEnd(first.port + 1)]
    except OSError:
        return [first, ReaderEnd()]
