"""The card itself: power, classes and lengths, and the way of a command to its function.

Apart from `commands` so that whatever bytes arrive, an answer with a status word leaves: this is
the one place where a broken state file becomes 6581 and where the power goes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock

from card import errors
from card.apdu import ApduFormatError, CommandApdu, Ins, ResponseApdu, StatusWord
from card.virtual import administration, commands, messaging
from card.virtual.filesystem import Application, PinFile
from card.virtual.profiles import CardProfile
from card.virtual.security import PowerLost, SecurityStatus
from card.virtual.state import StoredReferences
from card.virtual.volatile import Volatile, only

_CLASSES = {cla for cla, _ in commands.TABLE}
_KNOWN = {ins for _, ins in commands.TABLE}
_SECURE = (messaging.WITHOUT_HEADER, messaging.WITH_HEADER)


@dataclass(frozen=True, slots=True)
class PinSeen:
    """A PIN of application `aid` in IEF `fid`: tries left of `most` (None: no limit), whether it is verified."""

    aid: bytes
    fid: int
    tries: int | None
    most: int | None
    verified: bool


@dataclass(frozen=True, slots=True)
class CardSeen:
    """The state of a card at one moment: the AID selected, and all its PINs."""

    selected: bytes
    pins: tuple[PinSeen, ...]


def _pin_seen(status: SecurityStatus, of: Application, file: PinFile, selected: bool) -> PinSeen:
    return PinSeen(of.aid, file.fid, status.tries(file), file.most, selected and status.is_verified(file.fid))


class VirtualCard:
    """One emulated card; several in one process share nothing. Safe to use from several threads.

    `applications[0]` is selected at power-up. `execute` powers the card where it is off.
    """

    def __init__(
        self,
        person_id: str,
        generation: int,
        profile: CardProfile,
        applications: tuple[Application, ...],
        stored: StoredReferences,
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self.person_id = person_id
        self.generation = generation
        self.profile = profile
        self._lock = RLock()
        status = SecurityStatus(stored, random_bytes, profile)
        self._volatile = Volatile(applications, applications[0], status, random_bytes, profile)

    @property
    def atr(self) -> bytes:
        """Answer to reset."""
        return self.profile.atr

    def seen(self) -> "CardSeen":
        """What a look into the chip shows: the selected application, and every PIN."""
        with self._lock:
            status, selected = self._volatile.status, self._volatile.application
            files = [(one, file) for one in self._volatile.applications for file in one.files.values()]
            pins = [_pin_seen(status, one, file, one is selected) for one, file in files if isinstance(file, PinFile)]
            return CardSeen(selected.aid, tuple(pins))

    def power_off(self) -> None:
        """Take the power: everything volatile is gone."""
        with self._lock:
            self._volatile.forget()
            self._restart()

    def reset(self) -> None:
        """Warm reset; on some contactless cards verified PINs survive it, unnoticed (card.md §3.3)."""
        if not self.profile.reset_keeps_status:
            self.power_off()

    def execute(self, command: bytes) -> bytes:
        """Answer one command; any bytes get an answer, nothing is raised."""
        with self._lock:
            answer = self._answer(command)
            self._volatile.fresh = False
            return answer.encode()

    def execute_torn(self, command: bytes) -> None:
        """Begin a command and lose power before it ends: a VERIFY has then cost its try."""
        with self._lock:
            self._volatile.status.torn = True
            try:
                self._answer(command)
            except PowerLost:
                pass
            finally:
                self._volatile.status.torn = False
                self.power_off()

    def _restart(self) -> None:
        self._volatile.application = self._volatile.applications[0]
        self._volatile.file = None
        self._volatile.fresh = True

    def _answer(self, command: bytes) -> ResponseApdu:
        # Seen on a contactless card right after it entered the field (card.md §3.2).
        if self.profile.first_command_fails and self._volatile.fresh:
            return only(StatusWord.NO_DIAGNOSIS)
        try:
            apdu = CommandApdu.parse(command)
        except ApduFormatError:
            return only(StatusWord.WRONG_LENGTH)
        known = administration.execute if administration.takes(self._volatile, apdu) else None
        step = known or _STEPS.get((apdu.cla, apdu.ins))
        if step is None:
            return only(_unknown(apdu.cla, apdu.ins))
        if apdu.extended and not self.profile.extended_length and apdu.ins != Ins.GET_CHALLENGE:
            return only(StatusWord.WRONG_LENGTH)
        try:
            return step(self._volatile, apdu)
        # A card whose memory fails says so and compares nothing; what is wrong stands in the file.
        except errors.StateError:
            return only(StatusWord.MEMORY_FAILURE)


def _secure(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    return messaging.execute(card, apdu, commands.SECURE)


_STEPS = {**commands.TABLE, **{(cla, ins): _secure for cla in _SECURE for ins in _KNOWN}}
"""What is done for a class and an instruction; a class of secure messaging tells by itself what it refuses."""


def _unknown(cla: int, ins: int) -> StatusWord:
    """What is said to a class and an instruction that have no step."""
    if cla not in _CLASSES and cla not in _SECURE:
        return _wrong_class(cla)
    return StatusWord.CLA_NOT_SUPPORTED if ins in _KNOWN else StatusWord.INS_NOT_SUPPORTED


def _wrong_class(cla: int) -> StatusWord:
    """Only channel 0, no proprietary secure messaging, no chaining here (ISO/IEC 7816-4 5.4.1)."""
    base = cla & 0x80
    # 01xx xxxx: further interindustry classes, which name channels 4 to 19.
    if cla & 0x40 and cla != 0xFF and not base:
        return StatusWord.CHANNEL_NOT_SUPPORTED
    if cla & 0x60:
        return StatusWord.CLA_NOT_SUPPORTED
    # b2 b1: channels 1 to 3; b4 b3: secure messaging; b5: command chaining.
    if cla & 0x03:
        return StatusWord.CHANNEL_NOT_SUPPORTED
    if cla & 0x0C:
        return StatusWord.SECURE_MESSAGING_NOT_SUPPORTED
    return StatusWord.CHAINING_NOT_SUPPORTED
