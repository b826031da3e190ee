"""What a row of the flow is, typed so that a row whose act does not fit its event is a type error.

Separate from the table so that the table holds rows and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from kiosk.session.buttons import Button
from kiosk.session.events import Event, Touched
from kiosk.session.moves import Result
from kiosk.session.states import Session, Step

E = TypeVar("E", bound=Event)
Trigger = type[Event] | Button
Act = Callable[[Session, Event], Result]


@dataclass(frozen=True, slots=True)
class Row:
    """On screen `step`, when `on` happens, `act` decides; it leads to one of `to` and nowhere else."""

    step: Step
    on: Trigger
    act: Act
    to: frozenset[Step]


def when(step: Step, on: type[E], act: Callable[[Session, E], Result], *to: Step) -> Row:
    """Return the row of an event; without `to` the screen stays."""
    return Row(step, cast("type[Event]", on), cast("Act", act), frozenset(to or (step,)))


def touch(step: Step, on: Button, act: Callable[[Session, Touched], Result], *to: Step) -> Row:
    """Return the row of a touched button; without `to` the screen stays."""
    return Row(step, on, cast("Act", act), frozenset(to or (step,)))
