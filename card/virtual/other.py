"""A card that is no My Number card, for all the cards people put on a kiosk by mistake.

Apart from `icc`: it has no files, no PINs and no state.
"""

from card.apdu import ApduFormatError, CommandApdu, Ins, StatusWord

_ATR = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")


class OtherCard:
    """Answers 6A82 to SELECT and 6D00 to everything else."""

    person_id = ""

    @property
    def atr(self) -> bytes:
        """Answer to reset, as a reader makes it up for a memory card."""
        return _ATR

    def execute(self, command: bytes) -> bytes:
        """Answer one command; any bytes get an answer."""
        return self._status(command).to_bytes(2, "big")

    def execute_torn(self, command: bytes) -> None:
        """Lose power during a command: nothing to lose."""

    def power_off(self) -> None:
        """Take the power: nothing to forget."""

    def reset(self) -> None:
        """Warm reset: nothing to forget."""

    @staticmethod
    def _status(command: bytes) -> int:
        try:
            apdu = CommandApdu.parse(command)
        except ApduFormatError:
            return StatusWord.WRONG_LENGTH
        return StatusWord.FILE_NOT_FOUND if apdu.ins == Ins.SELECT else StatusWord.INS_NOT_SUPPORTED
