"""Command APDUs of all cases, short and extended; DER lengths; the format of the secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card import pin
from card.apdu import ApduFormatError, CommandApdu, ResponseApdu, sw_tries_left, tries_left
from card.tlv import der_size

bodies = st.binary(max_size=300)


@given(st.binary(min_size=4, max_size=4), bodies, st.none() | st.integers(1, 65536), st.booleans())
def test_parse_returns_what_encode_wrote(header: bytes, body: bytes, le: int | None, extended: bool) -> None:
    if not extended and (len(body) > 255 or (le or 0) > 256):
        return
    apdu = CommandApdu(*header, body, le, extended and (bool(body) or le is not None))

    assert apdu == CommandApdu.parse(apdu.encode())


@given(st.binary(max_size=400))
def test_any_bytes_are_an_apdu_or_a_format_error(raw: bytes) -> None:
    try:
        apdu = CommandApdu.parse(raw)
    except ApduFormatError:
        return

    assert raw[:4] == bytes((apdu.cla, apdu.ins, apdu.p1, apdu.p2))
    assert apdu.encode() == raw


@pytest.mark.parametrize(
    ("raw", "body", "le"),
    [
        ("00A40000", 0, None),
        ("00B0000000", 0, 256),
        ("00B00000000000", 0, 65536),
        ("00B000000001F4", 0, 500),
        ("0020008004 31323334", 4, None),
        ("802A008003 313233 00", 3, 256),
        ("002000800000 04 31323334", 4, None),
        ("802A0080000003 313233 0100", 3, 256),
    ],
)
def test_the_four_cases(raw: str, body: int, le: int | None) -> None:
    apdu = CommandApdu.parse(bytes.fromhex(raw))

    assert (body, le) == (len(apdu.body), apdu.le)


@pytest.mark.parametrize("raw", ["", "00A404", "0020008005 31323334", "0020008003 31323334 0000", "00B0000000 0000 01"])
def test_lengths_that_contradict_are_refused(raw: str) -> None:
    with pytest.raises(ApduFormatError):
        CommandApdu.parse(bytes.fromhex(raw))


def test_a_body_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        CommandApdu(0, 0xA4, 4, 0, bytes(256)).encode()


def test_a_command_never_shows_its_body() -> None:
    assert "31323334" not in repr(CommandApdu(0, 0x20, 0, 0x98, b"1234"))
    assert "1234" not in repr(CommandApdu(0, 0x20, 0, 0x98, b"1234"))


def test_a_response_needs_a_status_word() -> None:
    assert ResponseApdu(b"\x01", 0x9000) == ResponseApdu.parse(b"\x01\x90\x00")
    with pytest.raises(ApduFormatError):
        ResponseApdu.parse(b"\x90")


@pytest.mark.parametrize(("sw", "left"), [(0x63C3, 3), (0x63C0, 0), (0x63CF, 15), (0x6300, None), (0x9000, None)])
def test_tries_left_of_a_status_word(sw: int, left: int | None) -> None:
    assert left == tries_left(sw)
    assert left is None or sw == sw_tries_left(left)


@pytest.mark.parametrize(
    ("head", "size"),
    [
        ("3003", 5),
        ("30820100", 260),
        ("308180", 131),
        ("3080", None),  # indefinite
        ("31820100", None),  # SET
        ("3082007F", None),  # not minimal
        ("308401000000", None),  # 16 MiB
        ("30822000", None),  # larger than allowed
        ("30", None),
        ("", None),
    ],
)
def test_der_size_is_bounded(head: str, size: int | None) -> None:
    assert size == der_size(bytes.fromhex(head), most=4096)


@pytest.mark.parametrize(("given_pin", "fits"), [("1234", True), ("123", False), ("12345", False), ("12a4", False)])
def test_the_form_of_the_authentication_pin(given_pin: str, fits: bool) -> None:
    assert fits == pin.is_authentication_pin(bytearray(given_pin, "ascii"))


@pytest.mark.parametrize(
    ("password", "fits"),
    [("ABC123", True), ("A23456", True), ("ABCDEF", False), ("123456", False), ("abc123", False), ("A1", False)],
)
def test_the_form_of_the_signature_password(password: str, fits: bool) -> None:
    assert fits == pin.is_signature_password(password.encode())
    assert not pin.is_signature_password(b"A1" * 9)
