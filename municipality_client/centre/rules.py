"""Who may have what, at which price, and why not: profile x dossier x day, as pure functions.

Separate because these are the rules that `requirements.md` numbers, and because handler and
signer both work them out, each from its own reading of the registers. Codes are those of the
error catalogue (service.md 1.5); E-26, E-27, E-28 and E-45 are this emulator's own.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from municipality_client.centre import calendar, fiscal, registered_dates
from municipality_client.centre.dossier import Dossier, Person
from municipality_client.centre.fiscal import YearGrant
from municipality_client.centre.koseki import Member
from municipality_client.centre.profiles import Item, Profile, Terms
from municipality_client.centre.residents import Resident, age
from municipality_client.messages import Kind, PersonChoice
from municipality_client.order import Order

NOT_FOUND, TOO_YOUNG, NO_SEAL, PENDING, UNPRINTABLE, NOT_ENROLLED = "E-30", "E-31", "E-34", "E-35", "E-38", "E-39"
HONSEKI_ELSEWHERE, LIVES_ELSEWHERE, NO_NEWS = "E-26", "E-27", "E-45"
STALE_MOVE, STALE_FILING, STALE_REGISTER = "stale-move", "stale-filing", "stale-register"


@dataclass(frozen=True)
class Grant:
    """What one person may have of one kind: not available where `code` says why.

    `persons` are those whom a set may name, `items` those that have a meaning for them, `years` what
    is to be chosen of a kind that is kept by year; `warnings` what to know before paying.
    """

    kind: Kind
    terms: Terms
    code: str
    persons: tuple[Person, ...]
    items: tuple[Item, ...]
    years: tuple[YearGrant, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def fee(self) -> int:
        """Yen for one set."""
        return self.terms.fee

    @property
    def choice(self) -> PersonChoice:
        """Whether there is anybody to choose."""
        if len(self.persons) < 2:
            return PersonChoice.SELF
        if self.kind is Kind.KOSEKI_PERSON:
            return PersonChoice.ONE
        return PersonChoice.REGISTER if "same_koseki" in self.terms.who else PersonChoice.HOUSEHOLD


def refusal(profile: Profile, dossier: Dossier, delivered_on: date | None, today: date) -> str:
    """Return the code why this holder gets nothing at all, or "".

    Protective measures, of anybody whom any certificate here might name, look exactly like "not found" (E-33).
    """
    # One answer for many causes, on purpose: nobody may learn which (E-30, E-33, I-70).
    if not (lives_here(dossier) or dossier.member) or _protected(dossier):
        return NOT_FOUND
    if any(today < usable_from(profile, since) for since in _changes(profile, dossier, delivered_on)):
        return NOT_FOUND
    # Under 15 (O-10, X-06)
    least = profile.min_age if lives_here(dossier) else profile.min_age_honseki
    return TOO_YOUNG if _age(dossier, today) < least else ""


def lives_here(dossier: Dossier) -> bool:
    """Say whether the person is on the residence register now."""
    return dossier.resident is not None and not dossier.resident.gone


def _protected(dossier: Dossier) -> bool:
    everybody: Iterable[Person] = (*dossier.household, *dossier.members)
    return any(one.protected for one in everybody) or (dossier.resident is not None and dossier.resident.protected)


def _changes(profile: Profile, dossier: Dossier, delivered_on: date | None) -> list[date]:
    """Return the days from which a lag counts: a card handed out or carried on, a move (I-77, O-49, O-50, X-10)."""
    found = [] if delivered_on is None else [delivered_on]
    moved = _moved_on(dossier)
    if "move" in profile.lag.after and moved is not None:
        found.append(moved)
    return found


def _moved_on(dossier: Dossier) -> date | None:
    """Return the day of the latest notice of a move, or else of the move itself."""
    resident = dossier.resident
    return None if resident is None else resident.notified_on or resident.address_since or resident.resident_since


def usable_from(profile: Profile, since: date) -> date:
    """Return the first day on which what changed on `since` is known here (I-76 ... I-78, O-49)."""
    if profile.lag.rule == "next_day":
        return since + timedelta(days=1)
    return calendar.business_days_after(since, profile.lag.days, profile.closed.maintenance)


def _age(dossier: Dossier, today: date) -> int:
    """Return the age certainly reached; 0 where the birthday's year is unknown."""
    resident, member = dossier.resident, dossier.member
    born = resident.birthday if resident is not None else registered_dates.latest(member.birthday) if member else None
    return 0 if born is None else age(born, today)


def grants(
    profile: Profile,
    dossier: Dossier,
    kinds: Collection[Kind],
    today: date,
    closed: Callable[[Kind, Terms], str],
    stale: bool = False,
) -> tuple[Grant, ...]:
    """Return a grant for each of `kinds` that the municipality gives today.

    `closed(kind, terms)` is the code of closed hours of that kind, or ""; `stale`: no news for too long.
    """
    offered = profile.on(today).certificates.items()
    found = (_grant(profile, dossier, kind, terms, today, closed) for kind, terms in offered if kind in kinds)
    return tuple(_of_stale_registers(one) for one in found) if stale else tuple(found)


def is_stale(profile: Profile, dossier: Dossier, now: datetime) -> bool:
    """Say whether the registers are fed and have had no news for too long (随時連携; F-05, F-06)."""
    return dossier.as_of is not None and now - dossier.as_of > timedelta(minutes=profile.feed_minutes)


def _of_stale_registers(grant: Grant) -> Grant:
    """A seal may be void meanwhile, so none is certified; anything else may only be old, which is said."""
    if grant.terms.seal_registered:
        return replace(grant, code=grant.code or NO_NEWS)
    return replace(grant, warnings=(*grant.warnings, STALE_REGISTER))


def _grant(
    profile: Profile, dossier: Dossier, kind: Kind, terms: Terms, today: date, closed: Callable[[Kind, Terms], str]
) -> Grant:
    persons = _persons(kind, terms, dossier)
    years = fiscal.years(terms, dossier, today) if terms.years else ()
    # What may be had at all comes before the hour: nobody should come again for nothing.
    code = _withheld(kind, terms, dossier) or fiscal.code(years)
    if not code and terms.after_move == "block" and _moved_lately(profile, dossier, today):
        code = NOT_FOUND
    code = code or closed(kind, terms)
    items = tuple(item for item in terms.items if _means_something(item, persons))
    return Grant(kind, terms, code, persons, items, years, _warnings(profile, terms, dossier, today))


def _persons(kind: Kind, terms: Terms, dossier: Dossier) -> tuple[Person, ...]:
    if terms.honseki_here:
        # The whole register names everybody whatever is chosen; the holder stands for it (I-27).
        own = dossier.member
        members = tuple(one for one in dossier.members if not one.removed)
        alone = kind is Kind.KOSEKI_WHOLE or "same_koseki" not in terms.who
        return () if own is None else (own,) if alone else members
    if dossier.resident is None:
        return ()
    return dossier.household if "household" in terms.who else (dossier.resident,)


def _withheld(kind: Kind, terms: Terms, dossier: Dossier) -> str:
    if terms.honseki_here:
        return _koseki_withheld(terms, dossier)
    if not lives_here(dossier):
        return LIVES_ELSEWHERE
    # 転出予定者 in the household blocks its residence copies, and is nobody's business: E-30 for E-32.
    if kind in (Kind.RESIDENCE_COPY, Kind.RESIDENCE_ITEMS) and any(one.moving_out for one in dossier.household):
        return NOT_FOUND
    # 印鑑登録なし, or 廃印 (E-34, I-21, F-05)
    seal = dossier.resident.seal if dossier.resident else None
    return NO_SEAL if terms.seal_registered and (seal is None or seal.void) else ""


def _koseki_withheld(terms: Terms, dossier: Dossier) -> str:
    if dossier.koseki is None or dossier.member is None:
        return HONSEKI_ELSEWHERE
    # Who lives elsewhere, abroad too, must have been let in once (I-24, I-30, O-12, O-40; service.md V-8).
    if not lives_here(dossier) and terms.nonresident == "none":
        return LIVES_ELSEWHERE
    if not lives_here(dossier) and not enrolled(dossier.member, dossier.serial):
        return NOT_ENROLLED
    return PENDING if dossier.koseki.pending and terms.pending_todoke == "block" else ""


def enrolled(member: Member, serial: int) -> bool:
    """Say whether 利用登録 is approved for this very public-key certificate (X-31)."""
    return member.enrolment == "approved" and serial in member.enrolled_serials


def _means_something(item: Item, persons: Collection[Person]) -> bool:
    """Say whether anybody whom the kind names has such an entry: 本籍 is for Japanese, 国籍 for foreigners."""
    residents = [one for one in persons if isinstance(one, Resident)]
    if not residents or item.id in ("relation", "my_number"):
        return True
    return any((one.foreign is None) == (item.id == "honseki") for one in residents)


def _warnings(profile: Profile, terms: Terms, dossier: Dossier, today: date) -> tuple[str, ...]:
    """Return what may be missing on the paper (I-33, O-51, X-09); of the holder's own changes only."""
    found = []
    if terms.after_move == "stale_warning" and _moved_lately(profile, dossier, today):
        found.append(STALE_MOVE)
    if terms.pending_todoke == "stale_warning" and dossier.koseki is not None and dossier.koseki.pending:
        found.append(STALE_FILING)
    return tuple(found)


def _moved_lately(profile: Profile, dossier: Dossier, today: date) -> bool:
    moved = _moved_on(dossier)
    if moved is None or not lives_here(dossier):
        return False
    return moved <= today < calendar.business_days_after(moved, profile.lag.stale_days)


def free_of_charge(grant: Grant) -> Grant:
    """Return the grant without its fee, as for practice (service.md V-12)."""
    return replace(grant, terms=grant.terms.model_copy(update={"fee": 0}))


def handle(salt: bytes, person: str) -> str:
    """Return the opaque name of a person within one session: 16 hexadecimal digits."""
    return hashlib.sha256(salt + person.encode()).hexdigest()[:16]


def ordered(grant: Grant, dossier: Dossier, salt: bytes, order: Order) -> tuple[Person, ...] | None:
    """Return whom the order names, in the register's order; None for what was not offered."""
    # Handles are worked out for each person and compared, never looked up: an unknown one names nobody.
    named = tuple(one for one in grant.persons if handle(salt, one.id) in order.persons)
    if not named or len(named) != len(order.persons) or not _fits(grant.choice, named, dossier.person):
        return None
    if not fiscal.offers(grant.years, order.year, order.variant):
        return None
    offered = {item.id for item in grant.items}
    return named if set(order.items) <= offered and len(set(order.items)) == len(order.items) else None


def _fits(choice: PersonChoice, named: tuple[Person, ...], holder: str) -> bool:
    """Say whether so many may be chosen: the holder alone, one, or any (I-20, I-27, O-33)."""
    if choice is PersonChoice.SELF:
        return [one.id for one in named] == [holder]
    return choice is not PersonChoice.ONE or len(named) == 1
