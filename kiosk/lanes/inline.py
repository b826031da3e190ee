"""Lanes without threads: jobs run when the runner has nothing else to do, in the order they came.

Separate from `threads` so that a replay is the same each time; one contract test runs on both.
"""

from collections import deque

from kiosk.lanes import Job, Lane


class InlineLanes:
    """One queue for all lanes, emptied by `turn`."""

    def __init__(self) -> None:
        self._waiting: deque[Job] = deque()
        self._closed = False

    def submit(self, lane: Lane, job: Job) -> None:  # noqa: ARG002 - all lanes are one here
        """Queue a job; the lane does not matter here."""
        if not self._closed:
            self._waiting.append(job)

    def renew(self, lane: Lane) -> None:
        """There is no thread here that could be stuck."""

    def turn(self) -> bool:
        """Carry out the oldest waiting job."""
        if not self._waiting:
            return False
        self._waiting.popleft()()
        return True

    def close(self) -> None:
        """Take no more jobs and forget the waiting ones."""
        self._closed = True
        self._waiting.clear()
