"""A terminal for tests: authenticates fictional people against a centre and orders from it."""

import hashlib
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils

import assets
from card import authority
from card.authority import keys
from municipality_client import messages as m
from municipality_client.centre import handle, issuing, koseki_files, people
from municipality_client.centre.calendar import JST
from municipality_client.centre.engines import MEMORY
from municipality_client.centre.handle import Centre
from municipality_client.centre.issuing import Compose
from municipality_client.centre.revocation import Revocation
from municipality_client.client import CentreClient
from municipality_client.order import Order, order_bytes
from municipality_client.transport import InProcess
from printer import fonts

MONDAY = datetime(2026, 4, 6, 10, tzinfo=JST)
ISHIKARI, OHIRA = "012351", "044245"
# Where each one asks: of the town of residence, or of the 本籍
HOME = {
    one.id: entry.koseki.municipality for entry in koseki_files.load_all(people.FOLDER) for one in entry.koseki.members
}
HOME |= {entry.resident.id: entry.resident.municipality for entry in people.load_all()}
PKI = assets.path("pki")


class Clock:
    """Civil time as the test sets it."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def build_centre(
    seed: int = 1,
    database: str = MEMORY,
    revocation: Revocation | None = None,
    compose: Compose = issuing.compose,
    pki: Path = PKI,
    residents: Path = people.FOLDER,
) -> Centre:
    """A centre with everybody in its registers and chance from a seed."""
    return handle.embedded(
        authority.trusted_issuers(),
        random.Random(seed).randbytes,
        signature_issuers=authority.signature_issuers(),
        database=database,
        revocation=revocation,
        compose=compose,
        pki=pki,
        residents=residents,
    )


class Desk:
    """One terminal. `centre` is None where the client is given, as over TLS."""

    def __init__(
        self,
        centre: Centre,
        clock: Clock | None = None,
        terminal: str = "T00001",
        client: CentreClient | None = None,
    ) -> None:
        self.clock = Clock() if clock is None else clock
        self.terminal = terminal
        self.centre = centre
        self.client = CentreClient(InProcess(centre, terminal, self.clock).send, terminal) if client is None else client
        self._random = random.Random(terminal)
        self._requests = 0

    def request_id(self) -> str:
        """A new request id of this terminal."""
        self._requests += 1
        return f"{self.terminal}-{self._requests}"

    def open(
        self,
        person: str,
        code: str | None = None,
        generation: int = 0,
        sign: Callable[[bytes], bytes] | None = None,
        cert: bytes | None = None,
    ) -> m.Offer | m.Refusal:
        """Authenticate a person with the key of the person's card."""
        where = code or HOME.get(person, ISHIKARI)
        request_id = self.request_id()
        challenge = self.client.challenge(request_id, where)
        if isinstance(challenge, m.Refusal):
            return challenge
        der = cert or self.cert(person, generation)
        digest = self.client.digest(challenge, where)
        signature = sign(digest) if sign else card_signature(person, digest)
        return self.client.open_session(request_id, where, challenge.challenge, der, signature)

    def cert(self, person: str, generation: int = 0) -> bytes:
        """The public-key certificate on the person's card."""
        return authority.issue_authentication_cert(person, generation, self.clock())

    def offer(self, person: str, code: str | None = None) -> m.Offer:
        """Authenticate where that must succeed."""
        offer = self.open(person, code)
        assert isinstance(offer, m.Offer), offer
        return offer

    def kind(self, person: str, kind: m.Kind, code: str | None = None) -> m.OfferedKind:
        """What the person is offered of one kind."""
        return offered(self.offer(person, code), kind)

    def order(
        self,
        offer: m.Offer,
        person: str,
        kind: m.Kind = m.Kind.RESIDENCE_COPY,
        *,
        everybody: bool = False,
        items: tuple[str, ...] = (),
        copies: int = 1,
        persons: tuple[str, ...] | None = None,
        font: str = fonts.FALLBACK,
        request_id: str = "",
        municipality: str = "",
        year: int = 0,
        variant: str = "",
    ) -> tuple[str, bytes]:
        """Request id and order bytes for what was offered; `persons` are handles."""
        one = offered(offer, kind)
        handles = tuple(p.handle for p in one.persons if everybody or p.is_self) if persons is None else persons
        named = request_id or self.request_id()
        cert = hashlib.sha256(self.cert(person)).digest()
        order = Order(
            named,
            self.terminal,
            municipality or offer.municipality,
            cert,
            self._random.randbytes(16),
            kind,
            handles,
            items,
            copies,
            font,
            year,
            variant,
        )
        return named, order_bytes(order)

    def place(
        self,
        person: str,
        kind: m.Kind = m.Kind.RESIDENCE_COPY,
        *,
        everybody: bool = False,
        items: tuple[str, ...] = (),
        copies: int = 1,
        font: str = fonts.FALLBACK,
        year: int = 0,
        variant: str = "",
    ) -> m.Issued | m.Refusal:
        """Authenticate and order in one go."""
        offer = self.offer(person)
        what = {"everybody": everybody, "items": items, "copies": copies, "font": font}
        what |= {"year": year, "variant": variant}
        request_id, raw = self.order(offer, person, kind, **what)  # type: ignore[arg-type]
        return self.client.place_order(request_id, offer.session, raw)

    def issued(
        self,
        person: str,
        kind: m.Kind = m.Kind.RESIDENCE_COPY,
        *,
        everybody: bool = False,
        items: tuple[str, ...] = (),
        copies: int = 1,
        year: int = 0,
        variant: str = "",
    ) -> m.Issued:
        """Authenticate and order where that must succeed."""
        issued = self.place(person, kind, everybody=everybody, items=items, copies=copies, year=year, variant=variant)
        assert isinstance(issued, m.Issued), issued
        return issued


def offered(offer: m.Offer, kind: m.Kind) -> m.OfferedKind:
    """The offer of one kind."""
    return next(one for one in offer.kinds if one.kind is kind)


def card_signature(person: str, digest: bytes) -> bytes:
    """What the person's card answers: PKCS#1 v1.5 over a SHA-256 digest."""
    key = keys.authentication_key(person)
    return key.sign(digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))


def refused(answer: object, code: str, reason: str = "") -> bool:
    """Whether the answer is a refusal with this code (and reason)."""
    return isinstance(answer, m.Refusal) and answer.code == code and reason in ("", answer.reason)


def at(text: str) -> datetime:
    """A civil time, JST."""
    return datetime.fromisoformat(text).replace(tzinfo=JST)
