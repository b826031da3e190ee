"""Two sound devices: what is private reaches the headphones' and never the loudspeaker's (EN 301 549 5.1.3.8)."""

import time
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.panel.headset import Headset, main
from kiosk.panel.sound import Speaker

_HEARD = 1000


@pytest.fixture
def devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Path]]:
    """SDL's disk driver: a device is a file, the usual one `loudspeaker`."""
    monkeypatch.setenv("SDL_AUDIODRIVER", "disk")
    monkeypatch.setenv("SDL_DISKAUDIOFILE", str(tmp_path / "loudspeaker"))
    yield tmp_path / "loudspeaker", tmp_path / "headphones"


def loudness(device: Path) -> int:
    """The loudest sample that the device has played, 0 for silence."""
    raw = device.read_bytes() if device.exists() else b""
    return max(map(abs, array("h", raw[: len(raw) // 2 * 2])), default=0)


def comes(device: Path) -> bool:
    for _ in range(200):
        if loudness(device) > _HEARD:
            return True
        time.sleep(0.05)
    return False


def test_the_fee_is_heard_in_the_headphones_only(devices: tuple[Path, Path]) -> None:
    loudspeaker, headphones = devices
    speaker, headset = Speaker(), Headset(str(headphones))

    headset.say(("1通", "300", "50", "円"))
    assert comes(headphones)
    assert loudness(loudspeaker) == 0
    speaker.say("料金を入れてください。")
    assert comes(loudspeaker)
    headset.close()
    speaker.close()


def test_pulled_out_they_are_silent_at_once_and_speak_again_when_plugged_in(devices: tuple[Path, Path]) -> None:
    _, headphones = devices
    headset = Headset(str(headphones))

    headset.say(("証明書の種類を選んでください。",))
    assert comes(headphones)
    headset.say(())
    size = headphones.stat().st_size
    time.sleep(0.2)
    assert headphones.stat().st_size == size
    headphones.unlink()
    headset.say(("円",))
    assert comes(headphones)
    headset.close()
    headset.close()


def test_a_device_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "no-such-driver")
    headset = Headset("Keypad")

    headset.say(("円",))
    time.sleep(0.1)
    headset.say(("円",))
    headset.close()

    assert main("Keypad") == 2
    assert "headphones: Keypad: " in capfd.readouterr().err
