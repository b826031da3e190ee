"""Fiscal years of the tax certificate: which there are on a day, and which papers of them one may have.

Separate because it is arithmetic about years that the pages put loosely (X-11, X-12): 令和N年度 goes
with 1 January of year N and the income of N-1, and begins in June, when the tax is fixed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from municipality_client.centre.dossier import Dossier
from municipality_client.centre.forms.wareki import wareki
from municipality_client.centre.profiles import Terms, Variant
from municipality_client.centre.tax import TaxRow

NO_RECORD, NOT_RESIDENT_THEN, DECLARED_LATELY, OTHER_PAPER = "E-36", "E-37", "E-28", "not-this-year"


@dataclass(frozen=True)
class VariantGrant:
    """One paper of a year; not available where `code` says why."""

    variant: Variant
    code: str


@dataclass(frozen=True)
class YearGrant:
    """One fiscal year (Gregorian) and its papers; not available where `code` says why."""

    year: int
    code: str
    variants: tuple[VariantGrant, ...] = ()


def name(year: int) -> str:
    """Return a fiscal year as it is called: 令和7年度, by the era of its 1 April."""
    return f"{wareki(date(year, 4, 1)).split('年')[0]}年度"


def newest(terms: Terms, today: date) -> int:
    """Return the newest fiscal year that there is on a day (Gregorian year of its 1 January)."""
    # Before the switch in June the year that has begun is not fixed yet.
    begun = f"{today:%m-%d}" >= terms.year_begins
    return today.year - (0 if begun else 1) - (1 if terms.newest_year == "previous" else 0)


def years(terms: Terms, dossier: Dossier, today: date) -> tuple[YearGrant, ...]:
    """Return the years to choose from, newest first, with what is not to be had and why (I-35, O-36)."""
    last = newest(terms, today)
    return tuple(_year(terms, dossier, year) for year in range(last, last - terms.years, -1))


def code(found: Sequence[YearGrant]) -> str:
    """Return why nothing at all is to be had: the newest year's reason, "" where anything is."""
    return found[0].code if found and all(one.code for one in found) else ""


def offers(found: Sequence[YearGrant], year: int, variant: str) -> bool:
    """Say whether an order may name this year and paper; 0 and "" where there is nothing to choose."""
    if not found:
        return (year, variant) == (0, "")
    chosen = next((one for one in found if one.year == year and not one.code), None)
    if chosen is None:
        return False
    return variant in ({one.variant.id for one in chosen.variants if not one.code} if chosen.variants else {""})


def _year(terms: Terms, dossier: Dossier, year: int) -> YearGrant:
    row = dossier.tax_of(year)
    why = _why_not(terms, dossier, row, year)
    if why or row is None:
        return YearGrant(year, why or NO_RECORD)
    variants = tuple(VariantGrant(one, _variant(terms, row, one.id)) for one in terms.variants)
    if variants and all(one.code for one in variants):
        return YearGrant(year, variants[0].code, variants)
    return YearGrant(year, "", variants)


def _why_not(terms: Terms, dossier: Dossier, row: TaxRow | None, year: int) -> str:
    # Only who was on record here on 1 January (I-36, O-35)
    since = dossier.resident.resident_since if dossier.resident is not None else None
    if row is None and terms.resident_on and since is not None and since > date(year, 1, 1):
        return NOT_RESIDENT_THEN
    if row is None or not row.declared:
        return NO_RECORD
    return DECLARED_LATELY if row.awaiting and "any" in terms.after_declaration else ""


def _variant(terms: Terms, row: TaxRow, variant: str) -> str:
    # A declaration is being worked in: blocked until the register says ready (O-52, X-30).
    if row.awaiting and variant in terms.after_declaration:
        return DECLARED_LATELY
    # 課税 is for who is taxed, 非課税 for who is not; 所得 is for anybody.
    return OTHER_PAPER if (variant == "taxed") == (row.tax == 0) and variant != "income" else ""
