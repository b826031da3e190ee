"""What a session is: one immutable value, from the idle screen to the farewell.

The steps carry the screen IDs of the service (S-00 … S-20). A session holds no PIN and no page:
the PIN lies in `kiosk.pinpad`, the pages in `kiosk.vault`; and no name and no address but those that a
customer types for 利用登録, until the visit ends.
"""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.session.entries import Entries
from municipality_client.messages import Municipalities, Municipality, Offer


class Step(StrEnum):
    """Where the session stands; the value is the screen's ID."""

    IDLE = "S-00"
    SERVICE_MENU = "S-01"
    CONSENT = "S-02"
    MEDIUM = "S-03"
    PLACE_CARD = "S-04"
    MUNICIPALITY = "S-05"
    PIN = "S-06"
    AUTHENTICATING = "S-07"
    REMOVE_CARD = "S-08"
    KIND = "S-09"
    PERSONS = "S-10"
    ITEMS = "S-11"
    COPIES = "S-12"
    CONFIRM = "S-13"
    PREPARING = "S-14"
    PAYING = "S-15"
    TOUCHING = "S-21"
    DEBITING = "S-22"
    PRINTING = "S-16"
    TAKE_PAPER = "S-17"
    RECEIPT = "S-18"
    ANOTHER = "S-19"
    FORGOTTEN = "S-20"
    FAILED = "E-00"
    RECOVERY = "R-01"
    ENROL_CONSENT = "S-50"
    ENROL_STATUS = "S-51"
    HONSEKI_PLACE = "S-52"
    HONSEKI_LOT = "S-53"
    FAMILY_NAME = "S-54"
    GIVEN_NAME = "S-55"
    TELEPHONE = "S-56"
    SIGN_PASSWORD = "S-57"  # noqa: S105 - the ID of a screen
    ENROL_CHECK = "S-58"
    APPLYING = "S-59"
    APPLIED = "S-60"
    PIN_SERVICE = "S-70"
    PIN_CARD = "S-71"
    PIN_PRESENT = "S-72"
    PIN_NEW = "S-73"
    PIN_AGAIN = "S-74"
    PIN_WORKING = "S-75"
    PIN_DONE = "S-76"


class Register(StrEnum):
    """Whose register is asked: the municipality one lives in, or the one of the registered domicile."""

    RESIDENCE = "residence"
    HONSEKI = "honseki"


class Secret(StrEnum):
    """The two secrets that a customer may be asked for: the 4-digit PIN and the signature password."""

    AUTHENTICATION = "authentication"
    SIGNATURE = "signature"

    @property
    def shortest(self) -> int:
        """Fewest characters."""
        return 4 if self is Secret.AUTHENTICATION else 6

    @property
    def longest(self) -> int:
        """Most characters (card.md §2.7)."""
        return 4 if self is Secret.AUTHENTICATION else 16

    @property
    def other(self) -> "Secret":
        """The one that proves the holder when this one is forgotten."""
        return Secret.SIGNATURE if self is Secret.AUTHENTICATION else Secret.AUTHENTICATION


@dataclass(frozen=True, slots=True)
class PinTask:
    """What is done with which secret: changed with its own present value, or (`reset`) set anew with the other one.

    `authorisation` is the centre's word to the card, for a reset.
    """

    secret: Secret
    reset: bool = False
    authorisation: bytes = field(default=b"", repr=False)

    @property
    def known(self) -> Secret:
        """Which secret the customer types first."""
        return self.secret.other if self.reset else self.secret


class Means(StrEnum):
    """How the fee is paid."""

    CASH = "cash"
    EMONEY = "emoney"


class Medium(StrEnum):
    """What the customer wants to show: the plastic card or a phone."""

    CARD = "card"
    PHONE = "phone"


class Platform(StrEnum):
    """Which phone lies on the reader (card.md §9)."""

    ANDROID = "android"
    IPHONE = "iphone"


@dataclass(frozen=True, slots=True)
class Machine:
    """What this terminal is and can do, from its settings: the same for every visit.

    `operator`: the chain as municipalities name it, "" for none; `phones`: which it reads; `resets`:
    which secrets it may set anew (service.md §1.3 V-5 … V-7). `outlet_watched`: False where no eye sees
    the paper in the outlet (a real printer), so that the customer has to say that it is taken. `emoney`: it
    has an e-money reader.
    """

    operator: str = ""
    phones: tuple[Platform, ...] = tuple(Platform)
    resets: tuple[Secret, ...] = tuple(Secret)
    outlet_watched: bool = True
    emoney: bool = True


class Purpose(StrEnum):
    """Why the card is asked for: a certificate, a set that was paid for before a crash, or 利用登録."""

    ISSUE = "issue"
    REPRINT = "reprint"
    ENROL = "enrol"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the customer has chosen so far (S-09 … S-12). `who`: self, all or some; "" until it is said.

    `year` (0) and `variant` (""): not said yet, or nothing to say for this kind.
    """

    kind: str = ""
    who: str = ""
    persons: tuple[str, ...] = ()
    whole_household: bool = False
    items: frozenset[str] = frozenset()
    copies: int = 1
    year: int = 0
    variant: str = ""


@dataclass(frozen=True, slots=True)
class SetFacts:
    """One set (一通): its unique number and how many sheets it has."""

    number: str
    sheets: int


@dataclass(frozen=True, slots=True)
class Order:
    """An order that the centre has answered with checked sets. `fee` is yen for all copies.

    `card_mark` tells the same card again for a reprint (see `card_mark`); the flow fills it in.
    """

    request_id: str
    order_sha256: bytes
    fee: int
    sets: tuple[SetFacts, ...]
    reprint: bool = False
    card_mark: str = ""

    @property
    def sheets(self) -> int:
        """Sheets of all sets together."""
        return sum(one.sheets for one in self.sets)


def card_mark(order_id: str, auth_cert: bytes) -> str:
    """Mark of the card that placed an order: it links no two orders and names nobody (X-21)."""
    return hashlib.sha256(b"card-mark/1" + order_id.encode() + b"\0" + auth_cert).hexdigest()


PIN_SENT, CARD_CHANGED = "pin-sent", "card"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a session ends early: an error code (E-01 … E-99, or `cancelled`) and what it did to the money.

    `detail` is a value for the text, like the issuer of a foreign card, or says which case of a code it
    is: PIN_SENT (whether a try was used is unknown), CARD_CHANGED; never personal data.
    `refund_owed` is yen that the machine could not give back itself (an operator's task); `by_touch`: it can
    still, to the card that paid; `credited`: so it did. `in_doubt`: yen of which nobody knows whether a card
    was debited; if so, they are given back.
    """

    code: str
    detail: str = ""
    refund_owed: int = 0
    by_touch: bool = False
    credited: int = 0
    in_doubt: int = 0


class Overlay(StrEnum):
    """What stands over a screen while somebody sets the panel: the languages, or sizes, colours and reach."""

    NONE = ""
    LANGUAGE = "language"
    COMFORT = "comfort"


@dataclass(frozen=True, slots=True)
class Display:
    """How the panel is shown to this customer; a new visit begins with the usual one.

    `language` is a code of `assets/text`, "" for the panel's first; `size` 0 to 2 steps larger texts;
    `low`: everything within reach of a wheelchair; `silent`: nothing is spoken, alarms still ring.
    """

    language: str = ""
    size: int = 0
    contrast: bool = False
    low: bool = False
    silent: bool = False
    overlay: Overlay = Overlay.NONE


@dataclass(frozen=True, slots=True)
class Browsing:
    """Which towns of S-05 are looked at: of a `row` of the kana table, of one `kana` ("": all); which page of them."""

    row: str = ""
    kana: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """The whole state. `view_id` grows with every change of what is shown; an older touch is dropped.

    `consent` is the version of the text agreed to; `authentication` the id of the AskChallenge;
    `order_id` the id of the PlaceOrder, "" once nothing of it is open. A late SetsReady of that very
    order must not be made void while the session still asks for it. `change` is yen in the coin tray.
    `platform`: the phone that was looked at, None for a card; `on_phone`: it asks its owner itself.
    `printer_code`: what keeps the printer from printing, as far as it was looked at; "" for nothing.
    `means`: how the fee is paid. `exact_only`: the coin box has no change.
    `out_of_service`: why the operator has closed the kiosk, "" for not.
    `headphones`: somebody listens by headphones, so what is private may be spoken.
    `forgotten`: card or paper of the customer before lies there still, so no visit begins.
    `real_card`: of another issuer, let in by the operator and not asked about.
    `rounds` counts what this screen has repeated (an alarm, or asking for an order); `slips` how often the
    card came off too early: only the card of `auth_cert` may then come back (fault-03, fault-04).
    """

    step: Step = Step.IDLE
    view_id: int = 0
    id: str = ""
    display: Display = Display()
    requests: int = 0
    awaiting: str = ""
    purpose: Purpose = Purpose.ISSUE
    machine: Machine = Machine()
    medium: Medium = Medium.CARD
    platform: Platform | None = None
    on_phone: bool = False

    headphones: bool = False
    reader_ready: bool = True
    printer_code: str = ""
    card_present: bool = False
    slips: int = 0
    real_card: bool = False
    tries_left: int | None = None
    auth_cert: bytes = field(default=b"", repr=False)
    digits: int = 0
    forgotten: bool = False
    out_of_service: str = ""
    pins: PinTask | None = None

    consent: str = ""
    services: Municipalities | None = None
    register: Register | None = None
    browsing: Browsing = Browsing()
    municipality: Municipality | None = None
    authentication: str = ""
    challenge: bytes = b""
    offer: Offer | None = field(default=None, repr=False)
    choice: Choice = Choice()
    enrolment: Entries | None = field(default=None, repr=False)

    order_id: str = ""
    order: Order | None = None
    means: Means = Means.CASH
    exact_only: bool = False
    inserted: int = 0
    change: int = 0
    fee_taken: bool = False
    sheets_printed: int = 0
    paper_waiting: int = 0

    failure: Failure | None = None
    notice: str = ""
    notice_detail: str = ""
    time_short: bool = False
    extensions: int = 0
    rounds: int = 0
