"""Pictures of every form for the docs: `python -m tests.municipality_client.pictures DIR`.

Separate from the tests because it writes; a test compares what it would write. Pages are drawn by
the printer's own PDF and painted by pdfium, face and back, as they come out of the machine.
"""

import io
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from PIL import Image

from municipality_client.centre import people, preview, profiles
from municipality_client.centre.calendar import JST
from municipality_client.centre.preview import Sample
from printer import fonts, pdf, readback
from printer.document import Page, Seal, SignedPage, encode_page, page_digest, text_lines
from printer.verify import CheckedPage

AT = datetime(2026, 4, 6, 10, tzinfo=JST)
DPI = 60


def pictures() -> Iterator[tuple[str, bytes]]:
    """Yield file name and PNG of every paper of every municipality."""
    for profile in profiles.load_all().values():
        for sample in preview.samples(profile.on(AT.date()), people.FOLDER, fonts.FALLBACK, AT):
            yield f"{profile.code}-{sample.name}.png", paint(sample)


def paint(sample: Sample, dpi: int = DPI) -> bytes:
    """Paint the faces of one paper beside each other."""
    document = pdf.render([_checked(sample, number) for number in range(1, len(sample.pages) + 1)])
    painted = [readback.paint(document, 2 * number, dpi) for number in range(len(sample.pages))]
    faces = [Image.frombytes("L", (one.width, one.height), one.grey) for one in painted]
    sheet = Image.new("L", (sum(face.width + 6 for face in faces) + 6, faces[0].height + 12), 150)
    across = 6
    for face in faces:
        sheet.paste(face, (across, 6))
        across += face.width + 6
    out = io.BytesIO()
    sheet.quantize(16).save(out, "PNG", optimize=True)
    return out.getvalue()


def _checked(sample: Sample, number: int) -> CheckedPage:
    page: Page = sample.pages[number - 1]
    raw = encode_page(page)
    place = preview.NUMBER, number, len(sample.pages)
    seal = Seal(1, bytes(8), "000000", *place, AT.isoformat(), bytes(32), page_digest(raw), text_lines(page))
    return CheckedPage(SignedPage(raw, b"", b""), page, seal)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, png in pictures():
        (folder / name).write_bytes(png)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
