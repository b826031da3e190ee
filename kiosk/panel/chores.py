"""One thread for what the bench asks: reading files, drawing pages, making cards never stops the window.

Separate because results must come back to the window's thread, where everything is drawn.
"""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")
_Finish = Callable[[], None]


class Chores:
    """First in, first out. What a job raises is raised again by `finish`, on the window's thread."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._thread: ThreadPoolExecutor | None = None
        self._done: SimpleQueue[_Finish] = SimpleQueue()

    def give(self, job: Callable[[], T], then: Callable[[T], None]) -> None:
        """Do `job` there; `then` gets its result here, at the next `finish`."""

        def done(future: "Future[T]") -> None:
            if not future.cancelled():
                self._done.put(lambda: then(future.result()))
                self._ring()

        self._started().submit(job).add_done_callback(done)

    def finish(self) -> bool:
        """Hand over every result that is there; True when there was one."""
        found = False
        while True:
            try:
                hand_over = self._done.get_nowait()
            except Empty:
                return found
            hand_over()
            found = True

    def close(self) -> None:
        """Take no more jobs and forget the waiting ones; the one being done is waited for."""
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)

    def _started(self) -> "ThreadPoolExecutor":
        """The thread; begun at the first job, which is after the first frame."""
        if self._thread is None:
            from concurrent.futures import ThreadPoolExecutor

            self._thread = ThreadPoolExecutor(1, thread_name_prefix="bench")
        return self._thread
