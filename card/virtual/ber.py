"""Writes BER-TLV as the files of this card hold it: tags of one or two bytes, shortest definite lengths.

Apart from `card.tlv`, which reads what a stranger wrote. Also the offset tables with which the
files of the 券面 applications begin (card.md §2.4, §2.5).
"""

from collections.abc import Sequence


def tlv(tag: int, value: bytes) -> bytes:
    """Return one object."""
    size = (tag.bit_length() + 7) // 8
    return tag.to_bytes(size, "big") + _length(len(value)) + value


def _length(size: int) -> bytes:
    """The short form below 80, else 81 or 82 with as many bytes (ISO/IEC 8825-1 8.1.3)."""
    if size < 0x80:
        return bytes((size,))
    raw = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(raw),)) + raw


def with_offsets(tag: int, table_tag: int, fields: Sequence[bytes]) -> bytes:
    """Return a file of `fields` behind a table of where each begins, in BE16 from the start of the file."""
    table_size = len(tlv(table_tag, bytes(2 * len(fields))))
    body_size = table_size + sum(len(one) for one in fields)
    place = len(tlv(tag, bytes(body_size))) - body_size + table_size
    offsets = b""
    for one in fields:
        offsets += place.to_bytes(2, "big")
        place += len(one)
    return tlv(tag, tlv(table_tag, offsets) + b"".join(fields))
