"""The receipt printer's lane: a small printer of its own, whose faults never hold up a certificate (F-46).

Separate from the certificate's printer because neither may wait for the other. A receipt carries no
personal data (S-18); the emulated printer puts it into a folder.
"""

import enum
from collections.abc import Callable
from pathlib import Path

from kiosk import durable
from kiosk.ports import Answer
from kiosk.session import effects as e
from kiosk.session import events as ev


class ReceiptFault(enum.Enum):
    """Why no receipt comes out (IPP words)."""

    MEDIA_EMPTY = "media-empty"
    SHUTDOWN = "shutdown"


class ReceiptPrinter:
    """The emulated receipt printer: `folder` takes its paper; `fault` keeps it from printing while it is set."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.fault: ReceiptFault | None = None

    def put(self, name: str, text: str) -> ReceiptFault | None:
        """Print, or say why not. Raises StateNotWritten."""
        if self.fault is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            durable.write(self._folder / f"{name}.txt", text.encode())
        return self.fault


class ReceiptPort:
    """Fulfils `kiosk.ports.Port` for PrintReceipt and PrintSlip; `word` makes the text."""

    def __init__(self, printer: ReceiptPrinter, word: Callable[[e.PrintReceipt | e.PrintSlip], str]) -> None:
        self._printer, self._word = printer, word

    def perform(self, effect: e.Effect, answer: Answer) -> None:
        """Print one receipt or slip."""
        if not isinstance(effect, e.PrintReceipt | e.PrintSlip):
            raise TypeError(f"no effect for the receipt printer: {type(effect).__name__}")
        fault = self._printer.put(f"receipt-{effect.request_id}", self._word(effect))
        done = ev.ReceiptPrinted(effect.request_id)
        answer(done if fault is None else ev.ReceiptFailed(effect.request_id, fault.value), 0.0)
