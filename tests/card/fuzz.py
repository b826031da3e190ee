"""Throws bytes at both sides of the card stack for as long as asked: `python -m tests.card.fuzz --seconds N`.

Mutations of good commands go to the virtual card, mutations of good answers to the reader's side,
and rubbish to the readers of TLV, certificates and logs. Whatever comes, the outcome is a status
word or a typed error, in bounded time, and no retry counter rises but by the right PIN. Everything
follows from the seed: a finding names it, and becomes a test. hypothesis does the same in small in
`make test`.
"""

import argparse
import contextlib
import itertools
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from card import authority, capabilities, certificates, errors, jpki, logs, phone, pins, tlv
from card.apdu import CommandApdu
from card.glossary import APPLICATIONS
from card.survey import survey
from card.trace import Decoder
from card.virtual import profiles, state, storage
from card.virtual.icc import VirtualCard
from card.virtual.personalise import personalise
from tests.card.cards import DIGEST, DIGEST_INFO, NOW, slot_with

_LONGEST = 65_538
_SENT_MOST = 400
_FRESH_AFTER = 20_000
"""Inputs that one card sees before the next is made, so that no run is stuck behind blocked PINs."""
_SLOW = 1.0
_PINS = (0x10, 0x11, 0x12, 0x14, 0x15, 0x18, 0x1B, 0x1C)

One = Callable[[bytes], None]


@dataclass(frozen=True)
class Finding:
    """What broke a promise: the target, the seed, which input it was, the input itself and what happened."""

    target: str
    seed: int
    number: int
    given: bytes
    what: str

    def __str__(self) -> str:
        shown = self.given[:200].hex() + ("…" if len(self.given) > 200 else "")
        return f"finding: {self.target} --seed {self.seed}, input {self.number}: {self.what}\n  {shown}"


def commands() -> list[bytes]:
    """Good commands of every kind, to be mutated."""
    made = [CommandApdu(0x00, 0xA4, 0x04, 0x0C, one.aid) for one in APPLICATIONS]
    made += [CommandApdu(0x00, 0xA4, 0x02, 0x0C, bytes((0, fid))) for fid in range(1, 0x1F)]
    made += [CommandApdu(0x00, 0xB0, 0x80 | fid, 0x00, le=256) for fid in range(1, 0x0C)]
    made += [CommandApdu(0x00, 0x20, 0x00, 0x80 | fid) for fid in _PINS]
    made += [
        CommandApdu(0x00, 0x20, 0x00, 0x98, b"1234"),
        CommandApdu(0x00, 0x20, 0x00, 0x9B, b"ABC123"),
        CommandApdu(0x00, 0x20, 0x00, 0x91, b"1111"),
        CommandApdu(0x00, 0x24, 0x01, 0x98, b"1234"),
        CommandApdu(0x80, 0x32, 0x00, 0x80, b"2222"),
        CommandApdu(0x80, 0x2A, 0x00, 0x97, DIGEST_INFO, le=256),
        CommandApdu(0x80, 0x2A, 0x02, 0x97, DIGEST, le=256),
        CommandApdu(0x00, 0x84, 0x00, 0x00, le=8),
        CommandApdu(0x00, 0x88, 0x00, 0x99, DIGEST, le=256),
        CommandApdu(0x00, 0xCA, 0x5F, 0x51, le=256),
        CommandApdu(0x00, 0xB2, 0x01, 0x0C, le=256),
        CommandApdu(0x00, 0xB0, 0x8A, 0x00, le=2048, extended=True),
        CommandApdu(0x80, 0xAE, 0x00, 0x00, bytes(256), extended=True),
        CommandApdu(0x08, 0xB0, 0x00, 0x00, bytes.fromhex("960300000010"), le=256),
        CommandApdu(0x80, 0xFC, 0x00, 0x00),
    ]
    return [one.encode() for one in made]


def answers(folder: Path) -> list[bytes]:
    """Good answers, as a session and a survey with taro's card get them."""
    heard: list[bytes] = []
    inner = slot_with("taro", folder).connect()

    class Listening:
        def transmit(self, command: bytes) -> bytes:
            heard.append(inner.transmit(command))
            return heard[-1]

        def disconnect(self) -> None:
            inner.disconnect()

    found = jpki.probe(Listening(), authority.trusted_issuers())
    assert isinstance(found, jpki.MyNumberCard)
    jpki.sign(Listening(), bytearray(b"1234"), DIGEST, found.auth_cert)
    survey(Listening())
    return [*heard, *(bytes.fromhex(sw) for sw in ("63C1", "63C0", "6983", "6984", "6982", "6A82", "6110", "6C04"))]


def mutated(corpus: list[bytes], chance: random.Random) -> bytes:
    """One of the corpus, most often with a few bytes changed, cut, filled up or doubled."""
    raw = corpus[int(chance.random() * len(corpus))]
    if (dice := chance.random()) < 0.3:
        return raw
    if dice < 0.9:
        changed = bytearray(raw)
        for _ in range(1 + int(chance.random() * 3)):
            changed[int(chance.random() * len(changed))] = int(chance.random() * 256)
        return bytes(changed)
    cut = int(chance.random() * (len(raw) + 1))
    return raw[:cut] + chance.choice((b"", raw, chance.randbytes(8), b"\x00\xff\xff", chance.randbytes(300)))


class CardTarget:
    """The virtual card: any bytes get an answer, and no counter rises but by the right PIN."""

    def __init__(self, folder: Path, profile: str = "extended") -> None:
        self._folder = folder
        self._profile = profiles.PROFILES[profile]
        self._seen = 0
        self._lives = 0
        self._card = self._fresh()

    def __call__(self, given: bytes) -> None:
        self._seen += 1
        if self._seen % _FRESH_AFTER == 0:
            self._card = self._fresh()
        answer = self._card.execute(given)
        assert 2 <= len(answer) <= _LONGEST, "an answer of that length"
        assert answer[-2] == 0x90 or 0x60 < answer[-2] < 0x70, "no status word of ISO/IEC 7816-4"

    def _fresh(self) -> VirtualCard:
        self._lives += 1
        place = self._folder / f"card{self._lives}"
        return personalise("taro", place, NOW, profile=self._profile, disk=storage.Disk(synced=False))


class CounterTarget:
    """Counters in the state file against wrong PINs of any length: they only fall, and never below none."""

    def __init__(self, folder: Path) -> None:
        self._file = state.StateFile(folder / "counters", "taro", storage.Disk(synced=False))
        self._card = personalise("taro", folder / "counters", NOW, disk=storage.Disk(synced=False))
        self._left = self._tries()

    def __call__(self, given: bytes) -> None:
        secret = given[:16] or b"\0"
        if secret in {b"1234", b"ABC123", b"1111", b"2222"}:
            return
        self._card.execute(CommandApdu(0x00, 0xA4, 0x04, 0x0C, jpki.AID).encode())
        self._card.execute(CommandApdu(0x00, 0x20, 0x00, 0x80 | (0x18, 0x1B)[len(given) % 2], secret).encode())
        now = self._tries()
        assert all(0 <= after <= before for before, after in zip(self._left, now, strict=True)), "a counter rose"
        self._left = now

    def _tries(self) -> list[int]:
        stored = self._file.read()
        assert stored is not None
        return [stored.cards[stored.generation][fid].tries for fid in (0x18, 0x1B)]


class ReaderTarget:
    """The reader's side against a card that answers whatever the input says."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._corpus = answers(folder / "answers")
        self._chance = random.Random(seed)
        self._issuers = authority.trusted_issuers()

    def __call__(self, given: bytes) -> None:
        for ask in (self._probe, self._sign, self._phone, self._survey, self._change):
            card = _Hostile(given, self._corpus, self._chance)
            with contextlib.suppress(errors.CardError):
                ask(card)
            assert card.sent <= _SENT_MOST, "too many commands"

    def _probe(self, card: "_Hostile") -> None:
        jpki.probe(card, self._issuers)

    def _sign(self, card: "_Hostile") -> None:
        jpki.sign(card, bytearray(b"1234"), DIGEST)

    def _phone(self, card: "_Hostile") -> None:
        phone.sign(card, jpki.PhoneCard(jpki.Platform.IPHONE, 3), bytearray(b"1234"), DIGEST)

    def _survey(self, card: "_Hostile") -> None:
        survey(card)

    def _change(self, card: "_Hostile") -> None:
        pins.change(card, pins.Secret.AUTHENTICATION_PIN, bytearray(b"1234"), bytearray(b"4321"))


class _Hostile:
    """Good answers with the input among them, at a place that the input says."""

    def __init__(self, given: bytes, corpus: list[bytes], chance: random.Random) -> None:
        self.atr = given[:33] if len(given) % 3 == 0 else b""
        self.sent = 0
        self._place = given[0] % 12 if given else 0
        self._given, self._corpus, self._chance = given, corpus, chance

    def transmit(self, _: bytes) -> bytes:
        self.sent += 1
        if self.sent > _SENT_MOST:
            raise AssertionError("too many commands")
        if self.sent - 1 == self._place or self._chance.random() < 0.2:
            return self._given
        return self._corpus[(self.sent - 1) % len(self._corpus)]

    def disconnect(self) -> None:
        """Nothing to end."""


def bytes_target(given: bytes) -> None:
    """The readers of bytes: TLV, ATR, certificates, traces, logs."""
    capabilities.announced(given)
    tlv.object_size(given[:8], 1 << 15)
    with contextlib.suppress(tlv.TlvError):
        list(tlv.objects(given))
    with contextlib.suppress(errors.CardAnswerError):
        certificates.read(given[:-2])
    decoder = Decoder()
    decoder.line(given, given[::-1], 0.0)
    list(logs.decoded(given.decode("latin-1").splitlines()))


def nothing(_: bytes) -> None:
    """The empty target, to know what the making of inputs costs."""


def targets(folder: Path, seed: int) -> dict[str, tuple[One, list[bytes]]]:
    """What can be fuzzed, each with its corpus."""
    heard = answers(folder / "corpus")
    log = [b"00 20 00 98 ** \x86\x92 63C2", b"0001 APDU: 00 84 00 00 08 ", b"Outgoing APDU (5 bytes):\n00 84 00 00 08 "]
    return {
        "card": (CardTarget(folder / "card"), commands()),
        "counters": (CounterTarget(folder), [b"1234", b"ABC123", b"0000", b"123456"]),
        "reader": (ReaderTarget(folder, seed), heard),
        "bytes": (bytes_target, [*heard, *commands(), *log, bytes.fromhex("3BDA13FF8131FB468012392F31C173C601C03B")]),
    }


def inputs(corpus: list[bytes], seed: int) -> Iterator[bytes]:
    """Inputs without end, the same for the same seed."""
    chance = random.Random(seed)
    return (mutated(corpus, chance) for _ in itertools.count())


def fuzz(name: str, one: One, corpus: list[bytes], seconds: float, seed: int) -> tuple[int, Finding | None]:
    """Feed `one` for `seconds`; return how many inputs it took and the first finding."""
    end = time.monotonic() + seconds
    number = 0
    for number, given in enumerate(inputs(corpus, seed), 1):
        begun = time.monotonic()
        try:
            one(given)
        except Exception as error:  # noqa: BLE001 - whatever escapes is what is looked for
            return number, Finding(name, seed, number, given, f"{type(error).__name__}: {error}")
        now = time.monotonic()
        if now - begun > _SLOW:
            return number, Finding(name, seed, number, given, f"took {now - begun:.1f} s")
        if now >= end:
            break
    return number, None


def main(words: list[str] | None = None) -> int:
    """Run the targets in turn; 0 without a finding, 1 with one."""
    parser = argparse.ArgumentParser(prog="python -m tests.card.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="for all targets together")
    parser.add_argument("--seed", type=int, default=None, help="default: another one each time")
    parser.add_argument("--only", choices=["card", "counters", "reader", "bytes"])
    given = parser.parse_args(words)
    seed = random.randrange(1 << 32) if given.seed is None else given.seed
    found = 0
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        chosen = {name: it for name, it in targets(Path(folder), seed).items() if given.only in (None, name)}
        for name, (one, corpus) in chosen.items():
            count, finding = fuzz(name, one, corpus, given.seconds / len(chosen), seed)
            sys.stdout.write(f"{name}: {count} inputs, seed {seed}, {'1 finding' if finding else 'no finding'}\n")
            if finding is not None:
                found += 1
                sys.stdout.write(f"{finding}\n")
    return 1 if found else 0


def _memory() -> str | None:
    """State on a disk would measure the disk."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


if __name__ == "__main__":
    sys.exit(main())
