"""The test JPKI: profile, validity, determinism, names that say TEST; and the people's files."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtensionOID
from hypothesis import given
from hypothesis import strategies as st

import assets
from assets import tables
from card import authority, certificates, errors, people
from card.authority import Ca, issue, keys
from tests.card.cards import JST, NOW

OTHER_NAME = "1.2.392.200149.8.5.5"


def _parsed(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)


def test_the_same_inputs_give_the_same_bytes() -> None:
    first = authority.issue_authentication_cert("hanako", 0, NOW)
    issue._with_serial.cache_clear()

    assert first == authority.issue_authentication_cert("hanako", 0, NOW + timedelta(days=200))
    assert first != authority.issue_authentication_cert("hanako", 1, NOW)
    assert first != authority.issue_authentication_cert("hanako", 0, NOW.replace(year=2027))


@pytest.mark.parametrize("person", people.ids())
def test_every_person_has_a_card(person: str) -> None:
    holder = people.read(person)
    auth = certificates.read(authority.issue_authentication_cert(person, 0, NOW))
    known = any(certificates.is_issued_by(auth, certificates.issuer(der)) for der in authority.trusted_issuers())

    assert known == (holder.authority == "jpki")
    assert holder.auth_cert_serial == auth.serial
    assert auth.not_before <= NOW <= auth.not_after
    sign = authority.issue_signature_cert(person, 2, NOW)
    assert (sign is None) == (holder.sign_cert_serial is None)
    if sign and holder.sign_cert_serial:
        assert holder.sign_cert_serial + 2 == certificates.read(sign).serial


def test_the_profile_of_an_authentication_certificate() -> None:
    cert = _parsed(authority.issue_authentication_cert("taro", 0, NOW))
    extensions = {extension.oid: extension for extension in cert.extensions}

    assert re.fullmatch(r"CN=TEST[0-9A-F]{19},C=JP", cert.subject.rfc4514_string())
    assert extensions[ExtensionOID.KEY_USAGE].critical
    usage = cert.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (True, False, False)
    assert extensions[ExtensionOID.CERTIFICATE_POLICIES].critical
    policies = cert.extensions.get_extension_for_class(x509.CertificatePolicies).value
    assert [policy.policy_identifier for policy in policies] == [authority.AUTHENTICATION_POLICY]
    assert ExtensionOID.SUBJECT_ALTERNATIVE_NAME not in extensions
    authority_id = cert.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    root = _parsed(authority.ca_cert(Ca.USER_AUTHENTICATION))
    assert authority_id == root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    points = cert.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert "CN=Ishikari-shi CRLDP,OU=Hokkaido,OU=CRL Distribution Points" in str(points[0].full_name)


def test_the_profile_of_a_signature_certificate() -> None:
    person = authority.Attributes("石狩　太郎", "男", date(1980, 2, 17), "北海道石狩市花川北六条一丁目３０番地２")
    der = authority.issue_signature_cert("taro", 0, NOW, person)
    assert der is not None
    cert = _parsed(der)
    usage = cert.extensions.get_extension_for_class(x509.KeyUsage).value
    names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    entries = {str(name.type_id.dotted_string): name.value for name in names if isinstance(name, x509.OtherName)}

    assert (usage.digital_signature, usage.content_commitment) == (True, True)
    assert [f"{OTHER_NAME}.{n}" for n in (1, 4, 3, 5, 2, 6)] == list(entries)
    assert entries[f"{OTHER_NAME}.4"] == b"\x0c\x09319800217"
    assert entries[f"{OTHER_NAME}.3"] == b"\x0c\x011"
    assert "石狩　太郎".encode() == entries[f"{OTHER_NAME}.1"][2:]
    assert entries[f"{OTHER_NAME}.2"] == b"\x0c\x0500000"
    plain = authority.issue_signature_cert("taro", 0, NOW)
    assert plain is not None
    with pytest.raises(x509.ExtensionNotFound):
        _parsed(plain).extensions.get_extension_for_class(x509.SubjectAlternativeName)


@pytest.mark.parametrize(("size", "head"), [(1, "0c01"), (127, "0c7f"), (128, "0c8180"), (300, "0c82012c")])
def test_utf8_strings_of_every_length(size: int, head: str) -> None:
    assert bytes.fromhex(head) + b"a" * size == issue._utf8_string("a" * size)


@pytest.mark.parametrize(
    ("birthday", "year", "end"),
    [
        (date(1980, 2, 17), 2026, date(2029, 2, 17)),
        (date(1980, 12, 31), 2026, date(2029, 12, 31)),
        (date(1980, 1, 1), 2026, date(2030, 1, 1)),  # a birthday on the first day does not count
        (date(1980, 2, 29), 2026, date(2029, 2, 28)),
        (date(1980, 2, 29), 2025, date(2028, 2, 29)),
    ],
)
def test_validity_ends_on_the_fifth_birthday(birthday: date, year: int, end: date) -> None:
    start, last = issue.validity(birthday, year)

    assert datetime(year - 1, 1, 1, tzinfo=JST) == start
    assert datetime(end.year, end.month, end.day, 23, 59, 59, tzinfo=JST) == last


@given(st.dates(date(1900, 1, 1), date(2025, 12, 31)), st.integers(1, 365 * 28))
def test_a_certificate_is_always_valid_at_the_clock_in_use(birthday: date, days: int) -> None:
    now = datetime(2016, 12, 31, tzinfo=JST) + timedelta(days=days)
    start, end = issue.validity(birthday, now.year)

    assert start <= now <= end
    root = certificates.issuer(authority.ca_cert(Ca.USER_AUTHENTICATION))
    assert root.not_before <= start
    assert end <= root.not_after


def test_the_year_in_use_is_the_japanese_one() -> None:
    new_year = datetime(2027, 1, 1, 0, 30, tzinfo=JST)

    same = new_year.astimezone(datetime.fromisoformat("2026-12-31T15:30+00:00").tzinfo)
    assert authority.issue_authentication_cert("taro", 0, new_year) == (
        authority.issue_authentication_cert("taro", 0, same)
    )


@pytest.mark.parametrize("ca", list(Ca))
def test_every_name_says_test(ca: Ca) -> None:
    root = _parsed(authority.ca_cert(ca))

    assert "TEST" in root.subject.rfc4514_string()
    assert not re.search(r"O=JPKI(?!-TEST)", root.subject.rfc4514_string())
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    for path in assets.path("pki").glob("jpki/*.pem"):
        assert path.read_bytes().startswith(b"TEST")


def test_a_revocation_list_is_signed_and_says_who() -> None:
    revoked = [authority.Revoked(1000102, NOW, suspended=True), authority.Revoked(1000101, NOW)]
    raw = authority.revocation_list(Ca.USER_AUTHENTICATION, revoked, NOW, 7)
    found = x509.load_der_x509_crl(raw)
    root_key = keys.ca_key(Ca.USER_AUTHENTICATION).public_key()

    assert found.is_signature_valid(root_key)
    signer = found.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert signer == x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key)
    assert [entry.serial_number for entry in found] == [1000101, 1000102]
    assert raw == authority.revocation_list(Ca.USER_AUTHENTICATION, revoked, NOW, 7)
    held = found.get_revoked_certificate_by_serial_number(1000102)
    assert held is not None
    assert x509.ReasonFlags.certificate_hold == held.extensions.get_extension_for_class(x509.CRLReason).value.reason


def test_no_key_is_missing() -> None:
    assert keys.make_missing() == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('pin = "12345"', "card.pin: Value error, must be four digits"),
        ("pin = 1234", "card.pin: Input should be a valid string"),
        ('pin = "1234"\nsignature_password = "abc123"', "card.signature_password: Value error, must be 6 to 16"),
        ('pin = "1234"\nsignature_password = "ABC123"', "go together"),
        ('pin = "1234"\ncolour = "red"', "card.colour: Extra inputs"),
    ],
)
def test_mistakes_in_a_persons_file_name_file_line_and_field(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(
        f'[card]\nbirthday = 1980-01-01\nauth_cert_serial = 1\nprefecture = "A"\nmunicipality = "B"\n{line}\n'
    )
    with pytest.raises(tables.FileError) as caught:
        tables.read(path, people.CardHolder, table="card")

    assert f"{path}:" in str(caught.value)
    assert said in str(caught.value)
    assert "12345" not in str(caught.value)
    assert "abc123" not in str(caught.value)


def test_a_missing_key_says_what_to_run() -> None:
    with pytest.raises(errors.TestKeyError, match="make test-keys"):
        keys.authentication_key("nobody")
