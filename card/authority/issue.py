"""Issues the two public-key certificates of a fictional person's card (card.md §4.2).

Apart from the keys: nothing here touches a file. The serial (発行番号) and the validity follow from
the person, the card's generation and the clock in use, so the same inputs give the same bytes.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from card import people
from card.authority import eras, keys, names
from card.authority.names import Ca
from card.errors import PersonError

_IDENTIFIER_LENGTH = 23
_BIRTHDAYS, _NEXT_BIRTHDAYS = 5, 10
_SEX = {"男": "1", "女": "2"}
_SEX_OTHER = "3"


@dataclass(frozen=True)
class Attributes:
    """The four attributes in a signature certificate; a substitution flag is 0 or 1 for each character."""

    name: str = field(repr=False)
    sex: str = field(repr=False)
    birthday: date = field(repr=False)
    address: str = field(repr=False)
    name_substitution: str = field(default="", repr=False)
    address_substitution: str = field(default="", repr=False)


def issue_authentication_cert(person: str, generation: int, now: datetime, *, client_auth: bool = False) -> bytes:
    """Return the user authentication certificate (DER) of the person's `generation`-th card, from 0.

    Valid from 1 January of the year before `now`'s until the 5th birthday after that, JST;
    `client_auth` adds that extended key usage. Raises PersonError, TestKeyError.
    """
    holder = people.read(person)
    return _authentication(person, holder, generation, now.astimezone(keys.JST).year, client_auth)


def issue_phone_cert(person: str, generation: int, now: datetime) -> bytes:
    """Return the user authentication certificate (DER) of the person's `generation`-th phone, from 0.

    Validity as for `issue_authentication_cert`; raises PersonError, for a person without a phone too, TestKeyError.
    """
    holder = people.read(person)
    if holder.phone is None:
        raise PersonError(f"{person}: has no phone (no table [card.phone])")
    serial, year = holder.phone.auth_cert_serial + generation, now.astimezone(keys.JST).year
    return _with_serial(person, holder, serial, year, names.PHONE_POLICY)


def issue_next_cert(person: str, generation: int, now: datetime) -> bytes:
    """Return the P-384 user authentication certificate (DER) of a next-generation card: valid ten birthdays.

    Our assumption of a card that nobody has seen (card.md §9 [B]); the issuer is the RSA test CA of today.
    Raises PersonError, for a person without such a card too, TestKeyError.
    """
    holder = people.read(person)
    if holder.next_cert_serial is None:
        raise PersonError(f"{person}: has no card of the next generation (no next_cert_serial)")
    serial, year = holder.next_cert_serial + generation, now.astimezone(keys.JST).year
    return _with_serial(person, holder, serial, year, names.NEXT_POLICY)


def issue_signature_cert(
    person: str, generation: int, now: datetime, attributes: Attributes | None = None
) -> bytes | None:
    """Return the signature certificate (DER), None for a person without one (a child under 15).

    `attributes` fill the subject alternative name; without them it is left out. Validity and errors
    as for `issue_authentication_cert`.
    """
    holder = people.read(person)
    if holder.sign_cert_serial is None:
        return None
    year = now.astimezone(keys.JST).year
    if attributes is None:
        return _plain_signature(person, holder, generation, year)
    return _signature(person, holder, generation, year, attributes)


def validity(birthday: date, year: int, birthdays: int = _BIRTHDAYS) -> tuple[datetime, datetime]:
    """Return first and last second of a certificate in use in `year`: see `issue_authentication_cert`."""
    start = datetime(year - 1, 1, 1, tzinfo=keys.JST)
    # A birthday on the very day of issue does not count.
    first = start.year if (birthday.month, birthday.day) > (1, 1) else start.year + 1
    end = first + birthdays - 1
    # Born on 29 February: 28 February in other years.
    day = 28 if (birthday.month, birthday.day) == (2, 29) and not _is_leap(end) else birthday.day
    return start, datetime(end, birthday.month, day, 23, 59, 59, tzinfo=keys.JST)


def _authentication(person: str, holder: people.CardHolder, generation: int, year: int, client_auth: bool) -> bytes:
    return _with_serial(
        person, holder, holder.auth_cert_serial + generation, year, names.AUTHENTICATION_POLICY, client_auth
    )


@lru_cache(maxsize=256)
def _with_serial(
    person: str,
    holder: people.CardHolder,
    serial: int,
    year: int,
    policy: x509.ObjectIdentifier,
    client_auth: bool = False,
) -> bytes:
    """A user authentication certificate of card, phone or next card, which the policy tells apart."""
    ca = _issuer(holder, Ca.USER_AUTHENTICATION)
    life = validity(holder.birthday, year, _NEXT_BIRTHDAYS if policy == names.NEXT_POLICY else _BIRTHDAYS)
    builder = _builder(ca, holder, _public(person, policy), names.holder_name(_identifier(ca, serial)), serial, life)
    if client_auth:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    usage = keys.key_usage(digital_signature=True)
    return _sealed(builder, (ca, _ca_year(holder)), usage, policy)


def _public(person: str, policy: x509.ObjectIdentifier) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    if policy == names.NEXT_POLICY:
        return keys.next_key(person).public_key()
    own = keys.phone_key if policy == names.PHONE_POLICY else keys.authentication_key
    return own(person).public_key()


@lru_cache(maxsize=256)
def _plain_signature(person: str, holder: people.CardHolder, generation: int, year: int) -> bytes:
    """Only certificates without anybody's name in them are kept."""
    return _signature(person, holder, generation, year, None)


def _signature(
    person: str, holder: people.CardHolder, generation: int, year: int, attributes: Attributes | None
) -> bytes:
    ca = _issuer(holder, Ca.DIGITAL_SIGNATURE)
    serial = (holder.sign_cert_serial or 0) + generation
    key = keys.signature_key(person).public_key()
    subject = names.holder_name(_identifier(ca, serial), (holder.prefecture, holder.municipality))
    builder = _builder(ca, holder, key, subject, serial, validity(holder.birthday, year))
    if attributes is not None:
        builder = builder.add_extension(_alternative_name(attributes), critical=False)
    usage = keys.key_usage(digital_signature=True, content_commitment=True)
    return _sealed(builder, (ca, _ca_year(holder)), usage, names.SIGNATURE_POLICY)


def _builder(
    ca: Ca,
    holder: people.CardHolder,
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
    subject: x509.Name,
    serial: int,
    life: tuple[datetime, datetime],
) -> x509.CertificateBuilder:
    """Everything that both certificates have alike."""
    issuer = x509.DirectoryName(names.authority_alternative_name())
    crl = x509.DirectoryName(names.distribution_point(ca, holder.prefecture, holder.municipality))
    authority_key = keys.ca_x509(ca, _ca_year(holder)).public_key()
    ocsp = x509.UniformResourceIdentifier(names.ocsp_address(ca))
    return (
        x509.CertificateBuilder(names.ca_name(ca), subject, key, serial, *life)
        .add_extension(x509.IssuerAlternativeName([issuer]), critical=False)
        .add_extension(x509.CRLDistributionPoints([x509.DistributionPoint([crl], None, None, None)]), critical=False)
        .add_extension(
            x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, ocsp)]),
            critical=False,
        )
        .add_extension(_authority_key_identifier(authority_key), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _authority_key_identifier(key: object) -> x509.AuthorityKeyIdentifier:
    assert isinstance(key, rsa.RSAPublicKey)  # noqa: S101 - our own root, made by keys.make_missing
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key)


def _sealed(
    builder: x509.CertificateBuilder, ca: tuple[Ca, int], usage: x509.KeyUsage, policy: x509.ObjectIdentifier
) -> bytes:
    policies = x509.CertificatePolicies([x509.PolicyInformation(policy, [names.CPS])])
    builder = builder.add_extension(usage, critical=True).add_extension(policies, critical=True)
    return builder.sign(keys.ca_key(*ca), hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _alternative_name(attributes: Attributes) -> x509.SubjectAlternativeName:
    """Order of the entries as on real cards: 1, 4, 3, 5, 2, 6."""
    values = {
        1: attributes.name,
        4: f"{eras.number(attributes.birthday)}{attributes.birthday:%Y%m%d}",
        3: _SEX.get(attributes.sex, _SEX_OTHER),
        5: attributes.address,
        2: attributes.name_substitution or "0" * len(attributes.name),
        6: attributes.address_substitution or "0" * len(attributes.address),
    }
    return x509.SubjectAlternativeName([_other_name(number, value) for number, value in values.items()])


def _other_name(number: int, value: str) -> x509.OtherName:
    oid = x509.ObjectIdentifier(f"{names.ATTRIBUTE_ARC}.{number}")
    return x509.OtherName(oid, _utf8_string(value))


def _utf8_string(value: str) -> bytes:
    """DER of a UTF8String (X.690 8.1.3)."""
    raw = value.encode()
    if len(raw) < 0x80:
        return bytes((0x0C, len(raw))) + raw
    length = len(raw).to_bytes((len(raw).bit_length() + 7) // 8, "big")
    return bytes((0x0C, 0x80 | len(length))) + length + raw


def _identifier(ca: Ca, serial: int) -> str:
    """A subject CN of the real length that says nothing about its holder."""
    return "TEST" + hashlib.sha256(f"{ca.value}/{serial}".encode()).hexdigest().upper()[: _IDENTIFIER_LENGTH - 4]


def _issuer(holder: people.CardHolder, own: Ca) -> Ca:
    return Ca.FOREIGN if holder.authority == "foreign" else own


def _ca_year(holder: people.CardHolder) -> int:
    return keys.NEWEST if holder.authority == "foreign" else holder.ca_year


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
