"""The status service of the test JPKI: which serials are revoked or on hold, as lists and as OCSP answers.

Apart from making lists and responses, which needs no memory: this one keeps what is revoked in a
file, read anew for every answer, and can be silent or stand still, as the real one has (F-21).
No socket here: `card.status_server` carries it.
"""

import json
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from card.authority import keys, names, responder, revocation
from card.authority.names import Ca
from card.authority.revocation import Revoked
from card.errors import StateDamaged, StateNotWritten

GENERATIONS = [(ca, year) for ca in (Ca.USER_AUTHENTICATION, Ca.DIGITAL_SIGNATURE) for year in names.CA_YEARS]


class StatusService:
    """Speaks for all generations of the user authentication CA and of the digital signature CA; no serial is in both.

    Not `answering`: the responder is down, lists are still there. `standing_since`: all it says is of that time.
    """

    def __init__(self, file: Path) -> None:
        """`file` (JSON) keeps what is revoked; none there: nothing is."""
        self._file = file
        self.answering = True
        self.standing_since: datetime | None = None

    def revoked(self) -> tuple[Revoked, ...]:
        """Return what is revoked now, by serial; raises StateDamaged."""
        try:
            entries = json.loads(self._file.read_bytes())
            return tuple(Revoked(one["serial"], datetime.fromisoformat(one["at"]), one["suspended"]) for one in entries)
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise StateDamaged(f"{self._file}: not a list of what is revoked") from error

    def revoke(self, serial: int, at: datetime, *, suspended: bool = False) -> None:
        """Revoke a serial, or put it on hold (一時停止). Raises StateDamaged, StateNotWritten."""
        self._keep([*self._others(serial), Revoked(serial, at, suspended)])

    def lift(self, serial: int) -> None:
        """Lift a hold; raises LookupError for a serial that is not on hold, StateDamaged, StateNotWritten."""
        others = self._others(serial)
        if not any(one.suspended for one in self.revoked() if one not in others):
            raise LookupError(f"{serial}: not on hold")
        self._keep(others)

    def lists(self, now: datetime) -> tuple[bytes, ...]:
        """Return the DER list of each generation, made anew every hour. Raises StateDamaged, TestKeyError."""
        made = (self.standing_since or now).replace(minute=0, second=0, microsecond=0)
        return tuple(_list(self.revoked(), made, *one) for one in GENERATIONS)

    def answer(self, request: bytes, now: datetime) -> bytes:
        """Return the OCSP response to a DER request, b"" when not answering. Raises StateDamaged, TestKeyError."""
        if not self.answering:
            return b""
        made, revoked = self.standing_since or now, self.revoked()
        answers = [responder.respond(request, ca, revoked, made, year=year) for ca, year in GENERATIONS]
        # The generations that are not asked say *unauthorized*, in a few bytes.
        return max(answers, key=len)

    def about(self, cert: bytes, now: datetime) -> bytes:
        """Return the OCSP response about a public-key certificate (DER), b"" for another authority's.

        Raises as `answer`; ValueError for what is no certificate.
        """
        read = x509.load_der_x509_certificate(cert)
        issuer = next((one for one in GENERATIONS if _has_issued(*one, read)), None)
        return b"" if issuer is None else self.answer(responder.request_for(cert, issuer[0], year=issuer[1]), now)

    def _others(self, serial: int) -> list[Revoked]:
        return [one for one in self.revoked() if one.serial != serial]

    def _keep(self, revoked: list[Revoked]) -> None:
        entries = [asdict(one) | {"at": one.at.isoformat()} for one in sorted(revoked, key=lambda one: one.serial)]
        fresh = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps(entries, indent=1))
            fresh.replace(self._file)
        except OSError as error:
            raise StateNotWritten(f"{self._file}: {error.strerror}") from error


def _has_issued(ca: Ca, year: int, cert: x509.Certificate) -> bool:
    """By signature: the generations share one name (card.md 4.1)."""
    try:
        cert.verify_directly_issued_by(keys.ca_x509(ca, year))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


# Signing takes a millisecond, and an hour's list never changes unless something is revoked.
@lru_cache(maxsize=16)
def _list(revoked: tuple[Revoked, ...], made: datetime, ca: Ca, year: int) -> bytes:
    return revocation.revocation_list(ca, revoked, made, int(made.timestamp()) // 3600, year=year)
