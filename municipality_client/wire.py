"""Messages as HTTP: method, path and JSON body, for client and centre alike.

Separate from the messages because they do not care how they travel, and from the transports
because both (in-process and TLS) carry exactly these bytes. Paths are those of design 3.4.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from municipality_client import enrolment
from municipality_client import messages as m
from municipality_client.errors import NoSuchPath, ProtocolError, WrongMethod

MAX_REQUEST = 64 * 1024
MAX_RESPONSE = 20 * 1024 * 1024
PROBLEM_TYPE = "urn:certificate-kiosk:problem:"

A = TypeVar("A", bound=m.Answer)
Posted = m.AskChallenge | m.OpenSession | m.PlaceOrder | m.Results | m.Void | m.AboutEnrolment | m.AuthoriseReset
Body = TypeVar("Body", bound=Posted)


@dataclass(frozen=True)
class Request:
    """One HTTP request; `body` is JSON, empty for GET."""

    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """One HTTP response; status 200 carries an answer, 400 and above a problem (RFC 9457).

    `retry_after`: seconds after which a request that was refused unread may come again, 0 for any other.
    """

    status: int
    body: bytes
    retry_after: int = 0


# One order of fields, so that the same answer is the same bytes (fault-28).
_encode = msgspec.json.Encoder(order="deterministic").encode


def to_request(ask: m.Ask) -> Request:
    """Return the request that carries `ask`."""
    match ask:
        case m.AskMunicipalities():
            return Request("GET", "/municipalities")
        case m.AskMunicipality(code):
            return Request("GET", f"/municipalities/{code}")
        case m.AskOrder(request_id):
            return Request("GET", f"/orders/{request_id}")
    return Request("POST", _post_path(ask), _encode(ask))


def _post_path(ask: Posted) -> str:
    match ask:
        case m.AuthoriseReset():
            return "/pin-resets"
        case enrolment.OpenEnrolment():
            return "/enrolments/desk"
        case enrolment.Apply():
            return "/enrolments"
        case m.AskChallenge():
            return "/challenges"
        case m.OpenSession():
            return "/sessions"
        case m.PlaceOrder():
            return "/orders"
        case m.Results(request_id):
            return f"/orders/{request_id}/results"
        case m.Void(request_id):
            return f"/orders/{request_id}/void"


def from_request(request: Request) -> m.Ask:
    """Read a request; raises NoSuchPath, WrongMethod, or ProtocolError for a body that is out of bounds."""
    for method, path, read in _ROUTES:
        found = path.fullmatch(request.path)
        if found and method == request.method:
            return read(request, found.group(1) if path.groups else "")
    raise WrongMethod("no such method here") if methods(request.path) else NoSuchPath("no such path")


def methods(path: str) -> tuple[str, ...]:
    """Return the methods that a path has, none for a path that is not on the list."""
    return tuple(method for method, pattern, _ in _ROUTES if pattern.fullmatch(path))


def _body(request: Request, kind: type[Body]) -> Body:
    if len(request.body) > MAX_REQUEST:
        raise ProtocolError("request body too long")
    return _decode(request.body, kind)


def _about(request: Request, kind: type[Body], request_id: str) -> Body:
    ask = _body(request, kind)
    if ask.request_id != request_id:
        raise ProtocolError("path and body name different requests")
    return ask


_Read = Callable[[Request, str], m.Ask]
_ID = r"([0-9A-Za-z._-]{1,64})"
_ROUTES: tuple[tuple[str, re.Pattern[str], _Read], ...] = (
    ("GET", re.compile("/municipalities"), lambda _request, _: m.AskMunicipalities()),
    ("GET", re.compile("/municipalities/([0-9]{6})"), lambda _request, code: m.AskMunicipality(code)),
    ("POST", re.compile("/challenges"), lambda request, _: _body(request, m.AskChallenge)),
    ("POST", re.compile("/sessions"), lambda request, _: _body(request, m.OpenSession)),
    ("POST", re.compile("/pin-resets"), lambda request, _: _body(request, m.AuthoriseReset)),
    ("POST", re.compile("/enrolments/desk"), lambda request, _: _body(request, enrolment.OpenEnrolment)),
    ("POST", re.compile("/enrolments"), lambda request, _: _body(request, enrolment.Apply)),
    ("POST", re.compile("/orders"), lambda request, _: _body(request, m.PlaceOrder)),
    ("GET", re.compile(f"/orders/{_ID}"), lambda _request, name: m.AskOrder(name)),
    ("POST", re.compile(f"/orders/{_ID}/results"), lambda request, name: _about(request, m.Results, name)),
    ("POST", re.compile(f"/orders/{_ID}/void"), lambda request, name: _about(request, m.Void, name)),
)


def to_response(answer: m.Answer) -> Response:
    """Return the response that carries `answer`; the same answer always gives the same bytes."""
    status = answer.status if isinstance(answer, m.Problem) else 200
    return Response(status, _encode(answer))


def from_response(response: Response, expected: type[A]) -> A | m.Refusal:
    """Read a response to a question that is answered by `expected`; raises ProtocolError."""
    if len(response.body) > MAX_RESPONSE:
        raise ProtocolError("answer too long")
    if response.status == 200:
        return _decode(response.body, expected)
    # Neither an answer nor a refusal: redirects are not followed (fault-33).
    if not 400 <= response.status < 600:
        raise ProtocolError(f"unexpected status {response.status}")
    problem = _decode(response.body, m.Problem)
    return m.Refusal(problem.code, problem.type.removeprefix(PROBLEM_TYPE), response.status)


_T = TypeVar("_T")


def _decode(raw: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        # The library's text may quote what was sent, so it goes no further.
        raise ProtocolError(f"not a {kind.__name__} within bounds") from None
