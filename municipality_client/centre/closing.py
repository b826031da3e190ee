"""The daily closing (日次): what each operator has taken for each municipality, proven against the sets.

Separate from the books because it is a rule about them: only a day that is over and settled is
closed, once; closed again, the same lines come out, or the books have been changed since, which is
told and not mended. Source: design 3.3, service.md 5.5.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime

from municipality_client.centre.calendar import JST
from municipality_client.centre.store_books import SetState
from municipality_client.centre.store_operations import Line, OperationBooks

_HEAD = ("day", "operator", "municipality", "kind", "fee", "sets", "amount")


@dataclass(frozen=True)
class Closing:
    """A closed day: lines sorted by operator, municipality, kind."""

    day: date
    lines: tuple[Line, ...]

    @property
    def sets(self) -> int:
        """Delivered sets."""
        return sum(one.sets for one in self.lines)

    @property
    def amount(self) -> int:
        """Yen taken."""
        return sum(one.sets * one.fee for one in self.lines)

    def csv(self) -> str:
        """Return the lines as CSV (RFC 4180), the same bytes whenever it is asked for."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(_HEAD)
        for one in self.lines:
            amount = one.fee * one.sets
            writer.writerow((self.day, one.operator, one.municipality, one.kind, one.fee, one.sets, amount))
        return out.getvalue()


@dataclass(frozen=True)
class NotClosed:
    """Why the day cannot be closed."""

    reason: str


def close(books: OperationBooks, day: date, now: datetime) -> Closing | NotClosed:
    """Close a day of civil time, or return what was closed before."""
    if day >= now.astimezone(JST).date():
        return NotClosed(f"{day} is not over")
    if unsettled := books.unsettled(day):
        return NotClosed(f"{unsettled} sets of {day} are not settled; within a day they are delivered or void")
    lines, known = books.delivered(day), books.closing(day)
    on_paper = books.counted(day, SetState.PRINTED)
    if sum(one.sets for one in lines) != on_paper:
        return NotClosed(f"{on_paper} sets of {day} are on paper, but not all have an order with a fee")
    if known is None:
        books.close_day(day, lines, now)
    elif known != lines:
        return NotClosed(f"{day} was closed with other sums than its sets have now: compare with a backup")
    return Closing(day, lines)
