"""Shows APDUs to people, with every secret masked before a line exists.

Apart from the connection it wraps: reader and card work alike with and without it. What may be
shown is a list of what is known to be public; everything else is masked, so a new command is safe
by default. Never shown: Lc and body of VERIFY, CHANGE REFERENCE DATA and CHANGE KEY, and what is
read from any file that is not public (card.md §10 (10)).
"""

from collections.abc import Callable
from dataclasses import dataclass

from card import errors
from card.apdu import ApduFormatError, CommandApdu, Ins, ResponseApdu, StatusWord, tries_left
from card.connection import CardConnection, atr_of
from card.jpki import AID, ISD_AID

_MASK = "**"
_HEADER = 4
_CURRENT_OR_SFI = 0x80
_SFI_BITS = 0x1F
_PUBLIC_FILES = {0x0002, 0x0006, 0x0008, 0x000A, 0x000B}
_PUBLIC_BODY = {Ins.SELECT, Ins.COMPUTE_DIGITAL_SIGNATURE, Ins.GET_DATA, Ins.GET_CHALLENGE}
_PUBLIC_ANSWER = {Ins.COMPUTE_DIGITAL_SIGNATURE, Ins.GET_CHALLENGE, Ins.SELECT}
_REFERENCING = {Ins.VERIFY, Ins.CHANGE_REFERENCE_DATA, Ins.CHANGE_KEY, Ins.COMPUTE_DIGITAL_SIGNATURE}
_APPLICATIONS = {AID: "JPKI", ISD_AID: "ISD"}
_NAMES = {
    Ins.SELECT: "SELECT",
    Ins.READ_BINARY: "READ BINARY",
    Ins.READ_RECORD: "READ RECORD",
    Ins.VERIFY: "VERIFY",
    Ins.CHANGE_REFERENCE_DATA: "CHANGE REFERENCE DATA",
    Ins.CHANGE_KEY: "CHANGE KEY",
    Ins.COMPUTE_DIGITAL_SIGNATURE: "COMPUTE DIGITAL SIGNATURE",
    Ins.GET_CHALLENGE: "GET CHALLENGE",
    Ins.INTERNAL_AUTHENTICATE: "INTERNAL AUTHENTICATE",
    Ins.GET_DATA: "GET DATA",
}


@dataclass(frozen=True)
class TraceLine:
    """One exchange. `hex_masked` is command and answer in hex with secrets masked; `sw` is 0 without an answer."""

    command_words: str
    response_words: str
    hex_masked: str
    sw: int
    ms: float


class TracedConnection:
    """Wraps a connection and tells `sink` of every exchange.

    `clock_ms` gives monotonic milliseconds; without it the lines say 0 ms, so that traces of
    replays are alike byte for byte.
    """

    def __init__(
        self,
        inner: CardConnection,
        sink: Callable[[TraceLine], None],
        clock_ms: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._inner = inner
        self._sink = sink
        self._clock_ms = clock_ms
        self._view = _View()

    @property
    def atr(self) -> bytes:
        """Answer to reset, as the inner connection tells it."""
        return atr_of(self._inner)

    def transmit(self, command: bytes) -> bytes:
        """See `CardConnection.transmit`; an exchange that fails is told, too."""
        start = self._clock_ms()
        try:
            answer = self._inner.transmit(command)
        except errors.CardError as error:
            self._sink(self._view.failed(command, type(error).__name__, self._clock_ms() - start))
            raise
        self._sink(self._view.line(command, answer, self._clock_ms() - start))
        return answer

    def disconnect(self) -> None:
        """See `CardConnection.disconnect`."""
        self._inner.disconnect()


class _View:
    """Follows which file is current, to know whether what is read is public."""

    def __init__(self) -> None:
        self._in_jpki = False
        self._file: int | None = None

    def line(self, command: bytes, answer: bytes, ms: float) -> TraceLine:
        apdu = _parsed(command)
        try:
            response = ResponseApdu.parse(answer)
        except ApduFormatError:
            return self.failed(command, "no status word", ms)
        self._follow(apdu, response)
        shown = _hex(response.body) if apdu and self._shows(apdu) else _masked(response.body)
        text = f"{_command_hex(apdu, command)} → {shown} {response.sw:04X}".replace("  ", " ")
        return TraceLine(self._words(apdu), _sw_words(response.sw), text, response.sw, ms)

    def failed(self, command: bytes, why: str, ms: float) -> TraceLine:
        apdu = _parsed(command)
        return TraceLine(self._words(apdu), why, f"{_command_hex(apdu, command)} → -", 0, ms)

    def _follow(self, apdu: CommandApdu | None, response: ResponseApdu) -> None:
        # Only what the card accepted changes what is current.
        if apdu is None or not response.ok:
            return
        if apdu.ins == Ins.SELECT and apdu.p1 == 0x04:
            self._in_jpki, self._file = _is_prefix(apdu.body, AID), None
        elif apdu.ins == Ins.SELECT and len(apdu.body) == 2:
            self._file = int.from_bytes(apdu.body, "big")
        elif (sfi := _sfi(apdu)) is not None:
            self._file = sfi

    def _shows(self, apdu: CommandApdu) -> bool:
        if apdu.ins == Ins.READ_BINARY:
            return self._in_jpki and self._file in _PUBLIC_FILES
        return apdu.ins in _PUBLIC_ANSWER

    def _words(self, apdu: CommandApdu | None) -> str:
        if apdu is None:
            return "no command APDU"
        name = _NAMES.get(apdu.ins, f"INS {apdu.ins:02X}")
        return f"{name} {self._object(apdu)}".rstrip()

    def _object(self, apdu: CommandApdu) -> str:
        """What the command is about: an application, a file, a PIN."""
        if apdu.ins == Ins.SELECT:
            return _selected(apdu.body)
        sfi = _sfi(apdu)
        fid = sfi if sfi is not None else self._file
        if apdu.ins == Ins.VERIFY and not apdu.body:
            return f"{_fid(fid)} tries left?"
        if apdu.ins == Ins.READ_BINARY:
            offset = apdu.p2 if sfi is not None else apdu.p1 << 8 | apdu.p2
            return f"{_fid(fid)} from {offset}"
        return _fid(fid) if apdu.ins in _REFERENCING else ""


def _parsed(command: bytes) -> CommandApdu | None:
    try:
        return CommandApdu.parse(command)
    except ApduFormatError:
        return None


def _sfi(apdu: CommandApdu) -> int | None:
    """The short EF identifier a command names: READ BINARY in P1, PIN and key commands in P2."""
    if apdu.ins != Ins.READ_BINARY and apdu.ins not in _REFERENCING:
        return None
    reference = apdu.p1 if apdu.ins == Ins.READ_BINARY else apdu.p2
    return reference & _SFI_BITS or None if reference & _CURRENT_OR_SFI else None


def _command_hex(apdu: CommandApdu | None, command: bytes) -> str:
    """A body is shown only where it is public; a command that cannot be parsed has none that is known."""
    header = _hex(command[:_HEADER])
    if len(command) <= _HEADER:
        return header
    if apdu is not None and (apdu.ins in _PUBLIC_BODY or not apdu.body):
        return _hex(command)
    return f"{header} {_MASK}"


def _masked(body: bytes) -> str:
    return f"{_MASK}×{len(body)}" if body else ""


def _sw_words(sw: int) -> str:
    left = tries_left(sw)
    if left is not None:
        return "1 try left" if left == 1 else f"{left} tries left"
    try:
        return StatusWord(sw).name.lower().replace("_", " ")
    except ValueError:
        return "unknown status word"


def _selected(name: bytes) -> str:
    if len(name) == 2:
        return name.hex().upper()
    found = next((words for aid, words in _APPLICATIONS.items() if name and _is_prefix(name, aid)), None)
    return found or f"AID {name.hex().upper()}"


def _is_prefix(name: bytes, aid: bytes) -> bool:
    return bool(name) and aid.startswith(name)


def _fid(fid: int | None) -> str:
    return "?" if fid is None else f"{fid:04X}"


def _hex(raw: bytes) -> str:
    return raw.hex(" ").upper()
