"""Lanes with one daemon thread each: the panel draws on while a card computes or a centre is silent.

Separate from `inline`, which replays use. A device that never answers keeps its thread; the
runner's deadline has given the request up by then, and the process may still end (daemon).
"""

from queue import SimpleQueue
from threading import Thread

from kiosk.lanes import Job, Lane

_PATIENCE = 2.0
"""Seconds that `close` waits for a job that is being carried out."""


class ThreadLanes:
    """A queue and a thread for each lane, from construction to `close`."""

    def __init__(self) -> None:
        self._closed = False
        self._queues: dict[Lane, SimpleQueue[Job | None]] = {lane: SimpleQueue() for lane in Lane}
        self._threads = [
            Thread(target=self._work, args=(queue,), name=f"{lane.value} lane", daemon=True)
            for lane, queue in self._queues.items()
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, lane: Lane, job: Job) -> None:
        """Queue a job for the lane's thread."""
        if not self._closed:
            self._queues[lane].put(job)

    def turn(self) -> bool:
        """There is nothing for the caller to do: the threads do it."""
        return False

    def close(self) -> None:
        """Take no more jobs, forget the waiting ones and end the threads that are idle."""
        self._closed = True
        for queue in self._queues.values():
            queue.put(None)
        for thread in self._threads:
            thread.join(_PATIENCE)

    def _work(self, queue: "SimpleQueue[Job | None]") -> None:
        while (job := queue.get()) is not None:
            if not self._closed:
                job()
