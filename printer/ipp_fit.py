"""Can this printer print a certificate, and in which format? What it says of itself, in our terms and an operator's.

Separate from the driver because it only judges: A4, both sides, PDF or else PWG raster, nothing missing.
Source: RFC 8011 5.4.12, PWG 5100.14 (IPP Everywhere), PWG 5102.4; fault-41.
"""

from collections.abc import Sequence

from printer.driver import PrinterStateReason
from printer.ipp_wire import Attributes

A4, TWO_SIDED, UNSCALED = "iso_a4_210x297mm", "two-sided-long-edge", "none"
PDF, PWG_RASTER = "application/pdf", "image/pwg-raster"
_GREY = "sgray_8"
_RESOLUTIONS = (300, 600)
"""The ground and the symbols lie on both grids; the coarser one is the faster."""
_PER_INCH = 3
"""RFC 8010 3.9: the unit of a resolution."""
_SEVERITIES = ("-report", "-warning", "-error")
_REASONS = {reason.value: reason for reason in PrinterStateReason} | {
    "media-needed": PrinterStateReason.MEDIA_EMPTY,
    "toner-empty": PrinterStateReason.MARKER_SUPPLY_EMPTY,
    "marker-waste-full": PrinterStateReason.MARKER_SUPPLY_EMPTY,
    "cover-open": PrinterStateReason.DOOR_OPEN,
    "interlock-open": PrinterStateReason.DOOR_OPEN,
    "output-tray-missing": PrinterStateReason.OUTPUT_AREA_FULL,
    "paused": PrinterStateReason.SHUTDOWN,
    "stopping": PrinterStateReason.SHUTDOWN,
}


def unfit(said: Attributes, reasons: frozenset[PrinterStateReason]) -> str:
    """What this printer cannot do at all, in an operator's words; "" when it fits."""
    if PDF not in many(said, "document-format-supported") and raster_dpi(said) is None:
        return "it takes neither PDF nor PWG raster in 8-bit grey of 300 or 600 dpi"
    if TWO_SIDED not in many(said, "sides-supported"):
        return "it does not print on both sides"
    ready = many(said, "media-ready")
    if A4 not in ready and PrinterStateReason.MEDIA_EMPTY not in reasons:
        return f"A4 is not loaded; there is {', '.join(ready) or 'nothing'}"
    return ""


def raster_dpi(said: Attributes) -> int | None:
    """The resolution in which it takes our raster, None where it takes none."""
    if PWG_RASTER not in many(said, "document-format-supported"):
        return None
    if _GREY not in many(said, "pwg-raster-document-type-supported"):
        return None
    offered = said.get("pwg-raster-document-resolution-supported", ())
    every: Sequence[object] = offered if isinstance(offered, list) else [offered]
    return next((dpi for dpi in _RESOLUTIONS if (dpi, dpi, _PER_INCH) in every), None)


def reasons(said: Attributes) -> frozenset[PrinterStateReason]:
    """What stands against printing. An idle printer without paper says it as a mere report."""
    words = [_bare(word) for word in many(said, "printer-state-reasons")]
    return frozenset(_REASONS[word] for word in words if word in _REASONS)


def many(said: Attributes, name: str) -> tuple[str, ...]:
    """Values of an attribute that may hold one or many."""
    value = said.get(name, ())
    return tuple(value) if isinstance(value, list | tuple) else (str(value),)


def _bare(word: str) -> str:
    return next((word.removesuffix(ending) for ending in _SEVERITIES if word.endswith(ending)), word)
