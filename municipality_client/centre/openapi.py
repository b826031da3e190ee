"""The description of the centre's interface as OpenAPI 3.1, made from the one list of messages.

Separate because only people and tools read it; nothing here decides anything. Schemas come from
msgspec, so they cannot drift from what is decoded.
"""

from typing import Any

import msgspec

from municipality_client import messages as m
from municipality_client.centre import refusals
from municipality_client.wire import PROBLEM_TYPE

PATH = "/openapi.json"
_REF = "#/components/schemas/{name}"
_PATHS: tuple[tuple[str, str, str, type | None, type], ...] = (
    ("get", "/municipalities", "Whether the service is open, and who takes part", None, m.Municipalities),
    ("get", "/municipalities/{code}", "Fees, hours and texts of one municipality", None, m.Municipality),
    ("post", "/challenges", "32 bytes for the card to sign, once, within a minute", m.AskChallenge, m.Challenge),
    ("post", "/sessions", "The card's answer; what its holder may have", m.OpenSession, m.Offer),
    ("post", "/pin-resets", "Honour a reservation to set a PIN anew", m.AuthoriseReset, m.ResetAuthorised),
    ("post", "/enrolments/desk", "How 利用登録 stands for a card", m.OpenEnrolment, m.EnrolmentDesk),
    ("post", "/enrolments", "Apply for 利用登録, signed by the card", m.Apply, m.Applied),
    ("post", "/orders", "Place an order; the same request id gives the same answer", m.PlaceOrder, m.Issued),
    ("get", "/orders/{request_id}", "What became of an order of this terminal", None, m.Issued),
    ("post", "/orders/{request_id}/results", "What became of the sets; may be repeated", m.Results, m.Settled),
    ("post", "/orders/{request_id}/void", "Nothing of this order shall count any more", m.Void, m.Settled),
)


def description() -> dict[str, Any]:
    """Return the whole description, ready for JSON."""
    types = [one for _, _, _, body, answer in _PATHS for one in (body, answer) if one is not None]
    schemas, components = msgspec.json.schema_components([*types, m.Problem], ref_template=_REF)
    by_type = dict(zip([*types, m.Problem], schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for method, path, summary, body, answer in _PATHS:
        paths.setdefault(path, {})[method] = _operation(path, summary, by_type, body, answer)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Issue centre of the certificate kiosk emulator",
            "version": "1",
            "description": "Not the protocol of the real service, which is not public. TLS 1.3 with certificates on "
            "both sides; the terminal is the common name of the client's.",
        },
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": {"terminal": {"type": "mutualTLS"}}},
        "security": [{"terminal": []}],
    }


def _operation(path: str, summary: str, by_type: dict[Any, Any], body: type | None, answer: type) -> dict[str, Any]:
    problem = _content(f"A refusal; its type begins with {PROBLEM_TYPE}", _PROBLEM, by_type[m.Problem])
    operation: dict[str, Any] = {
        "summary": summary,
        "responses": {
            "200": _content("The answer", "application/json", by_type[answer]),
        }
        | {str(status): problem for status in refusals.statuses()},
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": by_type[body]}}}
    if parameters := [part[1:-1] for part in path.split("/") if part.startswith("{")]:
        operation["parameters"] = [_parameter(name) for name in parameters]
    return operation


_PROBLEM = "application/problem+json"


def _content(description: str, kind: str, schema: Any) -> dict[str, Any]:
    return {"description": description, "content": {kind: {"schema": schema}}}


def _parameter(name: str) -> dict[str, Any]:
    pattern = "^[0-9]{6}$" if name == "code" else "^[0-9A-Za-z._-]{1,64}$"
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": pattern}}
