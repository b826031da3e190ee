"""What a developer takes away from the bench: a scenario as it is played, and a bundle for a bug report.

Separate from the workbench, which only has the keys for it. A bundle is a zip with the scenario so
far, the exchanges with card (masked) and centre, the journal, the way of the flow, and the screen as
the customer sees it. No PIN can be in it, for none is in any of these.
"""

import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kiosk.errors import KioskError, RecordNotWritten
from kiosk.panel.parts import BenchControls, KioskParts
from kiosk.screens.view import View

if TYPE_CHECKING:
    from kiosk.app import Kiosk


class Notes:
    """Writes into the folder `bundles` of the kiosk's state; `view` is the customer's screen."""

    def __init__(self, kiosk: KioskParts, view: Callable[[], View]) -> None:
        self._kiosk, self._view = kiosk, view
        self._scenario: Path | None = None

    @property
    def bench(self) -> BenchControls:
        """The bench as it is to be handled, so that a recording hears of it."""
        return self._kiosk.bench

    @property
    def is_recording(self) -> bool:
        """True once a recording was begun; it goes on until the program ends."""
        return self._scenario is not None

    def record(self) -> Path:
        """Write what is done from now on as a scenario; returns its file. Raises RecordNotWritten."""
        from kiosk.replay.record import recorded

        if self._scenario is None:
            path = self._new("feature")
            recorded(cast("Kiosk", self._kiosk), path)
            self._scenario = path
        return self._scenario

    def export(self) -> Path:
        """Write the bundle and return its file. Raises RecordNotWritten."""
        path = self._new("zip")
        try:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
                for name, text in self._texts().items():
                    bundle.writestr(name, text)
                bundle.writestr("screen.png", _picture(self._view()))
        except OSError as error:
            raise RecordNotWritten(f"{path}: {error.strerror}") from error
        return path

    def _texts(self) -> dict[str, str]:
        bench, flow = self._kiosk.bench, self._kiosk.bench.session_seen()
        way = [f"{at:%H:%M:%S} {step}" for at, step in flow.history]
        texts = {
            "card.txt": _lines(
                f"{one.command_words}\t{one.response_words}\t{one.ms:.1f} ms\t{one.hex_masked}" for one in bench.trace()
            ),
            "flow.txt": _lines([*way, f"now {flow.step}, awaiting {flow.awaiting or '-'}, order {flow.order or '-'}"]),
            "journal.txt": self._kiosk.journal_text(),
        }
        try:
            calls = [f"{one.method}\t{one.path}\t{one.outcome}" for one in bench.calls()]
        except KioskError:
            calls = []
        texts["centre.txt"] = _lines(calls)
        if self._scenario is not None:
            texts["scenario.feature"] = self._scenario.read_text(encoding="utf-8")
        return texts

    def _new(self, ending: str) -> Path:
        folder = self._kiosk.notes_folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise RecordNotWritten(f"{folder}: {error.strerror}") from error
        stem = f"{self._kiosk.bench.now():%Y%m%d-%H%M%S}"
        names = (f"{stem}{(number and f'-{number}') or ''}.{ending}" for number in range(1000))
        return next(folder / name for name in names if not (folder / name).exists())


def _lines(rows: Iterable[str]) -> str:
    return "".join(f"{row}\n" for row in rows)


def _picture(view: View) -> bytes:
    import pygame

    from kiosk.panel.shoot import picture

    written = io.BytesIO()
    pygame.image.save(picture(view, 0.75), written, "screen.png")
    return written.getvalue()
