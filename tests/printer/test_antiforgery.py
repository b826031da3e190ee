"""The copy-deterrent ground: even to the eye, 「複写」 on a copy, and the face stays readable on both."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import assets
from printer import antiforgery, imaging, pantograph, pdf, photocopy
from printer.antiforgery import CELL, MARGIN, MARK_AT, MARK_SIZE
from printer.document import Page, Text
from printer.errors import DocumentError, PdfError
from printer.fonts import FALLBACK
from printer.imaging import Grey
from printer.photocopy import Copier
from tests.printer.press import checked, set_of

Mask = NDArray[np.bool_]


@cache
def printed() -> Grey:
    """A sheet with nothing but a dot on it, as the printer inks it."""
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        bare = Page(FALLBACK, (Text(1_000, 1_000, 100, "・"),))
        return photocopy.printed(pdf.render(checked([bare], Path(place)).pages), 0)


@cache
def letters() -> Mask:
    return np.asarray(pantograph.letters().repeat(CELL, 0).repeat(CELL, 1))


def framed(grey: Grey, mask: Mask, margin: int) -> Grey:
    return grey[margin : margin + mask.shape[0], margin : margin + mask.shape[1]]


def contrast(grey: Grey, mask: Mask) -> float:
    """Michelson contrast of the ink in letters and ground."""
    letter, ground = (255 - float(grey[part].mean()) for part in (mask, ~mask))
    return abs(letter - ground) / (letter + ground)


def copy_contrast(copier: Copier) -> float:
    mask = letters()[:2_400:2, ::2]
    return contrast(framed(photocopy.copied(printed()[:2_600], copier), mask, MARGIN // 2), mask)


@pytest.mark.proves("I-66")
def test_an_original_is_evenly_grey_and_its_copy_shows_the_word() -> None:
    before = contrast(framed(printed(), letters(), MARGIN), letters())
    after = copy_contrast(Copier())
    assert before < 0.005
    assert after > 0.8


@pytest.mark.parametrize("copier", [Copier(threshold=0.6), Copier(threshold=0.8), Copier(lens=1.6), Copier(lens=2.6)])
def test_lighter_darker_sharper_and_softer_copiers_show_it_too(copier: Copier) -> None:
    assert copy_contrast(copier) > 0.5


def test_no_seam_betrays_the_letters_to_the_eye() -> None:
    """Blurred as by an eye at reading distance, no place is darker than another by more than 1 %."""
    seen = imaging.blurred(imaging.blurred(framed(printed(), letters(), MARGIN)[:3_000], 16.0), 16.0)
    inside = seen[400:-400, 400:-400].astype(float) / 255
    assert float(inside.max() - inside.min()) < 0.02
    assert float(inside.std()) < 0.005


def test_trap_every_dot_is_printed_whole() -> None:
    """Stretched by one pixel, or packed as a fax, one dot in ten is lost or skewed."""
    frame = framed(printed(), letters(), MARGIN) < 128
    wanted = pantograph.ink()
    assert np.array_equal(frame[2_000:5_000], wanted[2_000:5_000])
    assert wanted[letters()].mean() == wanted[~letters()].mean() == 1 / 16


def test_the_shipped_ground_is_what_the_command_draws() -> None:
    for name, picture in pantograph.draw().items():
        shipped = assets.path(f"images/{name}").read_bytes()
        (pixels,), (wanted,) = imaging.pages(shipped, most=1), imaging.pages(picture, most=1)
        assert float(np.mean(pixels != wanted)) < 0.001
        assert len(shipped) < 40_000


def test_only_infrared_light_shows_the_mark() -> None:
    """All of it is the even ground; without the dots of mixed colours 「証」 stands alone in its disc."""
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        written = pdf.render(set_of(1, Path(place)))
    (left, top), side = MARK_AT, MARK_SIZE
    rows = slice(MARGIN + CELL * top, MARGIN + CELL * (top + side))
    columns = slice(MARGIN + CELL * left, MARGIN + CELL * (left + side))
    hidden = pantograph.latent()[top : top + side, left : left + side].repeat(CELL, 0).repeat(CELL, 1)
    seen, infrared = (photocopy.printed(written, 1, light)[rows, columns] < 128 for light in (False, True))
    inked = pantograph.ink()[rows.start - MARGIN : rows.stop - MARGIN, columns.start - MARGIN : columns.stop - MARGIN]
    assert np.array_equal(seen, inked)
    assert np.array_equal(infrared, inked & ~hidden)
    assert hidden.mean() > 0.4


def test_another_picture_in_its_place_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "copy-ground.png").write_bytes(imaging.bits_png(np.ones((20, 20), np.bool_)))
    monkeypatch.setattr(assets, "_ROOT", tmp_path)
    antiforgery.ground.cache_clear()
    with pytest.raises(DocumentError, match="copy-ground"):
        antiforgery.ground()
    antiforgery.ground.cache_clear()


@pytest.mark.proves("I-66", "O-61", "X-22", "X-33")
def test_the_ground_is_embedded_once_and_lies_under_both_sides(tmp_path: Path) -> None:
    written = pdf.render(set_of(3, tmp_path))
    assert written.count(antiforgery.ground().packed) == 1
    for side in (0, 5):
        inked = photocopy.printed(written, side) < 128
        assert np.array_equal(inked[6_700:6_880, 300:4_000], pantograph.ink()[6_604:6_784, 204:3_904])


def test_the_face_stays_readable_on_the_copy(tmp_path: Path) -> None:
    """Strokes stay black and whole: the name on the copy is the name without a ground, but for single dots."""
    line = slice(2_200, 2_460), slice(600, 2_700)
    name = Page(FALLBACK, (Text(3_000, 10_000, 423, "石狩　太郎　花川北六条一丁目３０番地２"),))
    original = photocopy.printed(pdf.render(checked([name], tmp_path).pages), 0)[line]
    bare = np.where(printed()[line] < 128, 255, original)
    copied, wanted = (photocopy.copied(side, Copier()) < 128 for side in (original, bare))
    assert wanted.mean() > 0.02
    assert float(copied[wanted].mean()) > 0.97
    assert float(copied[~wanted].mean()) < 0.06


def test_a_side_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PdfError, match="fewer sides"):
        photocopy.photocopy(pdf.render(set_of(1, tmp_path)), 2)
