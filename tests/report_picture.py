"""Draws docs/images/report.png: the report of docs/failing.feature as Chromium shows it (`make screens`)."""

import sys
import tempfile
from functools import partial
from pathlib import Path

from kiosk.replay import command
from kiosk.replay.options import Options
from kiosk.report import page
from tests.kiosk.report.browser import chromium

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Play the failing example and take the picture."""
    with tempfile.TemporaryDirectory() as folder, chromium(1200, 2300) as browser:
        path = Path(folder) / "report.html"
        paths = ["docs/failing.feature", "scenarios/money.feature"]
        command.replay(paths, Options(telling=True, reports=[partial(page.write, path)]))
        browser.get(path.as_uri())
        browser.save_screenshot(str(ROOT / "docs" / "images" / "report.png"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
