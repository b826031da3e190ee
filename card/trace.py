"""Shows APDUs to people, with every secret masked before a line exists.

Apart from the connection it wraps: reader and card work alike with and without it. What may be
shown is a list of what is known to be public (`glossary`); everything else is masked, so a new
command is safe by default. Never shown: Lc and body of VERIFY, CHANGE REFERENCE DATA and CHANGE
KEY, and what is read from any file that is not public (card.md §10 (10)).
"""

from collections.abc import Callable
from dataclasses import dataclass

from card import errors, glossary
from card.apdu import ApduFormatError, CommandApdu, Ins, ResponseApdu, StatusWord, tries_left
from card.connection import CardConnection, atr_of
from card.glossary import ApplicationEntry, FileEntry

_MASK = "**"
_HEADER = 4
_CURRENT_OR_SFI = 0x80
_SFI_BITS = 0x1F
_READER_CLASS = 0xFF
_MORE, _WRONG_LE = 0x61, 0x6C
_PUBLIC_BODY = {Ins.SELECT, Ins.COMPUTE_DIGITAL_SIGNATURE, Ins.GET_DATA, Ins.GET_CHALLENGE}
_PUBLIC_ANSWER = {Ins.COMPUTE_DIGITAL_SIGNATURE, Ins.GET_CHALLENGE, Ins.SELECT}
_REFERENCING = {
    Ins.VERIFY,
    Ins.CHANGE_REFERENCE_DATA,
    Ins.CHANGE_KEY,
    Ins.COMPUTE_DIGITAL_SIGNATURE,
    Ins.INTERNAL_AUTHENTICATE,
}


@dataclass(frozen=True)
class TraceLine:
    """One exchange. `hex_masked` is command and answer in hex with secrets masked; `sw` is 0 without an answer.

    `meaning` says what file, PIN or object it was about, nothing where that is not known.
    """

    command_words: str
    response_words: str
    hex_masked: str
    sw: int
    ms: float
    meaning: str = ""


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
        self._decoder = Decoder()

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
            self._sink(self._decoder.failed(command, type(error).__name__, self._clock_ms() - start))
            raise
        self._sink(self._decoder.line(command, answer, self._clock_ms() - start))
        return answer

    def disconnect(self) -> None:
        """See `CardConnection.disconnect`."""
        self._inner.disconnect()


class Decoder:
    """Turns exchanges with one card into lines, in order: what is current tells what may be shown."""

    def __init__(self) -> None:
        self._application: ApplicationEntry | None = None
        self._file: int | None = None

    def line(self, command: bytes, answer: bytes, ms: float) -> TraceLine:
        """Decode one command and its answer, which took `ms` milliseconds."""
        apdu = _parsed(command)
        try:
            response = ResponseApdu.parse(answer)
        except ApduFormatError:
            return self.failed(command, "no status word", ms)
        self._follow(apdu, response)
        shown = _hex(response.body) if apdu and self._shows(apdu) else _masked(response.body)
        text = f"{_command_hex(apdu, command)} → {shown} {response.sw:04X}".replace("  ", " ")
        return TraceLine(self._words(apdu), sw_words(response.sw), text, response.sw, ms, self._meaning(apdu))

    def failed(self, command: bytes, why: str, ms: float) -> TraceLine:
        """Decode a command that got no answer; `why` says what came in its place."""
        apdu = _parsed(command)
        text = f"{_command_hex(apdu, command)} → -"
        return TraceLine(self._words(apdu), why, text, 0, ms, self._meaning(apdu))

    def _follow(self, apdu: CommandApdu | None, response: ResponseApdu) -> None:
        # Only what the card accepted changes what is current.
        if apdu is None or not response.ok:
            return
        if apdu.ins == Ins.SELECT and apdu.p1 == 0x04:
            self._application, self._file = glossary.application(apdu.body), None
        elif apdu.ins == Ins.SELECT and len(apdu.body) == 2:
            self._file = int.from_bytes(apdu.body, "big")
        elif (sfi := _sfi(apdu)) is not None:
            self._file = sfi

    def _shows(self, apdu: CommandApdu) -> bool:
        """True where the body of the answer is public."""
        if apdu.cla == _READER_CLASS:
            return False
        if apdu.ins == Ins.READ_BINARY:
            entry = self._entry(self._file)
            return entry is not None and entry.public
        if apdu.ins == Ins.GET_DATA:
            found = glossary.OBJECTS.get(apdu.p1 << 8 | apdu.p2)
            return found is not None and found.public
        return apdu.ins in _PUBLIC_ANSWER

    def _entry(self, fid: int | None) -> FileEntry | None:
        return self._application.files.get(fid) if self._application and fid is not None else None

    def _words(self, apdu: CommandApdu | None) -> str:
        if apdu is None:
            return "no command APDU"
        if apdu.cla == _READER_CLASS:
            return "GET UID" if apdu.ins == Ins.GET_DATA else "to the reader"
        name = glossary.COMMANDS.get(apdu.ins, f"INS {apdu.ins:02X}")
        return f"{name} {self._object(apdu)}".rstrip()

    def _object(self, apdu: CommandApdu) -> str:
        """What the command is about: an application, a file, a PIN."""
        if apdu.ins == Ins.SELECT:
            return _selected(apdu)
        if apdu.ins == Ins.GET_DATA:
            return f"{apdu.p1 << 8 | apdu.p2:04X}"
        fid = self._named(apdu)
        if apdu.ins == Ins.VERIFY and not apdu.body:
            return f"{_fid(fid)} tries left?"
        if apdu.ins == Ins.READ_BINARY:
            offset = apdu.p2 if _sfi(apdu) is not None else apdu.p1 << 8 | apdu.p2
            return f"{_fid(fid)} from {offset}"
        if apdu.ins == Ins.READ_RECORD:
            return f"{_fid(fid)} record {apdu.p1}"
        return _fid(fid) if apdu.ins in _REFERENCING else ""

    def _named(self, apdu: CommandApdu) -> int | None:
        """The file a command works on: the one it names, or the current one."""
        if apdu.ins == Ins.SELECT and apdu.p1 == 0x02 and len(apdu.body) == 2:
            return int.from_bytes(apdu.body, "big")
        sfi = _sfi(apdu)
        return sfi if sfi is not None else self._file

    def _meaning(self, apdu: CommandApdu | None) -> str:
        if apdu is None or apdu.cla == _READER_CLASS:
            return ""
        if apdu.ins == Ins.GET_DATA:
            entry = glossary.OBJECTS.get(apdu.p1 << 8 | apdu.p2)
        elif apdu.ins == Ins.SELECT and apdu.p1 == 0x04:
            found = glossary.application(apdu.body)
            return found.meaning if found else ""
        else:
            entry = self._entry(self._named(apdu)) if apdu.ins in _WITH_FILE else None
        about = [entry.meaning] if entry else []
        if apdu.ins == Ins.COMPUTE_DIGITAL_SIGNATURE and apdu.p1 in glossary.SIGNATURES:
            about.append(glossary.SIGNATURES[apdu.p1])
        return ", ".join(about)


_WITH_FILE = {*_REFERENCING, Ins.SELECT, Ins.READ_BINARY, Ins.READ_RECORD}


def sw_words(sw: int) -> str:
    """Say a status word in words (card.md §3.2)."""
    left = tries_left(sw)
    if left is not None:
        return "1 try left" if left == 1 else f"{left} tries left"
    if sw >> 8 == _MORE:
        return f"{sw & 0xFF or 256} more bytes"
    if sw >> 8 == _WRONG_LE:
        return f"wrong Le, {sw & 0xFF or 256} would do"
    try:
        return StatusWord(sw).name.lower().replace("_", " ")
    except ValueError:
        return "unknown status word"


def _parsed(command: bytes) -> CommandApdu | None:
    try:
        return CommandApdu.parse(command)
    except ApduFormatError:
        return None


def _sfi(apdu: CommandApdu) -> int | None:
    """The short EF identifier a command names: READ BINARY in P1, READ RECORD, PIN and key commands in P2."""
    if apdu.ins == Ins.READ_RECORD:
        return apdu.p2 >> 3 or None
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


def _selected(apdu: CommandApdu) -> str:
    name = apdu.body
    if apdu.p1 != 0x04 and len(name) == 2:
        return name.hex().upper()
    found = glossary.application(name)
    if found is not None:
        return found.name
    return f"AID {name.hex().upper()}" if name else ""


def _fid(fid: int | None) -> str:
    return "?" if fid is None else f"{fid:04X}"


def _hex(raw: bytes) -> str:
    return raw.hex(" ").upper()
