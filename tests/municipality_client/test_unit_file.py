"""The unit of docs/centre.md, read by systemd itself."""

import subprocess
from pathlib import Path

import pytest

from tests.system import program, requires

DOC = Path(__file__).parents[2] / "docs" / "centre.md"


@pytest.mark.system
def test_systemd_understands_the_documented_unit_of_a_centre(tmp_path: Path) -> None:
    requires("systemd-analyze")
    unit = next(part for part in DOC.read_text(encoding="utf-8").split("```ini\n") if part.startswith("[Unit]"))
    text = unit.split("```")[0]
    path = tmp_path / "centre.service"
    # /opt need not be on the machine that tests.
    path.write_text(text.replace("/opt/certificate-kiosk/.venv/bin/python", program("true")))

    said = subprocess.run(
        [program("systemd-analyze"), "verify", "--recursive-errors=no", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "centre.service" not in said.stderr, said.stderr
    assert said.returncode == 0, said.stderr
    # Workers count together in a temporary folder, which ProtectSystem=strict alone would take away.
    assert all(word in text for word in ("ProtectSystem=strict", "PrivateTmp=yes", "LimitCORE=0", "WorkingDirectory="))
