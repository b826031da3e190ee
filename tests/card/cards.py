"""What the tests of the card share: a fixed moment, seeded randomness, and ways to send APDUs."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from typing_extensions import override

from card.serving import Layer
from card.virtual.icc import VirtualCard
from card.virtual.personalise import personalise
from card.virtual.slot import VirtualSlot

JST = timezone(timedelta(hours=9))
NOW = datetime(2026, 4, 6, 10, 0, tzinfo=JST)
DIGEST = bytes(range(32))
SELECT_JPKI = "00A4040C0A D392F000260100000001"
SELECT_ISD = "00A4040C07 A0000001510000"
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420") + DIGEST


class Snares(Layer):
    """A card at whose commands of one kind something happens before it executes them: `at` INS, `springs`.

    VERIFY means one that carries a PIN, not the retry query; `verified` counts those.
    """

    def __init__(self, person: str, state: Path) -> None:
        super().__init__(personalise(person, state, NOW))
        self.at = 0x20
        self.springs: Callable[[], None] = lambda: None
        self.verified = 0

    @override
    def execute(self, command: bytes) -> bytes:
        ins = command[1] if len(command) > 4 or command[1] != 0x20 else 0
        self.verified += ins == 0x20
        if ins == self.at:
            self.springs()
        return self.card.execute(command)


def seeded(seed: int) -> Callable[[int], bytes]:
    return random.Random(seed).randbytes


def verify(pin: bytes, sfi: int = 0x18) -> str:
    return f"002000{0x80 | sfi:02X}{len(pin):02X}{pin.hex()}"


def sign(sfi: int = 0x17, body: bytes = DIGEST_INFO, p1: int = 0) -> str:
    return f"802A{p1:02X}{0x80 | sfi:02X}{len(body):02X}{body.hex()}00"


def send(card: VirtualCard, *commands: str) -> str:
    """Send commands as hex; return the last status word as hex, with the body's length where there is one."""
    answer = b""
    for command in commands:
        answer = card.execute(bytes.fromhex(command))
    body = f" +{len(answer) - 2}" if len(answer) > 2 else ""
    return answer[-2:].hex().upper() + body


def slot_with(person: str, state: Path) -> VirtualSlot:
    slot = VirtualSlot()
    slot.insert(personalise(person, state, NOW))
    return slot
