"""S-05 with many municipalities, S-52 with places: a row of the kana table, one kana, a page.

Separate because screens and steps ask the same question: which of many things are to be seen. Few
are simply listed.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from kiosk.session.events import Touched
from kiosk.session.moves import Result, told
from kiosk.session.states import Browsing, Session

ON_A_SCREEN = 10
"""So many need neither kana nor pages."""
ON_A_PAGE = 6
_ROWS = ("あ", "か", "さ", "た", "な", "は", "ま", "や", "ら", "わ")


class Read(Protocol):
    """Something whose reading is known."""

    @property
    def kana(self) -> str:
        """The reading in hiragana."""
        ...


T = TypeVar("T", bound=Read)


@dataclass(frozen=True)
class Shelf(Generic[T]):
    """What is to be seen: the things of one page (`page` from 0 of `pages`), and what would narrow them down."""

    things: tuple[T, ...] = ()
    rows: tuple[str, ...] = ()
    kana: tuple[str, ...] = ()
    page: int = 0
    pages: int = 1


def shelf(things: Sequence[T], browsing: Browsing) -> Shelf[T]:
    """Return what the customer sees of many things, by kana."""
    ordered = tuple(sorted(things, key=lambda one: one.kana))
    if len(ordered) <= ON_A_SCREEN:
        return Shelf(ordered)
    firsts = sorted({_first(one) for one in ordered})
    rows = tuple(dict.fromkeys(_row(one) for one in firsts)) if not browsing.row else ()
    kana = tuple(one for one in firsts if _row(one) == browsing.row) if not browsing.kana else ()
    found = tuple(one for one in ordered if _is_found(_first(one), browsing))
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(browsing.page, pages - 1)
    return Shelf(found[page * ON_A_PAGE : (page + 1) * ON_A_PAGE], rows, kana, page, pages)


def row_chosen(session: Session, event: Touched) -> Result:
    """Show only what begins with a kana of this row."""
    return replace(told(session, ""), browsing=Browsing(event.value)), ()


def kana_chosen(session: Session, event: Touched) -> Result:
    """Show only what begins with this kana."""
    return replace(told(session, ""), browsing=Browsing(session.browsing.row, event.value)), ()


def turned(session: Session, event: Touched) -> Result:
    """Another page of the same things."""
    return replace(told(session, ""), browsing=replace(session.browsing, page=int(event.value))), ()


def widened(browsing: Browsing) -> Browsing:
    """Return what もどる shows: the whole row again, all rows again."""
    return Browsing(browsing.row) if browsing.kana else Browsing()


def _is_found(first: str, browsing: Browsing) -> bool:
    return first == browsing.kana if browsing.kana else not browsing.row or _row(first) == browsing.row


def _row(kana: str) -> str:
    """Return the first kana of the row of the kana table."""
    return max((row for row in _ROWS if row <= kana), default=_ROWS[0])


def _first(one: Read) -> str:
    """Return the first kana without its voicing mark: が counts as か."""
    return unicodedata.normalize("NFD", one.kana)[0]
