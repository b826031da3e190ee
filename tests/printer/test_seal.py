"""The seal survives its symbols: any one lost, any scan of the promised range; anything changed is no seal."""

import hashlib
import os
from functools import cache
from itertools import pairwise, permutations
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from printer import back, fonts, imaging, pdf, photocopy, seal, symbols
from printer.document import A4_HEIGHT, A4_WIDTH, MAX_SEAL_BYTES, Page, Picture, Text, encode_seal
from printer.errors import SealError
from printer.fonts import FALLBACK
from printer.imaging import Grey
from printer.seal import MOST_BYTES, MOST_SYMBOLS, Sealed
from printer.symbols import Symbol
from printer.verify import CheckedPage, Mismatch, MismatchReason, check_set
from tests.printer.press import CODE, NOW, ORDER, Press, checked, demo_page, trust
from tests.printer.scanner import Scan, scanned

SIGNED = Press().page(demo_page(1, 3), 1, 3)


def long_page() -> Page:
    """A page that fills its sheet: 40 lines of 40 characters, hardly two alike."""
    every = [chr(code) for code in range(0x4E00, 0x9FA0) if not fonts.missing(chr(code), FALLBACK)]
    marks = hashlib.shake_256(b"a full page").digest(2 * 1_600)
    text = "".join(every[int.from_bytes(marks[at : at + 2], "big") % len(every)] for at in range(0, len(marks), 2))
    lines = (text[at : at + 40] for at in range(0, len(text), 40))
    return Page(FALLBACK, tuple(Text(1_500, 2_000 + 630 * at, 400, line) for at, line in enumerate(lines)))


def test_what_is_split_is_joined_from_all_symbols_or_all_but_one() -> None:
    for size in (1, 300, 2_000, 6_000):
        raw, signature = os.urandom(size), os.urandom(64)
        contents = seal.split(raw, signature)
        assert len({len(content) for content in contents}) == 1
        assert max(map(len, contents)) <= MOST_BYTES
        assert len(contents) >= 2
        for lost in (None, *range(len(contents))):
            (group,) = seal.groups(content for at, content in enumerate(contents) if at != lost).values()
            assert seal.join(group) == Sealed(raw, signature)


def laid_out(contents: list[bytes]) -> Grey:
    """These symbols in a row, each turned a quarter further than the one before."""
    drawn = [np.frombuffer(one.rows, np.uint8).reshape(one.side, one.side) for one in map(symbols.write, contents)]
    framed = [np.pad(np.rot90(one, at), back.QUIET, constant_values=255) for at, one in enumerate(drawn)]
    return np.ascontiguousarray(np.hstack(framed).repeat(4, 0).repeat(4, 1))


def test_trap_the_order_of_symbols_is_in_our_header_for_the_reader_hides_its_own() -> None:
    """zxing-cpp 3.1 says nothing of structured append in Python: read in whatever order, a seal must come together."""
    raw, signature = os.urandom(1_500), os.urandom(64)
    contents = seal.split(raw, signature)
    assert len(contents) == 4
    for order in permutations(contents):
        (group,) = seal.groups(order).values()
        assert seal.join(group) == Sealed(raw, signature)
    (group,) = seal.groups(symbols.read(laid_out([contents[at] for at in (2, 0, 3, 1)]))).values()
    assert seal.join(group) == Sealed(raw, signature)
    renumbered = [contents[0][:15] + b"\1" + contents[0][16:], contents[1][:15] + b"\0" + contents[1][16:], contents[2]]
    (group,) = seal.groups(renumbered).values()
    with pytest.raises(SealError, match="contradict"):
        seal.join(group)


def test_two_lost_symbols_are_said_to_be_lost() -> None:
    contents = seal.split(os.urandom(2_000), bytes(64))
    for lost in range(len(contents) - 1):
        (group,) = seal.groups(contents[:lost] + contents[lost + 2 :]).values()
        with pytest.raises(SealError, match="lost"):
            seal.join(group)


def test_the_bytes_of_a_symbol_are_what_the_docs_say() -> None:
    first, parity = seal.split(SIGNED.seal, SIGNED.signature)
    length = int.from_bytes(first[12:14], "big")
    payload = first[16 : 16 + length]
    assert first[:4] == b"KSL1"
    assert first[4:12] == hashlib.sha256(payload).digest()[:8]
    assert (first[14], first[15], parity[14], parity[15]) == (1, 0, 1, 1)
    assert first[16:] == parity[16:]
    assert zstandard.ZstdDecompressor().decompress(payload[:-64]) == SIGNED.seal
    assert payload[-64:] == SIGNED.signature


def test_symbols_of_several_seals_are_told_apart() -> None:
    other = Press().page(demo_page(2, 3), 2, 3)
    found = seal.groups([*seal.split(SIGNED.seal, SIGNED.signature), *seal.split(other.seal, other.signature), b"x"])
    assert {seal.join(group) for group in found.values()} == {
        Sealed(SIGNED.seal, SIGNED.signature),
        Sealed(other.seal, other.signature),
    }


def test_a_seal_no_back_can_hold_is_refused_before_money_is_taken(tmp_path: Path) -> None:
    with pytest.raises(SealError, match="longer than the back"):
        seal.split(os.urandom(MOST_BYTES * MOST_SYMBOLS), bytes(64))
    texts = [os.urandom(1_900).hex() for _ in range(4)]
    pages = Press().sign([Page(FALLBACK, tuple(Text(1_000, 3_000, 300, text, 18_000) for text in texts))])
    found = check_set(pages, trust=trust(tmp_path), order_sha256=ORDER, municipality=CODE, now=NOW)
    assert found == Mismatch(MismatchReason.SEAL_TOO_LONG, 1)


def repacked(payload: bytes) -> bytes:
    name = hashlib.sha256(payload).digest()[:8]
    return b"KSL1" + name + len(payload).to_bytes(2, "big") + b"\1\0" + payload


SMALL = b"a seal" * 20
PACKED = zstandard.ZstdCompressor().compress(SMALL)
BROKEN = {
    "no frame": b"x" * 100,
    "nothing but a signature": bytes(64),
    "two frames": PACKED + PACKED,
    "a tail": PACKED + b"x",
    "cut off": PACKED[:-1],
    "a bomb": zstandard.ZstdCompressor().compress(bytes(MAX_SEAL_BYTES + 1)),
    "a frame that hides its length": zstandard.ZstdCompressor(write_content_size=False).compress(SMALL),
}


@pytest.mark.proves("fault-33")
@pytest.mark.parametrize("packed", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_seal_is_refused_within_bounds(packed: bytes) -> None:
    payload = packed + bytes(64) if packed != bytes(64) else packed
    (group,) = seal.groups([repacked(payload)]).values()
    with pytest.raises(SealError):
        seal.join(group)


@given(st.binary(max_size=80) | st.binary(max_size=60).map(lambda tail: b"KSL1" + tail))
@settings(max_examples=300, deadline=None)
def test_noise_in_a_symbol_is_no_share_or_no_seal(content: bytes) -> None:
    for group in seal.groups([content]).values():
        with pytest.raises(SealError):
            seal.join(group)


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_one_changed_byte_in_a_symbol_is_never_another_seal(data: st.DataObject) -> None:
    first = seal.split(SIGNED.seal, SIGNED.signature)[0]
    at, flip = data.draw(st.integers(0, len(first) - 1)), data.draw(st.integers(1, 255))
    for group in seal.groups([first[:at] + bytes([first[at] ^ flip]) + first[at + 1 :]]).values():
        with pytest.raises(SealError):
            seal.join(group)


def test_a_symbol_is_written_and_read_module_by_module() -> None:
    for size in (1, 100, MOST_BYTES):
        content = os.urandom(size)
        symbol = symbols.write(content)
        assert symbols.read_modules(symbol) == content
        assert len(symbol.rows) == symbol.side**2
        assert set(symbol.rows) == {0, 255}
    assert symbols.write(os.urandom(MOST_BYTES)).side == 97
    assert symbols.read_modules(Symbol(21, b"\xff" * 441)) is None
    for wrong in (b"", bytes(MOST_BYTES + 1)):
        with pytest.raises(SealError):
            symbols.write(wrong)


def test_the_largest_back_keeps_clear_of_folds_edges_and_text() -> None:
    side = round((97 + 2 * back.QUIET) * back.MODULE)
    free = round(back.QUIET * back.MODULE)
    frames = [(left, top) for top in back.TOPS for left in back.LEFTS]
    assert len(frames) == MOST_SYMBOLS
    for fold in (A4_HEIGHT // 3, A4_HEIGHT // 2, 2 * A4_HEIGHT // 3):
        assert all(fold < top + free - 300 or fold > top + side - free + 300 for _, top in frames)
    assert all(left + free - 300 > A4_WIDTH // 2 or left + side - free + 300 < A4_WIDTH // 2 for left, _ in frames)
    assert all(one + side <= other for one, other in pairwise(back.LEFTS))
    signed = Press().page(demo_page(1, 3), 1, 3)
    texts = back.texts(Press().sealed(demo_page(1, 3), 1, 3), FALLBACK)
    assert not any(top - 100 < text.y < top + side + text.size for text in texts for top in back.TOPS)
    composed = back.compose(signed, Press().sealed(demo_page(1, 3), 1, 3), FALLBACK)
    assert sum(isinstance(part, Picture) for part in composed.elements) == 2


@cache
def sheets() -> tuple[tuple[CheckedPage, Grey], ...]:
    """A short and a full page, the backs as a 600-dpi printer inks them."""
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        pages = [checked([page], Path(place)).pages for page in (demo_page(1, 1), long_page())]
    return tuple((page[0], photocopy.printed(pdf.render(page), 1)) for page in pages)


def test_a_full_page_takes_several_symbols() -> None:
    page, _ = sheets()[1]
    assert len(page.seal.text) > 25
    assert len(seal.split(page.signed.seal, page.signed.signature)) >= 4


@pytest.mark.parametrize("page", [0, 1], ids=["short page", "full page"])
@pytest.mark.parametrize(
    "how",
    [
        Scan(dpi=150, skew=2, scale=0.98, fold=99.0),
        Scan(dpi=150, skew=-2, scale=1.02, fold=148.5, turned=180),
        Scan(dpi=200, skew=-2, scale=0.98, fold=198.0, turned=90),
        Scan(dpi=300, skew=2, scale=1.02, sigma=16, fold=99.0),
    ],
    ids=lambda how: f"{how.dpi} dpi, fold at {how.fold}",
)
def test_the_seal_is_read_from_a_bad_scan(how: Scan, page: int) -> None:
    expected, printed = sheets()[page]
    (grey,) = imaging.pages(scanned(printed, how), most=1)
    (group,) = seal.groups(symbols.read(grey)).values()
    joined = seal.join(group)
    assert joined == (expected.signed.seal, expected.signed.signature)
    assert joined.seal == encode_seal(expected.seal)


@pytest.mark.proves("I-67", "O-61", "X-22")
def test_a_symbol_torn_off_is_survived() -> None:
    expected, printed = sheets()[1]
    torn = printed.copy()
    left, top = (round(length / 2540 * 600) for length in (back.LEFTS[1], back.TOPS[0]))
    torn[top : top + 400, left : left + 400] = 255
    (grey,) = imaging.pages(scanned(torn, Scan()), most=1)
    contents = symbols.read(grey)
    (group,) = seal.groups(contents).values()
    assert len(contents) == group[0].of
    assert seal.join(group).seal == expected.signed.seal
