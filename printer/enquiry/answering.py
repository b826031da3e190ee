"""From files to what the page shows: pure of HTTP, in one call, with nothing kept.

Separate from the application so that it can run in a thread and be tested without a server.
"""

import base64
from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from printer import imaging, judge, readback, report, scan, seal, words
from printer.errors import ScanError
from printer.imaging import Grey
from printer.judge import Verdict
from printer.scan import ScannedSide
from printer.trust import Trust

MAX_FILES = 20
_WIDTH = 620
"""Pixels across of a side as it is shown beside its text."""
_DPI = 75


def answer(files: Sequence[bytes], trust: Trust, now: datetime, language: str) -> dict[str, object]:
    """Return what the page shows, in `language`: the verdict in words, what each face must say, the sides.

    A file that cannot be read is an answer too: `{"error": …}`, naming the file by its number from 1.
    """
    said = words.enquiry(language)
    sides: list[ScannedSide] = []
    pictures: list[str] = []
    for number, content in enumerate(files, 1):
        try:
            sides += scan.sides(content, f"{number}")
            pictures += [_shown(grey) for grey in _pages(content)]
        except ScanError:
            return {"error": said.unreadable.format(number=number)}
        if len(sides) > scan.MAX_SIDES:
            return {"error": said.too_many}
    return _told(judge.judge(sides, trust, now), sides, pictures, language)


def _told(verdict: Verdict, sides: Sequence[ScannedSide], pictures: Sequence[str], language: str) -> dict[str, object]:
    said = words.verdict(language)
    faces = [picture for side, picture in zip(sides, pictures, strict=True) if not seal.groups(side.contents)]
    first, *rest = report.summary(verdict, said)
    return {
        "answer": verdict.answer.value,
        "summary": [{"kind": "answer", "text": first}, *({"kind": "finding", "text": line} for line in rest)],
        "pages": [
            {
                "heading": said.must_say.format(page=one.page),
                "set": said.set.format(
                    number=one.set_number, municipality=one.municipality, issued_at=one.issued_at, pages=one.pages
                ),
                "lines": list(one.text),
            }
            for one in verdict.seals
        ],
        "faces": faces,
        "proves": [said.proves, said.not_proven] if verdict.seals else [],
    }


def _pages(content: bytes) -> Iterator[Grey]:
    if content.lstrip()[:5] != b"%PDF-":
        yield from imaging.pages(content, scan.MAX_SIDES)
        return
    for at in range(len(readback.drawn_texts(content, scan.MAX_SIDES))):
        painted = readback.paint(content, at, _DPI)
        yield np.frombuffer(painted.grey, np.uint8).reshape(painted.height, painted.width)


def _shown(grey: Grey) -> str:
    """A side as a data URL, small enough for a phone."""
    height, width = grey.shape
    small = imaging.resized(grey, _WIDTH, max(1, height * _WIDTH // width)) if width > _WIDTH else grey
    return "data:image/png;base64," + base64.b64encode(imaging.write_png(small)).decode()
