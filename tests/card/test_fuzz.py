"""The fuzzer itself: a short run of each target, and that it finds what is planted and says how to see it again."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.card import fuzz


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[fuzz.One, list[bytes]]]:
    return fuzz.targets(tmp_path_factory.mktemp("fuzz"), seed=7)


@pytest.mark.proves("fault-10", "fault-11", "fault-12")
@pytest.mark.parametrize("name", ["card", "counters", "reader", "bytes"])
def test_a_short_run_finds_nothing(targets: dict[str, tuple[fuzz.One, list[bytes]]], name: str) -> None:
    one, corpus = targets[name]
    count, finding = fuzz.fuzz(name, one, corpus, 0.5, seed=7)

    assert finding is None, str(finding)
    assert count > 20


@pytest.mark.proves("fault-10")
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=320), min_size=1, max_size=4))
def test_the_card_answers_any_bytes(targets: dict[str, tuple[fuzz.One, list[bytes]]], commands: list[bytes]) -> None:
    for command in commands:
        targets["card"][0](command)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([0x00, 0x08, 0x0C, 0x80]),
    st.integers(0, 255),
    st.integers(0, 255),
    st.integers(0, 255),
    st.integers(0, 70_000),
    st.binary(max_size=300),
)
def test_extended_length_with_wrong_counts(
    targets: dict[str, tuple[fuzz.One, list[bytes]]], cla: int, ins: int, p1: int, p2: int, lc: int, body: bytes
) -> None:
    targets["card"][0](bytes((cla, ins, p1, p2, 0)) + (lc & 0xFFFF).to_bytes(2, "big") + body)


@pytest.mark.proves("fault-11")
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=600))
def test_the_readers_of_bytes(targets: dict[str, tuple[fuzz.One, list[bytes]]], raw: bytes) -> None:
    targets["bytes"][0](raw)


def test_what_is_planted_is_found_again_by_its_seed() -> None:
    def planted(given: bytes) -> None:
        assert given[:1] != b"\x17", "planted"

    number, finding = fuzz.fuzz("planted", planted, fuzz.commands(), 30.0, seed=3)

    assert finding is not None
    assert finding == fuzz.fuzz("planted", planted, fuzz.commands(), 30.0, seed=3)[1]
    assert finding.given[:1] == b"\x17"
    assert str(finding).startswith(f"finding: planted --seed 3, input {number}: AssertionError: planted")


def test_an_input_that_takes_too_long_is_a_finding() -> None:
    finding = fuzz.fuzz("slow", lambda _: time.sleep(1.1), [b"\0"], 5.0, seed=1)[1]

    assert finding is not None
    assert finding.what.startswith("took 1.")


def test_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert fuzz.main(["--seconds", "0.2", "--seed", "5", "--only", "bytes"]) == 0
    said = capsys.readouterr().out

    assert said.startswith("bytes: ")
    assert said.endswith(" inputs, seed 5, no finding\n")


def test_every_target_has_its_corpus(targets: dict[str, tuple[fuzz.One, list[bytes]]], tmp_path: Path) -> None:
    assert set(targets) == {"card", "counters", "reader", "bytes"}
    assert all(len(corpus) >= 4 for _, corpus in targets.values())
