"""A unit file of the documentation, read by systemd itself."""

import subprocess
from pathlib import Path

from tests.system import program, requires

DOCS = Path(__file__).parents[1] / "docs"


def understood_unit(page: str, name: str, programs: str, folder: Path) -> str:
    """Return the text of the unit that `page` documents as `name`, after systemd had nothing to say against it.

    `programs` are words of it that need not be on the machine that tests.
    """
    requires("systemd-analyze")
    parts = (DOCS / page).read_text(encoding="utf-8").split("```ini\n")
    text = next(part for part in parts if part.startswith("[Unit]")).split("```")[0]
    path = folder / name
    path.write_text(text.replace(programs, program("true")))

    words = [program("systemd-analyze"), "verify", "--recursive-errors=no", str(path)]
    said = subprocess.run(words, capture_output=True, text=True, check=False)
    assert name not in said.stderr, said.stderr
    assert said.returncode == 0, said.stderr
    return text
