"""Words a receipt (what was paid for) and the slip of an application: nothing that says who (S-18).

Separate from the printer's lane because the sentence is a text of `assets/text`, not code.
"""

from collections.abc import Callable
from datetime import datetime

from kiosk.screens.texts import Texts
from kiosk.session.effects import PrintReceipt, PrintSlip
from kiosk.settings import Terminal


def wording(texts: Texts, terminal: Terminal, now: Callable[[], datetime]) -> Callable[[PrintReceipt | PrintSlip], str]:
    """Return the function that makes the text of a receipt or a slip."""

    def word(paper: PrintReceipt | PrintSlip) -> str:
        moment = now()
        where = {"store": terminal.store, "terminal": terminal.id, "municipality": paper.municipality_name}
        when = {"day": f"{moment:%Y-%m-%d}", "time": f"{moment:%H:%M}"}
        if isinstance(paper, PrintSlip):
            return texts.of(
                "slip.text", **where, **when, number=paper.applied.number, usable=f"{paper.applied.usable_on:%Y-%m-%d}"
            )
        return texts.of(
            "receipt.text",
            **where,
            **when,
            kind=paper.kind_name,
            copies=paper.copies,
            fee=f"{paper.fee:,}",
            means=texts.of(f"receipt.{paper.means}"),
            numbers="\n".join(paper.set_numbers),
        )

    return word
