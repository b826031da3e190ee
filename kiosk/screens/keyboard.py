"""Where a secret is typed: dots for what stands in the pad, the keys under them, and the last try's question.

Separate because several screens ask for one, each for the 4-digit PIN or the signature password, and
all must look and work alike. Every key lights up alike; which was touched only the pad knows.
"""

from kiosk.screens.layout import GAP, HEADING, LABEL, TOUCH, Column
from kiosk.screens.parts import Desk
from kiosk.screens.view import Align, Box, Label, Press, Rect, Role, Tone
from kiosk.session.buttons import Button
from kiosk.session.secrets import typed_on
from kiosk.session.states import Secret

_DOT = 64
_SMALL_DOT = 40
_KEY_MOST = 128
_PORTRAIT_KEYS, _LANDSCAPE_KEYS = 9, 10
_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890"


def entry(
    desk: Desk,
    question: str,
    why: str,
    *,
    back: bool = True,
    next_label: str = "",
    tries: bool = True,
    instead: tuple[Button, str] | None = None,
) -> None:
    """Ask for the secret that this screen is about; つぎへ is there once enough is typed.

    `tries`: say how many are left, where the card is going to compare it; `instead`: another way than typing.
    """
    secret = typed_on(desk.session) or Secret.AUTHENTICATION
    if secret is Secret.AUTHENTICATION:
        left, right = desk.columns()
        _asked(desk, left, question, why, tries=tries)
        _digits(desk, right, instead)
    else:
        column = desk.whole()
        brief = bool(desk.session.notice) and desk.frame.is_landscape
        _asked(desk, column, question, "" if brief else why, tries=tries and not brief)
        _characters(desk, column)
    ready = secret.shortest <= desk.session.digits <= secret.longest
    desk.foot(back=back, cancel=True, next_label=next_label or desk.texts.of("foot.next"), ready=ready)


def _asked(desk: Desk, column: Column, question: str, why: str, *, tries: bool) -> None:
    """The question and what is typed so far; without `why` the notice above says the rest, the keys need the room."""
    if why:
        desk.question(column, question, why)
    else:
        desk.text(column, question, HEADING, bold=True)
    _dots(desk, column, typed_on(desk.session) or Secret.AUTHENTICATION)
    left = desk.session.tries_left
    if tries and left is not None:
        _tries(desk, column.take(LABEL + GAP), left)


def _dots(desk: Desk, column: Column, secret: Secret) -> None:
    """Places for the fewest characters are always shown; more appear as they are typed."""
    size = _DOT if secret is Secret.AUTHENTICATION else _SMALL_DOT
    rect = column.take(size + 2 * GAP)
    typed = min(desk.session.digits, secret.longest)
    entered, empty = desk.texts.of("S-06.entered"), desk.texts.of("S-06.empty")
    dots = " ".join([entered] * typed + [empty] * (secret.shortest - typed))
    desk.put(Box(rect, Tone.GROUND, border=2), Label(rect, dots, size, True, Tone.ACTION, Align.CENTRE, True))


def _tries(desk: Desk, rect: Rect, tries: int) -> None:
    text = desk.texts.of("S-06.tries-last") if tries == 1 else desk.texts.of("S-06.tries", tries=tries)
    tone = Tone.ERROR if tries == 1 else Tone.TEXT
    desk.put(Label(rect, text, LABEL, True, tone, Align.CENTRE, True))


def _digits(desk: Desk, column: Column, instead: tuple[Button, str] | None) -> None:
    cells = column.grid(12, 3)
    for cell, digit in zip(cells, "123456789", strict=False):
        desk.put(_key(cell, digit))
    _correct(desk, cells[9])
    desk.put(_key(cells[10], "0"))
    if instead is not None:
        desk.put(Press(cells[11], *instead, role=Role.KEY))


def _characters(desk: Desk, column: Column) -> None:
    """The alphabet in its own order, then the digits: nobody need know a typewriter."""
    across = _LANDSCAPE_KEYS if desk.frame.is_landscape else _PORTRAIT_KEYS
    below = None if desk.frame.is_landscape else column.take_bottom(TOUCH)
    cells = column.grid(len(_CHARACTERS), across, _KEY_MOST, gap=GAP)
    for cell, character in zip(cells, _CHARACTERS, strict=True):
        desk.put(_key(cell, character))
    last = cells[-1]
    x = last.x + last.width + GAP
    _correct(desk, below or Rect(x, last.y, column.x + column.width - x, last.height))


def _key(cell: Rect, character: str) -> Press:
    return Press(cell, Button.DIGIT, character, value=character, role=Role.KEY, size=HEADING)


def _correct(desk: Desk, cell: Rect) -> None:
    desk.put(Press(cell, Button.CORRECT, desk.texts.of("S-06.correct"), role=Role.KEY))


def last_try(desk: Desk) -> None:
    """The last try is asked about once more (I5)."""
    left, right = desk.columns()
    desk.question(left, desk.texts.of("S-06.last-question"), desk.texts.of("S-06.last-why"))
    no, yes = right.grid(2)
    desk.put(
        Press(no, Button.DISAGREE, desk.texts.of("S-06.last-no"), role=Role.FILLED),
        Press(yes, Button.AGREE, desk.texts.of("S-06.last-yes"), role=Role.OUTLINED),
    )
    desk.foot(cancel=True)
