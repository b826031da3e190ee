"""Colours by meaning: the design tokens of the Digital Agency, and how a button wears them.

Separate from the painter so that contrast is a test over values. Source: npm package
`@digital-go-jp/design-tokens` 1.1.9 (MIT), read as facts.
"""

from dataclasses import dataclass, replace

from kiosk.screens.view import Press, Role, Tone

Colour = tuple[int, int, int]


def _hex(word: str) -> Colour:
    return int(word[1:3], 16), int(word[3:5], 16), int(word[5:7], 16)


WHITE = _hex("#ffffff")
BLACK = _hex("#000000")
BLUE_1200 = _hex("#000060")
BLUE_900 = _hex("#0017c1")
BLUE_300 = _hex("#9db7f9")
BLUE_100 = _hex("#d9e6ff")
BLUE_50 = _hex("#e8f1fe")
GREY_900 = _hex("#1a1a1a")
GREY_700 = _hex("#4d4d4d")
GREY_600 = _hex("#666666")
GREY_536 = _hex("#767676")
GREY_200 = _hex("#cccccc")
GREY_100 = _hex("#e6e6e6")
GREY_50 = _hex("#f2f2f2")
YELLOW_300 = _hex("#ffd43d")
YELLOW_900 = _hex("#927200")
GREEN_800 = _hex("#197a4b")
RED_900 = _hex("#ce0000")


_EDGE = {Role.OUTLINED: 3, Role.TOOL: 2}


@dataclass(frozen=True, slots=True)
class Look:
    """How one button is drawn: ground (None: nothing), texts, border and its width in panel units."""

    fill: Colour | None
    label: Colour
    note: Colour
    border: Colour
    border_width: int


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours. `deep` and `light` are the two tones of pictures, `caution` that of warning signs."""

    name: str
    tones: dict[Tone, Colour]
    pressed_filled: Colour
    pressed_outlined: Colour
    border: Colour
    disabled_ground: Colour
    disabled_text: Colour
    focus_line: Colour
    focus_ring: Colour
    deep: Colour
    light: Colour
    caution: Colour = YELLOW_300
    on_caution: Colour = GREY_900

    def tone(self, tone: Tone) -> Colour:
        """Return the colour that stands for `tone`."""
        return self.tones[tone]

    def greyed(self) -> "Theme":
        """Return the theme in which pictures of what cannot be chosen are drawn."""
        quiet = dict.fromkeys((Tone.ERROR, Tone.SUCCESS, Tone.ACTION), self.disabled_text)
        ground = {Tone.GROUND: self.disabled_ground, Tone.TINT: self.disabled_ground}
        light = self.tone(Tone.HAIRLINE)
        tones = {**self.tones, **quiet, **ground}
        return replace(self, tones=tones, deep=self.disabled_text, light=light, caution=light)

    def look(self, press: Press, pressed: bool = False) -> Look:
        """Return how `press` is drawn, touched right now or not."""
        if not press.enabled:
            return Look(self.disabled_ground, self.disabled_text, self.disabled_text, self.tone(Tone.HAIRLINE), 2)
        if press.role is Role.FILLED:
            return self._filled(pressed)
        if press.role in (Role.OUTLINED, Role.TEXT, Role.TOOL):
            return self._outlined(press.role, pressed)
        return self._answer(press.chosen, pressed)

    def _filled(self, pressed: bool) -> Look:
        words, ground = self.tone(Tone.ON_ACTION), self.tone(Tone.ACTION)
        return Look(self.pressed_filled if pressed else ground, words, words, ground, 0)

    def _outlined(self, role: Role, pressed: bool) -> Look:
        action, rest = self.tone(Tone.ACTION), self.tone(Tone.GROUND)
        fill = self.pressed_outlined if pressed else rest if role in (Role.OUTLINED, Role.TOOL) else None
        return Look(fill, action, action if pressed else self.tone(Tone.QUIET), action, _EDGE.get(role, 0))

    def _answer(self, chosen: bool, pressed: bool) -> Look:
        text, quiet = self.tone(Tone.TEXT), self.tone(Tone.QUIET)
        if pressed:
            return Look(self.pressed_outlined, text, text, self.tone(Tone.ACTION), 4)
        if chosen:
            return Look(self.tone(Tone.TINT), text, quiet, self.tone(Tone.ACTION), 5)
        return Look(self.tone(Tone.GROUND), text, quiet, self.border, 2)


STANDARD = Theme(
    name="standard",
    tones={
        Tone.TEXT: GREY_900,
        Tone.QUIET: GREY_700,
        Tone.ACTION: BLUE_900,
        Tone.ON_ACTION: WHITE,
        Tone.ERROR: RED_900,
        Tone.SUCCESS: GREEN_800,
        Tone.WARNING: YELLOW_900,
        Tone.GROUND: WHITE,
        Tone.PAGE: GREY_50,
        Tone.TINT: BLUE_50,
        Tone.HAIRLINE: GREY_200,
    },
    pressed_filled=BLUE_1200,
    pressed_outlined=BLUE_300,
    border=GREY_536,
    disabled_ground=GREY_100,
    disabled_text=GREY_600,
    focus_line=BLACK,
    focus_ring=YELLOW_300,
    deep=BLUE_900,
    light=BLUE_300,
)

HIGH_CONTRAST = Theme(
    name="high-contrast",
    tones={
        Tone.TEXT: WHITE,
        Tone.QUIET: GREY_100,
        Tone.ACTION: YELLOW_300,
        Tone.ON_ACTION: BLACK,
        Tone.ERROR: _hex("#ff9a94"),
        Tone.SUCCESS: _hex("#87dcaf"),
        Tone.WARNING: YELLOW_300,
        Tone.GROUND: BLACK,
        Tone.PAGE: BLACK,
        Tone.TINT: _hex("#262626"),
        Tone.HAIRLINE: GREY_536,
    },
    pressed_filled=WHITE,
    pressed_outlined=_hex("#3d3100"),
    border=YELLOW_300,
    disabled_ground=GREY_900,
    disabled_text=_hex("#b3b3b3"),
    focus_line=WHITE,
    focus_ring=BLUE_300,
    deep=YELLOW_300,
    light=GREY_700,
)


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, 1.4.3)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
