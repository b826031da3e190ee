"""The test JPKI: certificate authorities of our own that issue to fictional people.

Apart from the card because a real card's authority is nobody we could be: every name here says
TEST, every key lies open in `assets/pki`. Certificates are issued at run time, around the clock
in use, and the same inputs give the same bytes. Names and profile: card.md §4.
"""

from card.authority.issue import (
    Attributes,
    issue_authentication_cert,
    issue_next_cert,
    issue_phone_cert,
    issue_signature_cert,
)
from card.authority.keys import ca_cert, signature_issuers, trusted_issuers
from card.authority.names import AUTHENTICATION_POLICY, SIGNATURE_POLICY, Ca
from card.authority.responder import request_for, respond
from card.authority.revocation import Revoked, revocation_list
from card.authority.status import StatusService

__all__ = [
    "AUTHENTICATION_POLICY",
    "SIGNATURE_POLICY",
    "Attributes",
    "Ca",
    "Revoked",
    "StatusService",
    "ca_cert",
    "issue_authentication_cert",
    "issue_next_cert",
    "issue_phone_cert",
    "issue_signature_cert",
    "request_for",
    "respond",
    "revocation_list",
    "signature_issuers",
    "trusted_issuers",
]
