"""Signs the pages of a set, after working out once more who may appear on them.

Separate from composing, and distrusting it: from (issuer, serial) and the order bytes alone the
signer reads the register itself, and holds every text and picture of every page against what may
stand there (`checking`). A page that names anyone else, or anything not asked for, is `MixedUp`: the set is
void and nothing leaves the centre (F-02, F-04, fault-29, fault-37; design 3.2 step 5).
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from municipality_client.centre import rules
from municipality_client.centre.calendar import JST
from municipality_client.centre.checking import check_set
from municipality_client.centre.dossier import Dossier
from municipality_client.centre.forms.layout import Drawn
from municipality_client.centre.issuing import Commission
from municipality_client.centre.profiles import Profile
from municipality_client.centre.store_books import Books, Session
from municipality_client.errors import KeysMissing, MixedUp
from municipality_client.messages import Kind
from municipality_client.order import Order, read_order
from printer.document import (
    SEAL_CONTEXT,
    SEAL_VERSION,
    Page,
    Seal,
    SignedPage,
    encode_page,
    encode_seal,
    page_digest,
    text_lines,
)


@dataclass(frozen=True)
class SealKey:
    """A municipality's Ed25519 key, and its id: the first 8 bytes of SHA-256 of the public key info."""

    key: Ed25519PrivateKey
    key_id: bytes


class Signer:
    """Holds the municipal seal keys; nobody else does."""

    def __init__(
        self, keys: Mapping[str, SealKey], profiles: Mapping[str, Profile], practice: Collection[str] = ()
    ) -> None:
        """`keys` and `profiles` by municipality code; `practice`: terminals whose paper is for training (V-12)."""
        self._keys, self._profiles, self._practice = keys, profiles, practice

    def sign_set(
        self, books: Books, session: Session, order_raw: bytes, set_number: str, pages: Sequence[Drawn], now: datetime
    ) -> tuple[SignedPage, ...]:
        """Check every page and sign it; raises MixedUp, KeysMissing."""
        # Read again from the bytes whose hash goes into every seal, not taken from the composer's side.
        order = read_order(order_raw)
        commission = self._commission(books, session, order, now)
        check_set(commission, pages, set_number)
        key = self._keys.get(order.municipality)
        if key is None:
            raise KeysMissing(f"no seal key of municipality {order.municipality}")
        made = []
        for number, drawn in enumerate(pages, 1):
            page = Page(commission.font, tuple(placed.element for placed in drawn))
            made.append(_signed(key, order_raw, order.municipality, set_number, page, (number, len(pages)), now))
        return tuple(made)

    def _commission(self, books: Books, session: Session, order: Order, now: datetime) -> Commission:
        """Work out, from the card's identity and the order alone, what is to be on the pages."""
        today = now.astimezone(JST).date()
        profile = self._profiles[order.municipality].on(today)
        link, dossier = books.of_card(order.municipality, session.identity)
        if link is None:
            raise MixedUp("the card is linked to nobody")
        if rules.refusal(profile, dossier, link.delivered_on, today):
            raise MixedUp("the card's holder may have nothing")
        return _permitted(profile, dossier, session.salt, order, now, practice=session.terminal in self._practice)


def _permitted(
    profile: Profile, dossier: Dossier, salt: bytes, order: Order, now: datetime, *, practice: bool
) -> Commission:
    kind, today = Kind(order.kind), now.astimezone(JST).date()
    # Hours are no question of who may appear; everything else is asked once more.
    stale = rules.is_stale(profile, dossier, now)
    granted = rules.grants(profile, dossier, {kind}, today, lambda _kind, _terms: "", stale)
    persons = rules.ordered(granted[0], dossier, salt, order) if granted and not granted[0].code else None
    if persons is None:
        raise MixedUp("the order names whom or what the holder may not have")
    what = profile, kind, granted[0].terms.name, persons, dossier.household
    which = order.year, order.variant, dossier, practice
    return Commission(*what, frozenset(order.items), order.font, now, *which)


def _signed(
    key: SealKey, order_raw: bytes, code: str, set_number: str, page: Page, place: tuple[int, int], now: datetime
) -> SignedPage:
    raw = encode_page(page)
    seal = Seal(
        version=SEAL_VERSION,
        key_id=key.key_id,
        municipality=code,
        set_number=set_number,
        page=place[0],
        pages=place[1],
        issued_at=now.astimezone(JST).isoformat(timespec="seconds"),
        order_sha256=hashlib.sha256(order_raw).digest(),
        page_sha256=page_digest(raw),
        text=text_lines(page),
    )
    sealed = encode_seal(seal)
    return SignedPage(raw, sealed, key.key.sign(SEAL_CONTEXT + sealed))


def load_keys(folder: Path, codes: Sequence[str]) -> dict[str, SealKey]:
    """Read `folder/<code>.{crt,key}.pem` of each municipality; raises KeysMissing naming the file."""
    return {code: _key(folder, code) for code in codes}


def _key(folder: Path, code: str) -> SealKey:
    path = folder / f"{code}.key.pem"
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
        cert = x509.load_pem_x509_certificate((folder / f"{code}.crt.pem").read_bytes())
    except (OSError, ValueError) as error:
        raise KeysMissing(f"{path}: missing or not a key, or its public-key certificate (make test-keys)") from error
    codes = [part.value for part in cert.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)]
    if not isinstance(key, Ed25519PrivateKey) or key.public_key() != cert.public_key() or codes != [code]:
        raise KeysMissing(f"{path}: not the Ed25519 seal key of municipality {code}")
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    raw = key.public_key().public_bytes(serialization.Encoding.DER, form)
    return SealKey(key, hashlib.sha256(raw).digest()[:8])
