"""Files named on the command line: read within bounds, and one line for what is wrong with them.

Separate so that every command refuses a file that is too large before it is in memory (fault-33).
"""

from pathlib import Path

from printer.errors import ScanError

MAX_BYTES = 64 * 1024 * 1024


def read(path: Path) -> bytes:
    """Return the content. Raises ScanError, naming the file, where it cannot be read or is too large."""
    try:
        if not path.is_file():
            raise ScanError(f"{path}: is no file")
        if path.stat().st_size > MAX_BYTES:
            raise ScanError(f"{path}: is larger than {MAX_BYTES // 1024**2} MiB")
        return path.read_bytes()
    except OSError as error:
        raise ScanError(f"{path}: {error.strerror}") from error


def write(path: Path, content: bytes) -> None:
    """Write a file. Raises ScanError, naming it, where that fails."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ScanError(f"{path}: {error.strerror}") from error
