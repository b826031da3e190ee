"""Rows of the tax register (住民税課税台帳): one person's year, as a value and as it is read.

Separate because tax is kept by fiscal year and by another office. 令和N年度 (`year` = its Gregorian
year) taxes who lived here on 1 January of that year, on the income of the year before (X-11).
All amounts in whole yen. Source: service.md 2.4; 地方税法318条 (賦課期日).
"""

from typing import Annotated, Self

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, model_validator

Yen = Annotated[int, Field(ge=0, le=999_999_999_999, strict=True)]
Count = Annotated[int, Field(ge=0, le=20, strict=True)]
# Sources of income, in the order of the paper; salary and pensions also have what was received (収入)
INCOMES = ("business", "farming", "property", "interest", "dividends", "salary", "pension", "other", "capital_gains")
RECEIPTS = ("salary", "pension")
DEDUCTIONS = (
    "casualty", "medical", "social_insurance", "small_business", "life_insurance", "earthquake_insurance",
    "disabled", "widow", "single_parent", "working_student", "spouse", "special_spouse", "dependants", "basic",
)  # fmt: skip
DEPENDANTS = ("general", "specific", "elderly", "elderly_living_in", "under_16", "disabled", "severely_disabled")
LEVIES = ("city_income", "city_flat", "prefecture_income", "prefecture_flat", "forest")


class TaxRow(Struct, frozen=True):
    """One fiscal year of one person, as 課税台帳 holds it.

    `declared`: income is known (申告済み); without it no certificate (E-36). `awaiting`: a 申告 or
    修正申告 is not worked in yet (O-52). `address`: on 1 January. `spouse`: what the row says of
    a spouse for deduction. Amounts by name, those not named are 0. `levies` by name, `forest` since 2024.
    """

    municipality: str
    person: str
    year: int
    address: str
    declared: bool = True
    awaiting: bool = False
    receipts: dict[str, int] = {}
    incomes: dict[str, int] = {}
    deductions: dict[str, int] = {}
    dependants: dict[str, int] = {}
    spouse: str = ""
    taxable: int = 0
    adjustment: int = 0
    levies: dict[str, int] = {}

    @property
    def total_income(self) -> int:
        """合計所得金額."""
        return sum(self.incomes.values())

    @property
    def total_deductions(self) -> int:
        """所得控除合計."""
        return sum(self.deductions.values())

    @property
    def tax(self) -> int:
        """年税額."""
        return sum(self.levies.values())


class TaxTable(BaseModel):
    """One table [[register.tax]] of a person's file."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    year: Annotated[int, Field(ge=2000, le=2100)]
    address: Annotated[str, Field(min_length=1)]
    declared: bool = True
    awaiting: bool = False
    receipts: dict[str, Yen] = {}
    incomes: dict[str, Yen] = {}
    deductions: dict[str, Yen] = {}
    dependants: dict[str, Count] = {}
    spouse: str = ""
    taxable: Yen = 0
    adjustment: Yen = 0
    levies: dict[str, Yen] = {}

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        known = {"receipts": RECEIPTS, "incomes": INCOMES, "deductions": DEDUCTIONS, "dependants": DEPENDANTS}
        for field, names in {**known, "levies": LEVIES}.items():
            if strange := sorted(set(getattr(self, field)) - set(names)):
                raise ValueError(f"{field}: does not know {', '.join(strange)}")
        if any(self.receipts.get(name, 0) < self.incomes.get(name, 0) for name in RECEIPTS):
            raise ValueError("incomes: more income than was received")
        if self.taxable > max(0, sum(self.incomes.values()) - sum(self.deductions.values())):
            raise ValueError("taxable: more than income less deductions")
        if self.levies.get("forest") and self.year < 2024:
            raise ValueError("levies: 森林環境税 is levied since 令和6年度")
        return self

    def row(self, municipality: str, person: str) -> TaxRow:
        """Return the row of this person."""
        return TaxRow(municipality=municipality, person=person, **self.model_dump())
