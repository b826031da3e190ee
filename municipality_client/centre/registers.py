"""The bench's hand in the registers: what an office clerk or the resident system would change.

Separate from the store because scenarios and workbench call it by person and day, not by row.
Each change is one transaction, so an order sees it wholly or not at all (fault-37, F-02, F-05).
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, time

import msgspec

from municipality_client.centre import feed
from municipality_client.centre.feed import AnyChange, Applied
from municipality_client.centre.koseki import Enrolment, Koseki
from municipality_client.centre.residents import Resident
from municipality_client.centre.store import Store
from municipality_client.centre.store_books import Books
from municipality_client.centre.store_operations import OperationBooks
from municipality_client.centre.store_registers import EVERYWHERE, Feed
from municipality_client.centre.validity import Identity
from municipality_client.resetting import ResetSecret


class Registers:
    """Changes to residents, links of cards, and closures; thread-safe."""

    def __init__(self, store: Store, home: str) -> None:
        """`home` is the issuer of the cards of whom no card is known yet."""
        self._store, self.home = store, home

    def books(self) -> AbstractContextManager[OperationBooks]:
        """Return one transaction on everything, for a `with` statement; it is tried once."""
        return self._store.transaction()

    def resident(self, municipality: str, person: str) -> Resident | None:
        """Return a row as it is now."""
        return self._store.run(lambda books: books.resident(municipality, person))

    def change(self, municipality: str, person: str, change: Callable[[Resident], Resident]) -> None:
        """Replace a row by `change(row)`; raises LookupError for nobody."""

        def work(books: Books) -> None:
            resident = books.resident(municipality, person)
            if resident is None:
                raise LookupError(f"{person}: in no register of {municipality}")
            books.change_resident(change(resident))

        self._store.run(work)

    def move(self, municipality: str, person: str, address: str, day: date) -> None:
        """Record a new address within the municipality."""
        self.change(
            municipality,
            person,
            lambda one: msgspec.structs.replace(one, address=address, address_since=day, notified_on=day),
        )

    def leave(self, municipality: str, person: str) -> None:
        """Record that the person has moved out: the row is a removed one (除票) from now on."""
        self.change(municipality, person, lambda one: msgspec.structs.replace(one, moved_out=True))

    def protect(self, municipality: str, person: str, protected: bool = True) -> None:
        """Set or lift protective measures (支援措置), in the family register kept here too."""

        def work(books: Books) -> None:
            resident, koseki = books.resident(municipality, person), books.family_register(municipality, person)
            if resident is None and koseki is None:
                raise LookupError(f"{person}: in no register of {municipality}")
            if resident is not None:
                books.change_resident(msgspec.structs.replace(resident, protected=protected))
            if koseki is not None:
                books.change_family_register(_changed(koseki, person, protected=protected))

        self._store.run(work)

    def revoke_seal(self, municipality: str, person: str) -> None:
        """Make the registered seal void (廃印)."""
        self.change(municipality, person, _without_seal)

    def change_koseki(self, municipality: str, person: str, change: Callable[[Koseki], Koseki]) -> None:
        """Replace the family register of a person by `change(register)`; raises LookupError for none."""

        def work(books: Books) -> None:
            koseki = books.family_register(municipality, person)
            if koseki is None:
                raise LookupError(f"{person}: in no family register of {municipality}")
            books.change_family_register(change(koseki))

        self._store.run(work)

    def transfer(self, municipality: str, person: str, honseki: str) -> None:
        """Record 転籍 within the municipality: a new register, for which nobody has asked for 利用登録 yet (X-31)."""

        def moved(koseki: Koseki) -> Koseki:
            unknown = tuple(
                msgspec.structs.replace(one, enrolment="none", enrolled_serials=()) for one in koseki.members
            )
            return msgspec.structs.replace(koseki, honseki=honseki, members=unknown)

        self.change_koseki(municipality, person, moved)

    def notify_koseki(self, municipality: str, person: str, pending: bool = True) -> None:
        """A 戸籍届 of somebody in the person's register has come in, or is entered (I-26, X-09)."""
        self.change_koseki(municipality, person, lambda one: msgspec.structs.replace(one, pending=pending))

    def declare(self, municipality: str, person: str, awaiting: bool = True) -> None:
        """A tax declaration has come in, or is worked into the newest year (O-52)."""

        def work(books: Books) -> None:
            rows = books.tax(municipality, person)
            if not rows:
                raise LookupError(f"{person}: in no tax register of {municipality}")
            books.change_tax(msgspec.structs.replace(rows[0], awaiting=awaiting))

        self._store.run(work)

    def link(self, person: str, serial: int, delivered_on: date | None = None) -> None:
        """Link a card's public-key certificate to a person; with a day, the lag counts from it."""

        def work(books: Books) -> None:
            books.put_link(Identity(books.issuer_of(person) or self.home, serial), person, delivered_on)

        self._store.run(work)

    def reserve_reset(self, person: str, secret: str, now: datetime) -> None:
        """Enter what the person's phone has reserved: setting a PIN anew, within 24 hours (V-7)."""
        with self._store.transaction() as books:
            books.reserve_reset(person, ResetSecret(secret), now)

    def close(self, starts: datetime, ends: datetime, municipality: str = EVERYWHERE) -> None:
        """Stop the service for maintenance, in one municipality or everywhere (E-24)."""
        self._store.run(lambda books: books.add_closure(municipality, starts, ends))

    def store_hours(self, terminal: str, opens: time, closes: time) -> None:
        """Limit a terminal to the opening hours of its store (I-15, O-06)."""
        self._store.run(lambda books: books.set_store_hours(terminal, opens, closes))

    def enrol(self, municipality: str, person: str, state: Enrolment, serial: int = 0) -> None:
        """Set the 利用登録 of a member who lives elsewhere, for the card with this serial (I-24, X-31)."""
        serials = {"enrolled_serials": (serial,)} if serial else {}
        self.change_koseki(municipality, person, lambda one: _changed(one, person, enrolment=state, **serials))

    def feed(self, changes: Sequence[tuple[str, AnyChange]], codes: frozenset[str], now: datetime) -> Applied:
        """Work a file of changes in, wholly or not at all (随時連携); raises BadFeed."""
        return self._store.run(lambda books: feed.apply(books, changes, codes, now))

    def tell(self, municipality: str, until: datetime) -> None:
        """The municipality has told of every change until then; the registers are fed from now on."""
        self._store.run(
            lambda books: books.advance_feed(municipality, Feed(books.feed(municipality).version + 1, until))
        )

    def incidents(self) -> tuple[str, ...]:
        """Return what an operator must look at, oldest first; no personal data."""
        return tuple(one.what for one in self._store.run(lambda books: books.incidents()))


def _without_seal(resident: Resident) -> Resident:
    if resident.seal is None:
        return resident
    return msgspec.structs.replace(resident, seal=msgspec.structs.replace(resident.seal, void=True))


def _changed(koseki: Koseki, person: str, **changes: object) -> Koseki:
    """Change one member's entry."""
    members = (msgspec.structs.replace(one, **changes) if one.id == person else one for one in koseki.members)
    return msgspec.structs.replace(koseki, members=tuple(members))
