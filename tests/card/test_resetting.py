"""Our own exchange to set a PIN anew: the other PIN and the issuer's word, for this card, once, and off elsewhere."""

from pathlib import Path

import pytest

from card import authority, jpki, pins, resetting
from card.authority import keys
from card.pins import PinChanged, Secret
from card.resetting import NotAuthorised
from card.verification import PinBlocked, PinRejected
from card.virtual import profiles
from card.virtual.personalise import personalise
from card.virtual.slot import VirtualSlot
from municipality_client.resetting import ResetSecret
from municipality_client.resetting import signed_text as signed_at_centre
from tests.card.cards import NOW, SELECT_JPKI, send, slot_with, verify

PIN, PASSWORD = Secret.AUTHENTICATION_PIN, Secret.SIGNATURE_PASSWORD
VALUES = {PIN: bytearray(b"1234"), PASSWORD: bytearray(b"ABC123")}
NEW = {PIN: bytearray(b"8051"), PASSWORD: bytearray(b"NEU9WORT7")}
OTHER = {PIN: PASSWORD, PASSWORD: PIN}
CERT = authority.issue_authentication_cert("taro", 0, NOW)


@pytest.fixture
def slot(tmp_path: Path) -> VirtualSlot:
    slot = VirtualSlot()
    slot.insert(personalise("taro", tmp_path, NOW, profile=profiles.RESETTABLE))
    return slot


def word(challenge: bytes, secret: Secret, cert: bytes = CERT) -> bytes:
    return keys.reset_key().sign(resetting.signed_text(secret.value, cert, challenge))


def asked(slot: VirtualSlot, secret: Secret) -> bytes:
    connection = slot.connect()
    jpki.probe(connection, ())
    challenge = resetting.challenge(connection, secret)
    connection.disconnect()
    return challenge


def reset(slot: VirtualSlot, secret: Secret, authorisation: bytes, other: bytearray | None = None) -> object:
    connection = slot.connect()
    outcome = resetting.reset(connection, secret, authorisation, other or VALUES[OTHER[secret]], NEW[secret])
    connection.disconnect()
    return outcome


@pytest.mark.parametrize("secret", list(Secret))
def test_a_blocked_secret_is_set_anew_with_the_other_one(slot: VirtualSlot, secret: Secret) -> None:
    wrong = bytearray(b"ZZZ999" if secret is PASSWORD else b"9999")
    connection = slot.connect()
    while not isinstance(pins.change(connection, secret, wrong, NEW[secret]), PinBlocked):
        pass
    connection.disconnect()

    assert reset(slot, secret, word(asked(slot, secret), secret)) == PinChanged()
    connection = slot.connect()
    assert pins.tries_left(connection, secret) == {PIN: 3, PASSWORD: 5}[secret]
    assert pins.change(connection, secret, NEW[secret], VALUES[secret]) == PinChanged()


def test_the_issuers_word_counts_once_for_one_secret_of_one_card(slot: VirtualSlot) -> None:
    challenge = asked(slot, PASSWORD)
    others = authority.issue_authentication_cert("hanako", 0, NOW)

    assert asked(slot, PASSWORD) == challenge
    assert isinstance(reset(slot, PASSWORD, word(challenge, PIN)), NotAuthorised)
    assert isinstance(reset(slot, PASSWORD, word(challenge, PASSWORD, others)), NotAuthorised)
    assert isinstance(reset(slot, PASSWORD, bytes(64)), NotAuthorised)
    assert reset(slot, PASSWORD, word(challenge, PASSWORD)) == PinChanged()
    assert isinstance(reset(slot, PASSWORD, word(challenge, PASSWORD)), NotAuthorised)
    assert asked(slot, PASSWORD) != challenge


def test_the_other_secret_must_be_right_and_counts_its_tries(slot: VirtualSlot) -> None:
    authorisation = word(asked(slot, PASSWORD), PASSWORD)

    assert reset(slot, PASSWORD, authorisation, bytearray(b"9999")) == PinRejected(2)
    assert reset(slot, PASSWORD, authorisation) == PinChanged()


def test_without_verify_the_card_refuses_even_the_issuer(tmp_path: Path) -> None:
    card = personalise("taro", tmp_path, NOW, profile=profiles.RESETTABLE)
    send(card, SELECT_JPKI)
    challenge = card.execute(bytes.fromhex("D084009B10"))[:-2]
    body = word(challenge, PASSWORD) + bytes(NEW[PASSWORD])
    command = f"D02C009B{len(body):02X}{body.hex()}"

    assert send(card, command) == "6982"
    assert send(card, verify(b"1234"), command) == "9000"
    assert send(card, verify(b"1234"), "D02C009B00") == "6982"
    assert send(card, "D0FF009B10") == "6D00"


@pytest.mark.parametrize("name", [name for name, one in profiles.PROFILES.items() if not one.administration])
def test_every_other_card_does_not_know_the_class(tmp_path: Path, name: str) -> None:
    card = personalise("taro", tmp_path, NOW, profile=profiles.PROFILES[name])
    send(card, SELECT_JPKI)

    assert send(card, "D084009B10") == "6E00"


def test_a_real_card_gives_no_challenge(tmp_path: Path) -> None:
    assert asked(slot_with("taro", tmp_path), PASSWORD) == b""


def test_a_card_without_a_password_has_none_to_reset(tmp_path: Path) -> None:
    slot = VirtualSlot()
    slot.insert(personalise("jiro", tmp_path, NOW, profile=profiles.RESETTABLE))

    assert asked(slot, PASSWORD) == b""


@pytest.mark.parametrize("secret", list(Secret))
def test_card_and_centre_mean_the_same_bytes(secret: Secret) -> None:
    name = {PIN: ResetSecret.AUTHENTICATION, PASSWORD: ResetSecret.SIGNATURE}[secret]

    assert resetting.signed_text(secret.value, CERT, bytes(16)) == signed_at_centre(name, CERT, bytes(16))
