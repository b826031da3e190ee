"""What a card says about itself in its answer to reset: short file identifiers and extended length.

Apart from `exchange`, which obeys it. The ATR is never used to tell what *kind* of card it is
(card.md §10 (1)); a reader for contactless cards makes its own ATR up, which announces nothing.
Source: ISO/IEC 7816-3 8.2 (ATR), ISO/IEC 7816-4 12.1.1 (historical bytes, card capabilities).
"""

from dataclasses import dataclass
from functools import lru_cache

from card.connection import CardConnection, atr_of

_CATEGORY_COMPACT_TLV = 0x80
_CAPABILITIES_TAG = 0x7
_BY_SFI_BIT = 0x04
_EXTENDED_BIT = 0x40
_PROTOCOL_BIT = 0x08
_ATR_MOST = 33


@dataclass(frozen=True)
class Capabilities:
    """`short_ids`: files may be named by short identifier; `extended_length`: Lc and Le may be long."""

    short_ids: bool = True
    extended_length: bool = False


def of(connection: CardConnection) -> Capabilities:
    """Return what the connected card announces; short identifiers and short length where nothing is known."""
    return announced(atr_of(connection))


@lru_cache(maxsize=32)
def announced(atr: bytes) -> Capabilities:
    """Read the card capabilities among the historical bytes of an ATR, whatever its bytes are."""
    table = _capabilities(historical_bytes(atr))
    # Every file of this card has a short identifier, so a card that is silent about it is taken to know them.
    by_sfi = not table or bool(table[0] & _BY_SFI_BIT)
    return Capabilities(by_sfi, len(table) == 3 and bool(table[2] & _EXTENDED_BIT))


def historical_bytes(atr: bytes) -> bytes:
    """Return the historical bytes of an ATR (ISO/IEC 7816-3 8.2.4), nothing where it is cut or none."""
    if not 2 <= len(atr) <= _ATR_MOST:
        return b""
    count, follows, place = atr[1] & 0x0F, atr[1] >> 4, 2
    while follows:
        place += follows.bit_count()
        # TDi, the last of the group, tells which interface bytes come next.
        if not follows & _PROTOCOL_BIT:
            break
        if place > len(atr):
            return b""
        follows = atr[place - 1] >> 4
    return atr[place : place + count] if place + count <= len(atr) else b""


def is_made_up(atr: bytes) -> bool:
    """True for the form in which contactless readers make an ATR up (PC/SC part 3, 3.1.3.2.3)."""
    return len(atr) > 4 and atr[0] == 0x3B and atr[1] >> 4 == 0x8 and atr[2:4] == b"\x80\x01"


def _capabilities(history: bytes) -> bytes:
    """The value of the compact TLV object 7x, nothing where there is none."""
    if history[:1] != bytes((_CATEGORY_COMPACT_TLV,)):
        return b""
    place = 1
    while place < len(history):
        tag, size = history[place] >> 4, history[place] & 0x0F
        value = history[place + 1 : place + 1 + size]
        if tag == _CAPABILITIES_TAG:
            return value if len(value) == size else b""
        place += 1 + size
    return b""
