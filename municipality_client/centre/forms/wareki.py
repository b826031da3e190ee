"""Dates as certificates print them: Japanese era, first year 元年; unknown and estimated days in words.

Separate because it is a table of facts about the calendar. Eras change in the middle of a year,
and the new era counts from that day on (service.md 9). Foreign residents' birthdays are 西暦.
"""

from datetime import date

from municipality_client.centre import registered_dates

_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 10, 23), "明治"),
)
_ESTIMATED, _UNKNOWN_DAY, _UNKNOWN_MONTH, _UNKNOWN_YEAR = "推定", "日不詳", "月日不詳", "年月日不詳"


def wareki(day: date) -> str:
    """Return `day` like 「昭和55年2月17日」; days before 明治 come in the Gregorian calendar."""
    return f"{_year(day)}{day.month}月{day.day}日"


def fiscal_year(year: int) -> str:
    """Return a fiscal year like 「令和8年度」, by the era of its 1 April."""
    return f"{_year(date(year, 4, 1))}度"


def calendar_year(year: int) -> str:
    """Return a whole year like 「令和7年」, by the era of its last day."""
    return _year(date(year, 12, 31))


def registered(text: str, western: bool = False) -> str:
    """Return a registered date (EDTF) in words: 「昭和25年3月日不詳」, 「推定昭和20年1月1日」, 「年月日不詳」.

    `western`: in the Gregorian calendar, as foreign residents' birthdays stand (service.md 9).
    """
    found = registered_dates.parts(text)
    if found is None:
        raise ValueError("no registered date")
    year, month, day, estimated = found
    first, last = registered_dates.earliest(text), registered_dates.latest(text)
    said = _UNKNOWN_YEAR
    if year and first is not None and last is not None:
        said = (f"{year}年" if western else _years(first, last)) + _rest(month, day)
    return f"{_ESTIMATED if estimated else ''}{said}"


def in_words(text: str) -> str:
    """Return a registered date in words, and any other text as it is."""
    return registered(text) if registered_dates.parts(text) is not None else text


def _years(first: date, last: date) -> str:
    # An unknown day may lie in either era: 「昭和64年（平成元年）」.
    one, other = _year(first), _year(last)
    return one if one == other else f"{one}（{other}）"


def _rest(month: int, day: int) -> str:
    if not month:
        return _UNKNOWN_MONTH
    return f"{month}月{day}日" if day else f"{month}月{_UNKNOWN_DAY}"


def _year(day: date) -> str:
    for first, era in _ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{era}{'元' if year == 1 else year}年"
    return f"西暦{day.year}年"
