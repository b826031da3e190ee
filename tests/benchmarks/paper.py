"""Paper: pages a second with ground, seal and font; the seal read back from bad scans; nothing false believed.

The rival is reportlab drawing the same text with a cached font, where it can be imported; the floor
is a PDF of the same text written by hand, font cut down anew, without ground, seal, pictures or backs.
BENCH_SCANS=1000 takes the whole series of degraded scans (a second each); the default is short.
"""

import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import numpy as np

from printer import fonts, imaging, judge, pdf, photocopy, pwg_raster, readback, scan, seal
from printer.document import Text
from printer.glyphs import Alphabet
from printer.imaging import Grey
from printer.judge import Answer
from printer.readback import Painted
from printer.scan import ScannedSide
from printer.trust import Trust
from printer.verify import CheckedPage
from tests.benchmarks.measure import in_turn, say, seconds
from tests.printer import press
from tests.printer.scanner import drawn_at_random, scanned

_PAIRS = 15
_MANY = 10
_SCANS = int(os.environ.get("BENCH_SCANS", "40"))
_ALTERATIONS = 10_000
_RASTER_DPI = 300
_LIMIT_KB, _LIMIT_S, _LIMIT_MB = 300, 1.0, 150
_UPPER_THIRD = 2_600
"""Rows at 600 dpi of a back down to its first fold: all symbols of a short page."""
_LATER = press.NOW + timedelta(days=1)


def run() -> None:
    """Print every figure of P10 to P12, verification, and the seal."""
    _pages_a_second()
    _many_pages()
    _size_and_memory()
    _raster()
    _verification()
    _read_rate()
    _false_genuine()


@cache
def _set(count: int) -> tuple[CheckedPage, ...]:
    with tempfile.TemporaryDirectory() as place:
        return press.set_of(count, Path(place), fonts.best_font())


@cache
def _trust() -> Trust:
    with tempfile.TemporaryDirectory() as place:
        return press.trust(Path(place))


def _pages_a_second() -> None:
    pair = in_turn(lambda: seconds(lambda: pdf.render(_set(1))), lambda: seconds(_by_hand), _PAIRS)
    say(
        "one page, face and sealed back",
        f"{1 / pair.ours:.0f} pages/s",
        f"text alone by hand {1 / pair.floor:.0f} /s",
        f"{1 / pair.ratio:.2f} of it",
    )
    took = statistics.median(seconds(lambda: readback.render_checked(_set(1))) for _ in range(_PAIRS))
    say("  … and read back", f"{took * 1000:.1f} ms", "", "")
    if rival := _reportlab():
        pair = in_turn(lambda: seconds(lambda: pdf.render(_set(1))), lambda: seconds(rival), _PAIRS)
        say("  … beside reportlab", f"{1 / pair.ours:.0f} pages/s", f"{1 / pair.floor:.0f} /s", f"{1 / pair.ratio:.2f}")
    else:
        say("  … beside reportlab", "", "not installed here", "not measured")


def _many_pages() -> None:
    pair = in_turn(
        lambda: seconds(lambda: pdf.render(_set(_MANY))), lambda: _MANY * seconds(lambda: pdf.render(_set(1))), _PAIRS
    )
    say(
        f"set of {_MANY} pages",
        f"{pair.ours * 1000:.1f} ms",
        f"{_MANY} × one page {pair.floor * 1000:.1f} ms",
        f"{pair.ratio:.2f} × n (≤ 0.6)",
    )


def _size_and_memory() -> None:
    size = len(pdf.render(_set(1))) / 1000
    say("PDF of one page, both sides", f"{size:.0f} kB", f"≤ {_LIMIT_KB} kB", fonts.best_font())
    code = (
        "import re, time; t = time.perf_counter()\n"
        "import pathlib, tempfile; from printer import fonts, readback; from tests.printer import press\n"
        "pages = press.set_of(1, pathlib.Path(tempfile.mkdtemp()), fonts.best_font()); readback.render_checked(pages)\n"
        "peak = re.search(r'VmHWM:\\s+(\\d+)', pathlib.Path('/proc/self/status').read_text())[1]\n"
        "print(time.perf_counter() - t, int(peak) / 1024)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    bare = seconds(lambda: subprocess.run([sys.executable, "-c", "import fpdf"], check=True))
    say(
        "cold: imports and first page", f"{float(said[0]) * 1000:.0f} ms", f"import fpdf alone {bare * 1000:.0f} ms", ""
    )
    say("peak memory of that process", f"{float(said[1]):.0f} MB", f"≤ {_LIMIT_MB} MB", "with the tests' press")


def _raster() -> None:
    """The sealed back, painted and written; what the driver does besides is reading it again."""
    document = pdf.render(_set(1))

    def painted() -> Painted:
        return readback.paint(document, 1, _RASTER_DPI, crisp=True)

    def written() -> bytes:
        side = painted()
        return pwg_raster.side(imaging.rows(side.grey, side.width), _RASTER_DPI, 2, pwg_raster.UPRIGHT)

    pair = in_turn(lambda: seconds(written), lambda: seconds(lambda: zlib.compress(painted().grey, 1)), _PAIRS)
    say(
        "a page as PWG raster, 300 dpi (≥ 10)",
        f"{1 / pair.ours:.1f} pages/s",
        f"pdfium + zlib-1 {1 / pair.floor:.1f} /s",
        f"{1 / pair.ratio:.2f} of it (≥ 0.6)",
    )
    took = statistics.median(seconds(lambda: pwg_raster.rasterised(document, _RASTER_DPI, "normal")) for _ in range(3))
    say("  … a sheet, both sides read back", f"{took * 1000:.0f} ms", "", f"{len(written()) / 1e6:.1f} MB a side")


@cache
def _printed() -> Grey:
    return photocopy.printed(pdf.render(_set(1)), 1)


def _verification() -> None:
    jpeg = scanned(_printed(), replace(drawn_at_random(0), dpi=300, fold=None))
    took = statistics.median(seconds(lambda: _judged(jpeg)) for _ in range(5))
    say("verify a scanned back, 300 dpi JPEG", f"{took * 1000:.0f} ms", f"≤ {_LIMIT_S:.0f} s", "")
    document = pdf.render(_set(1))
    took = statistics.median(seconds(lambda: _judged(document)) for _ in range(3))
    say("verify our PDF of one page", f"{took * 1000:.0f} ms", f"≤ {_LIMIT_S:.0f} s", "")


def _judged(content: bytes) -> Answer:
    return judge.judge(scan.sides(content, "scan"), _trust(), _LATER).answer


def _read_rate() -> None:
    read, begun = 0, time.perf_counter()
    for seed in range(_SCANS):
        read += _judged(scanned(_printed()[:_UPPER_THIRD], drawn_at_random(seed), seed)) is Answer.GENUINE
    each = (time.perf_counter() - begun) / _SCANS
    say(
        "seal read from bad scans", f"{read} of {_SCANS}", "≥ 99.5 %", f"{read / _SCANS:.1%}, {each * 1000:.0f} ms each"
    )
    print("  150-300 dpi, skew ±2°, scale ±2 %, JPEG q50, noise σ 12-16, 0.25 mm fold within 3 mm of 1/3, 1/2, 2/3")


def _false_genuine() -> None:
    page = _set(1)[0]
    contents = seal.split(page.signed.seal, page.signed.signature)
    rng = np.random.default_rng(1)
    wrong = sum(_is_false(_spoiled(contents, rng), page) for _ in range(_ALTERATIONS))
    say("altered seals believed", f"{wrong} of {_ALTERATIONS}", "0", "")
    pictures = max(_SCANS // 3, 10)
    wrong = sum(_is_false(_blotted(rng), page) for _ in range(pictures))
    sides = scan.sides(pdf.render(_set(1)), "set.pdf")
    texts = sum(_is_genuine(_retouched(sides, rng)) for _ in range(_ALTERATIONS))
    say("altered pictures believed", f"{wrong} of {pictures}", "0", "")
    say("altered texts of a face believed", f"{texts} of {_ALTERATIONS}", "0", "")


def _spoiled(contents: Sequence[bytes], rng: np.random.Generator) -> ScannedSide:
    """One byte behind the header of every symbol changed, and the checksum of the header made to fit."""
    raw = bytearray(contents[0])
    raw[int(rng.integers(16, len(raw)))] ^= int(rng.integers(1, 256))
    length = int.from_bytes(raw[12:14], "big")
    raw[4:12] = hashlib.sha256(bytes(raw[16 : 16 + length])).digest()[:8]
    return ScannedSide("altered", 1, frozenset({bytes(raw)}), None)


def _retouched(sides: Sequence[ScannedSide], rng: np.random.Generator) -> list[ScannedSide]:
    """One character of the face changed into another."""
    face = list(sides[0].texts or ())
    at = int(rng.integers(len(face)))
    inked = [place for place, character in enumerate(face[at]) if not character.isspace()]
    place = int(rng.choice(inked))
    other = chr(ord(face[at][place]) + int(rng.integers(1, 20)))
    face[at] = face[at][:place] + other + face[at][place + 1 :]
    return [replace(sides[0], texts=tuple(face)), *sides[1:]]


def _is_genuine(sides: Sequence[ScannedSide]) -> bool:
    return judge.judge(sides, _trust(), _LATER).answer is Answer.GENUINE


def _blotted(rng: np.random.Generator) -> ScannedSide:
    """A back with up to 12 mm of its symbols inverted somewhere."""
    spoiled = _printed()[900:2_300, 200:2_600].copy()
    side = int(rng.integers(20, 280))
    top, left = int(rng.integers(0, 1_000)), int(rng.integers(0, 2_100))
    spoiled[top : top + side, left : left + side] = 255 - spoiled[top : top + side, left : left + side]
    return ScannedSide("blotted", 1, scan.contents(spoiled), None)


def _is_false(side: ScannedSide, page: CheckedPage) -> bool:
    """Believed, and not what was signed. A blot that error correction mends, or one of the few bits that Zstandard
    does not care about, is no forgery: the seal bytes are the signed ones."""
    return any(found != page.seal for found in judge.judge([side], _trust(), _LATER).seals)


def _by_hand() -> bytes:
    """The same text and nothing else: shaped, cut down, and put into a file by hand."""
    page = _set(1)[0].page
    alphabet = Alphabet(page.font)
    runs = [text for text in page.elements if isinstance(text, Text)]
    lines = [f"/F {run.size} Tf 1 0 0 1 {run.x} {run.y} Tm <{alphabet.codes(run.text)[0]}> Tj" for run in runs]
    drawn = zlib.compress(("BT " + "\n".join(lines) + " ET").encode())
    cut = alphabet.subset()
    parts = (
        drawn,
        zlib.compress(cut.file),
        zlib.compress(alphabet.glyph_map(cut)),
        zlib.compress(alphabet.to_unicode()),
    )
    objects = [b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(part), part) for part in parts]
    objects.append(f"<</Type/Font/Subtype/CIDFontType2/W {alphabet.widths()}>>".encode())
    return b"%PDF-1.7\n" + b"\n".join(b"%d 0 obj\n%s\nendobj" % (at, one) for at, one in enumerate(objects, 1))


def _reportlab():  # type: ignore[no-untyped-def]  # the rival is no dependency and has no types
    """Draw the same text with reportlab and a cached font; None where it is not installed."""
    try:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.pdfgen.canvas import Canvas
    except ImportError:
        return None
    import io

    page = _set(1)[0].page
    pdfmetrics.registerFont(TTFont("rival", str(fonts.where(page.font))))

    def draw() -> bytes:
        written = io.BytesIO()
        canvas = Canvas(written)
        for run in (text for text in page.elements if isinstance(text, Text)):
            canvas.setFont("rival", run.size * 72 / 2540)
            canvas.drawString(run.x * 72 / 2540, (29_700 - run.y) * 72 / 2540, run.text)
        canvas.save()
        return written.getvalue()

    return draw
