"""Commands that use the private keys of the card: signatures, chip presence, and refused administration.

Apart from `commands`, which reads files and checks PINs. Behaviour: card.md §3.1 and §3.2.
"""

from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed, decode_dss_signature

from card.apdu import CommandApdu, ResponseApdu, StatusWord
from card.virtual.filesystem import KeyFile, KeyUse
from card.virtual.volatile import Volatile, only, referenced

_PKCS1_MOST = 245
_CHALLENGE_MOST = 255
_OWN_KEY, _HASH_GIVEN = 0x00, 0x02
_UPDATE_CURRENT = (0x22, 0x24)


def compute_digital_signature(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """COMPUTE DIGITAL SIGNATURE; P1 says who hashes and how it is padded, P2 00 the application's own key."""
    if apdu.p1 not in _SIGNATURES:
        return only(StatusWord.INCORRECT_P1P2)
    file = _signing_key(card, apdu)
    if not isinstance(file, KeyFile):
        return only(file)
    if file.use is KeyUse.AUTHENTICATION:
        return only(StatusWord.CONDITIONS_NOT_SATISFIED)
    if file.use is KeyUse.PRESENCE and apdu.p1:
        return only(StatusWord.INCORRECT_P1P2)
    if file.pin is not None and not card.status.is_verified(file.pin):
        return only(StatusWord.SECURITY_STATUS_NOT_SATISFIED)
    return _signed(file, apdu)


def _signing_key(card: Volatile, apdu: CommandApdu) -> KeyFile | StatusWord:
    if apdu.p2 != _OWN_KEY:
        return referenced(card, apdu, KeyFile, p1=apdu.p1)
    own = card.application.own_key()
    return StatusWord.INCORRECT_P1P2 if own is None or apdu.p1 else own


def _signed(file: KeyFile, apdu: CommandApdu) -> ResponseApdu:
    if isinstance(file.key, ec.EllipticCurvePrivateKey):
        return _signed_on_curve(file.key, apdu)
    if not apdu.body or (apdu.le is not None and apdu.le < file.key.key_size // 8):
        return only(StatusWord.WRONG_LENGTH)
    # A hash of another length, or too much to pad: conditions of use.
    lengths, make = _SIGNATURES[apdu.p1]
    if len(apdu.body) not in lengths:
        return only(StatusWord.CONDITIONS_NOT_SATISFIED)
    return ResponseApdu(make(file.key, apdu.body), StatusWord.OK)


def _signed_on_curve(key: ec.EllipticCurvePrivateKey, apdu: CommandApdu) -> ResponseApdu:
    """ECDSA over a given SHA-384 (P1 02, 48 bytes), answered as r then s, 48 bytes each: our assumption [B]."""
    if apdu.p1 != _HASH_GIVEN:
        return only(StatusWord.INCORRECT_P1P2)
    size = hashes.SHA384.digest_size
    if apdu.le is not None and apdu.le < 2 * size:
        return only(StatusWord.WRONG_LENGTH)
    if len(apdu.body) != size:
        return only(StatusWord.CONDITIONS_NOT_SATISFIED)
    r, s = decode_dss_signature(key.sign(apdu.body, ec.ECDSA(Prehashed(hashes.SHA384()))))
    return ResponseApdu(r.to_bytes(size, "big") + s.to_bytes(size, "big"), StatusWord.OK)


def internal_authenticate(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """INTERNAL AUTHENTICATE: sha256WithRSA over a challenge of 1 to 255 bytes, by the one key made for it."""
    if apdu.p1 == 0 and apdu.p2 == 0:
        return only(StatusWord.CONDITIONS_NOT_SATISFIED)
    file = referenced(card, apdu, KeyFile)
    if not isinstance(file, KeyFile):
        return only(file)
    # Keys behind a PIN refuse, verified or not; those of 券面 sign with COMPUTE DIGITAL SIGNATURE.
    if file.use is KeyUse.SIGNATURE:
        return only(StatusWord.SECURITY_STATUS_NOT_SATISFIED)
    if file.use is KeyUse.PRESENCE or not isinstance(file.key, rsa.RSAPrivateKey):
        return only(StatusWord.CONDITIONS_NOT_SATISFIED)
    if not 1 <= len(apdu.body) <= _CHALLENGE_MOST:
        return only(StatusWord.WRONG_LENGTH)
    return ResponseApdu(_pkcs1(hashes.SHA256())(file.key, apdu.body), StatusWord.OK)


def set_public_ic_key(_card: Volatile, _apdu: CommandApdu) -> ResponseApdu:
    """SET PUBLIC IC KEY: no P1-P2 is known that a card without terminal authentication takes."""
    return only(StatusWord.INCORRECT_P1P2)


def manage_attributes(_card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """MANAGE ATTRIBUTES: the issuer's, refused where P1 names the current EF or DF, unknown otherwise."""
    known = apdu.p1 in _UPDATE_CURRENT
    return only(StatusWord.SECURITY_STATUS_NOT_SATISFIED if known else StatusWord.INCORRECT_P1P2)


def not_granted(_card: Volatile, _apdu: CommandApdu) -> ResponseApdu:
    """UNLOCK KEY and EXTERNAL AUTHENTICATE: behind terminal authentication, which nobody has here."""
    return only(StatusWord.SECURITY_STATUS_NOT_SATISFIED)


def last_command(card: Volatile, apdu: CommandApdu) -> ResponseApdu:
    """The iPhone's *last command* (80 FC 00 00), which plastic cards refuse with 6700."""
    if not card.profile.last_command:
        return only(StatusWord.WRONG_LENGTH)
    return only(StatusWord.INCORRECT_P1P2 if apdu.p1 or apdu.p2 else StatusWord.OK)


def _bare(key: rsa.RSAPrivateKey, given: bytes) -> bytes:
    return key.sign(given, padding.PKCS1v15(), NoDigestInfo())


def _bare_hash(key: rsa.RSAPrivateKey, given: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(given)
    return _bare(key, digest.finalize())


def _pkcs1(algorithm: Prehashed | hashes.HashAlgorithm) -> Callable[[rsa.RSAPrivateKey, bytes], bytes]:
    return lambda key, given: key.sign(given, padding.PKCS1v15(), algorithm)


def _pss(algorithm: Prehashed | hashes.HashAlgorithm) -> Callable[[rsa.RSAPrivateKey, bytes], bytes]:
    salted = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    return lambda key, given: key.sign(given, salted, algorithm)


_ANY = range(1, 65536)
_HASH = range(32, 33)
_SIGNATURES: Mapping[int, tuple[range, Callable[[rsa.RSAPrivateKey, bytes], bytes]]] = {
    # The card pads what it is given, in practice a DigestInfo: all that public clients use.
    0x00: (range(1, _PKCS1_MOST + 1), _bare),
    # The card hashes, without DigestInfo.
    0x01: (_ANY, _bare_hash),
    # DigestInfo by the card: over a given hash (02), over a text it hashes (03).
    0x02: (_HASH, _pkcs1(Prehashed(hashes.SHA256()))),
    0x03: (_ANY, _pkcs1(hashes.SHA256())),
    # PSS: over a given hash (04), over a text it hashes (05).
    0x04: (_HASH, _pss(Prehashed(hashes.SHA256()))),
    0x05: (_ANY, _pss(hashes.SHA256())),
}
