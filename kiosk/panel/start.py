"""From command-line options to an open panel: `python -m kiosk`.

Separate from `window`, which takes any kiosk. Options are checked before the window opens; the
parts are put together after the first frame, in a thread.
"""

import sys
import tempfile
from argparse import Namespace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.clock import Clock, RealClock, SimulatedClock
from kiosk.errors import KioskError, SettingsError
from kiosk.settings import Settings
from kiosk.settings import load as load_settings

if TYPE_CHECKING:
    from kiosk.app import Kiosk


def start(options: Namespace) -> int:
    """Open the panel as the options say and run until it is closed; 0, or 2 with one line saying what is wrong."""
    from kiosk.panel import window

    try:
        settings, clock = _settings(options), _clock(options.at)
        window.run(partial(_build, settings, clock), fullscreen=options.fullscreen)
    except KioskError as error:
        sys.stderr.write(f"kiosk: {error}\n")
        return 2
    return 0


def record(path: Path, at: str) -> int:
    """Open the panel on a machine that nobody has used, its clock at `at`, and record into `path` until it is closed.

    Returns 0, or 2 with one line saying what is wrong.
    """
    from kiosk.panel import window
    from kiosk.replay import record as recording

    def build() -> "Kiosk":
        kiosk = _build(Settings(state=Path(folder)), clock)
        recording.recorded(kiosk, path)
        return kiosk

    with tempfile.TemporaryDirectory(prefix="kiosk-record-") as folder:
        try:
            recording.check(path)
            clock = _clock(at)
            window.run(build, fullscreen=False)
        except KioskError as error:
            sys.stderr.write(f"kiosk: {error}\n")
            return 2
    sys.stdout.write(f"{path}\n")
    return 0


def _build(settings: Settings, clock: Clock) -> "Kiosk":
    from kiosk import app

    return app.build(settings, clock)


def _settings(options: Namespace) -> Settings:
    config, state = (Path(name) if name is not None else None for name in (options.config, options.state))
    return load_settings(config, card=options.card, centre=options.centre, printer=options.printer, state=state)


def _clock(at: str | None) -> Clock:
    if at is None:
        return RealClock()
    try:
        return SimulatedClock(datetime.fromisoformat(at))
    except ValueError as error:
        raise SettingsError(f"--at: {at!r} is not a time like 2026-04-06T10:00") from error
