"""Sheets as the page model: the same functions as for PDF, with the same answers."""

import pytest

from printer import model, readback
from printer.document import text_lines
from printer.errors import DocumentError
from printer.flaws import Flaw, spoilt
from printer.verify import CheckedPage, Mismatch, MismatchReason
from tests.printer import press

Set = tuple[CheckedPage, ...]


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Set:
    return press.set_of(3, tmp_path_factory.mktemp("keys"))


def written(pages: Set) -> bytes:
    document = model.render_checked(pages)
    assert isinstance(document, bytes)
    return document


def test_a_set_comes_back_as_it_was_signed(household: Set) -> None:
    document = written(household)

    assert model.read_back(document, household) is None
    assert model.texts(document)[::2] == tuple(text_lines(one.page) for one in household)
    assert model.texts(document)[1] == (household[0].seal.set_number, f"1 / {len(household)}")


@pytest.mark.proves("fault-43", "fault-44")
@pytest.mark.parametrize("flaw", [flaw for flaw in Flaw if flaw is not Flaw.LOST])
@pytest.mark.parametrize("sheet", [1, 2])
def test_every_flaw_of_an_engine_is_found_as_in_a_pdf(household: Set, flaw: Flaw, sheet: int) -> None:
    pdf = readback.render_checked(household)
    assert isinstance(pdf, bytes)
    papers = ((model, written(household)), (readback, pdf))
    found = [
        form.read_back(spoilt(paper, len(household), flaw, sheet, None, form), household) for form, paper in papers
    ]

    assert all(isinstance(one, Mismatch) for one in found)
    assert found[0] is not None and found[1] is not None
    assert found[0].page == found[1].page


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"\x80\x80", b"\x81\x01", b"\x81\x82\x41a\x61a", b"\xa0"])
def test_what_is_no_document_is_malformed(household: Set, content: bytes) -> None:
    found = model.read_back(content, household)

    assert found is not None
    assert found.reason in (MismatchReason.MALFORMED, MismatchReason.INCOMPLETE)
    with pytest.raises(DocumentError):
        model.texts(b"\x81\x01")


def test_a_report_can_show_the_sheets(household: Set) -> None:
    drawn = model.pdf(model.rearranged([written(household)], [(0, 0), (0, 1), None, None]))

    assert [readback.ink(text) for text in readback.texts(drawn)[0]] == [
        readback.ink(text) for text in text_lines(household[0].page)
    ]
    assert readback.texts(drawn)[2:] == ((), ())
