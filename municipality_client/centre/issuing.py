"""Composes the pages of a set from register rows: what a municipality's certificate server does.

Separate from signing, which trusts nothing done here (design 3.2 step 5). A page is drawn once;
copies differ only in number, added by `numbered`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from municipality_client.centre.calendar import JST
from municipality_client.centre.dossier import NOBODY, Dossier, Person
from municipality_client.centre.forms import facts, layout
from municipality_client.centre.forms.layout import Drawn, Form, Unprintable
from municipality_client.centre.people import Resident
from municipality_client.centre.profiles import Profile
from municipality_client.errors import BadProfile
from municipality_client.messages import Kind


@dataclass(frozen=True)
class Commission:
    """What is to be composed: one set of `kind` naming `persons`, as of `now`.

    `dossier` is everything that the registers say of the holder. `year` (0: none) and `variant`
    ("": none; taxed, untaxed, income) say which paper of a kind with several.
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

    @property
    def form(self) -> Form:
        """The form of the kind; asked for only when there is one."""
        form = layout.form(self.kind)
        if form is None:
            raise BadProfile(f"{self.kind}: has no form")
        return form


Compose = Callable[[Commission], tuple[Drawn, ...] | Unprintable]


def compose(commission: Commission) -> tuple[Drawn, ...] | Unprintable:
    """Draw the pages of one set, a sheet for each person where the form says so."""
    form = commission.form
    about_set = set_facts(commission)
    pages: list[Drawn] = []
    residents = tuple(one for one in commission.persons if isinstance(one, Resident))
    for resident in residents:
        about = person_facts(commission, resident)
        last = resident is residents[-1]
        drawn = layout.draw(form, commission.font, about, about_set, resident.id, last)
        if isinstance(drawn, Unprintable):
            return drawn
        pages.append(drawn)
    return tuple(pages)


def person_facts(commission: Commission, resident: Resident) -> facts.Facts:
    """Return the facts of one person that this kind shows with these items."""
    of_person = facts.OF_PERSON[commission.kind]
    return of_person(resident, commission.household, commission.items, commission.form.words)


def set_facts(commission: Commission) -> facts.Facts:
    """Return the facts that stand on every copy alike: title, attestation, date, who certifies."""
    mayor, words = commission.profile.mayor, commission.form.words
    # 世帯全員 or a part of it: another attestation (service.md 2.1)
    whole = len(commission.persons) == len(commission.household)
    return {
        "title": commission.title,
        "attestation": words["attestation_whole" if whole else "attestation_part"],
        "issued_on": facts.issued_on(commission.now.astimezone(JST).date()),
        "mayor": f"{mayor.title}\u3000{mayor.name}",
        "official_seal": official_seal(commission.profile),
    }


def copy_facts(set_number: str, page: int, pages: int) -> Mapping[str, str]:
    """Return what differs from copy to copy and page to page."""
    return {"set_number": set_number, "page": f"{page} / {pages}"}


def numbered(commission: Commission, pages: tuple[Drawn, ...], set_number: str) -> tuple[Drawn, ...]:
    """Return the pages of one copy, each with the set's number and its own at the foot."""
    return tuple(
        page + layout.number(commission.form, commission.font, copy_facts(set_number, number, len(pages)))
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
