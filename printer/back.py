"""The back of each sheet: plain for now, but it says to which set and page it belongs.

A page like any other, made from the seal alone, so that it is drawn and read back in the same
way as the face. Copy-deterrent ground and seal symbols join it in a later version.
"""

from collections.abc import Sequence

from printer import fonts
from printer.document import A4_WIDTH, Page, Seal, Text
from printer.verify import CheckedPage

_SMALL = 282
_LARGE = 1_400
_FOOT = 28_200
_LEFT = 1_500


def compose(seal: Seal, font: str) -> Page:
    """Return the back of page i: set number and i / n small at the foot, 「見本」 large in the middle."""
    sample, count = "見　本", f"{seal.page} / {seal.pages}"
    right = A4_WIDTH - _LEFT - fonts.width(count, _SMALL, font)
    middle = (A4_WIDTH - fonts.width(sample, _LARGE, font)) // 2
    return Page(
        font,
        (
            Text(middle, 12_500, _LARGE, sample),
            Text(_LEFT, _FOOT, _SMALL, f"固有番号　{seal.set_number}"),
            Text(right, _FOOT, _SMALL, count),
        ),
    )


def sides(pages: Sequence[CheckedPage]) -> tuple[Page, ...]:
    """Return face 1, back 1, face 2, back 2, …: the pages of the PDF in their order."""
    return tuple(side for checked in pages for side in (checked.page, compose(checked.seal, checked.page.font)))
