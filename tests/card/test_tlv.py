"""Bounded TLV reading against objects that overrun, nest, have no length or a monstrous one (fault-11)."""

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card import tlv
from card.tlv import Tlv, TlvError


def _object(tag: bytes, value: bytes) -> bytes:
    size = len(value)
    length = (
        bytes((size,)) if size < 0x80 else b"\x82" + size.to_bytes(2, "big") if size > 0xFF else bytes((0x81, size))
    )
    return tag + length + value


def test_the_version_of_the_text_application() -> None:
    file = _object(b"\xff\x40", _object(b"\xdf\x41", bytes.fromhex("01030E01")) + _object(b"\xdf\x43", bytes(0x80)))

    assert tlv.find(file, 0xFF40, 0xDF41) == bytes.fromhex("01030E01")
    assert tlv.find(file, 0xFF40, 0xDF42) is None
    assert list(tlv.objects(b"\x90\x01\xaa\x91\x00")) == [Tlv(0x90, b"\xaa"), Tlv(0x91, b"")]


@pytest.mark.proves("fault-11")
@pytest.mark.parametrize(
    "raw",
    [
        "30",
        "3005AA",
        "3080AABB0000",
        "3084FFFFFFFF",
        "308301000000",
        "30820001AA",
        "30810500",
        "FF",
        "FF80",
        "FF8100",
        "FF10",
    ],
    ids=[
        "no length",
        "overrun",
        "indefinite",
        "4 GiB",
        "16 MiB",
        "leading zero",
        "not minimal",
        "half a tag",
        "three tag bytes",
        "long tag",
        "tag alone",
    ],
)
def test_what_is_no_object(raw: str) -> None:
    with pytest.raises(TlvError):
        list(tlv.objects(bytes.fromhex(raw)))


@pytest.mark.proves("fault-11")
def test_ten_thousand_objects_one_in_another_cost_nothing() -> None:
    nested = b""
    for _ in range(10_000):
        nested = _object(b"\x30", nested[-60_000:])
    tracemalloc.start()
    begun = time.process_time()
    with pytest.raises(TlvError):
        tlv.find(nested, *[0x30] * 9)
    list(tlv.objects(nested[:60_000] if len(nested) < 60_000 else _object(b"\x30", b"")))
    spent, (_, peak) = time.process_time() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert spent < 0.5
    assert peak < 4 * 1024 * 1024


@given(st.binary(max_size=600))
def test_any_bytes_are_objects_or_refused(raw: bytes) -> None:
    try:
        found = list(tlv.objects(raw))
    except TlvError:
        return

    assert sum(len(one.value) for one in found) <= len(raw)


@given(st.lists(st.tuples(st.sampled_from([0x30, 0x90, 0xFF10, 0xDF33]), st.binary(max_size=700)), max_size=6))
def test_what_was_written_is_read(given_objects: list[tuple[int, bytes]]) -> None:
    raw = b"".join(_object(tag.to_bytes(1 if tag < 0x100 else 2, "big"), value) for tag, value in given_objects)

    assert [(one.tag, one.value) for one in tlv.objects(raw)] == given_objects


@given(st.binary(max_size=8), st.integers(0, 70_000))
def test_a_size_is_bounded(head: bytes, most: int) -> None:
    size = tlv.object_size(head, most)

    assert size is None or 2 <= size <= most
    assert tlv.der_size(head, most) in {None, size}
