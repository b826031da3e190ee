"""`python -m printer`: where the fonts are, and one clear line where they cannot be brought."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from printer import fonts, imaging, pdf
from tests.printer.press import CODE, certificate, set_of, write_trust

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


def test_photocopy_writes_the_copy_of_a_side(tmp_path: Path) -> None:
    (tmp_path / "set.pdf").write_bytes(pdf.render(set_of(1, tmp_path)))
    said = run("-m", "printer", "photocopy", str(tmp_path / "set.pdf"), str(tmp_path / "copy.png"), "--side", "2")
    assert (said.returncode, said.stderr) == (0, "")
    (copy,) = imaging.pages((tmp_path / "copy.png").read_bytes(), most=1)
    assert copy.shape == (3_508, 2_480)
    assert 0.001 < float((copy < 128).mean()) < 0.2


@pytest.mark.parametrize("wrong", ["none.pdf", "."])
def test_a_file_that_is_not_there_is_one_line_and_2(wrong: str, tmp_path: Path) -> None:
    said = run("-m", "printer", "photocopy", str(tmp_path / wrong), str(tmp_path / "copy.png"))
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr == f"{tmp_path / wrong}: is no file\n"


def test_verify_says_genuine_and_leaves_nothing_on_stderr(tmp_path: Path) -> None:
    (tmp_path / "trust").mkdir()
    (tmp_path / "set.pdf").write_bytes(pdf.render(set_of(2, tmp_path)))
    write_trust(tmp_path / "trust")
    said = run("-m", "printer", "verify", str(tmp_path / "set.pdf"))
    assert (said.returncode, said.stderr) == (1, "")
    assert "知らない鍵" in said.stdout
    refused = run("-m", "printer", "verify", str(tmp_path / "set.pdf"), "--trust", str(tmp_path / "trust"))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == f"{tmp_path / 'trust'}: holds test keys, which prove nothing\n"


def test_verify_with_a_real_list_of_keys_drops_the_test_mark(tmp_path: Path) -> None:
    place = tmp_path / "trust"
    place.mkdir()
    (place / "ca.crt.pem").write_bytes(certificate("Seal CA", issuer="Seal CA", is_ca=True))
    (place / "ishikari.crt.pem").write_bytes(certificate(f"TEST {CODE}", serial=CODE, issuer="Seal CA"))
    (tmp_path / "set.pdf").write_bytes(pdf.render(set_of(2, tmp_path)))
    said = run("-m", "printer", "verify", str(tmp_path / "set.pdf"), "--trust", str(place), "--json")
    assert (said.returncode, said.stderr) == (0, "")
    told = json.loads(said.stdout)
    assert (told["answer"], told["test_keys"], len(told["pages"])) == ("genuine", False, 2)


def test_verify_of_what_is_no_scan_is_one_line_and_2(tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(b"not a picture")
    said = run("-m", "printer", "verify", str(tmp_path / "scan.png"))
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr == f"{tmp_path / 'scan.png'}: is no PDF, PNG, JPEG or TIFF\n"
