"""Reads feature files (Gherkin, Japanese by default) into plain scenarios that know their lines.

Separate, and the only importer of gherkin, so that everything after it sees one flat thing: a
scenario with its steps in order, background first, outlines already written out row by row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser
from gherkin.parser_types import Background, Examples, Feature, GherkinDocument, Scenario, Step, TableRow, Tag
from gherkin.token_matcher import TokenMatcher
from gherkin.token_scanner import TokenScanner

from kiosk.replay.errors import FeatureError

LANGUAGE = "ja"
Row = dict[str, str]
Children = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Line:
    """One step as written: keyword, text, table, and where it stands."""

    file: str
    line: int
    keyword: str
    text: str
    table: tuple[tuple[str, ...], ...] = ()

    @property
    def place(self) -> str:
        """`FILE:LINE`."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Play:
    """One scenario, ready to be played. `line` names it: its own line, or its row's in an outline.

    `lines` are all lines that mean this scenario when a reader names one of them (`PATH:LINE`).
    """

    file: str
    line: int
    name: str
    feature: str
    tags: tuple[str, ...]
    steps: tuple[Line, ...]
    lines: frozenset[int] = field(repr=False, default=frozenset())

    @property
    def place(self) -> str:
        """`FILE:LINE`."""
        return f"{self.file}:{self.line}"


def collect(paths: Sequence[str]) -> tuple[Play, ...]:
    """Return the scenarios of `paths`, each a file, a folder or `FILE:LINE`, in the order given.

    Raises FeatureError with all mistakes of all files, or for a path that leads to no scenario.
    """
    found: list[Play] = []
    mistakes: list[str] = []
    for path in paths:
        try:
            found += _at(path)
        except FeatureError as error:
            mistakes.append(str(error))
    if mistakes:
        raise FeatureError("\n".join(dict.fromkeys(mistakes)))
    return tuple(dict.fromkeys(found))


def read(path: Path) -> tuple[Play, ...]:
    """Return the scenarios of one feature file; raises FeatureError with all of its mistakes."""
    document = _parse(path)
    feature = document.get("feature")
    if not feature:
        raise FeatureError(f"{path}:1: no feature in this file")
    return tuple(_Reader(str(path), feature).plays())


def _at(path: str) -> Iterator[Play]:
    name, _, number = path.rpartition(":")
    if name and number.isdecimal():
        yield from _on_line(Path(name), int(number))
    else:
        for file in _files(Path(path)):
            yield from read(file)


def _files(path: Path) -> tuple[Path, ...]:
    files = tuple(sorted(path.rglob("*.feature"))) if path.is_dir() else (path,)
    if not files:
        raise FeatureError(f"{path}:1: no feature file in this folder")
    return files


def _on_line(path: Path, line: int) -> tuple[Play, ...]:
    plays = read(path)
    found = tuple(play for play in plays if play.line == line) or tuple(p for p in plays if line in p.lines)
    if not found:
        raise FeatureError(f"{path}:{line}: no scenario on this line")
    return found


def _parse(path: Path) -> GherkinDocument:
    try:
        return Parser().parse(TokenScanner(_text(path)), TokenMatcher(LANGUAGE))
    except CompositeParserException as error:
        raise FeatureError(_mistakes(path, error.errors)) from error
    except ParserException as error:
        raise FeatureError(_mistake(path, error)) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise FeatureError(f"{path}:1: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FeatureError(f"{path}:1: not UTF-8 at byte {error.start}") from error


def _mistakes(path: Path, errors: Sequence[ParserException]) -> str:
    ordered = sorted(errors, key=lambda one: one.location["line"])
    if "#FeatureLine" in str(ordered[0]):
        # Nothing was understood yet: every further line would be a mistake, too.
        return f"{path}:{ordered[0].location['line']}: no feature file: one begins with 機能:"
    return "\n".join(_mistake(path, error) for error in ordered)


def _mistake(path: Path, error: ParserException) -> str:
    words = str(error).partition(": ")[2].replace("#", "").replace("\n", " ")
    return f"{path}:{error.location['line']}: {words}"


class _Reader:
    """Flattens one parsed feature."""

    def __init__(self, file: str, feature: Feature) -> None:
        self._file = file
        self._feature = feature

    def plays(self) -> Iterator[Play]:
        tags = _names(self._feature["tags"])
        found = list(self._children(self._feature["children"], (), tags))
        if not found:
            raise FeatureError(f"{self._file}:{self._feature['location']['line']}: no scenario in this feature")
        return iter(found)

    def _children(self, children: Children, before: tuple[Step, ...], tags: tuple[str, ...]) -> Iterator[Play]:
        for child in children:
            if "background" in child:
                background: Background = child["background"]
                before = (*before, *background["steps"])
            elif "rule" in child:
                rule = child["rule"]
                yield from self._children(rule["children"], before, tags + _names(rule["tags"]))
            else:
                yield from self._scenario(child["scenario"], before, tags + _names(child["scenario"]["tags"]))

    def _scenario(self, scenario: Scenario, before: tuple[Step, ...], tags: tuple[str, ...]) -> Iterator[Play]:
        if not scenario["steps"]:
            raise FeatureError(f"{self._file}:{scenario['location']['line']}: a scenario without steps")
        if not scenario["examples"]:
            yield self._play(scenario, before, tags, {}, scenario["location"]["line"])
        for examples in scenario["examples"]:
            for row, line in self._rows(scenario, examples):
                yield self._play(scenario, before, tags + _names(examples["tags"]), row, line)

    def _rows(self, scenario: Scenario, examples: Examples) -> Iterator[tuple[Row, int]]:
        if not examples["tableBody"]:
            raise FeatureError(f"{self._file}:{examples['location']['line']}: examples without rows")
        names = _cells(examples["tableHeader"])
        self._check_columns(scenario, names)
        for body in examples["tableBody"]:
            yield dict(zip(names, _cells(body), strict=True)), body["location"]["line"]

    def _check_columns(self, scenario: Scenario, names: tuple[str, ...]) -> None:
        for step in scenario["steps"]:
            missing = [name for name in _placeholders(step["text"]) if name not in names]
            if missing:
                line = step["location"]["line"]
                raise FeatureError(f"{self._file}:{line}: the examples have no column <{missing[0]}>")

    def _play(self, scenario: Scenario, before: tuple[Step, ...], tags: tuple[str, ...], row: Row, line: int) -> Play:
        own = [self._line(step, row) for step in scenario["steps"]]
        steps = tuple([self._line(step, {}) for step in before] + own)
        spoken = _fill(scenario["name"], row)
        name = f"{spoken} [{', '.join(row.values())}]" if row and spoken == scenario["name"] else spoken
        lines = frozenset(range(scenario["location"]["line"], own[-1].line + 1)) | {line}
        return Play(self._file, line, name, self._feature["name"], tuple(dict.fromkeys(tags)), steps, lines)

    def _line(self, step: Step, row: Row) -> Line:
        table: tuple[tuple[str, ...], ...] = ()
        if "dataTable" in step:
            table = tuple(tuple(_fill(cell, row) for cell in _cells(one)) for one in step["dataTable"]["rows"])
        line = step["location"]["line"]
        return Line(self._file, line, step["keyword"].strip(), _fill(step["text"], row), table)


def _names(tags: Sequence[Tag]) -> tuple[str, ...]:
    return tuple(tag["name"].removeprefix("@") for tag in tags)


def _cells(row: TableRow) -> tuple[str, ...]:
    return tuple(cell["value"] for cell in row["cells"])


def _placeholders(text: str) -> tuple[str, ...]:
    return tuple(part.partition(">")[0] for part in text.split("<")[1:] if ">" in part)


def _fill(text: str, row: Row) -> str:
    for name, value in row.items():
        text = text.replace(f"<{name}>", value)
    return text
