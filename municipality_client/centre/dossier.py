"""Everything that one municipality's registers say of one person: what rules, composer and signer work on.

Separate so that handler and signer read the same things from the books, each for itself, and so
that a person may stand in the family register without living here (I-24, O-12).
"""

from datetime import datetime

from msgspec import Struct

from municipality_client.centre.koseki import Koseki, Member
from municipality_client.centre.residents import Resident
from municipality_client.centre.tax import TaxRow

Person = Resident | Member


class Dossier(Struct, frozen=True):
    """`resident` and `household` (those who are not gone): residence register; `koseki`: the family

    register kept here of which the person is a member now; `tax`: rows, newest year first; `serial` of
    the public-key certificate that asks, to which a 利用登録 is bound (X-31). `version` and `as_of` of the
    registers as a whole: how many changes, and until when they were told of them (None: they are kept here).
    """

    person: str
    resident: Resident | None = None
    household: tuple[Resident, ...] = ()
    koseki: Koseki | None = None
    tax: tuple[TaxRow, ...] = ()
    serial: int = 0
    version: int = 0
    as_of: datetime | None = None

    @property
    def member(self) -> Member | None:
        """The person's own entry in the family register."""
        return None if self.koseki is None else self.koseki.member(self.person)

    @property
    def members(self) -> tuple[Member, ...]:
        """Everybody in the family register, removed ones too."""
        return () if self.koseki is None else self.koseki.members

    def tax_of(self, year: int) -> TaxRow | None:
        """Return the row of one fiscal year."""
        return next((row for row in self.tax if row.year == year), None)


NOBODY = Dossier("")
