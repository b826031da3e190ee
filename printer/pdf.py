"""Signed and checked pages to PDF: the only door to fpdf.

Separate because the PDF is the last form before paper and must say exactly what was signed.
fpdf writes the file; text and pictures are put into it by this module, because fpdf 2.8.9 draws
the plain character for a variation sequence (IVS) and skews 1-bit pictures:
* each run is shaped once (`printer.fonts`) and written as glyph codes, never as characters, so no
  text can end a string, a stream or a file;
* the font is cut down once per document and embedded as it is (0.5 ms instead of 400 ms);
* the compressed rows of a PNG are embedded as they are: its row filters are PDF's predictor 15.
The same pages give the same bytes; dates are the set's, and nothing personal is in the metadata.
The file says that it is PDF/A-1b: fonts, a colour profile and the metadata are in it, nothing is
transparent or optional. A test lets another program's preflight check that.
Source: ISO 32000-1 clauses 7.4.4.4, 9.4, 9.7; ISO 19005-1 clauses 6.2.2, 6.3.5, 6.7; design.md 3.2 step 7.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from fpdf import FPDF
from fpdf.enums import Duplex, FontDescriptorFlags, OutputIntentSubType
from fpdf.errors import FPDFException
from fpdf.fonts import PDFFontDescriptor
from fpdf.output import (
    CIDSystemInfo,
    OutputProducer,
    PDFFont,
    PDFFontStream,
    PDFICCProfile,
    PDFPage,
    PDFResources,
    PDFXObject,
)
from fpdf.prefs import ViewerPreferences
from fpdf.syntax import Name, PDFArray, PDFContentStream
from fpdf.util import builtin_srgb2014_bytes
from typing_extensions import override

from printer import antiforgery, back
from printer.document import A4_HEIGHT, Element, Page, Picture, Rule, Text, encode_page
from printer.errors import PdfError
from printer.glyphs import Alphabet
from printer.picture import Raster, raster
from printer.verify import CheckedPage

_POINT = 72 / 2540
_TITLE = "見本"
_PRODUCER = "certificate-kiosk"
_GROUND, _MIXED = "G0", "G1"
MARK = "KioskPage"
"""Tag of the marked content that carries the page bytes, in parts named 0, 1, …"""
_PART = 64_000
"""Hexadecimal digits in one string: PDF/A-1 allows 65,535 bytes."""
_XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<pdf:Producer>{producer}</pdf:Producer><xmp:CreateDate>{issued_at}</xmp:CreateDate>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def render(pages: Sequence[CheckedPage]) -> bytes:
    """Return the set as PDF, A4: face 1, back 1, face 2, back 2, … Raises PdfError, FontError."""
    if not pages:
        raise PdfError("a set has at least one page")
    return draw(back.sides(pages), datetime.fromisoformat(pages[0].seal.issued_at))


def draw(sides: Sequence[Page], made_at: datetime) -> bytes:
    """Return these sides as PDF, signed or not: what a verifier compares a stranger's PDF with.

    Each side carries its page bytes in hexadecimal as a property of its ground (ISO 32000-1 14.6):
    a verifier draws the side anew from them and finds whatever was laid over it. Raises PdfError, FontError.
    """
    canvas = _Canvas(made_at)
    for side in sides:
        canvas.draw(side)
    try:
        return bytes(canvas.output(output_producer_class=_Producer))
    except FPDFException as error:
        raise PdfError("fpdf could not write the set") from error


class _Canvas(FPDF):
    """A document being drawn. Lengths come in 0.01 mm from the top left, PDF wants points from below."""

    def __init__(self, issued_at: datetime) -> None:
        super().__init__(unit="pt", format="A4")
        self.alphabets: dict[str, Alphabet] = {}
        self.rasters: dict[bytes, int] = {}
        self.runs: dict[tuple[str, Text], str] = {}
        self.allow_images_transparency = False
        self.set_auto_page_break(False)
        self.set_creation_date(issued_at)
        self.set_title(_TITLE)
        self.set_producer(_PRODUCER)
        self.set_lang("ja")
        self.set_xmp_metadata(_XMP.format(title=_TITLE, producer=_PRODUCER, issued_at=issued_at.isoformat()))
        profile = PDFICCProfile(builtin_srgb2014_bytes(), 3, "DeviceRGB")
        self.add_output_intent(OutputIntentSubType.PDFA, "sRGB", dest_output_profile=profile, info="sRGB2014")
        self.viewer_preferences = ViewerPreferences(duplex=Duplex.DUPLEX_FLIP_LONG_EDGE, print_scaling="None")

    def draw(self, page: Page) -> None:
        self.add_page()
        alphabet = self.alphabets.setdefault(page.font, Alphabet(page.font))
        number = [*self.alphabets].index(page.font) + 1
        self._out("0 J 0 G 0 g")
        raw = encode_page(page).hex()
        parts = (raw[at : at + _PART] for at in range(0, len(raw), _PART))
        said = " ".join(f"/{at} <{part}>" for at, part in enumerate(parts))
        self._out(f"/{MARK} <<{said}>> BDC {antiforgery.placed(_GROUND, _MIXED)} EMC")
        for element in page.elements:
            self._out(self._operators(element, alphabet, number))

    def _operators(self, element: Element, alphabet: Alphabet, number: int) -> str:
        match element:
            case Text():
                return self._run(element, alphabet, number)
            case Rule(x1, y1, x2, y2, thickness):
                return f"{_length(thickness)} w {_point(x1, y1)} m {_point(x2, y2)} l S"
            case Picture(x, y, width, height, png):
                image = self.rasters.setdefault(png, len(self.rasters) + 1)
                frame = f"{_length(width)} 0 0 {_length(height)} {_point(x, y + height)}"
                return f"q {frame} cm /I{image} Do Q"

    def _run(self, element: Text, alphabet: Alphabet, number: int) -> str:
        """Shaped once for all pages on which the same run stands at the same place: labels, the words of the back."""
        drawn = self.runs.get((alphabet.font, element))
        if drawn is None:
            drawn = self.runs[alphabet.font, element] = _text(element, alphabet, number)
        return drawn


def _text(element: Text, alphabet: Alphabet, number: int) -> str:
    """Operators for one run; a run longer than its width is squeezed by Tz (ISO 32000-1 9.3.4)."""
    codes, advance = alphabet.codes(element.text)
    natural = advance * element.size / alphabet.metrics.units_per_em
    squeeze = 100 * element.width / natural if 0 < element.width < natural else 100
    place = _point(element.x, element.y)
    return f"BT /F{number} {_length(element.size)} Tf {squeeze:.3f} Tz {place} Td <{codes}> Tj ET"


def _length(hundredths: int) -> str:
    return f"{hundredths * _POINT:.3f}"


def _point(x: int, y: int) -> str:
    return f"{x * _POINT:.3f} {(A4_HEIGHT - y) * _POINT:.3f}"


class _Producer(OutputProducer):
    """Writes our fonts and pictures in the place of fpdf's."""

    @override
    def _insert_resources(self, page_objs: list[PDFPage]) -> None:
        canvas = cast(_Canvas, self.fpdf)
        named = {f"F{at}": self._font(letters) for at, letters in enumerate(canvas.alphabets.values(), 1)}
        drawn = {f"I{at}": self._picture(raster(png)) for png, at in canvas.rasters.items()}
        drawn |= {_GROUND: self._picture(antiforgery.ground()), _MIXED: self._picture(antiforgery.mixed(), True)}
        resources = PDFResources(None, _references(named), _references(drawn), None, None, None)
        self._add_pdf_obj(resources)
        for page in page_objs:
            page.resources = resources

    def _font(self, alphabet: Alphabet) -> PDFFont:
        name = f"KIOSKA+{alphabet.metrics.name}"
        subset = alphabet.subset()
        letters = PDFFont("CIDFontType2", name, d_w=1000, w=alphabet.widths())
        letters.c_i_d_system_info = CIDSystemInfo()
        letters.font_descriptor = descriptor = _Descriptor(alphabet, name, subset.file)
        letters.c_i_d_to_g_i_d_map = PDFContentStream(alphabet.glyph_map(subset), compress=True)
        whole = PDFFont("Type0", name, encoding="Identity-H")
        whole.descendant_fonts = PDFArray([letters])
        whole.to_unicode = PDFContentStream(alphabet.to_unicode(), compress=True)
        parts = (letters.c_i_d_system_info, letters.c_i_d_to_g_i_d_map, whole.to_unicode)
        for part in (whole, letters, *parts, descriptor, descriptor.font_file2, descriptor.c_i_d_set):
            self._add_pdf_obj(part)
        return whole

    def _picture(self, picture: Raster, stencil: bool = False) -> PDFXObject:
        predictor = f"/Predictor 15 /Colors 1 /BitsPerComponent {picture.depth} /Columns {picture.width}"
        image = PDFXObject(
            contents=picture.packed,
            subtype="Image",
            width=picture.width,
            height=picture.height,
            color_space=None if stencil else Name("DeviceGray"),
            image_mask=stencil,
            bits_per_component=picture.depth,
            img_filter="FlateDecode",
            decode_parms=f"<<{predictor}>>",
        )
        self._add_pdf_obj(image)
        return image


def _references(named: dict[str, PDFFont] | dict[str, PDFXObject]) -> str | None:
    each = " ".join(f"/{name} {thing.ref}" for name, thing in named.items())
    return f"<<{each}>>" if each else None


class _Descriptor(PDFFontDescriptor):
    """The font's measures, and the cut-down font itself."""

    def __init__(self, alphabet: Alphabet, name: str, file: bytes) -> None:
        metrics, scaled = alphabet.metrics, alphabet.per_mille
        super().__init__(
            ascent=scaled(metrics.ascent),
            descent=scaled(metrics.descent),
            cap_height=scaled(metrics.ascent),
            flags=FontDescriptorFlags.SYMBOLIC,
            font_b_box=f"[{' '.join(f'{scaled(side):g}' for side in metrics.box)}]",
            italic_angle=0,
            stem_v=80,
            missing_width=1000,
        )
        self.font_name = Name(name)
        self.font_file2 = PDFFontStream(file)
        self.c_i_d_set = PDFContentStream(alphabet.code_set(), compress=True)
