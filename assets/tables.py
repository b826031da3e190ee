"""Reads the TOML files that people write, and says by file, line and field what is wrong.

Configuration, municipalities and fictional people are all read through `read`, so that every
package reports a mistake in the same words. The standard library's parser knows no lines
once a file is parsed, so `_lines` finds them again from the text.
"""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)
Field = tuple[str | int, ...]
Mistake = tuple[Field, str]
_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-.\"]+)\s*=")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


class FileError(Exception):
    """A file that people write has mistakes: one line each, `FILE:LINE: field: what is wrong`."""


def read(path: Path, model: type[M], table: str | None = None) -> M:
    """Read `path` (or only its top-level `table`) as `model`.

    Raises FileError for a file that is missing, unreadable, not TOML, or not as the model says;
    all mistakes of the file stand in one error.
    """
    whole = content(path)
    chosen: object = whole
    prefix: Field = ()
    if table is not None:
        if table not in whole:
            raise FileError(f"{path}:1: {table}: the table [{table}] is missing")
        chosen, prefix = whole[table], (table,)
    try:
        return model.model_validate(chosen)
    except ValidationError as error:
        raise FileError(mistakes(path, [(prefix + place, said) for place, said in said_of(error)])) from None


def content(path: Path) -> dict[str, Any]:
    """Return the TOML file `path` as it stands; raises FileError as `read` does."""
    text = _text(path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileError(_syntax(path, text, str(error))) from error


def tables(path: Path) -> frozenset[str]:
    """Names of the top-level tables and keys of the TOML file `path`; raises FileError as `read` does."""
    return frozenset(content(path))


def line_of(path: Path, *field: str | int) -> int:
    """Line of `field` in the file, or of the nearest table around it; 1 where nothing is found."""
    return _nearest(_lines(_text(path)), field)


def said_of(error: ValidationError) -> list[Mistake]:
    """Return place and message of every mistake, never the value, which may be a secret."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return [(mistake["loc"], mistake["msg"]) for mistake in found]


def mistakes(path: Path, found: Iterable[Mistake]) -> str:
    """Say mistakes by file, line and field, in the order of the file, each once."""
    lines = _lines(_text(path))
    said = {(_nearest(lines, place), ".".join(map(str, place)) or "file", message) for place, message in found}
    return "\n".join(f"{path}:{line}: {name}: {message}" for line, name, message in sorted(said))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FileError(f"{path}: not UTF-8 at byte {error.start}") from error


def _syntax(path: Path, text: str, message: str) -> str:
    found = _AT_LINE.search(message)
    line = found.group(1) if found else str(text.count("\n") + 1)
    return f"{path}:{line}: not TOML: {_AT_LINE.sub('', message).strip()}"


def _nearest(lines: dict[Field, int], field: Field) -> int:
    for length in range(len(field), 0, -1):
        if field[:length] in lines:
            return lines[field[:length]]
    return 1


def _lines(text: str) -> dict[tuple[str | int, ...], int]:
    """Map each table and key, as pydantic spells its place, to its line (from 1)."""
    found: dict[tuple[str | int, ...], int] = {}
    counts: dict[tuple[str | int, ...], int] = {}
    inside: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _TABLE.match(line):
            inside = _parts(header.group(2))
            if header.group(1) == "[[":
                counts[inside] = counts.get(inside, -1) + 1
                inside = (*inside, counts[inside])
            found.setdefault(inside, number)
        elif key := _KEY.match(line):
            found.setdefault(inside + _parts(key.group(1)), number)
    return found


def _parts(name: str) -> tuple[str | int, ...]:
    return tuple(part.strip().strip('"') for part in name.split("."))
