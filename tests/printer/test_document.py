"""Page model and its bytes: one form for one content, and nothing else is accepted."""

import struct
import zlib
from dataclasses import replace

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printer.document import (
    A4_HEIGHT,
    A4_WIDTH,
    MAX_ELEMENTS,
    MAX_PAGE_BYTES,
    Page,
    Picture,
    Rule,
    Seal,
    Text,
    check_text,
    decode_page,
    decode_seal,
    encode_page,
    encode_seal,
    page_digest,
    text_lines,
)
from printer.errors import DocumentError, PrinterError


def png(width: int = 8, height: int = 8, depth: int = 1, colour: int = 0, raster: bytes | None = None) -> bytes:
    """A PNG made here chunk by chunk, so that each of its parts can be wrong."""
    rows = (b"\0" + b"\xaa" * ((width * depth + 7) // 8)) * height if raster is None else raster
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


PAGE = Page(
    "biz-ud-mincho-1.05",
    (
        Text(8_000, 3_000, 600, "住民票の写し"),
        Rule(1_500, 4_000, 19_500, 4_000, 20),
        Text(1_500, 5_000, 370, "石狩 太郎", 4_000),
        Picture(15_000, 24_000, 2_500, 2_500, png()),
    ),
)
SEAL = Seal(
    1,
    bytes(range(8)),
    "012351",
    "012351-20260406-T00001-000001-7",
    1,
    3,
    "2026-04-06T10:00:00+09:00",
    bytes(32),
    page_digest(encode_page(PAGE)),
    text_lines(PAGE),
)


def test_a_page_comes_back_from_its_bytes() -> None:
    raw = encode_page(PAGE)
    assert decode_page(raw) == PAGE
    assert encode_page(PAGE) == raw
    assert text_lines(PAGE) == ("住民票の写し", "石狩 太郎")


def test_a_seal_comes_back_from_its_bytes() -> None:
    assert decode_seal(encode_seal(SEAL)) == SEAL


def test_page_bytes_are_what_the_docstring_says() -> None:
    page = Page("f", (Text(1, 2, 3, "字", 4), Rule(5, 6, 7, 8, 9)))
    assert encode_page(page) == cbor2.dumps(["kiosk-page/1", "f", [[0, 1, 2, 3, 4, "字"], [1, 5, 6, 7, 8, 9]]])


REFUSED_TEXTS = {
    "empty": "",
    "too long": "あ" * 4_001,
    "nul": "石\0狩",
    "newline": "石\n狩",
    "right-to-left override": "石\u202e狩",
    "isolate": "\u2066石狩",
    "joiner": "石\u200d狩",
    "soft hyphen": "a\u00adb",
    "line separator": "石\u2028狩",
    "surrogate": "\ud800",
    "noncharacter": "\U0001fffe",
    "byte order mark": "\ufeff石",
    "marks piled up": "か" + "\u309a" * 1_000,
}


@pytest.mark.proves("fault-34")
@pytest.mark.parametrize("text", REFUSED_TEXTS.values(), ids=REFUSED_TEXTS.keys())
def test_text_that_is_no_glyphs_is_refused(text: str) -> None:
    with pytest.raises(DocumentError) as refused:
        encode_page(Page("f", (Text(0, 0, 100, text),)))
    assert text == "" or text not in str(refused.value)


@pytest.mark.proves("fault-34")
@pytest.mark.parametrize("text", ["(石狩)", "a\\b)", "%%EOF", "/JS (x)", "葛\U000e0100", "か\u309a", "Ñ" * 100])
def test_text_that_would_break_a_careless_pdf_is_only_text(text: str) -> None:
    check_text(text)
    assert text_lines(decode_page(encode_page(Page("f", (Text(0, 0, 100, text),))))) == (text,)


def test_a_refusal_never_quotes_the_text() -> None:
    with pytest.raises(DocumentError) as refused:
        check_text("石狩\u202e太郎")
    assert not set("石狩太郎") & set(str(refused.value))


WRONG_ELEMENTS = {
    "left of the sheet": Text(-1, 0, 100, "字"),
    "below the sheet": Text(0, A4_HEIGHT + 1, 100, "字"),
    "squeezed over the edge": Text(20_000, 0, 100, "字", 2_000),
    "no size": Text(0, 0, 0, "字"),
    "huge": Text(0, 0, 5_001, "字"),
    "rule outside": Rule(0, 0, A4_WIDTH + 1, 0, 20),
    "rule without thickness": Rule(0, 0, 100, 0, 0),
    "picture over the edge": Picture(20_000, 0, 2_000, 100, png()),
    "picture without height": Picture(0, 0, 100, 0, png()),
}


@pytest.mark.parametrize("element", WRONG_ELEMENTS.values(), ids=WRONG_ELEMENTS.keys())
def test_an_impossible_element_is_refused(element: Text | Rule | Picture) -> None:
    with pytest.raises(DocumentError):
        encode_page(Page("f", (element,)))


WRONG_PICTURES = {
    "no png": b"GIF89a",
    "cut off": png()[:-5],
    "colour": png(colour=2, depth=8),
    "16 bits": png(depth=16),
    "foreign chunk": png()[:33] + chunk(b"tEXt", b"x") + png()[33:],
    "damaged chunk": png().replace(b"IHDR\0\0\0\x08", b"IHDR\0\0\0\x09"),
    "too few rows": png(raster=b"\0\xaa" * 7),
    "a bomb": png(raster=bytes(50_000_000)),
    "too many pixels": png(width=100_000, height=100_000, raster=b"\0"),
    "no compressed stream": png()[:33] + chunk(b"IDAT", b"nonsense") + chunk(b"IEND", b""),
    "two headers": png()[:33] + png()[8:],
    "no end": png()[:-12],
}


@pytest.mark.proves("fault-33")
@pytest.mark.parametrize("picture", WRONG_PICTURES.values(), ids=WRONG_PICTURES.keys())
def test_a_picture_that_is_not_plain_is_refused(picture: bytes) -> None:
    with pytest.raises(DocumentError):
        encode_page(Page("f", (Picture(0, 0, 100, 100, picture),)))


TEXT = [0, 1, 2, 3, 0, "字"]
WRONG_PAGES = {
    "no cbor": b"\xff",
    "nothing": b"",
    "cut off": encode_page(PAGE)[:-1],
    "something after": encode_page(PAGE) + b"\0",
    "another form": cbor2.dumps(["kiosk-page/2", "f", []]),
    "a map": cbor2.dumps({"page": 1}),
    "unknown kind": cbor2.dumps(["kiosk-page/1", "f", [[3, 1, 2, 3, 4, 5]]]),
    "a float": cbor2.dumps(["kiosk-page/1", "f", [[0, 1.0, 2, 3, 0, "字"]]]),
    "a truth value": cbor2.dumps(["kiosk-page/1", "f", [[0, True, 2, 3, 0, "字"]]]),
    "bytes for text": cbor2.dumps(["kiosk-page/1", "f", [[0, 1, 2, 3, 0, b"x"]]]),
    "long integer": b"\x83" + cbor2.dumps("kiosk-page/1") + cbor2.dumps("f") + b"\x81\x86\x00\x18\x01\x02\x03\x00\x61x",
    "tagged": cbor2.dumps(cbor2.CBORTag(55799, ["kiosk-page/1", "f", [TEXT]])),
    "deep": b"\x81" * 5_000,
    "too many elements": cbor2.dumps(["kiosk-page/1", "f", [TEXT] * (MAX_ELEMENTS + 1)]),
    "too large": cbor2.dumps(["kiosk-page/1", "f", [[0, 1, 2, 3, 0, "字" * MAX_PAGE_BYTES]]]),
    "a font that is a path": cbor2.dumps(["kiosk-page/1", "../font", [TEXT]]),
}


@pytest.mark.proves("fault-33")
@pytest.mark.parametrize("raw", WRONG_PAGES.values(), ids=WRONG_PAGES.keys())
def test_bytes_that_are_no_page_are_refused(raw: bytes) -> None:
    with pytest.raises(DocumentError):
        decode_page(raw)


WRONG_SEALS = {
    "version": replace(SEAL, version=2),
    "key id": replace(SEAL, key_id=bytes(7)),
    "municipality": replace(SEAL, municipality="12351"),
    "path as set number": replace(SEAL, set_number="../012351"),
    "no set number": replace(SEAL, set_number=""),
    "page 0": replace(SEAL, page=0),
    "page after the last": replace(SEAL, page=4),
    "too many pages": replace(SEAL, pages=21),
    "not JST": replace(SEAL, issued_at="2026-04-06T10:00:00+00:00"),
    "no such day": replace(SEAL, issued_at="2026-02-30T10:00:00+09:00"),
    "order hash": replace(SEAL, order_sha256=bytes(31)),
    "page hash": replace(SEAL, page_sha256=b""),
    "control character": replace(SEAL, text=("a\tb",)),
}


@pytest.mark.parametrize("seal", WRONG_SEALS.values(), ids=WRONG_SEALS.keys())
def test_an_impossible_seal_is_refused(seal: Seal) -> None:
    with pytest.raises(DocumentError):
        encode_seal(seal)


@pytest.mark.parametrize("raw", [b"", b"\x80", encode_page(PAGE), encode_seal(SEAL) + b"\0"])
def test_bytes_that_are_no_seal_are_refused(raw: bytes) -> None:
    with pytest.raises(DocumentError):
        decode_seal(raw)


def test_a_truth_value_is_no_page_number() -> None:
    fields = cbor2.loads(encode_seal(SEAL))
    with pytest.raises(DocumentError):
        decode_seal(cbor2.dumps([*fields[:5], True, *fields[6:]]))


def elements() -> st.SearchStrategy[Text | Rule]:
    length = st.integers(0, A4_WIDTH // 2)
    letters = st.text(st.characters(exclude_categories=["C", "M", "Zl", "Zp"]), min_size=1, max_size=30)
    texts = st.builds(Text, length, length, st.integers(1, 5_000), letters, length)
    return texts | st.builds(Rule, length, length, length, length, st.integers(1, 1_000))


@given(st.lists(elements(), max_size=20))
@settings(max_examples=60, deadline=None)
def test_every_page_has_one_form(content: list[Text | Rule]) -> None:
    page = Page("f", tuple(content))
    assert decode_page(encode_page(page)) == page


@given(st.binary(max_size=200) | st.binary(max_size=40).map(lambda raw: encode_page(PAGE)[: len(raw)] + raw))
@settings(max_examples=200, deadline=None)
def test_noise_is_a_page_of_one_form_or_refused(raw: bytes) -> None:
    try:
        page = decode_page(raw)
    except PrinterError:
        return
    assert encode_page(page) == raw


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(), st.lists))
@settings(max_examples=100, deadline=None)
def test_any_cbor_in_an_element_is_a_page_of_one_form_or_refused(thing: object) -> None:
    raw = cbor2.dumps(["kiosk-page/1", "f", [thing, TEXT]])
    with pytest.raises(DocumentError):
        decode_page(raw)
