"""Every message between kiosk and centre: the one list, as frozen structs.

Separate because both sides import it and it imports nothing of either. Field bounds stand in
the types, so what decodes is within bounds. Money is in whole yen, times are aware datetimes
in JST. The terminal is never in a message: it is who the TLS certificate says (design 3.4).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from municipality_client.enrolment import Applied as Applied
from municipality_client.enrolment import Apply as Apply
from municipality_client.enrolment import EnrolmentDesk as EnrolmentDesk
from municipality_client.enrolment import OpenEnrolment as OpenEnrolment
from municipality_client.message_base import Message as Message
from municipality_client.message_base import MunicipalityCode as MunicipalityCode
from municipality_client.message_base import RequestId as RequestId
from municipality_client.resetting import AuthoriseReset as AuthoriseReset
from municipality_client.resetting import ResetAuthorised as ResetAuthorised
from municipality_client.resetting import ResetSecret as ResetSecret
from printer.document import SignedPage

SetNumber = Annotated[str, Meta(max_length=64)]
Handle = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}$")]


class Kind(StrEnum):
    """Kinds of certificate (証明書種別); a municipality offers those that its profile prices."""

    RESIDENCE_COPY = "residence_copy"
    RESIDENCE_ITEMS = "residence_items"
    SEAL = "seal"
    TAX = "tax"
    KOSEKI_WHOLE = "koseki_whole"
    KOSEKI_PERSON = "koseki_person"
    KOSEKI_ADDRESS = "koseki_address"


class PersonChoice(StrEnum):
    """Whose names a kind may carry (S-10).

    The holder's only, any part of the household, any part of the family register, or one person of it.
    """

    SELF = "self"
    HOUSEHOLD = "household"
    REGISTER = "register"
    ONE = "one"


class Outcome(StrEnum):
    """What became of a set: on paper in the tray, or never to count."""

    DELIVERED = "delivered"
    VOID = "void"


# What may be had, before anybody is known. No text here is made of personal data.


class Hours(Message, frozen=True):
    """Daily window in JST, `HH:MM`; `office_days`: only on days on which the office is open (X-02)."""

    opens: str
    closes: str
    office_days: bool = False


class ServiceStatus(Message, frozen=True):
    """Whether anything may be had now.

    `code` is "" when open, else E-22 (hours), E-23 (12/29 - 1/3) or E-24 (maintenance);
    `opens_at` is then when it opens next.
    """

    open: bool
    code: str
    hours: Hours
    opens_at: datetime | None = None


class MunicipalityBrief(Message, frozen=True):
    """One line of the choice S-05; `kana` sorts and filters."""

    code: MunicipalityCode
    name: str
    prefecture: str
    kana: str


class Elsewhen(Message, frozen=True):
    """An entry of the menu that is not to be had today: its first day where that is to come, else its last day."""

    id: str
    begins: date | None = None
    ended: date | None = None


class Municipalities(Message, frozen=True):
    """Answer to `GET /municipalities`: what this terminal's menu has today (issue, registration, pins, vaccination).

    `practice`: it prints for training, free of charge (service.md V-12). `elsewhen`: what it had or will have (V-11).
    """

    service: ServiceStatus
    municipalities: tuple[MunicipalityBrief, ...]
    services: tuple[str, ...] = ("issue", "registration", "pins")
    practice: bool = False
    elsewhen: tuple[Elsewhen, ...] = ()


class KindTerms(Message, frozen=True):
    """Price and hours of one kind in one municipality, whoever asks; `code` as in ServiceStatus."""

    kind: Kind
    name: str
    fee: int
    hours: Hours
    open: bool
    code: str
    notes: tuple[str, ...] = ()


class Chapter(Message, frozen=True):
    """Lines that a municipality wants read, under a heading that the kiosk has for `id`."""

    id: str
    lines: tuple[str, ...]


class ForgetAlert(Message, frozen=True):
    """What must not be left behind, and by which means the kiosk says so (I-68, O-57).

    `of`: card, certificate, others; `by`: screen, voice, alarm.
    """

    of: tuple[str, ...]
    by: tuple[str, ...]


class PhoneTerms(Message, frozen=True):
    """Which phones a municipality takes today, at whose machines (I-89, I-90, O-09, X-18, X-23).

    `platforms`: android, iphone; `any_operator`: at every machine that reads phones, else those of
    `operators`; `biometrics`: the phone may ask its owner instead of the PIN (O-15).
    """

    platforms: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    any_operator: bool = False
    biometrics: bool = False


class Municipality(Message, frozen=True):
    """Answer to `GET /municipalities/{code}`: all that the kiosk shows of a municipality.

    `unlock`: lines of advice for a blocked PIN (I-10, O-46); `window`: where to ask for what is
    not offered (I-75); `lag`: lines about the days after card delivery or a move (I-76, O-49);
    `notes`: lines before consent (I-55, I-81, O-53); `contact`: where to call; `about`: everything
    that a customer may want to read, stores, phones and legal notes included (I-51, I-88, O-62).
    """

    code: MunicipalityCode
    name: str
    prefecture: str
    kana: str
    service: ServiceStatus
    kinds: tuple[KindTerms, ...]
    unlock: tuple[str, ...]
    window: tuple[str, ...]
    lag: tuple[str, ...]
    notes: tuple[str, ...]
    contact: str
    brands: tuple[str, ...]
    forget_alert: ForgetAlert
    max_copies: int
    about: tuple[Chapter, ...] = ()
    phones: PhoneTerms = PhoneTerms()


# From challenge to offer


class AskChallenge(Message, frozen=True):
    """Body of `POST /challenges`; the same request id must come back in OpenSession."""

    request_id: RequestId
    municipality: MunicipalityCode


class Challenge(Message, frozen=True):
    """32 bytes that this terminal may have signed once, until `expires_at`."""

    request_id: RequestId
    challenge: Annotated[bytes, Meta(min_length=32, max_length=32)]
    expires_at: datetime


class OpenSession(Message, frozen=True):
    """Body of `POST /sessions`: the card's public-key certificate (DER) and its signature (PKCS#1 v1.5)

    over `order.auth_digest`.
    """

    request_id: RequestId
    municipality: MunicipalityCode
    challenge: Annotated[bytes, Meta(min_length=32, max_length=32)]
    auth_cert: Annotated[bytes, Meta(max_length=8192)]
    signature: Annotated[bytes, Meta(max_length=1024)]


class OfferedPerson(Message, frozen=True):
    """Somebody a kind may name: an opaque handle of this session, a shortened name, the relation."""

    handle: Handle
    display_name: str
    relation: str
    is_self: bool


class OfferedItem(Message, frozen=True):
    """One row of S-11; `warning`: choosing "with" asks once more (マイナンバー)."""

    id: str
    name: str
    default: bool
    warning: bool


class OfferedVariant(Message, frozen=True):
    """One paper among several of a kind and year (課税, 非課税, 所得); not available: `code` says why."""

    id: Annotated[str, Meta(max_length=32)]
    name: str
    available: bool = True
    code: str = ""


class OfferedYear(Message, frozen=True):
    """One fiscal year (令和N年度, as Gregorian `year`); not available: `code` says why (E-36, E-37)."""

    year: int
    name: str
    available: bool
    code: str
    variants: tuple[OfferedVariant, ...] = ()


class OfferedKind(Message, frozen=True):
    """What this person may have of one kind here and now.

    `fee` is yen per set. Not available: `code` says why (E-21, E-22, E-31, E-34 ...).
    `person_choice` SELF: nobody is to be chosen on S-10. `years`: one of them is to be chosen there.
    `warnings`: what the customer must know before paying, like `stale` (I-33, O-51).
    """

    kind: Kind
    name: str
    fee: int
    available: bool
    code: str
    persons: tuple[OfferedPerson, ...]
    person_choice: PersonChoice
    items: tuple[OfferedItem, ...]
    max_copies: int
    hours: Hours
    notes: tuple[str, ...] = ()
    years: tuple[OfferedYear, ...] = ()
    warnings: tuple[str, ...] = ()


class Offer(Message, frozen=True):
    """Answer to OpenSession: authorises one order from this terminal until `expires_at`."""

    request_id: RequestId
    session: str
    municipality: MunicipalityCode
    holder: str
    kinds: tuple[OfferedKind, ...]
    expires_at: datetime


# From order to result


class PlaceOrder(Message, frozen=True):
    """Body of `POST /orders`: the bytes of `order.order_bytes`, verbatim."""

    request_id: RequestId
    session: Annotated[str, Meta(max_length=128)]
    order: Annotated[bytes, Meta(max_length=4096)]


class IssuedSet(Message, frozen=True):
    """One copy (一通): its number, and its signed pages in order."""

    set_number: SetNumber
    pages: tuple[SignedPage, ...]


class Issued(Message, frozen=True):
    """Answer to PlaceOrder and to `GET /orders/{request id}`; `fee` per set and `total` in yen."""

    request_id: RequestId
    sets: tuple[IssuedSet, ...]
    fee: int
    total: int


class SetResult(Message, frozen=True):
    """What became of one set; `sheets` that reached the tray."""

    set_number: SetNumber
    outcome: Outcome
    sheets: Annotated[int, Meta(ge=0, le=99)]


class Results(Message, frozen=True):
    """Body of `POST /orders/{request id}/results`; the same results may come again."""

    request_id: RequestId
    results: Annotated[tuple[SetResult, ...], Meta(max_length=20)]


class Void(Message, frozen=True):
    """Body of `POST /orders/{request id}/void`: all sets that are not delivered shall never count."""

    request_id: RequestId


class Settled(Message, frozen=True):
    """Answer to Results and Void: the state of each set in the books (`issued`, `printed`, `void`)."""

    request_id: RequestId
    states: dict[str, str]


# Refusals


class Problem(Struct, frozen=True):
    """Body of every refusal (RFC 9457, `application/problem+json`); `code` as in the error catalogue.

    `title` and `detail` are for the log of the machine's developer; what the customer reads is the
    kiosk's text for `code`. Never a name, never a reason that gives protected facts away.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str = ""


class Refusal(Struct, frozen=True):
    """A no of the centre, as the client hands it on.

    `code`: error screen (E-30); `reason`: last part of the problem's type, like `order-unknown`.
    """

    code: str
    reason: str
    status: int = 409


# Reasons that a kiosk must tell apart when it asks for an unknown outcome (fault-27)
ORDER_UNKNOWN = "order-unknown"
REQUEST_REUSED = "request-reused"

ORDER_VOID = "order-void"


# Questions without a body


class AskMunicipalities(Message, frozen=True):
    """`GET /municipalities`."""


class AskMunicipality(Message, frozen=True):
    """`GET /municipalities/{code}`."""

    code: MunicipalityCode


class AskOrder(Message, frozen=True):
    """`GET /orders/{request id}`: what became of it; only the terminal that placed it is told."""

    request_id: RequestId


AboutOrder = PlaceOrder | AskOrder | Results | Void
AboutEnrolment = OpenEnrolment | Apply
LookUp = AskMunicipalities | AskMunicipality
Ask = LookUp | AskChallenge | OpenSession | AboutOrder | AboutEnrolment | AuthoriseReset
Answer = (
    Municipalities
    | Municipality
    | Challenge
    | Offer
    | Issued
    | Settled
    | EnrolmentDesk
    | Applied
    | ResetAuthorised
    | Problem
)
