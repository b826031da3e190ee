"""The skeleton that every screen shares: head, step navigation, question, notice, foot.

Separate so that もどる, 中止 and つぎへ are at the same place everywhere and a screen's own file holds
only its answers. `Desk` is what a screen is drawn from; it collects elements in reading order.
"""

from dataclasses import dataclass, field

from kiosk.screens.layout import BODY, GAP, HEADING, LABEL, MARGIN, SMALL, Column, Frame, height_of
from kiosk.screens.texts import Texts
from kiosk.screens.view import Align, Box, Countdown, Element, Label, Picture, Press, Rect, Role, StepMark, Tone
from kiosk.session.buttons import Button
from kiosk.session.choose import ABOUT, ITEM_WARNING
from kiosk.session.identify import LAST_TRY
from kiosk.session.phones import CARD_INSTEAD, PHONE_INSTEAD
from kiosk.session.presence import UNNEEDED_CARD
from kiosk.session.states import Medium, Purpose, Session, Step

CHAPTERS = ("guide", "card", "pin", "certificate", "fee", "take")
_CHAPTER = {
    Step.SERVICE_MENU: 0,
    Step.CONSENT: 0,
    Step.MEDIUM: 0,
    Step.PLACE_CARD: 1,
    Step.MUNICIPALITY: 1,
    Step.PIN: 2,
    Step.AUTHENTICATING: 2,
    Step.REMOVE_CARD: 2,
    Step.KIND: 3,
    Step.PERSONS: 3,
    Step.ITEMS: 3,
    Step.COPIES: 3,
    Step.CONFIRM: 3,
    Step.PREPARING: 4,
    Step.PAYING: 4,
    Step.TOUCHING: 4,
    Step.DEBITING: 4,
    Step.PRINTING: 5,
    Step.TAKE_PAPER: 5,
    Step.RECEIPT: 5,
    Step.ANOTHER: 5,
    Step.FORGOTTEN: 5,
}
ENROL_CHAPTERS = ("guide", "card", "pin", "honseki", "sign", "applied")
_ENROL_CHAPTER = {
    Step.ENROL_CONSENT: 0,
    Step.PLACE_CARD: 1,
    Step.MUNICIPALITY: 1,
    Step.PIN: 2,
    Step.AUTHENTICATING: 2,
    Step.ENROL_STATUS: 3,
    Step.HONSEKI_PLACE: 3,
    Step.HONSEKI_LOT: 3,
    Step.FAMILY_NAME: 3,
    Step.GIVEN_NAME: 3,
    Step.TELEPHONE: 3,
    Step.SIGN_PASSWORD: 4,
    Step.ENROL_CHECK: 4,
    Step.APPLYING: 4,
    Step.APPLIED: 5,
    Step.FORGOTTEN: 5,
}
_BANNER_PICTURE = 72
_NAME = 160
_TRIES = ("E-10", "E-12")
_CALM = (UNNEEDED_CARD, CARD_INSTEAD, PHONE_INSTEAD)
"""Notices of what may be as well: nothing has gone wrong."""
_ASKED = (LAST_TRY, ITEM_WARNING, ABOUT)


@dataclass(slots=True)
class Desk:
    """One screen in the making: the session, the words, the frame, and what stands on it so far."""

    session: Session
    texts: Texts
    frame: Frame
    elements: list[Element] = field(default_factory=list)

    def say(self, key: str, **values: str | int) -> str:
        """Return a text of this screen (`question` → `S-06.question`)."""
        return self.texts.of(f"{self.session.step}.{key}", **values)

    def say_of_medium(self, key: str) -> str:
        """Return a text of this screen in its words for a phone, where one is used and there are such words."""
        session = self.session
        used = session.platform or (session.medium if session.medium is Medium.PHONE else None)
        keys = () if used is None else (f"{key}-{used}", f"{key}-phone")
        return self.say(next((one for one in keys if self.texts.has(f"{session.step}.{one}")), key))

    def _what_machine(self) -> str:
        """An emulator, or a terminal that prints for training (service.md V-12)."""
        services = self.session.services
        return self.texts.of("head.practice" if services is not None and services.practice else "head.emulator")

    def named(self, table: str, key: str, given: str) -> str:
        """Return what a thing of the centre is called in the customer's language, else its Japanese name as `given`."""
        name = f"{table}.{key}"
        return self.texts.of(name) if self.texts.has(name) else given

    def day(self, year: int, month: int, day: int) -> str:
        """Return a day as the customer's language writes it."""
        return self.texts.of("enrol.day", year=year, month=month, day=day)

    def put(self, *elements: Element) -> None:
        """Add elements; later ones lie above."""
        self.elements += elements

    def columns(self) -> tuple[Column, Column]:
        """Where the question and where the answers go; a notice stands above the question."""
        left, right = self.frame.columns(with_steps=self.session.step in self._chapters)
        if self.session.notice and self.session.notice not in _ASKED:
            self._notice(left)
        return left, right

    def whole(self) -> Column:
        """The body as one column of the panel's whole width, for what needs it; a notice stands at its top."""
        column = Column(self.frame.body(with_steps=self.session.step in self._chapters))
        if self.session.notice and self.session.notice not in _ASKED:
            self._notice(column)
        return column

    @property
    def _chapters(self) -> dict[Step, int]:
        if self.session.step is Step.SIGN_PASSWORD and self.session.notice:
            return {}  # the keys need the room
        return _ENROL_CHAPTER if self.session.purpose is Purpose.ENROL else _CHAPTER

    # Texts

    def text(self, column: Column, text: str, size: int = BODY, *, bold: bool = False, tone: Tone = Tone.TEXT) -> None:
        """Add a text over the column's width."""
        self.put(Label(column.take_text(text, size), text, size, bold, tone))

    def question(self, column: Column, text: str = "", why: str = "") -> None:
        """Add the question in one sentence and what it is for in one line."""
        self.text(column, text or self.say("question"), HEADING, bold=True)
        self.text(column, why or self.say("why"), BODY, tone=Tone.QUIET)

    def remark(self, column: Column, text: str) -> None:
        """Add a quiet text at the column's end."""
        rect = column.take_bottom(height_of(text, BODY, column.width))
        self.put(Label(rect, text, BODY, False, Tone.QUIET))

    def picture(self, column: Column, name: str, most: int, *values: int, moving: bool = False) -> None:
        """Add a picture in the middle of the column, as high as there is room."""
        rect = column.take(min(most, column.left))
        width = min(rect.width, rect.height * 2)
        self.put(Picture(Rect(rect.x + (rect.width - width) // 2, rect.y, width, rect.height), name, values, moving))

    def _notice(self, column: Column) -> None:
        code, detail = self.session.notice, self.session.notice_detail
        name = code if self.texts.has(f"notice.{code}.title") else "other"
        last = name in _TRIES and detail == "1"
        title = self.texts.of(f"notice.{name}.title", detail=detail)
        advice = self.texts.of(f"notice.{name}.{'advice-last' if last else 'advice'}", detail=detail, tries=detail)
        calm = code in _CALM
        self._banner(column, Tone.ACTION if calm else Tone.ERROR, "info" if calm else "error", title, advice)

    def _banner(self, column: Column, tone: Tone, picture: str, title: str, advice: str) -> None:
        room = column.width - _BANNER_PICTURE - 4 * GAP
        high, low = height_of(title, LABEL, room), height_of(advice, BODY, room)
        box = column.take(high + low + 2 * GAP)
        x, y = box.x + _BANNER_PICTURE + 3 * GAP, box.y + GAP
        self.put(
            Box(box, Tone.GROUND, border=4, border_tone=tone),
            Picture(Rect(box.x + GAP, y, _BANNER_PICTURE, _BANNER_PICTURE), picture),
            Label(Rect(x, y, room, high), title, LABEL, True, tone),
            Label(Rect(x, y + high, room, low), advice, BODY),
        )

    def facts(self, column: Column, rows: tuple[tuple[str, str], ...], size: int = LABEL) -> None:
        """Add a box of names and values, one row each, values bold at the right."""
        third = column.width * 26 // 100
        room = column.width - third - 3 * GAP
        heights = [max(height_of(value, size, room), height_of(name, BODY, third)) for name, value in rows]
        box = column.take(sum(heights) + GAP // 2 * (len(rows) - 1) + 2 * GAP)
        self.put(Box(box, Tone.GROUND, border=2))
        y = box.y + GAP
        for (name, value), height in zip(rows, heights, strict=True):
            self.put(Label(Rect(box.x + GAP, y, third, height), name, BODY, False, Tone.QUIET, middle=True))
            self.put(Label(Rect(box.x + third + 2 * GAP, y, room, height), value, size, True, middle=True))
            y += height + GAP // 2

    def rows(self, column: Column, rows: tuple[tuple[str, str], ...]) -> None:
        """Add names and sentences, a box for each."""
        room = column.width - _NAME - 3 * GAP
        for name, sentence in rows:
            height = height_of(sentence, BODY, room) + 2 * GAP
            box = column.take(height, GAP // 2)
            self.put(
                Box(box, Tone.GROUND, border=2),
                Label(Rect(box.x + GAP, box.y, _NAME, height), name, BODY, True, Tone.ACTION, Align.LEFT, True),
                Label(Rect(box.x + _NAME + 2 * GAP, box.y, room, height), sentence, BODY, middle=True),
            )

    # Skeleton

    def head(self) -> None:
        """Add the name of the service and that this is an emulator, the panel's tools and the step navigation."""
        head, (language, comfort) = self.frame.head, self.frame.tools()
        room, half, edge = language.x - MARGIN - GAP, head.height // 2, GAP // 2
        service = Rect(MARGIN, head.y + edge, room, half - edge)
        emulator = Rect(MARGIN, head.y + half, room, half - edge)
        self.put(
            Box(head, Tone.GROUND, radius=0),
            Label(service, self.texts.of("head.service"), BODY, True, middle=True),
            Label(
                emulator,
                self._what_machine(),
                SMALL,
                False,
                Tone.QUIET,
                middle=True,
            ),
            Press(language, Button.LANGUAGE, self.texts.of("head.language"), role=Role.TOOL, size=SMALL),
            Press(comfort, Button.COMFORT, self.texts.of("head.comfort"), role=Role.TOOL, size=SMALL),
        )
        chapter = self._chapters.get(self.session.step)
        if chapter is not None:
            names = ENROL_CHAPTERS if self.session.purpose is Purpose.ENROL else CHAPTERS
            titles = tuple(self.texts.of(f"chapters.{one}") for one in names)
            self.put(StepMark(self.frame.steps, titles, chapter))

    def foot(self, *, back: bool = False, cancel: bool = False, next_label: str = "", ready: bool = True) -> None:
        """Add もどる, 中止 and the one next thing, each at its own place."""
        if back or cancel or next_label:
            self.ground()
        if back:
            self.put(Press(self.frame.back(), Button.BACK, self.texts.of("foot.back"), role=Role.OUTLINED))
        if cancel:
            note = self.texts.of(f"foot.{self._after_cancelling()}") if self.frame.is_roomy else ""
            self.put(Press(self.frame.cancel(), Button.CANCEL, self.texts.of("foot.cancel"), note=note, role=Role.TEXT))
        if next_label:
            self.put(Press(self.frame.next(), Button.NEXT, next_label, role=Role.FILLED, enabled=ready))

    def _after_cancelling(self) -> str:
        """What 中止 means now for money, and for what lies on the reader."""
        session = self.session
        if session.inserted:
            return "cancel-money"
        if session.card_present:
            return "cancel-card" if session.platform is None else "cancel-phone"
        return "cancel-later" if session.purpose is Purpose.REPRINT else "cancel-free"

    def ground(self) -> None:
        """Add what the foot's buttons stand on."""
        self.put(Box(self.frame.foot, Tone.GROUND, radius=0))

    def finish(self, label: str, *before: Press) -> None:
        """Add the foot whose last button ends this screen, where つぎへ is elsewhere."""
        self.ground()
        self.put(*before, Press(self.frame.next(), Button.FINISH, label, role=Role.FILLED))

    def countdown(self, rect: Rect) -> None:
        """Add the clock that runs down."""
        self.put(Countdown(rect))

    def caption(self, spoken: str) -> None:
        """Add what was spoken, unless it can be read on the screen already."""
        if spoken and not any(isinstance(one, Label) and spoken in one.text for one in self.elements):
            self.put(Label(self.frame.caption, spoken, SMALL, False, Tone.QUIET, Align.CENTRE, True))
