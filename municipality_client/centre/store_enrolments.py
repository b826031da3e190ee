"""The part of the books that knows applications for 利用登録.

Separate because only the enrolling desk and the clerk's command line read it. One transaction, values
in and out.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, bindparam, insert, select, update
from sqlalchemy.engine import RowMapping

from municipality_client.centre import store_tables as t
from municipality_client.centre.store_registers import RegisterBooks, as_text
from municipality_client.centre.validity import Identity
from municipality_client.enrolment import EnrolmentState

_IN_ORDER = t.applications.c.applied_at, t.applications.c.number
# Asked with every session, put together once.
_DUE = (
    select(t.applications)
    .where(t.applications.c.municipality == bindparam("town"), t.applications.c.due_on <= bindparam("today"))
    .where(t.applications.c.state == EnrolmentState.PENDING)
    .order_by(*_IN_ORDER)
)


@dataclass(frozen=True)
class Filed:
    """An application as it stands in the books; `application` is the signed document (CMS, DER)."""

    number: str
    municipality: str
    identity: Identity
    terminal: str
    request_id: str
    application: bytes = field(repr=False)
    due_on: date
    state: EnrolmentState = EnrolmentState.PENDING
    reason: str = ""


class EnrolmentBooks(RegisterBooks):
    """Applications, in one transaction."""

    def file_application(self, filed: Filed, now: datetime) -> None:
        """Enter an application."""
        row = {
            "number": filed.number,
            "municipality": filed.municipality,
            "issuer": filed.identity.issuer,
            "serial": str(filed.identity.serial),
            "terminal": filed.terminal,
            "request_id": filed.request_id,
            "application": filed.application,
            "applied_at": as_text(now),
            "due_on": filed.due_on.isoformat(),
            "state": filed.state,
            "reason": filed.reason,
        }
        self._run(insert(t.applications), row)

    def application_sent(self, terminal: str, request_id: str) -> Filed | None:
        """Return what a terminal has sent under this request id."""
        found = self._applications(t.applications.c.terminal == terminal, t.applications.c.request_id == request_id)
        return found[0] if found else None

    def applications_in(self, municipality: str) -> tuple[Filed, ...]:
        """Return the queue of a municipality, oldest first, decided ones too."""
        return self._applications(t.applications.c.municipality == municipality)

    def applications_due(self, municipality: str, today: date) -> tuple[Filed, ...]:
        """Return what is not decided though its day has come, oldest first."""
        return tuple(
            _filed(row) for row in self._run(_DUE, {"town": municipality, "today": today.isoformat()}).mappings()
        )

    def applications_of(self, municipality: str, identity: Identity) -> tuple[Filed, ...]:
        """Return what was applied for with this card, and with earlier cards of the same person; oldest first."""
        link = self.link(identity)
        cards = {identity} if link is None else {identity, *self.cards_of(link.person)}
        return tuple(one for one in self.applications_in(municipality) if one.identity in cards)

    def cards_of(self, person: str) -> tuple[Identity, ...]:
        """Return every card that was ever linked to a person, by serial: the newest last."""
        rows = self._run(select(t.links.c.issuer, t.links.c.serial).where(t.links.c.person == person)).all()
        return tuple(sorted((Identity(row.issuer, int(row.serial)) for row in rows), key=lambda one: one.serial))

    def settle_application(self, number: str, state: EnrolmentState, reason: str = "") -> None:
        """Bring an application into another state."""
        key = t.applications.c.number == number
        self._run(update(t.applications).where(key).values(state=state, reason=reason))

    def _applications(self, *where: ColumnElement[bool]) -> tuple[Filed, ...]:
        query = select(t.applications).where(*where).order_by(*_IN_ORDER)
        return tuple(_filed(row) for row in self._run(query).mappings())


def _filed(row: RowMapping) -> Filed:
    return Filed(
        row["number"],
        row["municipality"],
        Identity(row["issuer"], int(row["serial"])),
        row["terminal"],
        row["request_id"],
        row["application"],
        date.fromisoformat(row["due_on"]),
        EnrolmentState(row["state"]),
        row["reason"],
    )
