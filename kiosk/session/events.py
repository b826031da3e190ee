"""What can happen to a session: touches, devices, answers and time. Values only.

An event with a `request_id` answers the effect of that id; the runner drops it when that id is
not awaited. No event carries a digit of a PIN.
"""

from dataclasses import dataclass, field

from kiosk.session.emoney_events import Credited as Credited
from kiosk.session.emoney_events import DebitUnknown as DebitUnknown
from kiosk.session.emoney_events import MoneyCardHeld as MoneyCardHeld
from kiosk.session.emoney_events import MoneyReaderOut as MoneyReaderOut
from kiosk.session.emoney_events import NotDebited as NotDebited
from kiosk.session.states import Order, Platform
from municipality_client.messages import Applied, EnrolmentDesk, Municipalities, Municipality, Offer


@dataclass(frozen=True, slots=True)
class Started:
    """A customer's visit begins; the runner gives each its own `session_id`, unique for ever.

    It stands for the touch of `kiosk.session.transitions.VISIT_BEGINS`; that touch itself may follow
    and then has no row.
    """

    session_id: str


@dataclass(frozen=True, slots=True)
class Touched:
    """The customer touched `button` (see `kiosk.session.buttons`); `value` says which of several."""

    button: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class DigitTouched:
    """The secret pad now holds `count` digits. Which ones, only the pad knows."""

    count: int


@dataclass(frozen=True, slots=True)
class CardPlaced:
    """Something lies on the reader."""


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The reader is empty again."""


@dataclass(frozen=True, slots=True)
class ReaderLost:
    """No reader, or the PC/SC service is down (fault-05, fault-06)."""


@dataclass(frozen=True, slots=True)
class ReaderFound:
    """A reader is there (again)."""


@dataclass(frozen=True, slots=True)
class TimeShort:
    """The customer has been idle; a countdown begins that a touch extends (S-xx, service.md §1.2)."""


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The time of this screen is over."""


@dataclass(frozen=True, slots=True)
class ServicesKnown:
    """The centre's answer: is the service open, and which municipalities take part."""

    request_id: str
    services: Municipalities


@dataclass(frozen=True, slots=True)
class MunicipalityKnown:
    """The centre's answer: what one municipality offers, for how much, and its texts."""

    request_id: str
    municipality: Municipality


@dataclass(frozen=True, slots=True)
class CardProbed:
    """A My Number card of a known issuer lies on the reader; its PIN has `tries_left` tries (0: blocked).

    `real`: of another issuer, and let in by the operator; whether it was revoked nobody asks.
    """

    request_id: str
    tries_left: int
    auth_cert: bytes = field(repr=False)
    real: bool = False


@dataclass(frozen=True, slots=True)
class PhoneProbed:
    """A phone lies on the reader. `tries_left` (0: blocked) of its PIN is None where it tells none."""

    request_id: str
    platform: Platform
    tries_left: int | None


@dataclass(frozen=True, slots=True)
class PhoneDeclined:
    """The phone has asked its owner, who has not confirmed; no PIN was sent."""

    request_id: str


@dataclass(frozen=True, slots=True)
class CardRefused:
    """What lies on the reader cannot be used (E-01 unreadable, E-02 other card, E-16 none, E-17 foreign CA)."""

    request_id: str
    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SecretsProbed:
    """A card with JPKI, of any issuer, lies on the reader: tries left of its two secrets (0: blocked).

    `password_tries` is None on a card without a signature certificate; `challenge` is what a reset must have
    authorised, b"" for a card that cannot be reset here.
    """

    request_id: str
    pin_tries: int
    password_tries: int | None
    auth_cert: bytes = field(repr=False)
    challenge: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class ResetAuthorised:
    """The centre's word to this card that its holder has reserved to set a secret anew."""

    request_id: str
    authorisation: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SecretJudged:
    """What speaks against the new secret in the pad, "" for nothing (see `kiosk.new_secret`); it is wiped then."""

    objection: str


@dataclass(frozen=True, slots=True)
class SecretChanged:
    """The card has taken the new secret."""

    request_id: str


@dataclass(frozen=True, slots=True)
class ChangeUnknown:
    """The secret typed first was right, then the card left: either the old or the new one holds now."""

    request_id: str


@dataclass(frozen=True, slots=True)
class ChallengeGiven:
    """The centre's one-use challenge."""

    request_id: str
    challenge: bytes


@dataclass(frozen=True, slots=True)
class CardSigned:
    """The card accepted the PIN and signed."""

    request_id: str
    auth_cert: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PinRejected:
    """The card refused the PIN; `tries_left` ≥ 1 remain (E-10)."""

    request_id: str
    tries_left: int


@dataclass(frozen=True, slots=True)
class PinBlocked:
    """The card's PIN is blocked (E-11, I-08, O-45)."""

    request_id: str


@dataclass(frozen=True, slots=True)
class CardLost:
    """The card left during an exchange, or is `silent`. `pin_sent`: whether a try was used is unknown (fault-02)."""

    request_id: str
    pin_sent: bool
    silent: bool = False


@dataclass(frozen=True, slots=True)
class OfferMade:
    """Signature accepted: what this person may have here and now."""

    request_id: str
    offer: Offer = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeskOpened:
    """Signature accepted: how 利用登録 stands for this card, and the right to apply."""

    request_id: str
    desk: EnrolmentDesk = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApplicationSigned:
    """The card accepted the password and signed; `signed` is the document (CMS, DER)."""

    request_id: str
    signed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PasswordUnfit:
    """What was typed can be no card's password; nothing was sent to the card."""

    request_id: str


@dataclass(frozen=True, slots=True)
class LastTry:
    """One try is left for the password and nobody has agreed to risk it; nothing was sent (I5)."""

    request_id: str


@dataclass(frozen=True, slots=True)
class ApplicationReceived:
    """The centre has the application: its 受付番号, and the day from which the answer is known."""

    request_id: str
    applied: Applied


@dataclass(frozen=True, slots=True)
class SetsReady:
    """The sets are here, verified against the order that was sent (design §3.2 step 6); no money yet."""

    request_id: str
    order: Order


@dataclass(frozen=True, slots=True)
class Refused:
    """The centre said no, or what it sent does not belong to this order (E-43, E-44)."""

    request_id: str
    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CentreLost:
    """The centre was not reached (E-40). `sent`: the outcome is unknown and must be asked for (fault-27)."""

    request_id: str
    sent: bool


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The deadline of a request has passed; a later answer will not be used (F-01)."""

    request_id: str


@dataclass(frozen=True, slots=True)
class ExactOnly:
    """The opened coin box has too few coins to give change (F-46)."""


@dataclass(frozen=True, slots=True)
class MoneyInserted:
    """The coin box holds `total` yen for this session."""

    total: int


@dataclass(frozen=True, slots=True)
class FeeTaken:
    """The fee is in the cash box, and `change` yen went to the tray; or it was debited from e-money."""

    request_id: str
    change: int


@dataclass(frozen=True, slots=True)
class PaymentFailed:
    """The coin box could not take the fee: E-50; the money is still in escrow or back in the tray."""

    request_id: str
    code: str


@dataclass(frozen=True, slots=True)
class JobTaken:
    """The printer has a set and says what it calls the job: for whoever looks for it in the printer's own log."""

    request_id: str
    set_number: str
    job_id: int
    job_uuid: str


@dataclass(frozen=True, slots=True)
class SheetPrinted:
    """The printer says that `sheets` sheets of the order lie in the outlet."""

    request_id: str
    sheets: int


@dataclass(frozen=True, slots=True)
class SetsPrinted:
    """The printer's proof that all sheets of the order are out."""

    request_id: str


@dataclass(frozen=True, slots=True)
class PrintFailed:
    """Printing ended early (E-60 … E-63) with `sheets` sheets out."""

    request_id: str
    code: str
    sheets: int


@dataclass(frozen=True, slots=True)
class PaperTaken:
    """The outlet is empty."""


@dataclass(frozen=True, slots=True)
class PrinterSeen:
    """What keeps the printer from printing (E-60 … E-66), "" when it is ready; `detail` in an operator's words."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ServiceSet:
    """The operator takes the kiosk out of service; `reason` is a key of S-00's texts, "": in service again."""

    reason: str


@dataclass(frozen=True, slots=True)
class HeadphonesMoved:
    """Headphones were plugged in, or pulled out."""

    plugged: bool


@dataclass(frozen=True, slots=True)
class PaperFound:
    """At start `sheets` sheets lie in the outlet: the power went before they were taken (fault-19, fault-45)."""

    sheets: int


@dataclass(frozen=True, slots=True)
class MoneyTaken:
    """The coin tray is empty."""


@dataclass(frozen=True, slots=True)
class MoneyReturned:
    """ReturnMoney was carried out: `tray` yen lie in the coin tray now, refunds included, escrow empty."""

    tray: int


@dataclass(frozen=True, slots=True)
class Broken:
    """Something broke that the flow knows nothing of: the visit ends with E-99 and the money goes back."""

    code: str = "E-99"


@dataclass(frozen=True, slots=True)
class Reported:
    """The centre has acknowledged the result of the order, or its being void."""

    request_id: str


@dataclass(frozen=True, slots=True)
class ReceiptPrinted:
    """The receipt is out."""

    request_id: str


@dataclass(frozen=True, slots=True)
class ReceiptFailed:
    """No receipt came out; `reason` is an IPP word. The certificate is not touched by it (F-46)."""

    request_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnfinishedFound:
    """At start the journal tells of an order that was paid and not printed: a reprint is possible."""

    order: Order


Event = (
    Started
    | Touched
    | DigitTouched
    | CardPlaced
    | CardRemoved
    | ReaderLost
    | ReaderFound
    | TimeShort
    | TimedOut
    | ServicesKnown
    | MunicipalityKnown
    | CardProbed
    | PhoneProbed
    | PhoneDeclined
    | CardRefused
    | SecretsProbed
    | ResetAuthorised
    | SecretJudged
    | SecretChanged
    | ChangeUnknown
    | ChallengeGiven
    | CardSigned
    | PinRejected
    | PinBlocked
    | CardLost
    | OfferMade
    | DeskOpened
    | ApplicationSigned
    | PasswordUnfit
    | LastTry
    | ApplicationReceived
    | SetsReady
    | Refused
    | CentreLost
    | Unanswered
    | ExactOnly
    | MoneyInserted
    | FeeTaken
    | PaymentFailed
    | JobTaken
    | MoneyCardHeld
    | MoneyReaderOut
    | NotDebited
    | DebitUnknown
    | Credited
    | SheetPrinted
    | SetsPrinted
    | PrintFailed
    | PaperTaken
    | PaperFound
    | PrinterSeen
    | ServiceSet
    | HeadphonesMoved
    | MoneyTaken
    | MoneyReturned
    | Broken
    | Reported
    | ReceiptPrinted
    | ReceiptFailed
    | UnfinishedFound
)
