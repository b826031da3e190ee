"""利用登録 at the centre: how things stand for a card, applications taken in, decided, and void again.

Separate from authenticating and ordering because nothing is issued here. An application is decided by
the clerk, or by itself from the `due_on` day on, whenever somebody next asks; its approval is written
into the family register, bound to the public-key certificate that asked (X-31). Source: V-1 … V-4.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import msgspec

from municipality_client import cms, enrolment
from municipality_client import messages as m
from municipality_client.centre import calendar, examining, refusals, rules
from municipality_client.centre.authenticating import Authentication, challenge_problem
from municipality_client.centre.calendar import JST
from municipality_client.centre.catalogue import Catalogue
from municipality_client.centre.koseki import Koseki
from municipality_client.centre.store_books import Books, Session
from municipality_client.centre.store_enrolments import Filed
from municipality_client.centre.validity import Identity, Invalid, Validator
from municipality_client.enrolment import Application, EnrolmentState
from municipality_client.errors import ProtocolError

SESSION_LIFE = timedelta(minutes=40)
"""Somebody of 75 types an address and a name in between, with time asked for again and again."""
# No request id can be spelled like this, so that such a session never authorises an order.
_FOR_ENROLMENT = "*enrolment"
_COUNTER = "enrolment"


class Enrolling:
    """Tells how things stand, takes applications in, decides them."""

    def __init__(self, directory: Catalogue, authentication: Authentication, signatures: Validator) -> None:
        """`signatures` judges signature certificates."""
        self._catalogue, self._authentication, self._signatures = directory, authentication, signatures

    def opening(
        self, ask: m.OpenEnrolment, terminal: str, now: datetime
    ) -> Callable[[Books], m.EnrolmentDesk | m.Problem]:
        """Answer OpenEnrolment: the card is checked at once, what is returned does the rest with the books."""
        identify = self._authentication.identifying(ask, terminal, now)

        def desk(books: Books) -> m.EnrolmentDesk | m.Problem:
            identity = identify(books)
            return identity if isinstance(identity, m.Problem) else self._desk(books, ask, terminal, identity, now)

        return desk

    def _desk(
        self, books: Books, ask: m.OpenEnrolment, terminal: str, identity: Identity, now: datetime
    ) -> m.EnrolmentDesk:
        profile = self._catalogue.profiles[ask.municipality].on(now.astimezone(JST).date())
        filed = standing(books, ask.municipality, identity)
        cert, expires_at = enrolment.cert_sha256(ask.auth_cert), (now + SESSION_LIFE).astimezone(JST)
        where = terminal, ask.municipality, identity, cert, b""
        return m.EnrolmentDesk(
            request_id=ask.request_id,
            session=self._authentication.begin(books, Session(*where, now, expires_at, _FOR_ENROLMENT)),
            municipality=ask.municipality,
            state=filed.state,
            places=tuple(enrolment.Place(one.name, one.kana) for one in profile.enrolment.places),
            days=profile.enrolment.days,
            number=filed.number,
            usable_on=filed.due_on if filed.number else None,
            reason=filed.reason,
        )

    def applying(self, ask: m.Apply, terminal: str, now: datetime) -> Callable[[Books], m.Applied | m.Problem]:
        """Answer Apply; the same application again is answered again. Works in two halves as `opening`."""
        found = self._read(ask, now)
        return lambda books: self._apply(books, ask, terminal, now, found)

    def _read(self, ask: m.Apply, now: datetime) -> Application | m.Problem:
        """Return what was signed, if it was signed by somebody whose certificate is good."""
        try:
            signed = cms.read(ask.application)
            application = enrolment.read_application(signed.content)
        except ProtocolError:
            return refusals.by_reason("bad-request")
        valid = self._signatures.check(signed.cert, now)
        if isinstance(valid, Invalid):
            return refusals.by_code("E-19")
        return application if valid.answers(signed.digest, signed.signature) else refusals.by_reason("signature-wrong")

    def _apply(
        self, books: Books, ask: m.Apply, terminal: str, now: datetime, found: Application | m.Problem
    ) -> m.Applied | m.Problem:
        if (earlier := books.application_sent(terminal, ask.request_id)) is not None:
            same = earlier.application == ask.application
            return _applied(earlier) if same else refusals.by_reason(m.REQUEST_REUSED)
        session = books.session(ask.session)
        if session is None or (session.terminal, session.used_by) != (terminal, _FOR_ENROLMENT):
            return refusals.by_reason("session-unknown")
        if now > session.expires_at:
            return refusals.by_reason("session-expired")
        problem = found if isinstance(found, m.Problem) else _objection(books, ask, session, found, now)
        if problem is not None:
            return problem
        filed = self._filed(books, ask, session, now)
        books.file_application(filed, now)
        return _applied(filed)

    def _filed(self, books: Books, ask: m.Apply, session: Session, now: datetime) -> Filed:
        day = now.astimezone(JST).date()
        profile = self._catalogue.profiles[session.municipality].on(day)
        serial = books.reserve(session.municipality, day, _COUNTER)
        return Filed(
            f"{session.municipality}-{day:%Y%m%d}-{serial:04}",
            session.municipality,
            session.identity,
            session.terminal,
            ask.request_id,
            ask.application,
            calendar.business_days_after(day, profile.enrolment.days, profile.closed.maintenance),
        )

    def decide_due(self, books: Books, municipality: str, now: datetime) -> None:
        """Decide what nobody has decided until its day."""
        today = now.astimezone(JST).date()
        for filed in books.applications_due(municipality, today):
            self.decide(books, filed, now)

    def decide(self, books: Books, filed: Filed, now: datetime) -> None:
        """Compare an application with the family register, and approve or reject it."""
        reason = self._disagreement(books, filed, now)
        if reason:
            reject(books, filed, reason)
        else:
            approve(books, filed)

    def _disagreement(self, books: Books, filed: Filed, now: datetime) -> str:
        if _renewed(books, filed.identity):
            return enrolment.CARD_RENEWED
        application, sign_cert = read(filed)
        _, dossier = books.of_card(filed.municipality, filed.identity)
        profile = self._catalogue.profiles[filed.municipality].on(now.astimezone(JST).date())
        attributes = examining.attributes_of(sign_cert, self._catalogue.national.attribute_arc)
        return examining.objection(application, attributes, dossier, profile.name)


def read(filed: Filed) -> tuple[Application, bytes]:
    """Return what was applied for, and the signature certificate (DER) of who signed it."""
    signed = cms.read(filed.application)
    return enrolment.read_application(signed.content), signed.cert


def approve(books: Books, filed: Filed) -> None:
    """Let the card in: its serial stands in the family register from now on. Void where there is no such member."""
    link = books.link(filed.identity)
    koseki = None if link is None else books.family_register(filed.municipality, link.person)
    if link is None or koseki is None:
        reject(books, filed, enrolment.NO_SUCH_REGISTER)
        return
    books.change_family_register(_enrolled(koseki, link.person, filed.identity.serial))
    books.settle_application(filed.number, EnrolmentState.APPROVED)


def reject(books: Books, filed: Filed, reason: str) -> None:
    """Say no for `reason`; a card renewed in between makes the application void instead."""
    state = EnrolmentState.VOID if reason == enrolment.CARD_RENEWED else EnrolmentState.REJECTED
    books.settle_application(filed.number, state, reason)


def standing(books: Books, municipality: str, identity: Identity) -> Filed:
    """Return how things stand for a card: the latest application as it counts now; number "" for none of it."""
    _, dossier = books.of_card(municipality, identity)
    nothing = Filed("", municipality, identity, "", "", b"", date.min, EnrolmentState.NONE)
    member = dossier.member
    if rules.lives_here(dossier) and member is not None:
        return replace(nothing, state=EnrolmentState.NOT_NEEDED)
    found = books.applications_of(municipality, identity)
    latest = found[-1] if found else nothing
    if member is not None and rules.enrolled(member, identity.serial):
        own = latest if latest.identity == identity else nothing
        return replace(own, state=EnrolmentState.APPROVED, reason="")
    if latest.identity != identity or (not found and member is not None and member.enrolment == "approved"):
        return replace(nothing, state=EnrolmentState.VOID, reason=enrolment.CARD_RENEWED)
    if latest.state is EnrolmentState.APPROVED:
        return replace(latest, state=EnrolmentState.VOID, reason=enrolment.REGISTER_CHANGED)
    return latest


def _objection(
    books: Books, ask: m.Apply, session: Session, application: Application, now: datetime
) -> m.Problem | None:
    place = session.terminal, ask.request_id, session.municipality
    told = application.terminal, application.request_id, application.municipality
    if told != place or application.cert_sha256 != session.cert_sha256:
        return refusals.by_reason("order-mismatch")
    if problem := challenge_problem(books, application.challenge, place, now):
        return problem
    state = standing(books, session.municipality, session.identity).state
    return None if state in enrolment.MAY_APPLY else refusals.by_code("E-29")


def _renewed(books: Books, identity: Identity) -> bool:
    link = books.link(identity)
    return link is not None and books.cards_of(link.person)[-1].serial > identity.serial


def _enrolled(koseki: Koseki, person: str, serial: int) -> Koseki:
    members = (
        msgspec.structs.replace(one, enrolment="approved", enrolled_serials=(*one.enrolled_serials, serial))
        if one.id == person
        else one
        for one in koseki.members
    )
    return msgspec.structs.replace(koseki, members=tuple(members))


def _applied(filed: Filed) -> m.Applied:
    return m.Applied(filed.request_id, filed.number, filed.due_on)
