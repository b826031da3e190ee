"""Who may have what, at which price, and why not: profile x register x day, as pure functions.

Separate because these are the rules that `requirements.md` numbers, and because handler and
signer both work them out, each from its own reading of the register. Codes are those of the
error catalogue (service.md 1.5).
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from municipality_client.centre import calendar
from municipality_client.centre.people import Resident, age
from municipality_client.centre.profiles import Item, Lag, Profile, Terms
from municipality_client.messages import Kind, PersonChoice
from municipality_client.order import Order

NOT_FOUND, TOO_YOUNG, MOVING_OUT, NO_SEAL, UNPRINTABLE = "E-30", "E-31", "E-32", "E-34", "E-38"
_RESIDENCE = (Kind.RESIDENCE_COPY, Kind.RESIDENCE_ITEMS)


@dataclass(frozen=True)
class Grant:
    """What one person may have of one kind: not available where `code` says why.

    `fee` in yen per set; `persons` are those whom a set may name.
    """

    kind: Kind
    terms: Terms
    fee: int
    code: str
    persons: tuple[Resident, ...]
    items: tuple[Item, ...]

    @property
    def choice(self) -> PersonChoice:
        """Whether there is anybody to choose."""
        return PersonChoice.HOUSEHOLD if len(self.persons) > 1 else PersonChoice.SELF


def refusal(
    profile: Profile, holder: Resident | None, household: Sequence[Resident], delivered_on: date | None, today: date
) -> str:
    """Return the code why this holder gets nothing at all, or "".

    Protective measures, of anybody in the household, look exactly like "not found" (E-33).
    """
    # One answer for four causes, on purpose: nobody may learn which (E-30, E-33, I-70).
    if holder is None or holder.moved_out or any(one.protected for one in household):
        return NOT_FOUND
    # A card handed out lately is not known yet (I-76, O-49, O-50, X-10).
    if delivered_on is not None and today < usable_from(profile.lag, delivered_on):
        return NOT_FOUND
    # Under 15 (O-10, X-06)
    return TOO_YOUNG if age(holder, today) < profile.min_age.value else ""


def usable_from(lag: Lag, delivered_on: date) -> date:
    """Return the first day on which a card handed out then is known here (I-76, O-49)."""
    if lag.rule == "next_day":
        return delivered_on + timedelta(days=1)
    return calendar.business_days_after(delivered_on, lag.days.value)


def grants(
    profile: Profile,
    holder: Resident,
    household: Sequence[Resident],
    kinds: Collection[Kind],
    today: date,
    closed: Callable[[Kind, Terms], str],
) -> tuple[Grant, ...]:
    """Return a grant for each of `kinds` that the municipality gives today.

    `closed(kind, terms)` is the code of closed hours of that kind, or "".
    """
    found = []
    for kind in profile.certificates:
        terms = profile.terms(kind, today)
        if kind in kinds and terms is not None:
            code = closed(kind, terms) or _withheld(kind, terms, holder, household)
            persons = tuple(household) if "household" in terms.who.value else (holder,)
            fee = terms.fee.on(today) or 0
            found.append(Grant(kind, terms, fee, code, persons, terms.items.value))
    return tuple(found)


def _withheld(kind: Kind, terms: Terms, holder: Resident, household: Sequence[Resident]) -> str:
    # 転出予定者 in the household blocks its residence copies (E-32, X-15).
    if kind in _RESIDENCE and any(one.moving_out for one in household):
        return MOVING_OUT
    # 印鑑登録なし, or 廃印 (E-34, I-21, F-05)
    if terms.seal_registered and (holder.seal is None or holder.seal.void):
        return NO_SEAL
    return ""


def handle(salt: bytes, person: str) -> str:
    """Return the opaque name of a person within one session: 16 hexadecimal digits."""
    return hashlib.sha256(salt + person.encode()).hexdigest()[:16]


def ordered(grant: Grant, holder: Resident, salt: bytes, order: Order) -> tuple[Resident, ...] | None:
    """Return whom the order names, as they follow in the household; None for what was not offered."""
    # Handles are worked out for each person and compared, never looked up: an unknown one names nobody.
    named = tuple(one for one in grant.persons if handle(salt, one.id) in order.persons)
    if not named or len(named) != len(order.persons):
        return None
    # The holder alone where the municipality says so (I-20, O-33).
    if "household" not in grant.terms.who.value and named != (holder,):
        return None
    offered = {item.id for item in grant.items}
    return named if set(order.items) <= offered and len(set(order.items)) == len(order.items) else None
