"""Words a receipt: what was paid for, no name, no address, nothing that says who (S-18).

Separate from the printer's lane because the sentence is a text of `assets/text`, not code.
"""

from collections.abc import Callable
from datetime import datetime

from kiosk.screens.texts import Texts
from kiosk.session.effects import PrintReceipt
from kiosk.settings import Terminal


def wording(texts: Texts, terminal: Terminal, now: Callable[[], datetime]) -> Callable[[PrintReceipt], str]:
    """Return the function that makes the text of a receipt."""

    def word(receipt: PrintReceipt) -> str:
        moment = now()
        return texts.of(
            "receipt.text",
            store=terminal.store,
            terminal=terminal.id,
            day=f"{moment:%Y-%m-%d}",
            time=f"{moment:%H:%M}",
            municipality=receipt.municipality_name,
            kind=receipt.kind_name,
            copies=receipt.copies,
            fee=f"{receipt.fee:,}",
            numbers="\n".join(receipt.set_numbers),
        )

    return word
