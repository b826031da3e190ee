"""Composes the pages of a set from register rows: what a municipality's certificate server does.

Separate from signing, which trusts nothing done here (design 3.2 step 5). A page is drawn once;
copies differ only in number, added by `numbered`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from municipality_client.centre.calendar import JST
from municipality_client.centre.dossier import NOBODY, Dossier, Person
from municipality_client.centre.forms import address_rows, facts, flow, koseki_rows, layout, tax_rows
from municipality_client.centre.forms.layout import About, Sheet
from municipality_client.centre.forms.rows import Row
from municipality_client.centre.forms.shapes import Form, form
from municipality_client.centre.forms.sources import Drawn, Unprintable
from municipality_client.centre.koseki import Koseki, Member
from municipality_client.centre.profiles import Profile
from municipality_client.centre.residents import Resident
from municipality_client.errors import BadProfile, MixedUp
from municipality_client.messages import Kind

JOINT = "joint"


@dataclass(frozen=True)
class Commission:
    """What is to be composed: one set of `kind` naming `persons`, as of `now`.

    `dossier` is everything that the registers say of the holder. `year` (0: none) and `variant`
    ("": none; taxed, untaxed, income) say which paper of a kind with several. `practice`: for a
    terminal that prints for training, and every face says so (service.md V-12).
    """

    profile: Profile
    kind: Kind
    title: str
    persons: tuple[Person, ...]
    household: tuple[Resident, ...]
    items: frozenset[str]
    font: str
    now: datetime
    year: int = 0
    variant: str = ""
    dossier: Dossier = NOBODY
    practice: bool = False

    @cached_property
    def form(self) -> Form:
        """The form of the kind; asked for only when there is one."""
        found = form(self.kind, JOINT if self._is_joint else "")
        if found is None:
            raise BadProfile(f"{self.kind}: has no form")
        return found

    @property
    def _is_joint(self) -> bool:
        """Whether the municipality prints a household on one sheet (世帯連記式; service.md 2.1)."""
        terms = self.profile.terms(self.kind, self.now.astimezone(JST).date())
        return terms is not None and terms.sheet == "household"

    @property
    def residents(self) -> tuple[Resident, ...]:
        """Whom it names of the residence register."""
        return tuple(one for one in self.persons if isinstance(one, Resident))

    @property
    def members(self) -> tuple[Member, ...]:
        """Whom it names of the family register."""
        return tuple(one for one in self.persons if isinstance(one, Member))


Compose = Callable[[Commission], tuple[Drawn, ...] | Unprintable]


def compose(commission: Commission) -> tuple[Drawn, ...] | Unprintable:
    """Draw the pages of one set: rows that flow, or sheets of cells for one person or several."""
    of, font = commission.form, commission.font
    if of.flow is not None:
        return flow.draw(of, font, rows(commission), set_facts(commission))
    return layout.draw(of, font, sheets(commission))


def sheets(commission: Commission) -> tuple[Sheet, ...]:
    """Return what each sheet of cells shows."""
    of, everybody, about_set = commission.form, commission.residents, set_facts(commission)
    each = 1 if of.slots is None else of.slots.count
    groups = [everybody[start : start + each] for start in range(0, len(everybody), each)]
    return tuple(
        Sheet(tuple(_about(commission, one) for one in group), about_set, number == 0, number == len(groups) - 1)
        for number, group in enumerate(groups)
    )


def _about(commission: Commission, resident: Resident) -> About:
    """Return the facts of one person that this kind shows with these items."""
    of_person = facts.OF_PERSON[commission.kind]
    said = of_person(resident, commission.household, commission.items, commission.form.words)
    return About(resident.id, resident.foreign is not None, said)


def rows(commission: Commission) -> tuple[Row, ...]:
    """Return the rows of a flowing form."""
    words = commission.form.words
    if commission.kind is Kind.TAX:
        return _tax(commission)
    koseki = _koseki(commission)
    if commission.kind is Kind.KOSEKI_WHOLE:
        return koseki_rows.rows(koseki, koseki.members, words)
    if commission.kind is Kind.KOSEKI_PERSON:
        return koseki_rows.rows(koseki, commission.members, words)
    return address_rows.rows(koseki, _in_addresses(koseki, commission.members), commission.items, words)


def _koseki(commission: Commission) -> Koseki:
    koseki = commission.dossier.koseki
    if koseki is None or not commission.members or any(one not in koseki.members for one in commission.members):
        raise MixedUp("the holder's family register has not whom the order names")
    return koseki


def _in_addresses(koseki: Koseki, named: tuple[Member, ...]) -> tuple[Member, ...]:
    """All of them and nobody left out is the whole 附票: those removed stand in it too."""
    present = tuple(one for one in koseki.members if not one.removed)
    return koseki.members if len(named) == len(present) else named


def _tax(commission: Commission) -> tuple[Row, ...]:
    row = commission.dossier.tax_of(commission.year)
    if row is None or [one.id for one in commission.residents] != [row.person]:
        raise MixedUp("the tax register has no such year of whom the order names")
    return tax_rows.rows(commission.residents[0], row, commission.variant, commission.form.words)


def set_facts(commission: Commission) -> facts.Facts:
    """Return the facts that stand on every copy alike: title, attestation, date, who certifies."""
    mayor, words = commission.profile.mayor, commission.form.words
    # 世帯全員 or a part of it: another attestation (service.md 2.1)
    whole = len(commission.persons) == len(commission.household)
    return {
        "sample": words["practice" if commission.practice else "sample"],
        "title": words.get(f"title_{commission.variant}", commission.title),
        "attestation": words["attestation_whole" if whole else "attestation_part"],
        "issued_on": facts.issued_on(commission.now.astimezone(JST).date()),
        "mayor": f"{mayor.title}\u3000{mayor.name}",
        "official_seal": official_seal(commission.profile),
    }


def copy_facts(of: Form, set_number: str, page: int, pages: int) -> Mapping[str, str]:
    """Return what differs from copy to copy and page to page."""
    return {"set_number": set_number, "page": of.words.get("page", "{page} / {pages}").format(page=page, pages=pages)}


def numbered(commission: Commission, pages: tuple[Drawn, ...], set_number: str) -> tuple[Drawn, ...]:
    """Return the pages of one copy, each with the set's number and its own."""
    of = commission.form
    return tuple(
        page + layout.number(of, commission.font, copy_facts(of, set_number, number, len(pages)))
        for number, page in enumerate(pages, 1)
    )


# Read once a process: a handful of small pictures that never change.
_seals: dict[str, facts.Stamp] = {}


def official_seal(profile: Profile) -> facts.Stamp:
    """Return the 「見本」 seal of a municipality, read once; raises BadProfile."""
    path = profile.mayor.seal_picture
    if path not in _seals:
        width = round(profile.mayor.seal_width_mm * 100)
        try:
            _seals[path] = facts.Stamp(Path(path).read_bytes(), width, width)
        except OSError as error:
            raise BadProfile(f"{path}: {error.strerror}") from error
    return _seals[path]
