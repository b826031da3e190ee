"""Writes the list of steps into docs/scenarios.md: `python -m kiosk.replay.guide`.

Separate because it only reads the list. The text around it is written by people; a test compares
what stands between the two marks with the steps there are.
"""

import sys
from pathlib import Path

from kiosk.replay.steps import CHAPTERS, known

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "scenarios.md"
BEGIN, END = "<!-- steps: begin -->", "<!-- steps: end -->"


def listed() -> str:
    """Return all steps as Markdown tables, one for each chapter."""
    parts = []
    for chapter in CHAPTERS:
        rows = [
            f"| `{kind.words}{' :' if kind.table else ''}` | `{kind.english}` | {kind.meaning} |"
            for kind in known()
            if kind.chapter == chapter
        ]
        parts.append("\n".join([f"### {chapter}", "", "| step | in English | meaning |", "|---|---|---|", *rows]))
    return "\n\n".join(parts)


def written_into(text: str) -> str:
    """Return `text` with the list between its two marks made anew; raises ValueError without the marks."""
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{listed()}\n\n{END}{after}"


def main() -> int:
    """Write the list into the guide."""
    GUIDE.write_text(written_into(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
