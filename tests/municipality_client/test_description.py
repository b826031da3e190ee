"""The interface held against its own description: whatever is sent, a documented answer, and no 5xx.

schemathesis draws requests from the OpenAPI description. Drawn alone they would end at the first unknown
challenge; so those that fit the description are put into an authenticated session, with one field
after another as drawn, and reach the rules. `make fuzz-centre` runs 500 examples per operation.
"""

import base64
import os
import random
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import msgspec
import pytest
import schemathesis
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from municipality_client import messages as m
from municipality_client.centre import enrolling, openapi
from municipality_client.centre.asgi import Application
from municipality_client.enrolment import NO_SUCH_REGISTER, EnrolmentState
from municipality_client.messages import Kind
from municipality_client.order import order_bytes, read_order
from tests.municipality_client.applicant import HERE, Applicant
from tests.municipality_client.desk import ISHIKARI, PKI, Clock, Desk, build_centre, card_signature

EXAMPLES = int(os.environ.get("EXAMPLES", "25"))
CENTRE = build_centre()
DESK = Desk(CENTRE)
CERT = load_pem_x509_certificate((PKI / "tls" / "terminal-T00001.crt.pem").read_bytes()).public_bytes(Encoding.DER)
APPLICATION = Application(CENTRE, Clock())


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    """The application as the server carries it: who the TLS peer is stands in the scope."""
    if scope["type"] == "lifespan":
        for done in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{done}.complete"})
        return
    await APPLICATION.asgi(scope | {"extensions": {"tls": {"client_cert": CERT}}}, receive, send)


# The full run also tries every bound and every missing field by itself; that takes minutes.
FULL = EXAMPLES >= 100
# What is too long to be read at all is refused with 413, before anybody looks whether it fits.
REJECTED = {"negative_data_rejection": {"expected-statuses": [400, 404, 405, 413, 415, 422]}}
# A machine that is busy with other things is no mistake of the centre: the default is 10 s.
PATIENCE = {"request-timeout": 120}
CONFIG = schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": FULL}}, "checks": REJECTED, **PATIENCE})
SCHEMA = schemathesis.openapi.from_dict(openapi.description(), config=CONFIG)
SCHEMA.app = asgi


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@SCHEMA.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_every_answer_is_described(case: Case) -> None:
    # What fits the description may still be refused by a rule: that is what rules are for.
    label = case.operation.label
    if (case.meta is None or case.meta.generation.mode.is_positive) and label in AUTHENTICATED:
        AUTHENTICATED[label](case, random.Random(repr((case.path_parameters, case.body))))
    case.call_and_validate(checks=CHECKS)


# Sessions around what was drawn


def encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def drawn_over(case: Case, chance: random.Random, true: dict[str, Any]) -> None:
    """Keep what is true, all but one field at times, which is as drawn."""
    drawn = case.body if isinstance(case.body, dict) else {}
    if drawn and chance.random() < 0.5:
        field = chance.choice(sorted(drawn))
        true |= {field: drawn[field]}
    case.body = true


def ask(case: Case, chance: random.Random) -> None:
    drawn_over(case, chance, {"request_id": DESK.request_id(), "municipality": ISHIKARI})


def challenge(chance: random.Random) -> tuple[str, m.Challenge, str]:
    request_id, person = DESK.request_id(), chance.choice(("taro", "hanako", "minato"))
    given = DESK.client.challenge(request_id, ISHIKARI)
    assert isinstance(given, m.Challenge)
    return request_id, given, person


def open_session(case: Case, chance: random.Random) -> None:
    request_id, given, person = challenge(chance)
    body = {
        "request_id": request_id,
        "municipality": ISHIKARI,
        "challenge": encoded(given.challenge),
        "auth_cert": encoded(DESK.cert(person)),
        "signature": encoded(card_signature(person, DESK.client.digest(given, ISHIKARI))),
    }
    drawn_over(case, chance, body)


def an_order(chance: random.Random) -> tuple[str, str, bytes]:
    """Request id, session and order bytes; of the order's fields one is perhaps off."""
    offer = DESK.offer("taro")
    request_id, raw = DESK.order(offer, "taro", chance.choice((Kind.RESIDENCE_COPY, Kind.SEAL, Kind.KOSEKI_WHOLE)))
    order = read_order(raw)
    off: list[dict[str, Any]] = [
        {},
        {},
        {"copies": chance.choice((0, 2, 10, 99))},
        {"kind": chance.choice((*Kind, "gossip"))},
        {"persons": ()},
        {"persons": ("0" * 16,)},
        {"items": ("my_number", "my_number")},
        {"items": ("gossip",)},
        {"year": chance.randrange(2000, 2100), "variant": "income"},
        {"font": "none"},
        {"terminal": "T00002"},
        {"cert_sha256": bytes(32)},
    ]
    return request_id, offer.session, order_bytes(msgspec.structs.replace(order, **chance.choice(off)))


def place_order(case: Case, chance: random.Random) -> None:
    request_id, session, raw = an_order(chance)
    drawn_over(case, chance, {"request_id": request_id, "session": session, "order": encoded(raw)})


@cache
def open_order(number: int) -> m.Issued:
    """One of a few orders that are not settled by anybody but a case."""
    return DESK.issued("taro", copies=1 + number % 2)


def about_order(case: Case, chance: random.Random) -> None:
    issued = open_order(chance.randrange(10))
    case.path_parameters = {"request_id": issued.request_id}
    if case.operation.label == "GET /orders/{request_id}":
        return
    body: dict[str, Any] = {"request_id": issued.request_id}
    if case.operation.label.endswith("results"):
        drawn = case.body["results"] if isinstance(case.body, dict) and chance.random() < 0.3 else ()
        true = [
            {"set_number": one.set_number, "outcome": "delivered", "sheets": chance.choice((len(one.pages), 0, 9))}
            for one in issued.sets
        ]
        body["results"] = [*true, *drawn][:20]
    case.body = body


def applicant(chance: random.Random) -> Applicant:
    """Somebody with a card of each kind of standing: may apply, is enrolled already, lives elsewhere."""
    one = Applicant(CENTRE, chance.choice(tuple(HERE)))
    one.desk = DESK
    return one


def open_desk(case: Case, chance: random.Random) -> None:
    one = applicant(chance)
    request_id = DESK.request_id()
    given = DESK.client.challenge(request_id, one.code)
    assert isinstance(given, m.Challenge)
    body = {
        "request_id": request_id,
        "municipality": one.code,
        "challenge": encoded(given.challenge),
        "auth_cert": encoded(one.auth_cert),
        "signature": encoded(card_signature(one.person, DESK.client.digest(given, one.code))),
    }
    drawn_over(case, chance, body)


def apply(case: Case, chance: random.Random) -> None:
    """An application with perhaps one field off, perhaps signed with another person's key."""
    one = applicant(chance)
    if chance.random() < 0.7:
        reject_waiting(one.code)
    off: list[dict[str, object]] = [
        {},
        {},
        {"honseki": chance.choice(("どこか１番地", "0" * 120))},
        {"hittosha": "石狩\u3000花子"},
        {"telephone": "0" * chance.choice((10, 11))},
        {"terminal": "T00002"},
        {"municipality": "131016"},
        {"challenge": bytes(32)},
        {"cert_sha256": bytes(32)},
    ]
    session = one.ask().session
    request_id, content = one.application(**chance.choice(off))
    signed = one.signed(content, signer=chance.choice(("", "", "taro")))
    drawn_over(case, chance, {"request_id": request_id, "session": session, "application": encoded(signed)})


def reject_waiting(code: str) -> None:
    """Reject what waits, so that there is something to apply for again."""
    with CENTRE.registers.books() as books:
        for filed in books.applications_in(code):
            if filed.state is EnrolmentState.PENDING:
                enrolling.reject(books, filed, NO_SUCH_REGISTER)


def authorise_reset(case: Case, chance: random.Random) -> None:
    """A reservation for this PIN or the other, of now or of two days ago, or none that is not used."""
    secret, reserved = chance.choice(tuple(m.ResetSecret)), chance.choice((*m.ResetSecret, None))
    if reserved is not None:
        CENTRE.registers.reserve_reset("taro", reserved, DESK.clock() - timedelta(hours=chance.choice((0, 0, 48))))
    body = {
        "request_id": DESK.request_id(),
        "secret": secret,
        "auth_cert": encoded(DESK.cert(chance.choice(("taro", "taro", "hanako")))),
        "challenge": encoded(chance.randbytes(16)),
    }
    drawn_over(case, chance, body)


AUTHENTICATED: dict[str, Callable[[Case, random.Random], None]] = {
    "POST /challenges": ask,
    "POST /sessions": open_session,
    "POST /enrolments/desk": open_desk,
    "POST /enrolments": apply,
    "POST /pin-resets": authorise_reset,
    "POST /orders": place_order,
    "GET /orders/{request_id}": about_order,
    "POST /orders/{request_id}/results": about_order,
    "POST /orders/{request_id}/void": about_order,
}


@pytest.mark.parametrize("label", AUTHENTICATED)
def test_the_rules_are_reached(label: str) -> None:
    """Put into a session, a request gets more than a refusal."""
    open_order.cache_clear()
    method, path = label.split()
    statuses = []
    for seed in range(20):
        case = SCHEMA[path][method].Case(media_type="application/json")
        AUTHENTICATED[label](case, random.Random(seed))
        statuses.append(case.call().status_code)
    assert 200 in statuses
