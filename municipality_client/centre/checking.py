"""Holds every element of a composed page against what may stand there; anything else is `MixedUp`.

Separate from signing so that it can be read alone: pure, no key, no database. A text is held
against the form's own words, the facts of the set, or the facts of the one person whose page it
is, as worked out afresh; a person who is not on the order has no facts here (F-02, F-04).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from municipality_client.centre import issuing
from municipality_client.centre.forms.facts import Fact, Facts, Stamp
from municipality_client.centre.forms.layout import (
    Drawn,
    Form,
    Label,
    PersonFact,
    Placed,
    SetFact,
    Source,
    Wording,
    fact_names,
)
from municipality_client.centre.issuing import Commission
from municipality_client.centre.people import Resident
from municipality_client.errors import MixedUp
from printer.document import Picture, Rule, Text


def check_set(commission: Commission, pages: Sequence[Drawn], set_number: str) -> None:
    """Raise MixedUp unless `pages` say what `commission` says, all of it and nothing else."""
    residents = [one for one in commission.persons if isinstance(one, Resident)]
    if not residents or len(pages) != len(residents):
        raise MixedUp("the set has not one page for each person")
    about_set = issuing.set_facts(commission)
    for number, (drawn, resident) in enumerate(zip(pages, residents, strict=True), 1):
        about_copy = issuing.copy_facts(set_number, number, len(pages))
        about = issuing.person_facts(commission, resident)
        page = _Expected(commission.form, resident.id, {**about_set, **about_copy}, about, number == len(pages))
        if wrong := page.wrong(drawn):
            raise MixedUp(f"page {number}: {wrong}")


@dataclass(frozen=True)
class _Expected:
    """What one page may and must hold."""

    form: Form
    person: str
    about_set: Facts
    about_person: Facts
    last: bool

    def wrong(self, drawn: Drawn) -> str:
        """Return what is wrong with the page, without quoting it, or ""."""
        said: dict[Source, str] = {}
        for placed in drawn:
            if isinstance(placed.element, Rule):  # lines say nothing
                continue
            if placed.source is None or not self._may_stand(placed):
                return "holds what is not its own"
            # A fact may be folded into several lines: joined in reading order they are the fact.
            if isinstance(placed.element, Text) and not isinstance(placed.source, Label):
                said[placed.source] = said.get(placed.source, "") + placed.element.text
        if any(text != self._fact(source) for source, text in said.items()):
            return "says something else than the register"
        # Nothing may be left out either: a sheet without the name would pass every check above.
        return "" if _names(drawn) == fact_names(self.form, self.last) else "does not say all it must"

    def _may_stand(self, placed: Placed) -> bool:
        if isinstance(placed.source, Label):
            text = placed.element.text if isinstance(placed.element, Text) else ""
            return any(text in cell.label.split("\n") for cell in self.form.cells)
        fact = None if placed.source is None else self._fact(placed.source)
        if isinstance(placed.element, Picture):
            return isinstance(fact, Stamp) and _is(placed.element, fact)
        return isinstance(fact, str)

    def _fact(self, source: Source) -> Fact | None:
        match source:
            case Wording(key):
                return self.form.words.get(key)
            case SetFact(name):
                return self.about_set.get(name)
            # Another person's fact is no fact on this page, however it is labelled.
            case PersonFact(person, field) if person == self.person:
                return self.about_person.get(field)
        return None


def _is(picture: Picture, stamp: Stamp) -> bool:
    """Say whether this picture is that stamp in its true size."""
    return (picture.png, picture.width, picture.height) == (stamp.png, stamp.width, stamp.height)


def _names(drawn: Drawn) -> frozenset[str]:
    found = set()
    for placed in drawn:
        match placed.source:
            case SetFact(name) | PersonFact(_, name):
                found.add(name)
    return frozenset(found)
