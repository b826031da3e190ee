"""TLS contexts of both ends: TLS 1.3 only, both sides with public-key certificates of one pinned CA.

Separate because client and centre must not differ in it, and because it is the one door to `ssl`.
Checked against real time, whatever clock the kiosk uses (design 3.1).
"""

import ssl
from collections.abc import Callable
from pathlib import Path

from typing_extensions import override

from municipality_client.errors import KeysMissing

CA = "tls/ca.crt.pem"
CENTRE = "tls/centre"


def client_context(pki: Path, terminal: str) -> ssl.SSLContext:
    """Context of the terminal whose key pair is `pki/tls/terminal-<terminal>.{crt,key}.pem`.

    Raises KeysMissing naming the file. Early data is not used: the client makes no sessions live on.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = True  # the name in the URL, or its address
    return _load(context, pki, f"tls/terminal-{terminal}")


def server_context(pki: Path, refused: Callable[[str], None] = lambda _why: None) -> ssl.SSLContext:
    """Context of the centre: refuses whoever shows no public-key certificate of the pinned CA.

    `refused(why)` is called for each handshake that fails, in OpenSSL's words: nobody else hears of it.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    class Handshake(ssl.SSLObject):
        @override
        def do_handshake(self) -> None:
            try:
                super().do_handshake()
            except ssl.SSLWantReadError:
                raise
            except ssl.SSLError as error:
                refused(error.reason or "UNKNOWN")
                raise

    context.sslobject_class = Handshake
    context.num_tickets = 0  # no resumption: nothing of a session outlives it (I6), no 0-RTT replay (fault-32)
    return _load(context, pki, CENTRE)


def _load(context: ssl.SSLContext, pki: Path, name: str) -> ssl.SSLContext:
    # One version only: nothing to be talked down to (fault-32, X-35).
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    ca, cert, key = pki / CA, pki / f"{name}.crt.pem", pki / f"{name}.key.pem"
    for file in (ca, cert, key):
        if not file.is_file():
            raise KeysMissing(f"{file}: missing")
    try:
        context.load_verify_locations(ca)
        context.load_cert_chain(cert, key)
    except ssl.SSLError as error:
        raise KeysMissing(f"{cert}, {key}: not a matching pair of public-key certificate and key") from error
    return context
