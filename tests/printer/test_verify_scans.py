"""What a recipient is told: of our PDFs exactly, of scans whatever the back proves, and never a traceback."""

import hashlib
import io
import json
import re
import struct
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from printer import files, fonts, imaging, judge, pdf, photocopy, report, scan, words
from printer.document import MAX_PAGES
from printer.errors import ScanError
from printer.imaging import Grey
from printer.judge import Answer, Reason, Verdict
from printer.scan import ScannedSide
from printer.trust import Trust, load_trust
from printer.verify import CheckedPage
from tests.printer.press import JST, NOW, OTHER_SET, SET, Press, checked, demo_page, sheet, write_trust
from tests.printer.scanner import Scan, scanned

LATER = NOW + timedelta(days=30)


@cache
def keys() -> Trust:
    with tempfile.TemporaryDirectory() as place:
        return load_trust(write_trust(Path(place)))


@cache
def household(set_number: str = SET) -> tuple[CheckedPage, ...]:
    with tempfile.TemporaryDirectory() as place:
        return checked([demo_page(at, 3) for at in (1, 2, 3)], Path(place), Press(set_number=set_number)).pages


def judged(*documents: bytes, trust: Trust | None = None, now: datetime = LATER) -> Verdict:
    sides = [side for at, one in enumerate(documents, 1) for side in scan.sides(one, f"{at}")]
    return judge.judge(sides, trust or keys(), now)


def reasons(verdict: Verdict) -> list[tuple[Reason, int | None]]:
    return [(found.reason, found.page) for found in verdict.findings]


@cache
def paper() -> bytes:
    return pdf.render(household())


@cache
def read_paper() -> tuple[ScannedSide, ...]:
    return scan.sides(paper(), "set.pdf")


def test_our_own_pdf_is_genuine_face_and_back() -> None:
    verdict = judge.judge(read_paper(), keys(), LATER)
    assert (verdict.answer, verdict.findings, verdict.compared) == (Answer.GENUINE, (), True)
    assert [(seal.set_number, seal.page) for seal in verdict.seals] == [(SET, 1), (SET, 2), (SET, 3)]
    assert verdict.seals[0].text == household()[0].seal.text


def with_sides(*order: int) -> bytes:
    """Our PDF with its sides in another order, or some of them."""
    whole, cut = pdfium.PdfDocument(paper()), pdfium.PdfDocument.new()
    cut.import_pages(whole, list(order))
    written = io.BytesIO()
    cut.save(written)
    return written.getvalue()


ORDERS: dict[str, tuple[tuple[int, ...], Answer, list[tuple[Reason, int | None]]]] = {
    "as printed": ((0, 1, 2, 3, 4, 5), Answer.GENUINE, []),
    "last sheet lost": ((0, 1, 2, 3), Answer.INCOMPLETE, [(Reason.PAGE_MISSING, 3)]),
    "middle sheet lost": ((0, 1, 4, 5), Answer.INCOMPLETE, [(Reason.PAGE_MISSING, 2)]),
    "two faces swapped": ((2, 1, 0, 3, 4, 5), Answer.ALTERED, [(Reason.FACE_DIFFERS, 1), (Reason.FACE_DIFFERS, 2)]),
    "two sheets swapped": ((2, 3, 0, 1, 4, 5), Answer.ALTERED, [(Reason.OUT_OF_ORDER, 1)]),
    "a sheet twice": ((0, 1, 2, 3, 2, 3, 4, 5), Answer.ALTERED, [(Reason.OUT_OF_ORDER, 2)]),
    "a back lost": ((0, 2, 3, 4, 5), Answer.ALTERED, [(Reason.PAGE_MISSING, 1), (Reason.FACE_DIFFERS, None)]),
}


@pytest.mark.proves("F-04", "fault-44")
@pytest.mark.parametrize(("order", "answer", "found"), ORDERS.values(), ids=ORDERS.keys())
def test_every_other_order_of_a_pdf_is_found(
    order: tuple[int, ...], answer: Answer, found: list[tuple[Reason, int | None]]
) -> None:
    verdict = judged(with_sides(*order))
    assert (verdict.answer, reasons(verdict)) == (answer, found)


def altered(at: int, change: Callable[[str], str]) -> tuple[ScannedSide, ...]:
    """Our PDF's sides with every run of one side's text through `change`."""
    sides = list(read_paper())
    sides[at] = replace(sides[at], texts=tuple(change(text) for text in sides[at].texts or ()))
    return tuple(sides)


@pytest.mark.proves("F-04")
def test_every_altered_line_of_a_face_is_found() -> None:
    face = read_paper()[2].texts or ()
    for at, line in enumerate(face):
        sides = list(read_paper())
        sides[2] = replace(sides[2], texts=(*face[:at], line.strip()[:-1] + "異", *face[at + 1 :]))
        verdict = judge.judge(sides, keys(), LATER)
        assert (verdict.answer, reasons(verdict)) == (Answer.ALTERED, [(Reason.FACE_DIFFERS, 2)])
    sides[2] = replace(sides[2], texts=(*face, "追記"))
    assert judge.judge(sides, keys(), LATER).answer is Answer.ALTERED


def retouched(side: int, how: str) -> bytes:
    """Our PDF with something laid over one side, or its page bytes taken away; no text is touched."""
    document = pdfium.PdfDocument(paper())
    page = document[side]
    if how == "page bytes gone":
        first = next(page.get_objects())
        assert pdfium.raw.FPDFPageObj_RemoveMark(first, pdfium.raw.FPDFPageObj_GetMark(first, 0))
    else:
        cover = pdfium.raw.FPDFPageObj_CreateNewRect(200.0, 700.0, 8.0, 1.0 if how == "thin rule" else 8.0)
        grey = 255 if how == "white patch" else 0
        pdfium.raw.FPDFPageObj_SetFillColor(cover, grey, grey, grey, 255)
        pdfium.raw.FPDFPath_SetDrawMode(cover, 1, False)
        pdfium.raw.FPDFPage_InsertObject(page, cover)
    page.gen_content()
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


@pytest.mark.proves("F-04")
@pytest.mark.parametrize("how", ["white patch", "black patch", "thin rule"])
@pytest.mark.parametrize(("side", "reason"), [(2, Reason.FACE_DIFFERS), (3, Reason.BACK_DIFFERS)])
def test_what_is_laid_over_a_side_is_found_though_no_text_changes(side: int, reason: Reason, how: str) -> None:
    verdict = judged(retouched(side, how))
    assert (verdict.answer, reasons(verdict)) == (Answer.ALTERED, [(reason, 2)])


@pytest.mark.proves("F-04")
@pytest.mark.parametrize("side", [2, 3])
def test_a_side_without_its_page_bytes_is_refused_though_its_words_are_right(side: int) -> None:
    """Else a white patch and other words over it would be told only 'compare by eye'."""
    verdict = judged(retouched(side, "page bytes gone"))
    assert (verdict.answer, verdict.compared) == (Answer.ALTERED, False)
    assert [(found.reason, found.place) for found in verdict.findings] == [(Reason.NOT_AS_MADE, f"1:{side + 1}")]
    assert words.verdict().reasons["not_as_made"] in "\n".join(report.lines(verdict))


def test_where_the_font_is_missing_the_page_must_still_be_the_signed_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "is_installed", lambda _font: False)
    verdict = judged(paper())
    assert (verdict.answer, verdict.compared) == (Answer.GENUINE, False)
    assert words.verdict().look in "\n".join(report.lines(verdict))
    sides = list(scan.sides(paper(), "set.pdf"))
    sides[2] = replace(sides[2], drawn=sides[0].drawn)
    assert reasons(judge.judge(sides, keys(), LATER)) == [(Reason.FACE_DIFFERS, 2)]


def test_a_side_that_carries_another_page_is_found() -> None:
    """Drawn exactly as its bytes say, but they are not the page of the seal."""
    sides = list(read_paper())
    sides[2] = replace(sides[2], drawn=sides[0].drawn)
    assert reasons(judge.judge(sides, keys(), LATER)) == [(Reason.FACE_DIFFERS, 2)]
    sides = list(read_paper())
    sides[3] = replace(sides[3], drawn=sides[1].drawn)
    assert reasons(judge.judge(sides, keys(), LATER)) == [(Reason.BACK_DIFFERS, 2)]


@pytest.mark.parametrize(
    "change", [lambda text: text.replace("000001", "000002"), lambda text: text.replace("2 /", "1 /")]
)
def test_an_altered_number_on_a_back_is_found(change: Callable[[str], str]) -> None:
    verdict = judge.judge(altered(3, change), keys(), LATER)
    assert (verdict.answer, reasons(verdict)) == (Answer.ALTERED, [(Reason.BACK_DIFFERS, 2)])


def test_a_face_of_another_person_before_a_true_back_is_found(tmp_path: Path) -> None:
    theirs = pdf.render(checked([sheet("大衡　みどり")], tmp_path).pages)
    whole, other = pdfium.PdfDocument(paper()), pdfium.PdfDocument(theirs)
    mixed = pdfium.PdfDocument.new()
    mixed.import_pages(other, [0])
    mixed.import_pages(whole, [1, 2, 3, 4, 5])
    written = io.BytesIO()
    mixed.save(written)
    assert reasons(judged(written.getvalue())) == [(Reason.FACE_DIFFERS, 1)]


@cache
def printed(at: int, set_number: str = SET) -> Grey:
    return photocopy.printed(pdf.render(household(set_number)), at)


@cache
def back_scan(page: int, set_number: str = SET) -> bytes:
    return scanned(printed(2 * page - 1, set_number), Scan(dpi=200, skew=1.3, fold=99.0))


@cache
def face_scan() -> bytes:
    return scanned(printed(0), Scan(dpi=150))


def test_scans_in_any_order_are_judged_by_their_backs() -> None:
    verdict = judged(back_scan(3), face_scan(), back_scan(1), back_scan(2))
    assert (verdict.answer, verdict.findings, verdict.compared) == (Answer.GENUINE, (), False)
    assert [seal.page for seal in verdict.seals] == [1, 2, 3]


@pytest.mark.proves("F-04")
def test_a_missing_and_a_foreign_page_are_named() -> None:
    verdict = judged(back_scan(1), back_scan(3))
    assert (verdict.answer, reasons(verdict)) == (Answer.INCOMPLETE, [(Reason.PAGE_MISSING, 2)])
    verdict = judged(back_scan(1), back_scan(2, OTHER_SET), back_scan(3))
    assert verdict.answer is Answer.INCOMPLETE
    missing = [(found.set_number, found.page) for found in verdict.findings]
    assert missing == [(SET, 2), (OTHER_SET, 1), (OTHER_SET, 3)]


def test_one_picture_file_may_hold_many_pages() -> None:
    frames = [Image.open(io.BytesIO(back_scan(page))) for page in (2, 1, 3)]
    written = io.BytesIO()
    frames[0].save(written, "TIFF", save_all=True, append_images=frames[1:], compression="tiff_lzw")
    assert judged(written.getvalue()).answer is Answer.GENUINE
    written = io.BytesIO()
    frames[0].save(written, "PDF", save_all=True, append_images=frames[1:], resolution=200)
    verdict = judged(written.getvalue())
    assert (verdict.answer, verdict.compared) == (Answer.GENUINE, False)


def halves(scanned_back: bytes) -> tuple[bytes, bytes]:
    (grey,) = imaging.pages(scanned_back, 1)
    middle = grey.shape[1] * 270 // 1_000
    return imaging.write_png(grey[:, :middle]), imaging.write_png(np.rot90(grey[:, middle:], 2))


def test_half_a_page_is_enough_where_its_symbol_is() -> None:
    left, right = halves(back_scan(1))
    for half in (left, right):
        assert reasons(judged(half)) == [(Reason.PAGE_MISSING, 2), (Reason.PAGE_MISSING, 3)]


def forged(press: Press) -> tuple[ScannedSide, ...]:
    """A back no printer of ours would have made, as scanned."""
    from printer import seal

    signed = press.page(demo_page(1, 1), 1, 1)
    return (ScannedSide("scan.png", 1, frozenset(seal.split(signed.seal, signed.signature)), None),)


def test_keys_are_told_apart() -> None:
    number = next(n for n, one in keys().keys.items() if one.municipality == "012351")
    stolen = Trust({n: replace(k, revoked_from=NOW) if n == number else k for n, k in keys().keys.items()}, True)
    assert judge.judge(forged(Press()), keys(), LATER).answer is Answer.GENUINE
    assert judge.judge(forged(Press()), stolen, LATER).answer is Answer.KEY_REVOKED
    old = forged(Press(issued_at=datetime(2015, 12, 31, tzinfo=JST)))
    assert judge.judge(old, keys(), LATER).answer is Answer.KEY_EXPIRED
    assert judge.judge(forged(Press(signer="x", named_key="x")), keys(), LATER).answer is Answer.KEY_UNKNOWN
    assert judge.judge(forged(Press(signer="x")), keys(), LATER).answer is Answer.ALTERED
    assert judge.judge(forged(Press(code="044245")), keys(), LATER).answer is Answer.ALTERED
    assert judge.judge(read_paper(), Trust({}, False), LATER).answer is Answer.KEY_UNKNOWN


def test_no_altered_seal_is_ever_believed_even_with_a_fitting_checksum() -> None:
    """Zstandard does not care about a few bits; what it unpacks is then still exactly what was signed."""
    (whole,) = forged(Press())
    signed = judge.judge([whole], keys(), LATER).seals
    rng = np.random.default_rng(7)
    for _ in range(600):
        raw = bytearray(sorted(whole.contents)[0])
        raw[int(rng.integers(16, len(raw)))] ^= int(rng.integers(1, 256))
        payload = bytes(raw[16 : 16 + int.from_bytes(raw[12:14], "big")])
        raw[4:12] = hashlib.sha256(payload).digest()[:8]
        verdict = judge.judge([replace(whole, contents=frozenset({bytes(raw)}))], keys(), LATER)
        assert verdict.answer in (Answer.ALTERED, Answer.KEY_UNKNOWN) or verdict.seals == signed


def small(mode: str, size: tuple[int, int] = (300, 400)) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, "white" if mode != "I;16" else 65_535).save(written, "PNG")
    return written.getvalue()


def bomb_png(side: int) -> bytes:
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def many_pages(count: int) -> bytes:
    document = pdfium.PdfDocument.new()
    for _ in range(count):
        document.new_page(100, 100)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def packed_page(operators: bytes, count: int, said: bytes = b"") -> bytes:
    """A PDF of one page that draws the same thing so many times."""
    packed = zlib.compress(operators * count, 9)
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n4 0 obj<<"
        + said
        + f"/Length {len(packed)}/Filter/FlateDecode>>stream\n".encode()
        + packed
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>"
    )


LINE = b"0 0 m 1 1 l S\n"
REFUSED = {
    "nothing": (b"", "is no PDF, PNG, JPEG or TIFF"),
    "text": (b"hello", "is no PDF, PNG, JPEG or TIFF"),
    "GIF": (b"GIF89a" + bytes(100), "is no PDF, PNG, JPEG or TIFF"),
    "half a PNG": (small("L")[:60], "is damaged"),
    "half a JPEG": (b"\xff\xd8\xff\xe0" + bytes(20), "is"),
    "half a PDF": (b"%PDF-1.7\n1 0 obj", "the PDF cannot be read"),
    "a picture of 10 gigapixels": (bomb_png(100_000), "too many pixels"),
    "a picture of 100 megapixels": (bomb_png(10_000), "too many pixels"),
    "a page of 30,000 lines": (packed_page(LINE, 30_000), "too many parts"),
    "a page of ten million lines": (packed_page(LINE, 10_000_000), "unpacks to more"),
    "lines that say they are an image": (packed_page(LINE, 10_000_000, b"/Subtype/Image"), "unpacks to more"),
    "a PDF of 41 sides": (many_pages(2 * MAX_PAGES + 1), "more than 40 pages"),
}


@pytest.mark.proves("fault-33")
@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_scan_is_one_error_that_names_the_file(content: bytes, said: str) -> None:
    with pytest.raises(ScanError, match=re.escape(said)) as refused:
        scan.sides(content, "their.file")
    assert str(refused.value).startswith("their.file: ")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_blank_paper_of_every_kind_is_unreadable(mode: str) -> None:
    verdict = judged(small(mode))
    assert (verdict.answer, reasons(verdict)) == (Answer.UNREADABLE, [(Reason.NO_SYMBOLS, None)])
    assert report.exit_code(verdict) == 2


def test_a_huge_page_in_a_pdf_is_painted_within_bounds() -> None:
    document = pdfium.PdfDocument.new()
    document.new_page(14_000, 14_000)
    written = io.BytesIO()
    document.save(written)
    assert judged(written.getvalue()).answer is Answer.UNREADABLE


def test_a_file_of_200_megabytes_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.pdf").open("wb") as huge:
        huge.truncate(200 * 1024 * 1024)
    with pytest.raises(ScanError, match="larger than 64 MiB"):
        files.read(tmp_path / "huge.pdf")


def test_the_report_says_what_it_proves_and_that_the_keys_are_for_tests() -> None:
    verdict = judge.judge(read_paper(), keys(), LATER)
    said = "\n".join(report.lines(verdict))
    assert said.startswith("【見本・試験用の鍵】")
    assert "真正です\nすべての面が、署名された内容から描き直したものと、点の一つまで一致しました。" in said
    assert said.count("次のとおり書かれているはずです") == 3
    assert "石狩　太郎" in said
    assert said.rstrip().endswith(words.verdict().not_proven)
    assert report.exit_code(verdict) == 0
    told = json.loads(report.as_json(verdict))
    assert (told["answer"], told["test_keys"], told["faces_compared"]) == ("genuine", True, True)
    assert told["pages"][2]["must_say"] == list(household()[2].seal.text)


def test_every_answer_and_reason_has_words() -> None:
    said = words.verdict()
    assert set(said.answers) == {answer.value for answer in Answer}
    assert set(said.reasons) == {reason.value for reason in Reason}


def test_not_genuine_is_exit_1_and_no_repr_tells_a_name() -> None:
    verdict = judge.judge(altered(0, lambda text: text.replace("太", "次")), keys(), LATER)
    assert report.exit_code(verdict) == 1
    assert "石狩" not in repr(verdict) + repr(read_paper())
