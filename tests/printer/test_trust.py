"""The folder of seal certificates: one pinned CA, and one line for each thing wrong with it."""

import hashlib
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding

from printer.errors import TrustError
from printer.trust import key_id, load_trust
from tests.printer.press import CODE, JST, OTHER_CODE, certificate, key, write_trust


def fingerprint(folder: Path) -> str:
    ca = x509.load_pem_x509_certificate((folder / "ca.crt.pem").read_bytes())
    return hashlib.sha256(ca.public_bytes(Encoding.DER)).hexdigest()


def test_each_municipality_has_its_key(tmp_path: Path) -> None:
    keys = load_trust(write_trust(tmp_path))
    number = key_id(key(f"TEST {CODE}").public_key())
    assert {found.municipality for found in keys.keys.values()} == {CODE, OTHER_CODE}
    assert keys.keys[number].municipality == CODE
    assert len(number) == 8
    assert keys.is_test


def test_the_shipped_keys_are_test_keys_and_are_the_default() -> None:
    keys = load_trust()
    assert keys.is_test
    assert {CODE, OTHER_CODE} <= {found.municipality for found in keys.keys.values()}


def test_a_pinned_ca_is_held_to(tmp_path: Path) -> None:
    write_trust(tmp_path)
    assert load_trust(tmp_path, seal_ca=fingerprint(tmp_path).upper()).keys
    with pytest.raises(TrustError, match="not the pinned seal CA"):
        load_trust(tmp_path, seal_ca="00" * 32)


def test_a_stolen_key_carries_its_date(tmp_path: Path) -> None:
    number = key_id(key(f"TEST {CODE}").public_key())
    write_trust(tmp_path)
    revoked = f'[[revoked]]\nkey_id = "{number.hex()}"\nfrom = 2026-05-01T00:00:00+09:00\n'
    (tmp_path / "revoked.toml").write_text(revoked)
    keys = load_trust(tmp_path).keys
    assert keys[number].revoked_from == datetime(2026, 5, 1, tzinfo=JST)
    assert [found.revoked_from for other, found in keys.items() if other != number] == [None]


def rsa_certificate() -> bytes:
    found = x509.load_pem_x509_certificate(certificate("TEST rsa", serial=CODE))
    builder = x509.CertificateBuilder(
        found.issuer, found.subject, generate_private_key(65537, 2048).public_key(), 1,
        found.not_valid_before_utc, found.not_valid_after_utc,
    )  # fmt: skip
    return builder.sign(key("Seal CA (TEST)"), None).public_bytes(Encoding.PEM)


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "no CA": (lambda place: (place / "ca.crt.pem").unlink(), "ca.crt.pem: No such file"),
    "CA is no PEM": (lambda place: (place / "ca.crt.pem").write_bytes(b"junk"), "no certificate in PEM"),
    "CA is no CA": (
        lambda place: (place / "ca.crt.pem").write_bytes(certificate("Seal CA (TEST)")),
        "no self-signed CA",
    ),
    "CA of another CA": (
        lambda place: (place / "ca.crt.pem").write_bytes(certificate("x", issuer="y", is_ca=True)),
        "no self-signed CA",
    ),
    "key of another CA": (
        lambda place: (place / "a.crt.pem").write_bytes(certificate("x", serial=CODE, issuer="y")),
        "a.crt.pem: is not issued by the seal CA",
    ),
    "no code": (lambda place: (place / "a.crt.pem").write_bytes(certificate("x")), "a.crt.pem: has no municipality"),
    "five digits": (
        lambda place: (place / "a.crt.pem").write_bytes(certificate("x", serial="12345")),
        "a.crt.pem: has no municipality",
    ),
    "RSA": (lambda place: (place / "a.crt.pem").write_bytes(rsa_certificate()), "or no Ed25519 key"),
    "twice": (
        lambda place: shutil.copy(place / f"{CODE}.crt.pem", place / "x.crt.pem"),
        "x.crt.pem: this key stands in another file",
    ),
    "revocations": (
        lambda place: (place / "revoked.toml").write_text("[[revoked]]\nkey_id = 5\n"),
        "revoked.toml:2: revoked.0.key_id: ",
    ),
}


@pytest.mark.parametrize(("breaks", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_folder_is_named(breaks: Callable[[Path], object], said: str, tmp_path: Path) -> None:
    breaks(write_trust(tmp_path))
    with pytest.raises(TrustError) as refused:
        load_trust(tmp_path)
    assert said in str(refused.value)
    assert str(tmp_path) in str(refused.value)
