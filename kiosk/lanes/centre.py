"""The centre's lane: asks the issue centre, and lets no page in that was not ordered here.

Separate because the order's bytes are made here and what comes back is held against them before
the flow hears of it and before any money (design 3.2 step 6; F-01, F-04, fault-29). Pages go to
the vault only. An outcome that nobody knows is told as such, never guessed (fault-27).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.ports import Answer
from kiosk.session import effects as e
from kiosk.session import events as ev
from kiosk.session.states import Order, SetFacts
from kiosk.vault import Paper, Vault
from municipality_client import errors
from municipality_client import messages as m
from municipality_client.client import CentreClient
from municipality_client.order import Order as OrderBytes
from municipality_client.order import order_bytes
from printer import readback
from printer.errors import PrinterError
from printer.formats import Format
from printer.verify import CheckedSet, Mismatch, MismatchReason, Trust, check_set

MIXED_UP, UNUSABLE, NO_GLYPH, UNKNOWN, UNEXPECTED = "E-43", "E-44", "E-38", "E-41", "E-99"
_NOT_NOW, _TOO_MANY = 500, 429
_CODES = {
    MismatchReason.TOO_LARGE: UNUSABLE,
    MismatchReason.MALFORMED: UNUSABLE,
    MismatchReason.INCOMPLETE: UNUSABLE,
    MismatchReason.OUTSIDE_SHEET: UNUSABLE,
    MismatchReason.FONT_MISSING: NO_GLYPH,
    MismatchReason.GLYPH_MISSING: NO_GLYPH,
}


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Sets that do not belong to the order, or cannot be printed."""

    code: str
    detail: str


class CentrePort:
    """Fulfils `kiosk.ports.Port` for everything the centre is asked or told."""

    def __init__(
        self,
        client: CentreClient,
        vault: Vault,
        trust: Trust,
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
        font: str,
        spent: Callable[[], float] = lambda: 0.0,
        form: Format = readback,
    ) -> None:
        """`font` is the id of this terminal's certificate font; `spent` the seconds an emulated line has used;
        `form` what the printer is given.
        """
        self._client, self._vault, self._trust = client, vault, trust
        self._now, self._random_bytes, self._font = now, random_bytes, font
        self._spent, self._form = spent, form

    def perform(self, effect: e.Effect, answer: Answer) -> None:
        """Ask or tell the centre once; every refusal and every broken line becomes an event."""
        request_id: str = getattr(effect, "request_id", "")
        try:
            event = self._asked(effect)
        except errors.CentreUnreachable:
            event = ev.CentreLost(request_id, sent=False)
        except errors.OutcomeUnknown:
            event = ev.CentreLost(request_id, sent=True)
        except errors.AnswerSwapped:
            event = ev.Refused(request_id, MIXED_UP, "answer to another request")
        except errors.ProtocolError:
            event = ev.Refused(request_id, UNUSABLE, "not a message")
        answer(event, self._spent())

    def _asked(self, effect: e.Effect) -> ev.Event:
        match effect:
            case e.PlaceOrder() | e.AskOrder():
                return self._ordered(effect)
            case e.ReportDelivered() | e.VoidOrder():
                return self._told(effect)
            case e.LoadServices() | e.LoadMunicipality():
                return self._looked_up(effect)
            case e.AskChallenge() | e.OpenSession():
                return self._authenticated(effect)
            case e.AuthoriseReset():
                return self._reset_authorised(effect)
            case e.OpenEnrolment() | e.Apply():
                return self._enrolled(effect)
        raise TypeError(f"no effect for the centre: {type(effect).__name__}")

    def _looked_up(self, effect: e.LoadServices | e.LoadMunicipality) -> ev.Event:
        if isinstance(effect, e.LoadServices):
            answer = self._client.municipalities()
            return _no(effect, answer) if isinstance(answer, m.Refusal) else ev.ServicesKnown(effect.request_id, answer)
        found = self._client.municipality(effect.code)
        return _no(effect, found) if isinstance(found, m.Refusal) else ev.MunicipalityKnown(effect.request_id, found)

    def _authenticated(self, effect: e.AskChallenge | e.OpenSession) -> ev.Event:
        if isinstance(effect, e.AskChallenge):
            given = self._client.challenge(effect.request_id, effect.municipality)
            if isinstance(given, m.Refusal):
                return _no(effect, given)
            return ev.ChallengeGiven(effect.request_id, given.challenge)
        offer = self._client.open_session(
            effect.authentication, effect.municipality, effect.challenge, effect.auth_cert, effect.signature
        )
        return _no(effect, offer) if isinstance(offer, m.Refusal) else ev.OfferMade(effect.request_id, offer)

    def _reset_authorised(self, effect: e.AuthoriseReset) -> ev.Event:
        given = self._client.authorise_reset(effect.request_id, effect.secret, effect.auth_cert, effect.challenge)
        if isinstance(given, m.Refusal):
            return _no(effect, given)
        return ev.ResetAuthorised(effect.request_id, given.authorisation)

    def _enrolled(self, effect: e.OpenEnrolment | e.Apply) -> ev.Event:
        if isinstance(effect, e.Apply):
            applied = self._client.apply(effect.authentication, effect.session, effect.signed)
            if isinstance(applied, m.Refusal):
                return _no(effect, applied)
            return ev.ApplicationReceived(effect.request_id, applied)
        desk = self._client.open_enrolment(
            effect.authentication, effect.municipality, effect.challenge, effect.auth_cert, effect.signature
        )
        return _no(effect, desk) if isinstance(desk, m.Refusal) else ev.DeskOpened(effect.request_id, desk)

    def _told(self, effect: e.ReportDelivered | e.VoidOrder) -> ev.Event:
        if isinstance(effect, e.VoidOrder):
            answer = self._client.void(effect.order_id)
        else:
            order = effect.order
            results = [m.SetResult(one.number, m.Outcome.DELIVERED, one.sheets) for one in order.sets]
            answer = self._client.report(order.request_id, results)
        if not isinstance(answer, m.Refusal):
            return ev.Reported(effect.request_id)
        # A centre that cannot write or listen now (5xx, 429) is told again; any other no will stay a no.
        not_now = answer.status >= _NOT_NOW or answer.status == _TOO_MANY
        return ev.CentreLost(effect.request_id, sent=True) if not_now else _no(effect, answer)

    def _ordered(self, effect: e.PlaceOrder | e.AskOrder) -> ev.Event:
        if isinstance(effect, e.PlaceOrder):
            order_id = effect.request_id
            issued = self._client.place_order(order_id, effect.session, self._order_bytes(effect))
        else:
            order_id = effect.order_id
            if effect.expected is not None:
                self._vault.expect(order_id, effect.municipality, effect.expected.order_sha256)
            issued = self._client.ask_order(order_id)
        if isinstance(issued, m.Refusal):
            return _no_sets(effect, issued)
        order = self._checked(order_id, issued, effect)
        if isinstance(order, _Wrong):
            return ev.Refused(effect.request_id, order.code, order.detail)
        return ev.SetsReady(effect.request_id, order)

    def _order_bytes(self, effect: e.PlaceOrder) -> bytes:
        raw = order_bytes(
            OrderBytes(
                request_id=effect.request_id,
                terminal=self._client.terminal,
                municipality=effect.municipality,
                cert_sha256=hashlib.sha256(effect.auth_cert).digest(),
                nonce=self._random_bytes(16),
                kind=effect.kind,
                persons=effect.persons,
                items=tuple(sorted(effect.items)),
                copies=effect.copies,
                font=self._font,
                year=effect.year,
                variant=effect.variant,
            )
        )
        self._vault.expect(effect.request_id, effect.municipality, hashlib.sha256(raw).digest())
        return raw

    def _checked(self, order_id: str, issued: m.Issued, effect: e.PlaceOrder | e.AskOrder) -> Order | _Wrong:
        """Hold the sets against the order that was sent, put them in the vault, say what they are."""
        kept = self._vault.get(order_id)
        if kept is None:
            return _Wrong(UNKNOWN, "order unknown here")
        papers: list[Paper] = []
        for one in issued.sets:
            checked = check_set(
                one.pages,
                trust=self._trust,
                order_sha256=kept.order_sha256,
                municipality=kept.municipality,
                now=self._now(),
            )
            if isinstance(checked, Mismatch):
                return _Wrong(_CODES.get(checked.reason, MIXED_UP), checked.reason.value)
            paper = _paper(checked, self._form)
            if isinstance(paper, _Wrong):
                return paper
            papers.append(paper)
        order = _order(order_id, kept.order_sha256, issued, [paper.checked for paper in papers])
        if wrong := _not_as_asked(order, issued, effect):
            return wrong
        self._vault.put(order_id, tuple(papers))
        return order


def _paper(checked: CheckedSet, form: Format) -> Paper | _Wrong:
    """The set as it will be printed, read back before any money is taken (F-04, fault-44)."""
    try:
        document = form.render_checked(checked.pages)
    except PrinterError as error:
        return _Wrong(UNUSABLE, type(error).__name__)
    if isinstance(document, Mismatch):
        return _Wrong(UNUSABLE, document.reason.value)
    return Paper.of(checked, document)


def _order(order_id: str, order_sha256: bytes, issued: m.Issued, sets: list[CheckedSet]) -> Order:
    facts = tuple(SetFacts(one.set_number, len(one.pages)) for one in sets)
    return Order(order_id, order_sha256, issued.total, facts)


def _not_as_asked(order: Order, issued: m.Issued, effect: e.PlaceOrder | e.AskOrder) -> _Wrong | None:
    """Number of copies, numbers of sets and the sum must be what this order may have."""
    numbers = [one.number for one in order.sets]
    if numbers != [one.set_number for one in issued.sets] or len(set(numbers)) != len(numbers) or not numbers:
        return _Wrong(MIXED_UP, "set numbers")
    if issued.total != issued.fee * len(numbers):
        return _Wrong(UNUSABLE, "sum")
    if isinstance(effect, e.PlaceOrder):
        return None if len(numbers) == effect.copies else _Wrong(UNUSABLE, "copies")
    expected = effect.expected
    if expected is not None and replace(expected, reprint=False, card_mark="") != order:
        return _Wrong(MIXED_UP, "not the order of the journal")
    return None


def _no_sets(effect: e.PlaceOrder | e.AskOrder, refusal: m.Refusal) -> ev.Refused:
    """An order that is asked for and not there any more, or never was, is the centre's silence to the customer."""
    code = UNKNOWN if isinstance(effect, e.AskOrder) and refusal.code == UNEXPECTED else refusal.code
    return ev.Refused(effect.request_id, code, refusal.reason)


def _no(effect: e.Effect, refusal: m.Refusal) -> ev.Refused:
    return ev.Refused(getattr(effect, "request_id", ""), refusal.code, refusal.reason)
