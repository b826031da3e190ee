"""Everything a JPKI card tells without a PIN, for `python -m card info` and `new`.

Apart from `jpki`, which reads only what a kiosk needs and is counted in APDUs.
"""

from dataclasses import dataclass

from card import certificates, errors, exchange, glossary, jpki
from card.apdu import StatusWord
from card.certificates import PublicKeyCert
from card.connection import CardConnection, atr_of

_AVAILABILITY = 0x0008
_PRESENT = 0x8F
_FILES = {
    "user authentication": jpki.AUTHENTICATION_CERT,
    "user authentication CA": 0x000B,
    "signature CA": 0x0002,
}


@dataclass(frozen=True)
class Survey:
    """Token label, the certificates that open without a PIN by what they are for, and tries left.

    `authentication_tries` and `signature_tries` are None where the card tells none; `applications`
    names those that can be selected; `atr` is empty where the connection does not tell it.
    """

    token: str
    certs: dict[str, PublicKeyCert]
    authentication_tries: int | None
    signature_tries: int | None
    has_signature_cert: bool
    applications: tuple[str, ...] = ()
    atr: bytes = b""


def survey(connection: CardConnection) -> Survey | jpki.NotMyNumberCard:
    """Ask the card; never sends VERIFY with a PIN. Raises as `jpki.probe`."""
    if not exchange.select_application(connection, jpki.AID).ok:
        return jpki.NotMyNumberCard()
    token = jpki.read_token(connection)
    certs = {use: cert for use, fid in _FILES.items() if (cert := _open_cert(connection, fid)) is not None}
    available = exchange.read_start(connection, _AVAILABILITY, 3)
    if not available.ok or not available.body:
        raise errors.CardAnswerError("READ BINARY 0008: nothing to read")
    return Survey(
        token,
        certs,
        exchange.tries_told(connection, jpki.AUTHENTICATION_PIN),
        exchange.tries_told(connection, jpki.SIGNATURE_PASSWORD),
        available.body[0] == _PRESENT,
        _applications(connection),
        atr_of(connection),
    )


def _open_cert(connection: CardConnection, fid: int) -> PublicKeyCert | None:
    """None for one behind a PIN: a phone keeps its user-authentication certificate so."""
    if exchange.read_start(connection, fid, 4).sw == StatusWord.SECURITY_STATUS_NOT_SATISFIED:
        return None
    return certificates.read(exchange.read_der(connection, fid))


def _applications(connection: CardConnection) -> tuple[str, ...]:
    return tuple(one.name for one in glossary.APPLICATIONS if exchange.select_application(connection, one.aid).ok)
