"""Random walks through the flow: whatever happens in whatever order, the promises hold."""

from dataclasses import dataclass, field, replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.screens.texts import Texts
from kiosk.session import effects as f
from kiosk.session import events as e
from kiosk.session.advance import advance
from kiosk.session.buttons import Button
from kiosk.session.effects import Effect
from kiosk.session.secrets import typed_on
from kiosk.session.states import Register, Secret, Session, Step, card_mark
from municipality_client.messages import Kind
from tests.kiosk.session.visit import APPLIED, CARD, DESK, MUNICIPALITY, OFFER, PEOPLE, SERVICES, TOWN, order

_VALUES: dict[Button, tuple[str, ...]] = {
    Button.REGISTER: tuple(Register),
    Button.MUNICIPALITY: (TOWN,),
    Button.ROW: ("あ",),
    Button.KANA: ("い",),
    Button.PAGE: ("0", "1"),
    Button.KIND: (Kind.RESIDENCE_COPY, Kind.SEAL, Kind.TAX),
    Button.WHO: ("self", "all", "some"),
    Button.PERSON: tuple(person.handle for person in PEOPLE),
    Button.YEAR: ("2025", "2024"),
    Button.VARIANT: ("income", "untaxed"),
    Button.ITEM: ("relation", "my_number"),
    Button.RECEIPT: ("yes", "no"),
    Button.CHANGE_PIN: tuple(Secret),
    Button.PLACE: ("花川北0条",),
    Button.ROW: ("あ",),
    Button.KANA: ("い",),
    Button.KEY: ("3", "番地"),
    Button.CANDIDATE: ("井",),
    Button.PAGE: ("0",),
}
_FORWARD = (Button.ISSUE, Button.AGREE, Button.USE_CARD, Button.REGISTER, Button.MUNICIPALITY, Button.KIND)
_HAPPENS: tuple[e.Event, ...] = (
    e.CardPlaced(),
    e.CardRemoved(),
    e.ReaderLost(),
    e.ReaderFound(),
    e.TimeShort(),
    e.TimedOut(),
    e.PaperTaken(),
    e.MoneyTaken(),
    e.MoneyReturned(0),
    e.MoneyReturned(500),
    e.Broken(),
    e.HeadphonesMoved(True),
    e.HeadphonesMoved(False),
    e.DigitTouched(3),
    e.DigitTouched(4),
)


_TOUCHES: tuple[e.Event, ...] = tuple(
    e.Touched(one, value) for one in (*Button, *_FORWARD) for value in _VALUES.get(one, ("",))
)


_FORWARD_TOUCHES: tuple[e.Event, ...] = tuple(
    e.Touched(one, value) for one in _FORWARD for value in _VALUES.get(one, ("",))[:1]
)


def answers(session: Session) -> tuple[e.Event, ...]:
    """Every answer there is to the request that is awaited, and one to another."""
    asked = session.awaiting or "nobody-1"
    return (
        *usual(session),
        e.CardProbed(asked, 1, CARD),
        e.CardProbed(asked, 0, CARD),
        e.CardRefused(asked, "E-02"),
        e.PinRejected(asked, 1),
        e.PinBlocked(asked),
        e.CardLost(asked, pin_sent=True),
        e.Refused(asked, "E-30"),
        e.CentreLost(asked, sent=True),
        e.CentreLost(asked, sent=False),
        e.Unanswered(asked),
        e.PaymentFailed(asked, "E-50"),
        e.PrintFailed(asked, "E-61", 1),
        e.Reported(asked),
        e.Unanswered("late-9"),
    )


def usual(session: Session) -> tuple[e.Event, ...]:
    """The answers that lead on."""
    asked = session.awaiting or "nobody-1"
    ready = order(session.order_id or (session.order.request_id if session.order else "nobody-2"))
    return (
        e.ServicesKnown(asked, SERVICES),
        e.MunicipalityKnown(asked, MUNICIPALITY),
        e.ChallengeGiven(asked, bytes(32)),
        e.CardSigned(asked, CARD, b"s"),
        e.OfferMade(asked, OFFER),
        e.DeskOpened(asked, DESK),
        e.ApplicationSigned(asked, b"signed"),
        e.ApplicationReceived(asked, APPLIED),
        e.SetsReady(asked, ready),
        e.SheetPrinted(asked, 1),
        e.SetsPrinted(asked),
    )


def _typed(session: Session) -> tuple[e.Event, ...]:
    secret = typed_on(session)
    return (e.DigitTouched(secret.shortest if secret else 0), e.Touched(Button.NEXT))


def _debited(asked: str) -> tuple[e.Event, ...]:
    return e.FeeTaken(asked, 0), e.NotDebited(asked, "balance", 9), e.DebitUnknown(asked), e.Unanswered(asked)


_NAMING = (
    *(
        e.Touched(Button.KEY, "い"),
        e.Touched(Button.CONVERT),
        e.Touched(Button.CANDIDATE, "井"),
        e.Touched(Button.NEXT),
    ),
    *(e.Touched(Button.ONE_BY_ONE), e.Touched(Button.ERASE), e.Touched(Button.BACK)),
)


def leading(session: Session, number: int) -> tuple[e.Event, ...]:
    """What usually leads on from this screen."""
    by_step: dict[Step, tuple[e.Event, ...]] = {
        Step.PIN: (e.DigitTouched(4), e.Touched(Button.NEXT)),
        Step.PAYING: (e.MoneyInserted(350), e.FeeTaken(session.awaiting, 0), e.Touched(Button.PAY_EMONEY)),
        Step.TOUCHING: (*[e.MoneyCardHeld()] * 3, e.MoneyReaderOut(), e.Touched(Button.PAY_CASH)),
        Step.DEBITING: (*_debited(session.awaiting), e.MoneyCardHeld(), e.TimedOut()),
        Step.PLACE_CARD: (e.CardPlaced(), e.CardProbed(session.awaiting, 3, CARD)),
        Step.REMOVE_CARD: (e.CardRemoved(),),
        Step.TAKE_PAPER: (e.PaperTaken(),),
        Step.IDLE: (e.Started(f"v{number}"), e.CardRemoved(), e.PaperTaken(), e.ReaderFound()),
        Step.PERSONS: (e.Touched(Button.WHO, "all"), e.Touched(Button.NEXT)),
        Step.ITEMS: (e.Touched(Button.NEXT),),
        Step.COPIES: (e.Touched(Button.NEXT),),
        Step.CONFIRM: (e.Touched(Button.NEXT),),
        Step.PRINTING: (e.SheetPrinted(session.awaiting, 1), e.SetsPrinted(session.awaiting)),
        Step.RECEIPT: (e.Touched(Button.RECEIPT, "yes"),),
        Step.SERVICE_MENU: (
            *(e.ServicesKnown(session.awaiting, SERVICES), *[e.Touched(Button.ISSUE)] * 9),
            e.Touched(Button.PIN_SERVICE),
            e.Touched(Button.ENROL),
        ),
        Step.ENROL_CONSENT: (e.Touched(Button.AGREE),),
        Step.ENROL_STATUS: (e.Touched(Button.APPLY),),
        Step.HONSEKI_PLACE: (e.Touched(Button.PLACE, "花川北0条"), e.Touched(Button.ROW, "あ")),
        Step.HONSEKI_LOT: (e.Touched(Button.KEY, "3"), e.Touched(Button.NEXT)),
        Step.FAMILY_NAME: _NAMING,
        Step.GIVEN_NAME: _NAMING,
        Step.TELEPHONE: (*[e.Touched(Button.KEY, "0")] * 9, e.Touched(Button.NEXT)),
        Step.SIGN_PASSWORD: (*_typed(session), e.Touched(Button.AGREE)),
        Step.ENROL_CHECK: (e.Touched(Button.NEXT), e.CardPlaced()),
        Step.APPLYING: (
            *(e.ChallengeGiven(session.awaiting, bytes(32)), e.ApplicationSigned(session.awaiting, b"signed")),
            *(e.ApplicationReceived(session.awaiting, APPLIED), e.PinRejected(session.awaiting, 2)),
            *(e.PasswordUnfit(session.awaiting), e.LastTry(session.awaiting)),
        ),
        Step.PIN_SERVICE: (e.Touched(Button.CHANGE_PIN, "authentication"), e.Touched(Button.CHANGE_PIN, "signature")),
        Step.PIN_CARD: (e.CardPlaced(), e.SecretsProbed(session.awaiting, 3, 5, CARD)),
        Step.PIN_PRESENT: _typed(session),
        Step.PIN_NEW: (*_typed(session), e.SecretJudged("")),
        Step.PIN_AGAIN: (*_typed(session), e.SecretJudged("")),
        Step.PIN_WORKING: (e.SecretChanged(session.awaiting), e.PinRejected(session.awaiting, 2)),
    }
    return by_step.get(session.step) or (*usual(session), *_FORWARD_TOUCHES)


@dataclass
class Watch:
    """What was seen so far, and the promises that must hold at every step."""

    session: Session = field(default_factory=Session)
    confirmed: int = 0
    signed: int = 0
    sets_ready: bool = False
    fee_taken: bool = False

    def see(self, event: e.Event) -> None:
        """Take one step and check it."""
        before = self.session
        after, wanted = advance(before, event)
        self._note(before, event)
        for effect in wanted:
            self._check(effect, before)
        self._check_way_out(before, after, wanted)
        assert after.view_id >= before.view_id
        assert after.tries_left is None or after.tries_left >= 0
        self.session = after

    def _note(self, before: Session, event: e.Event) -> None:
        if before.step is Step.PIN and isinstance(event, e.Touched) and event.button in (Button.NEXT, Button.AGREE):
            self.confirmed += 1
        if before.step is Step.ENROL_CHECK and isinstance(event, e.Touched) and event.button == Button.NEXT:
            self.confirmed += 1
        if before.step is Step.PIN_AGAIN and event == e.SecretJudged(""):
            self.confirmed += 1
        if isinstance(event, e.SetsReady) and event.request_id == before.awaiting:
            self.sets_ready = True
        if isinstance(event, e.FeeTaken) and event.request_id == before.awaiting:
            self.fee_taken = True
        if isinstance(event, e.Started):
            self.sets_ready = self.fee_taken = False

    def _check(self, effect: Effect, before: Session) -> None:
        if isinstance(effect, f.SignChallenge | f.ChangeSecret | f.SignApplication):
            self.signed += 1
            assert self.signed <= self.confirmed, "VERIFY once per confirmation, at most"
        if isinstance(effect, f.OpenCoinBox | f.Debit):
            assert self.sets_ready, "no money before the checked sets are here"
        if isinstance(effect, f.PrintSets):
            assert self.fee_taken or effect.order.reprint, "no paper before the fee is taken"
        if isinstance(effect, f.Say):
            assert Texts.load("ja").of(effect.key)

    @staticmethod
    def _check_way_out(before: Session, after: Session, wanted: tuple[Effect, ...]) -> None:
        if after.step is Step.FAILED and before.step is not Step.FAILED:
            assert f.WipePin() in wanted
            assert before.step is not Step.PAYING or f.ReturnMoney() in wanted
            assert before.step not in (Step.TOUCHING, Step.DEBITING) or f.CloseMoneyReader() in wanted
            assert after.inserted == 0
            assert (after.digits, after.auth_cert, after.offer) == (0, b"", None)
        if after.step in (Step.IDLE, Step.RECOVERY) and before.step not in (Step.IDLE, Step.RECOVERY):
            assert f.WipePin() in wanted and f.WipeSession() in wanted
            assert f.Record("closed") in wanted
            kept = after.order if after.step is Step.RECOVERY else None
            assert (after.offer, after.order, after.municipality, after.inserted) == (None, kept, None, 0)


def choose(session: Session, draw: int) -> e.Event:
    """One event: most of them lead on, the others are touches, devices, answers of all sorts."""
    kind, number = draw % 20, draw // 20
    pool = {0: _TOUCHES, 1: _HAPPENS, 2: answers(session)}.get(kind) or leading(session, draw)
    return pool[number % len(pool)]


WALKS = st.lists(st.integers(0, 2**20), max_size=80)


@pytest.mark.proves("fault-25", "F-01", "O-58", "I-81")
@settings(max_examples=200, deadline=None)
@given(WALKS)
def test_whatever_happens_the_promises_hold(draws: list[int]) -> None:
    watch = Watch()
    for draw in draws:
        watch.see(choose(watch.session, draw))


@settings(max_examples=80, deadline=None)
@given(WALKS)
def test_a_reprint_keeps_its_promises_too(draws: list[int]) -> None:
    paid = replace(order("old-7"), reprint=True, card_mark=card_mark("old-7", CARD))
    watch = Watch()
    watch.see(e.UnfinishedFound(paid))
    watch.see(e.Started("again"))
    for draw in draws:
        watch.see(choose(watch.session, draw))


def test_walks_come_everywhere() -> None:
    chance = Random(8)
    seen: set[Step] = set()
    for _ in range(300):
        watch = Watch()
        for _ in range(150):
            watch.see(choose(watch.session, chance.randrange(2**20)))
            seen.add(watch.session.step)

    assert seen == set(Step) - {Step.RECOVERY}
