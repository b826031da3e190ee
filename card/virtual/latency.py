"""How long a real card would take for a command, as a number: nothing here ever waits (card.md §8).

Apart from the slot so that a replay can add the number to its own clock, and real time need not
pass; only where a card is served to a real program does somebody wait for it.
"""

from dataclasses import dataclass, replace

from card.apdu import Ins

_FRAME_PAYLOAD = 253
_FRAME_OVERHEAD = 5
_FRAME_TURN_MS = 0.5
_ON_AIR, _ON_WIRE = 10, 11
_WRITING = {Ins.VERIFY, Ins.CHANGE_REFERENCE_DATA, Ins.CHANGE_KEY}
_SIGNING = {Ins.COMPUTE_DIGITAL_SIGNATURE, Ins.INTERNAL_AUTHENTICATE, Ins.SET_SESSION_KEY}


@dataclass(frozen=True)
class Latency:
    """Times in ms: for any command, for one that writes a counter, for one that uses a private key.

    `bitrate` in bit/s on the air or wire, 0 for a card of no transfer time; `bits` sent for a byte.
    """

    command_ms: float
    verify_ms: float
    sign_ms: float
    bitrate: int
    bits: int = _ON_AIR

    def milliseconds(self, command: bytes, answer: bytes) -> float:
        """Return the time for one command and its answer."""
        return self._work(command) + self._transfer(len(command)) + self._transfer(len(answer))

    def _work(self, command: bytes) -> float:
        # Without a body it is a question, such as the retry query.
        if len(command) <= 4:
            return self.command_ms
        writing, signing = command[1] in _WRITING, command[1] in _SIGNING
        return self.command_ms + (self.verify_ms if writing else 0.0) + (self.sign_ms if signing else 0.0)

    def _transfer(self, size: int) -> float:
        if not self.bitrate:
            return 0.0
        frames = -(-size // _FRAME_PAYLOAD)
        bits = self.bits * (size + _FRAME_OVERHEAD * frames)
        return frames * _FRAME_TURN_MS + 1000 * bits / self.bitrate


NONE = Latency(0.0, 0.0, 0.0, 0)
"""A card that costs no time."""
TYPICAL = Latency(command_ms=5.0, verify_ms=25.0, sign_ms=500.0, bitrate=212_000)
"""A Type B card in the middle of the measured ranges, at 212 kbit/s."""
TYPE_B_106 = replace(TYPICAL, bitrate=106_000)
TYPE_B_424 = replace(TYPICAL, bitrate=424_000)
CONTACT = replace(TYPICAL, bitrate=9_600, bits=_ON_WIRE)
"""372 clocks for a bit at 3.57 MHz and one extra guard bit: about 870 bytes a second."""
CONTACT_FAST = replace(TYPICAL, bitrate=38_400, bits=_ON_WIRE)
"""93 clocks for a bit (TA1 = 13): four times as fast."""

MODELS = {
    "none": NONE,
    "typical": TYPICAL,
    "type-b-106": TYPE_B_106,
    "type-b-212": TYPICAL,
    "type-b-424": TYPE_B_424,
    "contact": CONTACT,
    "contact-fast": CONTACT_FAST,
}
