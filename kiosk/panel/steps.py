"""Step navigation: a row of numbered discs joined by lines, each with its title beneath.

Separate from the painter because it is measured too. Where the row is too low for titles beneath,
only the discs are drawn: the screen's own heading then says the step.
"""

from dataclasses import dataclass
from itertools import pairwise

import pygame

from kiosk.panel.placing import Frame, Overflow
from kiosk.panel.typeset import Block, lay
from kiosk.screens.view import StepMark

_DISC = 44
_GAP = 6
_TITLE = 28


@dataclass(frozen=True, slots=True)
class Disc:
    """One step's disc; `number` from 1."""

    rect: pygame.Rect
    number: int


@dataclass(frozen=True, slots=True)
class Steps:
    """The row, in px; a line is done when the step at its right end is reached."""

    discs: tuple[Disc, ...]
    lines: tuple[tuple[pygame.Rect, bool], ...]
    titles: tuple[tuple[Block, pygame.Rect, int], ...]
    overflows: tuple[Overflow, ...]


def lay_steps(frame: Frame, mark: StepMark) -> Steps:
    """Place the steps of `mark` in equal columns."""
    rect = frame.rect(mark.rect)
    side = min(frame.px(_DISC), rect.height)
    columns = [_column(rect, len(mark.titles), number) for number in range(len(mark.titles))]
    discs = tuple(
        Disc(pygame.Rect(column.centerx - side // 2, rect.y, side, side), number)
        for number, column in enumerate(columns, 1)
    )
    titles = _titles(frame, mark, columns, rect.y + side + frame.px(_GAP))
    lacks = tuple(
        Overflow("".join(block.lines), (block.width, block.height), place.size)
        for block, place, _ in titles
        if block.height > place.height + 1 or block.width > place.width + 1
    )
    return Steps(discs, _lines(frame, discs, mark.current), titles, lacks)


def _column(rect: pygame.Rect, count: int, number: int) -> pygame.Rect:
    left = rect.x + rect.width * number // count
    return pygame.Rect(left, rect.y, rect.x + rect.width * (number + 1) // count - left, rect.height)


def _lines(frame: Frame, discs: tuple[Disc, ...], current: int) -> tuple[tuple[pygame.Rect, bool], ...]:
    thick, gap = max(2, frame.px(4)), frame.px(8)
    lines = []
    for left, right in pairwise(discs):
        begin, end = left.rect.right + gap, right.rect.x - gap
        place = pygame.Rect(begin, left.rect.centery - thick // 2, end - begin, thick)
        lines.append((place, right.number - 1 <= current))
    return tuple(lines)


def _titles(
    frame: Frame, mark: StepMark, columns: list[pygame.Rect], top: int
) -> tuple[tuple[Block, pygame.Rect, int], ...]:
    room = columns[0].bottom - top if columns else 0
    if room < frame.px(_TITLE):
        return ()
    placed = []
    for number, (title, column) in enumerate(zip(mark.titles, columns, strict=True), 1):
        bold, across = number - 1 == mark.current, column.width - frame.px(8)
        block = lay(title, frame.px(_TITLE), bold, across, True, frame.language)
        placed.append((block, pygame.Rect(column.x + frame.px(4), top, column.width - frame.px(8), room), number))
    return tuple(placed)
