"""Where a Japanese text may be broken into lines, and where it reads best (JIS X 4051, kinsoku).

Pure of fonts: the width of a piece comes in as a function, so the rules are tested without a window.
Breaks are preferred where a phrase ends (after a stop, after を, where kana gives way to kanji), so
that no word is torn while there is another way of the same number of lines.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

Measure = Callable[[str], int]

NOT_FIRST = frozenset(
    "、。，．,.・：；:;？！?!゛゜ヽヾゝゞ々ー～〜…‥’”)）〕]］}｝〉》」』】°′″‰"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
COUNTERS = frozenset("円枚回分秒通部年月日時人名件個歳％%℃")
NOT_LAST = frozenset("‘“(（〔[［{｛〈《「『【￥¥＄$№＃#")
_STOPS = frozenset("、。！？!? 　」』】）)")
_CLOSING = frozenset("」』）")
_READ = re.compile("[\u3400-\u9fff][(（][ぁ-ゖ]+[)）]?$")
"""A word and its reading in brackets, 選（えら）んで: they stay together, and with what follows in kana."""
_HYPHENED = re.compile("[^-]*-|[^-]+")
_PREFIXES = frozenset("おご")
_STEMS = frozenset("りみきいしちびけえれせげ")
_LEANING = ("もう", "この", "その", "どの")
"""Words that are not left alone at a line's end: what they belong to follows."""
_PARTICLES = frozenset("をがはにでとのも")
_BEGINNINGS = ("よろし", "くださ", "いただ", "しばらく", "ありま", *_LEANING, "ある", "ない", "する", "できま")
_LONG = 10**9
_TORN = 8000
_HALF_TORN = 2000
_BLANK = 300
"""After a stop rather than after a blank, where both are: names of offices have blanks."""
_RAGGED = 6000
_WIDOW = 600
_NO_PLACE = 80000


def wrap(text: str, width: int, measure: Measure) -> tuple[str, ...]:
    """Break `text` into lines no wider than `width`; a line feed in the text always breaks.

    As few lines as possible; among those the ones that end with a phrase. One piece that is wider
    than `width` by itself is broken after hyphens, or else anywhere.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _paragraph(paragraph, width, measure)
    return tuple(lines)


def pieces(text: str) -> tuple[str, ...]:
    """Cut `text` into what must not be broken: characters with their marks, words, numbers with units."""
    cut: list[str] = []
    for char in text:
        if cut and _holds(cut[-1], char):
            cut[-1] += char
        else:
            cut.append(char)
    return tuple(cut)


def _holds(before: str, char: str) -> bool:
    last = before[-1]
    if unicodedata.combining(char) or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return True
    if last in NOT_LAST or (char in "(（" and _is_kanji(last)) or (_READ.search(before) and _is_hiragana(char)):
        return True
    if char in COUNTERS:
        return _is_number(last)
    return char in NOT_FIRST or (_is_word(last) and _is_word(char))


def _is_word(char: str) -> bool:
    return (char.isascii() and not char.isspace()) or "０" <= char <= "９"


def _is_number(char: str) -> bool:
    return char.isdigit()


def _paragraph(text: str, width: int, measure: Measure) -> list[str]:
    if measure(text) <= width:
        return [text]
    parts = [part for piece in pieces(text) for part in _fitting(piece, width, measure)]
    return _best(parts, width, [measure(part) for part in parts])


def _fitting(piece: str, width: int, measure: Measure) -> Sequence[str]:
    """What of a piece is kept together: all of it, else what stands between hyphens, else nothing."""
    if measure(piece) <= width or len(piece) == 1:
        return (piece,)
    parts = _HYPHENED.findall(piece)
    return parts if len(parts) > 1 and all(measure(part) <= width for part in parts) else tuple(piece)


def _best(parts: Sequence[str], width: int, widths: Sequence[int]) -> list[str]:
    """Choose the breaks with the least cost; `_NO_PLACE` for each line makes lines few first."""
    costs, starts = [0.0], [0]
    for end in range(1, len(parts) + 1):
        cost, start = min(_candidates(parts, widths, width, end, costs))
        costs.append(cost)
        starts.append(start)
    lines: list[str] = []
    end = len(parts)
    while end:
        lines.append("".join(parts[starts[end] : end]).strip())
        end = starts[end]
    return lines[::-1]


def _candidates(
    parts: Sequence[str], widths: Sequence[int], width: int, end: int, costs: Sequence[float]
) -> list[tuple[float, int]]:
    found = []
    used, torn = 0, _torn(parts, end)
    for start in range(end - 1, -1, -1):
        used += widths[start]
        if used > width and start < end - 1:
            break
        slack = max(0, width - used) / width
        ragged = (_WIDOW if slack > 0.8 else 0) if end == len(parts) else _RAGGED * slack**3
        found.append((costs[start] + _NO_PLACE + ragged + torn, start))
    return found or [(float(_LONG), end - 1)]


def _torn(parts: Sequence[str], end: int) -> int:
    """What it costs to break before parts[end]: nothing where a phrase ends, little before a word known to begin."""
    if end == len(parts) or ends_phrase("".join(parts[max(0, end - 2) : end]), parts[end]):
        return _BLANK if end < len(parts) and parts[end - 1] == " " else 0
    return _HALF_TORN if "".join(parts[end : end + 4]).startswith(_BEGINNINGS) else _TORN


@lru_cache(maxsize=4096)
def ends_phrase(before: str, after: str) -> bool:
    """True when a reader would pause between the two pieces.

    Not after お, ご and この, which belong to what follows, not before a particle, and not inside a
    compound like 取り外し.
    """
    last, first = before[-1], after[0]
    if (last in _CLOSING and first in _PARTICLES) or (last in ")）" and _is_hiragana(first)):
        return False
    if before.endswith(_LEANING) and _is_kanji(first):
        return False
    if last in _STOPS or first in NOT_LAST or last == "を":
        return True
    if last in _PREFIXES or (last in _STEMS and len(before) > 1 and _is_kanji(before[-2]) and _is_kanji(first)):
        return False
    return _is_hiragana(last) and not _is_hiragana(first)


def _is_hiragana(char: str) -> bool:
    return "ぁ" <= char <= "ゖ"


def _is_kanji(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"
