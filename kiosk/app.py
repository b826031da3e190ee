"""The composition root: from settings, clock and chance to a kiosk that runs.

Importing this costs nothing, so that a window can stand before it; `build` then loads the parts.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import durable
from kiosk.clock import Clock
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.bench import Bench
    from kiosk.office.office import Office
    from kiosk.runner import Runner
    from kiosk.screens.texts import Texts
    from kiosk.wires import Wires


class Kiosk:
    """A running kiosk. `close` lets go of everything and tidies nothing up: a power cut is no different."""

    def __init__(
        self,
        runner: "Runner",
        bench: "Bench",
        office: "Office",
        settings: Settings,
        texts: "Texts",
        let_go: Callable[[], None],
    ) -> None:
        self.runner, self.bench, self.office, self.settings, self.texts = runner, bench, office, settings, texts
        self._let_go: Callable[[], None] | None = let_go

    @property
    def notes_folder(self) -> Path:
        """Where recordings and bundles of the bench go."""
        return self.settings.state_folder / "bundles"

    @property
    def headphones(self) -> str:
        """Sound device of the headphones; "" where none is set."""
        return self.settings.panel.headphones

    def journal_text(self) -> str:
        """The journal as text, one record a line."""
        from kiosk import journal

        return "\n".join(journal.lines(journal.read(self.settings.state_folder / "journal" / "journal.db"))) + "\n"

    def close(self) -> None:
        """Stop lanes and watches, close files, free the state folder; may be called again."""
        let_go, self._let_go = self._let_go, None
        if let_go is not None:
            let_go()


def build(
    settings: Settings,
    clock: Clock,
    *,
    inline: bool = False,
    random_bytes: Callable[[int], bytes] = os.urandom,
    hook: durable.Hook = durable.no_hook,
    wires: "Wires | None" = None,
) -> Kiosk:
    """Put a kiosk together and act on what its journal says was left undone.

    `inline`: no threads, for replays. `hook` is called around every durable write of journal and
    coin box. `wires`: reach the emulated parts over real ones.
    Raises KioskError: settings, a second instance, damaged state, missing parts.
    """
    from kiosk import parts

    return parts.compose(settings, clock, inline=inline, random_bytes=random_bytes, hook=hook, wires=wires)
