"""PWG raster: written and read back, and read by CUPS' own reader, which knows nothing of ours."""

import ctypes
import tempfile
from ctypes import c_char, c_float, c_uint
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from printer import pdf, photocopy, pwg_raster, readback
from printer.document import Page, Text
from printer.errors import PdfError
from printer.fonts import FALLBACK
from printer.imaging import Grey
from printer.photocopy import Copier
from tests.printer.press import checked, set_of
from tests.printer.test_antiforgery import contrast, letters
from tests.system import requires

TURNS = [(1, 1), (-1, -1), (1, -1)]
_READ = 0
_MEANT = ("Duplex", "Tumble", "HWResolution", "PageSize", "Width", "Height", "BytesPerLine", "BitsPerColor")
_MEANT += ("BitsPerPixel", "ColorOrder", "ColorSpace", "NumColors", "PageSizeName", "Orientation")


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return pdf.render(set_of(1, tmp_path_factory.mktemp("raster")))


@settings(max_examples=40, deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 600), st.integers(1, 400)), elements=st.sampled_from([0, 255, 254])))
def test_every_picture_is_read_as_it_was_written(grey: Grey) -> None:
    for turn in TURNS:
        (again,) = pwg_raster.read(b"RaS2" + pwg_raster.side(grey, 300, 2, turn))
        assert np.array_equal(again, grey)


def test_the_longest_runs_and_the_most_equal_rows_fit() -> None:
    grey = np.full((700, 2_480), 255, np.uint8)
    written = pwg_raster.side(grey, 300, 2, (1, 1))
    assert len(written) == 1796 + 3 * (1 + 2 * 20)
    (again,) = pwg_raster.read(b"RaS2" + written)
    assert np.array_equal(again, grey)


@pytest.mark.parametrize("cut", [3, 500, 1_800, 1_803, -1, -2_000])
def test_a_raster_that_is_cut_off_or_none_is_refused(cut: int) -> None:
    grey = np.arange(200_000, dtype=np.uint32).reshape(400, 500).astype(np.uint8)
    raster = b"RaS2" + pwg_raster.side(grey, 300, 2, (1, 1))
    with pytest.raises(PdfError):
        list(pwg_raster.read(raster[:cut]))
    with pytest.raises(PdfError):
        list(pwg_raster.read(b"RaS3" + raster[4:]))


@pytest.mark.parametrize("count", [0, 127, 128, 255])
def test_a_row_that_does_not_fill_its_width_is_refused(count: int) -> None:
    raster = bytearray(b"RaS2" + pwg_raster.side(np.zeros((1, 130), np.uint8), 300, 2, (1, 1)))
    assert raster[-5:] == bytes([0, 127, 0, 1, 0])
    raster[-4] = count ^ 127 if count == 127 else count
    with pytest.raises(PdfError, match="row"):
        list(pwg_raster.read(bytes(raster)))


def test_at_300_dpi_the_ground_is_black_and_white_and_shows_the_word_on_a_copy(tmp_path: Path) -> None:
    """Smoothed, its fine dots would be light grey, and a printer would screen them into dots of its own."""
    bare = Page(FALLBACK, (Text(1_000, 1_000, 100, "・"),))
    face = next(pwg_raster.read(pwg_raster.rasterised(pdf.render(checked([bare], tmp_path).pages), 300, "normal")))
    below = face[300:]
    assert set(np.unique(below)) == {0, 255}
    mask = letters()[::2, ::2]
    ground = face[48 : 48 + mask.shape[0], 48 : 48 + mask.shape[1]]
    assert contrast(ground, mask) < 0.01
    copy = photocopy.copied(np.asarray(face[:1_300].repeat(2, 0).repeat(2, 1)), Copier())
    assert contrast(copy[48:1_248, 48 : 48 + mask.shape[1]], mask[:1_200]) > 0.8


@pytest.mark.parametrize("dpi", [300, 600])
def test_both_resolutions_cover_a4_and_keep_the_seal(dpi: int, document: bytes) -> None:
    face, back = pwg_raster.read(pwg_raster.rasterised(document, dpi, "normal"))
    assert face.shape == back.shape == {300: (3_507, 2_480), 600: (7_015, 4_960)}[dpi]
    assert len(readback.seals(document)[1]) >= 2


class _CupsHeader(ctypes.Structure):
    """cups_page_header2_t of cups/raster.h."""

    _fields_ = [
        *((name, c_char * 64) for name in ("MediaClass", "MediaColor", "MediaType", "OutputType")),
        *((name, c_uint) for name in ("AdvanceDistance", "AdvanceMedia", "Collate", "CutMedia", "Duplex")),
        ("HWResolution", c_uint * 2),
        ("ImagingBoundingBox", c_uint * 4),
        *((name, c_uint) for name in ("InsertSheet", "Jog", "LeadingEdge")),
        ("Margins", c_uint * 2),
        *((name, c_uint) for name in ("ManualFeed", "MediaPosition", "MediaWeight", "MirrorPrint", "NegativePrint")),
        *((name, c_uint) for name in ("NumCopies", "Orientation", "OutputFaceUp")),
        ("PageSize", c_uint * 2),
        *((name, c_uint) for name in ("Separations", "TraySwitch", "Tumble", "Width", "Height", "MediaTypeNumber")),
        *((name, c_uint) for name in ("BitsPerColor", "BitsPerPixel", "BytesPerLine", "ColorOrder", "ColorSpace")),
        *((name, c_uint) for name in ("Compression", "RowCount", "RowFeed", "RowStep", "NumColors")),
        ("BorderlessScalingFactor", c_float),
        ("ExactPageSize", c_float * 2),
        ("ExactBox", c_float * 4),
        ("Integer", c_uint * 16),
        ("Real", c_float * 16),
        ("String", c_char * 64 * 16),
        *((name, c_char * 64) for name in ("MarkerType", "RenderingIntent", "PageSizeName")),
    ]


class _PwgMedia(ctypes.Structure):
    """pwg_media_t of cups/pwg.h."""

    _fields_ = [
        *((name, ctypes.c_char_p) for name in ("pwg", "legacy", "ppd")),
        ("width", ctypes.c_int),
        ("length", ctypes.c_int),
    ]


def cups() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libcups.so.2")
    except OSError:
        requires("libcups.so.2")
    library.cupsRasterOpen.restype = ctypes.c_void_p
    library.pwgMediaForPWG.restype = ctypes.POINTER(_PwgMedia)
    return library


@pytest.mark.system
@pytest.mark.parametrize("sheet_back", ["normal", "rotated", "flipped", "manual-tumble"])
def test_cups_reads_header_and_pixels_as_its_own_writer_means_them(sheet_back: str, document: bytes) -> None:
    library = cups()
    with tempfile.TemporaryFile() as file:
        file.write(pwg_raster.rasterised(document, 300, sheet_back))
        file.seek(0)
        opened = ctypes.c_void_p(library.cupsRasterOpen(file.fileno(), _READ))
        seen = [_next_side(library, opened) for _ in range(2)]
        library.cupsRasterClose(opened)
    for at, (header, grey) in enumerate(seen):
        wanted = _meant(library, sheet_back if at else "normal")
        assert header.MediaClass == b"PwgRaster"
        assert {name: _value(header, name) for name in _MEANT} == {name: _value(wanted, name) for name in _MEANT}
        assert [*header.Integer[1:3]] == [*wanted.Integer[1:3]]
        across, along = (ctypes.c_int(header.Integer[which]).value for which in (1, 2))
        painted = readback.paint(document, at, 300, crisp=True)
        assert np.array_equal(grey[::along, ::across].ravel(), np.frombuffer(painted.grey, np.uint8))
    assert seen[0][0].Integer[0] == 2


def _value(header: _CupsHeader, name: str) -> object:
    value = getattr(header, name)
    return [*value] if isinstance(value, ctypes.Array) else value


def _next_side(library: ctypes.CDLL, opened: ctypes.c_void_p) -> tuple[_CupsHeader, Grey]:
    header = _CupsHeader()
    assert library.cupsRasterReadHeader2(opened, ctypes.byref(header)) == 1
    pixels = ctypes.create_string_buffer(header.Height * header.BytesPerLine)
    for row in range(header.Height):
        place = ctypes.byref(pixels, row * header.BytesPerLine)
        assert library.cupsRasterReadPixels(opened, place, header.BytesPerLine) == header.BytesPerLine
    return header, np.frombuffer(pixels.raw, np.uint8).reshape(header.Height, header.BytesPerLine)


def _meant(library: ctypes.CDLL, sheet_back: str) -> _CupsHeader:
    """The header that CUPS itself would write for such a side."""
    header = _CupsHeader()
    media = library.pwgMediaForPWG(b"iso_a4_210x297mm")
    made = library.cupsRasterInitPWGHeader(
        ctypes.byref(header), media, b"sgray_8", 300, 300, b"two-sided-long-edge", sheet_back.encode()
    )
    assert made == 1
    return header
