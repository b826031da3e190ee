"""May these pages be printed for this order? The last check before money, and again before paper.

A page of another request, person, municipality or set must never reach the tray, whatever the
network, a cache, a queue or the issue centre did. So a set is accepted only as a whole, and the
first thing that does not fit is a hard stop. Signatures are checked before anything is parsed.
Pure: no files, no clock, no device. Source: design.md 3.2 step 6; F-04, fault-33, fault-44, E-38.
"""

import enum
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from printer import fonts, seal
from printer.document import (
    A4_WIDTH,
    MAX_PAGES,
    SEAL_CONTEXT,
    Page,
    Seal,
    SignedPage,
    Text,
    decode_page,
    decode_seal,
    key_id,
    page_digest,
    text_lines,
)
from printer.errors import DocumentError, SealError
from printer.trust import SealKey, Trust, load_trust

__all__ = ["CheckedPage", "CheckedSet", "Mismatch", "MismatchReason", "Trust", "check_set", "load_trust"]

MAX_SET_BYTES = 20 * 1024 * 1024


class MismatchReason(enum.Enum):
    """Why a set is not printed. The value is for journals and reports; it names no person."""

    TOO_LARGE = "too large"
    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown key"
    BAD_SIGNATURE = "bad signature"
    KEY_NOT_VALID = "key not valid"
    WRONG_MUNICIPALITY = "wrong municipality"
    OTHER_ORDER = "other order"
    PAGE_ALTERED = "page altered"
    TEXT_DIFFERS = "text differs"
    MIXED_SETS = "mixed sets"
    DUPLICATE_PAGE = "duplicate page"
    WRONG_SEQUENCE = "wrong sequence"
    INCOMPLETE = "incomplete"
    FONT_MISSING = "font missing"
    GLYPH_MISSING = "glyph missing"
    OUTSIDE_SHEET = "outside sheet"
    SEAL_TOO_LONG = "seal too long"
    SEAL_DIFFERS = "seal differs"


@dataclass(frozen=True)
class Mismatch:
    """The first thing that does not fit; `page` is the position in the list, from 1, or None for all."""

    reason: MismatchReason
    page: int | None


@dataclass(frozen=True)
class CheckedPage:
    """A page that passed, with what its bytes say."""

    signed: SignedPage
    page: Page
    seal: Seal


@dataclass(frozen=True)
class CheckedSet:
    """A whole set (一通) that passed; pages 1 to n in order."""

    set_number: str
    pages: tuple[CheckedPage, ...]


def check_set(
    pages: Sequence[SignedPage], *, trust: Trust, order_sha256: bytes, municipality: str, now: datetime
) -> CheckedSet | Mismatch:
    """Return the set if every page belongs to this order of this municipality and none is missing.

    `order_sha256` is the hash of the order bytes the kiosk itself sent.
    """
    seals = check_seals(pages, trust=trust, order_sha256=order_sha256, municipality=municipality, now=now)
    if isinstance(seals, Mismatch):
        return seals
    checked: list[CheckedPage] = []
    for position, (signed, said) in enumerate(zip(pages, seals, strict=True), 1):
        page = _check_page(signed, said)
        if isinstance(page, MismatchReason):
            return Mismatch(page, position)
        checked.append(page)
    return _unprintable(checked) or CheckedSet(seals[0].set_number, tuple(checked))


def check_seals(
    pages: Sequence[SignedPage], *, trust: Trust, order_sha256: bytes, municipality: str, now: datetime
) -> tuple[Seal, ...] | Mismatch:
    """Return the seals if each is signed, of this order, over the bytes of its page, and the set is whole.

    What the pages say is not looked at: this is the part of `check_set` that a second look needs.
    """
    if outsize := _outsize(pages):
        return outsize
    seals: list[Seal] = []
    for position, signed in enumerate(pages, 1):
        said = _check_seal(signed, trust, order_sha256, municipality, now)
        if isinstance(said, MismatchReason):
            return Mismatch(said, position)
        seals.append(said)
    return _misplaced(seals) or tuple(seals)


def _outsize(pages: Sequence[SignedPage]) -> Mismatch | None:
    if not pages:
        return Mismatch(MismatchReason.INCOMPLETE, None)
    size = sum(len(signed.page) + len(signed.seal) + len(signed.signature) for signed in pages)
    if len(pages) > MAX_PAGES or size > MAX_SET_BYTES:
        return Mismatch(MismatchReason.TOO_LARGE, None)
    return None


def _check_seal(
    signed: SignedPage, trust: Trust, order_sha256: bytes, municipality: str, now: datetime
) -> Seal | MismatchReason:
    try:
        key = trust.keys.get(key_id(signed.seal))
        if key is None:
            return MismatchReason.UNKNOWN_KEY
        if not key.signed(signed.signature, SEAL_CONTEXT + signed.seal):
            return MismatchReason.BAD_SIGNATURE
        said = decode_seal(signed.seal)
        if reason := _foreign(said, key, order_sha256, municipality, now):
            return reason
        if not hmac.compare_digest(page_digest(signed.page), said.page_sha256):
            return MismatchReason.PAGE_ALTERED
    except DocumentError:
        return MismatchReason.MALFORMED
    return said


def _check_page(signed: SignedPage, said: Seal) -> CheckedPage | MismatchReason:
    try:
        page = decode_page(signed.page)
    except DocumentError:
        return MismatchReason.MALFORMED
    return CheckedPage(signed, page, said) if text_lines(page) == said.text else MismatchReason.TEXT_DIFFERS


def _foreign(said: Seal, key: SealKey, order_sha256: bytes, municipality: str, now: datetime) -> MismatchReason | None:
    if not municipality == said.municipality == key.municipality:
        return MismatchReason.WRONG_MUNICIPALITY
    if not key.is_good_for(datetime.fromisoformat(said.issued_at), now):
        return MismatchReason.KEY_NOT_VALID
    if not hmac.compare_digest(said.order_sha256, order_sha256):
        return MismatchReason.OTHER_ORDER
    return None


def _misplaced(seals: Sequence[Seal]) -> Mismatch | None:
    """Pages of one set, each once, from 1 to n."""
    first = seals[0]
    numbers: set[int] = set()
    for position, said in enumerate(seals, 1):
        if (said.set_number, said.pages, said.issued_at, said.key_id) != (
            first.set_number, first.pages, first.issued_at, first.key_id,
        ):  # fmt: skip
            return Mismatch(MismatchReason.MIXED_SETS, position)
        if said.page in numbers:
            return Mismatch(MismatchReason.DUPLICATE_PAGE, position)
        numbers.add(said.page)
    if len(numbers) != first.pages:
        return Mismatch(MismatchReason.INCOMPLETE, None)
    wrong = (position for position, said in enumerate(seals, 1) if said.page != position)
    return next((Mismatch(MismatchReason.WRONG_SEQUENCE, position) for position in wrong), None)


def _unprintable(checked: Sequence[CheckedPage]) -> Mismatch | None:
    """Every character has a glyph in this kiosk's font, every run ends on the sheet, every seal fits its back."""
    for position, page in enumerate(checked, 1):
        if reason := _page_fault(page.page) or _seal_fault(page.signed):
            return Mismatch(reason, position)
    return None


def _page_fault(page: Page) -> MismatchReason | None:
    if not fonts.is_installed(page.font):
        return MismatchReason.FONT_MISSING
    texts = [element for element in page.elements if isinstance(element, Text)]
    if any(fonts.missing(text.text, page.font) for text in texts):
        return MismatchReason.GLYPH_MISSING
    if any(not text.width and text.x + fonts.width(text.text, text.size, page.font) > A4_WIDTH for text in texts):
        return MismatchReason.OUTSIDE_SHEET
    return None


def _seal_fault(signed: SignedPage) -> MismatchReason | None:
    try:
        seal.split(signed.seal, signed.signature)
    except SealError:
        return MismatchReason.SEAL_TOO_LONG
    return None
