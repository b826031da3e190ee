"""Answers OCSP requests for the test JPKI as DER, from a list of what is revoked (RFC 6960).

Apart from `revocation`, which speaks for a whole CA at once. No socket here: whoever serves it
carries the bytes. Responses are signed by the CA itself, named by its key; a nonce comes back.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from card.authority import keys
from card.authority.names import Ca
from card.authority.revocation import Revoked, reason_of

_LIFE = timedelta(hours=12)
_LARGEST = 4096
_DER = serialization.Encoding.DER
_KNOWN_HASHES = (hashes.SHA1, hashes.SHA256)


def respond(
    request: bytes,
    ca: Ca,
    revoked: Sequence[Revoked],
    now: datetime,
    *,
    year: int = keys.NEWEST,
    issued: Callable[[int], bool] = lambda _serial: True,
) -> bytes:
    """Return the DER response of a CA's generation as of `now`; `issued` says which serials it has given out.

    Good, revoked (a hold with its reason) or unknown; *unauthorized* for another CA's certificate,
    *malformed request* for bytes that are none. Raises TestKeyError.
    """
    asked = _parsed(request)
    if asked is None:
        return _refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    if not _is_ours(asked, ca, year):
        return _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    found = next((one for one in revoked if one.serial == asked.serial_number), None)
    status = _status(found, issued(asked.serial_number))
    builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
        asked.issuer_name_hash,
        asked.issuer_key_hash,
        asked.serial_number,
        asked.hash_algorithm,
        status,
        now,
        now + _LIFE,
        found.at if found else None,
        reason_of(found) if found else None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, keys.ca_x509(ca, year))
    return _with_nonce(builder, asked).sign(keys.ca_key(ca, year), hashes.SHA256()).public_bytes(_DER)


def request_for(der: bytes, ca: Ca, *, year: int = keys.NEWEST) -> bytes:
    """Return a DER request about the certificate `der`, as a relying party of ours would send."""
    cert = x509.load_der_x509_certificate(der)
    builder = ocsp.OCSPRequestBuilder().add_certificate(cert, keys.ca_x509(ca, year), hashes.SHA256())
    return builder.build().public_bytes(_DER)


def _parsed(request: bytes) -> ocsp.OCSPRequest | None:
    """A request about one certificate, which is all that the library reads; None for anything else."""
    try:
        asked = ocsp.load_der_ocsp_request(request[:_LARGEST])
        usable = isinstance(asked.hash_algorithm, _KNOWN_HASHES) and asked.serial_number > 0
    except (ValueError, UnsupportedAlgorithm):
        return None
    # DER can say negative, which no serial is and no answer could repeat.
    return asked if usable else None


def _is_ours(asked: ocsp.OCSPRequest, ca: Ca, year: int) -> bool:
    """By name and key: the generations of a CA share one name."""
    ours = ocsp.OCSPRequestBuilder().add_certificate(
        keys.ca_x509(ca, year), keys.ca_x509(ca, year), asked.hash_algorithm
    )
    mine = ours.build()
    return (asked.issuer_name_hash, asked.issuer_key_hash) == (mine.issuer_name_hash, mine.issuer_key_hash)


def _status(found: Revoked | None, issued: bool) -> ocsp.OCSPCertStatus:
    if found is not None:
        return ocsp.OCSPCertStatus.REVOKED
    return ocsp.OCSPCertStatus.GOOD if issued else ocsp.OCSPCertStatus.UNKNOWN


def _with_nonce(builder: ocsp.OCSPResponseBuilder, asked: ocsp.OCSPRequest) -> ocsp.OCSPResponseBuilder:
    try:
        nonce = asked.extensions.get_extension_for_class(x509.OCSPNonce).value
    except (x509.ExtensionNotFound, ValueError):
        return builder
    return builder.add_extension(nonce, critical=False)


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(_DER)
