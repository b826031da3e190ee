"""S-14 … S-20: preparing, paying, printing, paper, receipt, once more, forgotten things."""

from dataclasses import replace

from kiosk.screens.layout import GAP, LABEL, SMALL, TOUCH
from kiosk.screens.parts import Desk
from kiosk.screens.start import reason
from kiosk.screens.view import Box, Label, Picture, Press, Rect, Role, Tone
from kiosk.session.buttons import Button
from kiosk.session.moves import known
from kiosk.session.states import Purpose, SetFacts
from kiosk.session.timeouts import something_left

_PICTURE = 420
_PICTURE_LEAST = 240
_COINS_LEAST = 96
_TWO_LINES = 84
_SETS_WITH_MARKS = 3
_MARKS_MOST = 6


def preparing(desk: Desk) -> None:
    """S-14: fetched and checked before any money."""
    left, right = desk.columns()
    reprint = desk.session.purpose is Purpose.REPRINT
    desk.question(left, why=desk.say("reprint-why") if reprint else "")
    if desk.session.rounds:
        desk.text(left, desk.say("asking"), bold=True)
    desk.picture(right, "working", _PICTURE, moving=True)
    desk.foot(cancel=True)


def paying(desk: Desk) -> None:
    """S-15: due, inserted, still missing; e-money where this machine has a reader."""
    left, right = desk.columns()
    desk.question(left)
    due, inserted = known(desk.session.order).fee, desk.session.inserted
    rows = (("due", due), ("inserted", inserted), ("missing", max(0, due - inserted)))
    facts = tuple((desk.say(name), desk.say("yen", yen=f"{yen:,}")) for name, yen in rows)
    desk.facts(right, facts, 57)
    money = desk.say("money-exact" if desk.session.exact_only else "money")
    desk.remark(left, desk.say("taking") if desk.session.awaiting else money)
    if desk.session.machine.emoney and not desk.session.awaiting:
        desk.put(Press(right.take_bottom(TOUCH), Button.PAY_EMONEY, desk.say("emoney"), role=Role.OUTLINED))
    if right.left >= _COINS_LEAST:
        desk.picture(right, "coins", _PICTURE, moving=True)
    desk.foot(cancel=not desk.session.awaiting)


def printing(desk: Desk) -> None:
    """S-16: sheet i of n; nothing can be cancelled any more."""
    left, right = desk.columns()
    out = desk.session.printer_code
    if out:
        desk.question(left, desk.say("question-waiting"), desk.say("why-waiting", reason=reason(desk, out)))
    else:
        desk.question(left)
    total = known(desk.session.order).sheets
    sheet = min(desk.session.sheets_printed + 1, total)
    desk.text(left, desk.say("progress", sheets=total, sheet=sheet), LABEL, bold=True)
    if out:
        desk.text(left, desk.say("waiting"), bold=True)
    desk.picture(right, "warning" if out else "printing", _PICTURE, sheet, total, moving=not out)


def take_paper(desk: Desk) -> None:
    """S-17: every set with its number and page marks; not stapled (I-59 … I-63, O-53, O-54)."""
    left, right = desk.columns()
    order = known(desk.session.order)
    why = desk.say("why-one") if order.sheets == 1 else desk.say("why", sheets=order.sheets)
    desk.question(left, why=why)
    for name in ("check", "together", "forget"):
        desk.text(left, desk.say(name), bold=name == "forget")
    if desk.session.change:
        desk.text(left, desk.say("change", yen=f"{desk.session.change:,}"), bold=True)
    many = len(order.sets) > _SETS_WITH_MARKS
    key = "numbers-many" if many else "numbers"
    desk.text(right, desk.say(key, pages=order.sets[0].sheets), SMALL, bold=True)
    for cell, one in zip(right.grid(len(order.sets), 1, 60 if many else 112, 4, least=48), order.sets, strict=True):
        _set(desk, one, cell)
    if right.left >= _PICTURE_LEAST:
        desk.picture(right, "paper", _PICTURE, moving=True)
    if not desk.session.machine.outlet_watched:
        desk.finish(desk.say("taken"))


def _set(desk: Desk, one: SetFacts, cell: Rect) -> None:
    """Number over page marks; a low row has room for the number only."""
    inner = Rect(cell.x + GAP, cell.y, cell.width - 2 * GAP, cell.height)
    desk.put(Box(cell, Tone.GROUND, radius=8, border=2))
    if cell.height < _TWO_LINES:
        desk.put(Label(inner, one.number, SMALL, middle=True))
        return
    half = cell.height // 2
    desk.put(
        Label(replace(inner, height=half), one.number, SMALL, True, middle=True),
        Label(replace(inner, y=cell.y + half, height=half), _pages(desk, one), SMALL, middle=True),
    )


def _pages(desk: Desk, one: SetFacts) -> str:
    marks = "  ".join(f"{page}/{one.sheets}" for page in range(1, one.sheets + 1))
    return desk.say("pages" if one.sheets <= _MARKS_MOST else "pages-long", pages=one.sheets, marks=marks)


def receipt(desk: Desk) -> None:
    """S-18: yes or no."""
    left, right = desk.columns()
    desk.question(left)
    yes, no = right.grid(2)
    desk.put(
        Press(yes, Button.RECEIPT, desk.say("yes"), value="yes", picture="receipt"),
        Press(no, Button.RECEIPT, desk.say("no"), value="no", picture="none"),
    )


def another(desk: Desk) -> None:
    """S-19: another one needs card and PIN again."""
    left, right = desk.columns()
    desk.question(left)
    yes, no = right.grid(2)
    desk.put(
        Press(yes, Button.ANOTHER, desk.say("yes"), picture="paper"),
        Press(no, Button.FINISH, desk.say("no"), picture="tick"),
    )


def forgotten(desk: Desk) -> None:
    """S-20: what still lies there, by picture and words (I-68, O-57), and that the data is gone (O-58)."""
    left, right = desk.columns()
    session = desk.session
    lost = something_left(session)
    desk.question(left, "" if lost else desk.say("question-clear"), "" if lost else desk.say("why-clear"))
    things: tuple[tuple[str, str, bool, dict[str, str | int]], ...] = (
        ("card", "card-away", session.card_present, {}),
        ("paper", "paper", session.paper_waiting > 0, {"sheets": session.paper_waiting}),
        ("change", "change", session.change > 0, {"yen": f"{session.change:,}"}),
    )
    desk.remark(left, desk.say("wiped"))
    for name, picture, there, values in things:
        if there:
            _thing(desk, right.take(176), picture, desk.say(name, **values), desk.say(f"{name}-note"))
    paper_only = session.paper_waiting > 0 and not (session.card_present or session.change)
    if not lost or (paper_only and not session.machine.outlet_watched):
        desk.finish(desk.texts.of("foot.finish"))


def _thing(desk: Desk, rect: Rect, picture: str, name: str, where: str) -> None:
    side = rect.height - 2 * GAP
    x = rect.x + side + 3 * GAP
    room = rect.x + rect.width - x - GAP
    desk.put(
        Box(rect, Tone.GROUND, border=4, border_tone=Tone.WARNING),
        Picture(Rect(rect.x + GAP, rect.y + GAP, side, side), picture, moving=True),
        Label(Rect(x, rect.y + GAP, room, side // 2), name, 45, True, middle=True),
        Label(Rect(x, rect.y + GAP + side // 2, room, side // 2), where, middle=True),
    )
