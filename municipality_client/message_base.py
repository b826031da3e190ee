"""What every message is made of: its base, and the bounds of fields that many have.

Separate so that the messages of one chapter can stand in a file of their own.
"""

from typing import Annotated

from msgspec import Meta, Struct

RequestId = Annotated[str, Meta(pattern=r"^[0-9A-Za-z._-]{1,64}$")]
MunicipalityCode = Annotated[str, Meta(pattern=r"^[0-9]{6}$")]


class Message(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all messages: frozen, and unknown fields are refused."""
