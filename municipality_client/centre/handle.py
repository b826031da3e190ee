"""The issue centre: one message in, one answer out; synchronous, no sockets, no clock of its own.

Separate from ASGI and server so that it runs inside the kiosk as well. Who the terminal is comes
from whoever carries the message (the TLS certificate), never from the message.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import assets
from municipality_client import messages as m
from municipality_client import wire
from municipality_client.centre import (
    issuing,
    koseki_files,
    observing,
    people,
    profiles,
    refusals,
    resetting,
    signing,
)
from municipality_client.centre.authenticating import Authentication
from municipality_client.centre.catalogue import Catalogue
from municipality_client.centre.engines import MEMORY
from municipality_client.centre.enrolling import Enrolling
from municipality_client.centre.issuing import Compose
from municipality_client.centre.observing import Observe
from municipality_client.centre.ordering import Ordering
from municipality_client.centre.profiles import National, Profile
from municipality_client.centre.registers import Registers
from municipality_client.centre.resetting import Resetting
from municipality_client.centre.revocation import Limits, Revocation
from municipality_client.centre.signing import Signer
from municipality_client.centre.store import Store
from municipality_client.centre.store_books import Books
from municipality_client.centre.validity import Identity, Validator
from municipality_client.errors import BadProfile, NoSuchPath, ProtocolError, StoreFailed, TooLate, WrongMethod

InTime = Callable[[], bool]
KEEP = timedelta(hours=24)
_SWEEP_EVERY = timedelta(minutes=10)
# By which entry of a kiosk's menu each of these is reached: the entry's days bind a kiosk that has an old menu too.
_ENTRIES = {m.OpenSession: "issue", m.OpenEnrolment: "registration", m.AuthoriseReset: "pins"}


class Centre:
    """Thread-safe; every message is one transaction of the store."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        validator: Validator,
        signer: Signer,
        random_bytes: Callable[[int], bytes],
        compose: Compose = issuing.compose,
        signatures: Validator | None = None,
        observe: Observe = lambda _event: None,
        reset_key: Ed25519PrivateKey | None = None,
    ) -> None:
        """Put the parts together; `embedded` does it with the files of this program."""
        self._observe = observe
        self._store, self.catalogue = store, catalogue
        self._authentication = Authentication(catalogue, validator, random_bytes)
        self._ordering = Ordering(self._authentication, signer, compose)
        self.enrolling = Enrolling(catalogue, self._authentication, validator if signatures is None else signatures)
        self._resetting = Resetting(catalogue, validator, reset_key)
        self.registers = Registers(store, validator.home)
        self._swept_at: datetime | None = None

    def handle(self, ask: m.Ask, terminal: str, now: datetime, in_time: InTime = lambda: True) -> m.Answer:
        """Answer one message of `terminal` at the civil time `now`; raises StoreFailed, KeysMissing.

        Raises TooLate, with nothing done, when `in_time()` says before or after the work that nobody waits
        for the answer (F-01); what a terminal tells is kept all the same.
        """
        is_told = isinstance(ask, m.Results | m.Void)
        if not (is_told or in_time()):
            raise TooLate("the request has waited too long")
        self._sweep(now)
        # A card is looked at before the books are opened: a slow responder holds up nobody else (F-21).
        step = self._step(ask, terminal, now)

        def work(books: Books) -> m.Answer:
            if books.is_refused(terminal):
                return refusals.by_reason("terminal-revoked")
            if isinstance(ask, tuple(_ENTRIES)) and (problem := self.catalogue.not_there(_ENTRIES[type(ask)], now)):
                return problem
            if isinstance(ask, m.OpenSession | m.OpenEnrolment):
                # What became due over night counts from the first question of the day.
                self.enrolling.decide_due(books, ask.municipality, now)
            answer = step(books)
            if not (is_told or in_time()):
                raise TooLate("the terminal has stopped waiting")
            return answer

        return self._store.run(work)

    def respond(
        self, request: wire.Request, terminal: str, now: datetime, in_time: InTime = lambda: True
    ) -> wire.Response:
        """Answer one request in bytes; what is no message, too late, or not to be written is a problem."""
        begun = time.perf_counter()
        ask, answer = self._heard(request, terminal, now, in_time)
        try:
            self._observe(observing.event(ask, answer, terminal, now, time.perf_counter() - begun))
        except StoreFailed:
            # What cannot be kept in the audit log is not told either; the kiosk asks again (fault-48).
            answer = refusals.by_reason("store-failed")
        return wire.to_response(answer)

    def _heard(
        self, request: wire.Request, terminal: str, now: datetime, in_time: InTime
    ) -> tuple[m.Ask | wire.Request, m.Answer]:
        """Return the message that a request was, or the request if it was none, and the answer."""
        ask: m.Ask | wire.Request = request
        try:
            ask = wire.from_request(request)
            answer = self.handle(ask, terminal, now, in_time)
        except TooLate:
            answer = refusals.by_reason("too-late")
        except WrongMethod:
            answer = refusals.by_reason("method-not-allowed")
        except NoSuchPath:
            answer = refusals.by_reason("no-such-path")
        except ProtocolError:
            answer = refusals.by_reason("bad-request")
        except StoreFailed:
            answer = refusals.by_reason("store-failed")
        return ask, answer

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    def _step(self, ask: m.Ask, terminal: str, now: datetime) -> Callable[[Books], m.Answer]:
        match ask:
            case m.OpenSession():
                return self._authentication.opening(ask, terminal, now)
            case m.AuthoriseReset():
                return self._resetting.authorising(ask, terminal, now)
            case m.OpenEnrolment():
                return self.enrolling.opening(ask, terminal, now)
            case m.Apply():
                return self.enrolling.applying(ask, terminal, now)
            case _:
                return lambda books: self._answer(books, ask, terminal, now)

    def _answer(
        self, books: Books, ask: m.LookUp | m.AskChallenge | m.AboutOrder, terminal: str, now: datetime
    ) -> m.Answer:
        match ask:
            case m.AskMunicipalities():
                return self.catalogue.municipalities(books, terminal, now)
            case m.AskMunicipality(code):
                return self.catalogue.municipality(books, code, terminal, now)
            case m.AskChallenge():
                return self._authentication.challenge(books, ask, terminal, now)
        return self._about_order(books, ask, terminal, now)

    def _about_order(self, books: Books, ask: m.AboutOrder, terminal: str, now: datetime) -> m.Answer:
        match ask:
            case m.PlaceOrder():
                return self._ordering.place(books, ask, terminal, now)
            case m.AskOrder():
                return self._ordering.ask(books, ask, terminal)
            case m.Results():
                return self._ordering.settle(books, ask, terminal, now)
            case m.Void():
                return self._ordering.void(books, ask, terminal, now)

    def _sweep(self, now: datetime) -> None:
        """Now and then drop what has expired, at either side of a clock that jumps."""
        if self._swept_at is None or abs(now - self._swept_at) >= _SWEEP_EVERY:
            self._swept_at = now
            # A transaction of its own: two servers may sweep at once, no order shall wait for it.
            self._store.run(lambda books: books.sweep(now, KEEP))


def embedded(
    trusted_issuers: Sequence[bytes],
    random_bytes: Callable[[int], bytes],
    *,
    database: str = MEMORY,
    upgrade: bool = True,
    pki: Path | None = None,
    municipalities: Path = profiles.FOLDER,
    residents: Path = people.FOLDER,
    revocation: Revocation | None = None,
    compose: Compose = issuing.compose,
    signature_issuers: Sequence[bytes] = (),
    pinned: Mapping[bytes, str] | None = None,
    observe: Observe = lambda _event: None,
) -> Centre:
    """Build a centre from files: profiles, people, and the seal keys in `pki/seal`.

    `trusted_issuers` are the CA certificates (DER) of cards that are believed; people's files list
    serials of the first. `signature_issuers` are those of the signature certificates that apply for
    利用登録; without them none is believed. `pinned` lets cards of other authorities in: SHA-256 of the
    certificate, and the person it stands for; nobody knows whether such a card was revoked. Registers are
    filled when the database has none; without `upgrade` tables of an older version are refused. Raises
    BadProfile, KeysMissing, StoreFailed.
    """
    known, national = profiles.load_all(municipalities), profiles.national()
    signer = _signer((assets.path("pki") if pki is None else pki) / "seal", known, national)
    validator = _validator(trusted_issuers, national, revocation, national.auth_policies, "digital_signature")
    store = Store(database, upgrade=upgrade)
    store.run(lambda books: _fill_if_empty(books, validator.home, residents))
    for fingerprint, person in (pinned or {}).items():
        validator.pin(fingerprint, _identity(person, validator.home, residents))
    catalogue = Catalogue(known, national)
    signatures = _validator(signature_issuers, national, revocation, national.sign_policies, "non_repudiation")
    reset_key = resetting.load_key((assets.path("pki") if pki is None else pki) / "jpki" / "pin-reset.key.pem")
    return Centre(store, catalogue, validator, signer, random_bytes, compose, signatures, observe, reset_key)


def _identity(person: str, home: str, residents: Path) -> Identity:
    found = next((one for one in people.load_all(residents) if one.resident.id == person and one.serials), None)
    if found is None:
        raise BadProfile(f"no resident of that name: {person!r}")
    return Identity(found.issuer or home, found.serials[0])


def _fill_if_empty(books: Books, home: str, residents: Path) -> None:
    if not books.has_residents():
        fill(books, home, residents)


def fill(books: Books, home: str, residents: Path) -> None:
    """Fill empty registers with the fictional people of a folder, and the family registers beside them."""
    entries, registers = people.load_all(residents), koseki_files.load_all(residents)
    linked = {Identity(one.issuer or home, serial): one.resident.id for one in entries for serial in one.serials}
    linked |= {Identity(home, serial): person for entry in registers for serial, person in entry.links}
    books.load_residents([entry.resident for entry in entries], list(linked.items()))
    for entry in entries:
        if entry.delivered_on is not None:
            books.put_link(Identity(entry.issuer or home, entry.serials[-1]), entry.resident.id, entry.delivered_on)
    books.load_family_registers([entry.koseki for entry in registers])
    books.load_tax([row for entry in entries for row in entry.tax])


def _signer(folder: Path, known: Mapping[str, Profile], national: National) -> Signer:
    return Signer(signing.load_keys(folder, sorted(known)), known, national.practice)


def _validator(
    issuers: Sequence[bytes], national: National, revocation: Revocation | None, policies: Sequence[str], usage: str
) -> Validator:
    age = national.revocation
    limits = Limits(
        list_age=timedelta(hours=age.list_hours),
        response_age=timedelta(minutes=age.response_minutes),
        skew=timedelta(seconds=age.skew_seconds),
    )
    return Validator(issuers, policies, national.min_key_bits, limits, revocation, usage)
