"""The retry counter survives processes, kill -9 and loss of power, and never rises by any of them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from card import errors
from card.virtual import storage
from card.virtual.personalise import new_card, personalise, unblock
from card.virtual.state import CardState, Reference, StateFile
from tests.card.cards import NOW, SELECT_JPKI, seeded, send, sign, verify

PIN, WRONG, QUERY = verify(b"1234"), verify(b"9999"), "00200098"
ROOT = Path(__file__).parents[2]


class _LosingDisk(storage.Disk):
    """A disk that can lose its power: content not synced is torn, names not synced are old again."""

    def __init__(self) -> None:
        super().__init__()
        self._durable: dict[Path, bytes] = {}
        self._names: dict[Path, bytes | None] = {}

    def write(self, path: Path, content: bytes) -> None:
        super().write(path, content)
        self._durable[path] = content[: len(content) // 2]

    def sync(self, path: Path) -> None:
        super().sync(path)
        if path.is_dir():
            self._names.clear()
        else:
            self._durable[path] = path.read_bytes()

    def rename(self, source: Path, target: Path) -> None:
        self._names[target] = target.read_bytes() if target.exists() else None
        super().rename(source, target)
        self._durable[target] = self._durable.pop(source)

    def lose_power(self) -> None:
        for path, content in self._durable.items():
            if path.exists():
                path.write_bytes(content)
        for path, old in self._names.items():
            if old is not None:
                path.write_bytes(old)


def _tries(folder: Path) -> int:
    card = personalise("taro", folder, NOW)
    return int(send(card, SELECT_JPKI, QUERY)[-1], 16)


@pytest.mark.proves("I-08", "O-45", "fault-07")
def test_three_misses_block_also_for_a_new_process(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.card.cards import *;"
        "card = personalise('taro', Path(sys.argv[1]), NOW); print(send(card, SELECT_JPKI, verify(b'9999')))"
    )
    said = [
        subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, text=True).stdout
        for _ in range(4)
    ]

    assert said == ["63C2\n", "63C1\n", "63C0\n", "6984\n"]
    assert send(personalise("taro", tmp_path, NOW), SELECT_JPKI, PIN) == "6984"


@pytest.mark.proves("fault-07", "fault-08")
def test_the_try_is_durable_before_the_pin_is_compared(tmp_path: Path) -> None:
    """Power lost after the answer to a wrong PIN: the answer was true, the counter stays down."""
    disk = _LosingDisk()
    card = personalise("taro", tmp_path, NOW, disk=disk)
    for left in (2, 1, 0):
        assert f"63C{left}" == send(card, SELECT_JPKI, WRONG)
        disk.lose_power()
        assert left == _tries(tmp_path)


@pytest.mark.proves("fault-02", "fault-07")
def test_a_torn_verify_costs_one_try_even_with_the_right_pin(tmp_path: Path) -> None:
    card = personalise("taro", tmp_path, NOW)
    send(card, SELECT_JPKI)
    card.execute_torn(bytes.fromhex(PIN))

    assert send(card, SELECT_JPKI, sign()) == "6982"
    assert send(card, QUERY) == "63C2"
    assert send(card, PIN) == "9000"
    assert send(card, QUERY) == "63C3"


@pytest.mark.proves("fault-08")
def test_every_flipped_bit_is_found(tmp_path: Path) -> None:
    personalise("taro", tmp_path, NOW, random_bytes=seeded(3))
    path = tmp_path / "taro.json"
    good = path.read_bytes()
    for at in range(0, len(good) * 8, 7):
        bad = bytearray(good)
        bad[at // 8] ^= 1 << at % 8
        path.write_bytes(bad)
        with pytest.raises(errors.StateDamaged, match="damaged"):
            personalise("taro", tmp_path, NOW)
    path.write_bytes(good)
    assert _tries(tmp_path) == 3


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"null", b"\xff", b'{"sha256":1}', b"[" * 5000, b"9" * 70000],
    ids=["empty", "no entries", "list", "null", "no text", "no checksum", "deep", "long"],
)
def test_a_damaged_file_is_a_typed_error_and_a_dead_card(tmp_path: Path, content: bytes) -> None:
    card = personalise("taro", tmp_path, NOW)
    path = tmp_path / "taro.json"
    path.write_bytes(content)

    with pytest.raises(errors.StateDamaged, match=re.escape(str(path))):
        personalise("taro", tmp_path, NOW)
    assert send(card, SELECT_JPKI, PIN) == "6581"
    assert send(card, QUERY) == "6581"
    assert send(card, sign()) == "6982"
    assert content == path.read_bytes()


def test_a_removed_file_does_not_give_tries_back_to_an_inserted_card(tmp_path: Path) -> None:
    card = personalise("taro", tmp_path, NOW)
    (tmp_path / "taro.json").unlink()

    assert send(card, SELECT_JPKI, PIN) == "6581"


def test_without_stable_storage_no_pin_is_compared(tmp_path: Path) -> None:
    class FullDisk(storage.Disk):
        def write(self, path: Path, content: bytes) -> None:
            raise OSError(28, "No space left on device")

    personalise("taro", tmp_path, NOW)
    card = personalise("taro", tmp_path, NOW, disk=FullDisk())

    assert send(card, SELECT_JPKI, PIN) == "6581"
    assert send(card, sign()) == "6982"
    with pytest.raises(errors.StateNotWritten, match="No space"):
        personalise("hanako", tmp_path, NOW, disk=FullDisk())


def test_the_file_holds_no_secret(tmp_path: Path) -> None:
    personalise("taro", tmp_path, NOW, random_bytes=seeded(5))
    content = (tmp_path / "taro.json").read_bytes()

    assert b"1234" not in content
    assert b"ABC123" not in content
    assert (tmp_path / "taro.json").stat().st_mode & 0o777 == 0o600
    stored = json.loads(content)["cards"]["0"]["0018"]
    assert {"salt", "hash", "tries"} == stored.keys()
    assert len(stored["hash"]) == 64


def test_the_same_seed_gives_the_same_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        personalise("taro", tmp_path / name, NOW, random_bytes=seeded(5))

    assert (tmp_path / "a/taro.json").read_bytes() == (tmp_path / "b/taro.json").read_bytes()


def test_the_counter_of_the_town_hall_reaches_an_inserted_card(tmp_path: Path) -> None:
    card = personalise("taro", tmp_path, NOW)
    assert send(card, SELECT_JPKI, WRONG, WRONG, WRONG, PIN) == "6984"
    unblock("taro", tmp_path)

    assert send(card, QUERY) == "63C3"
    assert send(card, PIN) == "9000"


def test_a_replay_may_leave_out_the_waiting(tmp_path: Path) -> None:
    disk = storage.Disk(synced=False)
    card = personalise("taro", tmp_path, NOW, disk=disk)
    assert send(card, SELECT_JPKI, WRONG) == "63C2"
    unblock("taro", tmp_path, disk=disk)
    assert send(card, QUERY) == "63C3"
    assert new_card("taro", tmp_path, disk=disk) == 1


def test_a_new_card_has_new_serials_and_counters_of_its_own(tmp_path: Path) -> None:
    old = personalise("taro", tmp_path, NOW)
    send(old, SELECT_JPKI, WRONG, WRONG)

    assert new_card("taro", tmp_path) == 1
    new = personalise("taro", tmp_path, NOW)
    assert (old.generation, new.generation) == (0, 1)
    assert send(new, SELECT_JPKI, QUERY) == "63C3"
    assert send(personalise("taro", tmp_path, NOW, generation=0), SELECT_JPKI, QUERY) == "63C1"
    assert personalise("taro", tmp_path, NOW).generation == 1


def test_new_card_and_unblock_before_the_card_was_ever_used(tmp_path: Path) -> None:
    unblock("taro", tmp_path)
    assert personalise("taro", tmp_path, NOW).generation == 0
    assert new_card("hanako", tmp_path) == 1


def test_cards_in_one_process_share_nothing(tmp_path: Path) -> None:
    taro, hanako = personalise("taro", tmp_path, NOW), personalise("hanako", tmp_path, NOW)
    send(taro, SELECT_JPKI, WRONG, PIN)

    assert send(hanako, SELECT_JPKI, sign()) == "6982"
    assert send(hanako, QUERY) == "63C3"


def test_no_reference_matches_where_none_was_set(tmp_path: Path) -> None:
    nothing = Reference.of(None, 5, seeded(1))

    assert (nothing.tries, nothing.matches(b""), nothing.matches(b"ABC123")) == (0, False, False)
    file = StateFile(tmp_path, "taro")
    file.change(lambda _: (CardState(0, {0: {0x18: nothing}}), None))
    assert CardState(0, {0: {0x18: nothing}}) == file.read()


def test_an_unknown_person_and_a_negative_generation_are_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.PersonError, match="no person of that name: 'nobody'"):
        personalise("nobody", tmp_path, NOW)
    with pytest.raises(errors.PersonError, match="no person"):
        personalise("../people/taro", tmp_path, NOW)
    with pytest.raises(ValueError, match="count from 0"):
        personalise("taro", tmp_path, NOW, generation=-1)
