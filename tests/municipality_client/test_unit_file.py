"""The unit of docs/centre.md."""

from pathlib import Path

import pytest

from tests.documented_unit import understood_unit


@pytest.mark.system
def test_systemd_understands_the_documented_unit_of_a_centre(tmp_path: Path) -> None:
    text = understood_unit("centre.md", "centre.service", "/opt/certificate-kiosk/.venv/bin/python", tmp_path)

    # Workers count together in a temporary folder, which ProtectSystem=strict alone would take away.
    assert all(word in text for word in ("ProtectSystem=strict", "PrivateTmp=yes", "LimitCORE=0", "WorkingDirectory="))
