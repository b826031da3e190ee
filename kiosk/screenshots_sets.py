"""A PNG of every screen in every language and setting, with contact sheets: `python -m kiosk screens DIR`.

Separate from `screenshots`, which knows the sessions: here is only how they are set, drawn and filed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.screens.texts import Texts
from kiosk.screenshots import SIZES, more_sessions, saved, view_of, walked
from kiosk.session.states import Display, Session

if TYPE_CHECKING:
    import pygame

_SMALL = 0.5
_AS_FOUND = Display()


@dataclass(frozen=True, slots=True)
class Setting:
    """How the panel is set: the folder's name, what the customer has set, the panel in px, and px to the unit."""

    name: str
    display: Display = _AS_FOUND
    panel: tuple[int, int] = SIZES[0]
    scale: float = _SMALL


USUAL = Setting("", scale=1.0)
OTHERS = (
    Setting("larger", Display(size=1)),
    Setting("largest", Display(size=2)),
    Setting("low", Display(low=True)),
    Setting("contrast", Display(contrast=True)),
    *(Setting(f"{width}x{height}", panel=(width, height)) for width, height in SIZES[1:]),
)


def screens(directory: Path, languages: Sequence[str], everything: bool = False) -> Iterator[tuple[str, list[Path]]]:
    """Write every screen of each language into a folder of its name, with `contact-sheet.png`.

    `everything`: also in larger texts, low, light on black and on other panels, half as large.
    Yields what has just been drawn, and its files.
    """
    with walked() as walk:
        sessions = walk.seen | more_sessions(walk.seen, Texts.load(languages[0]))
    for language in languages:
        for setting in (USUAL, *(OTHERS if everything else ())):
            folder = directory / language / setting.name
            yield str(folder.relative_to(directory)), _drawn(sessions, Texts.load(language), folder, setting)


def _drawn(sessions: dict[str, Session], texts: Texts, folder: Path, setting: Setting) -> list[Path]:
    from kiosk.panel import shoot

    made: list[tuple[str, pygame.Surface]] = []
    for name, session in sorted(sessions.items()):
        display = replace(setting.display, language=texts.language, overlay=session.display.overlay)
        view = view_of(replace(session, display=display), texts, setting.panel)
        made.append((name, shoot.picture(view, scale=setting.scale)))
    return saved([*made, ("contact-sheet", shoot.contact_sheet(made, 8))], folder)
