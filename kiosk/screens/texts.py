"""All words that a customer reads or hears, by key, from `assets/text/<language>.toml`.

Separate because no sentence stands in a `.py`: screens, captions and later the sounds ask here. A
key that is not there is a bug and crashes, so a screen can never show a bare key.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache

import assets


class Texts:
    """The texts of one language; keys are `table.key` as in the file, like `S-06.question`."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    @classmethod
    def load(cls, language: str) -> "Texts":
        """Return the texts of `language` (`ja`); read once per process. Raises FileNotFoundError."""
        return _load(language)

    def of(self, key: str, **values: str | int) -> str:
        """Return the text of `key` with `{name}` filled from `values`; raises KeyError for either missing."""
        return self._texts[key].format_map(values)

    def of_raw(self, key: str) -> str:
        """Return the text of `key` as it is written, with its places to fill in."""
        return self._texts[key]

    def has(self, key: str) -> bool:
        """True when there is a text of this key."""
        return key in self._texts

    @property
    def keys(self) -> frozenset[str]:
        """Every key there is."""
        return frozenset(self._texts)


@lru_cache(maxsize=8)
def _load(language: str) -> Texts:
    tables = tomllib.loads(assets.path(f"text/{language}.toml").read_text(encoding="utf-8"))
    flat = {f"{table}.{key}": text.strip() for table, texts in tables.items() for key, text in texts.items()}
    return Texts(language, flat)
