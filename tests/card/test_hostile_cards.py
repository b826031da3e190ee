"""Scripted hostile cards at the reader's side: bounded in commands, time and memory, and never believed."""

import contextlib
import time
import tracemalloc
from pathlib import Path

import pytest

from card import authority, errors, jpki, pins
from card.jpki import MyNumberCard, NotMyNumberCard, PinUnknown, Signed
from card.survey import survey
from card.trace import TracedConnection, TraceLine
from card.virtual import faults, profiles
from card.virtual.faults import GARBAGE, Endless, Garbage, Of, OtherText, Swap, WrongLength
from card.virtual.personalise import personalise
from card.virtual.slot import VirtualSlot
from tests.card.cards import DIGEST, NOW, slot_with

PIN = bytearray(b"1234")
_MOST_COMMANDS = 45
_MOST_MEMORY = 32 * 1024 * 1024


@pytest.fixture(params=["contact", "extended"])
def slot(request: pytest.FixtureRequest, tmp_path: Path) -> VirtualSlot:
    made = VirtualSlot()
    made.insert(personalise("taro", tmp_path, NOW, profile=profiles.PROFILES[request.param]))
    return made


def _tried(slot: VirtualSlot) -> tuple[object, list[TraceLine]]:
    lines: list[TraceLine] = []
    connection = TracedConnection(slot.connect(), lines.append)
    try:
        found = jpki.probe(connection, authority.trusted_issuers())
        if isinstance(found, MyNumberCard):
            return jpki.sign(connection, PIN, DIGEST, found.auth_cert), lines
        return found, lines
    except errors.CardError as error:
        return error, lines
    finally:
        connection.disconnect()


@pytest.mark.proves("fault-10")
@pytest.mark.parametrize("answer", [b"\x61\x10", b"\x61\x00", b"\x6c\x10", b"\x90\x00", b"\x00\x90\x00", b"\x63\xc3"])
@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_an_endless_answer_ends(slot: VirtualSlot, answer: bytes, nth: int) -> None:
    slot.inject(Endless(answer, nth=nth))
    outcome, lines = _tried(slot)

    assert isinstance(outcome, errors.CardError | NotMyNumberCard)
    assert len(lines) <= _MOST_COMMANDS
    assert not any(line.hex_masked.startswith("00 20 00 98 **") for line in lines)


@pytest.mark.proves("fault-11")
@pytest.mark.parametrize("kind", GARBAGE)
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_garbage_is_refused_at_once(slot: VirtualSlot, kind: str, nth: int) -> None:
    slot.inject(Garbage(kind, nth=nth))
    tracemalloc.start()
    begun = time.process_time()
    outcome, lines = _tried(slot)
    spent, (_, peak) = time.process_time() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert isinstance(outcome, errors.CardAnswerError | NotMyNumberCard | Signed)
    # A later block of the certificate may be garbage of its own length: then nothing is signed.
    assert not isinstance(outcome, Signed) or nth == 3
    assert (len(lines) <= _MOST_COMMANDS, peak < _MOST_MEMORY, spent < 1.0) == (True, True, True)


@pytest.mark.proves("fault-10")
@pytest.mark.parametrize("size", [0, 1, 3, 255, 257, 300, 65_000])
@pytest.mark.parametrize("of", [Of.READ, Of.SIGN])
def test_an_answer_of_another_length(slot: VirtualSlot, size: int, of: Of) -> None:
    slot.inject(WrongLength(size, nth=2 if of is Of.READ else 1, of=of))
    outcome, lines = _tried(slot)

    assert isinstance(outcome, errors.CardAnswerError) or (of is Of.READ and isinstance(outcome, Signed))
    assert len(lines) <= _MOST_COMMANDS


@pytest.mark.proves("fault-12")
def test_a_card_exchanged_between_read_and_sign_is_not_believed(slot: VirtualSlot, tmp_path: Path) -> None:
    slot.inject(Swap(personalise("hanako", tmp_path, NOW)))
    outcome, _ = _tried(slot)

    assert isinstance(outcome, errors.CardAnswerError)


@pytest.mark.proves("fault-12")
def test_a_signature_over_something_else_is_not_believed(slot: VirtualSlot) -> None:
    slot.inject(OtherText())
    outcome, _ = _tried(slot)

    assert isinstance(outcome, errors.CardAnswerError)
    assert "not signed by the key" in str(outcome)


@pytest.mark.proves("fault-02")
@pytest.mark.parametrize("profile", ["contact", "contactless"])
def test_a_mute_card_at_each_command(tmp_path: Path, profile: str) -> None:
    """Whichever command it is silent at: typed, VERIFY never twice, and only at VERIFY is it unknown."""
    for nth in range(1, 13):
        slot = VirtualSlot()
        slot.insert(personalise("taro", tmp_path, NOW, profile=profiles.PROFILES[profile]))
        slot.inject(faults.Mute(nth=nth))
        outcome, lines = _tried(slot)
        sent = [line.hex_masked.startswith("00 20 00 98 **") for line in lines]

        assert sum(sent) <= 1
        assert isinstance(outcome, PinUnknown) == (len(sent) >= nth and sent[nth - 1])
        assert isinstance(outcome, errors.TransportError | PinUnknown | Signed)


@pytest.mark.proves("fault-10")
@pytest.mark.parametrize("answer", [b"\x61\x10", b"\x6c\x04", b"\x90\x00"])
def test_endless_answers_to_survey_and_change(tmp_path: Path, answer: bytes) -> None:
    slot = slot_with("taro", tmp_path)
    for ask in (
        lambda connection: survey(connection),
        lambda connection: pins.change(connection, pins.Secret.AUTHENTICATION_PIN, PIN, bytearray(b"4321")),
    ):
        slot.inject(Endless(answer, nth=2))
        lines: list[TraceLine] = []
        connection = TracedConnection(slot.connect(), lines.append)
        with contextlib.suppress(errors.CardError):
            ask(connection)
        connection.disconnect()
        card = slot.card
        assert card is not None
        slot.insert(card)
        assert len(lines) <= 60
