"""Generations of the test CAs, what stands in their certificates, and OCSP (card.md §4; fault-13)."""

import re
from datetime import date, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID
from hypothesis import example, given
from hypothesis import strategies as st

from card import authority, certificates, people
from card.authority import Ca, eras, issue, keys, names
from tests.card.cards import JST, NOW

GENERATIONS = [(ca, year) for ca in (Ca.USER_AUTHENTICATION, Ca.DIGITAL_SIGNATURE) for year in names.CA_YEARS]
DER = serialization.Encoding.DER


def cert_of(person: str = "taro", generation: int = 0) -> bytes:
    return authority.issue_authentication_cert(person, generation, NOW)


@pytest.mark.parametrize(("ca", "year"), GENERATIONS, ids=[f"{ca.value}-{year}" for ca, year in GENERATIONS])
def test_4_1_ca_certificates(ca: Ca, year: int) -> None:
    """DN, serial, extensions, key: each row of the table."""
    root = x509.load_der_x509_certificate(authority.ca_cert(ca, year))
    extensions = [extension.oid for extension in root.extensions]

    assert root.subject == root.issuer == names.ca_name(ca)
    assert root.extensions.get_extension_for_class(x509.KeyUsage).critical
    usage = root.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.key_cert_sign, usage.crl_sign, usage.digital_signature) == (True, True, False)
    constraints = root.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.critical, constraints.value.ca, constraints.value.path_length) == (True, True, None)
    assert ExtensionOID.SUBJECT_KEY_IDENTIFIER in extensions
    assert ExtensionOID.AUTHORITY_KEY_IDENTIFIER not in extensions
    assert ExtensionOID.CERTIFICATE_POLICIES not in extensions
    key = root.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    assert (key.key_size, key.public_numbers().e) == (2048, 65537)
    points = root.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert points[0].full_name == [x509.DirectoryName(root.subject)]


def test_4_1_generations_share_a_name_and_nothing_else() -> None:
    roots = [x509.load_der_x509_certificate(der) for der in authority.trusted_issuers()]
    keyed = {root.public_key().public_bytes(DER, serialization.PublicFormat.SubjectPublicKeyInfo) for root in roots}

    assert len({root.subject for root in roots}) == 1
    assert len(keyed) == len({root.serial_number for root in roots}) == 3
    assert [root.not_valid_after_utc.astimezone(JST).year for root in roots] == [2049, 2029, 2025]
    assert {root.not_valid_after_utc.astimezone(JST).strftime("%H%M%S") for root in roots} == {"235959"}


@pytest.mark.proves("fault-13")
@pytest.mark.parametrize("year", names.CA_YEARS)
def test_4_1_the_root_is_found_by_signature_not_by_name(year: int) -> None:
    holder = people.read("taro").model_copy(update={"ca_year": year})
    cert = certificates.read(issue._authentication("taro", holder, 0, 2026, False))
    signed_by = [certificates.is_issued_by(cert, certificates.issuer(der)) for der in authority.trusted_issuers()]

    assert [year == other for other in names.CA_YEARS] == signed_by
    named = cert.parsed.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    root = x509.load_der_x509_certificate(authority.ca_cert(Ca.USER_AUTHENTICATION, year))
    assert named == root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest


@pytest.mark.parametrize("use", ["authentication", "signature"])
def test_4_2_extensions_of_a_holders_certificate(use: str) -> None:
    der = cert_of() if use == "authentication" else authority.issue_signature_cert("taro", 0, NOW)
    assert der is not None
    extensions = x509.load_der_x509_certificate(der).extensions
    policy = extensions.get_extension_for_class(x509.CertificatePolicies).value[0]
    described = extensions.get_extension_for_class(x509.AuthorityInformationAccess).value

    assert policy.policy_qualifiers == [names.CPS]
    assert "test.invalid" in names.CPS
    assert re.fullmatch(r"http://ocsp(auth|sign)norm\.jpki-test\.invalid", described[0].access_location.value)
    assert ExtensionOID.EXTENDED_KEY_USAGE not in [extension.oid for extension in extensions]
    alternative = extensions.get_extension_for_class(x509.IssuerAlternativeName).value
    assert alternative.get_values_for_type(x509.DirectoryName) == [names.authority_alternative_name()]


def test_4_2_an_extended_key_usage_where_the_profile_wants_one() -> None:
    der = authority.issue_authentication_cert("taro", 0, NOW, client_auth=True)
    usage = x509.load_der_x509_certificate(der).extensions.get_extension_for_class(x509.ExtendedKeyUsage)

    assert list(usage.value) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert cert_of() != der


@pytest.mark.parametrize("person", people.ids())
def test_4_2_the_subject_names_nobody(person: str) -> None:
    """C and CN for authentication; two L between for signatures."""
    signature = authority.issue_signature_cert(person, 0, NOW)
    assert re.fullmatch("CN=TEST[0-9A-F]{19},C=JP", _subject(cert_of(person)))
    if signature is not None:
        assert re.fullmatch("CN=TEST[0-9A-F]{19},L=[A-Za-z-]+,L=[A-Za-z-]+,C=JP", _subject(signature))


def _subject(der: bytes) -> str:
    return x509.load_der_x509_certificate(der).subject.rfc4514_string()


@pytest.mark.parametrize(
    ("day", "number", "year"),
    [
        pytest.param(date(1868, 1, 24), 0, 1868, id="before 明治"),
        pytest.param(date(1912, 7, 29), 1, 45, id="明治45"),
        pytest.param(date(1912, 7, 30), 2, 1, id="大正1"),
        pytest.param(date(1980, 2, 17), 3, 55, id="昭和55"),
        pytest.param(date(1989, 1, 7), 3, 64, id="昭和64"),
        pytest.param(date(1989, 1, 8), 4, 1, id="平成1"),
        pytest.param(date(2019, 5, 1), 5, 1, id="令和1"),
    ],
)
def test_eras(day: date, number: int, year: int) -> None:
    assert (number, year) == (eras.number(day), eras.year(day))


REVOKED = [authority.Revoked(1000102, NOW - timedelta(days=2)), authority.Revoked(1000103, NOW, suspended=True)]


@pytest.mark.proves("fault-13")
@pytest.mark.parametrize(
    ("generation", "issued", "status", "reason"),
    [
        (0, True, ocsp.OCSPCertStatus.GOOD, None),
        (1, True, ocsp.OCSPCertStatus.REVOKED, None),
        (2, True, ocsp.OCSPCertStatus.REVOKED, x509.ReasonFlags.certificate_hold),
        (0, False, ocsp.OCSPCertStatus.UNKNOWN, None),
    ],
)
def test_ocsp_tells_good_revoked_held_and_unknown(
    generation: int, issued: bool, status: ocsp.OCSPCertStatus, reason: x509.ReasonFlags | None
) -> None:
    ca = Ca.USER_AUTHENTICATION
    request = authority.request_for(cert_of(generation=generation), ca)
    answer = ocsp.load_der_ocsp_response(authority.respond(request, ca, REVOKED, NOW, issued=lambda _: issued))
    root = keys.ca_key(ca).public_key()
    root.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), hashes.SHA256())

    assert answer.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
    assert (answer.certificate_status, answer.revocation_reason) == (status, reason)
    assert answer.serial_number == 1000101 + generation
    assert answer.this_update_utc == NOW
    assert answer.responder_key_hash is not None


def test_ocsp_gives_the_nonce_back() -> None:
    ca = Ca.USER_AUTHENTICATION
    cert = x509.load_der_x509_certificate(cert_of())
    builder = ocsp.OCSPRequestBuilder().add_certificate(cert, keys.ca_x509(ca), hashes.SHA1())
    request = builder.add_extension(x509.OCSPNonce(b"once" * 4), critical=False).build().public_bytes(DER)
    answer = ocsp.load_der_ocsp_response(authority.respond(request, ca, (), NOW))

    assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"once" * 4


@pytest.mark.parametrize(("ca", "year"), [(Ca.DIGITAL_SIGNATURE, 2023), (Ca.USER_AUTHENTICATION, 2019)])
def test_ocsp_speaks_for_one_generation_only(ca: Ca, year: int) -> None:
    request = authority.request_for(cert_of(), Ca.USER_AUTHENTICATION)
    answer = ocsp.load_der_ocsp_response(authority.respond(request, ca, (), NOW, year=year))

    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


@given(st.binary(max_size=200))
def test_ocsp_answers_any_bytes(request_bytes: bytes) -> None:
    answer = ocsp.load_der_ocsp_response(authority.respond(request_bytes, Ca.USER_AUTHENTICATION, (), NOW))

    assert answer.response_status in {
        ocsp.OCSPResponseStatus.MALFORMED_REQUEST,
        ocsp.OCSPResponseStatus.UNAUTHORIZED,
    }


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=1))
@example(585, b"\x80")  # a serial made negative
def test_ocsp_answers_a_request_with_a_changed_byte(at: int, change: bytes) -> None:
    request = bytearray(authority.request_for(cert_of(), Ca.USER_AUTHENTICATION))
    request[at % len(request)] ^= change[0]
    raw = authority.respond(bytes(request), Ca.USER_AUTHENTICATION, (), NOW)

    assert ocsp.load_der_ocsp_response(raw).response_status in set(ocsp.OCSPResponseStatus)


def test_a_revocation_list_of_an_old_generation_is_signed_by_it() -> None:
    raw = authority.revocation_list(Ca.DIGITAL_SIGNATURE, REVOKED, NOW, 3, year=2019)
    found = x509.load_der_x509_crl(raw)
    by = [found.is_signature_valid(keys.ca_key(Ca.DIGITAL_SIGNATURE, year).public_key()) for year in names.CA_YEARS]

    assert by == [False, True, False]
    held = found.get_revoked_certificate_by_serial_number(1000103)
    assert held is not None
    assert held.extensions.get_extension_for_class(x509.CRLReason).value.reason is x509.ReasonFlags.certificate_hold


def test_4_2_a_signature_certificate_on_a_card_names_its_holder() -> None:
    person = authority.Attributes("石狩　太郎", "男", people.read("taro").birthday, "北海道石狩市")
    flagged = authority.Attributes("𠮷田　健", "女", people.read("ken").birthday, "北海道", "10000", "000")
    plain, marked = (authority.issue_signature_cert("taro", 0, NOW, one) for one in (person, flagged))
    assert plain is not None and marked is not None
    names_of = [{name.type_id.dotted_string[-1]: name.value for name in _others(der)} for der in (plain, marked)]

    assert names_of[0]["2"] == b"\x0c\x0500000"
    assert (names_of[1]["2"], names_of[1]["3"], names_of[1]["6"]) == (b"\x0c\x0510000", b"\x0c\x012", b"\x0c\x03000")
    assert names_of[1]["4"] == b"\x0c\x09319650321"
    assert repr(person) == "Attributes()"
    assert issue.validity(person.birthday, 2026)[1].tzinfo is not None


def _others(der: bytes) -> list[x509.OtherName]:
    extensions = x509.load_der_x509_certificate(der).extensions
    return [
        one
        for one in extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        if isinstance(one, x509.OtherName)
    ]
