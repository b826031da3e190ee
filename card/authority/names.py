"""Distinguished names, policies and object identifiers of the test JPKI (card.md §4).

Apart so that what tells our certificates from real ones stands in one place: the shape is the
real one's, every organisation says TEST, and no name or policy of production occurs.
"""

from enum import Enum

from cryptography import x509
from cryptography.x509.oid import NameOID


class Ca(Enum):
    """The three authorities; the value is the name of its files in `assets/pki/jpki`."""

    USER_AUTHENTICATION = "user-authentication-ca"
    DIGITAL_SIGNATURE = "digital-signature-ca"
    FOREIGN = "foreign-ca"


CA_YEARS = (2023, 2019, 2015)
"""Generations of every CA by the year they began, newest first. All of one CA bear the same name."""
CPS = "http://jpki-test.invalid/cps.html"
"""Where the practice statement would be; a host that cannot exist (RFC 6761)."""

AUTHENTICATION_POLICY = x509.ObjectIdentifier("1.2.392.200149.8.5.1.0.30")
"""Test policy of user authentication certificates, made after the signature's [B]."""
PHONE_POLICY = x509.ObjectIdentifier("1.2.392.200149.8.5.1.0.40")
"""Test policy of a phone's user authentication certificates, after the series seen on phones [S secondary]."""
NEXT_POLICY = x509.ObjectIdentifier("1.2.392.200149.8.5.1.0.50")
"""Test policy of the next generation's user authentication certificates: our assumption [B]."""
SIGNATURE_POLICY = x509.ObjectIdentifier("1.2.392.200149.8.5.1.0.20")
"""Test policy of signature certificates (card.md §4.2)."""
ATTRIBUTE_ARC = "1.2.392.200149.8.5.5"
"""Arc of the attributes in a signature certificate's subject alternative name."""

_ORGANISATION = {
    Ca.USER_AUTHENTICATION: ("JPKI-TEST", "JPKI for user authentication"),
    Ca.DIGITAL_SIGNATURE: ("JPKI-TEST", "JPKI for digital signature"),
    Ca.FOREIGN: ("FOREIGN-TEST", "Another authority for tests"),
}
_OCSP = {
    Ca.USER_AUTHENTICATION: "http://ocspauthnorm.jpki-test.invalid",
    Ca.DIGITAL_SIGNATURE: "http://ocspsignnorm.jpki-test.invalid",
    Ca.FOREIGN: "http://ocsp.foreign-test.invalid",
}
_OPERATOR = "Certificate Kiosk Emulator TEST"


def ca_name(ca: Ca) -> x509.Name:
    """Return subject and issuer of a CA."""
    return _name(*_stem(ca), (NameOID.ORGANIZATIONAL_UNIT_NAME, _OPERATOR))


def authority_alternative_name() -> x509.Name:
    """Return what real certificates name 公的個人認証サービス in."""
    return _name((NameOID.COUNTRY_NAME, "JP"), (NameOID.ORGANIZATION_NAME, "公的個人認証 TEST"))


def distribution_point(ca: Ca, prefecture: str, municipality: str) -> x509.Name:
    """Return the directory name of a municipality's revocation list; real ones have no URL either."""
    return _name(
        *_stem(ca),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "CRL Distribution Points"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, prefecture),
        (NameOID.COMMON_NAME, f"{municipality} CRLDP"),
    )


def ocsp_address(ca: Ca) -> str:
    """Return where the CA's responder would be; like the host of `CPS` it cannot exist."""
    return _OCSP[ca]


def holder_name(identifier: str, places: tuple[str, ...] = ()) -> x509.Name:
    """Return a holder's subject: no name of a person, only an identifier (and places, for signatures)."""
    localities = ((NameOID.LOCALITY_NAME, place) for place in places)
    return _name((NameOID.COUNTRY_NAME, "JP"), *localities, (NameOID.COMMON_NAME, identifier))


def _stem(ca: Ca) -> tuple[tuple[x509.ObjectIdentifier, str], ...]:
    organisation, unit = _ORGANISATION[ca]
    return (
        (NameOID.COUNTRY_NAME, "JP"),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
    )


def _name(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])
