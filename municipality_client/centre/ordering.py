"""From an order to its settlement: numbers, composing, signing, the books.

Separate from authentication, which it trusts for nothing but the session row: every rule is
worked out again. One order is one transaction: its sets are numbered, signed and booked in the
same commit, or nothing happened. Repeating a request changes nothing (fault-27, fault-28).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from municipality_client import messages as m
from municipality_client import set_number
from municipality_client.centre import issuing, refusals, rules
from municipality_client.centre.authenticating import Asker, Authentication, Holder
from municipality_client.centre.calendar import JST
from municipality_client.centre.forms.layout import Drawn, Unprintable
from municipality_client.centre.issuing import Commission, Compose
from municipality_client.centre.rules import Grant
from municipality_client.centre.signing import Signer
from municipality_client.centre.store_books import BookedSet, Books, OrderState, Placed, Session, SetState
from municipality_client.errors import MixedUp, ProtocolError
from municipality_client.order import Order, read_order
from municipality_client.wire import PROBLEM_TYPE
from printer import fonts

_ASTRAY = frozenset(PROBLEM_TYPE + reason for reason in ("order-mismatch", "order-not-offered"))
_STATES = {m.Outcome.DELIVERED: SetState.PRINTED, m.Outcome.VOID: SetState.VOID}
_GONE = {
    OrderState.VOID: m.ORDER_VOID,
    OrderState.SETTLED: "order-settled",
    OrderState.MIXED_UP: "mixed-up",
}


@dataclass(frozen=True)
class _Work:
    """One order under way: who asked, with what bytes, in which session, for which commission."""

    terminal: str
    ask: m.PlaceOrder
    order: Order
    session: Session
    grant: Grant
    commission: Commission


class Ordering:
    """Takes orders, answers again for those taken, and settles them."""

    def __init__(self, authentication: Authentication, signer: Signer, compose: Compose) -> None:
        """`compose` draws pages; `signer` believes none of them."""
        self._authentication, self._signer, self._compose = authentication, signer, compose

    def place(self, books: Books, ask: m.PlaceOrder, terminal: str, now: datetime) -> m.Issued | m.Problem:
        """Answer PlaceOrder."""
        # First of all, whether it was asked before: then session and rules have had their say (fault-28).
        placed = books.order(terminal, ask.request_id)
        if placed is not None:
            return _again(placed, hashlib.sha256(ask.order).digest())
        work = self._admit(books, ask, terminal, now)
        if isinstance(work, m.Problem):
            # A right kiosk never asks so: somebody is to look at it.
            if work.type in _ASTRAY:
                books.add_incident(now, terminal, ask.request_id, work.type.removeprefix(PROBLEM_TYPE))
            return work
        # Drawn once and before a number is taken: what cannot be printed costs neither number nor session.
        pages = self._compose(work.commission)
        if isinstance(pages, Unprintable):
            return _unprintable(pages, work.commission)
        return self._issue(books, work, pages, now)

    def ask(self, books: Books, ask: m.AskOrder, terminal: str) -> m.Issued | m.Problem:
        """Answer AskOrder; an order of another terminal is not known here."""
        placed = books.order(terminal, ask.request_id)
        return refusals.by_reason(m.ORDER_UNKNOWN) if placed is None else _again(placed, placed.order_sha256)

    def settle(self, books: Books, ask: m.Results, terminal: str, now: datetime) -> m.Settled | m.Problem:
        """Answer Results: all of them are booked, or, when one contradicts the books, none."""
        books.hold_order(terminal, ask.request_id)
        booked = {one.set_number: one for one in books.sets(terminal, ask.request_id)}
        if not booked:
            return refusals.by_reason(m.ORDER_UNKNOWN)
        # All or nothing: a list with one impossible line is not half believed.
        if _ambiguous(ask.results) or any(_contradicts(result, booked) for result in ask.results):
            books.add_incident(now, terminal, ask.request_id, "results-contradict")
            return refusals.by_reason("results-contradict")
        for result in ask.results:
            books.move_set(result.set_number, _STATES[result.outcome], result.sheets)
        return _settled(books, terminal, ask.request_id, OrderState.SETTLED)

    def void(self, books: Books, ask: m.Void, terminal: str, now: datetime) -> m.Settled | m.Problem:
        """Answer Void; an order that has not arrived yet will find itself refused (F-01)."""
        if books.order(terminal, ask.request_id) is None:
            books.add_order(terminal, ask.request_id, Placed(b"", "", "", 0, OrderState.ISSUED, None), now)
        books.hold_order(terminal, ask.request_id)
        books.void_sets(terminal, ask.request_id)
        return _settled(books, terminal, ask.request_id, OrderState.VOID)

    def _admit(self, books: Books, ask: m.PlaceOrder, terminal: str, now: datetime) -> _Work | m.Problem:
        """Check session and order, and work out once more what may be had."""
        # Who, when, once: the session of this terminal, within five minutes, not used up.
        session = books.session(ask.session)
        if session is None or session.terminal != terminal:
            return refusals.by_reason("session-unknown")
        if session.used_by is not None:
            return refusals.by_reason("session-used")
        if now > session.expires_at:
            return refusals.by_reason("session-expired")
        order = _order(ask, terminal, session)
        if isinstance(order, m.Problem):
            return order
        # The register as it is now: what has changed since the offer counts (fault-37).
        asker = Asker(session.identity, session.municipality, terminal, session.opened_at)
        holder = self._authentication.holder(books, asker, now)
        if isinstance(holder, m.Problem):
            return holder
        return _commissioned(ask, terminal, order, session, holder, now)

    def _issue(self, books: Books, work: _Work, pages: tuple[Drawn, ...], now: datetime) -> m.Issued | m.Problem:
        """Number, sign and book every copy; when the signer stops, all numbers are void for ever."""
        numbers = [self._reserve(books, work, len(pages), now) for _ in range(work.order.copies)]
        books.use_session(work.ask.session, work.ask.request_id)
        digest = hashlib.sha256(work.ask.order).digest()
        terms = digest, work.order.municipality, work.order.kind, work.grant.fee
        try:
            sets = tuple(self._sign(books, work, number, pages, now) for number in numbers)
        except MixedUp as stop:
            # A hard stop that stays: the numbers are void, the same request is refused for ever (F-09).
            books.add_incident(now, work.terminal, work.ask.request_id, f"mixed-up: {stop}")
            books.void_sets(work.terminal, work.ask.request_id)
            placed = Placed(*terms, OrderState.MIXED_UP, None)
            books.add_order(work.terminal, work.ask.request_id, placed, now)
            return refusals.by_reason("mixed-up")
        issued = m.Issued(work.ask.request_id, sets, work.grant.fee, work.grant.fee * len(sets))
        placed = Placed(*terms, OrderState.ISSUED, msgspec.json.encode(issued))
        books.add_order(work.terminal, work.ask.request_id, placed, now)
        return issued

    def _reserve(self, books: Books, work: _Work, pages: int, now: datetime) -> str:
        day = now.astimezone(JST).date()
        serial = books.reserve(work.order.municipality, day, work.terminal)
        number = set_number.make(work.order.municipality, day, work.terminal, serial)
        books.add_set(number, work.terminal, work.ask.request_id, pages, work.commission.dossier.version)
        return number

    def _sign(self, books: Books, work: _Work, number: str, pages: tuple[Drawn, ...], now: datetime) -> m.IssuedSet:
        copy = issuing.numbered(work.commission, pages, number)
        signed = self._signer.sign_set(books, work.session, work.ask.order, number, copy, now)
        books.move_set(number, SetState.ISSUED)
        return m.IssuedSet(number, signed)


def _again(placed: Placed, order_sha256: bytes) -> m.Issued | m.Problem:
    """Answer once more what was answered, to the same order only."""
    # A void that came before its order has no order bytes to compare with.
    if placed.state is OrderState.VOID:
        return refusals.by_reason(m.ORDER_VOID)
    if placed.order_sha256 != order_sha256:
        return refusals.by_reason(m.REQUEST_REUSED)
    if placed.answer is None:
        return refusals.by_reason(_GONE[placed.state])
    return msgspec.json.decode(placed.answer, type=m.Issued)


def _order(ask: m.PlaceOrder, terminal: str, session: Session) -> Order | m.Problem:
    """Read the order and hold it against the request, the terminal and the card."""
    try:
        order = read_order(ask.order)
    except ProtocolError:
        return refusals.by_reason("bad-request")
    # What the kiosk says of itself must be what TLS and the card say (fault-12, fault-29).
    said = order.request_id, order.terminal, order.municipality, order.cert_sha256
    if said != (ask.request_id, terminal, session.municipality, session.cert_sha256):
        return refusals.by_reason("order-mismatch")
    return order


def _commissioned(
    ask: m.PlaceOrder, terminal: str, order: Order, session: Session, holder: Holder, now: datetime
) -> _Work | m.Problem:
    """Turn the order into a commission, or say why it may not be had."""
    grant = next((one for one in holder.grants if one.kind == order.kind), None)
    if grant is None:
        return refusals.by_reason("order-not-offered")
    if grant.code:
        return refusals.by_code(grant.code)
    persons = rules.ordered(grant, holder.dossier, session.salt, order)
    if persons is None or order.copies > holder.profile.max_copies:
        return refusals.by_reason("order-not-offered")
    if not fonts.is_installed(order.font):
        return refusals.by_code(rules.UNPRINTABLE, "font")
    what = holder.profile, grant.kind, grant.terms.name, persons, holder.dossier.household
    which = order.year, order.variant, holder.dossier, holder.practice
    commission = Commission(*what, frozenset(order.items), order.font, now, *which)
    return _Work(terminal, ask, order, session, grant, commission)


def _unprintable(found: Unprintable, commission: Commission) -> m.Problem:
    """Refuse what cannot be printed; what is wrong with another person's name is nobody's business (E-30)."""
    dossier = commission.dossier
    others = {one.id for one in commission.household} | {one.id for one in dossier.members}
    if found.person in others - {dossier.person}:
        return refusals.by_code(rules.NOT_FOUND)
    return refusals.by_code(rules.UNPRINTABLE, found.field)


def _ambiguous(results: Sequence[m.SetResult]) -> bool:
    """Say whether one set is told two ends."""
    return len({one.set_number for one in results}) != len({(one.set_number, one.outcome) for one in results})


def _contradicts(result: m.SetResult, booked: Mapping[str, BookedSet]) -> bool:
    """Say whether a result cannot be true: an unknown set, another end than booked, sheets missing."""
    one = booked.get(result.set_number)
    if one is None or (result.outcome is m.Outcome.DELIVERED and result.sheets != one.pages):
        return True
    return one.state is not SetState.ISSUED and one.state is not _STATES[result.outcome]


def _settled(books: Books, terminal: str, request_id: str, end: OrderState) -> m.Settled:
    """Delete the pages once no set is waiting, and tell how each set stands."""
    sets = books.sets(terminal, request_id)
    placed = books.order(terminal, request_id)
    is_open = placed is not None and placed.state is OrderState.ISSUED
    if is_open and not any(one.state is SetState.ISSUED for one in sets):
        books.close_order(terminal, request_id, end)
    return m.Settled(request_id, {one.set_number: one.state.value for one in sets})
