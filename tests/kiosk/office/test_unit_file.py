"""The unit of docs/kiosk-pc.md, read by systemd itself."""

import subprocess
from pathlib import Path

import pytest

from tests.system import program, requires

DOC = Path(__file__).parents[3] / "docs" / "kiosk-pc.md"


@pytest.mark.system
@pytest.mark.proves("fault-23")
def test_systemd_understands_the_documented_unit(tmp_path: Path) -> None:
    requires("systemd-analyze")
    unit = next(part for part in DOC.read_text(encoding="utf-8").split("```ini\n") if part.startswith("[Unit]"))
    text = unit.split("```")[0]
    path = tmp_path / "certificate-kiosk.service"
    # Neither cage nor /opt need be on the machine that tests.
    path.write_text(text.replace("/usr/bin/cage -- /opt/certificate-kiosk/.venv/bin/python", program("true")))

    said = subprocess.run(
        [program("systemd-analyze"), "verify", "--recursive-errors=no", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "certificate-kiosk.service" not in said.stderr, said.stderr
    assert said.returncode == 0, said.stderr
    assert all(word in text for word in ("Type=notify", "WatchdogSec=", "Restart=on-failure"))
