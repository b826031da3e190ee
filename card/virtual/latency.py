"""How long a real card would take for a command, as a number: nothing here ever waits (card.md §8).

Apart from the slot so that a replay can add the number to its own clock, and real time need not pass.
"""

from dataclasses import dataclass

from card.apdu import Ins

_FRAME_PAYLOAD = 253
_FRAME_OVERHEAD = 5
_FRAME_TURN_MS = 0.5
_BITS_PER_BYTE = 10


@dataclass(frozen=True)
class Latency:
    """Times in ms; `bitrate` in bit/s on the air or wire, 0 for a card of no transfer time."""

    command_ms: float
    verify_ms: float
    sign_ms: float
    bitrate: int

    def milliseconds(self, command: bytes, answer: bytes) -> float:
        """Return the time for one command and its answer."""
        return self._work(command) + self._transfer(len(command)) + self._transfer(len(answer))

    def _work(self, command: bytes) -> float:
        extra = {Ins.VERIFY: self.verify_ms, Ins.COMPUTE_DIGITAL_SIGNATURE: self.sign_ms}
        return self.command_ms + (extra.get(command[1], 0.0) if len(command) > 4 else 0.0)

    def _transfer(self, size: int) -> float:
        if not self.bitrate:
            return 0.0
        frames = -(-size // _FRAME_PAYLOAD)
        bits = _BITS_PER_BYTE * (size + _FRAME_OVERHEAD * frames)
        return frames * _FRAME_TURN_MS + 1000 * bits / self.bitrate


NONE = Latency(0.0, 0.0, 0.0, 0)
"""A card that costs no time."""
TYPICAL = Latency(command_ms=5.0, verify_ms=25.0, sign_ms=500.0, bitrate=212_000)
"""A Type B card in the middle of the measured ranges."""
