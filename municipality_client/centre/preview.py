"""Every form of a municipality as 見本, before anything is issued: what a clerk looks at and nods.

Separate from issuing because no card, no session and no signature is behind it. People are the
fictional ones of a folder, those of this municipality first; sheets are drawn plainly with Pillow,
without what the printer adds.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from operator import itemgetter
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from municipality_client.centre import fiscal, issuing, koseki_files, people
from municipality_client.centre.calendar import JST
from municipality_client.centre.dossier import Dossier, Person
from municipality_client.centre.forms import shapes
from municipality_client.centre.forms.sources import Drawn, Unprintable
from municipality_client.centre.issuing import Commission
from municipality_client.centre.koseki import Koseki, Member
from municipality_client.centre.people import Entry
from municipality_client.centre.profiles import Profile, Terms
from municipality_client.centre.residents import Resident
from municipality_client.errors import BadProfile
from municipality_client.messages import Kind
from printer import fonts
from printer.document import A4_HEIGHT, A4_WIDTH, Page, Picture, Rule, Text

NUMBER = "000000-00000000-MIHON0-00000000-0"
_DPI = 150


@dataclass(frozen=True)
class Sample:
    """One paper: a name for its files, and its pages."""

    name: str
    pages: tuple[Page, ...]


@dataclass(frozen=True)
class _Case:
    """One commission to draw: whose, which persons, which items, year and paper."""

    name: str
    kind: Kind
    dossier: Dossier
    persons: tuple[Person, ...]
    items: frozenset[str]
    year: int = 0
    variant: str = ""


def samples(profile: Profile, folder: Path, font: str, now: datetime) -> Iterator[Sample]:
    """Yield every form that the municipality gives on the day, filled with fictional people.

    Raises BadProfile where a form cannot be drawn.
    """
    day = now.astimezone(JST).date()
    dossiers = _dossiers(profile.code, folder)
    for kind in Kind:
        terms = profile.terms(kind, day)
        if terms is not None and shapes.form(kind) is not None:
            yield from _first_of_each(profile, terms, _cases(kind, terms, dossiers, day), font, now)


def _first_of_each(
    profile: Profile, terms: Terms, cases: Iterator[_Case], font: str, now: datetime
) -> Iterator[Sample]:
    """Yield the first paper of each name that the font can print."""
    done: set[str] = set()
    failed: dict[str, str] = {}
    for case in cases:
        if case.name in done:
            continue
        commission = _commission(profile, terms, case, font, now)
        drawn = issuing.compose(commission)
        if isinstance(drawn, Unprintable):
            failed[case.name] = drawn.field
            continue
        done.add(case.name)
        yield Sample(case.name, tuple(_page(font, page) for page in issuing.numbered(commission, drawn, NUMBER)))
    for name in failed.keys() - done:
        raise BadProfile(f"{name}: {failed[name]} cannot be printed in {font}")


def draw(page: Page) -> bytes:
    """Draw one page in grey at 150 dpi; returns PNG."""
    image = Image.new("L", (_pixels(A4_WIDTH), _pixels(A4_HEIGHT)), 255)
    pen = ImageDraw.Draw(image)
    for element in page.elements:
        match element:
            case Rule(x1, y1, x2, y2, thickness):
                pen.line([_pixels(x1), _pixels(y1), _pixels(x2), _pixels(y2)], fill=0, width=max(1, _pixels(thickness)))
            case Picture(x, y, width, height, png):
                picture = Image.open(io.BytesIO(png)).convert("L").resize((_pixels(width), _pixels(height)))
                image.paste(picture, (_pixels(x), _pixels(y)))
            case Text():
                _write(image, element, page.font)
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(_DPI, _DPI))
    return out.getvalue()


def _dossiers(code: str, folder: Path) -> list[Dossier]:
    """Return a dossier of everybody who is not gone and may have papers, this municipality's people first."""
    entries = [entry for entry in people.load_all(folder) if not (entry.resident.gone or entry.resident.protected)]
    registers = [entry.koseki for entry in koseki_files.load_all(folder)]
    found = [_dossier(entry, entries, registers) for entry in entries]
    return sorted(found, key=lambda one: one.resident is None or one.resident.municipality != code)


def _dossier(entry: Entry, entries: Sequence[Entry], registers: Sequence[Koseki]) -> Dossier:
    own = entry.resident
    house = [one.resident for one in entries if one.resident.household == own.household]
    household = sorted(house, key=lambda one: (not one.head, one.birthday, one.id))
    koseki = next((one for one in registers if one.member(own.id)), None)
    tax = tuple(sorted((row for row in entry.tax if row.declared), key=lambda row: -row.year))
    return Dossier(own.id, own, tuple(household), koseki, tax)


def _cases(kind: Kind, terms: Terms, dossiers: Sequence[Dossier], day: date) -> Iterator[_Case]:
    match kind:
        case Kind.RESIDENCE_COPY | Kind.RESIDENCE_ITEMS:
            yield from _residence(kind, terms, dossiers)
        case Kind.SEAL:
            sealed = [one for one in dossiers if one.resident and one.resident.seal and not one.resident.seal.void]
            yield from (_Case(kind.value, kind, one, _self(one), frozenset()) for one in sealed)
        case Kind.TAX:
            yield from _tax(kind, terms, dossiers, day)
        case _:
            yield from _koseki(kind, terms, dossiers)


def _residence(kind: Kind, terms: Terms, dossiers: Sequence[Dossier]) -> Iterator[_Case]:
    items = frozenset(item.id for item in terms.items)
    heads = [one for one in dossiers if one.resident is not None and one.resident.head]
    town = _town(heads[0]) if heads else ""
    for dossier in sorted(heads, key=lambda one: (_town(one) != town, _is_foreign(one))):
        yield _Case(f"{kind.value}-omitted", kind, dossier, _self(dossier), frozenset())
    for dossier in sorted(heads, key=lambda one: (_town(one) != town, -len(one.household))):
        yield _Case(f"{kind.value}-household", kind, dossier, dossier.household, items)
    for dossier in dossiers:
        if _is_foreign(dossier):
            yield _Case(f"{kind.value}-foreign", kind, dossier, _self(dossier), items)


def _is_foreign(dossier: Dossier) -> bool:
    return dossier.resident is not None and dossier.resident.foreign is not None


def _town(dossier: Dossier) -> str:
    return dossier.resident.municipality if dossier.resident else ""


def _tax(kind: Kind, terms: Terms, dossiers: Sequence[Dossier], day: date) -> Iterator[_Case]:
    """Yield years that are to be had on the day before others, of those who pay before others."""
    town = _town(dossiers[0]) if dossiers else ""
    rows = [(dossier, row) for dossier in dossiers for row in dossier.tax]
    variants: list[str] = [one.id for one in terms.variants]
    for variant in variants or [""]:
        name = f"{kind.value}-{variant}" if variant else kind.value
        found = []
        for dossier, row in rows:
            if variant in ("", "income") or (variant == "taxed") == (row.tax > 0):
                is_had = fiscal.offers(fiscal.years(terms, dossier, day), row.year, variant)
                found.append(((_town(dossier) != town, not is_had, row.tax == 0), dossier, row))
        for _, dossier, row in sorted(found, key=itemgetter(0)):
            yield _Case(name, kind, dossier, _self(dossier), frozenset(), row.year, variant)


def _koseki(kind: Kind, terms: Terms, dossiers: Sequence[Dossier]) -> Iterator[_Case]:
    listed = [one for one in dossiers if one.koseki is not None and one.member is not None]
    town = _town(listed[0]) if listed else ""
    for dossier in sorted(listed, key=lambda one: (_town(one) != town, -_length(kind, one))):
        present = tuple(one for one in _members(dossier) if not one.removed)
        own = tuple(one for one in present if one.id == dossier.person)
        persons = present if kind is Kind.KOSEKI_ADDRESS else own
        yield _Case(kind.value, kind, dossier, persons, frozenset())
        if terms.items:
            items = frozenset(item.id for item in terms.items)
            yield _Case(f"{kind.value}-items", kind, dossier, persons, items)


def _length(kind: Kind, dossier: Dossier) -> int:
    each = (one.addresses if kind is Kind.KOSEKI_ADDRESS else one.events for one in _members(dossier))
    return sum(len(entries) for entries in each)


def _members(dossier: Dossier) -> tuple[Member, ...]:
    return dossier.koseki.members if dossier.koseki else ()


def _self(dossier: Dossier) -> tuple[Resident, ...]:
    return () if dossier.resident is None else (dossier.resident,)


def _commission(profile: Profile, terms: Terms, case: _Case, font: str, now: datetime) -> Commission:
    what = profile, case.kind, terms.name, case.persons, case.dossier.household
    return Commission(*what, case.items, font, now, case.year, case.variant, case.dossier)


def _page(font: str, drawn: Drawn) -> Page:
    return Page(font, tuple(placed.element for placed in drawn))


def _write(image: Image.Image, text: Text, font: str) -> None:
    """Write one line, squeezed where the page model says so."""
    face = _face(font, _pixels(text.size))
    across, base = _pixels(text.x), _pixels(text.y)
    wide = fonts.width(text.text, text.size, font)
    if not 0 < text.width < wide:
        ImageDraw.Draw(image).text((across, base), text.text, font=face, fill=0, anchor="ls")
        return
    strip = Image.new("L", (_pixels(wide) + 2, 2 * _pixels(text.size)), 255)
    ImageDraw.Draw(strip).text((0, round(1.4 * _pixels(text.size))), text.text, font=face, fill=0, anchor="ls")
    squeezed = strip.resize((max(1, _pixels(text.width)), strip.height))
    image.paste(squeezed, (across, base - round(1.4 * _pixels(text.size))), squeezed.point(lambda level: 255 - level))


@cache
def _face(font: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.where(font)), size)


def _pixels(hundredths: int) -> int:
    return round(hundredths * _DPI / 2540)
