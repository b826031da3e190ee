"""Bounded reading of one DER length, for files whose physical size is larger than their content.

Apart from `certificates`, which parses: here only the first bytes of a card file are looked at, to
know how many more to ask for, so nothing a card says can make the reader read without end.
"""


def der_size(head: bytes, most: int) -> int | None:
    """Return the size in bytes, header included, of the DER SEQUENCE that begins with `head`.

    None where `head` (4 bytes are enough up to 64 KiB) starts no SEQUENCE of definite, minimal
    length, or one larger than `most` (X.690 8.1.3, 10.1).
    """
    if len(head) < 2 or head[0] != 0x30:
        return None
    size = _size(head[1], head[2:])
    return size if size is not None and size <= most else None


def _size(first: int, rest: bytes) -> int | None:
    if first < 0x80:
        return 2 + first
    # Long form; 80 alone would be the indefinite length that DER forbids.
    count = first & 0x7F
    if not 1 <= count <= 2 or len(rest) < count or rest[0] == 0:
        return None
    length = int.from_bytes(rest[:count], "big")
    # A length below 80 must use the short form.
    return 2 + count + length if length >= 0x80 else None
