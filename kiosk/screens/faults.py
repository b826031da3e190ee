"""The full screen of a visit that ends early, the warning about time, and R-01.

Separate because they cut across the chapters: every fault says what happened, where the card and
the money are, what to do now and whom to ask (visual.md, skeleton 5).
"""

from dataclasses import replace

from kiosk.screens.layout import HEADING, SMALL
from kiosk.screens.parts import Desk
from kiosk.screens.start import reason
from kiosk.screens.view import Press, Rect, Role, Tone
from kiosk.session.buttons import Button
from kiosk.session.moves import known
from kiosk.session.states import Failure, Purpose, Session, Step

_CALM = ("cancelled", "E-70")
_PICTURE = 160
_NUMBERS_MOST = 3
_NOT_FOUND, _PROTECTED = "E-30", ("E-32", "E-33")
_ADVICE_IN = ("ja", "ja-easy")
_CANCELLED_FREELY = (Step.PRINTING, Step.TAKE_PAPER, Step.RECEIPT, Step.ANOTHER, Step.FORGOTTEN)


def failed(desk: Desk) -> None:
    """What happened, card, money, paper, what next, whom to ask."""
    failure = _disclosed(known(desk.session.failure))
    left, right = desk.columns()
    calm = failure.code in _CALM
    desk.picture(left, "info" if calm else "warning", _PICTURE)
    desk.text(left, _text(desk, failure, "what"), HEADING, bold=True)
    desk.text(left, _text(desk, failure, "why"))
    if failure.code.startswith("E-"):
        desk.text(left, desk.texts.of("failed.code", code=failure.code), SMALL, tone=Tone.QUIET)
    desk.rows(right, _state(desk, failure))
    more = Press(desk.frame.cancel(), Button.MORE_TIME, desk.texts.of("time-short.more"), role=Role.OUTLINED)
    desk.finish(desk.texts.of("failed.finish"), *((more,) if desk.session.time_short else ()))


def _disclosed(failure: Failure) -> Failure:
    """What may be told: protective measures and a household about to move show as if nobody was found (E-33)."""
    return replace(failure, code=_NOT_FOUND) if failure.code in _PROTECTED else failure


def _name(desk: Desk, failure: Failure) -> str:
    detailed = f"{failure.code}-{failure.detail}"
    if desk.texts.has(f"{detailed}.what"):
        return detailed
    return failure.code if desk.texts.has(f"{failure.code}.what") else "E-99"


def _text(desk: Desk, failure: Failure, part: str) -> str:
    return desk.texts.of(f"{_name(desk, failure)}.{part}")


def _state(desk: Desk, failure: Failure) -> tuple[tuple[str, str], ...]:
    of = desk.texts.of
    session = desk.session
    thing = "card" if session.platform is None else "phone"
    rows = [
        (of(f"failed.{thing}"), of("failed.card-here" if session.card_present else "failed.card-gone")),
        (of("failed.money"), _money(desk, failure)),
    ]
    if session.paper_waiting:
        rows.append((of("failed.paper"), of("failed.paper-void", sheets=session.paper_waiting)))
    rows += [(of("failed.next"), _next(desk, failure)), (of("failed.call"), _call(desk, failure))]
    return tuple(rows)


def _money(desk: Desk, failure: Failure) -> str:
    session, of = desk.session, desk.texts.of
    of_card = (("owed", 0 if failure.by_touch else failure.refund_owed), ("touch", failure.refund_owed))
    for key, yen in (*of_card, ("credited", failure.credited), ("in-doubt", failure.in_doubt)):
        if yen:
            return of(f"failed.money-{key}", yen=f"{yen:,}")
    if session.change:
        return of("failed.money-back", yen=f"{session.change:,}")
    if _is_pending(session):
        return of("failed.money-pending")
    return of("failed.money-taken" if session.fee_taken else "failed.money-none")


def _is_pending(session: Session) -> bool:
    return session.purpose is Purpose.REPRINT and not session.fee_taken


def _next(desk: Desk, failure: Failure) -> str:
    """The municipality's own advice where it has any (I-10, O-46, I-76, O-49), else the general one.

    It is Japanese as the municipality wrote it: who reads another language gets the general one.
    """
    town, name = desk.session.municipality, _name(desk, failure)
    is_other = desk.texts.language not in _ADVICE_IN
    advice = () if town is None or is_other else town.unlock if failure.code == "E-11" else town.lag
    key = f"{name}.next-advice"
    if advice and desk.texts.has(key):
        return desk.texts.of(key, advice="\n".join(advice))
    return desk.texts.of(f"{name}.next")


def _call(desk: Desk, failure: Failure) -> str:
    whom = _text(desk, failure, "call")
    town = desk.session.municipality
    if whom == "municipality" and town is not None:
        return desk.texts.of("failed.call-municipality", contact=town.contact)
    return desk.texts.of("failed.call-window" if whom == "municipality" else f"failed.call-{whom}")


def time_short(desk: Desk) -> None:
    """The countdown instead of the screen: more time is one touch away (WCAG 2.2.1)."""
    left, right = desk.columns()
    session = desk.session
    settled = session.step in _CANCELLED_FREELY
    returns = not settled and (session.inserted or session.card_present)
    why = desk.texts.of("time-short.why" if returns else "time-short.why-settled")
    desk.question(left, desk.texts.of("time-short.question"), why)
    more = right.take_bottom(144)
    height = min(320, right.left)
    clock = right.take(height)
    desk.countdown(Rect(clock.x + (clock.width - height) // 2, clock.y, height, height))
    desk.put(Press(more, Button.MORE_TIME, desk.texts.of("time-short.more"), role=Role.FILLED))
    desk.foot(cancel=not settled)


def recovery(desk: Desk) -> None:
    """R-01: the same sets on paper, or the money back; never both (fault-18)."""
    left, right = desk.columns()
    desk.question(left)
    desk.text(left, desk.say("stranger"), bold=True)
    order = known(desk.session.order)
    numbers = [one.number for one in order.sets[:_NUMBERS_MOST]]
    if len(order.sets) > _NUMBERS_MOST:
        numbers.append(desk.say("others", sets=len(order.sets) - _NUMBERS_MOST))
    rows = (
        (desk.say("facts-number"), "\n".join(numbers)),
        (desk.say("facts-fee"), desk.say("yen", yen=f"{order.fee:,}")),
    )
    desk.facts(right, rows, SMALL)
    desk.remark(left, desk.say("limit"))
    reprint, operator = right.grid(2, 1, 136)
    out = desk.session.printer_code
    note = reason(desk, out) if out else desk.say("reprint-note")
    ready = desk.session.reader_ready and not out
    desk.put(
        Press(reprint, Button.REPRINT, desk.say("reprint"), note=note, enabled=ready),
        Press(operator, Button.OPERATOR, desk.say("operator"), note=desk.say("operator-note")),
    )
