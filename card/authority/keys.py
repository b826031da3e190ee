"""Finds the committed test keys in `assets/pki` and keeps them parsed for the life of the process.

Apart from issuing because making RSA keys takes seconds and must never be on a session's way:
`make_missing` is called by `make test-keys` alone.
"""

from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import assets
from card import errors, people
from card.authority import names
from card.authority.names import Ca

JST = timezone(timedelta(hours=9), "JST")
_FROM = datetime(2015, 1, 1, tzinfo=JST)
_UNTIL = datetime(2049, 12, 31, 23, 59, 59, tzinfo=JST)
_BITS = 2048
_PREAMBLE = b"TEST: made for an emulator and published with it. Protects nothing.\n"


def trusted_issuers() -> list[bytes]:
    """Return the DER CA certificates whose user authentication certificates a kiosk in tests knows."""
    return [ca_cert(Ca.USER_AUTHENTICATION)]


@lru_cache(maxsize=8)
def ca_cert(ca: Ca) -> bytes:
    """Return a CA certificate as DER; raises TestKeyError."""
    return ca_x509(ca).public_bytes(serialization.Encoding.DER)


@lru_cache(maxsize=8)
def ca_x509(ca: Ca) -> x509.Certificate:
    """Return a CA certificate parsed; raises TestKeyError."""
    path = _ca_path(ca, "crt")
    try:
        return x509.load_pem_x509_certificate(_read(path))
    except ValueError as error:
        raise errors.TestKeyError(f"{path}: not a public-key certificate") from error


def ca_key(ca: Ca) -> rsa.RSAPrivateKey:
    """Return a CA's private key; raises TestKeyError."""
    return _key(_ca_path(ca, "key"))


def authentication_key(person_id: str) -> rsa.RSAPrivateKey:
    """Return a person's user authentication key (IEF 0017); raises TestKeyError."""
    return _key(_person_path(person_id, "authentication"))


def signature_key(person_id: str) -> rsa.RSAPrivateKey:
    """Return a person's signature key (IEF 001A); raises TestKeyError."""
    return _key(_person_path(person_id, "signature"))


def make_missing() -> list[Path]:
    """Make the test keys and CA certificates that are not there yet; return what was made."""
    made = [path for ca in Ca for path in _make_ca(ca)]
    for person_id in people.ids():
        uses = ["authentication"]
        if people.read(person_id).signature_password is not None:
            uses.append("signature")
        made += [path for use in uses if _make_key(path := _person_path(person_id, use))]
    return made


def _make_ca(ca: Ca) -> list[Path]:
    key, cert = _ca_path(ca, "key"), _ca_path(ca, "crt")
    made = [key] if _make_key(key) else []
    if made or not cert.exists():
        _write(cert, _self_signed(ca, _key(key)).public_bytes(serialization.Encoding.PEM))
        made.append(cert)
    return made


def _make_key(path: Path) -> bool:
    if path.exists():
        return False
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    form = serialization.PrivateFormat.PKCS8
    _write(path, key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return True


def _self_signed(ca: Ca, key: rsa.RSAPrivateKey) -> x509.Certificate:
    """A root as card.md §4.1 has it: no AKI, no policies, its own name as distribution point."""
    name = names.ca_name(ca)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), serial_number=1, not_valid_before=_FROM, not_valid_after=_UNTIL
    )
    point = x509.DistributionPoint([x509.DirectoryName(name)], None, None, None)
    alternative = x509.DirectoryName(names.authority_alternative_name())
    return (
        builder.add_extension(_ca_usage(), critical=True)
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _ca_usage() -> x509.KeyUsage:
    return key_usage(key_cert_sign=True, crl_sign=True)


def key_usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    """Return a KeyUsage with only the named bits."""
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


@lru_cache(maxsize=256)
def _key(path: Path) -> rsa.RSAPrivateKey:
    """Committed with the program, so the costly consistency check is left out."""
    try:
        key = serialization.load_pem_private_key(_read(path), None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError) as error:
        raise errors.TestKeyError(f"{path}: not a private key") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise errors.TestKeyError(f"{path}: not an RSA key")
    return key


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise errors.TestKeyError(f"{path}: {error.strerror}: run `make test-keys`") from error


def _write(path: Path, pem: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_PREAMBLE + pem)


def _ca_path(ca: Ca, what: str) -> Path:
    return assets.path(f"pki/jpki/{ca.value}.{what}.pem")


def _person_path(person_id: str, use: str) -> Path:
    return assets.path(f"pki/people/{person_id}-{use}.key.pem")
