"""What the seven listed answers to reset announce (card.md §1), and that no other bytes break the reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card import capabilities
from card.capabilities import Capabilities

PLAIN = Capabilities(short_ids=True, extended_length=False)


@pytest.mark.parametrize(
    ("atr", "history", "told", "made_up"),
    [
        ("3BE000FF8131FE4514", "", PLAIN, False),
        ("3BC5FF8131FB458073C601000000", "8073C60100", PLAIN, False),
        ("3BC5FF8131FB458073C6010000", "8073C60100", PLAIN, False),
        (
            "3BDA13FF8131FB468012392F31C173C601C03B",
            "8012392F31C173C601C0",
            Capabilities(short_ids=True, extended_length=True),
            False,
        ),
        ("3BF59100FF918171FE4000420001 00D1D6", "4200010 0D1", PLAIN, False),
        ("3B888001000005E0B381A1007F", "000005E0B381A100", PLAIN, True),
        ("3B888001000041E0B381A1003B", "000041E0B381A100", PLAIN, True),
        ("3B888001000014E0B38191005E", "000014E0B3819100", PLAIN, True),
        ("3BC5FF8131FB458073C2010000", "8073C20100", Capabilities(short_ids=False), False),
        ("", "", PLAIN, False),
        ("3B", "", PLAIN, False),
        ("3BFF", "", PLAIN, False),
    ],
)
def test_the_listed_answers_to_reset(atr: str, history: str, told: Capabilities, made_up: bool) -> None:
    raw = bytes.fromhex(atr.replace(" ", ""))

    assert capabilities.historical_bytes(raw) == bytes.fromhex(history.replace(" ", ""))
    assert capabilities.announced(raw) == told
    assert capabilities.is_made_up(raw) == made_up


@given(st.binary(max_size=40))
def test_any_bytes_have_an_answer(atr: bytes) -> None:
    assert isinstance(capabilities.announced(atr), Capabilities)
    assert len(capabilities.historical_bytes(b"\x3b" + atr)) <= 15
