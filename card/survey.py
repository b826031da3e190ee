"""Everything a JPKI card tells without a PIN, for `python -m card info`.

Apart from `jpki`, which reads only what a kiosk needs and is counted in APDUs.
"""

from dataclasses import dataclass

from card import certificates, errors, exchange, jpki
from card.certificates import PublicKeyCert
from card.connection import CardConnection

_AVAILABILITY = 0x0008
_PRESENT = 0x8F
_SIGNATURE_PASSWORD = 0x001B
_CA_FILES = {"user authentication CA": 0x000B, "signature CA": 0x0002}


@dataclass(frozen=True)
class Survey:
    """Token label, the certificates that open without a PIN by what they are for, and tries left."""

    token: str
    certs: dict[str, PublicKeyCert]
    authentication_tries: int
    signature_tries: int
    has_signature_cert: bool


def survey(connection: CardConnection) -> Survey | jpki.NotMyNumberCard:
    """Ask the card; never sends VERIFY with a PIN. Raises as `jpki.probe`."""
    if not exchange.select_application(connection, jpki.AID).ok:
        return jpki.NotMyNumberCard()
    token = jpki.read_token(connection)
    files = {"user authentication": jpki.AUTHENTICATION_CERT, **_CA_FILES}
    certs = {use: certificates.read(exchange.read_der(connection, fid)) for use, fid in files.items()}
    available = exchange.read_start(connection, _AVAILABILITY, 3)
    if not available.ok or not available.body:
        raise errors.CardAnswerError("READ BINARY 0008: nothing to read")
    return Survey(
        token,
        certs,
        exchange.tries(connection, jpki.AUTHENTICATION_PIN),
        exchange.tries(connection, _SIGNATURE_PASSWORD),
        available.body[0] == _PRESENT,
    )
