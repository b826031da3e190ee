"""QR symbols, written and read: the only door to zxing-cpp.

Separate because everything above it speaks bytes and everything below it modules. A symbol is
written with error correction M and always data mask 3: what we write is compressed or signed, so
no mask is better than another, and trying all eight takes ten times as long. The reader's own
joining of symbols (structured append) is not used: zxing-cpp 3.1 hides its numbering from Python;
`printer.seal` has a header of its own.
Source: ISO/IEC 18004.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import zxingcpp
from typing_extensions import Buffer

from printer.errors import SealError
from printer.seal import MOST_BYTES

if TYPE_CHECKING:
    from printer.imaging import Grey  # brings numpy, which the kiosk's way does not need

_MASK = 3


@dataclass(frozen=True)
class Symbol:
    """`side` modules across and down; `rows` from the top, a byte a module, 0 black and 255 white."""

    side: int
    rows: bytes


def write(content: bytes) -> Symbol:
    """Return the smallest symbol for 1 to MOST_BYTES bytes. Raises SealError for more or fewer."""
    if not 0 < len(content) <= MOST_BYTES:
        raise SealError("a symbol carries 1 to 660 bytes")
    made = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M", data_mask=_MASK)
    image = memoryview(cast(Buffer, made.to_image(scale=1, add_quiet_zones=False)))
    return Symbol(math.isqrt(image.nbytes), image.tobytes())


def read_modules(symbol: Symbol) -> bytes | None:
    """Return what a flawless symbol says, one byte a module, or None where it says nothing."""
    view = memoryview(symbol.rows).cast("B", (symbol.side, symbol.side))
    found = zxingcpp.read_barcodes(view, _qr(), try_rotate=False, try_downscale=False, try_invert=False, is_pure=True)
    return bytes(found[0].bytes) if found and found[0].valid else None


def read(grey: "Grey") -> frozenset[bytes]:
    """Return what the symbols in a picture say (8-bit grey, rows of equal length), turned any way."""
    binarizers = (zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram)
    return frozenset(found for binarizer in binarizers for found in _read(grey, binarizer))


def _read(grey: "Grey", binarizer: zxingcpp.Binarizer) -> Iterable[bytes]:
    found = zxingcpp.read_barcodes(grey, _qr(), try_invert=False, binarizer=binarizer)
    return (bytes(symbol.bytes) for symbol in found if symbol.valid)


def _qr() -> zxingcpp.BarcodeFormats:
    """Made for each call: an object of theirs that lives until the end of the process is reported as a leak."""
    return zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
