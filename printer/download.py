"""Brings IPAmj Mincho to this machine without root: Debian's package, unpacked into the user's folder.

The font (46 MB, IPA Font License) is not shipped with the program; see `printer.fonts`.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from printer import fonts
from printer.errors import FontError

_PACKAGE = "fonts-ipamj-mincho"
_TIMEOUT_S = 600


def bring_ipamj() -> Path:
    """Download and unpack the font; return where it lies. Raises FontError with one line that says why not."""
    lacking = [program for program in ("apt-get", "dpkg-deb") if shutil.which(program) is None]
    if lacking:
        raise FontError(
            f"{' and '.join(lacking)} not found: install IPAmj Mincho {fonts.IPAMJ.rsplit('-')[-1]} yourself "
            f"as {fonts.folder() / 'ipamj.ttf'}, or set CERT_FONT_PATH to its file"
        )
    with tempfile.TemporaryDirectory() as place:
        _run("apt-get", "download", _PACKAGE, place=place)
        for package in Path(place).glob("*.deb"):
            _run("dpkg-deb", "-x", str(package), "unpacked", place=place)
        return _keep(Path(place) / "unpacked")


def _run(*command: str, place: str) -> None:
    try:
        subprocess.run(command, cwd=place, check=True, capture_output=True, text=True, timeout=_TIMEOUT_S)
    except subprocess.CalledProcessError as error:
        said = str(error.stderr).strip().splitlines() or ["no reason given"]
        raise FontError(f"{' '.join(command[:2])} failed: {said[-1]} (try apt-get update first)") from error
    except subprocess.TimeoutExpired as error:
        raise FontError(f"{' '.join(command[:2])} took more than {_TIMEOUT_S} s") from error


def _keep(unpacked: Path) -> Path:
    """Move font and licence into the user's folder, the font last and in one step."""
    found = next(iter(sorted(unpacked.rglob("ipamj*.ttf"))), None)
    if found is None:
        raise FontError(f"{_PACKAGE} holds no font file")
    folder = fonts.folder()
    folder.mkdir(parents=True, exist_ok=True)
    for licence in unpacked.rglob("IPA_Font_License*"):
        shutil.copyfile(licence, folder / licence.name)
    arriving = folder / "ipamj.ttf.part"
    shutil.copyfile(found, arriving)
    kept = arriving.replace(folder / "ipamj.ttf")
    fonts.look_again()
    if not fonts.is_installed(fonts.IPAMJ):
        raise FontError(f"{kept} is not the version this program knows ({fonts.IPAMJ})")
    return kept
