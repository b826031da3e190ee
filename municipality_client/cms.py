"""Signed documents as CMS SignedData (RFC 5652): put together around a card's signature, and read again.

Separate because it is the one place that knows CMS. The card gives a bare RSA signature; what it
signs are the signed attributes (content type, message digest), as DER of a SET. Nothing is verified
here but that the parts belong together: the key and its certificate are the reader's to judge.
"""

import hashlib
from dataclasses import dataclass, field

from asn1crypto import algos, cms, x509  # type: ignore[import-untyped]  # ships no types

from municipality_client.errors import ProtocolError

_SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"})


@dataclass(frozen=True)
class Signed:
    """A document and who signed it: `signature` (PKCS#1 v1.5) is over `digest` (SHA-256) by the key of `cert` (DER)."""

    content: bytes = field(repr=False)
    cert: bytes = field(repr=False)
    digest: bytes
    signature: bytes = field(repr=False)


def digest(content: bytes) -> bytes:
    """Return the SHA-256 (32 bytes) that is to be signed for `content`."""
    return hashlib.sha256(_attributes(content).dump()).digest()


def assemble(content: bytes, cert: bytes, signature: bytes) -> bytes:
    """Return the DER of SignedData around `signature` over `digest(content)` by the key of `cert`."""
    signer = x509.Certificate.load(cert)
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {"issuer_and_serial_number": {"issuer": signer.issuer, "serial_number": signer.serial_number}}
            ),
            "digest_algorithm": _SHA256,
            "signed_attrs": _attributes(content),
            "signature_algorithm": {"algorithm": "sha256_rsa"},
            "signature": signature,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [_SHA256],
            "encap_content_info": {"content_type": "data", "content": content},
            "certificates": [signer],
            "signer_infos": [info],
        }
    )
    der: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return der


def read(der: bytes) -> Signed:
    """Read what `assemble` made; raises ProtocolError for anything else, also for another message digest."""
    try:
        signed = cms.ContentInfo.load(der, strict=True)["content"]
        (info,), (cert,) = signed["signer_infos"], signed["certificates"]
        content, cert_der = signed["encap_content_info"]["content"].native, cert.chosen.dump()
        signature = info["signature"].native
        again = assemble(content, cert_der, signature)
    # What asn1crypto raises for hostile DER.
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ProtocolError("not a signed document") from None
    # One content, one form: no attribute, signer or certificate beside those that we know.
    if again != der:
        raise ProtocolError("signed document is not in the one form")
    return Signed(content, cert_der, digest(content), signature)


def _attributes(content: bytes) -> cms.CMSAttributes:
    message_digest = hashlib.sha256(content).digest()
    return cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [message_digest]}),
        ]
    )
