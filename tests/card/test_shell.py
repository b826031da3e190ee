"""The shell against the virtual card: words and hex, what is written, and that a PIN never is."""

import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_der_x509_certificate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from card import authority
from card.shell import Shell
from card.virtual.slot import VirtualSlot
from tests.card.cards import NOW, SELECT_JPKI, slot_with


def _say(slot: VirtualSlot, *lines: str, secrets: tuple[str, ...] = ()) -> tuple[bool, list[str]]:
    written: list[str] = []
    left = list(secrets)
    good = Shell(slot, written.append, lambda _: left.pop(0)).run(lines)
    return good, written


@pytest.fixture
def slot(tmp_path: Path) -> VirtualSlot:
    return slot_with("taro", tmp_path)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (SELECT_JPKI, ["> 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01   SELECT JPKI (公的個人認証)", "< 9000   ok"]),
        ("select jpki", ["> 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01   SELECT JPKI (公的個人認証)", "< 9000   ok"]),
        ("select ffffff", ["> 00 A4 04 0C 03 FF FF FF   SELECT AID FFFFFF", "< 6A82   file not found"]),
        ("SELECT 0018", ["> 00 A4 02 0C 02 00 18   SELECT 0018", "< 6A82   file not found"]),
        ("tries 18", ["> 00 20 00 98   VERIFY 0018 tries left?", "< 6A88   reference not found"]),
        ("uid", ["> FF CA 00 00 00   GET UID", "< 6E00   cla not supported"]),
        ("  # a remark", []),
        ("", []),
    ],
)
def test_what_is_written(slot: VirtualSlot, line: str, said: list[str]) -> None:
    assert _say(slot, line) == (True, said)


def test_a_signature_by_hand(slot: VirtualSlot) -> None:
    good, said = _say(slot, "select jpki", "tries 18", "verify 18", "sign 17 hello", secrets=("１２３４",))
    cert = load_der_x509_certificate(authority.issue_authentication_cert("taro", 0, NOW))
    key = cert.public_key()
    assert isinstance(key, rsa.RSAPublicKey)

    assert good
    assert "< 63C3   3 tries left" in said
    assert "> 00 20 00 98 **   VERIFY 0018 (authentication PIN)" in said
    key.verify(bytes.fromhex(said[-2]), b"hello", padding.PKCS1v15(), hashes.SHA256())
    assert hashlib.sha256(b"hello").hexdigest() in said[-3].replace(" ", "").lower()
    assert "31 32 33 34" not in "\n".join(said)


def test_a_pin_in_hex_is_masked_too(slot: VirtualSlot) -> None:
    _, said = _say(slot, "select jpki", "0020009804 31323334")

    assert said[-2:] == ["> 00 20 00 98 **   VERIFY 0018 (authentication PIN)", "< 9000   ok"]


def test_a_whole_certificate_is_read(slot: VirtualSlot) -> None:
    _, said = _say(slot, "select jpki", "read 0A")
    shown = bytes.fromhex("".join(line for line in said if line.startswith("  ")))

    assert shown == authority.issue_authentication_cert("taro", 0, NOW)


def test_the_password_is_sent_in_upper_case(slot: VirtualSlot) -> None:
    _, said = _say(slot, "select jpki", "verify 1B", "read 01", "power", "select jpki", "read 01", secrets=("abc123",))

    assert said[3] == "< 9000   ok"
    assert said[-1] == "< 6982   security status not satisfied"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("brew coffee", "neither a word nor a command in hex"),
        ("00A", "neither a word nor a command in hex"),
        ("00", "no command APDU has this length"),
        ("select", "what to select is missing"),
        ("select " + "AA" * 17, "at most 16 bytes"),
        ("read 1F", "a file identifier here is 1 to 1E"),
        ("read xyz", "no file identifier"),
        ("record 1 0", "a number from 1 to 256"),
        ("challenge ９", "a number from 1 to 256"),
        ("data 5F51AA", "a tag has one or two bytes"),
        ("verify 18", "nothing was sent"),
    ],
)
def test_what_is_not_understood(slot: VirtualSlot, line: str, why: str) -> None:
    good, said = _say(slot, line, secrets=("",))

    assert not good
    assert why in said[0]
    assert len(said) == 1


def test_a_card_that_is_gone_and_comes_back(slot: VirtualSlot) -> None:
    card = slot.card
    assert card is not None
    written: list[str] = []
    shell = Shell(slot, written.append, lambda _: "")
    assert shell.obey("select jpki")
    slot.remove()
    assert not shell.obey("tries 18")
    assert not shell.obey("tries 18")
    slot.insert(card)
    assert shell.obey("select jpki")

    assert [line for line in written if line.startswith("CardRemoved")] == [
        "CardRemoved: the card was removed",
        "CardRemoved: no card in the slot",
    ]


def test_quit_ends_and_help_helps(slot: VirtualSlot) -> None:
    good, said = _say(slot, "help", "quit", "brew")

    assert good
    assert "verify FID" in said[0]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.text(max_size=30),
            st.builds(
                lambda word, rest: f"{word} {rest}",
                st.sampled_from(["select", "read", "record", "tries", "sign", "challenge", "data", "verify", "power"]),
                st.text(alphabet="0123456789ABCDEFx .", max_size=12),
            ),
            st.binary(max_size=12).map(bytes.hex),
        ),
        max_size=5,
    )
)
def test_whatever_is_typed_there_is_an_answer(slot: VirtualSlot, lines: list[str]) -> None:
    written: list[str] = []
    Shell(slot, written.append, lambda _: "0000").run(lines)

    assert all(isinstance(line, str) for line in written)
