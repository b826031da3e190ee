"""利用登録: the messages between kiosk and centre, and the application that the card signs.

Separate from the other messages because nothing here is about certificates on paper: who lives
elsewhere asks once that the town of the 本籍 may know the card. What is signed is deterministic CBOR,
bound to terminal, request, one-use challenge and card. Source: service.md §1.3 V-3; I-24, O-12, O-43.
"""

import hashlib
from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from municipality_client import canonical
from municipality_client.message_base import Message, MunicipalityCode, RequestId

MAX_APPLICATION = 2048
MAX_SIGNED = 16 * 1024
_Word = Annotated[str, Meta(min_length=1, max_length=64)]
_Hash = Annotated[bytes, Meta(min_length=32, max_length=32)]


class EnrolmentState(StrEnum):
    """Where an application stands; NOT_NEEDED: lives and has the 本籍 here (V-1); VOID: see `reason`."""

    NONE = "none"
    NOT_NEEDED = "not_needed"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    VOID = "void"


# Why an application is rejected (不一致), and why one that was made counts no longer
NO_SUCH_REGISTER, NOT_IN_REGISTER = "no-such-register", "not-in-register"
CARD_RENEWED, REGISTER_CHANGED = "card-renewed", "register-changed"
REJECTIONS = (NO_SUCH_REGISTER, NOT_IN_REGISTER)

MAY_APPLY = (EnrolmentState.NONE, EnrolmentState.REJECTED, EnrolmentState.VOID)


class Place(Message, frozen=True):
    """One name of the municipality's list of places (町・字) that a 本籍 may stand in; `kana` sorts and filters."""

    name: str
    kana: str


class OpenEnrolment(Message, frozen=True):
    """Body of `POST /enrolments/desk`: the card's proof, as in OpenSession."""

    request_id: RequestId
    municipality: MunicipalityCode
    challenge: _Hash
    auth_cert: Annotated[bytes, Meta(max_length=8192)]
    signature: Annotated[bytes, Meta(max_length=1024)]


class EnrolmentDesk(Message, frozen=True):
    """Answer to OpenEnrolment: how things stand for this card here, and the right to apply once.

    `number` and `usable_on` (the day from which the answer is known) belong to the latest application.
    """

    request_id: RequestId
    session: str
    municipality: MunicipalityCode
    state: EnrolmentState
    places: tuple[Place, ...]
    days: int
    number: str = ""
    usable_on: date | None = None
    reason: str = ""


class Apply(Message, frozen=True):
    """Body of `POST /enrolments`: CMS SignedData (RFC 5652) by the signature key over `Application`'s bytes.

    The request id is that of the challenge in it. The same application may come again.
    """

    request_id: RequestId
    session: Annotated[str, Meta(max_length=128)]
    application: Annotated[bytes, Meta(max_length=MAX_SIGNED)]


class Applied(Message, frozen=True):
    """Answer to Apply: the 受付番号, and from which day on the answer is known."""

    request_id: RequestId
    number: str
    usable_on: date


class Application(Struct, frozen=True, array_like=True, tag="kiosk-enrolment/1"):
    """What is signed. `honseki`: the 本籍 after the municipality's name; `hittosha`: full name with U+3000.

    `cert_sha256`: SHA-256 of the user authentication certificate (DER), which binds (issuer, serial).
    """

    request_id: _Word
    terminal: _Word
    municipality: _Word
    challenge: _Hash
    cert_sha256: _Hash
    honseki: Annotated[str, Meta(min_length=1, max_length=120)]
    hittosha: Annotated[str, Meta(min_length=1, max_length=60)]
    telephone: Annotated[str, Meta(pattern="^[0-9]{10,11}$")]


def application_bytes(application: Application) -> bytes:
    """Return the bytes that are signed."""
    return canonical.encode(application)


def read_application(raw: bytes) -> Application:
    """Read what `application_bytes` made; raises ProtocolError for anything else."""
    return canonical.decode(raw, Application, MAX_APPLICATION)


def cert_sha256(auth_cert: bytes) -> bytes:
    """Return what stands for the card in an application."""
    return hashlib.sha256(auth_cert).digest()
