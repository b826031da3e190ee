"""Single steps with a card from the reader's side: select, read, ask for tries, each bounded.

Apart from `jpki`, which is the sequence a kiosk needs: other programs (`survey`) put the same
steps together in another way. Whatever a card answers, the outcome is a value or CardAnswerError.
Source: card.md §3.1, §10; bounds: fault-10, fault-11.
"""

from card import errors
from card.apdu import ApduFormatError, CommandApdu, Ins, ResponseApdu, StatusWord, tries_left
from card.certificates import LARGEST
from card.connection import CardConnection
from card.tlv import der_size

BY_SFI = 0x80
READ_MOST = 256
_READS_MOST = 40


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


def tries(connection: CardConnection, fid: int) -> int:
    """Return the tries left of the PIN in IEF `fid`, 0 for blocked; costs none. Raises CardAnswerError."""
    answer = transmit(connection, CommandApdu(0x00, Ins.VERIFY, 0x00, BY_SFI | fid))
    left = left_of(answer.sw)
    if left is None:
        raise unexpected("retry query", answer)
    return left


def left_of(sw: int) -> int | None:
    """Return the tries left as a status word says; both words for *blocked* count as 0, others are None."""
    if sw in (StatusWord.AUTHENTICATION_METHOD_BLOCKED, StatusWord.REFERENCE_DATA_BLOCKED):
        return 0
    return tries_left(sw)


def read_start(connection: CardConnection, fid: int, le: int) -> ResponseApdu:
    """READ BINARY of at most `le` bytes from the beginning; the FID is the short EF identifier, too."""
    return transmit(connection, CommandApdu(0x00, Ins.READ_BINARY, BY_SFI | fid, 0x00, le=le))


def read_der(connection: CardConnection, fid: int) -> bytes:
    """Read the one DER object of an EF, whatever filler follows it. Raises CardAnswerError."""
    # The first block selects the file by SFI and holds the length of the object.
    content = _part(read_start(connection, fid, READ_MOST), READ_MOST)
    size = der_size(content[:4], LARGEST)
    if size is None:
        raise errors.CardAnswerError(f"READ BINARY {fid:04X}: not one DER object of bounded size")
    for _ in range(_READS_MOST):
        if len(content) >= size:
            return content[:size]
        wanted = min(READ_MOST, size - len(content))
        p1, p2 = len(content).to_bytes(2, "big")
        content += _part(transmit(connection, CommandApdu(0x00, Ins.READ_BINARY, p1, p2, le=wanted)), wanted)
    raise errors.CardAnswerError(f"READ BINARY {fid:04X}: too many small answers")


def expect_ok(step: str, answer: ResponseApdu) -> bytes:
    """Return the body of a 9000; raises CardAnswerError that names `step` for any other status word."""
    if not answer.ok:
        raise unexpected(step, answer)
    return answer.body


def unexpected(step: str, answer: ResponseApdu) -> errors.CardAnswerError:
    """Return the error for a status word that must not come at `step`."""
    return errors.CardAnswerError(f"{step}: status word {answer.sw:04X}")


def _part(answer: ResponseApdu, most: int) -> bytes:
    part = expect_ok("READ BINARY", answer)
    # No bytes with 9000 would be asked for again for ever.
    if not 1 <= len(part) <= most:
        raise errors.CardAnswerError("READ BINARY: no bytes, or more than asked")
    return part
