"""S-50 … S-60: what 利用登録 is, how it stands, everything that is typed for it, and its number.

Separate from the certificate's screens; the password's keys are `keyboard`'s, lists by kana `browse`'s.
What a reading may be written as is looked up here, because it is only shown and touched.
"""

from assets.readings import Sort, candidates
from kiosk.screens.browse import narrowing, pages
from kiosk.screens.keyboard import entry, last_try
from kiosk.screens.layout import BODY, GAP, HEADING, LABEL, TOUCH, Column
from kiosk.screens.parts import Desk
from kiosk.screens.start import agreement
from kiosk.screens.view import Align, Box, Label, Press, Rect, Role, Tone
from kiosk.session.buttons import Button
from kiosk.session.enrol import is_entered, may_apply, name, written
from kiosk.session.entries import Name
from kiosk.session.identify import LAST_TRY
from kiosk.session.moves import known
from kiosk.session.states import Step
from kiosk.session.towns import shelf
from municipality_client.enrolment import EnrolmentDesk, EnrolmentState

_NOTES = ("who", "needs", "phone", "days", "again")
_COLUMNS, _ROWS = 10, 5
_NARROW_GAP = 4
_CANDIDATES, _CANDIDATE_COLUMNS = 12, 3
_BOX = 80


def consent(desk: Desk) -> None:
    """S-50: who needs it, what it takes, that no phone can do it (O-18, I-94), how long it lasts (X-31)."""
    left, right = desk.columns()
    desk.question(left)
    agreement(desk, right, _NOTES)


def status(desk: Desk) -> None:
    """S-51: how it stands, why, and what to do about it."""
    left, right = desk.columns()
    told = written(desk.session).desk
    town = known(desk.session.municipality)
    desk.question(left, desk.say(f"question-{told.state}"), desk.say(f"why-{told.state}", days=told.days))
    facts = [(desk.say("municipality"), town.name)]
    if told.number:
        facts.append((desk.say("number"), told.number))
    if told.state is EnrolmentState.PENDING:
        facts.append((desk.say("usable-on"), _day(desk, told)))
    if told.reason:
        facts.append((desk.say("reason"), desk.say(f"reason-{told.reason}")))
    desk.facts(right, tuple(facts), BODY)
    if may_apply(desk.session):
        desk.put(Press(right.take(176), Button.APPLY, desk.say("apply"), note=desk.say("apply-note"), picture="book"))
        desk.foot(cancel=True)
    else:
        desk.finish(desk.texts.of("foot.finish"))


def _day(desk: Desk, told: EnrolmentDesk) -> str:
    day = told.usable_on
    return "" if day is None else desk.day(day.year, day.month, day.day)


def place(desk: Desk) -> None:
    """S-52: 町・字 of the 本籍, of the municipality's own list."""
    left, right = desk.columns()
    desk.question(left)
    seen = shelf(written(desk.session).desk.places, desk.session.browsing)
    turning = narrowing(desk, right, seen)
    for cell, one in zip(right.grid(len(seen.things), 2), seen.things, strict=True):
        desk.put(Press(cell, Button.PLACE, one.name, value=one.name))
    pages(desk, turning, seen.page, seen.pages)
    desk.foot(back=True, cancel=True)


def lot(desk: Desk) -> None:
    """S-53: the number after the place."""
    left, right = desk.columns()
    desk.question(left)
    one = written(desk.session)
    _box(desk, left, one.honseki, "")
    cells = right.grid(15, 3, 120)
    _digits(desk, cells)
    for cell, key in zip(cells[12:], desk.say("words").split(), strict=True):
        desk.put(_key(cell, key))
    _foot(desk)


def names(desk: Desk) -> None:
    """S-54, S-55: family and given name of the 筆頭者."""
    if name(desk.session).choosing:
        _candidates(desk, name(desk.session))
    else:
        _kana(desk, name(desk.session))


def _kana(desk: Desk, one: Name) -> None:
    column = desk.whole()
    if desk.frame.is_landscape:
        desk.text(column, desk.say("question"), HEADING, bold=True)
    else:
        desk.question(column, why=desk.say("why-one" if one.by_character else "why"))
    _box(desk, column, one.text, one.reading)
    if desk.frame.is_landscape:
        keys, tools = _beside(column)
        _keys(desk, keys)
        cells = tools.grid(5, 1, TOUCH, _NARROW_GAP)
    else:
        _keys(desk, column)
        cells = column.grid(5, 5, TOUCH)
    _tools(desk, cells, one)
    _foot(desk)


def _beside(column: Column) -> tuple[Column, Column]:
    """Keys at the left, tools at the right, on a wide panel."""
    rect = column.take(_ROWS * (TOUCH + _NARROW_GAP), 0)
    left = rect.width * 76 // 100
    return (
        Column(Rect(rect.x, rect.y, left, rect.height)),
        Column(Rect(rect.x + left + GAP, rect.y, rect.width - left - GAP, rect.height)),
    )


def _keys(desk: Desk, column: Column) -> None:
    """The table of kana, あ column first."""
    table = desk.texts.of("enrol.kana").split(" ")
    cells = column.grid(_COLUMNS * _ROWS, _COLUMNS, TOUCH, _NARROW_GAP)
    for number, cell in enumerate(cells):
        kana = table[number % _COLUMNS][number // _COLUMNS]
        if kana != "\u3000":
            desk.put(_key(cell, kana))


def _tools(desk: Desk, cells: tuple[Rect, ...], one: Name) -> None:
    of = desk.texts.of
    voiced, small, erase, way, convert = cells
    desk.put(
        Press(voiced, Button.VOICED, of("enrol.voiced"), role=Role.KEY),
        Press(small, Button.SMALL, of("enrol.small"), role=Role.KEY),
        Press(erase, Button.ERASE, of("enrol.erase"), role=Role.KEY),
        Press(way, Button.ONE_BY_ONE, of("enrol.whole" if one.by_character else "enrol.one-by-one"), role=Role.KEY),
        Press(convert, Button.CONVERT, of("enrol.convert"), role=Role.OUTLINED, enabled=bool(one.reading)),
    )


def _candidates(desk: Desk, one: Name) -> None:
    left, right = desk.columns()
    desk.question(left, desk.say("question-candidates"), desk.texts.of("enrol.why-candidates", reading=one.reading))
    whole = Sort.FAMILY if desk.session.step is Step.FAMILY_NAME else Sort.GIVEN
    found = candidates(Sort.CHARACTER if one.by_character else whole, one.reading)
    label = desk.texts.of("enrol.whole" if one.by_character else "enrol.not-here")
    otherwise, count = right.take_bottom(TOUCH), -(-len(found) // _CANDIDATES)
    turning = right.take_bottom(TOUCH) if count > 1 else None
    shown = found[one.page * _CANDIDATES : (one.page + 1) * _CANDIDATES]
    for cell, written_so in zip(right.grid(len(shown), _CANDIDATE_COLUMNS, 128), shown, strict=True):
        desk.put(Press(cell, Button.CANDIDATE, written_so, value=written_so, size=HEADING))
    pages(desk, turning, one.page, count)
    desk.put(Press(otherwise, Button.ONE_BY_ONE, label, role=Role.OUTLINED))
    desk.foot(back=True, cancel=True)


def telephone(desk: Desk) -> None:
    """S-56: where the municipality may call."""
    left, right = desk.columns()
    desk.question(left)
    _box(desk, left, written(desk.session).telephone, "")
    _digits(desk, right.grid(12, 3))
    _foot(desk)


def password(desk: Desk) -> None:
    """S-57: the signature password; the last try is asked about once more."""
    if desk.session.notice == LAST_TRY:
        last_try(desk)
    else:
        entry(desk, desk.say("question"), desk.say("why"))


def check(desk: Desk) -> None:
    """S-58: everything once more before it is signed."""
    left, right = desk.columns()
    desk.question(left)
    one, town = written(desk.session), known(desk.session.municipality)
    rows = (
        (desk.say("municipality"), f"{town.prefecture}{town.name}"),
        (desk.say("honseki"), one.honseki),
        (desk.say("hittosha"), one.hittosha),
        (desk.say("telephone"), one.telephone),
    )
    desk.facts(right, rows)
    desk.foot(back=True, cancel=True, next_label=desk.say("apply"))


def applying(desk: Desk) -> None:
    """S-59: the card signs; it must not be moved."""
    left, right = desk.columns()
    desk.question(left)
    desk.picture(right, "working", 420, moving=True)


def applied(desk: Desk) -> None:
    """S-60: the number, and from when on to come again."""
    left, right = desk.columns()
    desk.picture(left, "tick", 160)
    desk.question(left)
    told = written(desk.session).desk
    desk.facts(right, ((desk.say("number"), told.number), (desk.say("usable-on"), _day(desk, told))))
    desk.text(right, desk.say("slip"))
    desk.text(right, desk.say("take"), bold=True)
    desk.finish(desk.texts.of("foot.finish"))


def _digits(desk: Desk, cells: tuple[Rect, ...]) -> None:
    """1 to 9, then the key that takes the last one away, and 0."""
    desk.put(*(_key(cell, key) for cell, key in zip(cells, "123456789", strict=False)))
    desk.put(Press(cells[9], Button.ERASE, desk.texts.of("enrol.erase"), role=Role.KEY), _key(cells[10], "0"))


def _key(cell: Rect, key: str) -> Press:
    return Press(cell, Button.KEY, key, value=key, role=Role.KEY, size=LABEL if len(key) > 1 else HEADING)


def _box(desk: Desk, column: Column, done: str, waiting: str) -> None:
    """What stands there so far; what still waits for conversion, or was typed last, in another colour."""
    rect = column.take(_BOX)
    desk.put(Box(rect, Tone.GROUND, border=2))
    if not waiting:
        whole = Rect(rect.x + GAP, rect.y, rect.width - 2 * GAP, rect.height)
        desk.put(*([Label(whole, done, LABEL, True, middle=True)] if done else []))
        return
    half = (rect.width - 3 * GAP) // 2
    for x, text, tone in ((rect.x + GAP, done, Tone.TEXT), (rect.x + 2 * GAP + half, waiting, Tone.ACTION)):
        align = Align.RIGHT if waiting and tone is Tone.TEXT else Align.LEFT
        if text:
            desk.put(Label(Rect(x, rect.y, half, rect.height), text, LABEL, True, tone, align, True))


def _foot(desk: Desk) -> None:
    desk.foot(back=True, cancel=True, next_label=desk.texts.of("foot.next"), ready=is_entered(desk.session))
