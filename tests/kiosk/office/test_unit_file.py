"""The unit of docs/kiosk-pc.md."""

from pathlib import Path

import pytest

from tests.documented_unit import understood_unit


@pytest.mark.system
@pytest.mark.proves("fault-23")
def test_systemd_understands_the_documented_unit(tmp_path: Path) -> None:
    programs = "/usr/bin/cage -- /opt/certificate-kiosk/.venv/bin/python"
    text = understood_unit("kiosk-pc.md", "certificate-kiosk.service", programs, tmp_path)

    assert all(word in text for word in ("Type=notify", "WatchdogSec=", "Restart=on-failure"))
