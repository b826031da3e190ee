"""From a challenge to an offer: who holds the card, and what this person may have here and now.

Separate from ordering because it ends in a value that authorises exactly one order. A challenge
is good once, for one terminal, request and municipality, for a minute; a session for five.
Service hours are looked at when the challenge is given, so that who began in time may finish
(fault-39); everything about the person when it is answered, and again with the order.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from municipality_client import messages as m
from municipality_client.centre import calendar, catalogue, fiscal, refusals, rules
from municipality_client.centre.calendar import JST, Timetable
from municipality_client.centre.catalogue import Catalogue
from municipality_client.centre.dossier import Dossier, Person
from municipality_client.centre.fiscal import YearGrant
from municipality_client.centre.forms import layout
from municipality_client.centre.profiles import Profile, Terms
from municipality_client.centre.residents import shortened
from municipality_client.centre.rules import Grant
from municipality_client.centre.store_books import Asked, Books, Session
from municipality_client.centre.validity import Identity, Invalid, Validator
from municipality_client.order import auth_digest

CHALLENGE_LIFE = timedelta(seconds=60)
SESSION_LIFE = timedelta(minutes=5)
CARD_TWICE = "one card in use at two terminals"


@dataclass(frozen=True)
class Holder:
    """The person of a card in one municipality, what the registers say, and what may be had."""

    profile: Profile
    dossier: Dossier
    grants: tuple[Grant, ...]
    table: Timetable
    practice: bool = False


@dataclass(frozen=True)
class Asker:
    """Whose card asks which municipality, from where, since when."""

    identity: Identity
    municipality: str
    terminal: str
    opened_at: datetime


class Authentication:
    """Gives challenges, checks answers, makes offers."""

    def __init__(self, directory: Catalogue, validator: Validator, random_bytes: Callable[[int], bytes]) -> None:
        """`random_bytes(n)` is the only source of chance."""
        self._catalogue, self._validator, self._random_bytes = directory, validator, random_bytes

    def challenge(self, books: Books, ask: m.AskChallenge, terminal: str, now: datetime) -> m.Challenge | m.Problem:
        """Answer AskChallenge; E-20, E-22, E-23, E-24 before anybody enters a PIN."""
        profile = self._catalogue.taking_part(ask.municipality, terminal, now)
        if profile is None:
            return refusals.by_code("E-20")
        if code := self._catalogue.timetable(books, profile, terminal).code(now):
            return refusals.by_code(code)
        expires_at = (now + CHALLENGE_LIFE).astimezone(JST)
        asked = Asked(terminal, ask.request_id, ask.municipality, expires_at)
        challenge = self._fresh(lambda drawn: books.add_challenge(drawn, asked))
        return m.Challenge(ask.request_id, challenge, expires_at)

    def opening(self, ask: m.OpenSession, terminal: str, now: datetime) -> Callable[[Books], m.Offer | m.Problem]:
        """Check the card's public-key certificate, which needs no books; return what is left to be done with them."""
        identify = self.identifying(ask, terminal, now)
        return lambda books: self._open_session(books, ask, terminal, now, identify(books))

    def identifying(
        self, ask: m.OpenSession | m.OpenEnrolment, terminal: str, now: datetime
    ) -> Callable[[Books], Identity | m.Problem]:
        """Check the card's certificate; what is returned uses the challenge up and says whose card answered it."""
        valid = self._validator.check(ask.auth_cert, now)

        def identity(books: Books) -> Identity | m.Problem:
            if problem := challenge_problem(books, ask.challenge, (terminal, ask.request_id, ask.municipality), now):
                return problem
            if isinstance(valid, Invalid):
                return refusals.by_reason(valid.reason) if valid.reason else refusals.by_code(valid.code)
            digest = auth_digest(ask.challenge, terminal, ask.municipality, ask.request_id)
            return valid.identity if valid.answers(digest, ask.signature) else refusals.by_reason("signature-wrong")

        return identity

    def _open_session(
        self, books: Books, ask: m.OpenSession, terminal: str, now: datetime, identity: Identity | m.Problem
    ) -> m.Offer | m.Problem:
        """Answer OpenSession."""
        if isinstance(identity, m.Problem):
            return identity
        holder = self.holder(books, Asker(identity, ask.municipality, terminal, now), now)
        if isinstance(holder, m.Problem):
            return holder
        salt, expires_at = self._random_bytes(16), (now + SESSION_LIFE).astimezone(JST)
        cert = hashlib.sha256(ask.auth_cert).digest()
        where = terminal, ask.municipality, identity, cert, salt
        token = self.begin(books, Session(*where, now, expires_at, None))
        return _offer(ask, token, salt, holder, expires_at)

    def begin(self, books: Books, session: Session) -> str:
        """Enter a session under a token of its own, and return that."""
        # One card is at one place: two at once is a copy, or a key in other hands. Somebody must look.
        if books.terminals_with(session.identity, session.opened_at) - {session.terminal}:
            books.add_incident(session.opened_at, session.terminal, "", CARD_TWICE)
        return self._fresh(lambda drawn: books.add_session(drawn.hex(), session)).hex()

    def _fresh(self, enter: Callable[[bytes], bool]) -> bytes:
        """Draw 32 bytes and enter them; others, where chance begins again from its seed, as in a replay."""
        while not enter(drawn := self._random_bytes(32)):
            pass
        return drawn

    def holder(self, books: Books, asker: Asker, now: datetime) -> Holder | m.Problem:
        """Work out person, dossier and grants; hours as of `opened_at`, everything else as of `now`."""
        # Both callers have seen that the municipality takes part.
        today = now.astimezone(JST).date()
        profile = self._catalogue.profiles[asker.municipality].on(today)
        link, dossier = books.of_card(asker.municipality, asker.identity)
        delivered_on = None if link is None else link.delivered_on
        code = rules.refusal(profile, dossier, delivered_on, today)
        # A terminal in the town hall serves residents only (service.md V-10).
        if not code and self._catalogue.town_hall(asker.terminal) and not rules.lives_here(dossier):
            code = rules.LIVES_ELSEWHERE
        if code:
            return refusals.by_code(code)
        table = self._catalogue.timetable(books, profile, asker.terminal)

        # Hours count from when the authentication began, so that who began in time may finish.
        def closed(kind: m.Kind, terms: Terms) -> str:
            return calendar.for_kind(table, kind, terms.hours).code(asker.opened_at)

        stale = rules.is_stale(profile, dossier, now)
        granted = rules.grants(profile, dossier, layout.kinds(), today, closed, stale)
        practice = self._catalogue.is_practice(asker.terminal)
        if practice:
            granted = tuple(map(rules.free_of_charge, granted))
        return Holder(profile, dossier, granted, table, practice)


def challenge_problem(
    books: Books, challenge: bytes, given_to: tuple[str, str, str], now: datetime
) -> m.Problem | None:
    """Use a challenge up; `given_to` is the (terminal, request id, municipality) that it must have been given to."""
    # Taken before it is looked at: a second try finds none, whatever became of the first.
    asked = books.take_challenge(challenge)
    if asked is None or (asked.terminal, asked.request_id, asked.municipality) != given_to:
        return refusals.by_reason("challenge-unknown")
    return refusals.by_reason("challenge-expired") if now > asked.expires_at else None


def _offer(ask: m.OpenSession, token: str, salt: bytes, holder: Holder, expires_at: datetime) -> m.Offer:
    kinds = tuple(_offered(grant, holder, salt) for grant in holder.grants)
    own = holder.dossier.resident or holder.dossier.member
    name = "" if own is None else shortened(own)
    return m.Offer(ask.request_id, token, ask.municipality, name, kinds, expires_at)


def _offered(grant: Grant, holder: Holder, salt: bytes) -> m.OfferedKind:
    form = layout.form(grant.kind)
    words = {} if form is None else form.items
    own = calendar.for_kind(holder.table, grant.kind, grant.terms.hours)
    return m.OfferedKind(
        kind=grant.kind,
        name=grant.terms.name,
        fee=grant.fee,
        available=not grant.code,
        code=grant.code,
        persons=_persons(grant.persons, holder.dossier.person, salt),
        person_choice=grant.choice,
        items=_items(grant, words),
        max_copies=holder.profile.max_copies,
        hours=catalogue.hours(own),
        notes=grant.terms.notes,
        years=tuple(_year(year) for year in grant.years),
        warnings=grant.warnings,
    )


def _year(year: YearGrant) -> m.OfferedYear:
    variants = tuple(m.OfferedVariant(v.variant.id, v.variant.name, not v.code, v.code) for v in year.variants)
    return m.OfferedYear(year.year, fiscal.name(year.year), not year.code, year.code, variants)


def _persons(persons: Sequence[Person], holder: str, salt: bytes) -> tuple[m.OfferedPerson, ...]:
    return tuple(
        m.OfferedPerson(rules.handle(salt, one.id), shortened(one), one.relation, one.id == holder) for one in persons
    )


def _items(grant: Grant, words: Mapping[str, str]) -> tuple[m.OfferedItem, ...]:
    return tuple(m.OfferedItem(item.id, words[item.id], item.default, item.warning) for item in grant.items)
