"""A card by hand: APDUs in hex, or in words, against whatever a reader holds.

Apart from the terminal: lines come in, lines go out, and a secret is asked for by a function, so
that it is never part of a line, of what is written, or of a history. What the card answers is
written in full, as the person asked for it; the commands of secrets are masked.
"""

import hashlib
from collections.abc import Callable, Iterable

from card import errors, exchange, glossary, jpki, pins, tlv
from card.apdu import CommandApdu, Ins
from card.connection import CardConnection, Reader, atr_of
from card.pins import Secret
from card.trace import Decoder

WORDS = """\
select JPKI|text|surface|juki|common|ISD|FID|AID   an application, or a file of the selected one
read FID                 a file of the selected application: its one object, or its first 256 bytes
record FID [NUMBER]      a record of a file that has records
tries FID                tries left of a PIN; costs none
verify FID               asks for the PIN without showing it, and sends it once
sign FID TEXT            signs SHA-256 of the text (17: user authentication, 1A: signature)
challenge [N]            N random bytes of the card
data TAG                 GET DATA, like data 5F51
uid                      FF CA 00 00 00: answered by readers for contactless cards
atr                      answer to reset
power                    take the power and give it again
00 A4 04 0C …            any command in hex
quit"""
_DIGEST_INFO = bytes.fromhex("3031300D060960864801650304020105000420")
_MOST = 256


class Mistake(ValueError):
    """A line that is no command; the text says why."""


class Shell:
    """Obeys lines; the card is connected at the first and let go at the end."""

    def __init__(self, reader: Reader, write: Callable[[str], None], ask: Callable[[str], str]) -> None:
        """`ask` returns a secret for a question; `write` is given lines without secrets."""
        self._reader = reader
        self._write = write
        self._ask = ask
        self._connection: CardConnection | None = None
        self._decoder = Decoder()
        self._words: dict[str, Callable[[list[str]], None]] = {
            "select": self._select,
            "read": self._read,
            "record": self._record,
            "tries": self._tries,
            "verify": self._verify,
            "sign": self._sign,
            "challenge": self._challenge,
            "data": self._get_data,
            "uid": self._uid,
            "atr": lambda _: self._write(atr_of(self._card()).hex(" ").upper() or "not told"),
            "power": lambda _: self.close(),
            "help": lambda _: self._write(WORDS),
        }

    def run(self, lines: Iterable[str]) -> bool:
        """Obey each line until `quit` or the end; True where every line was understood and every command answered."""
        good = True
        try:
            for line in lines:
                if line.strip().lower() in {"quit", "exit"}:
                    break
                good &= self.obey(line)
        finally:
            self.close()
        return good

    def obey(self, line: str) -> bool:
        """Carry out one line; False where it was not understood, or the card could not be asked."""
        words = line.split("#")[0].split()
        try:
            if words:
                self._one(words)
        except Mistake as error:
            self._write(f"{error} (help lists the words)")
            return False
        except errors.CardError as error:
            self._write(f"{type(error).__name__}: {error}")
            # A connection that failed once is not used again.
            self.close()
            return False
        return True

    def close(self) -> None:
        """Take the power from the card; the next line connects again."""
        if self._connection is not None:
            self._connection.disconnect()
        self._connection, self._decoder = None, Decoder()

    def _one(self, words: list[str]) -> None:
        step = self._words.get(words[0].lower())
        if step is not None:
            step(words[1:])
        else:
            self._send(_bytes("".join(words), "neither a word nor a command in hex"))

    def _card(self) -> CardConnection:
        if self._connection is None:
            self._connection = self._reader.connect()
        return self._connection

    def _send(self, command: bytes) -> bytes:
        """Send, and write the exchange: command with secrets masked, answer in full."""
        if not 2 <= len(command) <= 65544:
            raise Mistake("no command APDU has this length")
        answer = self._card().transmit(command)
        line = self._decoder.line(command, answer, 0.0)
        about = f" ({line.meaning})" if line.meaning else ""
        self._write(f"> {line.hex_masked.split(' → ')[0]}   {line.command_words}{about}")
        if len(answer) > 2:
            self._write(f"  {answer[:-2].hex(' ').upper()}")
        self._write(f"< {answer[-2:].hex().upper()}   {line.response_words}")
        return answer

    def _apdu(self, *fields: int, body: bytes = b"", le: int | None = None) -> bytes:
        cla, ins, p1, p2 = fields
        return self._send(CommandApdu(cla, ins, p1, p2, body, le).encode())

    def _select(self, words: list[str]) -> None:
        wanted = _word(words, "what to select")
        named = next((one for one in glossary.APPLICATIONS if one.name.lower() == wanted.lower()), None)
        raw = named.aid if named else _bytes(wanted, "neither an application nor a file")
        if len(raw) > 16:
            raise Mistake("a name has at most 16 bytes")
        self._apdu(0x00, Ins.SELECT, 0x02 if len(raw) == 2 else 0x04, 0x0C, body=raw)

    def _read(self, words: list[str]) -> None:
        sfi = _sfi(words)
        answer = self._apdu(0x00, Ins.READ_BINARY, exchange.BY_SFI | sfi, 0x00, le=_MOST)
        have = len(answer) - 2
        size = tlv.object_size(answer[:8], 0x7FFF) if answer[-2:] == b"\x90\x00" else None
        while size is not None and have < size:
            part = self._apdu(0x00, Ins.READ_BINARY, have >> 8, have & 0xFF, le=min(_MOST, size - have))
            if len(part) <= 2:
                break
            have += len(part) - 2

    def _record(self, words: list[str]) -> None:
        number = _number(words[1:], 1)
        self._apdu(0x00, Ins.READ_RECORD, number, _sfi(words) << 3 | 0x04, le=_MOST)

    def _tries(self, words: list[str]) -> None:
        self._apdu(0x00, Ins.VERIFY, 0x00, exchange.BY_SFI | _sfi(words))

    def _verify(self, words: list[str]) -> None:
        fid = _sfi(words)
        typed = self._ask("PIN: ")
        kind = Secret.SIGNATURE_PASSWORD if fid == jpki.SIGNATURE_PASSWORD else Secret.AUTHENTICATION_PIN
        secret = pins.normalised(kind, typed)
        if not 1 <= len(secret) <= 16:
            raise Mistake("a PIN has 1 to 16 characters: nothing was sent")
        self._apdu(0x00, Ins.VERIFY, 0x00, exchange.BY_SFI | fid, body=bytes(secret))

    def _sign(self, words: list[str]) -> None:
        digest = hashlib.sha256(" ".join(words[1:]).encode()).digest()
        reference = exchange.BY_SFI | _sfi(words)
        self._apdu(0x80, Ins.COMPUTE_DIGITAL_SIGNATURE, 0x00, reference, body=_DIGEST_INFO + digest, le=_MOST)

    def _challenge(self, words: list[str]) -> None:
        self._apdu(0x00, Ins.GET_CHALLENGE, 0x00, 0x00, le=_number(words, 8))

    def _uid(self, _: list[str]) -> None:
        self._send(bytes.fromhex("FFCA000000"))

    def _get_data(self, words: list[str]) -> None:
        tag = _bytes(_word(words, "a tag").zfill(4), "a tag in hex")
        if len(tag) != 2:
            raise Mistake("a tag has one or two bytes")
        self._apdu(0x00, Ins.GET_DATA, tag[0], tag[1], le=_MOST)


def _word(words: list[str], what: str) -> str:
    if not words:
        raise Mistake(f"{what} is missing")
    return words[0]


def _bytes(text: str, otherwise: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Mistake(f"{text!r}: {otherwise}") from None


def _sfi(words: list[str]) -> int:
    """A file identifier of this card, 0001 to 001E, which is its short identifier too."""
    raw = _bytes(_word(words, "a file").zfill(4), "no file identifier")
    fid = int.from_bytes(raw, "big")
    if not 1 <= fid <= 0x1E:
        raise Mistake("a file identifier here is 1 to 1E")
    return fid


def _number(words: list[str], otherwise: int) -> int:
    text = words[0] if words else str(otherwise)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:4]) <= _MOST:
        raise Mistake(f"{text!r}: a number from 1 to {_MOST}")
    return int(text)
