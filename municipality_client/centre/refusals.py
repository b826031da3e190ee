"""Every no of the centre, as a problem (RFC 9457): code of the screen, reason, HTTP status, title.

Separate so that one table shows what a kiosk may be told. Nothing here is made from a person's
row, so a refusal gives nothing away; protective measures share the entry of "not found".
"""

from municipality_client import messages as m
from municipality_client.wire import PROBLEM_TYPE

_BY_CODE = {
    "E-02": ("foreign-cert", 403, "Public-key certificate of an authority that is not ours"),
    "E-13": ("cert-expired", 403, "Public-key certificate is outside its validity"),
    "E-14": ("cert-revoked", 403, "Public-key certificate is revoked"),
    "E-15": ("cert-suspended", 403, "Public-key certificate is suspended"),
    "E-16": ("no-auth-cert", 403, "Not a user authentication certificate"),
    "E-19": ("sign-cert", 403, "Signature certificate is not good now"),
    "E-20": ("no-such-municipality", 404, "Municipality takes no part"),
    "E-22": ("outside-hours", 403, "Outside service hours"),
    "E-23": ("year-end", 403, "Closed at the end of the year"),
    "E-24": ("maintenance", 403, "Closed for maintenance"),
    "E-25": ("store-closed", 403, "Outside the opening hours of the store"),
    "E-26": ("honseki-elsewhere", 403, "Family register is kept by another municipality"),
    "E-27": ("lives-elsewhere", 403, "Holder is not on the residence register"),
    "E-28": ("declared-lately", 409, "A tax declaration is being worked in"),
    "E-29": ("applied-already", 409, "There is an application or an approval for this card"),
    "E-30": ("not-found", 404, "Holder not found"),
    "E-31": ("too-young", 403, "Holder is under the age limit"),
    "E-34": ("no-seal", 403, "No registered seal"),
    "E-35": ("filing-pending", 409, "A notice to the family register is being entered"),
    "E-36": ("no-tax-record", 403, "No declared income on record"),
    "E-37": ("not-resident-then", 403, "Not on record on 1 January of the year"),
    "E-39": ("not-enrolled", 403, "Enrolment of a non-resident is missing, pending or rejected"),
    "E-38": ("unprintable", 422, "A character or a length that cannot be printed"),
    "E-45": ("no-news", 503, "Registers have had no news for too long"),
    "E-42": ("revocation-unknown", 503, "Revocation could not be checked"),
}
_BY_REASON = {
    "reset-none": ("E-46", 404, "No reservation to set this PIN anew"),
    "reset-other": ("E-46", 404, "The reservation is for the other PIN"),
    "reset-expired": ("E-46", 403, "The reservation is older than 24 hours"),
    "reset-used": ("E-46", 409, "The reservation was used"),
    "challenge-unknown": ("E-43", 403, "Challenge is not this terminal's, or was used"),
    "challenge-expired": ("E-70", 403, "Challenge has expired"),
    "signature-wrong": ("E-43", 403, "Signature does not answer the challenge"),
    "cert-not-yet-valid": ("E-13", 403, "Public-key certificate is not valid yet"),
    "service-not-begun": ("E-22", 403, "This service is not offered yet"),
    "service-ended": ("E-22", 403, "This service is offered no more"),
    "session-unknown": ("E-43", 403, "Session is not this terminal's"),
    "session-used": ("E-43", 409, "Session has authorised another order"),
    "session-expired": ("E-70", 403, "Session has expired"),
    "order-mismatch": ("E-43", 422, "Order is not for this request, terminal, municipality and card"),
    "order-not-offered": ("E-99", 422, "Order asks for what was not offered"),
    m.REQUEST_REUSED: ("E-43", 409, "Request id was used for another order"),
    m.ORDER_UNKNOWN: ("E-99", 404, "No such order of this terminal"),
    m.ORDER_VOID: ("E-99", 410, "Order is void"),
    "order-settled": ("E-99", 410, "Order is settled, its pages are deleted"),
    "mixed-up": ("E-43", 409, "Pages did not belong to the order; nothing was issued"),
    "results-contradict": ("E-43", 409, "Results contradict the books"),
    "bad-request": ("E-99", 400, "Not a message of the list"),
    "no-such-path": ("E-99", 404, "No such method and path"),
    "terminal-revoked": ("E-99", 403, "Terminal is refused"),
    "method-not-allowed": ("E-99", 405, "This path has another method"),
    "too-slow": ("E-99", 408, "The request did not arrive in time"),
    "too-large": ("E-99", 413, "The request is too large"),
    "not-json": ("E-99", 415, "A request carries application/json"),
    "not-a-terminal": ("E-99", 403, "The public-key certificate names no terminal"),
    "too-many": ("E-41", 429, "Too many requests of this terminal; try again later"),
    "too-late": ("E-41", 503, "The deadline has passed; nothing was done"),
    "store-failed": ("E-41", 503, "The books cannot be written"),
    "overloaded": ("E-41", 503, "Too many requests; try again later"),
}


def by_code(code: str, detail: str = "") -> m.Problem:
    """Return the refusal of a rule, by the code of its screen."""
    reason, status, title = _BY_CODE[code]
    return m.Problem(PROBLEM_TYPE + reason, title, status, code, detail)


def by_reason(reason: str, detail: str = "") -> m.Problem:
    """Return the refusal of a request that is not in order, by its reason."""
    code, status, title = _BY_REASON[reason]
    return m.Problem(PROBLEM_TYPE + reason, title, status, code, detail)


def statuses() -> tuple[int, ...]:
    """Return every HTTP status that a refusal may have."""
    return tuple(sorted({status for _, status, _ in (*_BY_CODE.values(), *_BY_REASON.values())}))
