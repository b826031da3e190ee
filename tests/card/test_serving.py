"""Layers around served cards, and pulling and placing them by typing."""

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from card import logs
from card.serving import HELP, Console, Place, Slowed, Told, TraceFile, WithUid, layered
from card.trace import TraceLine
from card.virtual import latency
from card.virtual.other import OtherCard
from card.virtual.personalise import personalise
from card.virtual.profiles import CONTACT, CONTACTLESS, CardProfile
from tests.card.cards import NOW, SELECT_JPKI, seeded, sign, verify
from tests.card.test_vpcd import ATR, ReaderEnd

GET_UID = bytes.fromhex("FFCA000000")


def _contactless(folder: Path, profile: CardProfile = CONTACTLESS) -> WithUid:
    return WithUid(personalise("taro", folder, NOW, profile=profile), seeded(1))


def test_get_uid_is_answered_where_a_contactless_reader_would(tmp_path: Path) -> None:
    card = _contactless(tmp_path)
    first = card.execute(GET_UID)

    assert (len(first), first[-2:]) == (6, b"\x90\x00")
    assert card.execute(GET_UID) == first
    assert card.execute(bytes.fromhex("FFCA000004")) == first
    assert card.execute(bytes.fromhex("FFCA000002")) == b"\x6c\x04"
    assert card.execute(bytes.fromhex("FFCA0000")) == b"\x67\x00"
    assert card.execute(bytes.fromhex("FFCA010000")) == b"\x6e\x00"
    card.power_off()
    assert card.execute(GET_UID) != first
    card.reset()
    assert card.execute(bytes.fromhex(SELECT_JPKI)) == b"\x90\x00"


def test_a_reader_with_contacts_passes_it_on(tmp_path: Path) -> None:
    assert _contactless(tmp_path, CONTACT).execute(GET_UID) == b"\x6e\x00"


def test_a_torn_verify_goes_through_every_layer(tmp_path: Path) -> None:
    card = layered(personalise("taro", tmp_path, NOW), "taro", latency.NONE, None)
    card.execute(bytes.fromhex(SELECT_JPKI))
    card.execute_torn(bytes.fromhex(verify(b"1234")))
    card.execute(bytes.fromhex(SELECT_JPKI))

    assert card.execute(bytes.fromhex("00200098")) == b"\x63\xc2"
    assert card.atr == CONTACT.atr


def test_a_slow_card_waits_as_a_real_one_would(tmp_path: Path) -> None:
    waited: list[float] = []
    card = Slowed(personalise("taro", tmp_path, NOW), latency.TYPICAL, waited.append)
    for command in (SELECT_JPKI, verify(b"1234"), sign()):
        card.execute(bytes.fromhex(command))

    assert waited[2] > 0.5 > waited[1] > waited[0] > 0.005


def test_a_log_of_what_was_served_can_be_decoded(tmp_path: Path) -> None:
    log = TraceFile(tmp_path / "log", lambda: NOW)
    card = layered(personalise("taro", tmp_path, NOW), "taro", latency.NONE, log)
    for command in (SELECT_JPKI, verify(b"1234"), sign(), "00"):
        card.execute(bytes.fromhex(command))
    text = (tmp_path / "log").read_text()

    assert text.startswith("2026-04-06T10:00:00.000+09:00 taro ")
    assert "31323334" not in text.replace(" ", "")
    assert [line.command_words for line in logs.decoded(text.splitlines())] == [
        "SELECT JPKI",
        "VERIFY 0018",
        "COMPUTE DIGITAL SIGNATURE 0017",
    ]


def test_what_is_told_is_masked(tmp_path: Path) -> None:
    lines: list[TraceLine] = []
    card = Told(personalise("taro", tmp_path, NOW), lines.append)
    card.execute(bytes.fromhex(verify(b"1234")))

    assert lines[0].hex_masked.startswith("00 20 00 98 ** →")


class Table:
    """Two readers' ends, a card for each, and the console between."""

    def __init__(self) -> None:
        self.readers = [ReaderEnd(), ReaderEnd()]
        self.said: list[str] = []
        self.left = threading.Event()
        names = ("taro", "hanako")
        self.places = [
            Place(name, OtherCard(), reader.port, self.said.append)
            for name, reader in zip(names, self.readers, strict=True)
        ]
        self.console = Console(self.places, self.said.append, self.left.set)


@pytest.fixture
def table() -> Iterator[Table]:
    made = Table()
    yield made
    for place in made.places:
        place.pull()
    for reader in made.readers:
        reader.close()


def test_cards_are_placed_and_pulled_by_typing(table: Table) -> None:
    taro, hanako = table.readers
    table.console.run(["place", "place taro"])
    for reader in (taro, hanako):
        reader.accept()
        assert reader.ask(ATR) == OtherCard().atr
    table.console.run(["pull taro", "pull taro", "list"])
    assert taro.card is not None
    assert taro.card.recv(1) == b""
    assert hanako.ask(ATR) == OtherCard().atr
    table.console.run(["place taro"])
    taro.hang_up()
    taro.accept()
    assert taro.ask(ATR) == OtherCard().atr
    table.console.run(["pull", "quit"])

    assert [place.is_placed for place in table.places] == [False, False]
    assert table.left.is_set()
    assert f"taro: pulled (port {taro.port})" in table.said
    assert f"hanako: placed (port {hanako.port})" in table.said


def test_what_is_not_understood_is_answered(table: Table) -> None:
    table.console.run(["", "brew", "pull taro now", "pull jiro"])

    assert table.said == [HELP, HELP, "jiro: not served here; there are taro, hanako"]


def test_a_terminal_that_is_not_ours_ends_the_console(table: Table) -> None:
    class Background:
        def __iter__(self) -> "Background":
            return self

        def __next__(self) -> str:
            raise OSError(5, "Input/output error")

    table.console.run(Background())

    assert table.said == []


def test_the_time_of_a_log_is_told_to_the_millisecond(tmp_path: Path) -> None:
    moment = datetime.fromisoformat("2026-04-06T10:00:00.123456+09:00")
    TraceFile(tmp_path / "log", lambda: moment).write("taro", TraceLine("", "", "00 84 → 6700", 0x6700, 1.26))

    assert (tmp_path / "log").read_text() == "2026-04-06T10:00:00.123+09:00 taro 1.3 ms: 00 84 → 6700\n"
