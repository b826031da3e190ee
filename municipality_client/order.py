"""The two byte strings that a kiosk signs or is held to: the order, and the card's challenge digest.

Separate because kiosk, centre and signer must make the very same bytes. Both are deterministic
CBOR (RFC 8949 4.2.1). The order's SHA-256 stands in every seal, so a page of another order
cannot print (design 3.2 step 4).
"""

import hashlib
from typing import Annotated

import cbor2
from msgspec import Meta, Struct

from municipality_client import canonical

_AUTHENTICATION = "kiosk-auth/1"
MAX_ORDER = 4096
_Word = Annotated[str, Meta(max_length=64)]


class Order(Struct, frozen=True, array_like=True, tag="kiosk-order/1"):
    """What one authentication asks for: one kind, `copies` sets of it.

    `cert_sha256` is the SHA-256 of the card's public-key certificate (DER), `nonce` 16 random
    bytes, `persons` handles of the offer, `items` ids of the offer that are to be printed,
    `font` the id of the terminal's certificate font. `year` (0: none) and `variant` ("": none) say
    which paper of a kind that has several.
    """

    request_id: _Word
    terminal: _Word
    municipality: _Word
    cert_sha256: Annotated[bytes, Meta(min_length=32, max_length=32)]
    nonce: Annotated[bytes, Meta(min_length=16, max_length=16)]
    kind: _Word
    persons: Annotated[tuple[_Word, ...], Meta(max_length=20)]
    items: Annotated[tuple[_Word, ...], Meta(max_length=20)]
    copies: Annotated[int, Meta(ge=1, le=99)]
    font: _Word
    year: Annotated[int, Meta(ge=0, le=9999)] = 0
    variant: _Word = ""


def order_bytes(order: Order) -> bytes:
    """Return the order as deterministic CBOR: an array that opens with the version."""
    return canonical.encode(order)


def read_order(raw: bytes) -> Order:
    """Read what `order_bytes` made; raises ProtocolError for any other bytes, also other spellings."""
    return canonical.decode(raw, Order, MAX_ORDER)


def auth_digest(challenge: bytes, terminal: str, municipality: str, request_id: str) -> bytes:
    """Return the SHA-256 (32 bytes) that the card signs to authenticate this request (design 3.2 step 2)."""
    content = [_AUTHENTICATION, challenge, terminal, municipality, request_id]
    return hashlib.sha256(cbor2.dumps(content)).digest()
