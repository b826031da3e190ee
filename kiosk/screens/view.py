"""A screen as a value: what stands where, in panel units, and what a touch there means.

A panel is 1080 units wide; the height follows the panel's shape. The painter draws a View, the
scenarios press its buttons, the tests measure it. No text is chosen here and nothing is drawn.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """How a button looks: the one next thing, another way, a rare way, a large answer, a key of a pad."""

    FILLED = "filled"
    OUTLINED = "outlined"
    TEXT = "text"
    CARD = "card"
    KEY = "key"
    TOOL = "tool"


class Tone(StrEnum):
    """Colour by meaning; the theme says which colour."""

    TEXT = "text"
    QUIET = "quiet"
    ACTION = "action"
    ON_ACTION = "on-action"
    ERROR = "error"
    SUCCESS = "success"
    WARNING = "warning"
    GROUND = "ground"
    PAGE = "page"
    TINT = "tint"
    HAIRLINE = "hairline"


class Align(StrEnum):
    """Where a text stands in its rectangle."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in panel units."""

    x: int
    y: int
    width: int
    height: int

    def contains(self, x: float, y: float) -> bool:
        """True when the point lies inside."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle with rounded corners; `border` in units, 0 for none."""

    rect: Rect
    fill: Tone
    radius: int = 16
    border: int = 0
    border_tone: Tone = Tone.HAIRLINE


@dataclass(frozen=True, slots=True)
class Label:
    """A text of `size` units, wrapped inside `rect`, lines from the top unless `middle`."""

    rect: Rect
    text: str
    size: int = 32
    bold: bool = False
    tone: Tone = Tone.TEXT
    align: Align = Align.LEFT
    middle: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by name (card-on-reader, card-away, coins, paper, phone, tick, warning, bell, …).

    `values` are small numbers the picture shows, like page i of n. `moving`: a small movement may be drawn.
    """

    rect: Rect
    name: str
    values: tuple[int, ...] = ()
    moving: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """A button. `note` is a second line (a fee, or why it cannot be chosen); `chosen` marks an answer taken."""

    rect: Rect
    button: str
    label: str
    value: str = ""
    note: str = ""
    role: Role = Role.CARD
    enabled: bool = True
    chosen: bool = False
    picture: str = ""
    size: int = 36


@dataclass(frozen=True, slots=True)
class StepMark:
    """Step navigation: titles of the steps, and which (from 0) is reached."""

    rect: Rect
    titles: tuple[str, ...]
    current: int


@dataclass(frozen=True, slots=True)
class Countdown:
    """A clock that runs down: the painter shows the seconds left of this screen's time."""

    rect: Rect


Element = Box | Label | Picture | Press | StepMark | Countdown


@dataclass(frozen=True, slots=True)
class View:
    """One screen. `step` is its ID (S-06); `title` is what a screen reader says first; `caption` what was spoken.

    `language` of the words says which face draws them; `contrast`: light on black, 7:1 at least;
    `silent`: the caption is not to be spoken; `headphones`: what the screen shows is, to them alone.
    """

    step: str
    view_id: int
    width: int
    height: int
    title: str
    elements: tuple[Element, ...]
    caption: str = ""
    language: str = "ja"
    contrast: bool = False
    silent: bool = False
    headphones: bool = False

    @property
    def buttons(self) -> tuple[Press, ...]:
        """Everything that can be touched, in reading order."""
        return tuple(element for element in self.elements if isinstance(element, Press))

    @property
    def words(self) -> tuple[str, ...]:
        """Every text shown, in reading order: labels, button labels and notes."""
        said: list[str] = []
        for element in self.elements:
            if isinstance(element, Label):
                said.append(element.text)
            elif isinstance(element, Press):
                said += [element.label, element.note] if element.note else [element.label]
        return tuple(said)


@dataclass(frozen=True, slots=True)
class Touch:
    """A button touched on the screen `view_id`. For a secret pad's key, `value` is known to the pad only."""

    view_id: int
    button: str
    value: str = field(default="", repr=False)


def hit(view: View, x: float, y: float) -> Touch | None:
    """Return what a touch at (x, y) panel units means: the topmost enabled button there, or None."""
    for press in reversed(view.buttons):
        if press.rect.contains(x, y):
            return Touch(view.view_id, press.button, press.value) if press.enabled else None
    return None
