"""A kiosk's surroundings in a few lines: real flow, real journal, real coin box, small ports.

The ports are as small as a port may be: they answer by themselves, or keep an effect until the
test lets them answer, so that late, lost and broken answers can be tried one by one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kiosk.clock import JST, JumpingClock
from kiosk.coinbox import CoinBox
from kiosk.journal import Journal, JournalRecord
from kiosk.lanes import Lane, Lanes
from kiosk.lanes.coins import CoinPort
from kiosk.lanes.inline import InlineLanes
from kiosk.pinpad import PinPad
from kiosk.ports import Answer
from kiosk.runner import Runner
from kiosk.runner_parts import Parts, Shape
from kiosk.screens.view import Press, Rect, Role, Touch, View
from kiosk.session import effects as e
from kiosk.session import events as ev
from kiosk.session.buttons import Button
from kiosk.session.states import Order, Session, SetFacts, Step
from kiosk.vault import Vault
from municipality_client import messages as m

MORNING = datetime(2026, 4, 6, 10, 0, tzinfo=JST)
TOWN, CERT, PIN, FEE = "012351", b"certificate", "1234", 350
SET = f"{TOWN}-20260406-T00001-00000001-X"
_HOURS = m.Hours("06:30", "23:00")
_OPEN = m.ServiceStatus(True, "", _HOURS)

Reply = Callable[[e.Effect, Answer], None]


@dataclass
class SmallPort:
    """Answers each effect by its type; `kept` holds what the test wants to answer itself."""

    replies: dict[type, Reply]
    keep: set[type] = field(default_factory=set)
    kept: list[tuple[e.Effect, Answer]] = field(default_factory=list)
    seen: list[e.Effect] = field(default_factory=list)

    def perform(self, effect: e.Effect, answer: Answer) -> None:
        self.seen.append(effect)
        if type(effect) in self.keep:
            self.kept.append((effect, answer))
        else:
            self.replies[type(effect)](effect, answer)

    def asked(self, kind: type) -> list[e.Effect]:
        return [effect for effect in self.seen if type(effect) is kind]


def municipality() -> m.Municipality:
    kinds = (m.KindTerms(m.Kind.SEAL, "印鑑登録証明書", FEE, _HOURS, True, ""),)
    alert = m.ForgetAlert(("card",), ("screen",))
    return m.Municipality(TOWN, "石狩市", "北海道", "いしかりし", _OPEN, kinds, (), (), (), (), "", (), alert, 10)


def offer(request_id: str) -> m.Offer:
    me = m.OfferedPerson("0" * 16, "石○ 太○", "本人", True)
    kind = m.OfferedKind(m.Kind.SEAL, "印鑑登録証明書", FEE, True, "", (me,), m.PersonChoice.SELF, (), 10, _HOURS)
    return m.Offer(request_id, "token", TOWN, "石○ 太○", (kind,), MORNING)


def order(order_id: str) -> Order:
    return Order(order_id, bytes(32), FEE, (SetFacts(SET, 2),))


def _municipalities() -> m.Municipalities:
    return m.Municipalities(_OPEN, (m.MunicipalityBrief(TOWN, "石狩市", "北海道", "いしかりし"),))


def card_port(pad: PinPad) -> SmallPort:
    def sign(effect: e.Effect, answer: Answer) -> None:
        assert isinstance(effect, e.SignChallenge)
        with pad.taken(effect.request_id) as pin:
            right = bytes(pin) == PIN.encode()
        answer(ev.CardSigned(effect.request_id, CERT, b"s") if right else ev.PinRejected(effect.request_id, 2), 0.5)

    def probe(effect: e.Effect, answer: Answer) -> None:
        assert isinstance(effect, e.ProbeCard)
        answer(ev.CardProbed(effect.request_id, 3, CERT), 0.1)

    return SmallPort({e.ProbeCard: probe, e.SignChallenge: sign})


def centre_port() -> SmallPort:
    def reply(make: Callable[..., ev.Event]) -> Reply:
        return lambda effect, answer: answer(make(effect), 0.2)

    return SmallPort(
        {
            e.LoadServices: reply(lambda one: ev.ServicesKnown(one.request_id, _municipalities())),
            e.LoadMunicipality: reply(lambda one: ev.MunicipalityKnown(one.request_id, municipality())),
            e.AskChallenge: reply(lambda one: ev.ChallengeGiven(one.request_id, bytes(32))),
            e.OpenSession: reply(lambda one: ev.OfferMade(one.request_id, offer(one.authentication))),
            e.PlaceOrder: reply(lambda one: ev.SetsReady(one.request_id, order(one.request_id))),
            e.AskOrder: reply(lambda one: ev.SetsReady(one.request_id, order(one.order_id))),
            e.ReportDelivered: reply(lambda one: ev.Reported(one.request_id)),
            e.VoidOrder: reply(lambda one: ev.Reported(one.request_id)),
        }
    )


def printer_port() -> SmallPort:
    def prints(effect: e.Effect, answer: Answer) -> None:
        assert isinstance(effect, e.PrintSets)
        for sheet in range(1, effect.order.sheets + 1):
            answer(ev.SheetPrinted(effect.request_id, sheet), 0.3 * sheet)
        answer(ev.SetsPrinted(effect.request_id), 0.3 * effect.order.sheets)

    def receipt(effect: e.Effect, answer: Answer) -> None:
        assert isinstance(effect, e.PrintReceipt)
        answer(ev.ReceiptPrinted(effect.request_id), 0.0)

    def look(_effect: e.Effect, answer: Answer) -> None:
        answer(ev.PrinterSeen(""), 0.0)

    return SmallPort({e.PrintSets: prints, e.PrintReceipt: receipt, e.LookAtPrinter: look})


_VALUES: dict[str, tuple[str, ...]] = {
    Button.DIGIT: tuple("0123456789"),
    Button.REGISTER: ("residence", "honseki"),
    Button.MUNICIPALITY: (TOWN,),
    Button.ROW: ("あ",),
    Button.KANA: ("い",),
    Button.PAGE: ("0",),
    Button.KIND: (m.Kind.SEAL,),
    Button.RECEIPT: ("yes", "no"),
}


def show(session: Session, caption: str, _shape: Shape | None = None) -> View:
    """A screen with every button there is, one of each value."""
    presses = tuple(
        Press(Rect(0, 0, 1, 1), button, button, value, role=Role.CARD)
        for button in Button
        for value in _VALUES.get(button, ("",))
    )
    return View(session.step, session.view_id, 1080, 1440, session.step, presses, caption)


class World:
    """A runner with everything around it, driven like a customer would."""

    def __init__(self, folder: Path, lanes: Lanes | None = None) -> None:
        self.clock = JumpingClock(MORNING)
        self.pad, self.vault = PinPad(), Vault()
        self.journal = Journal(folder / "journal.db", self.clock.now)
        self.box = CoinBox(folder / "coins.json")
        self.card, self.centre, self.printer = card_port(self.pad), centre_port(), printer_port()
        self._ids = 0
        self.runner = Runner(
            Parts(
                clock=self.clock,
                lanes=lanes or InlineLanes(),
                ports={
                    Lane.CARD: self.card,
                    Lane.CENTRE: self.centre,
                    Lane.PRINTER: self.printer,
                    Lane.RECEIPTS: self.printer,
                    Lane.COINS: CoinPort(self.box),
                },
                journal=self.journal,
                pad=self.pad,
                vault=self.vault,
                show=show,
                speak=lambda key, _session: key,
                new_session_id=self._new_id,
            )
        )
        self.box.inserted_changed = lambda total: self.runner.post(ev.MoneyInserted(total))

    def _new_id(self) -> str:
        self._ids += 1
        return f"visit{self._ids}"

    @property
    def step(self) -> Step:
        return self.runner.session.step

    def kinds(self) -> list[str]:
        return [record.kind for record in self.records()]

    def records(self) -> list[JournalRecord]:
        return list(self.journal.records())

    def settle(self) -> None:
        """Let pass what is delayed by devices, up to the next time-out of a screen or request."""
        while (wait := self.runner.pump()) is not None and wait < 1:
            self.clock.jump(wait)

    def wait(self, seconds: float) -> None:
        """Let exactly so many seconds pass, one due thing after the other."""
        end = self.clock.monotonic() + seconds
        while True:
            wait = self.runner.pump()
            left = end - self.clock.monotonic()
            if wait is None or wait > left:
                self.clock.jump(left)
                self.runner.pump()
                return
            self.clock.jump(wait)

    def touch(self, button: Button, value: str = "") -> bool:
        taken = self.runner.touch(Touch(self.runner.session.view_id, button, value))
        self.settle()
        return taken

    def post(self, event: ev.Event) -> None:
        self.runner.post(event)
        self.settle()

    def to_pin(self) -> None:
        self.runner.post(ev.CardPlaced())
        self.touch(Button.ADMINISTRATIVE_SERVICE)
        self.touch(Button.ISSUE)
        self.touch(Button.AGREE)
        self.touch(Button.USE_CARD)
        self.touch(Button.REGISTER, "residence")
        self.touch(Button.MUNICIPALITY, TOWN)
        assert self.step is Step.PIN, self.step

    def enter(self, pin: str) -> None:
        for digit in pin:
            self.touch(Button.DIGIT, digit)

    def to_confirm(self) -> None:
        self.to_pin()
        self.enter(PIN)
        self.touch(Button.NEXT)
        self.post(ev.CardRemoved())
        self.touch(Button.KIND, m.Kind.SEAL)
        self.touch(Button.NEXT)
        assert self.step is Step.CONFIRM, self.step

    def to_paying(self) -> None:
        self.to_confirm()
        self.touch(Button.NEXT)
        assert self.step is Step.PAYING, self.step
