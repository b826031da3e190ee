"""Changed at the kiosk, used elsewhere: PIN, password and phone over a real pcscd, with OpenSC as the other program."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from card.virtual import profiles
from card.virtual.personalise import personalise
from kiosk.app import build
from kiosk.clock import JumpingClock
from kiosk.session.buttons import Button
from kiosk.session.states import Secret, Step
from kiosk.settings import EmbeddedCentre, PcscCard, Settings
from tests.card.private_pcscd import PrivatePcscd, private_pcscd, requires_pcscd
from tests.card.test_system_pcsc import plugged
from tests.card.test_system_tools import MODULE
from tests.kiosk.machine import MORNING
from tests.kiosk.test_real_parts import LiveMachine

pytestmark = pytest.mark.system
PRESENT = {Secret.AUTHENTICATION: "1234", Secret.SIGNATURE: "ABC123"}
NEW = {Secret.AUTHENTICATION: "8051", Secret.SIGNATURE: "NEU9WORT7"}
KEY = {Secret.AUTHENTICATION: ("0", "01"), Secret.SIGNATURE: ("1", "02")}


@pytest.fixture
def daemon() -> Iterator[PrivatePcscd]:
    requires_pcscd("pkcs11-tool")
    with private_pcscd() as running:
        yield running


@contextmanager
def kiosk(state: Path) -> Iterator[LiveMachine]:
    clock = JumpingClock(MORNING)
    built = build(Settings(card=PcscCard(), centre=EmbeddedCentre(), state=state), clock)
    try:
        yield LiveMachine(built, clock)
    finally:
        built.close()


def renew(machine: LiveMachine, button: Button, secret: Secret) -> None:
    machine.touch(Button.ADMINISTRATIVE_SERVICE)
    machine.touch(Button.PIN_SERVICE)
    machine.touch(button, secret)
    known = secret.other if button is Button.RESET_PIN else secret
    for step, keys in (
        (Step.PIN_PRESENT, PRESENT[known]),
        (Step.PIN_NEW, NEW[secret]),
        (Step.PIN_AGAIN, NEW[secret]),
    ):
        machine.until(step)
        for key in keys:
            machine.touch(Button.DIGIT, key)
        machine.touch(Button.NEXT)
    machine.until(Step.PIN_DONE)


def opensc_signs(daemon: PrivatePcscd, folder: Path, secret: Secret, value: str) -> bool:
    """Let OpenSC log in and sign; False where the card refuses the value."""
    text, signature = folder / "text", folder / "signature"
    text.write_text("行政サービス")
    slot, key = KEY[secret]
    words = ["--module", MODULE, "--slot-index", slot, "--login", "--pin", value, "--sign", "--id", key]
    more = ["--mechanism", "SHA256-RSA-PKCS", "--input-file", str(text), "--output-file", str(signature)]
    done = subprocess.run(
        ["pkcs11-tool", *words, *more], env=daemon.environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0 or "CKR_PIN_INCORRECT" in done.stderr, done.stderr
    return done.returncode == 0


@pytest.mark.proves("O-46", "I-10")
@pytest.mark.parametrize("secret", list(Secret))
def test_what_was_changed_at_the_kiosk_opens_the_card_in_opensc(
    daemon: PrivatePcscd, tmp_path: Path, secret: Secret
) -> None:
    card = personalise("taro", tmp_path / "card", MORNING, profile=profiles.CONTACT)
    with plugged(card, daemon.port):
        with kiosk(tmp_path / "kiosk") as machine:
            renew(machine, Button.CHANGE_PIN, secret)

        assert not opensc_signs(daemon, tmp_path, secret, PRESENT[secret])
        assert opensc_signs(daemon, tmp_path, secret, NEW[secret])


@pytest.mark.proves("O-46", "I-10")
@pytest.mark.parametrize("secret", list(Secret))
def test_what_was_forgotten_is_set_anew_with_a_reservation_and_opens_the_card_in_opensc(
    daemon: PrivatePcscd, tmp_path: Path, secret: Secret
) -> None:
    card = personalise("taro", tmp_path / "card", MORNING, profile=profiles.RESETTABLE)
    with plugged(card, daemon.port):
        with kiosk(tmp_path / "kiosk") as machine:
            machine.bench.reserve_reset("taro", secret)
            renew(machine, Button.RESET_PIN, secret)

        assert not opensc_signs(daemon, tmp_path, secret, PRESENT[secret])
        assert opensc_signs(daemon, tmp_path, secret, NEW[secret])


def test_a_card_that_cannot_be_set_anew_is_told_so_before_anything_is_typed(
    daemon: PrivatePcscd, tmp_path: Path
) -> None:
    card = personalise("taro", tmp_path / "card", MORNING, profile=profiles.CONTACT)
    with plugged(card, daemon.port), kiosk(tmp_path / "kiosk") as machine:
        machine.bench.reserve_reset("taro", Secret.SIGNATURE)
        for button, value in ((Button.ADMINISTRATIVE_SERVICE, ""), (Button.PIN_SERVICE, "")):
            machine.touch(button, value)
        machine.touch(Button.RESET_PIN, Secret.SIGNATURE)
        machine.until(Step.FAILED)
        failure = machine.runner.session.failure

    assert failure is not None
    assert (failure.code, failure.detail) == ("E-46", "card")


@pytest.mark.proves("I-84", "O-13", "O-14")
@pytest.mark.parametrize(("person", "profile"), [("taro", "android"), ("hanako", "iphone")])
def test_a_served_phone_gets_a_certificate(daemon: PrivatePcscd, tmp_path: Path, person: str, profile: str) -> None:
    phone = personalise(person, tmp_path / "card", MORNING, profile=profiles.PROFILES[profile])
    with plugged(phone, daemon.port) as served, kiosk(tmp_path / "kiosk") as machine:
        for button in (Button.ADMINISTRATIVE_SERVICE, Button.ISSUE, Button.AGREE, Button.USE_PHONE):
            machine.touch(button)
        machine.touch(Button.REGISTER, "residence")
        machine.touch(Button.MUNICIPALITY, "012351")
        for digit in "7301" if profile == "android" else "":
            machine.touch(Button.DIGIT, digit)
        if profile == "android":
            machine.touch(Button.NEXT)
        machine.until(Step.REMOVE_CARD)
        served.stop()

        assert len(machine.to_paper()) > 0
