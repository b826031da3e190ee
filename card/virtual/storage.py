"""Brings a small file to stable storage so that a crash leaves the old or the new content, whole.

Apart from what is stored, and made of single calls in one object, so that a test can stop the
process, or take the power, between any two of them.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Disk:
    """The calls on which durability hangs, one method each.

    Not `synced` is for replays, whose state dies with them: as safe against kill -9, not against
    loss of power.
    """

    def __init__(self, *, synced: bool = True) -> None:
        self._synced = synced

    def write(self, path: Path, content: bytes) -> None:
        """Create or overwrite `path`, readable by its owner only; not yet durable."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)

    def sync(self, path: Path) -> None:
        """Make the content of a file, or the names in a folder, durable."""
        if not self._synced:
            return
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        """Give `source` the name `target` in one step."""
        source.replace(target)


def replace(disk: Disk, path: Path, content: bytes) -> None:
    """Make `content` the durable content of `path`; raises OSError with the old content still there."""
    fresh = path.with_suffix(".new")
    disk.write(fresh, content)
    disk.sync(fresh)
    disk.rename(fresh, path)
    # The new name itself has to be durable, or the old counter could come back.
    disk.sync(path.parent)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file `path` against other processes and threads; the system frees it at a crash."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
