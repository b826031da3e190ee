"""Values as bytes that have one form only: deterministic CBOR (RFC 8949 4.2.1), read as strictly as written.

Separate because whatever is hashed or signed on one side and read on the other goes through here.
"""

from typing import TypeVar

import cbor2
import msgspec

from municipality_client.errors import ProtocolError

S = TypeVar("S", bound=msgspec.Struct)


def encode(value: msgspec.Struct) -> bytes:
    """Return an `array_like`, tagged struct as an array that opens with its version."""
    return cbor2.dumps(msgspec.to_builtins(value, builtin_types=(bytes,)))


def decode(raw: bytes, kind: type[S], most: int) -> S:
    """Read what `encode` made, of at most `most` bytes; raises ProtocolError for anything else, other spellings too."""
    if len(raw) > most:
        raise ProtocolError(f"{kind.__name__} of {len(raw)} bytes, at most {most}")
    try:
        value = msgspec.convert(cbor2.loads(raw), kind)
    except (cbor2.CBORError, ValueError, RecursionError):
        raise ProtocolError(f"not a {kind.__name__} of version 1") from None
    # One content, one form: what decodes must encode to the very same bytes.
    if encode(value) != raw:
        raise ProtocolError(f"{kind.__name__} is not in deterministic form")
    return value
