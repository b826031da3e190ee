"""What is to happen later: delayed answers, deadlines and the time of a screen, in one heap.

Separate so that the runner waits for one moment only. Times are seconds of the monotonic clock;
what is due at the same moment happens in the order it was put in.
"""

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(order=True, slots=True)
class _Entry(Generic[T]):
    at: float
    number: int
    what: T = field(compare=False)


class DueList(Generic[T]):
    """Things with the moment they are due."""

    def __init__(self) -> None:
        self._heap: list[_Entry[T]] = []
        self._number = 0

    def push(self, at: float, what: T) -> None:
        """Let `what` be due at `at`."""
        self._number += 1
        heappush(self._heap, _Entry(at, self._number, what))

    def pop(self, now: float) -> T | None:
        """Take out the first thing that is due by `now`."""
        return heappop(self._heap).what if self._heap and self._heap[0].at <= now else None

    def wait(self, now: float) -> float | None:
        """Seconds until the first thing is due (0: now), None where nothing is waiting."""
        return max(0.0, self._heap[0].at - now) if self._heap else None

    def holds(self, kind: type[object]) -> bool:
        """True when something of that kind is waiting."""
        return any(isinstance(entry.what, kind) for entry in self._heap)

    def clear_of(self, unwanted: type[object]) -> None:
        """Forget everything of the kind `unwanted`."""
        self._heap = sorted(entry for entry in self._heap if not isinstance(entry.what, unwanted))
