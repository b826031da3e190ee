"""The page model: what stands where on one face, and the two byte strings that are signed.

Pure values and bytes, so that the issue centre can compose pages without knowing how they are
drawn, and the kiosk can check them without trusting who composed them. Lengths are integers of
0.01 mm, A4 is 21000 x 29700, the origin is the top left corner, y grows downwards.

Page bytes: deterministic CBOR (RFC 8949 clause 4.2) of ["kiosk-page/1", font id, elements];
an element is [0, x, y, size, width, text], [1, x1, y1, x2, y2, thickness] or
[2, x, y, width, height, png].
Seal bytes: ["kiosk-seal/1", version, key id, municipality, set number, page, pages, issued at,
SHA-256 of the order, SHA-256 of the page bytes, text lines].
No repr of these values shows what stands on a page: names must not reach a log or a traceback.
Decoding accepts only what encoding gives back byte by byte, so one content has one form.
Source: design.md 3.2 step 5; fault-33, fault-34.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeAlias

import cbor2

from printer.errors import DocumentError
from printer.picture import raster

A4_WIDTH = 21_000
A4_HEIGHT = 29_700
MAX_ELEMENTS = 2_000
MAX_PAGE_BYTES = 1024 * 1024
MAX_SEAL_BYTES = 256 * 1024
MAX_TEXT = 4_000
MAX_PAGES = 20
SEAL_VERSION = 1
SEAL_CONTEXT = b"kiosk-seal/1"
"""Domain separation: the Ed25519 signature is over SEAL_CONTEXT + seal bytes."""

_SEAL_START = b"\x8b\x6ckiosk-seal/1\x01\x48"
_PAGE_FORM = "kiosk-page/1"
_SEAL_FORM = "kiosk-seal/1"
_MAX_SIZE = 5_000
_MAX_THICKNESS = 1_000
_MAX_MARKS = 4
_DEEPEST = 4
_FONT = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")
_SET_NUMBER = re.compile(r"[0-9A-Za-z]+(-[0-9A-Za-z]+)*")
_MUNICIPALITY = re.compile(r"[0-9]{6}")
_ISSUED_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+09:00")
_JST = timedelta(hours=9)
_PLAIN = re.compile("[\u0020-\u007e\u3000-\u3029\u3030-\u3098\u309b-\u30ff\u3400-\u9fff\uff01-\uffee]*")
"""Letters, kana and kanji of Japanese text: none of them a mark, a control or a format character."""
_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True)
class Text:
    """One run of glyphs on the baseline (x, y), `size` = the em in 0.01 mm.

    With width > 0 a run that is longer is squeezed horizontally to that width, never clipped;
    a shorter one keeps its own width.
    """

    x: int
    y: int
    size: int
    text: str = field(repr=False)
    width: int = 0

    @cached_property
    def encoded(self) -> bytes:
        """Its CBOR, checked; kept as long as the element, for a form's words as long as the form."""
        _within(self.x, self.y, self.x + self.width, self.y)
        _positive(self.size, _MAX_SIZE)
        check_text(self.text)
        return cbor2.dumps([0, self.x, self.y, self.size, self.width, self.text])


@dataclass(frozen=True)
class Rule:
    """A black line with square ends."""

    x1: int
    y1: int
    x2: int
    y2: int
    thickness: int

    @cached_property
    def encoded(self) -> bytes:
        """Its CBOR, checked."""
        _within(self.x1, self.y1, self.x2, self.y2)
        _positive(self.thickness, _MAX_THICKNESS)
        return cbor2.dumps([1, self.x1, self.y1, self.x2, self.y2, self.thickness])


@dataclass(frozen=True)
class Picture:
    """A black-and-white or 8-bit grey PNG, drawn at exactly this size with (x, y) its top left."""

    x: int
    y: int
    width: int
    height: int
    png: bytes = field(repr=False)

    @cached_property
    def encoded(self) -> bytes:
        """Its CBOR, checked."""
        _positive(self.width, A4_WIDTH)
        _positive(self.height, A4_HEIGHT)
        _within(self.x, self.y, self.x + self.width, self.y + self.height)
        raster(self.png)
        return cbor2.dumps([2, self.x, self.y, self.width, self.height, self.png])


Element: TypeAlias = Text | Rule | Picture


@dataclass(frozen=True)
class Page:
    """One face. `font` is an id of `printer.fonts`; elements are in reading order."""

    font: str
    elements: tuple[Element, ...]


@dataclass(frozen=True)
class Seal:
    """What the municipality signs for one page. `page` is i (from 1) of `pages` = n.

    `key_id` is the first 8 bytes of the SHA-256 of the key's SubjectPublicKeyInfo (DER);
    `issued_at` is ISO 8601 to the second with +09:00.
    """

    version: int
    key_id: bytes
    municipality: str
    set_number: str
    page: int
    pages: int
    issued_at: str
    order_sha256: bytes
    page_sha256: bytes
    text: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class SignedPage:
    """Page bytes, seal bytes and Ed25519 signature, verbatim as the municipality made them."""

    page: bytes = field(repr=False)
    seal: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def encode_page(page: Page) -> bytes:
    """Return the page bytes; raises DocumentError for a page that could not be decoded again."""
    if not _FONT.fullmatch(page.font):
        raise DocumentError("page names no font")
    if len(page.elements) > MAX_ELEMENTS:
        raise DocumentError("page has too many elements")
    start = _array(3) + cbor2.dumps(_PAGE_FORM) + cbor2.dumps(page.font) + _array(len(page.elements))
    raw = start + b"".join(element.encoded for element in page.elements)
    if len(raw) > MAX_PAGE_BYTES:
        raise DocumentError("page is too large")
    return raw


def decode_page(raw: bytes) -> Page:
    """Return the page; raises DocumentError for anything but the bytes `encode_page` makes."""
    match _items(raw, MAX_PAGE_BYTES):
        case [str(form), str(font), [*elements]] if form == _PAGE_FORM and len(elements) <= MAX_ELEMENTS:
            page = Page(font, tuple(_element(fields) for fields in elements))
        case _:
            raise DocumentError("not a page")
    if encode_page(page) != raw:
        raise DocumentError("page is not in its one form")
    return page


def text_lines(page: Page) -> tuple[str, ...]:
    """Return the texts of the page in reading order."""
    return tuple(element.text for element in page.elements if isinstance(element, Text))


def page_digest(raw: bytes) -> bytes:
    """SHA-256 of page bytes, as a seal carries it."""
    return hashlib.sha256(raw).digest()


def encode_seal(seal: Seal) -> bytes:
    """Return the seal bytes; raises DocumentError for a seal that could not be decoded again."""
    _check_seal(seal)
    fields = [seal.version, seal.key_id, seal.municipality, seal.set_number, seal.page, seal.pages]
    proof = [seal.issued_at, seal.order_sha256, seal.page_sha256, list(seal.text)]
    raw = cbor2.dumps([_SEAL_FORM, *fields, *proof], canonical=True)
    if len(raw) > MAX_SEAL_BYTES:
        raise DocumentError("seal is too large")
    return raw


def decode_seal(raw: bytes) -> Seal:
    """Return the seal; raises DocumentError for anything but the bytes `encode_seal` makes."""
    match _items(raw, MAX_SEAL_BYTES):
        case [
            str(form), int(version), bytes(key_id), str(municipality), str(set_number), int(page), int(pages),
            str(issued_at), bytes(order), bytes(digest), [*lines],
        ] if form == _SEAL_FORM and not _has_bool([version, page, pages]):  # fmt: skip
            text = tuple(_string(line) for line in lines)
            seal = Seal(version, key_id, municipality, set_number, page, pages, issued_at, order, digest, text)
        case _:
            raise DocumentError("not a seal")
    if encode_seal(seal) != raw:
        raise DocumentError("seal is not in its one form")
    return seal


def key_id(raw: bytes) -> bytes:
    """Return the 8 bytes at the place where every seal names its key, so that a signature can be checked
    before anything is parsed; raises DocumentError where no seal begins."""
    start = len(_SEAL_START)
    if not raw.startswith(_SEAL_START) or not start + 8 < len(raw) <= MAX_SEAL_BYTES:
        raise DocumentError("not a seal")
    return raw[start : start + 8]


def is_set_number(name: str) -> bool:
    """Say whether `name` may be a set number (letters, digits and single hyphens): it becomes a file name."""
    return len(name) <= 64 and _SET_NUMBER.fullmatch(name) is not None


def check_text(text: str) -> None:
    """Raise DocumentError unless `text` may stand on a page.

    No control, format (bidirectional override, joiner) or separator characters, no stray
    surrogates, no more than 4 marks on one character, at most 4,000 characters. Which characters
    have glyphs is the font's question: `printer.fonts.missing`.
    """
    if not 0 < len(text) <= MAX_TEXT:
        raise DocumentError("text is empty or too long")
    if _PLAIN.fullmatch(text):  # nearly every text: no need to look at each character
        return
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if category in _FORBIDDEN or ord(character) & 0xFFFE == 0xFFFE:
            raise DocumentError(f"text holds U+{ord(character):04X}, which is no glyph")
        marks = marks + 1 if category[0] == "M" else 0
        if marks > _MAX_MARKS:
            raise DocumentError("text piles up combining marks")


def _array(length: int) -> bytes:
    """The head of a CBOR array of less than 65,536 items (RFC 8949 clause 3.1, major type 4)."""
    if length < 24:
        return bytes([0x80 + length])
    return bytes([0x98, length]) if length < 256 else b"\x99" + length.to_bytes(2, "big")


def _items(raw: bytes, limit: int) -> object:
    if len(raw) > limit:
        raise DocumentError("too large")
    try:
        return cbor2.loads(raw, max_depth=_DEEPEST, allow_indefinite=False, allow_duplicate_keys=False)
    except cbor2.CBORDecodeError as error:
        raise DocumentError("not CBOR") from error


def _has_bool(fields: list[object]) -> bool:
    """True where a CBOR truth value stands: Python would take it for 0 or 1."""
    return any(isinstance(field, bool) for field in fields)


def _string(value: object) -> str:
    if isinstance(value, str):
        return value
    raise DocumentError("a line of text is no text")


def _element(fields: object) -> Element:
    match fields:
        case [*items] if _has_bool(items):
            pass
        case [0, int(x), int(y), int(size), int(width), str(text)]:
            return Text(x, y, size, text, width)
        case [1, int(x1), int(y1), int(x2), int(y2), int(thickness)]:
            return Rule(x1, y1, x2, y2, thickness)
        case [2, int(x), int(y), int(width), int(height), bytes(png)]:
            return Picture(x, y, width, height, png)
    raise DocumentError("page holds an element of no known kind")


def _within(x1: int, y1: int, x2: int, y2: int) -> None:
    if not (0 <= x1 <= A4_WIDTH and 0 <= x2 <= A4_WIDTH and 0 <= y1 <= A4_HEIGHT and 0 <= y2 <= A4_HEIGHT):
        raise DocumentError("an element lies outside the sheet")


def _positive(length: int, most: int) -> None:
    if not 0 < length <= most:
        raise DocumentError("an element has an impossible size")


def _check_seal(seal: Seal) -> None:
    lengths = (len(seal.key_id), len(seal.order_sha256), len(seal.page_sha256))
    if seal.version != SEAL_VERSION or lengths != (8, 32, 32):
        raise DocumentError("seal is of another version or has a hash of the wrong length")
    if not _MUNICIPALITY.fullmatch(seal.municipality) or len(seal.text) > MAX_ELEMENTS:
        raise DocumentError("seal names no municipality or too many lines")
    if not is_set_number(seal.set_number):
        raise DocumentError("seal has no set number")
    if not 1 <= seal.page <= seal.pages <= MAX_PAGES:
        raise DocumentError("seal's page is not one of its pages")
    _check_time(seal.issued_at)
    for line in seal.text:
        check_text(line)


def _check_time(issued_at: str) -> None:
    if not _ISSUED_AT.fullmatch(issued_at):
        raise DocumentError("seal's time is not ISO 8601 in JST")
    try:
        datetime.fromisoformat(issued_at)
    except ValueError as error:
        raise DocumentError("seal's time is no time") from error
