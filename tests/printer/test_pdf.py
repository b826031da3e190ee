"""The PDF says exactly what was signed: read back by another program, painted, and the same each time."""

import hashlib
import os
import re
import subprocess
import sys
import unicodedata
import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printer import antiforgery, back, fonts, pdf, readback
from printer.document import Element, Page, Picture, Rule, Text, text_lines
from printer.errors import DocumentError, PdfError
from printer.verify import CheckedPage, Mismatch, MismatchReason, check_set
from tests.printer.press import (
    CODE,
    NOW,
    ORDER,
    OTHER_SET,
    SET,
    Press,
    checked,
    demo_page,
    png,
    set_of,
    sheet,
    trust,
)

Set = tuple[CheckedPage, ...]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seal")


@pytest.fixture(scope="module")
def household(folder: Path) -> Set:
    return set_of(3, folder)


@pytest.mark.proves("fault-34", "fault-44")
def test_a_set_is_read_back_side_by_side(household: Set) -> None:
    sides = readback.sides(pdf.render(household))
    assert len(sides) == 6
    assert all(side.is_a4 for side in sides)
    for number, (face, reverse) in enumerate(zip(sides[::2], sides[1::2], strict=True), 1):
        assert [text.strip() for text in face.texts[-2:]] == [f"固有番号　{SET}", f"{number} / 3"]
        assert "".join(reverse.texts[-3:]).replace(" ", "") == f"見　本固有番号　{SET}{number}/3"
        assert (face.has_ground, reverse.has_ground) == (True, True)
        assert (len(face.pictures), len(reverse.pictures)) == (1, 2)
    assert readback.read_back(pdf.render(household), household) is None
    assert readback.render_checked(household) == pdf.render(household)


OTHER_PAGE = sheet("大衡　みどり")


@pytest.mark.proves("fault-44", "F-04")
@pytest.mark.parametrize(
    ("printed", "reason", "at"),
    [
        ([demo_page(1, 3), demo_page(3, 3), demo_page(2, 3)], MismatchReason.TEXT_DIFFERS, 2),
        ([demo_page(1, 3), OTHER_PAGE, demo_page(3, 3)], MismatchReason.TEXT_DIFFERS, 2),
        ([demo_page(1, 2), demo_page(2, 2)], MismatchReason.INCOMPLETE, None),
    ],
    ids=["order of pages", "page of another", "page lost"],
)
def test_a_pdf_that_is_not_the_set_is_found(
    printed: list[Page], reason: MismatchReason, at: int | None, household: Set, folder: Path
) -> None:
    other = pdf.render(checked(printed, folder).pages)
    assert readback.read_back(other, household) == Mismatch(reason, at)


@pytest.mark.proves("fault-44")
def test_a_back_of_another_set_is_found(folder: Path) -> None:
    page = demo_page(1, 1)
    ours = checked([page], folder).pages
    theirs = checked([page], folder, Press(set_number=OTHER_SET)).pages
    assert readback.read_back(pdf.render(theirs), ours) == Mismatch(MismatchReason.TEXT_DIFFERS, 1)


class _Broken(pdf._Canvas):
    """A renderer with one fault on the back of page 1."""

    fault = ""

    def draw(self, page: Page) -> None:
        pictures = [part for part in page.elements if isinstance(part, Picture)]
        if len(pictures) == 2 and self.page == 1:
            page = Page(page.font, tuple(_spoiled(part, pictures, self.fault) for part in page.elements))
        super().draw(page)


def _spoiled(part: Element, pictures: list[Picture], fault: str) -> Element:
    if part is not pictures[0]:
        return part
    return replace(part, png={"blank": BLANK, "the other twice": pictures[1].png}[fault])


BLANK = png(105, 105, [b"\xff" * 14] * 105)


@pytest.mark.proves("fault-44", "F-04")
@pytest.mark.parametrize("fault", ["blank", "the other twice"])
def test_a_symbol_that_says_nothing_or_the_wrong_thing_is_found(
    fault: str, household: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Broken, "fault", fault)
    monkeypatch.setattr(pdf, "_Canvas", _Broken)
    assert readback.render_checked(household) == Mismatch(MismatchReason.SEAL_DIFFERS, 1)


@pytest.mark.proves("fault-44", "F-04")
def test_the_seal_of_another_hour_on_the_same_back_is_found(folder: Path) -> None:
    """Face, set number and i / n agree; only what the symbols say is of another signature."""
    page = [demo_page(1, 1)]
    ours, theirs = (checked(page, folder, Press(issued_at=NOW + timedelta(seconds=s))).pages for s in (0, 1))
    assert readback.read_back(pdf.render(theirs), ours) == Mismatch(MismatchReason.SEAL_DIFFERS, 1)


def test_a_sheet_without_its_ground_is_found(household: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(antiforgery, "placed", lambda *names: "")
    assert readback.render_checked(household) == Mismatch(MismatchReason.TEXT_DIFFERS, 1)


@pytest.mark.parametrize("change", ["rule", "picture"])
def test_a_lost_rule_or_picture_is_found(change: str, folder: Path) -> None:
    whole = demo_page(1, 1)
    lost = next(part for part in whole.elements if isinstance(part, Rule if change == "rule" else Picture))
    less = Page(whole.font, tuple(part for part in whole.elements if part is not lost))
    found = readback.read_back(pdf.render(checked([less], folder).pages), checked([whole], folder).pages)
    assert found == Mismatch(MismatchReason.TEXT_DIFFERS, 1)


def test_what_is_no_pdf_is_found(household: Set) -> None:
    assert readback.read_back(b"junk", household) == Mismatch(MismatchReason.MALFORMED, None)
    with pytest.raises(PdfError):
        readback.sides(b"")
    with pytest.raises(PdfError):
        pdf.render(())


def test_the_same_set_gives_the_same_bytes_in_every_process(household: Set, folder: Path) -> None:
    again = (
        "import sys, hashlib, tempfile, pathlib\n"
        "from tests.printer.press import set_of\nfrom printer import pdf\n"
        "found = pdf.render(set_of(3, pathlib.Path(tempfile.mkdtemp())))\nprint(hashlib.sha256(found).hexdigest())"
    )
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root, "PYTHONHASHSEED": "1", "TZ": "America/New_York"}
    said = subprocess.run([sys.executable, "-c", again], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == hashlib.sha256(pdf.render(household)).hexdigest()
    later = checked([demo_page(1, 1)], folder, Press(issued_at=NOW + timedelta(seconds=1))).pages
    assert pdf.render(later) != pdf.render(checked([demo_page(1, 1)], folder).pages)


def test_nothing_personal_stands_outside_the_pages(household: Set) -> None:
    written = pdf.render(household)
    known = re.search(rb"<<([^<>]*/Title.*?)>>\nendobj", written, re.S)
    assert known is not None
    assert sorted(known.group(1).split(b"\n")) == [
        b"",
        b"",
        b"/CreationDate (D:20260406100000+09'00')",
        b"/Producer (certificate-kiosk)",
        b"/Title <feff898b672c>",
    ]
    for form in ("石狩".encode(), "石狩".encode("utf-16-be"), "石狩".encode("utf-16-be").hex().upper().encode()):
        assert form not in written
    assert b"/Lang (ja)" in written
    assert b"/JS" not in written


def grey(page: Page, folder: Path, dpi: int = 254, face: int = 0) -> readback.Painted:
    """The side as painted, but where only the copy-deterrent ground is, white."""
    seen, ground = (
        readback.paint(pdf.render(checked([one], folder).pages), face, dpi) for one in (page, Page(page.font, ()))
    )
    lifted = bytes(255 if dot == under else dot for dot, under in zip(seen.grey, ground.grey, strict=True))
    return readback.Painted(seen.width, seen.height, lifted)


def pixel(painted: readback.Painted, x: int, y: int) -> int:
    return painted.grey[y * painted.width + x]


@pytest.mark.proves("E-38")
def test_trap_a_variation_sequence_is_drawn_as_itself_not_as_its_base(folder: Path) -> None:
    """fpdf 2.8.9's own cell() and text() draw the base glyph here, and the extracted text still looks right."""
    drawn = {
        text: grey(Page(fonts.FALLBACK, (Text(1_000, 4_000, 3_000, text),)), folder, 50).grey
        for text in ("葛", "葛\U000e0100", "か", "か\u309a")
    }
    assert len(set(drawn.values())) == 4


@pytest.mark.parametrize("depth", [1, 8])
def test_trap_a_picture_whose_rows_end_inside_a_byte_is_not_skewed(depth: int, folder: Path) -> None:
    """fpdf 2.8.9 writes fax parameters for a 1-bit picture packed by Flate; here each pixel is looked at."""
    width, height = 37, 41
    black = [[(x * y + x // 3) % 2 == 0 for x in range(width)] for y in range(height)]
    if depth == 8:
        rows = [bytes(0 if dot else 255 for dot in line) for line in black]
    else:
        bits = ["".join("0" if dot else "1" for dot in line).ljust(40, "0") for line in black]
        rows = [int(line, 2).to_bytes(5, "big") for line in bits]
    picture = Picture(1_000, 2_000, width * 40, height * 40, png(width, height, rows, depth))
    painted = readback.paint(pdf.render(checked([Page(fonts.FALLBACK, (picture,))], folder).pages), 0, 254)
    seen = [[pixel(painted, 100 + 4 * x + 2, 200 + 4 * y + 2) < 128 for x in range(width)] for y in range(height)]
    assert seen == black


def test_lengths_come_out_true(folder: Path) -> None:
    """A 100 mm rule of 1 mm and a picture at 1:1, to a tenth of a millimetre."""
    painted = grey(Page(fonts.FALLBACK, (Rule(2_000, 5_000, 12_000, 5_000, 100),)), folder)
    inked = [x for x in range(painted.width) if pixel(painted, x, 500) < 128]
    assert abs(inked[0] - 200) <= 1
    assert abs(inked[-1] - 1_199) <= 1
    column = [y for y in range(painted.height) if pixel(painted, 700, y) < 128]
    assert abs(column[0] - 495) <= 1
    assert abs(column[-1] - 504) <= 1


@pytest.mark.parametrize(("width", "right"), [(0, 970), (6_000, 700), (20_000, 970)])
def test_a_run_is_squeezed_into_its_width_and_never_stretched(width: int, right: int, folder: Path) -> None:
    text = Text(1_000, 3_000, 870, "国" * 10, width if width < 20_000 else 20_000)
    painted = grey(Page(fonts.FALLBACK, (text,)), folder)
    inked = [x for x in range(painted.width) if any(pixel(painted, x, y) < 128 for y in range(220, 320))]
    assert 100 <= inked[0] < 112
    assert right - 12 < inked[-1] < right


def test_a_picture_used_on_each_page_is_embedded_once(household: Set) -> None:
    """The mayor's seal and both parts of the ground; and two symbols on each of three backs."""
    assert pdf.render(household).count(b"/Subtype /Image") == 3 + 6


def test_the_embedded_font_is_a_small_part_with_its_text(household: Set) -> None:
    written = pdf.render(household)
    assert len(written) < 120_000
    assert written.count(b"/BaseFont /KIOSKA+BIZUDMincho-Regular") == 2
    maps = [zlib.decompress(found) for found in re.findall(rb"stream\n(x\x9c.+?)\nendstream", written, re.S)]
    assert sum(b"<77F3>" in content for content in maps) == 1


@pytest.mark.proves("E-38")
def test_moji_joho_sequences_print_with_ipamj(folder: Path) -> None:
    if not fonts.is_installed(fonts.IPAMJ):
        pytest.skip("needs IPAmj Mincho: make fonts")
    page = sheet("𠮷田　髙﨑", "葛\U000e0102飾　辻\U000e0102　邉\U000e010f", font=fonts.IPAMJ)
    pages = checked([page], folder).pages
    sides = readback.sides(pdf.render(pages))
    assert sides[0].texts == text_lines(page)
    assert readback.read_back(pdf.render(pages), pages) is None
    for base, sequence in (("葛", "葛\U000e0102"), ("辻", "辻\U000e0102"), ("邉", "邉\U000e0110")):
        plain, varied = (
            grey(Page(fonts.IPAMJ, (Text(1_000, 4_000, 3_000, text),)), folder, 50) for text in (base, sequence)
        )
        assert plain != varied


NASTY = st.sampled_from(
    ["(", ")", "\\", "%%EOF", "/JS (", "endstream", "\n", "\0", "\u202e", "か\u309a", "葛\U000e0100", "葛\U000e0102",
     "\u309a", "𠮷", "﨑", "\u200d", " ", "　", "ﬁ", "e\u0301", "Ñ", "\ud800", "\ufeff", "א",
     "\u309a" * 1_000, "あ" * 100]
)  # fmt: skip


@pytest.fixture(scope="module")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.mark.proves("fault-34")
@given(name=st.lists(NASTY | st.text(max_size=5), max_size=8).map("".join), width=st.sampled_from([0, 5_000]))
@settings(max_examples=150, deadline=None)
def test_a_name_is_printed_as_signed_or_the_set_is_refused(name: str, width: int, keys_folder: Path) -> None:
    page = Page(fonts.FALLBACK, (Text(1_500, 2_000, 370, "氏名"), Text(1_500, 3_000, 370, name, width)))
    try:
        signed = Press().sign([page])
    except DocumentError:
        return
    keys = trust(keys_folder)
    found = check_set(signed, trust=keys, order_sha256=ORDER, municipality=CODE, now=NOW)
    if isinstance(found, Mismatch):
        assert found.reason in (MismatchReason.GLYPH_MISSING, MismatchReason.OUTSIDE_SHEET)
        return
    written = pdf.render(found.pages)
    assert readback.read_back(written, found.pages) is None
    spaces = str.maketrans("", "", " 　\u00a0\u2002\u2003\u2009")
    said = "".join(readback.sides(written)[0].texts).translate(spaces)
    assert said == f"氏名{name}".translate(spaces).replace("ﬁ", "fi")


def test_a_hyphen_at_the_end_of_a_line_is_no_broken_word(folder: Path) -> None:
    """pdfium joins "い-" and the line below, and says a control character for the hyphen."""
    pages = checked([sheet("あ-", "い-", "う", "Anne-", "Marie")], folder).pages
    assert readback.read_back(pdf.render(pages), pages) is None


def test_the_same_run_twice_in_one_place_is_refused(folder: Path) -> None:
    """pdfium takes it for bold print and reads it once: a page that reads as less than was signed stops."""
    twice = Page(fonts.FALLBACK, (Text(1_000, 1_000, 400, "石狩"), Text(1_000, 1_000, 400, "石狩")))
    assert readback.render_checked(checked([twice], folder).pages) == Mismatch(MismatchReason.TEXT_DIFFERS, 1)


@pytest.mark.parametrize("name", ["(石狩)", "a\\", "%%EOF", "/JS (app.alert(1))", "endstream endobj", "Ñ" * 100])
@pytest.mark.proves("fault-34")
def test_a_name_made_to_break_a_pdf_is_only_glyphs(name: str, folder: Path) -> None:
    pages = checked([Page(fonts.FALLBACK, (Text(1_500, 2_000, 370, name, 17_000),))], folder).pages
    written = pdf.render(pages)
    assert readback.read_back(written, pages) is None
    assert readback.sides(written)[0].texts == (name,)
    assert written.count(b"%%EOF") == 1


def test_the_back_is_made_from_the_seal_alone(household: Set) -> None:
    ours = household[1]
    stranger = replace(ours, page=OTHER_PAGE)
    assert back.sides([ours])[1] == back.sides([stranger])[1]


def test_the_first_sheets_of_a_broken_job_keep_their_text(household: Set) -> None:
    cut = readback.first_sheets(pdf.render(household), 2)
    assert readback.read_back(cut, household) == Mismatch(MismatchReason.INCOMPLETE, None)
    assert readback.sides(cut) == readback.sides(pdf.render(household))[:4]


def test_the_same_sheets_are_the_same_bytes_and_one_font(household: Set) -> None:
    """pdfium writes the time and a number drawn at random into every file."""
    document, other = pdf.render(household), pdf.render(household[:1])
    mixed: list[readback.Place | None] = [(0, 2), None, (1, 0), (0, 1)]
    for make in (
        lambda: readback.first_sheets(document, 2),
        lambda: readback.rearranged([document, other], mixed),
    ):
        assert make() == make()
        assert b"CreationDate" not in make()
    assert readback.first_sheets(document, 2).count(b"/FontFile2") == 1
    turned = readback.sides(readback.rearranged([document, other], mixed))
    assert [side.texts for side in turned] == [
        readback.sides(document)[2].texts, (), readback.sides(other)[0].texts, readback.sides(document)[1].texts
    ]  # fmt: skip


def test_ink_is_every_character_but_spaces_with_ligatures_taken_apart() -> None:
    every = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    spaces = {character for character in every if unicodedata.category(character) == "Zs"}
    assert readback.ink(every.translate(dict.fromkeys(range(0xFB00, 0xFB07)))) == "".join(
        character for character in every if character not in spaces and not 0xFB00 <= ord(character) < 0xFB07
    )
    assert readback.ink("ﬁ ﬆ") == "fist"
