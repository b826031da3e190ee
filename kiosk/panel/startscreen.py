"""The first frame, drawn before the kiosk is imported, and the last one, when nothing may be acted on any more.

Separate from the flow's screens, because they stand where there is no flow.
"""

from kiosk.panel.words import Words
from kiosk.screens.view import Align, Box, Label, Picture, Rect, Tone, View

WIDTH, HEIGHT = 1080, 1440
_MIDDLE = Rect(440, 500, 200, 200)


def start_view(words: Words) -> View:
    """Return the screen shown while the parts are loaded; nothing on it can be touched."""
    return _view(words, "start", Picture(_MIDDLE, "working", moving=True))


def stopped_view(words: Words) -> View:
    """Return the screen of a kiosk that may not go on, like one whose journal cannot be written (fault-20)."""
    return _view(words, "stopped", Picture(_MIDDLE, "error"))


def _view(words: Words, table: str, picture: Picture) -> View:
    head, question, why = Rect(0, 0, WIDTH, 176), words(f"{table}.question"), words(f"{table}.why")
    return View(
        table,
        -1,
        WIDTH,
        HEIGHT,
        question,
        (
            Box(head, Tone.GROUND, radius=0),
            Label(head, words("start.title"), 36, bold=True, align=Align.CENTRE, middle=True),
            picture,
            Label(Rect(48, 780, 984, 70), question, 48, bold=True, align=Align.CENTRE),
            Label(Rect(48, 870, 984, 100), why, 32, tone=Tone.QUIET, align=Align.CENTRE),
        ),
    )
