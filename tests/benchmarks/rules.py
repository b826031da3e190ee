"""What the centre's own work costs: rules for one person, and composing and signing a household of three.

Beside an RSA-2048 signature taken in the same run, in turn: what a card, or a centre that signed with
RSA, would need for one signature. "Beyond the signatures": the three Ed25519 signatures are taken off.
"""

import statistics
from collections.abc import Callable
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card.authority import keys
from municipality_client.centre import issuing, profiles, rules
from municipality_client.centre.dossier import Dossier
from municipality_client.centre.issuing import Commission
from municipality_client.centre.residents import Resident
from municipality_client.centre.signing import Signer, load_keys
from municipality_client.centre.store_books import Books, Session
from municipality_client.centre.validity import Identity
from municipality_client.messages import Kind
from municipality_client.order import Order, order_bytes
from printer import fonts
from tests.benchmarks.measure import in_turn, say, seconds
from tests.municipality_client.desk import ISHIKARI, MONDAY, PKI, build_centre

_PAIRS = 40
_TAXPAYER, _SERIAL = "taro", 1000101
_SALT, _NUMBER = b"bench", "012351-20260406-T00001-00000001-E"


def run() -> None:
    """Print both figures, medians of pairs."""
    rsa = keys.authentication_key(_TAXPAYER)

    def signature() -> object:
        return rsa.sign(bytes(32), padding.PKCS1v15(), hashes.SHA256())

    centre = build_centre()
    try:
        with centre.registers._store.transaction() as books:
            _say("rules for one person", _rules(books), signature, 0.5, 0.0)
            issue, three = _issue(books), statistics.median(seconds(_three_signatures) for _ in range(_PAIRS))
            _say("compose and sign a household of three", issue, signature, 5.0, three)
    finally:
        centre.close()


def _say(name: str, ours: Callable[[], object], floor: Callable[[], object], budget: float, less: float) -> None:
    pair = in_turn(lambda: seconds(ours) - less, lambda: seconds(floor), _PAIRS)
    took = f"{pair.ours * 1000:.2f} ms"
    verdict = f"≤ {budget} ms: {'yes' if pair.ours * 1000 <= budget else 'NO'}"
    say(name + (", beyond signatures" if less else ""), took, f"RSA-2048 signature {pair.floor * 1000:.2f} ms", verdict)


def _rules(books: Books) -> Callable[[], object]:
    """What handler and signer each work out: may this person have anything, and what of every kind."""
    profile, today = profiles.load_all()[ISHIKARI].on(MONDAY.date()), MONDAY.date()
    dossier = _dossier(books)

    def work() -> object:
        assert not rules.refusal(profile, dossier, None, today)
        return rules.grants(profile, dossier, frozenset(Kind), today, lambda _kind, _terms: "")

    return work


def _issue(books: Books) -> Callable[[], object]:
    """Compose, number, check and sign three sheets, as for an order of the whole household."""
    profile, dossier = profiles.load_all()[ISHIKARI].on(MONDAY.date()), _dossier(books)
    household = dossier.household
    signer = Signer(load_keys(PKI / "seal", [ISHIKARI]), profiles.load_all())
    session, order = _session(books.issuer_of(_TAXPAYER), MONDAY), _order(household)
    raw = order_bytes(order)
    what = profile, Kind.RESIDENCE_COPY, "住民票の写し", household, household
    commission = Commission(*what, frozenset(order.items), order.font, MONDAY, dossier=dossier)

    def work() -> object:
        pages = issuing.compose(commission)
        assert isinstance(pages, tuple)
        numbered = issuing.numbered(commission, pages, _NUMBER)
        return signer.sign_set(books, session, raw, _NUMBER, numbered, MONDAY)

    return work


def _dossier(books: Books) -> Dossier:
    return books.of_card(ISHIKARI, Identity(books.issuer_of(_TAXPAYER), _SERIAL))[1]


def _order(household: tuple[Resident, ...]) -> Order:
    named = tuple(rules.handle(_SALT, one.id) for one in household)
    items = ("relation", "honseki", "my_number")
    return Order(
        "r1", "T00001", ISHIKARI, bytes(32), bytes(16), Kind.RESIDENCE_COPY, named, items, 1, fonts.best_font()
    )


def _session(issuer: str, now: datetime) -> Session:
    return Session("T00001", ISHIKARI, Identity(issuer, _SERIAL), bytes(32), _SALT, now, now, None)


def _three_signatures() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    for _ in range(3):
        key.sign(bytes(2000))
