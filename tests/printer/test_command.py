"""`python -m printer`: where the fonts are, and one clear line where they cannot be brought."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from printer import fonts

ROOT = Path(__file__).parents[2]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env={**os.environ, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_help_names_the_commands() -> None:
    said = run("-m", "printer", "--help")
    assert said.returncode == 0
    assert "fonts" in said.stdout


def test_fonts_says_where_each_font_lies() -> None:
    if not fonts.is_installed(fonts.IPAMJ):
        pytest.skip("needs IPAmj Mincho: make fonts")
    said = run("-m", "printer", "fonts")
    assert said.returncode == 0
    assert f"{fonts.IPAMJ}: {fonts.where(fonts.IPAMJ)}\n" in said.stdout
    assert f"{fonts.FALLBACK}: {fonts.where(fonts.FALLBACK)}\n" in said.stdout


def test_a_wrong_font_path_ends_with_one_line_and_2(tmp_path: Path) -> None:
    said = run("-m", "printer", "fonts", CERT_FONT_PATH=str(tmp_path / "none.ttf"))
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr == f"CERT_FONT_PATH: {tmp_path / 'none.ttf'} is not IPAmj Mincho 5.01\n"


def test_where_apt_is_missing_one_line_says_what_to_do(tmp_path: Path) -> None:
    asked = "from printer import download, errors\ntry: download.bring_ipamj()\nexcept errors.FontError as e: print(e)"
    said = run("-c", asked, PATH=str(tmp_path), XDG_DATA_HOME=str(tmp_path))
    assert said.stdout.startswith("apt-get and dpkg-deb not found: install IPAmj Mincho 5.01 yourself")
    assert said.stdout.count("\n") == 1
    assert str(tmp_path / "certificate-kiosk" / "fonts" / "ipamj.ttf") in said.stdout
