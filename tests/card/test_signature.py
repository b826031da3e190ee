"""Signing with the signature key: one VERIFY for each password, none for what no card can have."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils

from card import exchange, jpki, signature
from card.authority import keys
from card.connection import CardConnection
from card.signature import DocumentSigned, LastTry, NoSignatureCert
from card.trace import TracedConnection, TraceLine
from card.verification import PinBlocked, PinRejected
from tests.card.cards import DIGEST, slot_with

RIGHT, WRONG = bytearray(b"ABC123"), bytearray(b"ABC124")


def connected(state: Path, person: str = "taro") -> tuple[CardConnection, list[TraceLine]]:
    """A connection with the JPKI application selected, and what goes over it."""
    lines: list[TraceLine] = []
    connection = TracedConnection(slot_with(person, state).connect(), lines.append)
    assert exchange.select_application(connection, jpki.AID).ok
    return connection, lines


def verifies(lines: list[TraceLine]) -> int:
    return sum(one.command_words.startswith("VERIFY") and not one.command_words.endswith("?") for one in lines)


def test_signs_with_the_key_of_the_certificate_that_the_password_opens(tmp_path: Path) -> None:
    connection, lines = connected(tmp_path)
    signed = signature.sign(connection, RIGHT, DIGEST)

    assert isinstance(signed, DocumentSigned)
    key = keys.signature_key("taro").public_key()
    key.verify(signed.signature, DIGEST, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
    assert bytearray(b"ABC123") == RIGHT
    assert verifies(lines) == 1
    assert not any(b"ABC123".hex() in line.hex_masked.replace(" ", "").lower() for line in lines)


@pytest.mark.parametrize("password", [b"abc123", b"ABCDEF", b"123456", b"ABC12", b"ABC12-", b"A1" * 9, b""])
def test_a_password_that_no_card_can_have_is_never_sent(tmp_path: Path, password: bytes) -> None:
    connection, lines = connected(tmp_path)
    before = len(lines)

    with pytest.raises(ValueError, match="signature password"):
        signature.sign(connection, bytearray(password), DIGEST)
    assert len(lines) == before


def test_five_tries_and_the_last_one_only_when_agreed_to(tmp_path: Path) -> None:
    connection, lines = connected(tmp_path)
    for left in (4, 3, 2, 1):
        assert signature.sign(connection, WRONG, DIGEST) == PinRejected(left)
        exchange.select_application(connection, jpki.AID)
    assert signature.sign(connection, RIGHT, DIGEST) == LastTry()
    assert verifies(lines) == 4

    exchange.select_application(connection, jpki.AID)
    assert signature.sign(connection, WRONG, DIGEST, last_try=True) == PinBlocked()
    exchange.select_application(connection, jpki.AID)
    assert signature.sign(connection, RIGHT, DIGEST, last_try=True) == PinBlocked()


def test_a_card_without_signature_certificate_says_so_before_anything_is_sent(tmp_path: Path) -> None:
    connection, lines = connected(tmp_path, "jiro")

    assert signature.sign(connection, RIGHT, DIGEST) == NoSignatureCert()
    assert verifies(lines) == 0
