"""Which family names, given names and characters a reading in kana may stand for: three files and how to ask them.

Separate because the files are large and read once, when a name is first converted; how they are made
stands in `build`. Source of names: IPADIC; of single characters: Unihan (see COPYING in this folder).
"""

from enum import StrEnum
from functools import cache

import assets

_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


class Sort(StrEnum):
    """What a reading is looked up as; the value is the file's name."""

    FAMILY = "family"
    GIVEN = "given"
    CHARACTER = "characters"


def candidates(sort: Sort, reading: str) -> tuple[str, ...]:
    """Return what `reading` (hiragana) may be written as, likely ones first; the kana themselves come last."""
    if not reading:
        return ()
    kana = dict.fromkeys((reading, reading.translate(_TO_KATAKANA)))
    return (*entries(sort).get(reading, ()), *kana)


@cache
def entries(sort: Sort) -> dict[str, tuple[str, ...]]:
    """Return everything of one sort: reading -> what it may be written as, likely ones first."""
    lines = assets.path(f"readings/{sort}.tsv").read_text(encoding="utf-8").splitlines()
    split = (line.split("\t") for line in lines if not line.startswith("#"))
    return {reading: tuple(words.split(" ")) for reading, words in split}
