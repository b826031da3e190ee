"""Which button of a screen somebody means by its words, and which words mean one button alone.

Separate because scenarios find buttons so and recordings name them so; both must agree.
"""

import re

from kiosk.screens.view import Label, Press, Rect, Touch, View


def fitting(view: View, label: str, row: str = "") -> tuple[Press, ...]:
    """Return the buttons that bear exactly `label`, or else those that contain it, in the row beginning with `row`."""
    buttons = tuple(one for one in view.buttons if _in_row(view, one, row))
    exact = tuple(one for one in buttons if plain(one.label) == plain(label))
    return exact or tuple(one for one in buttons if plain(label) in plain(one.label))


def named(view: View, touch: Touch) -> str:
    """Return words by which only the touched button is found: 「label」, or 「row」の「label」.

    Raises LookupError for a touch of nothing on `view`.
    """
    press = next((one for one in view.buttons if (one.button, one.value) == (touch.button, touch.value)), None)
    if press is None:
        raise LookupError(f"{view.step}: no button {touch.button}")
    for words in _sayable(press.label):
        if fitting(view, words) == (press,):
            return f"「{words}」"
        for row in _rows(view, press):
            if fitting(view, words, row) == (press,):
                return f"「{row}」の「{words}」"
    raise LookupError(f"{view.step}: no words mean only the button {touch.button}")


def plain(text: str) -> str:
    """The characters of `text` without spaces and line breaks, as the eye compares them."""
    return "".join(text.split())


def _sayable(label: str) -> list[str]:
    """The whole label, or its longest parts without the quotation marks that end a word in a step."""
    return sorted((part for part in re.split(r"[「」]", plain(label)) if part), key=len, reverse=True)


def _rows(view: View, press: Press) -> list[str]:
    labels = (one.text for one in view.elements if isinstance(one, Label) and _beside(one.rect, press.rect))
    return [part for text in labels for part in _sayable(text)]


def _in_row(view: View, press: Press, row: str) -> bool:
    return not row or any(
        plain(row) in plain(one.text) and _beside(one.rect, press.rect)
        for one in view.elements
        if isinstance(one, Label)
    )


def _beside(text: Rect, button: Rect) -> bool:
    return abs(_middle(text) - _middle(button)) < button.height


def _middle(rect: Rect) -> float:
    return rect.y + rect.height / 2
