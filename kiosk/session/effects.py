"""What a session wants done: values that the runner carries out, in the order given.

An effect with a `request_id` is answered by one event of the same id before its deadline.
`Record` stands before the effect it announces: the journal is durable before anything is acted on.
"""

from dataclasses import dataclass, field

from kiosk.session.states import Means, Order, Platform, Secret
from municipality_client.messages import Applied


@dataclass(frozen=True, slots=True)
class LoadServices:
    """Ask the centre for service status and municipalities -> ServicesKnown."""

    request_id: str


@dataclass(frozen=True, slots=True)
class LoadMunicipality:
    """Ask the centre about one municipality (6-digit code) -> MunicipalityKnown."""

    request_id: str
    code: str


@dataclass(frozen=True, slots=True)
class ProbeCard:
    """Find out what lies on the reader, without VERIFY -> CardProbed | PhoneProbed | CardRefused | CardLost."""

    request_id: str


@dataclass(frozen=True, slots=True)
class AskChallenge:
    """Get a one-use challenge -> ChallengeGiven. Its id is the authentication's id, signed by the card."""

    request_id: str
    municipality: str


@dataclass(frozen=True, slots=True)
class SignChallenge:
    """VERIFY once with the pad's PIN and sign -> CardSigned | PinRejected | PinBlocked | CardLost | CardRefused.

    `authentication` is the id of the AskChallenge; `auth_cert` is what ProbeCard read: another card
    is refused with E-43 (fault-04). A phone of this `platform` shows its certificate only now; where it
    asks its owner itself (`on_phone`) there is no PIN, and PhoneDeclined may be the answer.
    """

    request_id: str
    authentication: str
    municipality: str
    challenge: bytes
    auth_cert: bytes = field(repr=False)
    platform: Platform | None = None
    on_phone: bool = False


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Show the signature to the centre -> OfferMade | Refused. `authentication` as in SignChallenge."""

    request_id: str
    authentication: str
    municipality: str
    challenge: bytes
    auth_cert: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenEnrolment:
    """As OpenSession, to ask how 利用登録 stands for this card -> DeskOpened | Refused."""

    request_id: str
    authentication: str
    municipality: str
    challenge: bytes
    auth_cert: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignApplication:
    """VERIFY once with the pad's password and sign the application; `authentication` as in SignChallenge.

    -> ApplicationSigned | PasswordUnfit | LastTry | PinRejected | PinBlocked | CardLost | CardRefused.
    `last_try`: the customer knows that one try is left.
    """

    request_id: str
    authentication: str
    municipality: str
    challenge: bytes
    auth_cert: bytes = field(repr=False)
    honseki: str = field(repr=False)
    hittosha: str = field(repr=False)
    telephone: str = field(repr=False)
    last_try: bool = False


@dataclass(frozen=True, slots=True)
class Apply:
    """Hand the signed application in -> ApplicationReceived | Refused | CentreLost."""

    request_id: str
    authentication: str
    session: str
    signed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """Order sets and check them -> SetsReady | Refused | CentreLost. The pages stay in the vault."""

    request_id: str
    municipality: str
    session: str
    auth_cert: bytes = field(repr=False)
    kind: str
    persons: tuple[str, ...]
    items: frozenset[str]
    copies: int
    year: int = 0
    variant: str = ""


@dataclass(frozen=True, slots=True)
class AskOrder:
    """Fetch the outcome of an order sent before (unknown outcome, or a reprint) -> SetsReady | Refused.

    `order_id` is the PlaceOrder's request id. For a reprint `expected` is what the journal recorded;
    for an unknown outcome it is None and the order's bytes still lie in the vault.
    """

    request_id: str
    order_id: str
    municipality: str
    expected: Order | None = None


@dataclass(frozen=True, slots=True)
class OpenCoinBox:
    """Accept money for `due` yen; each coin is answered with MoneyInserted."""

    due: int


@dataclass(frozen=True, slots=True)
class TakeFee:
    """Move `fee` yen from escrow to the cash box and give change -> FeeTaken | PaymentFailed."""

    request_id: str
    order_id: str
    fee: int


@dataclass(frozen=True, slots=True)
class ReturnMoney:
    """Close the coin box; give back what lies in escrow, or the fee taken last if its sets were not delivered.

    -> MoneyReturned. A fee is refunded only right after PrintFailed; without coins for it the tray stays.
    """


@dataclass(frozen=True, slots=True)
class OpenMoneyReader:
    """Wait for an e-money card to pay this order -> MoneyCardHeld, MoneyReaderOut."""

    order_id: str


@dataclass(frozen=True, slots=True)
class OpenRefund:
    """Wait for the card that paid this order, and give the fee back to it -> Credited, MoneyReaderOut."""

    order_id: str


@dataclass(frozen=True, slots=True)
class CloseMoneyReader:
    """Wait for no e-money card any more."""


@dataclass(frozen=True, slots=True)
class Debit:
    """Take `fee` yen from the card that is held, once for each order -> FeeTaken | NotDebited | DebitUnknown.

    -> PaymentFailed before it where the printer cannot print.
    """

    request_id: str
    order_id: str
    fee: int


@dataclass(frozen=True, slots=True)
class AskDebit:
    """Ask what became of an order's debit -> FeeTaken | NotDebited | DebitUnknown."""

    request_id: str
    order_id: str


@dataclass(frozen=True, slots=True)
class SettleDebit:
    """AskDebit for a visit that is over, until it is known; what was debited for nothing is owed."""

    request_id: str
    order: Order


@dataclass(frozen=True, slots=True)
class PrintSets:
    """Check the pages once more, print all sets of the order, read back.

    -> JobTaken*, SheetPrinted*, SetsPrinted | PrintFailed.
    """

    request_id: str
    order: Order


@dataclass(frozen=True, slots=True)
class ReportDelivered:
    """Tell the centre that every set of the order was delivered -> Reported | CentreLost."""

    request_id: str
    order: Order


@dataclass(frozen=True, slots=True)
class VoidOrder:
    """Make whatever the centre issued for this order void -> Reported | CentreLost. `order_id`: the PlaceOrder's id."""

    request_id: str
    order_id: str


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """Print a receipt without personal data -> ReceiptPrinted | ReceiptFailed."""

    request_id: str
    kind_name: str
    municipality_name: str
    copies: int
    fee: int
    set_numbers: tuple[str, ...]
    means: Means = Means.CASH


@dataclass(frozen=True, slots=True)
class PrintSlip:
    """Print the slip with the 受付番号 of an application, without personal data -> ReceiptPrinted | ReceiptFailed."""

    request_id: str
    municipality_name: str
    applied: Applied


@dataclass(frozen=True, slots=True)
class LookAtPrinter:
    """Ask the printer whether it could print now -> PrinterSeen."""


@dataclass(frozen=True, slots=True)
class Record:
    """Write one journal record, durable before the next effect is acted on. No personal data.

    Kinds: session, order, sets, fee, fee-taken, debit-declined, debit-unknown, debit-none, print, sheet, printed,
    delivered, void, returned, refund-owed, failed, printer, receipt-failed, closed. What stands in each:
    `kiosk.session.records`.
    """

    kind: str
    fields: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Say:
    """Speak the text of `key` and show it as caption; `alarm` adds the sound against forgetting (I-68, O-57)."""

    key: str
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class ArmTimer:
    """Start this screen's time anew: TimeShort after `idle` s, TimedOut `countdown` s later (0: no warning)."""

    idle: float
    countdown: float


@dataclass(frozen=True, slots=True)
class DisarmTimer:
    """Stop the time of this screen."""


@dataclass(frozen=True, slots=True)
class ProbeSecrets:
    """Ask the card for the tries left of both secrets, without VERIFY -> SecretsProbed | CardRefused | CardLost.

    `reset`: the secret that is to be set anew; then also for the card's challenge.
    """

    request_id: str
    reset: Secret | None = None


@dataclass(frozen=True, slots=True)
class AuthoriseReset:
    """Have the customer's reservation honoured for this card -> ResetAuthorised | Refused | CentreLost."""

    request_id: str
    secret: Secret
    auth_cert: bytes = field(repr=False)
    challenge: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChangeSecret:
    """Change `secret` on the card from the first secret of the pad to the second, once.

    -> SecretChanged | PinRejected | PinBlocked | CardLost | ChangeUnknown | CardRefused. `auth_cert` is what
    ProbeSecrets read: another card is refused with E-43 (fault-04). With an `authorisation` the first is
    the other secret, and `secret` is set anew.
    """

    request_id: str
    secret: Secret
    auth_cert: bytes = field(repr=False)
    authorisation: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class KeepSecret:
    """Lay what is typed aside: the next secret of the same request follows."""


@dataclass(frozen=True, slots=True)
class JudgeSecret:
    """Judge what is typed as a new `secret`, and keep it if nothing speaks against it -> SecretJudged.

    `changes`: what was kept is the present value of the same secret.
    """

    secret: Secret
    changes: bool


@dataclass(frozen=True, slots=True)
class CompareSecret:
    """Compare what is typed with the new secret that was kept -> SecretJudged."""


@dataclass(frozen=True, slots=True)
class ClearPad:
    """Overwrite what is typed; what was kept stays."""


@dataclass(frozen=True, slots=True)
class WipePin:
    """Overwrite the PIN pad, what was kept included."""


@dataclass(frozen=True, slots=True)
class WipeSession:
    """Overwrite pad and vault and forget every request of this session (I6, O-58)."""


AtPad = WipePin | ClearPad | KeepSecret | JudgeSecret | CompareSecret
"""What is done with the pad at once, where it lies."""

Effect = (
    LoadServices
    | LoadMunicipality
    | ProbeCard
    | AskChallenge
    | SignChallenge
    | OpenSession
    | OpenEnrolment
    | SignApplication
    | Apply
    | PlaceOrder
    | AskOrder
    | OpenCoinBox
    | TakeFee
    | ReturnMoney
    | OpenMoneyReader
    | OpenRefund
    | CloseMoneyReader
    | Debit
    | AskDebit
    | SettleDebit
    | PrintSets
    | ReportDelivered
    | VoidOrder
    | PrintReceipt
    | LookAtPrinter
    | PrintSlip
    | Record
    | Say
    | ArmTimer
    | DisarmTimer
    | ProbeSecrets
    | AuthoriseReset
    | ChangeSecret
    | AtPad
    | WipeSession
)
