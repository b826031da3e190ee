"""Closing an incident (F-09): only when the papers agree with the books.

Separate from the books because it is a rule about them. In 2023 alarms were answered with "printed
again, all well", and wrong papers stayed with strangers for weeks. Here somebody goes to the kiosk
first, and names the sets that are on paper; the books do not say which they should be.
"""

from dataclasses import dataclass
from datetime import datetime

from municipality_client.centre.store_books import SetState
from municipality_client.centre.store_operations import OperationBooks


@dataclass(frozen=True)
class StillOpen:
    """Why the incident is not closed."""

    reason: str


def close(books: OperationBooks, number: int, papers: frozenset[str], now: datetime) -> StillOpen | None:
    """Close an open incident if `papers` are the set numbers of all papers of its order, and no others."""
    found = next((one for one in books.incidents() if one.id == number), None)
    if found is None:
        return StillOpen(f"{number}: no open incident")
    sets = books.sets(found.terminal, found.request_id)
    if any(one.state in (SetState.RESERVED, SetState.ISSUED) for one in sets):
        return StillOpen(f"{number}: the order is not settled yet; within a day its sets are delivered or void")
    if papers != {one.set_number for one in sets if one.state is SetState.PRINTED}:
        return StillOpen(f"{number}: these are not the papers that the books know of: keep them, call the municipality")
    books.close_incident(number, papers, now)
    return None
