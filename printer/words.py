"""The words of `assets/text/verify.<language>.toml`: on the back of a sheet, in the verdict, on the enquiry page.

Separate so that no sentence stands in a program, and so that the file is read once.
"""

from functools import cache

from pydantic import BaseModel, ConfigDict

import assets
from assets import tables


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BackWords(_Table):
    """What stands on every back; `number` takes {number}."""

    sample: str
    number: str
    title: str
    lines: tuple[str, ...]


class VerdictWords(_Table):
    """What `python -m printer verify` says; keys of the tables are values of `judge.Answer` and `judge.Reason`."""

    test_keys: str
    place: str
    page: str
    set: str
    must_say: str
    compared: str
    look: str
    proves: str
    not_proven: str
    answers: dict[str, str]
    reasons: dict[str, str]


class EnquiryWords(_Table):
    """What the enquiry page says; `unreadable` takes {number}. `other_…` is the same page in the other language."""

    title: str
    other_path: str
    other_code: str
    other_name: str
    how: str
    keeps_nothing: str
    choose: str
    kinds: str
    check: str
    working: str
    offline: str
    result: str
    face: str
    no_face: str
    needs_script: str
    unreadable: str
    too_many: str
    too_large: str
    cut_off: str
    busy: str


@cache
def verdict(language: str = "ja") -> VerdictWords:
    """Return the table [verdict]. Raises assets.tables.FileError where the file is broken."""
    return tables.read(assets.path(f"text/verify.{language}.toml"), VerdictWords, "verdict")


@cache
def enquiry(language: str) -> EnquiryWords:
    """Return the table [enquiry]. Raises assets.tables.FileError where the file is broken."""
    return tables.read(assets.path(f"text/verify.{language}.toml"), EnquiryWords, "enquiry")


@cache
def back() -> BackWords:
    """Return the table [back]. Raises assets.tables.FileError where the file is broken."""
    return tables.read(assets.path("text/verify.ja.toml"), BackWords, "back")
