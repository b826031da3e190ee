"""What is spoken of a screen to somebody with headphones: phrases that there are sounds of, in order.

Separate from `show` because it reads a View as the eye does, and knows no screen: what is new on it is
spoken, and the control that has the focus (EN 301 549 5.1.3). Pure; `kiosk.narrator` decides when.

Only what `assets/voice/phrases.txt` lists can be spoken, whole or put together. No name of a person and no
digit of a secret is among it, so none can be heard, not even by headphones: such a control is spoken by its
place in the list.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import assets
from kiosk.screens.texts import Texts
from kiosk.screens.view import Label, Press, StepMark, View
from kiosk.session.buttons import Button

Phrases = tuple[str, ...]
SPOKEN = ("ja",)
"""Languages that are spoken: the voice is Japanese."""
PHRASES = assets.path("voice/phrases.txt")

_MARKS = " \u3000\n、。・：「」『』（）()？！?/"
_TIME = re.compile("([0-9]{1,2}):([0-9]{2})(?![0-9])")
_DIGITS = re.compile("[0-9]+(?:-[0-9]+)+|0[0-9]+")
_NUMBER = re.compile("[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+")
_LONGEST_NUMBER = 5
_DOTS = re.compile("[●○ ]+")
_TYPED = "●"


class Vocabulary:
    """Every phrase there is a sound of; texts are put together from them."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = frozenset(phrases)
        self._lengths = sorted({len(phrase) for phrase in self._phrases}, reverse=True)

    def said(self, text: str) -> Phrases | None:
        """Return the phrases that say all of `text`, None where it cannot be said whole."""
        return self._cut(text.strip(), after_number=False, whole=True, failed=set())

    def _cut(self, text: str, *, after_number: bool, whole: bool, failed: set[int]) -> Phrases | None:
        """Cut at the longest phrase whose rest can be said; `failed`: lengths of rests that cannot."""
        if not text.strip(_MARKS):
            return ()
        if len(text) in failed:
            return None
        for phrases, length in self._beginnings(text, after_number, whole):
            is_number = bool(phrases) and phrases[-1].isdigit()
            following = self._cut(text[length:], after_number=is_number, whole=False, failed=failed)
            if following is not None:
                return (*phrases, *following)
        failed.add(len(text))
        return None

    def _beginnings(self, text: str, after_number: bool, whole: bool) -> Iterator[tuple[Phrases, int]]:
        for length in self._lengths:
            head, tail = text[:length], text[length:]
            # One character says something only alone, or as the unit of a number: no name is spelt.
            alone = after_number or (whole and not tail.strip(_MARKS))
            if head in self._phrases and (length > 1 or alone) and not (head[-1].isdigit() and tail[:1].isdigit()):
                yield (head,), length
        if number := _number(text):
            yield number
        if text[0] in _MARKS:
            yield (), 1


def _number(text: str) -> tuple[Phrases, int] | None:
    """Return how the number that `text` begins with is spoken, and its length; None where none begins."""
    if time := _TIME.match(text):
        hour, minute = int(time[1]), int(time[2])
        return (f"{hour}時", *((*_places(str(minute)), "分") if minute else ())), time.end()
    if spelt := _DIGITS.match(text):
        return tuple(spelt[0].replace("-", "")), spelt.end()
    number = _NUMBER.match(text)
    if number is None:
        return None
    figures = number[0].replace(",", "")
    if len(figures) > _LONGEST_NUMBER:
        return tuple(figures), number.end()
    return _places(figures), number.end()


def _places(figures: str) -> Phrases:
    """3250 is said as 3000, 200 and 50."""
    places = tuple(one + "0" * (len(figures) - at - 1) for at, one in enumerate(figures) if one != "0")
    return places or ("0",)


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return the shipped one; read once, at the first headphones."""
    return Vocabulary(PHRASES.read_text(encoding="utf-8").splitlines())


def screen(view: View, before: View | None, known: Vocabulary) -> Phrases:
    """Return what is spoken when `view` follows `before` (None: nothing was heard of it yet).

    A new screen: its title, the step, every text that did not stand there before, what cannot be chosen and
    why, and how many things can be. The same screen: only what has changed.
    """
    is_new = before is None or (view.step, view.title) != (before.step, before.title)
    phrases: list[str] = []
    if is_new:
        phrases += known.said(view.title) or ()
        phrases += _step(view, before, known)
    phrases += _texts(view, before, known)
    phrases += _answers(view, known) if is_new else _toggled(view, before, known)
    return tuple(phrases)


def control(view: View, press: Press, known: Vocabulary) -> Phrases:
    """Return what is spoken of a control that has the focus: its words, or its place among its like, and its state."""
    if press.button == Button.DIGIT:
        return known.said(_own("secret")) or ()
    name = known.said(press.label) or known.said(_own("nth", number=_place(view, press))) or ()
    note = known.said(press.note) or ()
    state = _own("disabled") if not press.enabled else _own("chosen") if press.chosen else ""
    return (*name, *(known.said(state) or ()), *note)


def _own(key: str, **values: str | int) -> str:
    return Texts.load("speech.ja").of(f"speech.{key}", **values)


def _place(view: View, press: Press) -> int:
    return [one.rect for one in view.buttons if one.button == press.button].index(press.rect) + 1


def _step(view: View, before: View | None, known: Vocabulary) -> Phrases:
    marks = [element for element in view.elements if isinstance(element, StepMark)]
    if not marks or (before is not None and marks[0] in before.elements):
        return ()
    return known.said(_own("steps", steps=len(marks[0].titles), step=marks[0].current + 1)) or ()


def _texts(view: View, before: View | None, known: Vocabulary) -> Phrases:
    """Every new text, what was announced first; what cannot be said is not passed over in silence."""
    heard = set() if before is None else {one.text for one in before.elements if isinstance(one, Label)}
    texts = [one.text for one in view.elements if isinstance(one, Label) and one.text not in heard]
    texts.sort(key=lambda text: text != view.caption)
    said = [known.said(_typed(text)) for text in texts]
    phrases = tuple(phrase for one in said if one for phrase in one)
    return (*phrases, *(known.said(_own("unsaid")) or ())) if None in said else phrases


def _typed(text: str) -> str:
    """Dots for what is typed are spoken as their number."""
    return _own("typed", count=text.count(_TYPED)) if _DOTS.fullmatch(text) else text


def _answers(view: View, known: Vocabulary) -> Phrases:
    withheld = (press for press in view.buttons if not press.enabled and press.note)
    phrases = tuple(phrase for press in withheld for phrase in control(view, press, known))
    count = sum(press.enabled for press in view.buttons)
    return (*phrases, *(known.said(_own("choices", count=count)) or ()))


def _toggled(view: View, before: View | None, known: Vocabulary) -> Phrases:
    """Answers that are chosen now and were not, or the other way round, or say something else."""
    was = {} if before is None else {(one.button, one.value): one for one in before.buttons}
    phrases: list[str] = []
    for press in view.buttons:
        old = was.get((press.button, press.value))
        if old is not None and (old.chosen, old.note) != (press.chosen, press.note):
            phrases += control(view, press, known)
            if old.chosen and not press.chosen and old.note == press.note:
                phrases += known.said(_own("unchosen")) or ()
    return tuple(phrases)
