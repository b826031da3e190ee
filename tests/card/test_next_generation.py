"""The next-generation experiment: ECDSA P-384 in today's application, as docs/card.md assumes it (card.md §9)."""

import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from card import authority, certificates, errors, jpki
from card.virtual import profiles
from card.virtual.faults import Of, WrongAnswer
from card.virtual.personalise import personalise
from card.virtual.slot import VirtualSlot
from tests.card.cards import DIGEST, NOW, SELECT_JPKI, send, sign, verify

SHA384 = hashlib.sha384(b"challenge").digest()
PIN = bytearray(b"1234")


@pytest.fixture
def slot(tmp_path: Path) -> VirtualSlot:
    slot = VirtualSlot()
    slot.insert(personalise("taro", tmp_path, NOW, profile=profiles.NEXT_GENERATION))
    return slot


def _tries(slot: VirtualSlot) -> int:
    connection = slot.connect()
    found = jpki.probe(connection, authority.trusted_issuers())
    connection.disconnect()
    assert isinstance(found, jpki.MyNumberCard)
    assert found.issuer_known
    return found.tries_left


def test_the_reader_verifies_what_the_card_signs(slot: VirtualSlot) -> None:
    signed = jpki.sign(slot.connect(), PIN, SHA384)

    assert isinstance(signed, jpki.Signed)
    cert = certificates.read(signed.auth_cert)
    key = cert.parsed.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert (key.curve.name, len(signed.signature)) == ("secp384r1", 96)
    assert certificates.signed_sha384(cert, SHA384, signed.signature)
    assert not certificates.signed_sha384(cert, hashlib.sha384(b"another").digest(), signed.signature)
    assert not certificates.signed_sha384(cert, SHA384, bytes(96))


def test_its_certificate_holds_ten_birthdays(slot: VirtualSlot) -> None:
    found = jpki.probe(slot.connect(), ())

    assert isinstance(found, jpki.MyNumberCard)
    today = certificates.read(authority.issue_authentication_cert("taro", 0, NOW))
    assert found.valid_until.year == today.not_after.year + 5
    assert certificates.read(found.auth_cert).serial != today.serial


def test_a_digest_for_another_key_stops_before_the_pin(slot: VirtualSlot, tmp_path: Path) -> None:
    connection = slot.connect()
    with pytest.raises(errors.CardAnswerError, match="another digest"):
        jpki.sign(connection, bytearray(b"9999"), DIGEST)
    connection.disconnect()
    assert _tries(slot) == 3
    slot.insert(personalise("taro", tmp_path, NOW))
    connection = slot.connect()
    with pytest.raises(errors.CardAnswerError, match="another digest"):
        jpki.sign(connection, bytearray(b"9999"), SHA384)
    connection.disconnect()
    assert _tries(slot) == 3


@pytest.mark.parametrize("body", [bytes(96), bytes(95), bytes(256), b""])
def test_a_signature_of_nobody_is_refused(slot: VirtualSlot, body: bytes) -> None:
    slot.inject(WrongAnswer(body + b"\x90\x00", of=Of.SIGN))
    with pytest.raises(errors.CardAnswerError, match="not signed by the key"):
        jpki.sign(slot.connect(), PIN, SHA384)


@pytest.mark.parametrize(
    ("commands", "sw"),
    [
        ([sign(body=SHA384, p1=2)], "6982"),
        ([verify(b"1234"), sign(body=SHA384, p1=2)], "9000 +96"),
        ([verify(b"1234"), sign(body=SHA384, p1=0)], "6A86"),
        ([verify(b"1234"), sign(body=DIGEST, p1=2)], "6985"),
        ([verify(b"1234"), sign(body=SHA384, p1=2)[:-2] + "5F"], "6700"),
    ],
)
def test_the_status_words_are_those_of_today(tmp_path: Path, commands: list[str], sw: str) -> None:
    card = personalise("taro", tmp_path, NOW, profile=profiles.NEXT_GENERATION)

    assert send(card, SELECT_JPKI, *commands) == sw


def test_it_is_off_for_everybody_else(tmp_path: Path) -> None:
    assert [profile.name for profile in profiles.PROFILES.values() if profile.elliptic] == ["next-generation"]
    with pytest.raises(errors.PersonError, match="no card of the next generation"):
        personalise("hanako", tmp_path, NOW, profile=profiles.NEXT_GENERATION)
