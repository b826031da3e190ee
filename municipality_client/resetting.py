"""Messages about setting a forgotten PIN anew, and the bytes that the issuer signs for it (V-7).

Apart from the other messages because no municipality, person or paper is in them. The reservation is
made by the customer's phone with the issuer, never by a kiosk; a kiosk only asks for it to be honoured.
The bytes are those of docs/card.md: the card works them out by itself.
"""

import hashlib
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

RequestId = Annotated[str, Meta(pattern=r"^[0-9A-Za-z._-]{1,64}$")]
_DOMAIN = b"kiosk-pin-reset/1\0"
_IEF = {"authentication": 0x0018, "signature": 0x001B}


class ResetSecret(StrEnum):
    """What is set anew: the 4-digit PIN or the signature password."""

    AUTHENTICATION = "authentication"
    SIGNATURE = "signature"


class AuthoriseReset(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of `POST /pin-resets`: which secret of which card, and what this card wants authorised."""

    request_id: RequestId
    secret: ResetSecret
    auth_cert: Annotated[bytes, Meta(max_length=8192)]
    challenge: Annotated[bytes, Meta(min_length=16, max_length=16)]


class ResetAuthorised(Struct, frozen=True, forbid_unknown_fields=True):
    """Answer: the issuer's Ed25519 signature (64 bytes) over `signed_text`."""

    request_id: RequestId
    authorisation: Annotated[bytes, Meta(min_length=64, max_length=64)]


def signed_text(secret: ResetSecret, auth_cert: bytes, challenge: bytes) -> bytes:
    """Return what the issuer signs; the IEF's number stands for the secret."""
    return _DOMAIN + _IEF[secret].to_bytes(2, "big") + hashlib.sha256(auth_cert).digest() + challenge
