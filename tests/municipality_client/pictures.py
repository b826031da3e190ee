"""Pictures of every form for the docs: `python -m tests.municipality_client.pictures DIR`.

Separate from the tests because it writes; a test compares what it would write. Pages are drawn by
the printer's own PDF and painted by pdfium, face and back, as they come out of the machine.
"""

import io
import sys
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

from PIL import Image

import assets
from municipality_client.centre import people, preview, profiles
from municipality_client.centre.calendar import JST
from municipality_client.centre.preview import Sample
from municipality_client.centre.signing import SealKey, load_keys
from printer import fonts, pdf, readback
from printer.document import SEAL_CONTEXT, Page, Seal, SignedPage, encode_page, encode_seal, page_digest, text_lines
from printer.verify import CheckedPage
from tests.municipality_client.test_samples import joint

AT = datetime(2026, 4, 6, 10, tzinfo=JST)
DPI, GAP, IN_A_ROW = 60, 6, 4


def pictures() -> Iterator[tuple[str, bytes]]:
    """Yield file name and PNG of every paper of both towns, and of one that joins households on a sheet."""
    towns = {code: profile.on(AT.date()) for code, profile in profiles.load_all().items()}
    towns["joint"] = joint(towns["044245"])
    for name, profile in towns.items():
        for sample in preview.samples(profile, people.FOLDER, fonts.FALLBACK, AT):
            yield f"{name}-{sample.name}.png", paint(sample)


def paint(sample: Sample, dpi: int = DPI) -> bytes:
    """Paint the faces of one paper, four beside each other."""
    document = pdf.render([_checked(sample, number) for number in range(1, len(sample.pages) + 1)])
    painted = [readback.paint(document, 2 * number, dpi) for number in range(len(sample.pages))]
    faces = [Image.frombytes("L", (one.width, one.height), one.grey) for one in painted]
    across, down = faces[0].width + GAP, faces[0].height + GAP
    columns = min(len(faces), IN_A_ROW)
    sheet = Image.new("L", (columns * across + GAP, -(-len(faces) // columns) * down + GAP), 150)
    for number, face in enumerate(faces):
        sheet.paste(face, (GAP + number % columns * across, GAP + number // columns * down))
    out = io.BytesIO()
    sheet.quantize(16).save(out, "PNG", optimize=True)
    return out.getvalue()


def _checked(sample: Sample, number: int) -> CheckedPage:
    """Sign one page with a test key, as the municipality would."""
    page: Page = sample.pages[number - 1]
    raw = encode_page(page)
    key = _key()
    place = preview.NUMBER, number, len(sample.pages)
    seal = Seal(1, key.key_id, "012351", *place, AT.isoformat(), bytes(32), page_digest(raw), text_lines(page))
    sealed = encode_seal(seal)
    return CheckedPage(SignedPage(raw, sealed, key.key.sign(SEAL_CONTEXT + sealed)), page, seal)


@cache
def _key() -> SealKey:
    return load_keys(assets.path("pki/seal"), ["012351"])["012351"]


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, png in pictures():
        (folder / name).write_bytes(png)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
