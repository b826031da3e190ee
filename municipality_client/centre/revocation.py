"""What is known of revoked public-key certificates: lists and responses, and how old they may be.

Separate from path validation because where evidence comes from (a folder, a responder, the test
JPKI in the same process) is the operator's choice, and because the library knows `nextUpdate` but
no limit of ours. Evidence too old, or from beyond the bound of skew, is as good as none, so that the
answer is "could not be checked" (E-42). Source: RFC 5280, RFC 6960; fault-38, F-21.
"""

import secrets
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from asn1crypto import crl, ocsp  # type: ignore[import-untyped]  # ships no types
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp as questions

from municipality_client.errors import KeysMissing

_LARGEST = 64 * 1024
_TIME_OUT = 3.0
_NONCE = 16


@dataclass(frozen=True)
class Evidence:
    """Revocation lists and OCSP responses, each DER; none of either is no evidence."""

    lists: tuple[bytes, ...] = ()
    responses: tuple[bytes, ...] = ()


Revocation = Callable[[bytes, datetime], Evidence]
"""Gives the evidence about a public-key certificate (DER) at a civil time."""


@dataclass(frozen=True)
class Limits:
    """How old a list and a response may be, and how far ahead of our clock its maker's may run."""

    list_age: timedelta
    response_age: timedelta
    skew: timedelta


@dataclass(frozen=True)
class Usable:
    """What of the evidence may be used, parsed for the library."""

    lists: tuple[crl.CertificateList, ...]
    responses: tuple[ocsp.OCSPResponse, ...]


def usable(evidence: Evidence, issuer: bytes | None, limits: Limits, now: datetime) -> Usable:
    """Leave out what is broken, too old, from the future, or a list of another key than the `issuer`'s."""
    lists = [found for raw in evidence.lists if (found := _list(raw)) is not None]
    responses = [reply for raw in evidence.responses if (reply := _response(raw)) is not None]

    def is_timely(made: datetime, age: timedelta) -> bool:
        return now - age <= made <= now + limits.skew

    return Usable(
        tuple(parsed for parsed, made, key in lists if key in (None, issuer) and is_timely(made, limits.list_age)),
        tuple(parsed for parsed, made in responses if is_timely(made, limits.response_age)),
    )


# A list is asked about with every card and parsed once.
@lru_cache(maxsize=16)
def _list(raw: bytes) -> tuple[crl.CertificateList, datetime, bytes | None] | None:
    """Return a list, when it was made, and the id of the key that signed it."""
    try:
        found = crl.CertificateList.load(raw, strict=True)
        return found, found["tbs_cert_list"]["this_update"].native, found.authority_key_identifier
    except (ValueError, TypeError, KeyError):
        return None


def _response(raw: bytes) -> tuple[ocsp.OCSPResponse, datetime] | None:
    try:
        found = ocsp.OCSPResponse.load(raw, strict=True)
        if found["response_status"].native != "successful":
            return None
        return found, found.response_data["responses"][0]["this_update"].native
    except (ValueError, TypeError, KeyError, IndexError):
        return None


class Folder:
    """Lists from a folder (`*.crl`, DER), read anew when a file has changed."""

    def __init__(self, folder: Path) -> None:
        """Raises KeysMissing for a folder that is not there."""
        if not folder.is_dir():
            raise KeysMissing(f"{folder}: no folder of revocation lists (*.crl)")
        self._folder = folder

    def __call__(self, _cert: bytes, _now: datetime) -> Evidence:
        """Return all lists of the folder; a file that vanishes meanwhile is left out."""
        found = ((path, _stamp(path)) for path in sorted(self._folder.glob("*.crl")))
        return Evidence(lists=tuple(_read(path, stamp) for path, stamp in found if stamp))


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=64)
def _read(path: Path, _stamp: int) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


class Responder:
    """Asks an OCSP responder over HTTP; one that is slow, silent or answers another question is no evidence."""

    def __init__(self, url: str, issuers: Sequence[bytes], timeout: float = _TIME_OUT) -> None:
        """`issuers` are the trusted CA certificates (DER); `timeout` is in real seconds."""
        self._url, self._timeout = url, timeout
        self._issuers = [x509.load_der_x509_certificate(der) for der in issuers]

    def __call__(self, cert: bytes, _now: datetime) -> Evidence:
        """Ask once. Only about a certificate that one of the issuers has signed: nobody else's is worth a call."""
        try:
            asked = x509.load_der_x509_certificate(cert)
            issuer = next(one for one in self._issuers if _has_issued(one, asked))
        except (ValueError, StopIteration):
            return Evidence()
        nonce = secrets.token_bytes(_NONCE)
        builder = questions.OCSPRequestBuilder().add_certificate(asked, issuer, hashes.SHA256())
        request = builder.add_extension(x509.OCSPNonce(nonce), critical=False).build()
        answer = self._post(request.public_bytes(serialization.Encoding.DER))
        return Evidence(responses=(answer,)) if _repeats(answer, nonce) else Evidence()

    def _post(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/ocsp-request"}
        request = urllib.request.Request(self._url, body, headers)  # noqa: S310 - the operator's own URL
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:  # noqa: S310 - ditto
                return bytes(answer.read(_LARGEST))
        except OSError:
            return b""


def _has_issued(issuer: x509.Certificate, cert: x509.Certificate) -> bool:
    """By name and signature: the generations of a CA share one name (card.md 4.1)."""
    try:
        cert.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _repeats(answer: bytes, nonce: bytes) -> bool:
    """Say whether the response was made for this very question (fault-38: an old one, a wrong nonce)."""
    try:
        said = questions.load_der_ocsp_response(answer)
        return said.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == nonce
    except (ValueError, x509.ExtensionNotFound):
        return False


def source(places: Iterable[str], issuers: Sequence[bytes]) -> Revocation | None:
    """Return the evidence of all `places`, each a folder or `http://…`; None for no place. Raises KeysMissing."""
    sources = [Responder(one, issuers) if one.startswith("http") else Folder(Path(one)) for one in places]
    if not sources:
        return None

    def everywhere(cert: bytes, now: datetime) -> Evidence:
        found = [one(cert, now) for one in sources]
        lists, responses = (one.lists for one in found), (one.responses for one in found)
        return Evidence(tuple(sum(lists, ())), tuple(sum(responses, ())))

    return everywhere
