"""What the tax certificates say, row by row: 所得・課税, 課税, 非課税, 所得 (service.md 2.4).

Separate from the drawing as `koseki_rows` is. Zero is printed as 0, never left blank; what is not
used ends with 以下余白. 令和N年度 shows the income of the year before (X-11).
"""

from collections.abc import Callable, Sequence
from itertools import zip_longest

from municipality_client.centre.forms.facts import Words, birthday
from municipality_client.centre.forms.rows import Row, Word, Writer
from municipality_client.centre.forms.wareki import calendar_year, fiscal_year
from municipality_client.centre.residents import Resident
from municipality_client.centre.tax import DEDUCTIONS, DEPENDANTS, INCOMES, LEVIES, RECEIPTS, TaxRow

Part = Word | str | None
_FOREST_SINCE = 2024


def rows(resident: Resident, row: TaxRow, variant: str, words: Words) -> tuple[Row, ...]:
    """Return the rows of one paper: `taxed`, `untaxed`, `income`, or "" for everything in one."""
    out = Writer(words)
    _header(out, resident, row)
    for section in _SECTIONS[variant]:
        section(out, row)
    out.write("end", row.person, Word("end"))
    return tuple(out.rows)


def _header(out: Writer, resident: Resident, row: TaxRow) -> None:
    year = out.words["year_of"].format(year=fiscal_year(row.year), income=calendar_year(row.year - 1))
    out.write("pair", row.person, Word("year"), year)
    out.write("pair", row.person, Word("address_then"), row.address)
    out.write("pair", row.person, Word("address_now"), resident.address)
    out.write("pair", row.person, Word("name"), resident.name)
    out.write("birth", row.person, Word("birthday"), birthday(resident), Word("sex"), resident.sex)


def _incomes(out: Writer, row: TaxRow) -> None:
    out.write("income_head", row.person, Word("income"), Word("receipts"), Word("income_amount"))
    for parts in [*_income_parts(row), (Word("end"), None, None)]:
        out.write("income", row.person, *parts)
    out.write("income", row.person, Word("total_income"), None, _yen(row.total_income))


def _income_parts(row: TaxRow) -> list[tuple[Part, ...]]:
    return [
        (Word(f"income_{name}"), _yen(row.receipts.get(name, 0)) if name in RECEIPTS else None, _yen(row.incomes[name]))
        for name in INCOMES
        if name in row.incomes
    ]


def _incomes_and_deductions(out: Writer, row: TaxRow) -> None:
    heads = Word("income"), Word("receipts"), Word("income_amount"), Word("deduction"), Word("amount")
    out.write("both_head", row.person, *heads)
    left: list[tuple[Part, ...]] = [*_income_parts(row), (Word("end"), None, None)]
    right: list[tuple[Part, ...]] = [
        (Word(f"deduction_{name}"), _yen(row.deductions[name])) for name in DEDUCTIONS if name in row.deductions
    ]
    right.append((Word("end"), None))
    for one, other in zip_longest(left, right):
        out.write("both", row.person, *(one or (None,) * 3), *(other or (None,) * 2))
    totals = Word("total_income"), None, _yen(row.total_income), Word("total_deductions"), _yen(row.total_deductions)
    out.write("both", row.person, *totals)


def _dependants(out: Writer, row: TaxRow) -> None:
    out.write("gap", row.person)
    out.write("pair", row.person, Word("spouse"), row.spouse or out.words["none"])
    out.write("counts_head", row.person, *(Word(f"dependants_{name}") for name in DEPENDANTS))
    out.write("counts", row.person, *(str(row.dependants.get(name, 0)) for name in DEPENDANTS))


def _levies(out: Writer, row: TaxRow) -> None:
    out.write("gap", row.person)
    out.write("amount", row.person, Word("taxable"), _yen(row.taxable))
    out.write("amount", row.person, Word("adjustment"), _yen(row.adjustment))
    for name in LEVIES:
        if name != "forest" or row.year >= _FOREST_SINCE:
            out.write("amount", row.person, Word(f"levy_{name}"), _yen(row.levies.get(name, 0)))
    out.write("amount", row.person, Word("tax"), _yen(row.tax))


def _untaxed(out: Writer, row: TaxRow) -> None:
    out.write("gap", row.person)
    out.write("amount", row.person, Word("total_income"), _yen(row.total_income))
    out.write("amount", row.person, Word("tax"), _yen(row.tax))
    out.write("statement", row.person, Word("untaxed"))


def _gap(out: Writer, row: TaxRow) -> None:
    out.write("gap", row.person)


def _yen(amount: int) -> str:
    return f"{amount:,}"


Section = Callable[[Writer, TaxRow], None]
_SECTIONS: dict[str, Sequence[Section]] = {
    "": (_gap, _incomes_and_deductions, _dependants, _levies),
    "taxed": (_gap, _incomes_and_deductions, _dependants, _levies),
    "untaxed": (_untaxed,),
    "income": (_gap, _incomes),
}
