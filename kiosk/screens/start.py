"""S-00 … S-03: the copier's main menu, the service's menu, consent, card or phone."""

from collections.abc import Sequence

from kiosk.screens.layout import GAP, Column
from kiosk.screens.parts import Desk
from kiosk.screens.view import Press, Rect, Role
from kiosk.session.buttons import Button

_TILE_MOST = 330
_VACCINATION = "vaccination"
_ENTRIES = (
    ("issue", Button.ISSUE, "issue", "paper"),
    ("registration", Button.ENROL, "enrol", "book"),
    ("pins", Button.PIN_SERVICE, "pins", "keypad"),
)
_NOTES = ("card", "pin", "refund", "sheets", "hours")


def idle(desk: Desk) -> None:
    """S-00: what the copier offers; the kiosk's one tile is greyed with its reason."""
    left, right = desk.columns()
    closed = _why_closed(desk)
    if closed:
        desk.question(left, desk.say("question-closed"), desk.say("why-closed", reason=desk.say(closed)))
    else:
        desk.question(left)
    desk.remark(left, desk.say("emulator"))
    cells = right.grid(4, 2, _TILE_MOST)
    note = desk.say(closed) if closed else desk.say("administrative-service-note")
    desk.put(
        *(_other_function(desk, name, cell) for name, cell in zip(("copy", "print", "scan"), cells, strict=False)),
        Press(
            cells[3],
            Button.ADMINISTRATIVE_SERVICE,
            desk.say("administrative-service"),
            note=note,
            enabled=not closed,
            picture="administrative-service",
        ),
    )


def _why_closed(desk: Desk) -> str:
    if desk.session.out_of_service:
        return f"out-{desk.session.out_of_service}"
    if desk.session.forgotten:
        return "left-behind"
    return "" if desk.session.reader_ready else "reader-out"


def _other_function(desk: Desk, name: str, cell: Rect) -> Press:
    return Press(cell, name, desk.say(name), note=desk.say("not-here"), enabled=False, picture=name)


def service_menu(desk: Desk) -> None:
    """S-01: what may be done now; what may not stays visible with its reason (V-11)."""
    left, right = desk.columns()
    desk.question(left)
    services = desk.session.services
    if services is not None:
        hours = services.service.hours
        desk.remark(left, desk.say("hours", opens=hours.opens, closes=hours.closes))
    listed = services is not None and _VACCINATION in services.services
    cells = right.grid(4 if listed else 3)
    out = reason(desk, desk.session.printer_code) if desk.session.printer_code else ""
    for cell, (entry, button, words, picture) in zip(cells, _ENTRIES, strict=False):
        why = _why_not(desk, entry) or (out if entry == "issue" else "")
        note = why or desk.say(f"{words}-note")
        desk.put(Press(cell, button, desk.say(words), note=note, enabled=not why, picture=picture))
    if listed:
        # Data of the centre say until when; the machine only knows the words (service.md V-11).
        desk.put(Press(cells[3], _VACCINATION, desk.say(_VACCINATION), note=desk.say("not-yet"), enabled=False))
    desk.foot(back=True, cancel=True)


def _why_not(desk: Desk, entry: str) -> str:
    services = desk.session.services
    if services is None:
        return desk.say("asking")
    if not services.service.open:
        return reason(desk, services.service.code)
    if entry in services.services:
        return ""
    for when in (one for one in services.elsewhen if one.id == entry):
        if day := when.begins or when.ended:
            return desk.say("begins" if when.begins else "ended", day=desk.day(day.year, day.month, day.day))
    return reason(desk, "other")


def reason(desk: Desk, code: str) -> str:
    """Return the short reason for `code`, in words that give nothing protected away (E-33)."""
    key = f"reason.{code}"
    return desk.texts.of(key if desk.texts.has(key) else "reason.other")


def consent(desk: Desk) -> None:
    """S-02: what one must know before (I-08, I-54, I-59, I-81, I-82, O-48, O-53)."""
    left, right = desk.columns()
    desk.question(left)
    services = desk.session.services
    hours = services.service.hours if services is not None else None
    opens, closes = (hours.opens, hours.closes) if hours is not None else ("", "")
    agreement(desk, right, _NOTES, opens=opens, closes=closes)


def agreement(desk: Desk, column: Column, names: Sequence[str], **values: str) -> None:
    """Add what one must know before, a note for each of `names` with `values` in it, and yes or no beneath."""
    answers = column.take_bottom(112, GAP)
    notes = tuple((desk.say(name), desk.say(f"notes-{name}", **values)) for name in names)
    if desk.frame.is_landscape:
        for _, note in notes:
            desk.text(column, note)
    else:
        desk.rows(column, notes)
    half = (answers.width - GAP) // 2
    no = Rect(answers.x, answers.y, half, answers.height)
    yes = Rect(answers.x + half + GAP, answers.y, half, answers.height)
    desk.put(
        Press(no, Button.DISAGREE, desk.say("disagree"), role=Role.OUTLINED),
        Press(yes, Button.AGREE, desk.say("agree"), value=desk.say("version"), role=Role.FILLED),
    )
    desk.foot(back=True, cancel=True)


def medium(desk: Desk) -> None:
    """S-03: card or phone; a machine that reads no phones says so."""
    left, right = desk.columns()
    desk.question(left)
    card, phone = right.grid(2, 1, 260)
    reads = bool(desk.session.machine.phones)
    note = desk.say("phone-note" if reads else "phone-not-read")
    desk.put(
        Press(card, Button.USE_CARD, desk.say("card"), note=desk.say("card-note"), picture="card"),
        Press(phone, Button.USE_PHONE, desk.say("phone"), note=note, enabled=reads, picture="phone"),
    )
    desk.foot(back=True, cancel=True)
