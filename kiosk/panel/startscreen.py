"""The first frame: drawn before the kiosk itself is imported, so that the panel never shows nothing."""

from kiosk.panel.words import Words
from kiosk.screens.view import Align, Box, Label, Picture, Rect, Tone, View

WIDTH, HEIGHT = 1080, 1440
STEP = "start"


def start_view(words: Words) -> View:
    """Return the screen shown while the parts are loaded; nothing on it can be touched."""
    middle = Rect(0, 0, WIDTH, 176)
    return View(
        STEP,
        -1,
        WIDTH,
        HEIGHT,
        words("start.question"),
        (
            Box(middle, Tone.GROUND, radius=0),
            Label(middle, words("start.title"), 36, bold=True, align=Align.CENTRE, middle=True),
            Picture(Rect(440, 500, 200, 200), "working", moving=True),
            Label(Rect(48, 780, 984, 70), words("start.question"), 48, bold=True, align=Align.CENTRE),
            Label(Rect(48, 870, 984, 50), words("start.why"), 32, tone=Tone.QUIET, align=Align.CENTRE),
        ),
    )
