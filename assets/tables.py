"""Reads the TOML files that people write, and says by file, line and field what is wrong.

Configuration, municipalities and fictional people are all read through `read`, so that every
package reports a mistake in the same words. The standard library's parser knows no lines
once a file is parsed, so `_lines` finds them again from the text.
"""

import re
import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)
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
    text = _text(path)
    try:
        content: object = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileError(_syntax(path, text, str(error))) from error
    prefix: tuple[str | int, ...] = ()
    if table is not None and isinstance(content, dict):
        if table not in content:
            raise FileError(f"{path}:1: {table}: the table [{table}] is missing")
        content, prefix = content[table], (table,)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise FileError(_mistakes(path, text, prefix, error)) from None


def tables(path: Path) -> frozenset[str]:
    """Names of the top-level tables and keys of the TOML file `path`; raises FileError as `read` does."""
    text = _text(path)
    try:
        return frozenset(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise FileError(_syntax(path, text, str(error))) from error


def line_of(path: Path, *field: str | int) -> int:
    """Line of `field` in the file, or of the nearest table around it; 1 where nothing is found."""
    return _nearest(_lines(_text(path)), field)


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


def _mistakes(path: Path, text: str, prefix: tuple[str | int, ...], error: ValidationError) -> str:
    lines = _lines(text)
    said = []
    for mistake in error.errors(include_url=False, include_input=False, include_context=False):
        field = prefix + mistake["loc"]
        name = ".".join(str(part) for part in field) or "file"
        said.append((_nearest(lines, field), name, mistake["msg"]))
    return "\n".join(f"{path}:{line}: {name}: {message}" for line, name, message in sorted(said))


def _nearest(lines: dict[tuple[str | int, ...], int], field: tuple[str | int, ...]) -> int:
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
