"""Texts of the window itself and of reports: the start screen, the workbench (developer texts).

Separate from the customer's texts, because they are needed before anything else is loaded.
"""

import tomllib
from functools import cache

import assets


class Words:
    """Texts by `table.key`, from assets/text/<name>.<language>.toml."""

    def __init__(self, tables: dict[str, dict[str, str]]) -> None:
        self._tables = tables

    @classmethod
    @cache
    def load(cls, language: str = "ja", name: str = "workbench") -> "Words":
        """Read the file; raises OSError or tomllib.TOMLDecodeError, since it ships with the program."""
        with assets.path(f"text/{name}.{language}.toml").open("rb") as file:
            return cls(tomllib.load(file))

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of `key` with `values` in it; KeyError for a key that is not there."""
        table, _, name = key.partition(".")
        return self._tables[table][name].format(**values)

    def keys(self) -> frozenset[str]:
        """Every key there is."""
        return frozenset(f"{table}.{name}" for table, texts in self._tables.items() for name in texts)
