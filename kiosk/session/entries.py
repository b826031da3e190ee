"""What a customer enters by hand for 利用登録: places, numbers, names in kana and their conversion. Values only.

Separate from the flow because this is text editing, the same for every field: a touch adds or takes
away a character, and which kanji a reading may stand for is looked up by the screen that offers them.
"""

import unicodedata
from dataclasses import dataclass, field, replace

from municipality_client.messages import EnrolmentDesk

LONGEST_NAME, LONGEST_LOT, LONGEST_TELEPHONE = 20, 12, 11
SHORTEST_TELEPHONE = 10
_MARKS = ("\u3099", "\u309a")
"""Combining dakuten and handakuten."""
_LETTER, _SMALL = "LETTER ", "SMALL "


@dataclass(frozen=True, slots=True)
class Name:
    """One name: `text` is done, `reading` (hiragana) is not converted yet.

    `choosing`: candidates are shown, from `page` on; `by_character`: for single characters, one by one.
    """

    text: str = field(default="", repr=False)
    reading: str = field(default="", repr=False)
    by_character: bool = False
    choosing: bool = False
    page: int = 0

    @property
    def is_done(self) -> bool:
        """True when there is a name and no kana waits for conversion."""
        return bool(self.text) and not self.reading

    def typed(self, kana: str) -> "Name":
        """Add one kana; one too many is dropped."""
        room = len(self.text) + len(self.reading) < LONGEST_NAME
        return replace(self, reading=self.reading + kana) if room else self

    def voiced(self) -> "Name":
        """Give the last kana its next marks: ka to ga, ha to ba to pa, and round."""
        return replace(self, reading=self.reading[:-1] + _next_marks(self.reading[-1:]))

    def small(self) -> "Name":
        """Make the last kana small, or large again."""
        return replace(self, reading=self.reading[:-1] + _other_size(self.reading[-1:]))

    def erased(self) -> "Name":
        """Take away the last kana, or the last character of what is done."""
        if self.reading:
            return replace(self, reading=self.reading[:-1])
        return replace(self, text=self.text[:-1])

    def chosen(self, written: str) -> "Name":
        """Take one candidate for the reading."""
        return replace(self, text=(self.text + written)[:LONGEST_NAME], reading="", choosing=False, page=0)


@dataclass(frozen=True, slots=True)
class Entries:
    """Everything of one application, and the centre's answer it began with.

    `lot`: the keys touched for what stands after the place (1, 0, 番地, 2).
    """

    desk: EnrolmentDesk = field(repr=False)
    place: str = field(default="", repr=False)
    lot: tuple[str, ...] = field(default=(), repr=False)
    family: Name = Name()
    given: Name = Name()
    telephone: str = field(default="", repr=False)

    @property
    def honseki(self) -> str:
        """The 本籍 after the municipality's name."""
        return self.place + "".join(self.lot)

    @property
    def hittosha(self) -> str:
        """Full name of the 筆頭者, as registers write it."""
        return f"{self.family.text}\u3000{self.given.text}"

    @property
    def has_telephone(self) -> bool:
        """True for a number that can be called in Japan."""
        return self.telephone.startswith("0") and len(self.telephone) >= SHORTEST_TELEPHONE


def lot_typed(lot: tuple[str, ...], key: str) -> tuple[str, ...]:
    """Add a digit or a word to a number; it begins with a digit and has each word once."""
    if len(lot) >= LONGEST_LOT or (not key.isdecimal() and (not lot or key in lot)):
        return lot
    return (*lot, key)


def _next_marks(kana: str) -> str:
    plain = unicodedata.normalize("NFD", kana)[:1]
    round_ = [one for mark in ("", *_MARKS) if len(one := unicodedata.normalize("NFC", plain + mark)) == 1]
    return round_[(round_.index(kana) + 1) % len(round_)] if kana in round_ else kana


def _other_size(kana: str) -> str:
    """A small kana stands right before the large one in Unicode."""
    if not kana:
        return kana
    name = unicodedata.name(kana)
    before, after = chr(ord(kana) - 1), chr(ord(kana) + 1)
    if _SMALL in name:
        return after
    return before if unicodedata.name(before, "") == name.replace(_LETTER, _LETTER + _SMALL) else kana
