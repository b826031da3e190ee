"""The words of `assets/text/verify.ja.toml`: on the back of a sheet, and in the verdict.

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


@cache
def verdict() -> VerdictWords:
    """Return the table [verdict]. Raises assets.tables.FileError where the file is broken."""
    return tables.read(assets.path("text/verify.ja.toml"), VerdictWords, "verdict")


@cache
def back() -> BackWords:
    """Return the table [back]. Raises assets.tables.FileError where the file is broken."""
    return tables.read(assets.path("text/verify.ja.toml"), BackWords, "back")
