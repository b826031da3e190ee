"""Single steps with a card from the reader's side: select, read, ask for tries, each bounded.

Apart from `jpki`, which is the sequence a kiosk needs: other programs (`survey`) put the same
steps together in another way. Whatever a card answers, the outcome is a value or CardAnswerError.
Source: card.md §3.1, §10; bounds: fault-10, fault-11.
"""

from card import capabilities, errors
from card.apdu import ApduFormatError, CommandApdu, Ins, ResponseApdu, StatusWord, tries_left
from card.certificates import LARGEST
from card.connection import CardConnection
from card.tlv import der_size

BY_SFI = 0x80
READ_MOST = 256
_LONG_READ = 2048
"""Enough for any public-key certificate of this card at once, where the card announces extended length."""
_READS_MOST = 40
_CURRENT = 0x80


def transmit(connection: CardConnection, command: CommandApdu) -> ResponseApdu:
    """Send one command; raises CardAnswerError for an answer without status word, and what the connection raises."""
    try:
        return ResponseApdu.parse(connection.transmit(command.encode()))
    except ApduFormatError as error:
        raise errors.CardAnswerError("an answer without status word") from error


def select_application(connection: CardConnection, aid: bytes) -> ResponseApdu:
    """SELECT by name. Some cards fail the first command after power-up with 6F00: ask once more (card.md §3.2)."""
    command = CommandApdu(0x00, Ins.SELECT, 0x04, 0x0C, aid)
    answer = transmit(connection, command)
    return transmit(connection, command) if answer.sw == StatusWord.NO_DIAGNOSIS else answer


def select_file(connection: CardConnection, fid: int) -> ResponseApdu:
    """SELECT an EF of the selected application by its identifier."""
    return transmit(connection, CommandApdu(0x00, Ins.SELECT, 0x02, 0x0C, fid.to_bytes(2, "big")))


def reference(connection: CardConnection, fid: int) -> int:
    """Return P2 for a PIN or key; where the card knows no short identifiers, its IEF is selected first.

    Raises CardAnswerError where there is no such IEF.
    """
    if capabilities.of(connection).short_ids:
        return BY_SFI | fid
    expect_ok(f"SELECT {fid:04X}", select_file(connection, fid))
    return _CURRENT


def tries(connection: CardConnection, fid: int) -> int:
    """Return the tries left of the PIN in IEF `fid`, 0 for blocked; costs none. Raises CardAnswerError."""
    answer = _retry_query(connection, fid)
    left = left_of(answer.sw)
    if left is None:
        raise unexpected("retry query", answer)
    return left


def tries_told(connection: CardConnection, fid: int) -> int | None:
    """As `tries`, but None where the card does not tell."""
    return left_of(_retry_query(connection, fid).sw)


def left_of(sw: int) -> int | None:
    """Return the tries left as a status word says; both words for *blocked* count as 0, others are None."""
    if sw in (StatusWord.AUTHENTICATION_METHOD_BLOCKED, StatusWord.REFERENCE_DATA_BLOCKED):
        return 0
    return tries_left(sw)


def read_start(connection: CardConnection, fid: int, le: int) -> ResponseApdu:
    """READ BINARY of at most `le` bytes from the beginning; the FID is the short EF identifier, too."""
    if capabilities.of(connection).short_ids:
        return transmit(connection, _read(BY_SFI | fid, 0x00, le))
    selected = select_file(connection, fid)
    return transmit(connection, _read(0x00, 0x00, le)) if selected.ok else selected


def read_der(connection: CardConnection, fid: int) -> bytes:
    """Read the one DER object of an EF, whatever filler follows it. Raises CardAnswerError."""
    # The first block selects the file by SFI and holds the length of the object.
    most, first = _first_block(connection, fid)
    content = _part(first, most)
    size = der_size(content[:4], LARGEST)
    if size is None:
        raise errors.CardAnswerError(f"READ BINARY {fid:04X}: not one DER object of bounded size")
    for _ in range(_READS_MOST):
        if len(content) >= size:
            return content[:size]
        wanted = min(most, size - len(content))
        p1, p2 = len(content).to_bytes(2, "big")
        content += _part(transmit(connection, _read(p1, p2, wanted)), wanted)
    raise errors.CardAnswerError(f"READ BINARY {fid:04X}: too many small answers")


def expect_ok(step: str, answer: ResponseApdu) -> bytes:
    """Return the body of a 9000; raises CardAnswerError that names `step` for any other status word."""
    if not answer.ok:
        raise unexpected(step, answer)
    return answer.body


def unexpected(step: str, answer: ResponseApdu) -> errors.CardAnswerError:
    """Return the error for a status word that must not come at `step`."""
    return errors.CardAnswerError(f"{step}: status word {answer.sw:04X}")


def _retry_query(connection: CardConnection, fid: int) -> ResponseApdu:
    """VERIFY without a body (card.md §3.1)."""
    return transmit(connection, CommandApdu(0x00, Ins.VERIFY, 0x00, reference(connection, fid)))


def _first_block(connection: CardConnection, fid: int) -> tuple[int, ResponseApdu]:
    """The beginning of a file, and how much may be asked for at once from here on."""
    if capabilities.of(connection).extended_length:
        answer = _long_block(connection, fid)
        if answer is not None and answer.sw != StatusWord.WRONG_LENGTH:
            return _LONG_READ, answer
    return READ_MOST, read_start(connection, fid, READ_MOST)


def _long_block(connection: CardConnection, fid: int) -> ResponseApdu | None:
    # A card may announce what the reader under it cannot carry.
    try:
        return read_start(connection, fid, _LONG_READ)
    except errors.TransportError:
        return None


def _read(p1: int, p2: int, le: int) -> CommandApdu:
    return CommandApdu(0x00, Ins.READ_BINARY, p1, p2, le=le, extended=le > READ_MOST)


def _part(answer: ResponseApdu, most: int) -> bytes:
    part = expect_ok("READ BINARY", answer)
    # No bytes with 9000 would be asked for again for ever.
    if not 1 <= len(part) <= most:
        raise errors.CardAnswerError("READ BINARY: no bytes, or more than asked")
    return part
