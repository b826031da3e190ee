"""Dates as registers hold them: also with unknown day, month or year, and estimated ones.

Separate because koseki, residence register and forms share them. Written like ISO 8601-2 (EDTF
level 1): `1950-03-17`, `1950-03-XX` (日不詳), `1950-XX-XX` (月日不詳), `XXXX-XX-XX` (年月日不詳),
`~` at the end for an estimated date (推定). Source: service.md 9.
"""

import calendar
import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

_FORM = re.compile(r"(\d{4}|XXXX)-(\d\d|XX)-(\d\d|XX)(~?)", re.ASCII)


def parts(text: str) -> tuple[int, int, int, bool] | None:
    """Return year, month, day (0 where unknown) and whether it is estimated; None for no such date."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    year, month, day = (0 if "X" in part else int(part) for part in found.groups()[:3])
    return (year, month, day, bool(found[4])) if _exists(found.groups()[:3], year, month, day) else None


def earliest(text: str) -> date | None:
    """Return the first day that may be meant; None where the year is unknown."""
    year, month, day, _ = _known(text)
    return date(year, month or 1, day or 1) if year else None


def latest(text: str) -> date | None:
    """Return the last day that may be meant: an age reached then is certainly reached."""
    year, month, day, _ = _known(text)
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1]) if year else None


def is_exact(text: str) -> bool:
    """Say whether a whole day is known, and not estimated."""
    found = parts(text)
    return found is not None and found[2] != 0 and not found[3]


def is_before(text: str, other: str) -> bool:
    """Say whether one date certainly lies before the other; what is no date does not."""
    if parts(text) is None or parts(other) is None:
        return False
    last, first = latest(text), earliest(other)
    return last is not None and first is not None and last < first


def _known(text: str) -> tuple[int, int, int, bool]:
    found = parts(text)
    if found is None:
        raise ValueError("no date like 1950-03-17, 1950-03-XX or 1950-XX-XX~")
    return found


def _exists(said: tuple[str, ...], year: int, month: int, day: int) -> bool:
    # What is unknown makes everything finer unknown too.
    unknown = ["X" in part for part in said]
    if unknown != sorted(unknown):
        return False
    if unknown[1]:
        return unknown[0] or year > 0
    last = calendar.monthrange(year, month)[1] if year > 0 and 1 <= month <= 12 else 0
    return bool(last) and (unknown[2] or 1 <= day <= last)


def _text(given: Any) -> Any:
    return given.isoformat() if isinstance(given, date) else given


def _checked(text: str) -> str:
    _known(text)
    return text


RegisteredDate = Annotated[str, BeforeValidator(_text), AfterValidator(_checked)]
"""A field of a file: a TOML date, or a string as above."""
