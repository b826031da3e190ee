"""Which effects are under way, where each goes, and until when it may be answered.

Separate so that one place says what *given up* means: an effect given up is not begun any more,
its answer is not used (F-01, fault-27). Lanes ask `is_live` from their threads.
"""

from collections import deque
from dataclasses import dataclass
from threading import Lock

from kiosk.lanes import Lane
from kiosk.session import effects as e

Errand = e.VoidOrder | e.ReportDelivered | e.SettleDebit
"""What the centre must be told, or a debit asked for, in the end, whatever becomes of the session."""

Asked = (
    e.LoadServices
    | e.LoadMunicipality
    | e.ProbeCard
    | e.ProbeSecrets
    | e.AuthoriseReset
    | e.ChangeSecret
    | e.AskChallenge
    | e.SignChallenge
    | e.OpenSession
    | e.OpenEnrolment
    | e.SignApplication
    | e.Apply
    | e.PlaceOrder
    | e.AskOrder
    | e.TakeFee
    | e.Debit
    | e.AskDebit
    | e.PrintSets
    | e.PrintReceipt
    | e.PrintSlip
    | Errand
)
Told = e.OpenCoinBox | e.ReturnMoney | e.OpenMoneyReader | e.OpenRefund | e.CloseMoneyReader | e.LookAtPrinter
Unawaited = Errand | e.PrintReceipt | e.PrintSlip
"""What is carried out to its end although the session goes on without it."""
_REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Route:
    """The lane of an effect, and the seconds until its answer (for a print job: until the next sheet).

    A printer that stands still is given up by its driver (`printer.ipp.Patience`), before its lane is.
    """

    lane: Lane
    deadline: float


ROUTES: dict[type[Asked | Told], Route] = {
    e.ProbeCard: Route(Lane.CARD, 10),
    e.SignChallenge: Route(Lane.CARD, 10),
    e.ProbeSecrets: Route(Lane.CARD, 10),
    e.AuthoriseReset: Route(Lane.CENTRE, 30),
    e.ChangeSecret: Route(Lane.CARD, 10),
    e.LoadServices: Route(Lane.CENTRE, 30),
    e.LoadMunicipality: Route(Lane.CENTRE, 30),
    e.AskChallenge: Route(Lane.CENTRE, 30),
    e.OpenSession: Route(Lane.CENTRE, 30),
    e.OpenEnrolment: Route(Lane.CENTRE, 30),
    e.SignApplication: Route(Lane.CARD, 10),
    e.Apply: Route(Lane.CENTRE, 30),
    e.PlaceOrder: Route(Lane.CENTRE, 30),
    e.AskOrder: Route(Lane.CENTRE, 30),
    e.ReportDelivered: Route(Lane.CENTRE, 30),
    e.VoidOrder: Route(Lane.CENTRE, 30),
    e.OpenCoinBox: Route(Lane.COINS, 10),
    e.TakeFee: Route(Lane.COINS, 10),
    e.ReturnMoney: Route(Lane.COINS, 10),
    e.OpenMoneyReader: Route(Lane.EMONEY, 10),
    e.OpenRefund: Route(Lane.EMONEY, 10),
    e.CloseMoneyReader: Route(Lane.EMONEY, 10),
    e.Debit: Route(Lane.EMONEY, 10),
    e.AskDebit: Route(Lane.EMONEY, 10),
    e.SettleDebit: Route(Lane.EMONEY, 10),
    e.LookAtPrinter: Route(Lane.PRINTER, 30),
    e.PrintReceipt: Route(Lane.RECEIPTS, 30),
    e.PrintSlip: Route(Lane.RECEIPTS, 30),
    e.PrintSets: Route(Lane.PRINTER, 450),
}


class Requests:
    """Effects that wait for an answer, by request id."""

    def __init__(self) -> None:
        self._live: dict[str, Asked] = {}
        self._given_up: deque[str] = deque(maxlen=_REMEMBERED)
        self._lock = Lock()

    @property
    def live(self) -> tuple[Asked, ...]:
        """Everything that may still be answered."""
        with self._lock:
            return tuple(self._live.values())

    def begin(self, effect: Asked) -> None:
        """Wait for an answer to `effect`; an id is used once."""
        with self._lock:
            if effect.request_id in self._live or effect.request_id in self._given_up:
                raise ValueError(f"request id {effect.request_id} was used before")
            self._live[effect.request_id] = effect

    def is_live(self, request_id: str) -> bool:
        """True until the answer came or the request was given up."""
        with self._lock:
            return request_id in self._live

    def find(self, request_id: str) -> Asked | None:
        """The live request of that id."""
        with self._lock:
            return self._live.get(request_id)

    def answered(self, request_id: str) -> Asked | None:
        """Close a request; None when it is not live (any more)."""
        with self._lock:
            return self._live.pop(request_id, None)

    def give_up(self, request_id: str) -> Asked | None:
        """Close a request without answer; only its id is remembered (I6)."""
        with self._lock:
            effect = self._live.pop(request_id, None)
            if effect is not None:
                self._given_up.append(request_id)
            return effect
