"""The part of the books that knows reservations to set a PIN anew.

Separate because only the issuer's desk reads it. One transaction, values in and out.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select, update

from municipality_client.centre import store_tables as t
from municipality_client.centre.store_enrolments import EnrolmentBooks
from municipality_client.centre.store_registers import as_text, as_time


@dataclass(frozen=True)
class Reservation:
    """Who may set which secret anew, since when; `used_for` is the card's challenge it was claimed with."""

    id: int
    person: str
    secret: str
    made_at: datetime
    used_for: bytes | None = field(repr=False)


class ReservationBooks(EnrolmentBooks):
    """Reservations, in one transaction."""

    def reserve_reset(self, person: str, secret: str, now: datetime) -> None:
        """Enter a reservation; it takes the place of any before it."""
        self._run(insert(t.pin_reservations), {"person": person, "secret": secret, "made_at": as_text(now)})

    def reservation(self, person: str, secret: str) -> Reservation | None:
        """Return the newest reservation of a person for a secret."""
        c = t.pin_reservations.c
        query = select(t.pin_reservations).where(c.person == person, c.secret == secret).order_by(c.id.desc()).limit(1)
        row = self._run(query).first()
        return None if row is None else Reservation(row.id, row.person, row.secret, as_time(row.made_at), row.used_for)

    def use_reservation(self, reservation: Reservation, challenge: bytes) -> None:
        """Bind a reservation to the card's challenge."""
        c = t.pin_reservations.c
        self._run(update(t.pin_reservations).where(c.id == reservation.id).values(used_for=challenge))
