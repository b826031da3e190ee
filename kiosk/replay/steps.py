"""The list of steps: which Japanese words mean which act or question.

Separate, and the only importer of cucumber_expressions, so that the step functions are plain
functions with typed arguments and everything that lists or searches steps has one place to ask.
"""

import difflib
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from cucumber_expressions.expression import CucumberExpression  # type: ignore[import-untyped]  # it ships no types
from cucumber_expressions.parameter_type import ParameterType  # type: ignore[import-untyped]
from cucumber_expressions.parameter_type_registry import ParameterTypeRegistry  # type: ignore[import-untyped]

from kiosk.replay.errors import StepError
from kiosk.replay.feature import Line

F = TypeVar("F", bound=Callable[..., None])
CHAPTERS = (
    "time",
    "card",
    "phones",
    "pins",
    "enrolment",
    "panel",
    "headphones",
    "money",
    "emoney",
    "paper",
    "printer",
    "machine",
    "operator",
)
_NEAR = 0.55


@dataclass(frozen=True, slots=True)
class StepKind:
    """One kind of step: its words, the function `(world, *arguments)`, and where it stands in the list.

    `table`: the function takes the step's table as its last argument.
    """

    words: str
    chapter: str
    meaning: str
    act: Callable[..., None] = field(repr=False)
    table: bool = False

    @property
    def english(self) -> str:
        """The same step in English, with its values in the same order."""
        return _english().get(self.words, "")


@dataclass(frozen=True, slots=True)
class Call:
    """A step of a scenario together with what it does: `run(world)`."""

    line: Line
    run: Callable[[Any], None] = field(repr=False)


_known: list[StepKind] = []


def step(words: str, chapter: str, *, table: bool = False) -> Callable[[F], F]:
    """Enter the decorated function under `words`, a cucumber expression; the docstring's first line is its meaning.

    Its English stands in `language/english.toml`. Parameters: {文} any text without 」, {数} a whole number,
    {円} yen, {時刻} `2026-04-06 10:00[:00]`, {日} a day, {画面} a screen's ID, {人} the id of a
    fictional person. A function may carry several `step`s.
    """

    def enter(act: F) -> F:
        meaning = (act.__doc__ or "").strip().partition("\n")[0]
        if chapter not in CHAPTERS or not meaning or any(one.words == words for one in _known):
            raise StepError(f"{words}: entered twice, without a meaning or in no chapter")
        _known.append(StepKind(words, chapter, meaning, act, table))
        return act

    return enter


def known() -> tuple[StepKind, ...]:
    """Return all steps, chapter by chapter, in the order entered."""
    import kiosk.replay.language  # noqa: F401 - its modules enter their steps when imported

    return tuple(sorted(_known, key=lambda one: CHAPTERS.index(one.chapter)))


def bind(line: Line) -> Call:
    """Return what `line` does; raises StepError naming its place and the nearest known steps."""
    found = _matches(line.text)
    if len(found) > 1:
        raise StepError(f"{line.place}: two steps fit {line.text!r}: {' / '.join(kind.words for kind, _ in found)}")
    if not found:
        raise StepError(f"{line.place}: unknown step {line.text!r}{_nearest(line.text)}")
    kind, values = found[0]
    if kind.table != bool(line.table):
        raise StepError(f"{line.place}: 「{kind.words}」 {'needs a table' if kind.table else 'takes no table'}")
    given = (*values, line.table) if kind.table else values
    return Call(line, partial(_run, kind.act, given))


def _run(act: Callable[..., None], given: tuple[object, ...], world: object) -> None:
    act(world, *given)


@cache
def _matches(text: str) -> tuple[tuple[StepKind, tuple[object, ...]], ...]:
    fitting = ((kind, expression.match(text)) for kind, expression in _expressions())
    return tuple((kind, tuple(one.value for one in given)) for kind, given in fitting if given is not None)


@cache
def _expressions() -> tuple[tuple[StepKind, Any], ...]:
    """Every step in both languages."""
    spoken = ((kind, words) for kind in known() for words in (kind.words, kind.english) if words)
    return tuple((kind, CucumberExpression(words, _parameters())) for kind, words in spoken)


@cache
def _english() -> dict[str, str]:
    tables = tomllib.loads(Path(__file__).with_name("language").joinpath("english.toml").read_text(encoding="utf-8"))
    return {words: english for table in tables.values() for words, english in table.items()}


def _nearest(text: str) -> str:
    words = [one for kind in known() for one in (kind.words, kind.english) if one]
    bare = {_bare(one): one for one in words}
    near = difflib.get_close_matches(_bare(text), bare, n=3, cutoff=_NEAR)
    return f"; near: {' / '.join(bare[one] for one in near)}" if near else "; see python -m kiosk steps"


def _bare(words: str) -> str:
    """The words without quoted texts, numbers and parameters, so that only the wording is compared."""
    return re.sub(r"「[^」]*」|\"[^\"]*\"|\{[^}]*\}|[0-9０-９:.-]+", "", words)


@cache
def _parameters() -> Any:
    registry = ParameterTypeRegistry()
    for name, regexp, kind in (
        ("文", r"[^」]+", str),
        ("数", r"[0-9]+", int),
        ("円", r"[0-9,]+", _yen),
        ("時刻", r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(?::[0-9]{2})?", datetime.fromisoformat),
        ("日", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date.fromisoformat),
        ("画面", r"[SERO]-[0-9]{2}", str),
        ("人", r"[a-z]+", str),
        ("text", r'[^"]+', str),
        ("number", r"[0-9]+", int),
        ("yen", r"[0-9,]+", _yen),
        ("time", r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(?::[0-9]{2})?", datetime.fromisoformat),
        ("day", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date.fromisoformat),
        ("screen", r"[SERO]-[0-9]{2}", str),
        ("person", r"[a-z]+", str),
    ):
        registry.define_parameter_type(ParameterType(name, regexp, kind, kind, False, False))
    return registry


def _yen(text: str) -> int:
    return int(text.replace(",", ""))
