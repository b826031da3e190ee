"""Reads public-key certificates that come from a card: issuer, serial, fingerprint, key, signatures.

Apart from `jpki` because X.509 is another trade than APDUs. The bytes are a stranger's: whatever
they are, the outcome is a value or CardAnswerError. Whether a certificate is *valid* is not
decided here but by the issue centre.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.x509.oid import NameOID

from card import errors

LARGEST = 8192
"""Largest public-key certificate read from a card, in bytes; real ones have about 1.6 kB."""
_LARGEST_KEY_BITS = 8192
_NAME_MOST = 120
_NOT_X509 = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    UserWarning,  # where warnings are errors, as in tests
)
_NAMED = (NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.COMMON_NAME)


@dataclass(frozen=True)
class PublicKeyCert:
    """What this program uses of one X.509 certificate; `fingerprint` is SHA-256 of the DER bytes."""

    der: bytes = field(repr=False)
    issuer_name: str
    subject_name: str
    serial: int
    not_before: datetime
    not_after: datetime
    fingerprint: bytes
    parsed: x509.Certificate = field(repr=False, compare=False)


def read(der: bytes) -> PublicKeyCert:
    """Parse one DER certificate; raises CardAnswerError where it is none."""
    try:
        parsed = x509.load_der_x509_certificate(der)
        if parsed.serial_number <= 0:
            raise errors.CardAnswerError("public-key certificate: serial not positive")
        return PublicKeyCert(
            der=der,
            issuer_name=shown_name(parsed.issuer),
            subject_name=shown_name(parsed.subject),
            serial=parsed.serial_number,
            not_before=parsed.not_valid_before_utc,
            not_after=parsed.not_valid_after_utc,
            fingerprint=parsed.fingerprint(hashes.SHA256()),
            parsed=parsed,
        )
    except _NOT_X509 as error:
        raise errors.CardAnswerError("public-key certificate: not X.509") from error


@lru_cache(maxsize=32)
def issuer(der: bytes) -> PublicKeyCert:
    """As `read`, for a CA certificate of our configuration: kept, because it is asked for at every card."""
    return read(der)


def shown_name(name: x509.Name) -> str:
    """Organisation, units and common name, `/` between, printable characters only, at most 120."""
    parts = [str(attribute.value) for oid in _NAMED for attribute in name.get_attributes_for_oid(oid)]
    shown = " / ".join("".join(c for c in part if c.isprintable()) for part in parts)
    return shown[:_NAME_MOST]


def is_issued_by(cert: PublicKeyCert, ca: PublicKeyCert) -> bool:
    """True where the key of `ca` signed `cert` and the names fit (several CA generations share one name)."""
    if _rsa_key(ca) is None:
        return False
    try:
        cert.parsed.verify_directly_issued_by(ca.parsed)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def is_on_p384(cert: PublicKeyCert) -> bool:
    """True where the key of `cert` is on the curve that the next generation is to have (card.md §9)."""
    return _p384_key(cert) is not None


def signed_sha384(cert: PublicKeyCert, digest: bytes, signature: bytes) -> bool:
    """True where `signature` (r then s, 48 bytes each) is ECDSA P-384 by the key of `cert` over `digest` (48 bytes)."""
    key, size = _p384_key(cert), hashes.SHA384.digest_size
    if key is None or len(signature) != 2 * size:
        return False
    r, s = (int.from_bytes(half, "big") for half in (signature[:size], signature[size:]))
    try:
        key.verify(encode_dss_signature(r, s), digest, ec.ECDSA(Prehashed(hashes.SHA384())))
    except InvalidSignature:
        return False
    return True


def _p384_key(cert: PublicKeyCert) -> ec.EllipticCurvePublicKey | None:
    try:
        key = cert.parsed.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP384R1) else None


def signed_digest(cert: PublicKeyCert, digest: bytes, signature: bytes) -> bool:
    """True where `signature` is RSASSA-PKCS1-v1_5 with SHA-256 by the key of `cert` over `digest` (32 bytes)."""
    key = _rsa_key(cert)
    if key is None:
        return False
    try:
        key.verify(signature, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _rsa_key(cert: PublicKeyCert) -> rsa.RSAPublicKey | None:
    """None for another kind of key, and for a monstrous one, which would cost seconds to verify with."""
    try:
        key = cert.parsed.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, rsa.RSAPublicKey) and key.key_size <= _LARGEST_KEY_BITS else None
