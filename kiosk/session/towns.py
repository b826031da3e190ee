"""S-05 with many municipalities: a row of the kana table, one kana, a page.

Separate because screen and steps ask the same question: which of the towns are to be seen. Few
towns are simply listed.
"""

import unicodedata
from dataclasses import dataclass, replace

from kiosk.session.events import Touched
from kiosk.session.moves import Result, told
from kiosk.session.states import Browsing, Session
from municipality_client.messages import Municipalities, MunicipalityBrief

ON_A_SCREEN = 10
"""So many need neither kana nor pages."""
ON_A_PAGE = 6
_ROWS = ("あ", "か", "さ", "た", "な", "は", "ま", "や", "ら", "わ")


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is to be seen: the towns of one page (`page` from 0 of `pages`), and what would narrow them down."""

    towns: tuple[MunicipalityBrief, ...] = ()
    rows: tuple[str, ...] = ()
    kana: tuple[str, ...] = ()
    page: int = 0
    pages: int = 1


def shelf(services: Municipalities | None, browsing: Browsing) -> Shelf:
    """Return what the customer sees of the towns that take part, by kana."""
    towns = () if services is None else tuple(sorted(services.municipalities, key=lambda town: town.kana))
    if len(towns) <= ON_A_SCREEN:
        return Shelf(towns)
    firsts = sorted({_first(town) for town in towns})
    rows = tuple(dict.fromkeys(_row(one) for one in firsts)) if not browsing.row else ()
    kana = tuple(one for one in firsts if _row(one) == browsing.row) if not browsing.kana else ()
    found = tuple(town for town in towns if _is_found(_first(town), browsing))
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(browsing.page, pages - 1)
    return Shelf(found[page * ON_A_PAGE : (page + 1) * ON_A_PAGE], rows, kana, page, pages)


def row_chosen(session: Session, event: Touched) -> Result:
    """S-05: show only towns that begin with a kana of this row."""
    return replace(told(session, ""), browsing=Browsing(event.value)), ()


def kana_chosen(session: Session, event: Touched) -> Result:
    """S-05: show only towns that begin with this kana."""
    return replace(told(session, ""), browsing=Browsing(session.browsing.row, event.value)), ()


def turned(session: Session, event: Touched) -> Result:
    """S-05: another page of the same towns."""
    return replace(told(session, ""), browsing=replace(session.browsing, page=int(event.value))), ()


def widened(browsing: Browsing) -> Browsing:
    """Return what もどる shows: the whole row again, all rows again."""
    return Browsing(browsing.row) if browsing.kana else Browsing()


def _is_found(first: str, browsing: Browsing) -> bool:
    return first == browsing.kana if browsing.kana else not browsing.row or _row(first) == browsing.row


def _row(kana: str) -> str:
    """Return the first kana of the row of the kana table."""
    return max((row for row in _ROWS if row <= kana), default=_ROWS[0])


def _first(town: MunicipalityBrief) -> str:
    """Return the first kana without its voicing mark: が counts as か."""
    return unicodedata.normalize("NFD", town.kana)[0]
