"""Runs VERIFY once for each call on stable storage, and kills the process with kill -9 at that call.

A program of its own, because it forks and must have one thread only:
`python -m tests.card.crash_sweep PIN FOLDER`; FOLDER/1, FOLDER/2, … are state folders made before.
It ends at the first number that needs no kill any more, and prints it.
"""

import os
import signal
import sys
from pathlib import Path

from card.virtual import storage
from card.virtual.personalise import personalise
from tests.card.cards import NOW, SELECT_JPKI, send, verify


class KilledDisk(storage.Disk):
    """Kills the process just before its `nth` call, or in the middle of a write."""

    def __init__(self, nth: int) -> None:
        super().__init__()
        self._left = nth

    def write(self, path: Path, content: bytes) -> None:
        self._step()
        if self._left == 1:
            super().write(path, content[: len(content) // 2])
        self._step()
        super().write(path, content)

    def sync(self, path: Path) -> None:
        self._step()
        super().sync(path)

    def rename(self, source: Path, target: Path) -> None:
        self._step()
        super().rename(source, target)

    def _step(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def killed_at(nth: int, folder: Path, pin: bytes) -> bool:
    """Verify in a child; True where the kill came before its end."""
    child = os.fork()
    if child == 0:
        card = personalise("taro", folder, NOW, disk=KilledDisk(nth))
        send(card, SELECT_JPKI, verify(pin))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


if __name__ == "__main__":
    nth = 1
    while killed_at(nth, Path(sys.argv[2]) / str(nth), sys.argv[1].encode()):
        nth += 1
    sys.stdout.write(f"{nth}\n")
