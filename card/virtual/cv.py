"""Card-verifiable certificates and public keys as 券面 files and the ISD hold them (card.md §2.4, §2.6).

Apart from the X.509 of `card.authority`: another format, another hierarchy, with our own keys. Key
identifiers begin with 9, which neither production (5) nor the official test hierarchy (6) uses.

    7F21 820233 { 5F4E 820129 (16 key that signs, 16 key certified, 265 public key) ; 5F37 820100 signature }
"""

from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from card.authority import keys
from card.virtual.ber import tlv

CARD_CA, CARD_INTERMEDIATE, MUNICIPALITY = "card-ca", "card-intermediate", "municipality"
TEXT_CA, SURFACE_CA = "text-ca", "surface-ca"
_TEMPLATE, _BODY, _SIGNATURE = 0x7F21, 0x5F4E, 0x5F37
_EXPONENT, _MODULUS = 0x90, 0x91
_NUMBERS = {CARD_CA: "9000020", CARD_INTERMEDIATE: "9000021", SURFACE_CA: "9000023", TEXT_CA: "9000033"}


def key_id(number: str, group: str = "001") -> bytes:
    """Return the 16 bytes that name a key: 7 digits, 08 05, 3 digits, 4 zeros."""
    return number.encode() + b"\x08\x05" + group.encode() + bytes(4)


def ca_id(name: str) -> bytes:
    """Return the key identifier of one of our authorities."""
    return key_id(_NUMBERS[name])


def municipality_id(code: str) -> bytes:
    """Return the key identifier of the municipality with that five-digit code, which signs what is on the card."""
    return key_id(f"{code}21", "000")


def public_key(key: rsa.RSAPrivateKey) -> bytes:
    """Return exponent and modulus, 265 bytes for RSA-2048."""
    numbers = key.public_key().public_numbers()
    return tlv(_EXPONENT, numbers.e.to_bytes(3, "big")) + tlv(_MODULUS, numbers.n.to_bytes(key.key_size // 8, "big"))


def signed(key: rsa.RSAPrivateKey, content: bytes) -> bytes:
    """Return the sha256WithRSA signature over `content`."""
    return key.sign(content, padding.PKCS1v15(), hashes.SHA256())


def by_municipality(content: bytes) -> bytes:
    """Return the municipality's signature, which stands under every record of the 券面 applications."""
    return signed(keys.cv_key(MUNICIPALITY), content)


def certificate(ca: str, subject: bytes, key_name: str) -> bytes:
    """Return the certificate of the key `key_name` as EF 0004 holds it, 568 bytes. Raises TestKeyError."""
    return tlv(_TEMPLATE, bare_certificate(ca, subject, key_name))


@lru_cache(maxsize=64)
def bare_certificate(ca: str, subject: bytes, key_name: str) -> bytes:
    """Return the same without its template, as GET DATA gives it."""
    body = ca_id(ca) + subject + public_key(keys.cv_key(key_name))
    return tlv(_BODY, body) + tlv(_SIGNATURE, signed(keys.cv_key(ca), body))
