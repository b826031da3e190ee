"""One kiosk of a fleet: the kiosk's own lanes for card and centre, without panel, coins and paper.

Separate from the command, because it runs in worker processes, several kiosks a process, each on a
thread. What comes back is checked as on a real kiosk (signature, order, page, text, read-back), so
a set of somebody else would be told as E-43.
"""

import os
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from card import authority
from card.people import read as read_person
from card.virtual.personalise import personalise
from card.virtual.slot import VirtualSlot
from kiosk.fleet.arrivals import Arrival, Visit
from kiosk.lanes.card import CardPort
from kiosk.lanes.centre import CentrePort
from kiosk.pinpad import PinPad
from kiosk.ports import Port
from kiosk.session import effects as e
from kiosk.session import events as ev
from kiosk.vault import Vault
from municipality_client.client import CentreClient
from municipality_client.transport import TlsTransport
from printer import fonts
from printer.verify import load_trust

E = TypeVar("E", bound=ev.Event)


@dataclass(frozen=True, slots=True)
class Target:
    """The centre of a run: its address, the folder of keys, and what time it is there at `begun` (real time)."""

    url: str
    pki: Path
    at: datetime
    begun: float

    def now(self) -> datetime:
        """Civil time at the centre."""
        return self.at + timedelta(seconds=time.time() - self.begun)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one customer: `code` is `issued` or an error code; times are seconds after the beginning."""

    kiosk: int
    due: float
    began: float
    ended: float
    code: str
    numbers: tuple[str, ...] = ()


def terminals(pki: Path) -> tuple[str, ...]:
    """Return the ids of all terminals that have a key in `pki`."""
    return tuple(
        path.name.removeprefix("terminal-").removesuffix(".crt.pem")
        for path in sorted((pki / "tls").glob("terminal-*.crt.pem"))
    )


def play(target: Target, names: Sequence[str], customers: Sequence[Arrival]) -> list[Outcome]:
    """Let the customers of some kiosks come when they are due; every kiosk serves one at a time.

    `names` are terminal ids by kiosk. Begins when the real time is `target.begun`.
    """
    queues: dict[int, list[Arrival]] = {}
    for one in customers:
        queues.setdefault(one.kiosk, []).append(one)
    if not queues:
        return []
    with tempfile.TemporaryDirectory(prefix="kiosk-fleet-") as folder, ThreadPoolExecutor(len(queues)) as pool:
        running = [
            pool.submit(_serve, Path(folder) / names[kiosk], target, names[kiosk], queue)
            for kiosk, queue in queues.items()
        ]
        return [outcome for one in running for outcome in one.result()]


def _serve(folder: Path, target: Target, terminal: str, queue: Sequence[Arrival]) -> list[Outcome]:
    folder.mkdir()
    kiosk, found = _Kiosk(folder, target, terminal), []
    try:
        for customer in queue:
            time.sleep(max(0.0, target.begun + customer.at - time.time()))
            began = time.time() - target.begun
            code, numbers = kiosk.visit(customer.visit)
            ended = time.time() - target.begun
            found.append(Outcome(customer.kiosk, customer.at, began, ended, code, numbers))
    finally:
        kiosk.close()
    return found


class _Refused(Exception):
    """The visit ends early; the text is its code."""


class _Kiosk:
    """The lanes of one terminal, asked one after another on one thread."""

    def __init__(self, folder: Path, target: Target, terminal: str) -> None:
        self._folder, self._target = folder, target
        self._slot, self._pad, self._vault = VirtualSlot(), PinPad(), Vault()
        self._transport = TlsTransport(target.url, target.pki, terminal)
        self._asked = 0
        self._id = f"{terminal}-{os.urandom(8).hex()}"
        self._card: Port = CardPort(self._slot, self._pad, terminal, authority.trusted_issuers(), lambda _line: None)
        self._centre: Port = CentrePort(
            CentreClient(self._transport.send, terminal),
            self._vault,
            load_trust(target.pki / "seal"),
            target.now,
            os.urandom,
            fonts.FALLBACK,
        )

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def visit(self, visit: Visit) -> tuple[str, tuple[str, ...]]:
        """Play one visit to its end; `issued` or an error code, and the numbers of the sets."""
        try:
            return "issued", self._issue(visit)
        except _Refused as refused:
            return str(refused), ()
        finally:
            self._slot.remove()
            self._pad.wipe_all()
            self._vault.wipe()

    def _issue(self, visit: Visit) -> tuple[str, ...]:
        self._ask(self._centre, e.LoadServices(self._next()), ev.ServicesKnown)
        self._ask(self._centre, e.LoadMunicipality(self._next(), visit.municipality), ev.MunicipalityKnown)
        signed, challenge = self._authenticate(visit)
        opening = e.OpenSession(
            self._next(),
            challenge.request_id,
            visit.municipality,
            challenge.challenge,
            signed.auth_cert,
            signed.signature,
        )
        offer = self._ask(self._centre, opening, ev.OfferMade).offer
        kind = next((one for one in offer.kinds if one.kind == visit.kind and one.available), None)
        if kind is None:
            raise _Refused("not offered")
        persons = tuple(one.handle for one in kind.persons if one.is_self or visit.who == "all")
        items = frozenset(one.id for one in kind.items if one.default)
        order = e.PlaceOrder(
            self._next(), visit.municipality, offer.session, signed.auth_cert, kind.kind, persons, items, copies=1
        )
        ready = self._ask(self._centre, order, ev.SetsReady).order
        self._ask(self._centre, e.ReportDelivered(self._next(), ready), ev.Reported)
        return tuple(one.number for one in ready.sets)

    def _authenticate(self, visit: Visit) -> tuple[ev.CardSigned, ev.ChallengeGiven]:
        self._slot.insert(personalise(visit.person, self._folder, self._target.now()))
        probed = self._ask(self._card, e.ProbeCard(self._next()), ev.CardProbed)
        given = self._ask(self._centre, e.AskChallenge(self._next(), visit.municipality), ev.ChallengeGiven)
        signing = e.SignChallenge(self._next(), given.request_id, visit.municipality, given.challenge, probed.auth_cert)
        for digit in read_person(visit.person).pin:
            self._pad.press(digit)
        self._pad.commit(signing.request_id)
        return self._ask(self._card, signing, ev.CardSigned), given

    def _ask(self, port: Port, effect: e.Effect, wanted: type[E]) -> E:
        answers: list[ev.Event] = []
        port.perform(effect, lambda event, _after: answers.append(event))
        (answer,) = answers
        if not isinstance(answer, wanted):
            raise _Refused(str(getattr(answer, "code", type(answer).__name__)))
        return answer

    def _next(self) -> str:
        self._asked += 1
        return f"{self._id}-{self._asked}"
