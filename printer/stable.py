"""Brings what the emulated printer puts down to stable storage; a disk that fails is an OutletError.

Separate because the paper and the printer's memory survive a power cut by the same few calls.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from printer.errors import OutletError

_OWNER_ONLY = 0o600


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say an error of the disk as one of the outlet, naming the file."""
    try:
        yield
    except OSError as error:
        raise OutletError(f"{path}: {error.strerror}") from error


def write(path: Path, content: bytes, *, new: bool = False) -> None:
    """Write a file for the owner's eyes only, synced; `new`: there must be none of that name. Raises OutletError."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if new else os.O_TRUNC)
    with writing(path), os.fdopen(os.open(path, flags, _OWNER_ONLY), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync(directory: Path) -> None:
    """Make the names in a folder survive a power cut. Raises OutletError."""
    with writing(directory):
        folder = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
