"""Every screen as a session, by walking a real kiosk through a whole visit; and the pictures of the docs.

Separate from the panel, which only draws. The walk runs inline on a jumping clock in a folder of
its own, so that what the pictures show is what the parts really say. Screens a walk does not meet
(errors, last try, time running out) are made from the sessions it met.
"""

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kiosk import app, screenshots_enrol
from kiosk.clock import JST, JumpingClock
from kiosk.screens.show import show
from kiosk.screens.texts import Texts
from kiosk.screens.view import Press, Touch, View
from kiosk.session import events as ev
from kiosk.session.buttons import Button
from kiosk.session.emoney import SAME_CARD
from kiosk.session.identify import LAST_TRY
from kiosk.session.issue import RECEIPT_OUT
from kiosk.session.moves import known
from kiosk.session.states import Display, Failure, Means, Medium, Order, Overlay, Platform, Secret, Session, Step
from kiosk.settings import LANGUAGES, Settings
from municipality_client.messages import Municipalities

if TYPE_CHECKING:
    import pygame

    from kiosk.app import Kiosk

START = datetime(2026, 4, 6, 10, 0, tzinfo=JST)
PERSON = "taro"
SIZES = ((1080, 1440), (1080, 1920), (1440, 1080))
TEN = ("S-00", "S-02", "S-04", "S-05-list", "S-06-typed", "S-08", "S-09", "S-11", "S-13", "S-15")
PINS_AND_PHONES = ("S-70", "S-72", "S-73-date", "S-74", "S-76", "S-04-phone", "S-06-phone", "S-08-phone")
_WHAT = "what"
_CODE_SIZE = len("E-01")
_AFTER_PAYMENT = ("E-60", "E-61", "E-62", "E-63", "E-67")
_NEW_PASSWORD = "NEU9WORT7"  # noqa: S105 - what the walk takes as a new one on a fictional card
_DPI = 80
_SHEET = (827, 1_169)
"""A4 at 100 dpi."""
_EYE = 0.85
"""Pixels of that by which an eye blurs."""


@dataclass
class Walk:
    """One visit in a real kiosk; `seen` are its sessions by name, in the order met."""

    kiosk: "Kiosk"
    clock: JumpingClock
    seen: dict[str, Session] = field(default_factory=dict)

    def note(self, name: str = "") -> None:
        """Keep the session as it is now."""
        session = self.kiosk.runner.session
        self.seen[name or session.step.value] = session

    def settle(self) -> None:
        """Let time pass until nothing is awaited."""
        runner = self.kiosk.runner
        wait = runner.pump()
        while wait is not None and runner.session.awaiting:
            self.clock.jump(wait)
            wait = runner.pump()

    def press(self, button: Button, value: str | None = None) -> None:
        """Touch the first button of that name that can be touched."""
        view = self.kiosk.runner.view()
        press = next(one for one in view.buttons if _fits(one, button, value))
        self.kiosk.runner.touch(Touch(view.view_id, press.button, press.value))
        self.settle()


def _fits(press: Press, button: Button, value: str | None) -> bool:
    return press.enabled and press.button == button and value in (None, press.value)


@contextmanager
def walked(with_leaving: bool = True) -> Iterator[Walk]:
    """Walk a fictional household through a visit, to its end or to where the paper waits; closes the kiosk."""
    with tempfile.TemporaryDirectory() as folder:
        clock = JumpingClock(START)
        chance = random.Random(1).randbytes  # noqa: S311 - the same pictures every time
        kiosk = app.build(Settings(state=Path(folder)), clock, inline=True, random_bytes=chance)
        walk = Walk(kiosk, clock)
        try:
            _watch(walk)
            for chapter in (_guide, _identify, _choose, _issue):
                chapter(walk)
            if with_leaving:
                _leave(walk)
                _change_password(walk)
                screenshots_enrol.apply(walk)
            yield walk
        finally:
            kiosk.close()


def _watch(walk: Walk) -> None:
    """Also keep what is only passed through: waiting and printing."""
    waiting = (Step.AUTHENTICATING, Step.PREPARING, Step.PRINTING, Step.PIN_WORKING, Step.APPLYING)
    passed = {step: step.value for step in waiting}
    before: Callable[[ev.Event], None] = walk.kiosk.runner.on_event

    def on_event(event: ev.Event) -> None:
        before(event)
        session = walk.kiosk.runner.session
        if session.step in passed and session.sheets_printed < 2:
            walk.note(passed[session.step])

    walk.kiosk.runner.on_event = on_event


def _guide(walk: Walk) -> None:
    walk.settle()
    walk.note()
    for button in (Button.ADMINISTRATIVE_SERVICE, Button.ISSUE, Button.AGREE, Button.USE_CARD):
        walk.press(button)
        walk.note()


def _identify(walk: Walk) -> None:
    from card import people

    walk.kiosk.bench.place(PERSON)
    walk.settle()
    walk.note()
    walk.press(Button.REGISTER)
    walk.note("S-05-list")
    walk.press(Button.MUNICIPALITY)
    walk.note()
    pin = people.read(PERSON).pin
    _type(walk, "".join(str((int(digit) + 1) % 10) for digit in pin))
    walk.note("S-06-wrong")
    _type(walk, pin)
    walk.note()


def _type(walk: Walk, pin: str) -> None:
    for number, digit in enumerate(pin, 1):
        walk.press(Button.DIGIT, digit)
        name = "S-06-typed" if number == len(pin) else "S-06-typing"
        if name not in walk.seen:
            walk.note(name)
    walk.press(Button.NEXT)


def _choose(walk: Walk) -> None:
    walk.kiosk.bench.remove()
    walk.settle()
    walk.note()
    walk.press(Button.KIND)
    walk.press(Button.WHO, "some")
    walk.note("S-10-some")
    walk.press(Button.WHO, "all")
    walk.note()
    walk.press(Button.NEXT)
    walk.note()
    for item in [one for one in walk.kiosk.runner.view().buttons if one.button == Button.ITEM]:
        walk.press(Button.ITEM, item.value)
        if walk.kiosk.runner.session.notice:
            walk.note("S-11-warning")
            walk.press(Button.DISAGREE)
    walk.press(Button.NEXT)
    walk.note()


def _issue(walk: Walk) -> None:
    walk.press(Button.NEXT)
    walk.note()
    walk.press(Button.NEXT)
    walk.kiosk.bench.insert(100)
    walk.settle()
    walk.note()
    walk.kiosk.bench.insert(1000)
    walk.settle()
    walk.note()


def _leave(walk: Walk) -> None:
    walk.kiosk.bench.take_paper()
    walk.settle()
    walk.note()
    walk.press(Button.RECEIPT, "yes")
    walk.note()


def _change_password(walk: Walk) -> None:
    """A visit of its own, once everything of the first is taken."""
    from card import people

    walk.press(Button.FINISH)
    walk.kiosk.bench.take_money()
    walk.settle()
    for button in (Button.ADMINISTRATIVE_SERVICE, Button.PIN_SERVICE):
        walk.press(button)
    walk.note()
    walk.press(Button.CHANGE_PIN, Secret.SIGNATURE)
    walk.note()
    walk.kiosk.bench.place(PERSON)
    walk.settle()
    for secret in (people.read(PERSON).signature_password or "", _NEW_PASSWORD, _NEW_PASSWORD):
        for key in secret:
            walk.press(Button.DIGIT, key)
        walk.note()
        walk.press(Button.NEXT)
    walk.note()


def more_sessions(seen: dict[str, Session], texts: Texts) -> dict[str, Session]:
    """Return what one smooth visit does not show, made from its sessions."""
    pin, kinds, last, paid = seen["S-06-typed"], seen["S-09"], seen["S-19"], seen["S-17"]
    made = {
        "S-00-no-reader": replace(seen["S-00"], reader_ready=False),
        "S-01-closed": replace(seen["S-01"], services=_closed(seen["S-01"])),
        "S-04-other-card": replace(seen["S-04"], card_present=True, notice="E-02"),
        "S-04-foreign": replace(seen["S-04"], card_present=True, notice="E-17", notice_detail="Example CA"),
        "S-04-phone": replace(seen["S-04"], medium=Medium.PHONE),
        "S-06-phone": replace(pin, digits=0, platform=Platform.ANDROID),
        "S-08-phone": replace(seen["S-08"], platform=Platform.IPHONE),
        "S-73-date": replace(seen["S-73"], digits=0, notice="date"),
        "S-06-last": replace(seen["S-06-wrong"], tries_left=1, notice_detail="1"),
        "S-06-last-asked": replace(pin, notice=LAST_TRY, tries_left=1),
        "S-09-time-short": replace(kinds, time_short=True),
        "S-01-printer": replace(seen["S-01"], printer_code="E-60"),
        "S-13-printer": replace(seen["S-13"], printer_code="E-61", notice="E-61"),
        "S-17-taken": replace(seen["S-17"], machine=replace(seen["S-17"].machine, outlet_watched=False)),
        "S-19-receipt": replace(seen["S-19"], notice=RECEIPT_OUT),
        "S-14-asking": replace(seen["S-14"], rounds=2),
        **_emoney(seen["S-15"], paid),
        "S-16-waiting": replace(seen["S-16"], printer_code="E-61"),
        "S-20": replace(last, step=Step.FORGOTTEN, card_present=True, paper_waiting=3, change=200),
        "S-20-clear": replace(last, step=Step.FORGOTTEN, card_present=False, paper_waiting=0, change=0),
        "S-09-language": replace(kinds, display=Display(overlay=Overlay.LANGUAGE)),
        "S-09-comfort": replace(kinds, display=Display(overlay=Overlay.COMFORT)),
        "R-01": Session(step=Step.RECOVERY, order=_order(paid)),
    }
    return made | {f"E-00-{code}": _failed(kinds, code) for code in codes(texts)} | _failures_in_money(paid)


def codes(texts: Texts) -> list[str]:
    """Every error code that the texts know, with its case where they know one (`E-03-pin-sent`); `cancelled` too."""
    parts = (key.rpartition(".") for key in texts.keys)
    return sorted(table for table, _, key in parts if key == _WHAT)


def _failed(session: Session, code: str, **changes: object) -> Session:
    known_code, case = (code[:_CODE_SIZE], code[_CODE_SIZE + 1 :]) if code.startswith("E-") else (code, "")
    platform = Platform.ANDROID if case == "phone" else None
    failed = replace(session, step=Step.FAILED, failure=Failure(known_code, case), platform=platform)
    return replace(failed, **changes) if changes else failed  # type: ignore[arg-type]


def _failures_in_money(paid: Session) -> dict[str, Session]:
    jam = replace(paid, step=Step.FAILED, paper_waiting=1, sheets_printed=1, change=0)
    fee = known(paid.order).fee
    return {
        **{f"E-00-{code}": replace(jam, failure=Failure(code), change=fee) for code in _AFTER_PAYMENT},
        "E-00-E-50": replace(jam, failure=Failure("E-50"), paper_waiting=0, change=500),
        "E-00-E-52": replace(jam, failure=Failure("E-52", in_doubt=fee), paper_waiting=0),
        "E-00-E-61-owed": replace(jam, failure=Failure("E-61", refund_owed=fee)),
        "E-00-time-short": replace(jam, failure=Failure("E-61"), time_short=True),
    }


def _emoney(paying: Session, paid: Session) -> dict[str, Session]:
    touching = replace(paying, step=Step.TOUCHING, means=Means.EMONEY, inserted=0)
    debiting = replace(touching, step=Step.DEBITING)
    jam = replace(paid, step=Step.FAILED, means=Means.EMONEY, paper_waiting=1, change=0)
    return {
        "S-21": touching,
        "S-21-coins": replace(touching, change=100),
        "S-21-balance": replace(touching, notice="E-51", notice_detail="120"),
        "S-22": debiting,
        "S-22-again": replace(debiting, notice=SAME_CARD, rounds=1),
        "S-22-asking": replace(debiting, rounds=2),
        "E-00-E-61-touch": replace(jam, failure=Failure("E-61", refund_owed=350, by_touch=True)),
        "E-00-E-61-credited": replace(jam, failure=Failure("E-61", credited=350)),
    }


def _closed(session: Session) -> Municipalities:
    services = known(session.services)
    return msgspec.structs.replace(services, service=msgspec.structs.replace(services.service, open=False, code="E-22"))


def _order(session: Session) -> Order:
    return replace(known(session.order), reprint=True)


def saved(pictures: "list[tuple[str, pygame.Surface]]", folder: Path) -> list[Path]:
    """Write each picture as `name`.png; returns their paths."""
    from kiosk.panel import shoot

    for name, picture in pictures:
        shoot.save(picture, folder / f"{name}.png")
    return [folder / f"{name}.png" for name, _ in pictures]


def view_of(session: Session, texts: Texts, size: tuple[int, int] = SIZES[0], caption: str = "") -> View:
    """Return the screen of `session` on a panel of `size` units; `caption` is what was spoken."""
    names = tuple((code, Texts.load(code).of("language.name")) for code in LANGUAGES)
    return show(session, texts, width=size[0], height=size[1], caption=caption, languages=names)


def docs_pictures(directory: Path) -> list[Path]:
    """Write the pictures of the docs: ten screens, all ten on one, the window with its workbench, a printed set,
    its first sheet (face, back, a photocopy, the back in infrared light), and the screens about PINs and phones."""
    from kiosk.panel import shoot

    texts = Texts.load("ja")
    with walked(with_leaving=False) as walk:
        seen = walk.seen
        window = shoot.whole_window(view_of(seen["S-17"], texts), walk.kiosk.bench)
        paper = shoot.side_by_side(_papers(walk.kiosk.bench.printed()[0]))
        sheet = _sheet(walk.kiosk.bench.printed()[0], directory)
    with walked() as walk:
        sessions = walk.seen | more_sessions(walk.seen, texts)
    ten = [_half(name, seen, texts) for name in TEN]
    more = [_half(name, sessions, texts) for name in PINS_AND_PHONES]
    enrolment = [_half(name, sessions, texts) for name in screenshots_enrol.TEN]
    pictures = [*ten, ("contact-sheet", shoot.contact_sheet(ten, 5)), ("window", window), ("set", paper)]
    pictures.append(("pins-and-phones", shoot.contact_sheet(more, 4)))
    pictures.append(("registration", shoot.contact_sheet(enrolment, 5)))
    return [*saved(pictures, directory), *sheet]


def _half(name: str, seen: dict[str, Session], texts: Texts) -> "tuple[str, pygame.Surface]":
    from kiosk.panel import shoot

    return name, shoot.picture(view_of(seen[name], texts), scale=0.5)


def _sheet(pdf: Path, directory: Path) -> list[Path]:
    """The first sheet as inked, as a copy, and its back in infrared light, softened as by an eye."""
    from printer import imaging, photocopy

    document = pdf.read_bytes()
    directory.mkdir(parents=True, exist_ok=True)
    sides = {
        "paper-face": photocopy.printed(document, 0),
        "paper-back": photocopy.printed(document, 1),
        "paper-photocopied": photocopy.photocopy(document, 0),
        "paper-infrared": photocopy.printed(document, 1, infrared=True),
    }
    for name, grey in sides.items():
        seen = imaging.resized(imaging.blurred(grey, grey.shape[1] / _SHEET[0] * _EYE), *_SHEET)
        # The nearest of 52 greys: cut off instead, an even tone beside a step would look like two.
        greys = ((seen.astype("uint16") + 2) // 5 * 5).astype("uint8")
        (directory / f"{name}.png").write_bytes(imaging.write_png(greys))
    return [directory / f"{name}.png" for name in sides]


def _papers(pdf: Path) -> "list[pygame.Surface]":
    """The front of each sheet of a set."""
    from kiosk.panel import shoot
    from printer import readback

    document = pdf.read_bytes()
    fronts = range(0, len(readback.sides(document)), 2)
    painted = [readback.paint(document, side, _DPI) for side in fronts]
    return [shoot.paper(one.grey, (one.width, one.height)) for one in painted]
