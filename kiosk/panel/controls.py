"""What stands where inside a button: picture, label, note, tick.

Separate from the painter because the same placing is measured for texts that do not fit.
"""

from dataclasses import dataclass

import pygame

from kiosk.panel.placing import Frame, Overflow
from kiosk.panel.theme import Colour, Look
from kiosk.panel.typeset import Block, lay
from kiosk.screens.view import Align, Press, Role

_PAD = 24
_GAP = 8
_TICK = 48
_TICKED = 290
_TALL = 220
_WIDE = 420
_ONE_WORD = 8
_NOTE = 0.78

Text = tuple[Block, pygame.Rect, Align, Colour]


@dataclass(frozen=True, slots=True)
class Content:
    """A button's inside, in px."""

    picture: pygame.Rect | None
    texts: tuple[Text, ...]
    overflows: tuple[Overflow, ...]


def content(frame: Frame, press: Press, look: Look) -> Content:
    """Place the inside of `press`: beneath its picture in a tall card, beside it elsewhere."""
    inner = _inner(frame, press)
    whole = _height(frame, _blocks(frame, press, inner.width, look))
    picture, room, align = _split(frame, press, inner, whole)
    blocks = _blocks(frame, press, room.width, look)
    height = _height(frame, blocks)
    top = room.y + max(0, room.height - height) // 2
    texts: list[Text] = []
    for block, colour in blocks:
        texts.append((block, pygame.Rect(room.x, top, room.width, block.height), align, colour))
        top += block.height + frame.px(_GAP)
    return Content(picture, tuple(texts), _overflows(press, blocks, height, room))


def has_tick(press: Press) -> bool:
    """True for a chosen answer; a key or a narrow card that is on shows it by its ground and thick border alone."""
    return press.chosen and press.role is not Role.KEY and press.rect.width >= _TICKED


def tick_place(frame: Frame, press: Press) -> pygame.Rect:
    """Where the tick of a chosen answer stands: at the right, in the middle; in a tall card in the corner."""
    rect, side = frame.rect(press.rect), frame.px(min(_TICK, press.rect.height // 2))
    gap = frame.px(min(_PAD, press.rect.height // 5))
    y = rect.y + gap if _is_tall(press) else rect.centery - side // 2
    return pygame.Rect(rect.right - gap - side, y, side, side)


def _is_tall(press: Press) -> bool:
    return bool(press.picture) and press.rect.height >= _TALL and press.rect.height * 2 >= press.rect.width


def _inner(frame: Frame, press: Press) -> pygame.Rect:
    pad_y = frame.px(min(_PAD, press.rect.height / 8))
    pad_x = frame.px(min(_PAD, press.rect.height / 4, press.rect.width / 10))
    if press.role is Role.TOOL:
        pad_x = pad_y = frame.px(_GAP)
    inner = frame.rect(press.rect).inflate(-2 * pad_x, -2 * pad_y)
    if has_tick(press) and not _is_tall(press):
        inner.width = tick_place(frame, press).x - pad_x // 2 - inner.x
    return inner


def _split(frame: Frame, press: Press, inner: pygame.Rect, whole: int) -> tuple[pygame.Rect | None, pygame.Rect, Align]:
    """Picture, room for the texts, and how they stand; over `whole` px of text a picture gives way."""
    if not press.picture:
        wide = press.role is Role.CARD and press.rect.width >= _WIDE
        return None, inner, Align.LEFT if wide else Align.CENTRE
    if _is_tall(press):
        texts = frame.px(press.size * 1.2 + (press.size * _NOTE * 2.8 if press.note else press.size * 1.2))
        side = max(frame.px(48), min(inner.width, inner.height - max(texts, whole)))
        picture = pygame.Rect(inner.centerx - side // 2, inner.y, side, side)
        return picture, pygame.Rect(inner.x, inner.y + side, inner.width, inner.height - side), Align.CENTRE
    side = min(inner.height, frame.px(120))
    picture = pygame.Rect(inner.x, inner.centery - side // 2, side, side)
    used = side + frame.px(_PAD * 0.75)
    room = pygame.Rect(inner.x + used, inner.y, inner.width - used, inner.height)
    return picture, room, Align.LEFT


def _height(frame: Frame, blocks: list[tuple[Block, Colour]]) -> int:
    return sum(block.height for block, _ in blocks) + frame.px(_GAP) * max(0, len(blocks) - 1)


def _blocks(frame: Frame, press: Press, width: int, look: Look) -> list[tuple[Block, Colour]]:
    blocks = []
    if press.label:
        blocks.append((lay(press.label, frame.px(press.size), True, width, True, frame.language), look.label))
    if press.note:
        blocks.append((lay(press.note, frame.px(press.size * _NOTE), False, width, True, frame.language), look.note))
    return blocks


def _overflows(
    press: Press, blocks: list[tuple[Block, Colour]], height: int, room: pygame.Rect
) -> tuple[Overflow, ...]:
    """Too high, too wide, or a short word torn in two."""
    width = max((block.width for block, _ in blocks), default=0)
    if height <= room.height + 1 and width <= room.width + 1 and not _is_torn(press.label, blocks):
        return ()
    return (Overflow(f"{press.label} / {press.note}", (width, height), room.size),)


def _is_torn(label: str, blocks: list[tuple[Block, Colour]]) -> bool:
    return 0 < len(label) <= _ONE_WORD and "\n" not in label and len(blocks[0][0].lines) > 1
