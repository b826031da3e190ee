"""Finds the exchanges with a card in a log that somebody has: ours, `pcscd --apdu`, OpenSC debug.

Apart from `trace`, which decodes and masks them: here only bytes are found again. Such logs hold
PINs in clear (pcscd and OpenSC write what they send), so nothing of a line goes any further than
into `trace.Decoder`. A line that is none of these is passed over. Formats, as seen in the wild:

    ours     1.3 ms: 00 20 00 98 ** → 63C2             one exchange a line, already masked
    pcscd    00000038 APDU: 00 20 00 80 04 31 32 …     then    00002890 SW: 90 00  (µs since the line before)
    OpenSC   Outgoing APDU (9 bytes):                  then lines of 16 bytes in hex and in characters,
             Incoming APDU (2 bytes):                  alike
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from card.trace import Decoder, TraceLine

_LONGEST = 70_000
"""Bytes in the longest APDU and some; a log that claims more is not believed."""
_HEX = r"(?:[0-9A-Fa-f]{2} ?)"
_PCSCD = re.compile(rf"(?:^(\d{{8}}) )?.*?\b(APDU|SW): ({_HEX}+)")
_OWN_MS = re.compile(r"(\d{1,9}\.\d) ms: ")
_OPENSC = re.compile(r"(Outgoing|Incoming) APDU \((\d{1,6}) bytes\):")
_DUMP = re.compile(r"^((?:[0-9A-Fa-f]{2} ){1,16})")
_BYTE = re.compile(r"[0-9A-F]{2}")
_ARROW, _MASK, _NO_ANSWER = " → ", "**", "-"
_MASKED_ANSWER = re.compile(r"\*\*×(\d{1,5})")
_MASKED_BODY = bytes((1, 0))
"""Lc and one byte, in place of a body that was masked when the log was written."""


@dataclass(frozen=True)
class Exchange:
    """One command and what came back, None where the log has no answer; `ms` is 0 where the log tells no time."""

    command: bytes = field(repr=False)
    answer: bytes | None = field(repr=False)
    ms: float = 0.0


@dataclass(frozen=True)
class _Piece:
    """A command or an answer, and the milliseconds that it took to come."""

    is_command: bool
    apdu: bytes = field(repr=False)
    ms: float = 0.0


def exchanges(lines: Iterable[str]) -> Iterator[Exchange]:
    """Return what is found in the lines of a log, in order; formats may even be mixed."""
    command: bytes | None = None
    for piece in _pieces(lines):
        if piece.is_command:
            if command is not None:
                yield Exchange(command, None)
            command = piece.apdu
        elif command is not None:
            yield Exchange(command, piece.apdu, piece.ms)
            command = None
    if command is not None:
        yield Exchange(command, None)


def decoded(lines: Iterable[str]) -> Iterator[TraceLine]:
    """Decode a log, secrets masked."""
    decoder = Decoder()
    for exchange in exchanges(lines):
        if exchange.answer is None:
            yield decoder.failed(exchange.command, "no answer in the log", 0.0)
        else:
            yield decoder.line(exchange.command, exchange.answer, exchange.ms)


def _pieces(lines: Iterable[str]) -> Iterator[_Piece]:
    """Commands and answers, one after another."""
    dump = _Dump()
    for line in lines:
        if (piece := dump.take(line)) is not None:
            yield piece
        elif (found := _PCSCD.search(line)) is not None:
            yield _Piece(found[2] == "APDU", bytes.fromhex(found[3]), int(found[1] or 0) / 1000)
        elif _ARROW in line:
            yield from _own(line)


def _own(line: str) -> Iterator[_Piece]:
    before, _, after = line.rpartition(_ARROW)
    told = _OWN_MS.search(before)
    words = before.split(" ")
    masked = bool(words) and words[-1] == _MASK
    command = _bytes_at_end(words[:-1] if masked else words) + (_MASKED_BODY if masked else b"")
    answer = _own_answer(after.split())
    if len(command) >= 2 and answer is not None:
        yield _Piece(True, command)
        if answer:
            yield _Piece(False, answer, float(told[1]) if told else 0.0)


def _own_answer(words: list[str]) -> bytes | None:
    """Nothing for a command that got no answer, None for words that are no answer."""
    if words == [_NO_ANSWER]:
        return b""
    if not words or not re.fullmatch(r"[0-9A-F]{4}", words[-1]):
        return None
    sw, shown = bytes.fromhex(words[-1]), words[:-1]
    if len(shown) == 1 and (masked := _MASKED_ANSWER.fullmatch(shown[0])):
        return bytes(int(masked[1])) + sw
    return bytes.fromhex("".join(shown)) + sw if all(map(_BYTE.fullmatch, shown)) else None


def _bytes_at_end(words: list[str]) -> bytes:
    found: list[str] = []
    for word in reversed(words):
        if not _BYTE.fullmatch(word):
            break
        found.append(word)
    return bytes.fromhex("".join(reversed(found)))


class _Dump:
    """Collects one of OpenSC's hex dumps: the announced number of bytes, sixteen a line."""

    def __init__(self) -> None:
        self._is_command = False
        self._wanted = 0
        self._taken = bytearray()

    def take(self, line: str) -> _Piece | None:
        """Return the APDU that ends with this line."""
        if (start := _OPENSC.search(line)) is not None:
            self._is_command, self._wanted = start[1] == "Outgoing", min(int(start[2]), _LONGEST)
            self._taken.clear()
            return None
        found = _DUMP.match(line) if self._wanted else None
        if found is None:
            self._wanted = 0
            return None
        # What follows the announced bytes are characters, even where they look like hex.
        self._taken += bytes.fromhex(found[1])[: self._wanted - len(self._taken)]
        if len(self._taken) < self._wanted:
            return None
        self._wanted = 0
        return _Piece(self._is_command, bytes(self._taken))
