"""Keys that narrow a long list down by kana, and that turn its pages: for towns (S-05) and places (S-52).

Separate because both screens show the same keys; which things are seen says `kiosk.session.towns`.
"""

from kiosk.screens.layout import GAP, LABEL, TOUCH, Column
from kiosk.screens.parts import Desk
from kiosk.screens.view import Align, Label, Press, Rect, Role, Tone
from kiosk.session.buttons import Button
from kiosk.session.towns import Shelf, T


def narrowing(desk: Desk, column: Column, seen: Shelf[T]) -> Rect | None:
    """Add the keys of rows or kana at the column's top; return the place of the page keys at its end, if any.

    They come after the things themselves, as the focus does.
    """
    keys = [(Button.ROW, row, desk.texts.of("S-05.row", kana=row)) for row in seen.rows]
    keys += [(Button.KANA, kana, kana) for kana in seen.kana]
    for cell, (button, value, label) in zip(column.grid(len(keys), 5, TOUCH), keys, strict=True):
        desk.put(Press(cell, button, label, value=value, role=Role.KEY))
    return column.take_bottom(TOUCH) if seen.pages > 1 else None


def pages(desk: Desk, rect: Rect | None, page: int, count: int) -> None:
    """Add the page before, which page of how many this is, the page after; nothing where there is no place for it."""
    if rect is None:
        return
    third = (rect.width - 2 * GAP) // 3
    before, here, after = (Rect(rect.x + i * (third + GAP), rect.y, third, rect.height) for i in range(3))
    said = desk.texts.of("S-05.page", page=page + 1, pages=count)
    desk.put(Label(here, said, LABEL, False, Tone.TEXT, Align.CENTRE, True))
    for cell, other, key in ((before, page - 1, "page-before"), (after, page + 1, "page-after")):
        if 0 <= other < count:
            label = desk.texts.of(f"S-05.{key}")
            desk.put(Press(cell, Button.PAGE, label, value=str(other), role=Role.OUTLINED))
