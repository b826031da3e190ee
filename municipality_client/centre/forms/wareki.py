"""Dates as certificates print them: Japanese era, first year 元年.

Separate because it is a table of facts about the calendar. Eras change in the middle of a day's
date, and the new era counts from that day on (service.md 9).
"""

from datetime import date

_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 10, 23), "明治"),
)


def wareki(day: date) -> str:
    """Return `day` like 「昭和55年2月17日」; days before 明治 come in the Gregorian calendar."""
    for first, era in _ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"西暦{day.year}年{day.month}月{day.day}日"
