"""A card of another CA: stopped before its PIN, unless the operator has named it (design 3.2, *A real card*).

yoso's card, which a CA of its own has issued, stands for a real one.
"""

import hashlib
from pathlib import Path

import pytest

from card import authority
from kiosk.app import build
from kiosk.clock import JumpingClock
from kiosk.errors import PartMissing
from kiosk.session.buttons import Button
from kiosk.session.states import Step
from kiosk.settings import RealCard, Settings
from tests.kiosk.machine import MORNING, Machine

FINGERPRINT = hashlib.sha256(authority.issue_authentication_cert("yoso", 0, MORNING)).digest()
UNCHECKED = "失効しているかどうかは確かめていません"


def machine(folder: Path, *real: RealCard) -> Machine:
    return Machine(folder, start=lambda settings, *rest, **more: build(_with(settings, real), *rest, **more))


def _with(settings: Settings, real: tuple[RealCard, ...]) -> Settings:
    return Settings(state=settings.state, real_cards=real)


@pytest.mark.proves("E-17")
def test_a_real_card_is_named_and_stopped_before_its_pin(tmp_path: Path) -> None:
    kiosk = machine(tmp_path, RealCard(bytes(32), "taro"))
    for button in (Button.ADMINISTRATIVE_SERVICE, Button.ISSUE, Button.AGREE, Button.USE_CARD):
        kiosk.touch(button)
    kiosk.bench.place("yoso")
    kiosk.settle()

    assert (kiosk.step, kiosk.runner.session.notice) == (Step.PLACE_CARD, "E-17")
    assert "FOREIGN-TEST" in kiosk.words
    assert not any(
        line.command_words.startswith("VERIFY") and "?" not in line.command_words for line in kiosk.bench.trace()
    )


def test_a_real_card_that_the_operator_named_opens_a_fictional_persons_records(tmp_path: Path) -> None:
    kiosk = machine(tmp_path, RealCard(FINGERPRINT, "taro"))
    kiosk.to_pin("yoso")
    assert UNCHECKED in kiosk.words
    assert "あと3回" in kiosk.words
    kiosk.digits("9999")
    kiosk.touch(Button.NEXT)
    assert "あと2回" in kiosk.words
    kiosk.digits("5678")
    kiosk.touch(Button.NEXT)
    kiosk.bench.remove()
    kiosk.settle()

    offer = kiosk.runner.session.offer
    assert (kiosk.step, offer is not None and offer.municipality) == (Step.KIND, "012351")


def test_a_real_card_out_of_its_time_is_refused(tmp_path: Path) -> None:
    clock = JumpingClock(MORNING.replace(year=MORNING.year + 6))
    kiosk = Machine(
        tmp_path,
        clock=clock,
        start=lambda settings, *rest, **more: build(_with(settings, (RealCard(FINGERPRINT, "taro"),)), *rest, **more),
    )
    for button in (Button.ADMINISTRATIVE_SERVICE, Button.ISSUE, Button.AGREE, Button.USE_CARD):
        kiosk.touch(button)
    kiosk.bench.place("yoso", issued=MORNING)
    kiosk.settle()
    kiosk.touch(Button.REGISTER, "residence")
    kiosk.touch(Button.MUNICIPALITY, "012351")
    kiosk.digits("5678")
    kiosk.touch(Button.NEXT)

    failure = kiosk.runner.session.failure
    assert failure is not None and failure.code == "E-13"


def test_a_real_card_of_nobody_is_said_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(PartMissing, match="no resident of that name: 'nobody'"):
        machine(tmp_path, RealCard(FINGERPRINT, "nobody"))
