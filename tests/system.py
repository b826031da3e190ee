"""Names the system parts that some tests need: skip with the reason, or fail with REQUIRE_SYSTEM=1."""

import os
import shutil
from pathlib import Path

import pytest

# Debian keeps the servers of its PostgreSQL versions side by side; the newest is taken.
_POSTGRES = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
_SEARCH = ":".join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/local/sbin", *_POSTGRES])


def requires(*parts: str) -> None:
    """Leave the test unless each part is there: a program by name, or a file by its absolute path."""
    missing = [part for part in parts if not _is_there(part)]
    if not missing:
        return
    reason = f"needs {', '.join(missing)}: make system"
    if os.environ.get("REQUIRE_SYSTEM") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str) -> str:
    """Return the full path of a system program, /usr/sbin included."""
    found = shutil.which(name, path=_SEARCH)
    assert found is not None, f"call requires({name!r}) first"
    return found


def _is_there(part: str) -> bool:
    if part.startswith("/"):
        return Path(part).exists()
    return shutil.which(part, path=_SEARCH) is not None
