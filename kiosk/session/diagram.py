"""Draws docs/flow.svg from the table of transitions: `python -m kiosk.session.diagram [FILE]`.

Separate because it only reads the table. One box for each screen, from top to bottom in the usual
order; arrows down the middle lead on, arcs at the right skip ahead, arcs at the left lead back. What
ends the visit early or changes nothing stands inside the box, so that no row of the table is missing.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import pairwise
from pathlib import Path
from textwrap import wrap

from kiosk.screens.texts import Texts
from kiosk.session.events import Started
from kiosk.session.moves import ignored
from kiosk.session.rows import Row, Trigger
from kiosk.session.states import Step
from kiosk.session.transitions import ROWS, VISIT_BEGINS

OUTPUT = Path(__file__).resolve().parents[2] / "docs" / "flow.svg"

_BOX_X, _BOX_WIDTH = 470, 620
_PORT, _LINE, _GAP, _TOP = 20, 17, 46, 140
_LABELS, _LANE = 235, 16
_WRAP = 92
_LABEL = 38
_WIDTH = 1560
_STYLE = (
    "text{font-family:'BIZ UDPGothic','Noto Sans CJK JP',sans-serif;font-size:12px;fill:#1a1a1a}"
    ".title{font-size:16px;font-weight:bold}.id{fill:#0017c1}.quiet{fill:#4d4d4d}.h{font-size:24px;font-weight:bold}"
    ".box{fill:#fff;stroke:#767676}.end{fill:#fdeeee;stroke:#ce0000}.idle{fill:#e8f1fe;stroke:#0017c1}"
    ".on{fill:none;stroke:#0017c1;stroke-width:2}.back{fill:none;stroke:#767676;stroke-width:1.5}.tip{fill:#1a1a1a}"
)


@dataclass(frozen=True, slots=True)
class Arc:
    """Everything that leads from one screen to another."""

    source: Step
    target: Step
    label: tuple[str, ...]


@dataclass(slots=True)
class Box:
    """A screen's box: what stands in it, and where."""

    step: Step
    lines: tuple[str, ...]
    right: tuple[Arc, ...]
    left: tuple[Arc, ...]
    y: int = 0

    @property
    def height(self) -> int:
        """As high as the text and the arrows at either side need."""
        ports = max((*self.ports(self.right), *self.ports(self.left)), default=0)
        return max(40 + _LINE * len(self.lines), ports + _PORT)

    @staticmethod
    def ports(arcs: tuple[Arc, ...]) -> list[int]:
        """Where the arcs leave the box, from its top: each label stands above its line."""
        places: list[int] = []
        for arc in arcs:
            places.append((places[-1] if places else 14) + _PORT + _LINE * (len(arc.label) - 1))
        return places


def main(arguments: list[str]) -> int:
    """Write the diagram to the file named, or to `docs/flow.svg`."""
    target = Path(arguments[0]) if arguments else OUTPUT
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(draw(), encoding="utf-8")
    return 0


def draw() -> str:
    """Return the whole flow as SVG; the same table gives the same text."""
    boxes = _placed()
    height = boxes[-1].y + boxes[-1].height + 40
    parts = [_head(height), *(_box(box) for box in boxes), *_downwards(boxes), *_arcs(boxes)]
    return "\n".join([*parts, "</svg>", ""])


def _placed() -> list[Box]:
    boxes = [_describe(step, number) for number, step in enumerate(Step)]
    y = _TOP
    for box in boxes:
        box.y = y
        y += box.height + _GAP
    return boxes


def _describe(step: Step, number: int) -> Box:
    order = list(Step)
    arcs = [arc for arc in _leading() if arc.source is step]
    right = [arc for arc in arcs if order.index(arc.target) > number + 1]
    left = [arc for arc in arcs if order.index(arc.target) < number]
    return Box(step, tuple(_inside(step)), tuple(right), tuple(left))


def _leading() -> list[Arc]:
    """Arcs between different screens; what leads to the failure screen is told inside the box."""
    pairs: dict[tuple[Step, Step], list[str]] = {}
    for row in ROWS:
        for target in sorted(row.to):
            if target is not row.step and target is not Step.FAILED:
                pairs.setdefault((row.step, target), []).append(_trigger(row))
    return [Arc(source, target, tuple(_wrapped(", ".join(words), _LABEL))) for (source, target), words in pairs.items()]


def _inside(step: Step) -> Iterable[str]:
    rows = [row for row in ROWS if row.step is step]
    ending = [row for row in rows if Step.FAILED in row.to and step is not Step.FAILED]
    staying = [row for row in rows if _stays(row) and row.on not in _noted()]
    passed = [row for row in rows if row.act is ignored]
    for name, found in (("ends early (E-00) on", ending), ("stays on", staying), ("ignores", passed)):
        if found:
            yield from _wrapped(f"{name}: {', '.join(_trigger(row) for row in found)}", _WRAP)


def _stays(row: Row) -> bool:
    return row.to == {row.step} and row.act is not ignored


@lru_cache(maxsize=1)
def _noted() -> tuple[Trigger, ...]:
    """What is only noted wherever it happens; said once above instead of in every box."""
    counted = Counter(row.on for row in ROWS if _stays(row))
    return tuple(on for on, count in counted.items() if count >= len(Step) - 2)


def _wrapped(text: str, width: int) -> Iterable[str]:
    return wrap(text, width, break_long_words=False, subsequent_indent="  ")


def _trigger(row: Row) -> str:
    return _word(VISIT_BEGINS[row.step] if row.on is Started else row.on)


def _word(on: Trigger) -> str:
    """A touched button in brackets; an event in words."""
    if not isinstance(on, type):
        return f"[{on.replace('-', ' ')}]"
    return "".join(f" {char.lower()}" if char.isupper() else char for char in on.__name__).strip()


def _head(height: int) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}"'
            f' viewBox="0 0 {_WIDTH} {height}">',
            f"<style>{_STYLE}</style>",
            f'<rect width="{_WIDTH}" height="{height}" fill="#f2f2f2"/>',
            f'<text class="h" x="{_BOX_X}" y="44">One visit, screen by screen</text>',
            f'<text class="quiet" x="{_BOX_X}" y="68">Drawn from kiosk/session/transitions.py by'
            " python -m kiosk.session.diagram.</text>",
            f'<text class="quiet" x="{_BOX_X}" y="88">[button] = the customer touches it; other words = a device,'
            " the centre or time. Right: ahead. Left: back.</text>",
            f'<text class="quiet" x="{_BOX_X}" y="106">Only noted, on nearly every screen: '
            f"{', '.join(_word(on) for on in _noted())}.</text>",
        ]
    )


def _box(box: Box) -> str:
    kind = {Step.FAILED: "end", Step.RECOVERY: "end", Step.IDLE: "idle"}.get(box.step, "box")
    texts = Texts.load("ja")
    title = texts.of("failed.title") if box.step is Step.FAILED else texts.of(f"{box.step}.title")
    name = box.step.name.replace("_", " ").capitalize()
    said = [
        f'<rect class="{kind}" x="{_BOX_X}" y="{box.y}" width="{_BOX_WIDTH}" height="{box.height}" rx="8"/>',
        f'<text class="title id" x="{_BOX_X + 14}" y="{box.y + 24}">{box.step}</text>',
        f'<text class="title" x="{_BOX_X + 68}" y="{box.y + 24}">{escape(name)}</text>',
        f'<text class="title" x="{_BOX_X + 220}" y="{box.y + 24}">{escape(title)}</text>',
    ]
    for number, line in enumerate(box.lines):
        y = box.y + 44 + _LINE * number
        said.append(f'<text class="quiet" x="{_BOX_X + 14}" y="{y}" xml:space="preserve">{escape(line)}</text>')
    return "\n".join(said)


def _downwards(boxes: list[Box]) -> Iterable[str]:
    arcs = {(arc.source, arc.target): arc for arc in _leading()}
    for upper, lower in pairwise(boxes):
        arc = arcs.get((upper.step, lower.step))
        if arc is not None:
            x, top = _BOX_X + 60, upper.y + upper.height
            yield f'<path class="on" d="M{x} {top} V{lower.y}"/>'
            yield f'<path class="tip" d="M{x} {lower.y} l-5 -9 h10 z"/>'
            yield f'<text x="{x + 12}" y="{top + 28}">{escape(" ".join(arc.label))}</text>'


def _arcs(boxes: list[Box]) -> Iterable[str]:
    by_step = {box.step: box for box in boxes}
    for side in ("right", "left"):
        arcs = [(arc, box.y + port, by_step[arc.target].y + 12) for box in boxes for arc, port in _ports(box, side)]
        spans = [(min(y, target), max(y, target)) for _, y, target in arcs]
        for (arc, y, target), lane in zip(arcs, _lanes(spans), strict=True):
            yield _arc(arc, y, target, lane, side)


def _ports(box: Box, side: str) -> Iterable[tuple[Arc, int]]:
    arcs = box.right if side == "right" else box.left
    return zip(arcs, box.ports(arcs), strict=True)


def _lanes(spans: list[tuple[int, int]]) -> list[int]:
    """Give each span a lane in which it meets no other; short ones lie nearest to the boxes."""
    lanes: list[list[tuple[int, int]]] = []
    chosen = [0] * len(spans)
    for index in sorted(range(len(spans)), key=lambda i: (spans[i][1] - spans[i][0], i)):
        top, bottom = spans[index]
        lane = next((n for n, used in enumerate(lanes) if all(bottom < a or b < top for a, b in used)), len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(spans[index])
        chosen[index] = lane
    return chosen


def _arc(arc: Arc, y: int, target_y: int, lane: int, side: str) -> str:
    edge, sign = (_BOX_X + _BOX_WIDTH, 1) if side == "right" else (_BOX_X, -1)
    x = edge + sign * (_LABELS + _LANE * lane)
    anchor = "start" if side == "right" else "end"
    style = "on" if side == "right" else "back"
    said = [
        f'<path class="{style}" d="M{edge} {y} H{x} V{target_y} H{edge}"/>',
        f'<path class="tip" d="M{edge} {target_y} l{9 * sign} -5 v10 z"/>',
    ]
    for number, line in enumerate(reversed(arc.label)):
        at = y - 4 - _LINE * number
        said.append(f'<text x="{edge + sign * 12}" y="{at}" text-anchor="{anchor}">{escape(line)}</text>')
    return "\n".join(said)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
