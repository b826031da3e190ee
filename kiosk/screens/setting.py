"""What stands over a screen while the panel is set: the languages, or size of texts, colours and reach.

Separate because it belongs to no step: the screen beneath is kept and comes back as it was.
"""

from collections.abc import Sequence

from kiosk.screens.parts import Desk
from kiosk.screens.view import Press, Role
from kiosk.session.buttons import Button
from kiosk.session.display import CLOSE, CONTRAST, LOW, SIZES

_MANY = 4


def language(desk: Desk, offered: Sequence[tuple[str, str]]) -> None:
    """Every language by its own name; the one in use is marked."""
    left, right = desk.columns()
    desk.question(left, desk.texts.of("language.question"), desk.texts.of("language.why"))
    cells = right.grid(len(offered), 1 if len(offered) <= _MANY else 2)
    for cell, (code, name) in zip(cells, offered, strict=True):
        desk.put(Press(cell, Button.LANGUAGE, name, value=code, chosen=code == desk.texts.language))
    _done(desk, Button.LANGUAGE)


def comfort(desk: Desk, *, can_be_low: bool) -> None:
    """Three sizes of text, light on black, everything lower down."""
    of, shown = desk.texts.of, desk.session.display
    left, right = desk.columns()
    desk.question(left, of("comfort.question"), of("comfort.why"))
    cells = right.grid(SIZES + 1 + can_be_low)
    for size, cell in enumerate(cells[:SIZES]):
        chosen = shown.size == size and not shown.low
        desk.put(Press(cell, Button.COMFORT, of(f"comfort.size-{size}"), value=str(size), chosen=chosen))
    desk.put(Press(cells[SIZES], Button.COMFORT, of("comfort.contrast"), value=CONTRAST, chosen=shown.contrast))
    if can_be_low:
        desk.put(Press(cells[-1], Button.COMFORT, of("comfort.low"), value=LOW, chosen=shown.low))
    _done(desk, Button.COMFORT)


def _done(desk: Desk, button: Button) -> None:
    label = desk.texts.of("foot.done")
    desk.ground()
    desk.put(Press(desk.frame.next(), button, label, value=CLOSE, role=Role.FILLED))
