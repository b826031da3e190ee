"""What other people's programs say of our paper: an archive's preflight, qpdf, a scanner's text recognition."""

import os
import subprocess
from pathlib import Path

import pytest

from printer import imaging, pdf, photocopy
from tests.printer.press import set_of
from tests.printer.scanner import Scan, scanned
from tests.system import requires

_JAVA = Path("/usr/share/java")
_JARS = ("preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "javax.activation", "jaxb-api")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("paper")
    (place / "set.pdf").write_bytes(pdf.render(set_of(2, place)))
    return place / "set.pdf"


def preflight(document: Path) -> str:
    """What PDFBox Preflight answers for PDF/A-1b."""
    jars = [_JAVA / f"{name}.jar" for name in _JARS]
    requires("java", *map(str, jars))
    words = ["java", "-Xshare:auto", "-cp", ":".join(map(str, jars)), "org.apache.pdfbox.preflight.Validator_A1b"]
    return subprocess.run([*words, str(document)], capture_output=True, text=True, check=False).stdout


@pytest.mark.system
def test_preflight_finds_the_set_fit_for_archives(written: Path) -> None:
    assert "is a valid PDF/A-1b file" in preflight(written)


@pytest.mark.system
def test_preflight_would_find_a_missing_colour_profile(written: Path, tmp_path: Path) -> None:
    less = tmp_path / "less.pdf"
    less.write_bytes(written.read_bytes().replace(b"/OutputIntents", b"/OutputIntentz"))
    assert "is not a valid PDF/A-1b file" in preflight(less)


@pytest.mark.system
def test_qpdf_finds_nothing_to_mend(written: Path) -> None:
    requires("qpdf")
    said = subprocess.run(["qpdf", "--check", str(written)], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    assert "No syntax or stream encoding errors found" in said.stdout


_FIXED = ("生年月日", "性別", "世帯主", "筆頭者", "住民となった日", "原本と相違ないことを証明する", "石狩市長")


@pytest.mark.system
def test_text_recognition_reads_the_printed_face(written: Path, tmp_path: Path) -> None:
    """Once the scan is softened by a pixel, as scanning programs do: the dots of the ground are what such a
    program takes out first. A raw grey scan at 300 dpi keeps them, and recognition fails on their texture."""
    requires("tesseract", "/usr/share/tesseract-ocr/5/tessdata/jpn.traineddata")
    (grey,) = imaging.pages(scanned(photocopy.printed(written.read_bytes(), 0), Scan(quality=75, sigma=6)), 1)
    (tmp_path / "face.png").write_bytes(imaging.write_png(imaging.blurred(grey, 1.0)))
    words = ["tesseract", str(tmp_path / "face.png"), "-", "-l", "jpn", "--psm", "3", "--dpi", "300"]
    one_core = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    said = subprocess.run(words, capture_output=True, text=True, check=True, env=one_core).stdout
    lost = [word for word in _FIXED if word not in "".join(said.split())]
    assert len(lost) <= 1, lost
