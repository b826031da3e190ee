"""Finds the committed test keys in `assets/pki` and keeps them parsed for the life of the process.

Apart from issuing because making RSA keys takes seconds and must never be on a session's way:
`make_missing` is called by `make test-keys` alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

import assets
from card import errors, people
from card.authority import names
from card.authority.names import Ca

JST = timezone(timedelta(hours=9), "JST")
NEWEST = names.CA_YEARS[0]
_CV_KEYS = ("card-ca", "card-intermediate", "text-ca", "surface-ca", "municipality", "internal-authentication")
_BITS = 2048
_NEXT = "next"
_PREAMBLE = b"TEST: made for an emulator and published with it. Protects nothing.\n"


@dataclass(frozen=True)
class _Generation:
    """Serial and validity of one generation's root."""

    serial: int
    first: datetime
    last: datetime


def _ten_years(serial: int, first: datetime) -> _Generation:
    """As real roots: to the day before, ten years on, 23:59:59 JST."""
    return _Generation(serial, first, first.replace(year=first.year + 10) - timedelta(seconds=1))


_GENERATIONS = {
    # The newest spans every clock that an emulator may be set to; the old ones end as the real ones do.
    2023: _Generation(1, datetime(2015, 1, 1, tzinfo=JST), datetime(2049, 12, 31, 23, 59, 59, tzinfo=JST)),
    2019: _ten_years(0x06D10019, datetime(2019, 9, 8, tzinfo=JST)),
    2015: _ten_years(0x06D10015, datetime(2015, 10, 20, tzinfo=JST)),
}


def trusted_issuers() -> list[bytes]:
    """Return the DER CA certificates whose user authentication certificates a kiosk in tests knows, newest first."""
    return [ca_cert(Ca.USER_AUTHENTICATION, year) for year in names.CA_YEARS]


def signature_issuers() -> list[bytes]:
    """Return the DER CA certificates whose signature certificates an issue centre in tests knows, newest first."""
    return [ca_cert(Ca.DIGITAL_SIGNATURE, year) for year in names.CA_YEARS]


@lru_cache(maxsize=16)
def ca_cert(ca: Ca, year: int = NEWEST) -> bytes:
    """Return the certificate of a CA's generation as DER; raises TestKeyError."""
    return ca_x509(ca, year).public_bytes(serialization.Encoding.DER)


@lru_cache(maxsize=16)
def ca_x509(ca: Ca, year: int = NEWEST) -> x509.Certificate:
    """Return the certificate of a CA's generation parsed; raises TestKeyError."""
    path = _ca_path(ca, year, "crt")
    try:
        return x509.load_pem_x509_certificate(_read(path))
    except ValueError as error:
        raise errors.TestKeyError(f"{path}: not a public-key certificate") from error


def ca_key(ca: Ca, year: int = NEWEST) -> rsa.RSAPrivateKey:
    """Return the private key of a CA's generation; raises TestKeyError."""
    return _key(_ca_path(ca, year, "key"))


def authentication_key(person_id: str) -> rsa.RSAPrivateKey:
    """Return a person's user authentication key (IEF 0017); raises TestKeyError."""
    return _key(_person_path(person_id, "authentication"))


def phone_key(person_id: str) -> rsa.RSAPrivateKey:
    """Return the user authentication key of a person's phone; raises TestKeyError."""
    return _key(_person_path(person_id, "phone"))


def next_key(person_id: str) -> ec.EllipticCurvePrivateKey:
    """Return the P-384 user authentication key of a person's next-generation card; raises TestKeyError."""
    return _next_key(_person_path(person_id, _NEXT))


@lru_cache(maxsize=16)
def _next_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(_read(path), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise errors.TestKeyError(f"{path}: not an elliptic curve key")
    return key


def signature_key(person_id: str) -> rsa.RSAPrivateKey:
    """Return a person's signature key (IEF 001A); raises TestKeyError."""
    return _key(_person_path(person_id, "signature"))


def presence_key(person_id: str) -> rsa.RSAPrivateKey:
    """Return the key with which the 券面 applications of a person's card sign; raises TestKeyError."""
    return _key(_person_path(person_id, "presence"))


def delivery_key(person_id: str) -> rsa.RSAPrivateKey:
    """Return the key under which a person's card takes session keys; raises TestKeyError."""
    return _key(_person_path(person_id, "delivery"))


def reset_key() -> ed25519.Ed25519PrivateKey:
    """Return the key with which the test issuer authorises that a PIN is set anew; raises TestKeyError."""
    return _reset_key(assets.path("pki/jpki/pin-reset.key.pem"))


@lru_cache(maxsize=1)
def _reset_key(path: Path) -> ed25519.Ed25519PrivateKey:
    key = serialization.load_pem_private_key(_read(path), None)
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise errors.TestKeyError(f"{path}: not an Ed25519 key")
    return key


def cv_key(name: str) -> rsa.RSAPrivateKey:
    """Return a key of the card-verifiable hierarchy, or that of IEF 0019; raises TestKeyError."""
    return _key(_cv_path(name))


def make_missing() -> list[Path]:
    """Make the test keys and CA certificates that are not there yet; return what was made."""
    made = [path for ca in Ca for year in _years(ca) for path in _make_ca(ca, year)]
    paths = [_cv_path(name) for name in _CV_KEYS]
    paths += [_person_path(person_id, use) for person_id in people.ids() for use in _uses(people.read(person_id))]
    return made + _make_reset_key() + [path for path in paths if _make_key(path)]


def _is_next(path: Path) -> bool:
    return path.name.endswith(f"-{_NEXT}.key.pem")


def _make_reset_key() -> list[Path]:
    path = assets.path("pki/jpki/pin-reset.key.pem")
    if path.exists():
        return []
    form = serialization.PrivateFormat.PKCS8
    key = ed25519.Ed25519PrivateKey.generate()
    _write(path, key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return [path]


def make_for(person: str) -> list[Path]:
    """Make the missing keys of one person, of an id or beside a people file; return what was made. Takes seconds."""
    return [path for use in _uses(people.read(person)) if _make_key(path := _person_path(person, use))]


def _years(ca: Ca) -> tuple[int, ...]:
    """The foreign CA has one generation."""
    return (NEWEST,) if ca is Ca.FOREIGN else names.CA_YEARS


def _uses(holder: people.CardHolder) -> list[str]:
    uses = ["authentication"]
    if holder.signature_password is not None:
        uses.append("signature")
    return (
        uses
        + (["presence", "delivery"] if holder.face else [])
        + (["phone"] if holder.phone else [])
        + _next_uses(holder)
    )


def _next_uses(holder: people.CardHolder) -> list[str]:
    return [] if holder.next_cert_serial is None else [_NEXT]


def _make_ca(ca: Ca, year: int) -> list[Path]:
    key, cert = _ca_path(ca, year, "key"), _ca_path(ca, year, "crt")
    made = [key] if _make_key(key) else []
    if made or not cert.exists():
        _write(cert, _self_signed(ca, year, _key(key)).public_bytes(serialization.Encoding.PEM))
        made.append(cert)
    return made


def _make_key(path: Path) -> bool:
    if path.exists():
        return False
    elliptic = _is_next(path)
    key = ec.generate_private_key(ec.SECP384R1()) if elliptic else rsa.generate_private_key(65537, _BITS)
    form = serialization.PrivateFormat.PKCS8
    _write(path, key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return True


def _self_signed(ca: Ca, year: int, key: rsa.RSAPrivateKey) -> x509.Certificate:
    """A root as card.md §4.1 has it: no AKI, no policies, its own name as distribution point."""
    name, life = names.ca_name(ca), _GENERATIONS[year]
    builder = x509.CertificateBuilder(
        name,
        name,
        key.public_key(),
        serial_number=life.serial,
        not_valid_before=life.first,
        not_valid_after=life.last,
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


def _ca_path(ca: Ca, year: int, what: str) -> Path:
    generation = "" if year == NEWEST else f"-{year}"
    return assets.path(f"pki/jpki/{ca.value}{generation}.{what}.pem")


def _cv_path(name: str) -> Path:
    return assets.path(f"pki/jpki/cv-{name}.key.pem")


def _person_path(person: str, use: str) -> Path:
    name = f"{people.name_of(person)}-{use}.key.pem"
    return Path(person).with_name(name) if people.is_file(person) else assets.path(f"pki/people/{name}")
