"""Makes what is missing: seal CA, municipal seal keys, TLS key pairs, and the pictures of seals.

Separate because making keys is never on a session's way: this runs for `test-keys`, `init` and
`rotate-seal` only. Everything it makes says TEST or 見本. Seal keys are Ed25519 (2016 - 2046), with the
municipality code in the subject's serialNumber; TLS keys are EC P-256 (2020 - 2050).
"""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from municipality_client.centre import seal_pictures, signing
from municipality_client.centre.people import read_seal_text
from municipality_client.centre.profiles import Profile
from municipality_client.errors import KeysMissing

_Key = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
_SEAL_SPAN = datetime(2016, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC)
_TLS_SPAN = datetime(2020, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_HOST = re.compile(r"(?!-)[0-9a-z-]{1,63}(?<!-)(\.(?!-)[0-9a-z-]{1,63}(?<!-))*", re.IGNORECASE)


@dataclass(frozen=True)
class Authority:
    """A test CA: its public-key certificate, its key, and the span of what it issues."""

    cert: x509.Certificate
    key: _Key
    span: tuple[datetime, datetime]


def make_seal_keys(folder: Path, profiles: Iterable[Profile]) -> list[Path]:
    """Make `folder/ca.*` and `folder/<code>.*` where missing; returns the new files."""
    made: list[Path] = []
    name = _name("TEST 見本 seal CA")
    ca = _authority(folder, name, ed25519.Ed25519PrivateKey.generate(), _SEAL_SPAN, made)
    for profile in profiles:
        _issue_seal(folder, ca, profile, made)
    return made


def rotate_seal(folder: Path, profile: Profile, now: datetime, stolen_since: datetime | None = None) -> list[Path]:
    """Give a municipality a new seal key from `now` on; returns the new files.

    The old public-key certificate stays, under its key id: what it sealed can be verified as before. The
    old key is gone. A key `stolen_since` then is written into `revoked.toml`. Raises KeysMissing.
    """
    stem = folder / profile.code
    old = signing.load_keys(folder, [profile.code])[profile.code].key_id.hex()
    if not (folder / "ca.key.pem").is_file():
        raise KeysMissing(f"{folder / 'ca.key.pem'}: missing: the seal CA's key is needed to issue")
    stem.with_suffix(".crt.pem").rename(folder / f"{profile.code}-{old}.crt.pem")
    stem.with_suffix(".key.pem").unlink()
    made: list[Path] = []
    ca = Authority(_read_cert(folder / "ca"), _read_key(folder / "ca"), (now, _SEAL_SPAN[1]))
    _issue_seal(folder, ca, profile, made)
    if stolen_since is not None:
        revoked = folder / "revoked.toml"
        with revoked.open("a", encoding="utf-8") as text:
            text.write(f'[[revoked]]\nkey_id = "{old}"\nfrom = {stolen_since.isoformat()}\n')
        made.append(revoked)
    return made


def _issue_seal(folder: Path, ca: Authority, profile: Profile, made: list[Path]) -> None:
    subject = _name(f"TEST 見本 {profile.mayor.title}印", serial=profile.code)
    usage = _usage(digital_signature=True, content_commitment=True)
    _issue(folder / profile.code, ca, subject, ed25519.Ed25519PrivateKey.generate(), [(usage, True)], made)


def make_tls_keys(folder: Path, terminals: Iterable[str], names: Sequence[str] = ()) -> list[Path]:
    """Make `folder/ca.*`, `centre.*` and `terminal-<id>.*` where missing; returns the new files.

    `names`: host names and addresses by which kiosks reach the centre, beside this machine's own. Raises
    KeysMissing for what is neither, and where there is a centre's certificate that does not say them.
    """
    made: list[Path] = []
    hosts = x509.SubjectAlternativeName([_host(one) for one in (*_LOOPBACK, *names)])
    name = _name("TEST issue centre TLS CA")
    ca = _authority(folder, name, ec.generate_private_key(ec.SECP256R1()), _TLS_SPAN, made)
    server = _purpose(ExtendedKeyUsageOID.SERVER_AUTH), (hosts, False)
    key = ec.generate_private_key(ec.SECP256R1())
    _issue(folder / "centre", ca, _name("TEST issue centre"), key, [*server, _signing()], made)
    _check_names(folder / "centre", names)
    for terminal in terminals:
        key = ec.generate_private_key(ec.SECP256R1())
        extensions = [_purpose(ExtendedKeyUsageOID.CLIENT_AUTH), _signing()]
        _issue(folder / f"terminal-{terminal}", ca, _name(terminal), key, extensions, made)
    return made


def _check_names(stem: Path, names: Sequence[str]) -> None:
    """Refuse a centre's certificate that was there before and by which kiosks would not know it."""
    if names:
        said = _read_cert(stem).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        if strange := [one for one in names if _host(one) not in said]:
            raise KeysMissing(f"{stem}.crt.pem: does not name {', '.join(strange)}; remove it, and it is made anew")


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        if not _HOST.fullmatch(name):
            raise KeysMissing(f"{name}: neither a host name nor an address") from None
        return x509.DNSName(name)


def draw_seals(people: Path, profiles: Iterable[Profile]) -> list[Path]:
    """Draw the pictures that people and profiles name, where missing; returns the new files."""
    made: list[Path] = []
    for path in sorted(people.glob("*.toml")):
        if seal := read_seal_text(path):
            _write(path.parent / seal.picture, seal_pictures.registered(seal.text, seal.width_mm), made)
    for profile in profiles:
        mayor = profile.mayor
        picture = seal_pictures.official(mayor.seal_text, mayor.seal_width_mm)
        _write(Path(mayor.seal_picture), picture, made)
    return made


def _authority(
    folder: Path, name: x509.Name, key: _Key, span: tuple[datetime, datetime], made: list[Path]
) -> Authority:
    """Read the CA of the folder, or make it."""
    stem = folder / "ca"
    if not stem.with_suffix(".crt.pem").exists():
        usage = (_usage(key_cert_sign=True, crl_sign=True), True)
        constraints = (x509.BasicConstraints(ca=True, path_length=0), True)
        cert = _signed(name, name, key, key, span, [usage, constraints])
        _store(stem, cert, key, made)
    return Authority(_read_cert(stem), _read_key(stem), span)


_Extension = tuple[x509.ExtensionType, bool]


def _issue(
    stem: Path, ca: Authority, subject: x509.Name, key: _Key, extensions: list[_Extension], made: list[Path]
) -> None:
    # A key that is there is never replaced: papers and terminals depend on it.
    if stem.with_suffix(".crt.pem").exists():
        return
    leaf = (x509.BasicConstraints(ca=False, path_length=None), True)
    _store(stem, _signed(subject, ca.cert.subject, key, ca.key, ca.span, [leaf, *extensions]), key, made)


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    key: _Key,
    signer: _Key,
    span: tuple[datetime, datetime],
    extensions: list[_Extension],
) -> x509.Certificate:
    serial = x509.random_serial_number()
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), serial, *span)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    builder = builder.add_extension(identifier, False)
    return builder.sign(signer, None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def _name(common: str, serial: str = "") -> x509.Name:
    parts = [(NameOID.COUNTRY_NAME, "JP"), (NameOID.ORGANIZATION_NAME, "TEST"), (NameOID.COMMON_NAME, common)]
    if serial:
        parts.append((NameOID.SERIAL_NUMBER, serial))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def _usage(**wanted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: wanted.get(name, False) for name in names.split()})


def _signing() -> _Extension:
    return _usage(digital_signature=True), True


def _purpose(purpose: x509.ObjectIdentifier) -> _Extension:
    return x509.ExtendedKeyUsage([purpose]), False


def _store(stem: Path, cert: x509.Certificate, key: _Key, made: list[Path]) -> None:
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    raw = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    _write(stem.with_suffix(".key.pem"), raw, made, mode=0o600)
    _write(stem.with_suffix(".crt.pem"), cert.public_bytes(pem), made)


def _write(path: Path, content: bytes, made: list[Path], mode: int = 0o644) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode)
    path.write_bytes(content)
    made.append(path)


def _read_cert(stem: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(stem.with_suffix(".crt.pem").read_bytes())


def _read_key(stem: Path) -> _Key:
    key = serialization.load_pem_private_key(stem.with_suffix(".key.pem").read_bytes(), None)
    if not isinstance(key, ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey):
        raise TypeError(f"{stem}: a key of another kind")
    return key
