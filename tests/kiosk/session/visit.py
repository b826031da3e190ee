"""A customer's visit as tests drive it: events in, effects collected, any screen reached the usual way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from kiosk.session import events as e
from kiosk.session.advance import advance
from kiosk.session.buttons import Button
from kiosk.session.effects import Effect, PlaceOrder
from kiosk.session.states import Order, Secret, Session, SetFacts, Step
from municipality_client.enrolment import Applied, EnrolmentDesk, EnrolmentState, Place
from municipality_client.messages import (
    ForgetAlert,
    Hours,
    Kind,
    KindTerms,
    Municipalities,
    Municipality,
    MunicipalityBrief,
    Offer,
    OfferedItem,
    OfferedKind,
    OfferedPerson,
    PersonChoice,
    ServiceStatus,
)

TOWN = "012351"
HOURS = Hours(opens="06:30", closes="23:00")
OPEN = ServiceStatus(open=True, code="", hours=HOURS)
CLOSED = ServiceStatus(open=False, code="E-22", hours=HOURS)
CARD = b"public-key certificate"
BRIEFS = (
    MunicipalityBrief(code=TOWN, name="石狩市", prefecture="北海道", kana="いしかりし"),
    MunicipalityBrief(code="044245", name="大衡村", prefecture="宮城県", kana="おおひらむら"),
)
SERVICES = Municipalities(service=OPEN, municipalities=BRIEFS)
MUNICIPALITY = Municipality(
    code=TOWN,
    name="石狩市",
    prefecture="北海道",
    kana="いしかりし",
    service=OPEN,
    kinds=(
        KindTerms(kind=Kind.RESIDENCE_COPY, name="住民票の写し", fee=350, hours=HOURS, open=True, code=""),
        KindTerms(kind=Kind.SEAL, name="印鑑登録証明書", fee=350, hours=HOURS, open=True, code=""),
    ),
    unlock=(
        "市民課の窓口で、ロック解除の手続きをしてください。",
        "厚田支所・浜益支所の各市民福祉課の窓口でも手続きできます。",
    ),
    window=("市民課", "厚田支所 市民福祉課", "浜益支所 市民福祉課"),
    lag=("マイナンバーカードの交付や住所異動の手続き後、すぐにはご利用いただけない場合があります。",),
    notes=("印鑑登録証明書は、窓口ではA5用紙、この端末ではA4用紙で発行されます。",),
    contact="石狩市 市民課",
    brands=("セイコーマート",),
    forget_alert=ForgetAlert(of=("card",), by=("screen", "voice")),
    max_copies=10,
)
PEOPLE = (
    OfferedPerson(handle="0" * 15 + "1", display_name="石○ 太○", relation="世帯主", is_self=True),
    OfferedPerson(handle="0" * 15 + "2", display_name="石○ 花○", relation="妻", is_self=False),
    OfferedPerson(handle="0" * 15 + "3", display_name="石○ 次○", relation="子", is_self=False),
)
ITEMS = (
    OfferedItem(id="relation", name="世帯主・続柄", default=False, warning=False),
    OfferedItem(id="honseki", name="本籍・筆頭者", default=False, warning=False),
    OfferedItem(id="my_number", name="マイナンバー", default=False, warning=True),
)


def offered(kind: Kind, name: str, choice: PersonChoice, code: str = "") -> OfferedKind:
    """One kind of the offer; `code` greys it."""
    household = choice is PersonChoice.HOUSEHOLD
    return OfferedKind(
        kind=kind,
        name=name,
        fee=350,
        available=not code,
        code=code,
        persons=PEOPLE if household else PEOPLE[:1],
        person_choice=choice,
        items=ITEMS if household else (),
        max_copies=10,
        hours=HOURS,
        notes=("1枚に1人分が印刷されます。",) if household else (),
    )


OFFER = Offer(
    request_id="v-4",
    session="session-token",
    municipality=TOWN,
    holder="石○ 太○",
    kinds=(
        offered(Kind.RESIDENCE_COPY, "住民票の写し", PersonChoice.HOUSEHOLD),
        offered(Kind.SEAL, "印鑑登録証明書", PersonChoice.SELF),
        offered(Kind.TAX, "所得・課税証明書", PersonChoice.SELF, "E-21"),
    ),
    expires_at=datetime(2026, 4, 6, 10, 5, tzinfo=timezone(timedelta(hours=9))),
)


def order(order_id: str, sets: int = 1, sheets: int = 3) -> Order:
    """An order that the centre has answered."""
    facts = tuple(SetFacts(f"012351-20260406-T00001-{n:08d}-7", sheets) for n in range(1, sets + 1))
    return Order(request_id=order_id, order_sha256=bytes(32), fee=350 * sets, sets=facts)


@dataclass
class Visit:
    """One session and everything it wanted done."""

    session: Session = field(default_factory=Session)
    effects: list[Effect] = field(default_factory=list)
    number: int = 0

    def do(self, event: e.Event) -> tuple[Effect, ...]:
        """Let it happen; return what is wanted now."""
        self.session, wanted = advance(self.session, event)
        self.effects += wanted
        return wanted

    def touch(self, button: Button, value: str = "") -> tuple[Effect, ...]:
        """Touch a button."""
        return self.do(e.Touched(button, value))

    def start(self) -> tuple[Effect, ...]:
        """Begin a visit with an id of its own."""
        self.number += 1
        return self.do(e.Started(f"v{self.number}"))

    def wanted(self, kind: type[Effect]) -> list[Effect]:
        """Everything of one kind that was wanted so far."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    @property
    def asked(self) -> str:
        """Id that is awaited."""
        return self.session.awaiting

    @property
    def step(self) -> Step:
        """The screen."""
        return self.session.step

    # The usual way, one screen at a time

    def to(self, step: Step) -> "Visit":
        """Go the usual way until `step`: household, all items without, one copy, exact money."""
        other = next((way for way, steps in _OTHER_WAYS if step in steps), {})
        way = _WAY | other
        for _ in range(60):
            if self.step is step:
                return self
            way[self.step](self)
        raise AssertionError(f"{step} not reached, but {self.step}")

    def place_order(self) -> PlaceOrder:
        """The last order that was placed."""
        placed = self.wanted(PlaceOrder)[-1]
        assert isinstance(placed, PlaceOrder)
        return placed


def at(step: Step) -> Visit:
    """A visit that stands at `step`, reached the usual way."""
    visit = Visit()
    if step is Step.FAILED:
        visit.to(Step.KIND).touch(Button.CANCEL)
    elif step is Step.RECOVERY:
        visit.do(e.UnfinishedFound(order("old-7")))
    else:
        visit.to(step)
    return visit


def _authenticate(visit: Visit) -> None:
    visit.do(e.ChallengeGiven(visit.asked, bytes(32)))
    visit.do(e.CardSigned(visit.asked, CARD, b"signature"))
    visit.do(e.OfferMade(visit.asked, OFFER))


def _service_menu(visit: Visit) -> None:
    visit.do(e.ServicesKnown(visit.asked, SERVICES))
    visit.touch(Button.ISSUE)


def _place_card(visit: Visit) -> None:
    visit.do(e.CardPlaced())
    visit.do(e.CardProbed(visit.asked, 3, CARD))


def _municipality(visit: Visit) -> None:
    visit.touch(Button.REGISTER, "residence")
    visit.touch(Button.MUNICIPALITY, TOWN)
    visit.do(e.MunicipalityKnown(visit.asked, MUNICIPALITY))


def _pin(visit: Visit) -> None:
    for count in range(1, 5):
        visit.do(e.DigitTouched(count))
    visit.touch(Button.NEXT)


def _persons(visit: Visit) -> None:
    visit.touch(Button.WHO, "all")
    visit.touch(Button.NEXT)


def _preparing(visit: Visit) -> None:
    visit.do(e.SetsReady(visit.asked, order(visit.session.order_id)))


def _paying(visit: Visit) -> None:
    visit.do(e.MoneyInserted(500))
    visit.do(e.FeeTaken(visit.asked, 150))


def _printing(visit: Visit) -> None:
    for sheets in (1, 2, 3):
        visit.do(e.SheetPrinted(visit.asked, sheets))
    visit.do(e.SetsPrinted(visit.asked))


def _take_paper(visit: Visit) -> None:
    visit.do(e.Reported(visit.asked))
    visit.do(e.PaperTaken())


def touching(button: Button, value: str = "") -> Callable[[Visit], None]:
    """Touch a button, as a way on."""

    def act(visit: Visit) -> None:
        visit.touch(button, value)

    return act


def _place_pin_card(visit: Visit) -> None:
    visit.do(e.CardPlaced())
    visit.do(e.SecretsProbed(visit.asked, 3, 5, CARD))


def _new_pin(visit: Visit) -> None:
    visit.do(e.DigitTouched(4))
    visit.touch(Button.NEXT)
    visit.do(e.SecretJudged(""))


_PINS: dict[Step, Callable[[Visit], object]] = {
    Step.SERVICE_MENU: lambda visit: (
        visit.do(e.ServicesKnown(visit.asked, SERVICES)),
        visit.touch(Button.PIN_SERVICE),
    ),
    Step.PIN_SERVICE: touching(Button.CHANGE_PIN, Secret.AUTHENTICATION),
    Step.PIN_CARD: _place_pin_card,
    Step.PIN_PRESENT: _pin,
    Step.PIN_NEW: _new_pin,
    Step.PIN_AGAIN: _new_pin,
    Step.PIN_WORKING: lambda visit: visit.do(e.SecretChanged(visit.asked)),
}
"""The way to a new PIN."""
_PIN_STEPS = (*(step for step in _PINS if step is not Step.SERVICE_MENU), Step.PIN_DONE)

_PLACES = tuple(Place(f"花川北{n}条", f"{kana}きた") for n, kana in enumerate("あいうえおかきくけこさしすせそ"))
DESK = EnrolmentDesk("v-4", "token", TOWN, EnrolmentState.NONE, _PLACES, 5)
NUMBER, USABLE_ON = "012351-20260406-0001", date(2026, 4, 13)
APPLIED = Applied("v-9", NUMBER, USABLE_ON)


def _to_desk(visit: Visit) -> None:
    visit.do(e.ChallengeGiven(visit.asked, bytes(32)))
    visit.do(e.CardSigned(visit.asked, CARD, b"signature"))
    visit.do(e.DeskOpened(visit.asked, DESK))


def _name(visit: Visit) -> None:
    visit.touch(Button.KEY, "い")
    visit.touch(Button.CONVERT)
    visit.touch(Button.CANDIDATE, "井")
    visit.touch(Button.NEXT)


def _lot(visit: Visit) -> None:
    visit.touch(Button.KEY, "3")
    visit.touch(Button.KEY, "番地")
    visit.touch(Button.NEXT)


def _telephone(visit: Visit) -> None:
    for digit in "0133721234":
        visit.touch(Button.KEY, digit)
    visit.touch(Button.NEXT)


def _password(visit: Visit) -> None:
    visit.do(e.DigitTouched(6))
    visit.touch(Button.NEXT)


def _apply(visit: Visit) -> None:
    visit.do(e.ChallengeGiven(visit.asked, bytes(32)))
    visit.do(e.ApplicationSigned(visit.asked, b"signed"))
    visit.do(e.ApplicationReceived(visit.asked, APPLIED))


def _town(visit: Visit) -> None:
    visit.touch(Button.MUNICIPALITY, TOWN)
    visit.do(e.MunicipalityKnown(visit.asked, MUNICIPALITY))


_ENROL: dict[Step, Callable[[Visit], object]] = {
    Step.SERVICE_MENU: lambda visit: (visit.do(e.ServicesKnown(visit.asked, SERVICES)), visit.touch(Button.ENROL)),
    Step.MUNICIPALITY: _town,
    Step.AUTHENTICATING: _to_desk,
    Step.ENROL_CONSENT: touching(Button.AGREE, "2026-11"),
    Step.ENROL_STATUS: touching(Button.APPLY),
    Step.HONSEKI_PLACE: touching(Button.PLACE, _PLACES[0].name),
    Step.HONSEKI_LOT: _lot,
    Step.FAMILY_NAME: _name,
    Step.GIVEN_NAME: _name,
    Step.TELEPHONE: _telephone,
    Step.SIGN_PASSWORD: _password,
    Step.ENROL_CHECK: touching(Button.NEXT),
    Step.APPLYING: _apply,
}
"""The way to 利用登録."""
_ENROL_STEPS = (*(step for step in _ENROL if step.value >= Step.ENROL_CONSENT), Step.APPLIED)

_EMONEY: dict[Step, Callable[[Visit], object]] = {
    Step.PAYING: touching(Button.PAY_EMONEY),
    Step.TOUCHING: lambda visit: visit.do(e.MoneyCardHeld()),
}
"""The way to a debit."""
_OTHER_WAYS = ((_PINS, _PIN_STEPS), (_ENROL, _ENROL_STEPS), (_EMONEY, (Step.TOUCHING, Step.DEBITING)))

_WAY: dict[Step, Callable[[Visit], object]] = {
    Step.IDLE: Visit.start,
    Step.SERVICE_MENU: _service_menu,
    Step.CONSENT: touching(Button.AGREE, "2026-04"),
    Step.MEDIUM: touching(Button.USE_CARD),
    Step.PLACE_CARD: _place_card,
    Step.MUNICIPALITY: _municipality,
    Step.PIN: _pin,
    Step.AUTHENTICATING: _authenticate,
    Step.REMOVE_CARD: lambda visit: visit.do(e.CardRemoved()),
    Step.KIND: touching(Button.KIND, Kind.RESIDENCE_COPY),
    Step.PERSONS: _persons,
    Step.ITEMS: touching(Button.NEXT),
    Step.COPIES: touching(Button.NEXT),
    Step.CONFIRM: touching(Button.NEXT),
    Step.PREPARING: _preparing,
    Step.PAYING: _paying,
    Step.DEBITING: lambda visit: visit.do(e.FeeTaken(visit.asked, 0)),
    Step.PRINTING: _printing,
    Step.TAKE_PAPER: _take_paper,
    Step.RECEIPT: touching(Button.RECEIPT, "yes"),
    Step.ANOTHER: touching(Button.FINISH),
    Step.FORGOTTEN: lambda visit: visit.do(e.MoneyTaken()),
}
