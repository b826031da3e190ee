"""Every screen that a customer can come to see, as sessions: each step, each notice, each way to end."""

from collections.abc import Iterator
from dataclasses import replace

from msgspec.structs import replace as changed

from kiosk.screens.texts import Texts
from kiosk.session import events as e
from kiosk.session.buttons import Button
from kiosk.session.entries import Entries
from kiosk.session.identify import LAST_TRY
from kiosk.session.states import (
    PIN_SENT,
    Browsing,
    Failure,
    Machine,
    Medium,
    PinTask,
    Platform,
    Register,
    Secret,
    Session,
    Step,
)
from municipality_client.centre import catalogue, profiles
from municipality_client.enrolment import CARD_RENEWED, NO_SUCH_REGISTER, EnrolmentState, Place
from municipality_client.messages import Elsewhen, Kind, PersonChoice, PhoneTerms
from tests.kiosk.session.test_choose import YEARS, choosing, register, tax
from tests.kiosk.session.test_towns import market
from tests.kiosk.session.visit import (
    BRIEFS,
    CARD,
    DESK,
    MUNICIPALITY,
    NUMBER,
    PEOPLE,
    SERVICES,
    USABLE_ON,
    Visit,
    at,
    order,
)

TEXTS = Texts.load("ja")
SIZES = ((1080, 1440), (1080, 1920), (1024, 768), (1280, 1024), (1920, 1080))
CODES = tuple(sorted(key.removesuffix(".what") for key in TEXTS.keys if key.endswith(".what") and "pin" not in key))
_TITLES = tuple(key for key in TEXTS.keys if key.startswith("notice.") and key.endswith(".title"))
MANY = market([f"{first}{second}" for first in "あかきくけさたなはまやらわ" for second in "いうかきくけ" * 5])
NOTICES = tuple(sorted(key.removeprefix("notice.").removesuffix(".title") for key in _TITLES))


def wrong_pin(tries: int) -> Visit:
    """A visit whose PIN was refused."""
    visit = at(Step.AUTHENTICATING)
    visit.do(e.ChallengeGiven(visit.asked, bytes(32)))
    visit.do(e.PinRejected(visit.asked, tries))
    return visit


def failed(code: str, detail: str = "") -> Session:
    """A visit that ended with `code`, card still on the reader, municipality known."""
    town = at(Step.PIN).session.municipality
    return replace(at(Step.FAILED).session, failure=Failure(code, detail), municipality=town, card_present=True)


def jammed() -> Visit:
    """A visit whose second sheet jammed."""
    visit = at(Step.PRINTING)
    visit.do(e.SheetPrinted(visit.asked, 1))
    visit.do(e.PrintFailed(visit.asked, "E-61", 1))
    return visit


def _steps() -> Iterator[tuple[str, Session]]:
    for step in Step:
        yield step.value, at(step).session
        if step not in (Step.FAILED, Step.RECOVERY):
            yield f"{step.value} time short", replace(at(step).session, time_short=True)


def _identify() -> Iterator[tuple[str, Session]]:
    yield "S-00 reader out", Session(reader_ready=False)
    yield "S-00 something left", Session(forgotten=True)
    menu = at(Step.SERVICE_MENU)
    menu.do(e.ServicesKnown(menu.asked, SERVICES))
    yield "S-01 open", menu.session
    days = [Elsewhen("issue", begins=USABLE_ON), Elsewhen("registration", ended=USABLE_ON), Elsewhen("pins")]
    closed = changed(SERVICES, services=("vaccination",), elsewhen=tuple(days))
    yield "S-01 before and after", replace(menu.session, services=closed)
    for name, browsing in (("all", Browsing()), ("row", Browsing("か")), ("kana", Browsing("か", "か", 2))):
        looking = replace(at(Step.MUNICIPALITY).session, register=Register.RESIDENCE, services=MANY, browsing=browsing)
        yield f"S-05 many {name}", looking
        yield f"S-05 many {name} closed", replace(looking, notice="E-22", notice_detail="架空市")
    for notice in NOTICES:
        step = Step.MUNICIPALITY if notice.startswith("E-2") else Step.PLACE_CARD
        yield (
            f"{step.value} {notice}",
            replace(at(step).session, notice=notice, notice_detail="石狩市", card_present=True),
        )
    looking = at(Step.PLACE_CARD)
    looking.do(e.CardPlaced())
    yield "S-04 looking", looking.session
    towns = at(Step.MUNICIPALITY)
    towns.touch(Button.REGISTER, "honseki")
    yield "S-05 list", towns.session
    yield "S-06 wrong", wrong_pin(2).session
    last = wrong_pin(1)
    yield "S-06 last", last.session
    last.do(e.DigitTouched(4))
    last.touch(Button.NEXT)
    yield "S-06 last, sure?", last.session


def household(members: int) -> Visit:
    """A visit that ticks members of a large household."""
    visit = at(Step.PERSONS)
    assert visit.session.offer is not None
    people = tuple(changed(PEOPLE[n % 3], handle=f"{n:016x}", is_self=n == 0) for n in range(members))
    kind = changed(visit.session.offer.kinds[0], persons=people)
    visit.session = replace(visit.session, offer=changed(visit.session.offer, kinds=(kind,)))
    visit.touch(Button.WHO, "some")
    for person in people:
        visit.touch(Button.PERSON, person.handle)
    return visit


def _large() -> Iterator[tuple[str, Session]]:
    for members in (1, 4, 6, 8):
        yield f"S-10 {members} ticked", household(members).session
    yield "S-13 eight", household(8).to(Step.CONFIRM).session
    offer = at(Step.KIND).session.offer
    assert offer is not None
    six = changed(offer, kinds=(*offer.kinds, *offer.kinds))
    yield "S-09 six", replace(at(Step.KIND).session, offer=six)
    briefs = tuple(changed(BRIEFS[n % 2], code=f"{n:06d}") for n in range(10))
    towns = replace(at(Step.MUNICIPALITY).session, services=changed(SERVICES, municipalities=briefs))
    yield "S-05 ten", replace(towns, register=Register.RESIDENCE)


def _choose() -> Iterator[tuple[str, Session]]:
    some = at(Step.PERSONS)
    some.touch(Button.WHO, "some")
    some.touch(Button.PERSON, PEOPLE[1].handle)
    yield "S-10 some", some.session
    some.do(e.CardPlaced())
    yield "S-10 some, card", some.session
    items = at(Step.ITEMS)
    items.touch(Button.ITEM, "my_number")
    yield "S-11 sure?", items.session
    items.touch(Button.AGREE)
    yield "S-11 with", items.session


def _registers() -> Iterator[tuple[str, Session]]:
    many = tuple(changed(YEARS[0], year=2025 - n, name=f"平成{30 - n}年度") for n in range(10))
    for name, years in (("three", YEARS), ("ten", many)):
        yield f"S-10 {name} years", choosing(tax(years)).session
    papers = choosing(tax(YEARS))
    papers.touch(Button.YEAR, "2025")
    yield "S-10 papers", papers.session
    papers.touch(Button.VARIANT, "income")
    yield "S-13 paper of a year", papers.to(Step.CONFIRM).session
    for members in (3, 12):
        people = tuple(changed(PEOPLE[n % 3], handle=f"{n:016x}", is_self=n == 0) for n in range(members))
        one = changed(register(Kind.KOSEKI_PERSON, PersonChoice.ONE), persons=people)
        yield f"S-10 one of {members}", choosing(one).session
        every = changed(register(Kind.KOSEKI_ADDRESS, PersonChoice.REGISTER), persons=people, warnings=("stale-move",))
        address = choosing(every)
        yield f"S-10 register of {members}", address.session
        address.touch(Button.WHO, "all")
        yield f"S-13 register of {members}", address.to(Step.CONFIRM).session
        address.to(Step.CONFIRM)
        yield f"S-09 {members} with a warning", replace(address.session, step=Step.KIND)


def _about() -> Iterator[tuple[str, Session]]:
    town = profiles.load_all()["012351"]
    chapters = catalogue.about(town)
    told = changed(MUNICIPALITY, about=chapters)
    yield "S-09 about offered", replace(at(Step.KIND).session, municipality=told)
    for chapter in chapters:
        session = replace(at(Step.KIND).session, municipality=told, notice="about", notice_detail=chapter.id)
        yield f"S-09 about {chapter.id}", session


def _issue() -> Iterator[tuple[str, Session]]:
    asking = at(Step.PREPARING)
    asking.do(e.CentreLost(asking.asked, sent=True))
    yield "S-14 asking", asking.session
    paying = at(Step.PAYING)
    paying.do(e.MoneyInserted(100))
    yield "S-15 some", paying.session
    paying.do(e.MoneyInserted(600))
    yield "S-15 taking", paying.session
    yield from _emoney()
    paper = at(Step.TAKE_PAPER).session
    for sets, sheets in ((1, 1), (1, 9), (3, 3), (10, 3)):
        yield f"S-17 {sets} x {sheets}", replace(paper, order=order("x", sets, sheets))
    left = at(Step.FORGOTTEN).session
    yield "S-20 all", replace(left, card_present=True, paper_waiting=3)
    yield "S-20 nothing", replace(left, change=0)
    reprint = Visit()
    reprint.do(e.UnfinishedFound(order("old", 10)))
    yield "R-01 ten", reprint.session


def _emoney() -> Iterator[tuple[str, Session]]:
    coins = at(Step.PAYING)
    coins.do(e.MoneyInserted(300))
    coins.touch(Button.PAY_EMONEY)
    yield "S-21 coins back", coins.session
    for reason in ("balance", "refused", "gone"):
        declined = at(Step.DEBITING)
        declined.do(e.NotDebited(declined.asked, reason, 120))
        yield f"S-21 {reason}", declined.session
    out = at(Step.TOUCHING)
    out.do(e.MoneyReaderOut())
    yield "S-15 reader out", out.session
    yield "S-15 no reader", replace(at(Step.PAYING).session, machine=Machine(emoney=False))
    torn = at(Step.DEBITING)
    torn.do(e.DebitUnknown(torn.asked))
    yield "S-22 same card", torn.session
    silent = at(Step.DEBITING)
    silent.do(e.Unanswered(silent.asked))
    yield "S-22 asking", silent.session
    for _ in range(12):
        silent.do(e.Unanswered(silent.asked))
    yield "E-00 debit unknown", silent.session
    jam = at(Step.DEBITING)
    jam.do(e.FeeTaken(jam.asked, 0))
    jam.do(e.PrintFailed(jam.asked, "E-61", 1))
    yield "E-00 jam, e-money", jam.session
    jam.do(e.Credited(jam.session.order_id, 350))
    yield "E-00 jam, e-money back", jam.session


_NEW_REFUSED = ("form", "same", "repeated", "in-order", "date", "different")


def _pins() -> Iterator[tuple[str, Session]]:
    for step in (Step.PIN_PRESENT, Step.PIN_NEW, Step.PIN_AGAIN, Step.PIN_DONE):
        password = replace(at(step).session, pins=PinTask(Secret.SIGNATURE), tries_left=5)
        yield f"{step.value} password", password
        yield f"{step.value} whole password", replace(password, digits=16, card_present=True)
        for notice in _NEW_REFUSED if step is Step.PIN_NEW else ("E-10", "E-12") if step is Step.PIN_PRESENT else ():
            yield f"{step.value} password {notice}", replace(password, notice=notice, notice_detail="1")
            pin = replace(at(step).session, notice=notice, notice_detail="1")
            yield f"{step.value} pin {notice}", pin
    yield "S-72 sure?", replace(at(Step.PIN_PRESENT).session, notice=LAST_TRY, tries_left=1)


def _phones() -> Iterator[tuple[str, Session]]:
    terms = changed(MUNICIPALITY, phones=PhoneTerms(("android", "iphone"), any_operator=True, biometrics=True))
    for platform in Platform:
        phone = {"medium": Medium.PHONE, "platform": platform}
        for step in (Step.PLACE_CARD, Step.MUNICIPALITY, Step.AUTHENTICATING, Step.REMOVE_CARD):
            yield f"{step.value} {platform}", replace(at(step).session, **phone)
        failure = Failure("E-11", "phone")
        yield f"E-00 {platform}", replace(failed("E-11"), failure=failure, platform=platform)
    yield "S-03 reads none", replace(at(Step.MEDIUM).session, machine=Machine(phones=()))
    android = replace(at(Step.PIN).session, platform=Platform.ANDROID, municipality=terms)
    yield "S-06 android", android
    yield "S-06 declined", replace(android, notice="phone-declined")


def _names() -> Iterator[tuple[str, Session]]:
    for step in (Step.FAMILY_NAME, Step.GIVEN_NAME):
        visit = at(step)
        visit.touch(Button.KEY, "こ")
        visit.touch(Button.KEY, "う")
        yield f"{step.value} typed", visit.session
        visit.touch(Button.ONE_BY_ONE)
        yield f"{step.value} one by one", visit.session
        visit.touch(Button.CONVERT)
        yield f"{step.value} candidates", visit.session
        visit.touch(Button.PAGE, "3")
        yield f"{step.value} page", visit.session
        visit.touch(Button.CANDIDATE, "衡")
        yield f"{step.value} chosen", visit.session


def _enrol() -> Iterator[tuple[str, Session]]:
    for state in EnrolmentState:
        for reason in ("", NO_SUCH_REGISTER, CARD_RENEWED):
            told = changed(DESK, state=state, reason=reason, number=NUMBER, usable_on=USABLE_ON)
            yield f"S-51 {state} {reason}", replace(at(Step.ENROL_STATUS).session, enrolment=Entries(told))
    for row, kana in (("あ", ""), ("か", ""), ("さ", "し")):
        yield f"S-52 {row}{kana}", replace(at(Step.HONSEKI_PLACE).session, browsing=Browsing(row, kana))
    for code, profile in profiles.load_all().items():
        places = tuple(Place(one.name, one.kana) for one in profile.enrolment.places)
        yield f"S-52 {code}", replace(at(Step.HONSEKI_PLACE).session, enrolment=Entries(changed(DESK, places=places)))
    for notice in ("E-12", "E-03", "E-01", "password-unfit", "last-of-all"):
        wrong = replace(at(Step.SIGN_PASSWORD).session, notice=notice, notice_detail="1", tries_left=1)
        yield f"S-57 {notice}", wrong
    yield "S-57 sure?", replace(at(Step.SIGN_PASSWORD).session, notice=LAST_TRY, tries_left=1)
    yield "S-60 no slip", replace(at(Step.APPLIED).session, notice="slip-out")
    yield "S-58 no card", replace(at(Step.ENROL_CHECK).session, notice="card-needed")
    offer = at(Step.KIND).session.offer
    assert offer is not None
    withheld = tuple(changed(kind, available=False, code="E-39") for kind in offer.kinds)
    yield "S-09 not enrolled", replace(at(Step.KIND).session, offer=changed(offer, kinds=(*withheld, *withheld)))


def _failures() -> Iterator[tuple[str, Session]]:
    for code in CODES:
        yield f"E-00 {code}", failed(code)
    yield "E-00 E-03 sent", failed("E-03", PIN_SENT)
    yield "E-00 unknown code", failed("E-77")
    jam = jammed()
    yield "E-00 jam, owed", jam.session
    jam.do(e.MoneyReturned(500))
    yield "E-00 jam, refunded", jam.session
    jam.do(e.TimeShort())
    yield "E-00 jam, time short", jam.session


_CHAPTERS = (_steps, _identify, _choose, _registers, _about, _large, _issue, _pins, _phones, _names, _enrol, _failures)
ALL: dict[str, Session] = dict(case for chapter in _CHAPTERS for case in chapter())
__all__ = ["ALL", "CARD", "CODES", "NOTICES", "SIZES", "TEXTS", "failed", "jammed", "wrong_pin"]
