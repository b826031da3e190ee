"""The seal as it stands on the back of a sheet: signed bytes to symbols, and back from any of them.

Payload: the seal bytes in one Zstandard frame, then the 64 bytes of the signature. It is cut into
k equal shares (the last filled with zeros) and one more, their XOR, so that one lost symbol is
survived. Each share travels in one symbol behind this header, integers big end first:

    0  4  "KSL1"         these symbols, version 1
    4  8  SHA-256(payload)[:8]: symbols of one seal say the same
    12 2  length of the payload in bytes
    14 1  k, shares that carry data
    15 1  number of this share: 0 … k-1, or k for the XOR

docs/seal.md says the same for writers of other readers. What is joined here is not yet believed:
the signature decides (`printer.scan`). Source: design.md 3.2 steps 5, 7.
"""

import hashlib
import struct
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import NamedTuple

import zstandard

from printer.document import MAX_SEAL_BYTES
from printer.errors import SealError

MOST_BYTES = 660
"""What one symbol carries at most: QR version 20-M, 97 modules."""
MOST_SYMBOLS = 12
"""What the back of a sheet has room for."""
_MAGIC = b"KSL1"
_HEADER = struct.Struct(">4s8sHBB")
_SHARE = MOST_BYTES - _HEADER.size
_SIGNATURE = 64
_LEVEL = 19


class Share(NamedTuple):
    """What one symbol carries: `number` runs from 0; the last, equal to `of`, is the XOR of the others."""

    seal: bytes
    length: int
    of: int
    number: int
    body: bytes


class Sealed(NamedTuple):
    """Seal bytes and signature as they were joined, not yet verified."""

    seal: bytes
    signature: bytes


def split(seal: bytes, signature: bytes) -> tuple[bytes, ...]:
    """Return the content of each symbol. Raises SealError where the back has no room for them."""
    payload = zstandard.ZstdCompressor(level=_LEVEL).compress(seal) + signature
    count = -(-len(payload) // _SHARE)
    if count >= MOST_SYMBOLS or len(signature) != _SIGNATURE:
        raise SealError("the seal is longer than the back of a sheet can hold")
    size = -(-len(payload) // count)
    shares = [payload[at : at + size].ljust(size, b"\0") for at in range(0, len(payload), size)]
    name = hashlib.sha256(payload).digest()[:8]
    return tuple(
        _HEADER.pack(_MAGIC, name, len(payload), count, number) + share
        for number, share in enumerate([*shares, _xor(shares)])
    )


def share(content: bytes) -> Share | None:
    """Return the share a symbol carries, or None where it is not one of ours."""
    if len(content) <= _HEADER.size or len(content) > MOST_BYTES:
        return None
    magic, name, length, of, number = _HEADER.unpack_from(content)
    body = content[_HEADER.size :]
    if magic != _MAGIC or not 0 < of < MOST_SYMBOLS or number > of or len(body) != -(-length // of):
        return None
    return Share(name, length, of, number, body)


def groups(contents: Iterable[bytes]) -> dict[bytes, tuple[Share, ...]]:
    """Sort shares by the seal they belong to, in the order of their numbers; what is not ours is left out."""
    found: dict[bytes, set[Share]] = {}
    for part in filter(None, map(share, contents)):
        found.setdefault(part.seal, set()).add(part)
    return {name: tuple(sorted(parts, key=lambda part: part.number)) for name, parts in found.items()}


def join(shares: Iterable[Share]) -> Sealed:
    """Put the shares of one seal together. Raises SealError where more than one is lost or they do not fit."""
    parts = tuple(shares)
    if not parts or len({(part.seal, part.length, part.of) for part in parts}) != 1:
        raise SealError("the symbols belong to different seals")
    first = parts[0]
    payload = b"".join(_bodies({part.number: part.body for part in parts}, first.of))[: first.length]
    if hashlib.sha256(payload).digest()[:8] != first.seal or len(payload) <= _SIGNATURE:
        raise SealError("the symbols contradict each other")
    return Sealed(_unpacked(payload[:-_SIGNATURE]), payload[-_SIGNATURE:])


def _bodies(known: Mapping[int, bytes], of: int) -> list[bytes]:
    """The shares 0 … of-1; one that is lost is the XOR of all others."""
    lost = [number for number in range(of) if number not in known]
    if len(lost) > 1 or (lost and of not in known):
        raise SealError("too many symbols are lost")
    filled = {**known, **{number: _xor(known.values()) for number in lost}}
    return [filled[number] for number in range(of)]


def _xor(shares: Iterable[bytes]) -> bytes:
    parts = list(shares)
    together = reduce(lambda one, other: one ^ other, (int.from_bytes(part, "big") for part in parts))
    return together.to_bytes(len(parts[0]), "big")


def _unpacked(packed: bytes) -> bytes:
    """Unpack one frame that says how long it is, within the bounds of a seal."""
    try:
        if not 0 < zstandard.frame_content_size(packed) <= MAX_SEAL_BYTES:
            raise SealError("the seal does not say its length, or a wrong one")
        reader = zstandard.ZstdDecompressor(max_window_size=1 << 23).decompressobj()
        seal = reader.decompress(packed)
    except zstandard.ZstdError as error:
        raise SealError("the seal cannot be unpacked") from error
    if not reader.eof or reader.unused_data:
        raise SealError("something follows the seal")
    return seal
