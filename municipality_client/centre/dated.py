"""Values with days and sources in the files of municipalities: which of them hold on one day.

Separate because it knows nothing of municipalities: it works on TOML values. Anywhere a value may
stand, a table `{ value = …, from = …, until = …, source = "inferred", reason = "X-01" }` may stand
instead, or a list of such tables, of which the last that holds is meant; a table of its own may
carry `from` and `until` as well. Both days are inclusive.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

Place = tuple[str | int, ...]
_VALUE = frozenset({"value", "source", "reason", "from", "until"})


class Several(list[Any]):
    """A list that was written with days: where one value is expected, the last of it is meant."""


@dataclass(frozen=True)
class Held:
    """What holds on a day, and where its lists' elements stand in the file."""

    content: dict[str, Any]
    origins: dict[Place, tuple[int, ...]] = field(default_factory=dict)

    def place(self, found: Place) -> Place:
        """Return where a place of `content` stands in the file."""
        written: list[str | int] = []
        for number, part in enumerate(found):
            indices = self.origins.get(found[:number])
            if indices and not isinstance(part, int):
                written.append(indices[-1])
            written.append(indices[part] if indices and isinstance(part, int) else part)
        return tuple(written)


def on(content: dict[str, Any], day: date) -> Held:
    """Return what holds on `day`; what does not hold yet or any more is not there."""
    origins: dict[Place, tuple[int, ...]] = {}
    return Held(_table(content, day, (), origins), origins)


def days(content: object) -> frozenset[date]:
    """Return the days on which something changes: each `from`, and the day after each `until`."""
    found = set()
    for _, table in _tables(content, ()):
        if isinstance(begins := _day(table, "from"), date):
            found.add(begins)
        if isinstance(ends := _day(table, "until"), date):
            found.add(ends + timedelta(days=1))
    return frozenset(found)


def inferred(content: object) -> Iterator[tuple[Place, str]]:
    """Yield place and reason of each value that the municipality's page does not state."""
    for place, table in _tables(content, ()):
        if table.get("source") == "inferred":
            yield place, str(table.get("reason", ""))


def mistakes(content: object) -> Iterator[tuple[Place, str]]:
    """Yield what is wrong with days and sources themselves."""
    for place, table in _tables(content, ()):
        begins, ends = _day(table, "from"), _day(table, "until")
        if begins is not None and ends is not None and begins > ends:
            yield place, f"from {begins} is after until {ends}"
        if "value" in table:
            yield from ((place, said) for said in _wrong(table))


def _wrong(table: dict[str, Any]) -> Iterator[str]:
    if unknown := sorted(set(table) - _VALUE):
        yield f"{', '.join(unknown)}: not among {', '.join(sorted(_VALUE))}"
    source = table.get("source", "page")
    if source not in ("page", "inferred"):
        yield "source must be page or inferred"
    if source == "inferred" and not table.get("reason"):
        yield "an inferred value needs a reason"


def _tables(content: object, place: Place) -> Iterator[tuple[Place, dict[str, Any]]]:
    if isinstance(content, dict):
        yield place, content
        for key, inner in content.items():
            yield from _tables(inner, place if key == "value" else (*place, key))
    elif isinstance(content, list):
        for number, inner in enumerate(content):
            yield from _tables(inner, (*place, number))


def _day(table: dict[str, Any], key: str) -> date | None:
    """Return a day; a time of the clock is something else, like the begin of a maintenance."""
    found = table.get(key)
    return found if isinstance(found, date) and not isinstance(found, datetime) else None


def _holds(value: object, day: date) -> bool:
    if not isinstance(value, dict):
        return True
    begins, ends = _day(value, "from"), _day(value, "until")
    return (begins is None or begins <= day) and (ends is None or day <= ends)


def _table(table: dict[str, Any], day: date, place: Place, origins: dict[Place, tuple[int, ...]]) -> dict[str, Any]:
    held = {key: _plain(value, day, (*place, key), origins) for key, value in table.items() if _holds(value, day)}
    # Of a list nothing of which holds, nothing is left: as if it had not been written.
    return {key: value for key, value in held.items() if not (isinstance(value, Several) and not value)}


def _plain(value: object, day: date, place: Place, origins: dict[Place, tuple[int, ...]]) -> Any:
    if isinstance(value, dict):
        inner = value.get("value", value)
        return _table(inner, day, place, origins) if isinstance(inner, dict) else _plain(inner, day, place, origins)
    if not isinstance(value, list):
        return value
    kept = tuple(number for number, one in enumerate(value) if _holds(one, day))
    said = [_plain(value[number], day, (*place, at), origins) for at, number in enumerate(kept)]
    if not any(isinstance(one, dict) and ("value" in one or _is_dated(one)) for one in value):
        return said
    origins[place] = kept
    return Several(said)


def _is_dated(table: dict[str, Any]) -> bool:
    return _day(table, "from") is not None or _day(table, "until") is not None
