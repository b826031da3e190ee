"""What one server process is made of: clock, chance, keys and books, put together into an application.

Separate from the command line because each worker process builds its own, from this value alone.
The only place of this package that reads the real clock and the system's randomness for the books.
"""

import os
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

import assets
from municipality_client.centre import handle, metrics, revocation
from municipality_client.centre.asgi import Application
from municipality_client.centre.audit import Audit
from municipality_client.centre.calendar import JST
from municipality_client.centre.handle import Centre
from municipality_client.centre.observing import Event, Observe
from municipality_client.centre.rates import Rates
from municipality_client.errors import KeysMissing

CARD_CAS, SIGNATURE_CAS = "user-authentication-ca*.crt.pem", "digital-signature-ca*.crt.pem"


@dataclass(frozen=True)
class Clock:
    """Civil time, JST: real, or begun at `start` and running at real speed in all processes alike."""

    start: datetime | None = None
    begun: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        """Return what time it is."""
        if self.start is None:
            return datetime.now(JST)
        start = self.start if self.start.tzinfo else self.start.replace(tzinfo=JST)
        return start + timedelta(seconds=time.monotonic() - self.begun)


@dataclass(frozen=True)
class Program:
    """A server's settings; `rate`: requests a second that a terminal may send, 0 for any number.

    `audit`: the file of the audit log, None for none.
    """

    database: str
    pki: Path
    revocation: tuple[str, ...] = ()
    clock: Clock = field(default_factory=Clock)
    threads: int = 4
    rate: float = 0
    audit: Path | None = None

    def centre(self) -> Centre:
        """Open the books and read keys and profiles; raises MunicipalityError."""
        cards, signatures = cas(self.pki, CARD_CAS), cas(self.pki, SIGNATURE_CAS)
        return handle.embedded(
            cards,
            os.urandom,
            database=self.database,
            upgrade=False,
            pki=self.pki,
            revocation=revocation.source(self.revocation, cards + signatures),
            signature_issuers=signatures,
            observe=self._observe(),
        )

    def _observe(self) -> Observe:
        """Count every event, and keep it in the audit log where there is one; raises StoreFailed."""
        if self.audit is None:
            return metrics.count
        audit = Audit(self.audit)

        def observe(event: Event) -> None:
            metrics.count(event)
            audit.write(event)

        return observe

    def application(self) -> Application:
        """Build what answers requests; raises MunicipalityError."""
        rates = Rates(self.rate, round(2 * self.rate)) if self.rate else None
        return Application(self.centre(), self.clock, self.threads, rates=rates)


def cas(folder: Path, kind: str) -> list[bytes]:
    """Return the CAs of cards (DER), the newest first: the folder's own, else the test JPKI's."""
    found = sorted((folder / "jpki").glob(kind)) or sorted((assets.path("pki") / "jpki").glob(kind))
    return [der for _, der in sorted((_read_ca(path) for path in found), reverse=True)]


def _read_ca(path: Path) -> tuple[datetime, bytes]:
    """Return the end of its validity, and the public-key certificate (DER)."""
    try:
        cert = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise KeysMissing(f"{path}: missing or not a public-key certificate") from error
    return cert.not_valid_after_utc, cert.public_bytes(Encoding.DER)
