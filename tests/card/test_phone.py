"""Phones at the reader's side: named before anything is asked of them, PIN first, last command told."""

from pathlib import Path

import pytest

from card import authority, certificates, jpki, phone
from card.errors import PersonError
from card.jpki import PhoneCard, PinBlocked, PinRejected, PinUnknown, Platform, Signed
from card.survey import Survey, survey
from card.trace import TracedConnection, TraceLine
from card.virtual import faults, profiles
from card.virtual.faults import Of
from card.virtual.personalise import new_phone, personalise
from card.virtual.slot import VirtualSlot
from tests.card.cards import DIGEST, NOW

PIN = bytearray(b"7301")
PLATFORMS = {"android": Platform.ANDROID, "android-biometrics": Platform.ANDROID, "iphone": Platform.IPHONE}


def _slot(folder: Path, profile: str) -> VirtualSlot:
    slot = VirtualSlot()
    slot.insert(personalise("taro", folder, NOW, profile=profiles.PROFILES[profile]))
    return slot


@pytest.mark.proves("fault-14")
@pytest.mark.parametrize("profile", PLATFORMS)
def test_a_phone_is_named_by_its_token(tmp_path: Path, profile: str) -> None:
    found = jpki.probe(_slot(tmp_path, profile).connect(), authority.trusted_issuers())

    assert found == PhoneCard(PLATFORMS[profile], 3)


@pytest.mark.parametrize(
    ("profile", "pin"), [("android", PIN), ("android-biometrics", None), ("iphone", None)], ids=lambda value: str(value)
)
def test_a_phone_signs(tmp_path: Path, profile: str, pin: bytearray | None) -> None:
    lines: list[TraceLine] = []
    connection = TracedConnection(_slot(tmp_path, profile).connect(), lines.append)
    found = jpki.probe(connection, ())
    assert isinstance(found, PhoneCard)
    signed = phone.sign(connection, found, pin, DIGEST)
    said = [line.command_words for line in lines]

    assert isinstance(signed, Signed)
    assert certificates.signed_digest(certificates.read(signed.auth_cert), DIGEST, signed.signature)
    assert said.count("VERIFY 0018") == (0 if pin is None else 1)
    assert said.count("LAST COMMAND") == (1 if profile == "iphone" else 0)
    assert said[-1] == "SELECT ISD"
    assert "READ BINARY 000A from 0" not in said[: said.index("VERIFY 0018") if pin else 0]


def test_a_phone_has_a_certificate_and_key_of_its_own(tmp_path: Path) -> None:
    connection = _slot(tmp_path, "iphone").connect()
    found = jpki.probe(connection, ())
    assert isinstance(found, PhoneCard)
    signed = phone.sign(connection, found, None, DIGEST)
    assert isinstance(signed, Signed)
    card = certificates.read(authority.issue_authentication_cert("taro", 0, NOW))

    assert signed.auth_cert == authority.issue_phone_cert("taro", 0, NOW)
    assert not certificates.signed_digest(card, DIGEST, signed.signature)


@pytest.mark.parametrize("profile", ["android", "iphone-declined"])
def test_a_phone_that_nobody_has_confirmed_on_signs_nothing(tmp_path: Path, profile: str) -> None:
    connection = _slot(tmp_path, profile).connect()
    found = jpki.probe(connection, ())
    assert isinstance(found, PhoneCard)

    assert phone.sign(connection, found, None, DIGEST) == phone.NotConfirmed()
    assert jpki.probe(connection, ()) == found


def test_who_has_no_phone_is_named(tmp_path: Path) -> None:
    with pytest.raises(PersonError, match="ken: has no phone"):
        personalise("ken", tmp_path, NOW, profile=profiles.ANDROID)


def test_the_next_phone_has_the_next_serial(tmp_path: Path) -> None:
    assert new_phone("taro", tmp_path) == 1
    assert personalise("taro", tmp_path, NOW, profile=profiles.ANDROID).generation == 1
    assert personalise("taro", tmp_path, NOW).generation == 0


def test_a_wrong_pin_on_a_phone(tmp_path: Path) -> None:
    connection = _slot(tmp_path, "android").connect()
    found = jpki.probe(connection, ())
    assert isinstance(found, PhoneCard)
    outcomes = []
    for _ in range(4):
        jpki.probe(connection, ())
        outcomes.append(phone.sign(connection, found, bytearray(b"9999"), DIGEST))

    assert outcomes == [PinRejected(2), PinRejected(1), PinBlocked(), PinBlocked()]
    assert jpki.probe(connection, ()) == PhoneCard(Platform.ANDROID, 0)


@pytest.mark.proves("fault-02")
def test_a_phone_that_is_silent_at_verify(tmp_path: Path) -> None:
    slot = _slot(tmp_path, "android")
    connection = slot.connect()
    found = jpki.probe(connection, ())
    assert isinstance(found, PhoneCard)
    slot.inject(faults.Mute(of=Of.VERIFY))

    assert phone.sign(connection, found, PIN, DIGEST) == PinUnknown()


def test_another_form_is_never_sent(tmp_path: Path) -> None:
    connection = _slot(tmp_path, "android").connect()
    found = PhoneCard(Platform.ANDROID, 3)

    with pytest.raises(ValueError, match="four digits"):
        phone.sign(connection, found, bytearray(b"12345"), DIGEST)
    with pytest.raises(ValueError, match="SHA-256"):
        phone.sign(connection, found, PIN, DIGEST[:31])


def test_a_survey_of_a_phone_leaves_out_what_is_shut(tmp_path: Path) -> None:
    found = survey(_slot(tmp_path, "android").connect())

    assert isinstance(found, Survey)
    assert "user authentication" not in found.certs
    assert found.applications == ("JPKI", "ISD")
    assert found.authentication_tries == 3


def test_a_survey_of_a_plastic_card_names_its_applications(tmp_path: Path) -> None:
    found = survey(_slot(tmp_path, "contact").connect())

    assert isinstance(found, Survey)
    assert {"JPKI", "text", "juki", "common", "ISD"} <= set(found.applications)
    assert found.atr == profiles.CONTACT.atr


@pytest.mark.parametrize(
    "profile", [name for name, one in profiles.PROFILES.items() if not (one.jpki_only or one.elliptic)]
)
def test_every_plastic_profile_is_served(tmp_path: Path, profile: str) -> None:
    """Quirks included: 6F00 at first, 6983 for blocked, 9000 to the query, status that survives a reset."""
    slot = _slot(tmp_path, profile)
    for _ in range(2):
        connection = slot.connect()
        found = jpki.probe(connection, authority.trusted_issuers())
        assert isinstance(found, jpki.MyNumberCard)
        assert (found.issuer_known, found.tries_left) == (True, 3)
        assert isinstance(jpki.sign(connection, bytearray(b"1234"), DIGEST, found.auth_cert), Signed)
        connection.disconnect()


@pytest.mark.parametrize("profile", ["contact", "quirk-blocked-6983", "quirk-first-6f00"])
def test_blocked_is_blocked_whatever_the_card_calls_it(tmp_path: Path, profile: str) -> None:
    connection = _slot(tmp_path, profile).connect()
    outcomes = [jpki.sign(connection, bytearray(b"9999"), DIGEST) for _ in range(4)]

    assert outcomes == [PinRejected(2), PinRejected(1), PinBlocked(), PinBlocked()]
