"""What stands over a screen while the panel is set: the languages, or size of texts, colours, voice and reach.

Separate because it belongs to no step: the screen beneath is kept and comes back as it was.
"""

from collections.abc import Sequence

from kiosk.screens.parts import Desk
from kiosk.screens.view import Press, Role
from kiosk.session.buttons import Button
from kiosk.session.display import CLOSE, CONTRAST, LOW, SILENT, SIZES

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
    """Three sizes of text, light on black, nothing spoken, everything lower down."""
    of, shown = desk.texts.of, desk.session.display
    left, right = desk.columns()
    desk.question(left, of("comfort.question"), of("comfort.why"))
    switches = ((CONTRAST, shown.contrast), (SILENT, shown.silent), *(((LOW, shown.low),) if can_be_low else ()))
    cells = right.grid(SIZES + len(switches), 2)
    for size, cell in enumerate(cells[:SIZES]):
        chosen = shown.size == size and not shown.low
        desk.put(Press(cell, Button.COMFORT, of(f"comfort.size-{size}"), value=str(size), chosen=chosen))
    for cell, (name, is_on) in zip(cells[SIZES:], switches, strict=True):
        desk.put(Press(cell, Button.COMFORT, of(f"comfort.{name}"), value=name, chosen=is_on))
    _done(desk, Button.COMFORT)


def _done(desk: Desk, button: Button) -> None:
    label = desk.texts.of("foot.done")
    desk.ground()
    desk.put(Press(desk.frame.next(), button, label, value=CLOSE, role=Role.FILLED))
