"""Is this card's public-key certificate good now, and did its key answer the challenge?

Separate because it is the one door to the path validation library, and because it knows
cryptography and no person: the answer is (issuer, serial) and the key, or the code of a screen.
Source: design 3.2 step 3; card.md 4.2; fault-12, fault-13, fault-38.
"""

import hashlib
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from asn1crypto import x509  # type: ignore[import-untyped]  # ships no types
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator import errors as library
from pyhanko_certvalidator.policy_decl import PKIXValidationParams

FOREIGN, EXPIRED, REVOKED, SUSPENDED, ABSENT, UNCHECKED = "E-02", "E-13", "E-14", "E-15", "E-16", "E-42"

Revocation = Callable[[datetime], Sequence[bytes]]
R = TypeVar("R")


@dataclass(frozen=True)
class Identity:
    """Who signed, as far as cryptography can tell: SHA-256 (hex) of the issuer's name, and the serial."""

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
    """Not good, and the code of the screen that says why (E-02 E-13 E-14 E-15 E-16 E-42)."""

    code: str


class Validator:
    """Checks end-entity certificates against pinned issuers, policies and revocation lists."""

    def __init__(
        self,
        issuers: Sequence[bytes],
        policies: Sequence[str],
        min_key_bits: int,
        revocation: Revocation | None = None,
    ) -> None:
        """`issuers` are trusted CA certificates (DER).

        `revocation` gives revocation lists (DER) for a time; with it a missing or old list refuses
        (E-42), without it revocation is not checked.
        """
        self._roots = [_root(der) for der in issuers]
        self._params = PKIXValidationParams(frozenset(policies), initial_explicit_policy=True)
        self._min_key_bits, self._revocation = min_key_bits, revocation

    @property
    def home(self) -> str:
        """Issuer id under which people's files list their serials: the first trusted issuer's."""
        return _issuer_id(self._roots[0].subject)

    def check(self, der: bytes, now: datetime) -> Valid | Invalid:
        """Validate path, time, key usage, policy, key strength and revocation at `now`."""
        try:
            cert = x509.Certificate.load(der, strict=True)
            identity = Identity(_issuer_id(cert.issuer), int(cert.serial_number))
            key = load_der_public_key(cert.public_key.dump())
            code = self._refusal(cert, now)
        # What the parsers of hostile DER raise; the card has no usable user authentication certificate.
        except (ValueError, TypeError, KeyError):
            return Invalid(ABSENT)
        if code or identity.serial <= 0:
            return Invalid(code or ABSENT)
        if not isinstance(key, rsa.RSAPublicKey) or key.key_size < self._min_key_bits:
            return Invalid(ABSENT)
        return Valid(identity, key)

    def _refusal(self, cert: x509.Certificate, now: datetime) -> str:
        lists = None if self._revocation is None else self._revocation(now)
        context = ValidationContext(
            trust_roots=self._roots,
            moment=now,
            allow_fetching=False,  # a public-key certificate must not make the centre call anybody
            crls=lists or (),
            revocation_mode="soft-fail" if lists is None else "hard-fail",
            time_tolerance=timedelta(0),  # validity ends on the second
        )
        validator = CertificateValidator(cert, validation_context=context, pkix_params=self._params)
        try:
            _finished(validator.async_validate_usage({"digital_signature"}))  # type: ignore[no-untyped-call]  # ditto
        except library.ValidationError as error:
            return _code(error)
        # No trusted issuer of that name: another authority's card, or another use of this one's.
        except library.PathBuildingError:
            return FOREIGN
        return ""


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


def _issuer_id(name: x509.Name) -> str:
    return hashlib.sha256(name.dump()).hexdigest()
