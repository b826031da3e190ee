"""Reservations to set a PIN anew, and the issuer's word to the card that one of them stands (V-7).

Separate because here the centre speaks for the issuer, not for a municipality. A reservation is bound to
person and secret, good for 24 hours and for one reset: it may be asked for again with the same
challenge (the card was pulled, the other PIN was wrong), and a card that was reset has another challenge.
Whether the customer knows the other PIN is not asked here: the card does that.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from municipality_client import messages as m
from municipality_client.centre import refusals
from municipality_client.centre.authenticating import SESSION_LIFE
from municipality_client.centre.catalogue import Catalogue
from municipality_client.centre.store_books import Books
from municipality_client.centre.validity import Invalid, Validator
from municipality_client.errors import KeysMissing
from municipality_client.resetting import AuthoriseReset, ResetAuthorised, ResetSecret, signed_text

LIFE = timedelta(hours=24)


class Resetting:
    """Honours reservations; without the issuer's key none."""

    def __init__(self, directory: Catalogue, validator: Validator, key: Ed25519PrivateKey | None) -> None:
        """`validator` judges user authentication certificates."""
        self._catalogue, self._validator, self._key = directory, validator, key

    def authorising(
        self, ask: AuthoriseReset, terminal: str, now: datetime
    ) -> Callable[[Books], ResetAuthorised | m.Problem]:
        """Answer AuthoriseReset: the card is checked at once, what is returned does the rest with the books."""
        valid = self._validator.check(ask.auth_cert, now)
        if isinstance(valid, Invalid):
            problem = refusals.by_code(valid.code)
            return lambda _books: problem
        identity = valid.identity

        def authorise(books: Books) -> ResetAuthorised | m.Problem:
            if code := self._closed(books, terminal, now):
                return refusals.by_code(code)
            link = books.link(identity)
            if link is None or self._key is None:
                return refusals.by_reason("reset-none")
            reason = claimed(books, link.person, ask.secret, ask.challenge, now)
            if reason:
                return refusals.by_reason(reason)
            return ResetAuthorised(
                ask.request_id, self._key.sign(signed_text(ask.secret, ask.auth_cert, ask.challenge))
            )

        return authorise

    def _closed(self, books: Books, terminal: str, now: datetime) -> str:
        """Return why there is no service, "" where there is; who may have begun in time may finish (fault-39)."""
        table = self._catalogue.timetable(books, None, terminal)
        return table.code(now) if table.code(now - SESSION_LIFE) else ""


def claimed(books: Books, person: str, secret: ResetSecret, challenge: bytes, now: datetime) -> str:
    """Use the person's newest reservation for this challenge and return "", or return why not."""
    found = books.reservation(person, secret)
    if found is None:
        other = next(one for one in ResetSecret if one is not secret)
        return "reset-none" if books.reservation(person, other) is None else "reset-other"
    if found.used_for is not None and found.used_for != challenge:
        return "reset-used"
    if not found.made_at <= now < found.made_at + LIFE:
        return "reset-expired"
    books.use_reservation(found, challenge)
    return ""


def load_key(path: Path) -> Ed25519PrivateKey | None:
    """Return the issuer's key, None where there is none; raises KeysMissing for a file that is no such key."""
    if not path.is_file():
        return None
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise KeysMissing(f"{path}: not a private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeysMissing(f"{path}: not an Ed25519 key")
    return key
