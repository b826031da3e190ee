"""Builds revocation lists of the test JPKI as DER, for a centre's store of revoked serials.

Apart from issuing: a list is made for a moment, a certificate for years. Lists here carry the
whole of one CA; real ones are cut by municipality.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from card.authority import keys, names
from card.authority.names import Ca

_LIFE = timedelta(days=2)


@dataclass(frozen=True)
class Revoked:
    """One revoked serial. `suspended` stands for a hold (一時停止) that may be lifted."""

    serial: int
    at: datetime
    suspended: bool = False


def revocation_list(
    ca: Ca, revoked: Sequence[Revoked], now: datetime, number: int, *, year: int = keys.NEWEST
) -> bytes:
    """Return the DER revocation list number `number` of a CA's generation as of `now`, renewed after two days.

    Raises TestKeyError.
    """
    builder = x509.CertificateRevocationListBuilder(names.ca_name(ca), now, now + _LIFE)
    for entry in sorted(revoked, key=lambda one: one.serial):
        builder = builder.add_revoked_certificate(_entry(entry))
    key = keys.ca_key(ca, year)
    # All generations have one name: the list says which key speaks (RFC 5280 5.2.1).
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    builder = builder.add_extension(signer, critical=False)
    builder = builder.add_extension(x509.CRLNumber(number), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def reason_of(entry: Revoked) -> x509.ReasonFlags | None:
    """Return why, where a reason is given: only a hold has one (RFC 5280 5.3.1 leaves *unspecified* out)."""
    return x509.ReasonFlags.certificate_hold if entry.suspended else None


def _entry(entry: Revoked) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder(entry.serial, entry.at)
    if entry.suspended:
        builder = builder.add_extension(x509.CRLReason(x509.ReasonFlags.certificate_hold), critical=False)
    return builder.build()
