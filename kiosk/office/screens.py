"""The screens of the back office: Views like the customer's, in the operator's words.

Separate from the customer's screens: no languages, no step navigation, and nothing here is spoken.
"""

from collections.abc import Callable
from datetime import timedelta

from kiosk.office.books import Closing
from kiosk.office.desk import Desk, Page
from kiosk.office.pin import SHORTEST
from kiosk.panel.words import Words
from kiosk.screens.layout import BODY, GAP, HEADING, LABEL, MARGIN, SMALL, Frame, height_of, shape
from kiosk.screens.view import Align, Box, Countdown, Element, Label, Press, Rect, Role, Tone, View
from kiosk.session.buttons import Button

_DOT, _ROW, _AT_A_TIME = 56, 96, 3
REASONS = ("check", "paper", "change", "fault")
_PAGES = (Page.TEST, Page.SUPPLY, Page.TASKS, Page.CLOSING, Page.SERVICE, Page.CLEANING)


def draw(desk: Desk, words: Words, size: tuple[int, int]) -> View:
    """Return the screen of `desk` on a panel of that shape."""
    frame = shape(*size)
    sheet = _Sheet(desk, words, frame)
    sheet.head()
    _SCREENS[desk.page](sheet)
    sheet.notice()
    return View(desk.page, desk.view_id, frame.width, frame.height, sheet.say("title"), tuple(sheet.elements))


def closing_text(desk: Desk, closing: Closing, words: Words) -> str:
    """The daily closing as plain text, for the receipt printer or a file."""
    rows = [f"{name}\t{value}" for name, value in _closing_rows(desk, closing, words)]
    return "\n".join((words("O-05.heading", day=closing.day), *rows)) + "\n"


class _Sheet:
    """One screen in the making."""

    def __init__(self, desk: Desk, words: Words, frame: Frame) -> None:
        self.desk, self.words, self.frame = desk, words, frame
        self.elements: list[Element] = []
        self.column, self.side = frame.columns(with_steps=False)

    def say(self, key: str, **values: object) -> str:
        return self.words(f"{self.desk.page}.{key}", **values)

    def put(self, *elements: Element) -> None:
        self.elements += elements

    def head(self) -> None:
        head = self.frame.head
        text = Rect(MARGIN, head.y, head.width - 2 * MARGIN, head.height)
        self.put(Box(head, Tone.GROUND, radius=0), Label(text, self.words("office.head"), LABEL, True, middle=True))

    def text(
        self, text: str, size: int = BODY, *, bold: bool = False, tone: Tone = Tone.TEXT, beside: bool = False
    ) -> None:
        column = self.side if beside else self.column
        self.put(Label(column.take_text(text, size), text, size, bold, tone))

    def question(self) -> None:
        self.text(self.say("question"), HEADING, bold=True)

    def waiting(self) -> bool:
        """Say that something is asked, while it is."""
        if self.desk.asking:
            self.text(self.words("office.asking"), BODY, tone=Tone.QUIET)
        return self.desk.asking

    def row(self, name: str, value: str, tone: Tone = Tone.TEXT) -> None:
        """A name at the left, its value bold at the right."""
        half = self.side.width * 45 // 100
        box = self.side.take(max(height_of(said, BODY, half - GAP) for said in (name, value)) + GAP, GAP // 2)
        self.put(
            Box(box, Tone.GROUND, radius=8),
            Label(Rect(box.x + GAP, box.y, half - GAP, box.height), name, BODY, middle=True),
            Label(
                Rect(box.x + half, box.y, box.width - half - GAP, box.height),
                value,
                BODY,
                True,
                tone,
                Align.RIGHT,
                True,
            ),
        )

    def notice(self) -> None:
        if self.desk.notice:
            said = self.words(f"notice.{self.desk.notice}", value=self.desk.value)
            tone = Tone.SUCCESS if self.desk.notice in ("saved", "printed") else Tone.ERROR
            rect = self.frame.caption
            high = height_of(said, SMALL, rect.width)
            place = Rect(rect.x, rect.y + rect.height - high, rect.width, high)
            self.put(Label(place, said, SMALL, True, tone, Align.CENTRE))

    def foot(
        self, label: str = "", button: str = Button.NEXT, value: str = "", *, ready: bool = True, back: bool = True
    ) -> None:
        self.put(Box(self.frame.foot, Tone.GROUND, radius=0))
        if back:
            self.put(Press(self.frame.back(), Button.BACK, self.words("office.back"), role=Role.OUTLINED))
        if label:
            self.put(Press(self.frame.next(), button, label, value, role=Role.FILLED, enabled=ready))


def _pin(sheet: _Sheet) -> None:
    sheet.question()
    digits = sheet.desk.digits
    dots = " ".join(["●"] * digits + ["○"] * (SHORTEST - digits))
    rect = sheet.column.take(_DOT + 2 * GAP)
    sheet.put(Box(rect, Tone.GROUND, border=2), Label(rect, dots, _DOT, True, Tone.ACTION, Align.CENTRE, True))
    cells = sheet.side.grid(12, 3, 160)
    for cell, digit in zip((*cells[:9], cells[10]), "1234567890", strict=True):
        sheet.put(Press(cell, Button.DIGIT, digit, value=digit, role=Role.KEY, size=HEADING))
    sheet.put(Press(cells[9], Button.CORRECT, sheet.words("office.correct"), role=Role.KEY))
    ready = digits >= SHORTEST and not sheet.desk.asking and sheet.desk.notice != "no-pin"
    sheet.foot(sheet.words("office.enter"), ready=ready)


def _menu(sheet: _Sheet) -> None:
    sheet.question()
    cells = sheet.side.grid(len(_PAGES) + 2, 2, 176)
    for cell, page in zip(cells, _PAGES, strict=False):
        sheet.put(Press(cell, "page", sheet.words(f"{page}.title"), page, note=sheet.words(f"{page}.note")))
    sheet.put(
        Press(cells[-2], "export-journal", sheet.say("journal"), note=sheet.say("journal-note")),
        Press(cells[-1], "end", sheet.say("end"), note=sheet.say("end-note")),
    )
    sheet.foot(sheet.say("leave"), "leave", back=False)


def _test(sheet: _Sheet) -> None:
    sheet.question()
    if not sheet.waiting():
        for finding in sheet.desk.findings:
            verdict = sheet.words("office.well" if finding.is_well else "office.unwell")
            tone = Tone.SUCCESS if finding.is_well else Tone.ERROR
            sheet.row(sheet.say(finding.name), f"{verdict}　{finding.said}".strip("　"), tone)
    _again(sheet)


def _again(sheet: _Sheet) -> None:
    sheet.foot(sheet.words("office.again"), "page", sheet.desk.page, ready=not sheet.desk.asking)


def _supply(sheet: _Sheet) -> None:
    sheet.question()
    if not sheet.waiting():
        supply = sheet.desk.supply
        for name, said in (("printer", supply.printer), ("receipts", supply.receipts)):
            sheet.row(sheet.say(name), said or sheet.words("office.well"), Tone.ERROR if said else Tone.SUCCESS)
        for yen, count in supply.pieces:
            sheet.row(sheet.say("yen", yen=f"{yen:,}"), sheet.say("pieces", count=count))
        sheet.row(sheet.say("cash"), sheet.words("office.yen", yen=f"{supply.cash:,}"))
        if not supply.gives_change:
            sheet.text(sheet.say("no-change"), tone=Tone.ERROR)
        cell = sheet.column.grid(1, most=_ROW + 2 * GAP)[0]
        sheet.put(Press(cell, "stock", sheet.say("stock"), note=sheet.say("stock-note"), role=Role.OUTLINED))
    _again(sheet)


def _tasks(sheet: _Sheet) -> None:
    sheet.question()
    desk = sheet.desk
    if not sheet.waiting() and not desk.tasks:
        sheet.text(sheet.say("none"), LABEL, tone=Tone.SUCCESS)
    shown = list(enumerate(desk.tasks))[desk.first : desk.first + _AT_A_TIME]
    for number, task in shown:
        values = {"at": f"{task.at:%m-%d %H:%M}", "yen": f"{task.yen:,}", "detail": task.detail}
        sheet.text(sheet.say(f"{task.kind}", **values), BODY, bold=True, beside=True)
        sheet.text(sheet.say("order", order=task.order), SMALL, tone=Tone.QUIET, beside=True)
        if task.is_ours:
            cell = sheet.side.take(_ROW)
            sheet.put(Press(cell, "done", sheet.say(f"{task.kind}-done"), str(number), role=Role.OUTLINED))
    more = desk.first + _AT_A_TIME
    if len(desk.tasks) > _AT_A_TIME:
        cell = sheet.side.take(_ROW)
        at = more if more < len(desk.tasks) else 0
        sheet.put(Press(cell, "more", sheet.say("more", count=len(desk.tasks)), str(at), role=Role.OUTLINED))
    sheet.foot()


def _closing(sheet: _Sheet) -> None:
    sheet.question()
    closing = sheet.desk.closing
    if not sheet.waiting() and closing is not None:
        sheet.text(sheet.say("heading", day=closing.day), LABEL, bold=True)
        for name, value in _closing_rows(sheet.desk, closing, sheet.words):
            sheet.row(name, value)
        tone = Tone.SUCCESS if closing.is_balanced else Tone.ERROR
        sheet.text(sheet.say("balanced" if closing.is_balanced else "unbalanced"), BODY, bold=True, tone=tone)
        print_, export, before, after = sheet.column.grid(4, 2, _ROW + GAP)
        one = timedelta(days=1)
        sheet.put(
            Press(print_, "print", sheet.say("print"), role=Role.OUTLINED),
            Press(export, "export", sheet.say("export"), role=Role.OUTLINED),
            Press(before, "day", sheet.say("before"), str(closing.day - one), role=Role.OUTLINED),
            Press(after, "day", sheet.say("after"), str(closing.day + one), role=Role.OUTLINED),
        )
    sheet.foot()


def _closing_rows(desk: Desk, closing: Closing, words: Words) -> list[tuple[str, str]]:
    names = ("taken", "emoney", "delivered", "returned", "paid_back", "owed", "pending")
    rows = [(words(f"O-05.{name}"), words("office.yen", yen=f"{getattr(closing, name):,}")) for name in names]
    off = [
        (words(f"O-05.{name}"), words("office.yen", yen=f"{yen:+,}") if yen else words("O-05.cash-right"))
        for name, yen in (("cash", desk.cash_off), ("emoney-off", desk.emoney_off))
    ]
    return [*rows, (words("O-05.sets"), words("O-05.count", count=closing.sets)), *off]


def _service(sheet: _Sheet) -> None:
    sheet.question()
    now = sheet.desk.out_of_service
    sheet.text(sheet.say("now-closed" if now else "now-open"), BODY, tone=Tone.QUIET)
    for cell, reason in zip(sheet.side.grid(5, 1, 150), ("", *REASONS), strict=True):
        label = sheet.say(f"reason-{reason}" if reason else "open")
        sheet.put(Press(cell, "service", label, reason, chosen=reason == now))
    sheet.foot()


def _cleaning(sheet: _Sheet) -> None:
    sheet.question()
    sheet.text(sheet.say("why"), BODY, tone=Tone.QUIET)
    rect = sheet.side.take(min(420, sheet.side.left))
    side = min(rect.width, rect.height)
    sheet.put(Countdown(Rect(rect.x + (rect.width - side) // 2, rect.y, side, side)))


_SCREENS: dict[Page, Callable[[_Sheet], None]] = {
    Page.PIN: _pin,
    Page.MENU: _menu,
    Page.TEST: _test,
    Page.SUPPLY: _supply,
    Page.TASKS: _tasks,
    Page.CLOSING: _closing,
    Page.SERVICE: _service,
    Page.CLEANING: _cleaning,
}
