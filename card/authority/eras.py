"""Japanese eras as the card and its certificates count them (card.md §2.7, §4.2).

Apart because certificates number the era and keep the Gregorian year, while the numbers printed on
a card count years of the era.
"""

from datetime import date

_STARTS = (date(1868, 1, 25), date(1912, 7, 30), date(1926, 12, 25), date(1989, 1, 8), date(2019, 5, 1))


def number(day: date) -> int:
    """Return 1 明治, 2 大正, 3 昭和, 4 平成, 5 令和, and 0 before."""
    return sum(day >= start for start in _STARTS)


def year(day: date) -> int:
    """Return the year of the era, from 1; the Gregorian year before 明治."""
    era = number(day)
    return day.year - _STARTS[era - 1].year + 1 if era else day.year
