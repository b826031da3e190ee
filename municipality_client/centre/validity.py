"""Is this card's public-key certificate good now, and did its key answer the challenge?

Separate because it is the one door to the path validation library, and because it knows
cryptography and no person: the answer is (issuer, serial) and the key, or the code of a screen.
Source: design 3.2 step 3; card.md 4.2; fault-12, fault-13, fault-38.
"""

import hashlib
import threading
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from asn1crypto import x509  # type: ignore[import-untyped]  # ships no types
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator import errors as library
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    NO_REVOCATION,
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
    PKIXValidationParams,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.validate import async_validate_path, validate_usage

from municipality_client.centre import revocation
from municipality_client.centre.revocation import Evidence, Limits, Revocation, Usable

FOREIGN, EXPIRED, REVOKED, SUSPENDED, ABSENT, UNCHECKED = "E-02", "E-13", "E-14", "E-15", "E-16", "E-42"
NOT_YET = "cert-not-yet-valid"

_BY_LIST = RevocationCheckingPolicy(RevocationCheckingRule.CRL_REQUIRED, RevocationCheckingRule.CRL_REQUIRED)
# asn1crypto parses in place, when it is asked: issuers and lists, which threads share, are looked at in turn.
_TURN = threading.Lock()
R = TypeVar("R")


@dataclass(frozen=True)
class Identity:
    """Who signed, as far as cryptography can tell: key id (hex) of the issuer, and the serial.

    The key and not the name, which all generations of a CA share (card.md 4.1): a serial counts within one.
    """

    issuer: str
    serial: int


@dataclass(frozen=True)
class Valid:
    """The public-key certificate is good; `key` is the holder's."""

    identity: Identity
    key: rsa.RSAPublicKey

    def answers(self, digest: bytes, signature: bytes) -> bool:
        """Say whether `signature` (PKCS#1 v1.5) is over this SHA-256 `digest`."""
        try:
            self.key.verify(signature, digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Invalid:
    """Not good, and the code of the screen that says why (E-02 E-13 E-14 E-15 E-16 E-42), or its narrower reason."""

    code: str
    reason: str = ""


class Validator:
    """Checks end-entity certificates against pinned issuers, policies and revocation lists."""

    def __init__(
        self,
        issuers: Sequence[bytes],
        policies: Sequence[str],
        min_key_bits: int,
        limits: Limits,
        revocation: Revocation | None = None,
        usage: str = "digital_signature",
    ) -> None:
        """`issuers` are trusted CA certificates (DER); `usage` is the key usage asked for.

        With `revocation`, evidence that is missing or beyond `limits` refuses (E-42); without it
        revocation is not checked.
        """
        # The generations of a CA share one name: an issuer is found by its key id.
        self._issuers = {root.key_identifier: root for root in map(_root, issuers)}
        self._params = PKIXValidationParams(frozenset(policies), initial_explicit_policy=True)
        self._min_key_bits, self._limits, self._revocation, self._usage = min_key_bits, limits, revocation, usage
        self._pinned: dict[bytes, Identity] = {}

    def pin(self, fingerprint: bytes, identity: Identity) -> None:
        """Believe one certificate of another issuer by its SHA-256, in place of `identity` (design 3.2, a real card).

        Only its validity and its key are looked at from then on; nobody knows whether it was revoked.
        """
        self._pinned[fingerprint] = identity

    @property
    def home(self) -> str:
        """Issuer under which people's files list their serials, where they say no other: the first trusted one."""
        return _hex(next(iter(self._issuers)))

    def check(self, der: bytes, now: datetime) -> Valid | Invalid:
        """Validate path, time, key usage, policy, key strength and revocation at `now`."""
        try:
            cert = x509.Certificate.load(der, strict=True)
            evidence = None if self._revocation is None else self._revocation(der, now)
            pinned = self._pinned.get(hashlib.sha256(der).digest())
            identity = pinned or Identity(_hex(cert.authority_key_identifier), int(cert.serial_number))
            key = load_der_public_key(cert.public_key.dump())
            with _TURN:
                code = _outside(cert, now) if pinned else self._refusal(cert, evidence, now)
        # What the parsers of hostile DER raise; the card has no usable user authentication certificate.
        except (ValueError, TypeError, KeyError):
            return Invalid(ABSENT)
        if code or identity.serial <= 0:
            return Invalid(code or ABSENT, NOT_YET if code == EXPIRED and now < cert.not_valid_before else "")
        if not isinstance(key, rsa.RSAPublicKey) or key.key_size < self._min_key_bits:
            return Invalid(ABSENT)
        return Valid(identity, key)

    def _refusal(self, cert: x509.Certificate, evidence: Evidence | None, now: datetime) -> str:
        root = self._issuers.get(cert.authority_key_identifier)
        # Another authority's card, or another use of this one's.
        if root is None:
            return FOREIGN
        # The library takes a trust anchor's word for ever (RFC 5280 6.1.1); a generation here has its end.
        if _outside(root, now):
            return EXPIRED
        known = None if evidence is None else revocation.usable(evidence, root.key_identifier, self._limits, now)
        anchor = CertTrustAnchor(root)
        # Issuers sign cards themselves: there is one path, and the library need not look for it.
        path = ValidationPath(anchor, (), cert)
        try:
            _finished(async_validate_path(_context(anchor, known, now), path, self._params))
            validate_usage(cert, {self._usage}, set(), extended_optional=False)
        except library.ValidationError as error:
            return _code(error)
        return ""


def _context(anchor: CertTrustAnchor, known: Usable | None, now: datetime) -> ValidationContext:
    return ValidationContext(
        trust_roots=[anchor],
        moment=now,
        allow_fetching=False,  # a public-key certificate must not make the centre call anybody
        crls=() if known is None else known.lists,
        ocsps=() if known is None else known.responses,
        # How old evidence may be, and whose clock may run ahead, has been looked at already.
        revinfo_policy=CertRevTrustPolicy(_policy(known), retroactive_revinfo=True),
        time_tolerance=timedelta(0),  # validity ends on the second
    )


def _policy(known: Usable | None) -> RevocationCheckingPolicy:
    """Return what the library must find; for what nobody has it shall not even look."""
    if known is None:
        return NO_REVOCATION
    return REQUIRE_REVINFO if known.responses else _BY_LIST


def _outside(cert: x509.Certificate, now: datetime) -> str:
    return "" if cert.not_valid_before <= now <= cert.not_valid_after else EXPIRED


def _code(error: library.ValidationError) -> str:
    match error:
        case library.RevokedError():
            return SUSPENDED if error.reason.native == "certificate_hold" else REVOKED
        case library.ExpiredError() | library.NotYetValidError():
            return EXPIRED
        case library.InsufficientRevinfoError():
            return UNCHECKED
    return ABSENT


def _finished(validation: Coroutine[Any, Any, R]) -> R:
    """Run a coroutine of the library that never waits, since fetching is off, without an event loop."""
    try:
        validation.send(None)
    except StopIteration as done:
        result: R = done.value
        return result
    validation.close()
    raise RuntimeError("path validation waited for something")


@lru_cache(maxsize=16)
def _root(der: bytes) -> x509.Certificate:
    """Parse a CA certificate once in a process: it is public, and comparing its names anew takes a while."""
    return x509.Certificate.load(der)


def _hex(key_id: bytes | None) -> str:
    """Without a key id an issuer is nobody's: such a serial is linked to no person."""
    return "" if key_id is None else key_id.hex()
