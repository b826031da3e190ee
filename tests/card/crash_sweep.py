"""Runs commands on a card and kills the process with kill -9 at each call on stable storage.

A program of its own, because it forks and must have one thread only. Each line of its input is a
folder and commands: `FOLDER APDU…` in hex; FOLDER/1, FOLDER/2, … are state folders made before. For
each line it prints the first number that needed no kill any more.
"""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from card.virtual import storage
from card.virtual.personalise import personalise
from tests.card.cards import NOW, send


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


def killed_at(nth: int, folder: Path, commands: Sequence[str]) -> bool:
    """Run the commands in a child; True where the kill came before its end."""
    child = os.fork()
    if child == 0:
        send(personalise("taro", folder, NOW, disk=KilledDisk(nth)), *commands)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def swept(folder: Path, commands: Sequence[str]) -> int:
    """Return how many runs it took to the first one that was not killed."""
    nth = 1
    while killed_at(nth, folder / str(nth), commands):
        nth += 1
    return nth


if __name__ == "__main__":
    for line in sys.stdin.read().splitlines():
        where, *apdus = line.split(" ")
        sys.stdout.write(f"{swept(Path(where), apdus)}\n")
        sys.stdout.flush()
