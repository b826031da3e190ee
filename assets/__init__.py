"""Everything shipped that is not code, and the one way to find it.

Fonts, texts, pictures, sounds, fictional people and test keys lie beside this file.
`path` is used by every package; nobody else knows where the files are.
"""

from pathlib import Path

_ROOT = Path(__file__).resolve().parent


def path(name: str) -> Path:
    """Return where the asset `name` (like `people/taro.toml`) lies; it need not exist."""
    return _ROOT / name
