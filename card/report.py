"""Says in lines what a card told: for `info` and `new`.

Apart from `survey`, which asks: here are only words and columns.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from card import capabilities
from card.survey import Survey
from card.trace import TraceLine

_JST = timezone(timedelta(hours=9), "JST")
_LEFT = 24
_TOOK = len("12345.6 ms") + 1


def lines(found: Survey, now: datetime) -> Iterator[str]:
    """Say what was found on a card; `now` tells which public-key certificates have expired."""
    yield from _interface(found.atr)
    yield _line("token", found.token)
    for use, cert in found.certs.items():
        past = "; EXPIRED" if cert.not_after < now else ""
        yield _line(use, f"serial {cert.serial}, {_day(cert.not_before)} to {_day(cert.not_after)}{past}")
        yield _line("", f"issued by {cert.issuer_name}")
        yield _line("", f"SHA-256 {cert.fingerprint.hex()}")
    if "user authentication" not in found.certs:
        yield _line("user authentication", "opens with its PIN")
    yield _line("signature", "opens with its password" if found.has_signature_cert else "none")
    yield _line("PIN", _tries(found.authentication_tries))
    yield _line("signature password", _tries(found.signature_tries))
    yield _line("applications", ", ".join(found.applications))


def trace_line(line: TraceLine) -> str:
    """One exchange on one line: how long it took, where that is known, what was asked, what was answered, the bytes."""
    about = f"{line.command_words} ({line.meaning})" if line.meaning else line.command_words
    took = f"{line.ms:8.1f} ms" if line.ms else " " * _TOOK
    return f"{took}  {about:<66} {line.response_words:<34} {line.hex_masked}"


def _interface(atr: bytes) -> Iterator[str]:
    if atr:
        able = capabilities.announced(atr)
        made_up = ", made up by a contactless reader" if capabilities.is_made_up(atr) else ""
        yield _line("ATR", atr.hex(" ").upper())
        yield _line("", f"{'extended' if able.extended_length else 'short'} length{made_up}")


def _line(left: str, right: str) -> str:
    return f"{left:<{_LEFT}}{right}"


def _day(moment: datetime) -> str:
    return moment.astimezone(_JST).date().isoformat()


def _tries(left: int | None) -> str:
    return {None: "not told", 0: "blocked", 1: "1 try left"}.get(left, f"{left} tries left")
