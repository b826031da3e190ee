"""What a runner works with, and the things it keeps for later: values and protocols.

Separate from the runner so that who builds one (composition root, tests) and who reads one see
what it needs without how it acts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.clock import Clock
from kiosk.lanes import Lane, Lanes
from kiosk.pinpad import PinPad
from kiosk.ports import Port
from kiosk.requests import Asked, Errand, Requests, Told
from kiosk.screens.view import View
from kiosk.session import events as ev
from kiosk.session.states import Session

Shape = tuple[int, int]
"""Width and height of the panel, px; only their ratio counts."""


class Recorder(Protocol):
    """Where records become durable: `kiosk.journal.Journal` fits."""

    def append(self, session: str, kind: str, fields: Mapping[str, str | int]) -> None:
        """Return when the record is on stable storage."""
        ...


class Wipeable(Protocol):
    """Something that holds pages: `kiosk.vault.Vault` fits."""

    def wipe(self) -> None:
        """Let go of everything."""
        ...

    def drop(self, order_id: str) -> None:
        """Let go of one order."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What a runner works with. `show` draws a session with a caption for a shape, `speak` gives a text by key.

    `requests` is shared with ports that must stop in the middle of what is given up.
    """

    clock: Clock
    lanes: Lanes
    ports: Mapping[Lane, Port]
    journal: Recorder
    pad: PinPad
    vault: Wipeable
    show: Callable[[Session, str, Shape | None], View]
    speak: Callable[[str, Session], str]
    new_session_id: Callable[[], str]
    requests: Requests = field(default_factory=Requests)


@dataclass(frozen=True, slots=True)
class Later:
    """An answer that a device needs more time for."""

    event: ev.Event


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until now this request could be answered; `number` tells it from one that was renewed."""

    request_id: str
    number: int


@dataclass(frozen=True, slots=True)
class ScreenTime:
    """The screen's time is short, or over."""

    event: ev.TimeShort | ev.TimedOut


@dataclass(frozen=True, slots=True)
class Again:
    """The centre is to be told once more."""

    errand: Errand


DueThing = Later | Deadline | ScreenTime | Again


@dataclass(frozen=True, slots=True)
class Broke:
    """A lane met a bug while it carried out `effect`. Only the bug's class is known: its text may be anything."""

    effect: Asked | Told
    bug: str
