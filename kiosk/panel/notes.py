"""What a developer takes away from the bench: a scenario as it is played, and a bundle for a bug report.

Separate from the workbench, which only has the keys for it. A bundle is a zip with the scenario so
far, the exchanges with card (masked) and centre, the journal, the way of the flow, and the last screens
as the customer saw them. No PIN can be in it, for none is in any of these.
"""

import io
import zipfile
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kiosk.errors import KioskError, RecordNotWritten
from kiosk.panel.parts import BenchControls, KioskParts
from kiosk.screens.view import View

if TYPE_CHECKING:
    from kiosk.app import Kiosk
    from kiosk.replay.record import Recorder

_SCREENS = 40
_SCALE = 0.5


class Notes:
    """Writes into the folder `bundles` of the kiosk's state."""

    def __init__(self, kiosk: KioskParts) -> None:
        self._kiosk = kiosk
        self._recorder: Recorder | None = None
        self._scenario: Path | None = None
        self._screens: deque[tuple[datetime, View]] = deque(maxlen=_SCREENS)

    @property
    def bench(self) -> BenchControls:
        """The bench as it is to be handled, so that a recording hears of it."""
        return self._kiosk.bench

    @property
    def folder(self) -> Path:
        """Where everything is written."""
        return self._kiosk.notes_folder

    @property
    def recording(self) -> Path | None:
        """The file of the recording that goes on now."""
        return self._scenario if self._recorder is not None else None

    def saw(self, view: View) -> None:
        """The customer sees `view` now; of each screen in a row its last look is kept."""
        if self._screens and self._screens[-1][1].step == view.step:
            self._screens.pop()
        self._screens.append((self._kiosk.bench.now(), view))

    def record(self) -> Path:
        """Write what is done from now on as a scenario; returns its file. Raises RecordNotWritten."""
        from kiosk.replay.record import recorded

        path = self._new("feature")
        self._recorder = recorded(cast("Kiosk", self._kiosk), path)
        self._scenario = path
        return path

    def stop(self) -> Path | None:
        """End the recording; returns its file, None where there is none."""
        path, recorder, self._recorder = self.recording, self._recorder, None
        if recorder is not None:
            recorder.finish()
        return path

    def export(self) -> Path:
        """Write the bundle and return its file. Raises RecordNotWritten."""
        path = self._new("zip")
        try:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
                for name, text in self._texts().items():
                    bundle.writestr(name, text)
                for number, (at, view) in enumerate(tuple(self._screens), 1):
                    bundle.writestr(f"screens/{number:02}-{at:%H%M%S}-{view.step}.png", _picture(view))
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
        folder = self.folder
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
    pygame.image.save(picture(view, _SCALE), written, "screen.png")
    return written.getvalue()
