"""Secure messaging of the text application from a terminal's side (card.md §3.1)."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from card.authority import keys
from card.virtual import profiles
from card.virtual.icc import VirtualCard
from card.virtual.messaging import MessagingError, SecureSession
from card.virtual.personalise import personalise
from tests.card.cards import NOW, SELECT_ISD, SELECT_JPKI, seeded, send, verify
from tests.card.test_apps import TEXT

TEXT_PIN, CODE_A = verify(b"1111", 0x11), b"100200300402"
SEED = bytes(range(32))
READ_ALL = "08B0000005960300000000"
_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


class Terminal:
    """The other end, written from the description alone."""

    def __init__(self, card: VirtualCard, message: bytes = bytes.fromhex("A0228020") + SEED) -> None:
        self.card = card
        delivered = keys.delivery_key("taro").public_key().encrypt(message, _OAEP)
        self.opened = send(card, "80AE0000000100" + delivered.hex())
        self.counter = 1

    def cipher(self) -> Cipher[modes.CBC]:
        key = algorithms.AES128(SEED[:16])
        block = Cipher(key, modes.ECB()).encryptor()
        return Cipher(key, modes.CBC(block.update(self.counter.to_bytes(16, "big")) + block.finalize()))

    def hide(self, plain: bytes) -> bytes:
        padded = plain + b"\x80"
        padded += bytes(-len(padded) % 16)
        work = self.cipher().encryptor()
        cryptogram = work.update(padded) + work.finalize()
        return bytes((0x86, 1 + len(cryptogram), 0x01)) + cryptogram

    def send(self, header: str, plain: bytes) -> str:
        hidden = self.hide(plain)
        answer = send(self.card, f"{header}{len(hidden):02X}{hidden.hex()}")
        self.counter += 1
        return answer

    def read(self, offset: int, size: int) -> bytes:
        answer = self.card.execute(bytes.fromhex(f"08B0{offset:04X}000005960300{size:04X}0000"))
        assert answer[-2:] == b"\x90\x00"
        assert answer[0] == 0x86
        body = answer[:-2][2 if answer[1] < 0x80 else 2 + (answer[1] & 0x0F) :]
        assert body[0] == 0x01
        work = self.cipher().decryptor()
        padded = work.update(body[1:]) + work.finalize()
        self.counter += 1
        return padded.rstrip(b"\0")[:-1]


@pytest.fixture
def card(tmp_path: Path) -> VirtualCard:
    card = personalise("taro", tmp_path, NOW, profile=profiles.EXTENDED)
    send(card, TEXT, TEXT_PIN)
    return card


@pytest.fixture
def terminal(card: VirtualCard) -> Terminal:
    terminal = Terminal(card)
    assert terminal.opened == "9000"
    return terminal


def test_verify_select_and_read_under_a_session(terminal: Terminal) -> None:
    assert terminal.send("08200094", CODE_A) == "9000"
    assert terminal.send("08A4020C", b"\x00\x01") == "9000"
    assert terminal.read(0, 0) == bytes.fromhex("FF100C") + CODE_A + b"\xff\xff"
    assert terminal.read(3, 12) == CODE_A


def test_a_read_of_a_large_file(terminal: Terminal) -> None:
    terminal.send("08A4020C", b"\x00\x02")
    content = terminal.read(0, 0)

    assert (len(content), content[:2]) == (1024, b"\xff\x20")


def test_a_short_read(terminal: Terminal) -> None:
    terminal.send("08A4020C", b"\x00\x01")
    answer = terminal.card.execute(bytes.fromhex("08B000000596030000 1100"))

    assert (len(answer), answer[0], answer[-2:]) == (2 + 1 + 32 + 2, 0x86, b"\x90\x00")


def test_refused_commands_count_and_plain_ones_do_not(terminal: Terminal) -> None:
    assert terminal.send("08200092", b"1111") == "6984"
    assert send(terminal.card, "00B0850000") == "9000 +256"
    assert terminal.send("08200091", b"0000") == "63C2"
    assert terminal.send("08A4020C", b"\x00\x77") == "6A82"
    assert terminal.send("08200091", b"1111") == "9000"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        pytest.param("0CB0000005960300000000", "6987", id="header-authenticated"),
        pytest.param("08B0000000", "6987", id="no-object"),
        pytest.param("08B0000005860300000000", "6988", id="86-on-READ"),
        pytest.param("08200091059603000000", "6988", id="96-on-VERIFY"),
        pytest.param("08B000000A9603000000960300000000", "6988", id="two-objects"),
        pytest.param("08B0000005960301000000", "6988", id="length-of-more-than-two-bytes"),
        pytest.param("082000911386110 2".replace(" ", "") + "00" * 16, "6988", id="padding-indicator"),
        pytest.param("0820009113861101" + "00" * 16, "6988", id="wrong-counter-or-padding"),
        pytest.param("0884000005960300000000", "6882", id="GET-CHALLENGE"),
        pytest.param("08A4040C05960300000000", "6882", id="SELECT-by-name"),
    ],
)
def test_wrong_objects_end_the_session(terminal: Terminal, command: str, answer: str) -> None:
    assert answer == send(terminal.card, command)
    alive = terminal.send("08200091", b"1111")
    assert alive == ("69FC" if answer == "6988" else "9000")
    if answer == "6988":
        assert send(terminal.card, READ_ALL) == "69FC"


def test_a_long_form_length_is_taken(terminal: Terminal) -> None:
    hidden = terminal.hide(b"1111")
    long = b"\x86\x81" + hidden[1:]

    assert send(terminal.card, f"08200091{len(long):02X}{long.hex()}") == "9000"


@pytest.mark.parametrize("leaving", [SELECT_JPKI, SELECT_ISD, "power"])
def test_a_session_ends_as_a_verified_pin_does(terminal: Terminal, leaving: str) -> None:
    if leaving == "power":
        terminal.card.power_off()
    else:
        send(terminal.card, leaving)

    assert send(terminal.card, TEXT, READ_ALL) == "69FC"


def test_selecting_the_application_again_keeps_the_session(terminal: Terminal) -> None:
    assert send(terminal.card, TEXT) == "9000"
    assert terminal.send("08200091", b"1111") == "9000"


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        (bytes.fromhex("A0228120") + SEED, "6A80"),
        (bytes.fromhex("A0228020") + SEED[:31], "6A80"),
        (b"", "6A80"),
    ],
    ids=["6A80-checksum-key", "6A80-short-seed", "6A80-empty"],
)
def test_a_delivery_of_another_structure(card: VirtualCard, message: bytes, answer: str) -> None:
    assert answer == Terminal(card, message).opened


def test_access_comes_before_decryption(tmp_path: Path) -> None:
    card = personalise("taro", tmp_path, NOW, profile=profiles.EXTENDED)
    send(card, TEXT, verify(CODE_A, 0x14))

    assert Terminal(card).opened == "6982"
    assert send(card, TEXT_PIN, "80AE0000000100" + "FF" * 256) == "6F00"
    assert send(card, "80AE0000000100" + "5A" * 256) == "6A80"
    assert send(card, "80AE000010" + "5A" * 16) == "6700"
    assert send(card, "80AE0100000100" + "5A" * 256) == "6A86"


@pytest.mark.parametrize("size", range(0, 40, 3))
def test_padding_comes_off_as_it_went_on(size: int) -> None:
    session = SecureSession(SEED[:16])

    assert seeded(size)(size) == session.decrypt(session.encrypt(seeded(size)(size)))


@given(st.binary(max_size=64))
def test_any_cryptogram_is_content_or_an_error(cryptogram: bytes) -> None:
    session = SecureSession(SEED[:16])
    try:
        plain = session.decrypt(cryptogram)
    except MessagingError:
        return
    assert session.encrypt(plain) == cryptogram


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from([0x08, 0x0C]), st.sampled_from([0x20, 0xA4, 0xB0, 0x84]), st.binary(max_size=60))
    )
)
def test_hostile_secure_commands_get_a_status_word(tmp_path: Path, commands: list[tuple[int, int, bytes]]) -> None:
    card = personalise("taro", tmp_path, NOW, profile=profiles.EXTENDED, random_bytes=seeded(2))
    send(card, TEXT, TEXT_PIN)
    assert Terminal(card).opened in {"9000", "6982"}
    for cla, ins, body in commands:
        answer = card.execute(bytes((cla, ins, 0, 0x91, len(body))) + body + b"\0")
        assert len(answer) >= 2
        assert answer[-2] in {0x63, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6D, 0x90}
