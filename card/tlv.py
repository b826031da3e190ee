"""Bounded reading of BER-TLV lengths and objects, for files whose physical size is larger than their content.

Apart from `certificates`, which parses X.509: here only headers are looked at, to know how many
more bytes to ask for and where an object ends, so nothing a card says can make the reader read
without end or nest without end. Source: ISO/IEC 8825-1 (X.690) 8.1; fault-11.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

_SEQUENCE = 0x30
_MORE_TAG = 0x1F
_LENGTH_BYTES = 2
_DEPTH = 8


@dataclass(frozen=True)
class Tlv:
    """One object: its tag as a number of one or two bytes (FF10), and its value."""

    tag: int
    value: bytes = field(repr=False)


class TlvError(ValueError):
    """Bytes that are no series of BER-TLV objects of definite length."""


def der_size(head: bytes, most: int) -> int | None:
    """Return the size in bytes, header included, of the DER SEQUENCE that begins with `head`.

    None where `head` (4 bytes are enough up to 64 KiB) starts no SEQUENCE of definite, minimal
    length, or one larger than `most` (X.690 8.1.3, 10.1).
    """
    return object_size(head, most) if head[:1] == bytes((_SEQUENCE,)) else None


def object_size(head: bytes, most: int) -> int | None:
    """As `der_size`, for an object of any tag of one or two bytes; 5 bytes are enough."""
    tag_size = _tag_size(head)
    if tag_size is None or len(head) <= tag_size:
        return None
    size = _size(head[tag_size], head[tag_size + 1 :])
    return tag_size + size if size is not None and tag_size + size <= most else None


def objects(raw: bytes) -> Iterator[Tlv]:
    """Return the objects that stand one after another in `raw`; raises TlvError where one does not fit."""
    place = 0
    while place < len(raw):
        head = raw[place : place + 5]
        size = object_size(head, len(raw) - place)
        tag_size = _tag_size(head)
        if size is None or tag_size is None:
            raise TlvError("an object that does not fit")
        header = tag_size + _header_size(head[tag_size])
        yield Tlv(int.from_bytes(head[:tag_size], "big"), raw[place + header : place + size])
        place += size


def find(raw: bytes, *tags: int) -> bytes | None:
    """Return the value at a path of tags from the outside in, None where it is not there; raises TlvError."""
    if len(tags) > _DEPTH:
        raise TlvError("nested too deep")
    for tag in tags:
        inner = next((one.value for one in objects(raw) if one.tag == tag), None)
        if inner is None:
            return None
        raw = inner
    return raw


def _tag_size(head: bytes) -> int | None:
    """One byte, or two where the first says so; three are not used by this card."""
    if not head:
        return None
    if head[0] & _MORE_TAG != _MORE_TAG:
        return 1
    return 2 if len(head) > 1 and not head[1] & 0x80 else None


def _header_size(first: int) -> int:
    return 1 if first < 0x80 else 1 + (first & 0x7F)


def _size(first: int, rest: bytes) -> int | None:
    if first < 0x80:
        return 1 + first
    # Long form; 80 alone would be the indefinite length that DER forbids.
    count = first & 0x7F
    if not 1 <= count <= _LENGTH_BYTES or len(rest) < count or rest[0] == 0:
        return None
    length = int.from_bytes(rest[:count], "big")
    # A length below 80 must use the short form.
    return 1 + count + length if length >= 0x80 else None
