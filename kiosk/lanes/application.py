"""Makes the signed application for 利用登録 on the card's lane: its bytes, the card's signature, the document.

Separate from the lane because this is about what is signed, not about the reader; and there because
the signature certificate, with name and address in it, comes from the card and goes nowhere else.
"""

from card import signature
from card.connection import CardConnection
from card.verification import Refused
from kiosk.session import events as ev
from kiosk.session.effects import SignApplication
from municipality_client import cms, enrolment
from municipality_client.enrolment import Application

NO_SIGNATURE, NONE_THERE = "E-19", "none"


def sign(
    effect: SignApplication, connection: CardConnection, password: bytearray, terminal: str
) -> ev.ApplicationSigned | ev.CardRefused | ev.LastTry | Refused:
    """Verify the password once and sign; arguments and errors as for `card.signature.sign`."""
    content = enrolment.application_bytes(
        Application(
            request_id=effect.authentication,
            terminal=terminal,
            municipality=effect.municipality,
            challenge=effect.challenge,
            cert_sha256=enrolment.cert_sha256(effect.auth_cert),
            honseki=effect.honseki,
            hittosha=effect.hittosha,
            telephone=effect.telephone,
        )
    )
    result = signature.sign(connection, password, cms.digest(content), last_try=effect.last_try)
    match result:
        case signature.DocumentSigned(sign_cert, value):
            return ev.ApplicationSigned(effect.request_id, cms.assemble(content, sign_cert, value))
        case signature.NoSignatureCert():
            return ev.CardRefused(effect.request_id, NO_SIGNATURE, NONE_THERE)
        case signature.LastTry():
            return ev.LastTry(effect.request_id)
        case _:
            return result
