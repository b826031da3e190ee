"""Lanes with one daemon thread each: the panel draws on while a card computes or a centre is silent.

Separate from `inline`, which replays use. A device that never answers keeps its thread; the
runner's deadline has given the request up by then, and the process may still end (daemon).
"""

from queue import Empty, SimpleQueue
from threading import Thread

from kiosk.lanes import Job, Lane

_PATIENCE = 2.0
"""Seconds that `close` waits for a job that is being carried out."""
_MOST_STUCK = 3
"""Threads of one lane that may hang; after them the lane stands still, and every request ends with its deadline."""


class _Worker:
    """A thread and what waits for it."""

    def __init__(self, lane: Lane) -> None:
        self.waiting: SimpleQueue[Job | None] = SimpleQueue()
        self.is_busy = self._closed = False
        self.thread = Thread(target=self._work, name=f"{lane.value} lane", daemon=True)
        self.thread.start()

    def close(self) -> None:
        """Begin nothing more."""
        self._closed = True
        self.waiting.put(None)

    def _work(self) -> None:
        while (job := self.waiting.get()) is not None:
            self.is_busy = True
            if not self._closed:
                job()
            self.is_busy = False


class ThreadLanes:
    """A queue and a thread for each lane, from construction to `close`."""

    def __init__(self) -> None:
        self._closed = False
        self._workers = {lane: _Worker(lane) for lane in Lane}
        self._stuck = dict.fromkeys(Lane, 0)

    def submit(self, lane: Lane, job: Job) -> None:
        """Queue a job for the lane's thread."""
        if not self._closed:
            self._workers[lane].waiting.put(job)

    def renew(self, lane: Lane) -> None:
        """See `Lanes.renew`: what waits goes to a new thread, the old one ends when its job does."""
        old = self._workers[lane]
        if not old.is_busy or self._closed or self._stuck[lane] == _MOST_STUCK:
            return
        self._stuck[lane] += 1
        new = self._workers[lane] = _Worker(lane)
        try:
            while True:
                new.waiting.put(old.waiting.get_nowait())
        except Empty:
            old.close()

    def turn(self) -> bool:
        """There is nothing for the caller to do: the threads do it."""
        return False

    def close(self) -> None:
        """Take no more jobs, forget the waiting ones and end the threads that are idle."""
        self._closed = True
        for worker in self._workers.values():
            worker.close()
        for worker in self._workers.values():
            worker.thread.join(_PATIENCE)
