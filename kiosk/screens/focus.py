"""Which control has the focus when a screen is gone through by keys: reading order, round and round.

Separate from the panel so that a scenario's customer without eyes goes the same way.
"""

from kiosk.screens.view import Press, View


def following(view: View, focus: Press | None, step: int) -> Press | None:
    """Return the control that comes `step` (1, -1) after `focus`, of those that can be pressed; None for none."""
    can = [press for press in view.buttons if press.enabled]
    if not can:
        return None
    at = next((number for number, press in enumerate(can) if press == focus), None)
    return can[(at + step) % len(can) if at is not None else 0 if step > 0 else -1]


def same(view: View, focus: Press | None) -> Press | None:
    """Return the control of `view` that stands for the one in focus before, None for none."""
    if focus is None:
        return None
    wanted = (focus.button, focus.value)
    return next((one for one in view.buttons if one.enabled and (one.button, one.value) == wanted), None)
