"""Which keys may seal a municipality's certificates, and when.

A folder holds the pinned seal CA (`ca.crt.pem`), one X.509 certificate for each municipal key
(`<anything>.crt.pem`: Ed25519, the municipality code in the subject's serialNumber) and, where a
key was stolen, `revoked.toml`:

    [[revoked]]
    key_id = "0123456789abcdef"           # first 8 bytes of SHA-256 of the SubjectPublicKeyInfo
    from = 2026-05-01T00:00:00+09:00      # seals issued from here on are not believed

Separate from the check of a set because it reads files; the check itself is pure.
Source: design.md 3.2 (Trust), RFC 5280, RFC 8410.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

import assets
from assets import tables
from printer.errors import TrustError

_TEST = re.compile("TEST|見本")
_CODE = re.compile(r"[0-9]{6}")


@dataclass(frozen=True)
class SealKey:
    """One municipal key. It stays good for seals issued in its time, even after that time."""

    municipality: str
    public_key: Ed25519PublicKey
    valid_from: datetime
    valid_until: datetime
    revoked_from: datetime | None = None

    def signed(self, signature: bytes, content: bytes) -> bool:
        """Say whether `signature` is this key's over `content`."""
        try:
            self.public_key.verify(signature, content)
        except InvalidSignature:
            return False
        return True

    def is_good_for(self, issued_at: datetime, now: datetime) -> bool:
        """Say whether a seal issued then may be believed now; a stolen key can lie about its date."""
        stolen = self.revoked_from is not None and self.revoked_from <= max(issued_at, now)
        return self.valid_from <= issued_at <= self.valid_until and not stolen


@dataclass(frozen=True)
class Trust:
    """Municipal keys by key id. `is_test`: the CA says TEST or 見本, so nothing sealed under it is real."""

    keys: Mapping[bytes, SealKey] = field(repr=False)
    is_test: bool


class _Revoked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    key_id: str = Field(pattern="^[0-9a-f]{16}$")
    since: AwareDatetime = Field(alias="from")


class _Revocations(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    revoked: list[_Revoked] = []


def load_trust(folder: Path | None = None, *, seal_ca: str | None = None) -> Trust:
    """Read the folder (by default the test keys of this program).

    `seal_ca` pins the CA: the SHA-256 of its certificate in hexadecimal. Raises TrustError, naming
    the file, for anything missing, broken, of another CA, or twice.
    """
    place = folder if folder is not None else assets.path("pki/seal")
    ca = _certificate(place / "ca.crt.pem")
    if seal_ca is not None and hashlib.sha256(ca.public_bytes(Encoding.DER)).hexdigest() != seal_ca.lower():
        raise TrustError(f"{place / 'ca.crt.pem'}: is not the pinned seal CA")
    _check_ca(place, ca)
    revoked = _revocations(place / "revoked.toml")
    keys: dict[bytes, SealKey] = {}
    for path in sorted(place.glob("*.crt.pem")):
        if path.name != "ca.crt.pem":
            number, key = _seal_key(path, ca, revoked)
            if keys.setdefault(number, key) is not key:
                raise TrustError(f"{path}: this key stands in another file too")
    return Trust(keys, _TEST.search(ca.subject.rfc4514_string()) is not None)


def key_id(public_key: Ed25519PublicKey) -> bytes:
    """First 8 bytes of the SHA-256 of the SubjectPublicKeyInfo (DER)."""
    info = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(info).digest()[:8]


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except OSError as error:
        raise TrustError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise TrustError(f"{path}: is no certificate in PEM") from error


def _check_ca(place: Path, ca: x509.Certificate) -> None:
    try:
        is_ca = ca.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        is_ca = False
    if not is_ca or not _is_issued_by(ca, ca):
        raise TrustError(f"{place / 'ca.crt.pem'}: is no self-signed CA certificate")


def _is_issued_by(certificate: x509.Certificate, ca: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(ca)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _seal_key(path: Path, ca: x509.Certificate, revoked: Mapping[bytes, datetime]) -> tuple[bytes, SealKey]:
    certificate = _certificate(path)
    if not _is_issued_by(certificate, ca):
        raise TrustError(f"{path}: is not issued by the seal CA")
    codes = [str(part.value) for part in certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)]
    public_key = certificate.public_key()
    if len(codes) != 1 or not _CODE.fullmatch(codes[0]) or not isinstance(public_key, Ed25519PublicKey):
        raise TrustError(f"{path}: has no municipality code or no Ed25519 key")
    number = key_id(public_key)
    valid = (certificate.not_valid_before_utc, certificate.not_valid_after_utc)
    return number, SealKey(codes[0], public_key, *valid, revoked.get(number))


def _revocations(path: Path) -> dict[bytes, datetime]:
    if not path.exists():
        return {}
    try:
        read = tables.read(path, _Revocations)
    except tables.FileError as error:
        raise TrustError(str(error)) from error
    return {bytes.fromhex(entry.key_id): entry.since for entry in read.revoked}
