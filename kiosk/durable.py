"""Brings a small file to stable storage, all or nothing, and keeps a folder for one kiosk.

Separate so that there is one place that knows how a write survives a power cut (fault-16,
fault-17): temporary file, fsync, rename, fsync of the folder. `Hook` is called before and after
each durable write with its name; the crash sweep ends the process there.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from kiosk.errors import AlreadyRunning, StateNotWritten

Hook = Callable[[str], None]


def no_hook(_name: str) -> None:
    """Do nothing at a durable write."""


def write(path: Path, content: bytes, hook: Hook = no_hook) -> None:
    """Replace `path` by `content`, durable when this returns; raises StateNotWritten."""
    temporary = path.with_suffix(".new")
    try:
        hook(f"{path.name}: begin")
        _write_through(temporary, content)
        hook(f"{path.name}: written")
        temporary.replace(path)
        hook(f"{path.name}: renamed")
        _sync_folder(path.parent)
        hook(f"{path.name}: done")
    except OSError as error:
        raise StateNotWritten(f"{path}: {error.strerror}") from error


def sealed(content: str) -> bytes:
    """Return a file's bytes: the content, and its SHA-256 on a line of its own."""
    return f"{content}\n{hashlib.sha256(content.encode()).hexdigest()}\n".encode()


def unsealed(raw: bytes) -> bytes | None:
    """Return the content of a sealed file; None where it is torn or was changed."""
    content, _, digest = raw.rstrip(b"\n").rpartition(b"\n")
    return content if hashlib.sha256(content).hexdigest().encode() == digest else None


def _write_through(path: Path, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(file, content)
        os.fsync(file)
    finally:
        os.close(file)


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class FolderLock:
    """Holds a state folder for this process until `release` or the process ends (fault-24)."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, making it where needed; raises AlreadyRunning or StateNotWritten."""
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StateNotWritten(f"{folder}: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise AlreadyRunning(f"{folder}: another kiosk is running on this state folder") from error

    def release(self) -> None:
        """Let the folder go; may be called again."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> "FolderLock":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
