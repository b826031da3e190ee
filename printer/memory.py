"""What the emulated printer still knows when the power comes back: its jobs, and the sheets in its outlet.

Separate from the printer because it is one small file with a rule of its own: durable before anybody
hears of a sheet (fault-19). No text of a page is in it, only set numbers and counts.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType

from printer import stable
from printer.driver import JobState

_REMEMBERED = 50


@dataclass(frozen=True, slots=True)
class KnownJob:
    """A set that was sent: how many sheets it has, how many are out, and whether it is a reprint."""

    sheets: int
    reprint: bool = False
    out: int = 0
    state: JobState = JobState.PROCESSING


class PrinterMemory:
    """The newest jobs by set number, and the sheets that lie in the outlet. Every change is on disk when it returns.

    `complete`: a job that is not known here was never sent. False after a damaged file, or after `lose`.
    """

    def __init__(self, path: Path, hook: Callable[[str], None]) -> None:
        """`hook` hears `printer sheet K: begin` and `… done` around the moment a sheet falls into the outlet."""
        self._path, self._hook = path, hook
        self.complete, self.lying, self._jobs = _read(path)

    @property
    def jobs(self) -> Mapping[str, KnownJob]:
        """Jobs by set number."""
        return MappingProxyType(self._jobs)

    def begin(self, set_number: str, job: KnownJob) -> None:
        """A job has come; an older one of the same number is of no interest any more."""
        self._become(self.lying, {**self._others(set_number), set_number: job})

    def sheet_out(self, set_number: str) -> None:
        """One more sheet of the job lies in the outlet."""
        job = self._jobs[set_number]
        self._hook(f"printer sheet {job.out + 1}: begin")
        self._become(self.lying + 1, {**self._jobs, set_number: replace(job, out=job.out + 1)})
        self._hook(f"printer sheet {job.out + 1}: done")

    def end(self, set_number: str, state: JobState) -> None:
        """The job is over."""
        self._become(self.lying, {**self._jobs, set_number: replace(self._jobs[set_number], state=state)})

    def forget(self, set_number: str) -> None:
        """The job is lost without a trace (fault-42)."""
        self._become(self.lying, self._others(set_number))

    def lose(self) -> None:
        """All jobs are gone, and that is known."""
        self.complete = False
        self._become(self.lying, {})

    def take(self) -> int:
        """The outlet is emptied; returns how many sheets lay there."""
        taken = self.lying
        if taken:
            self._become(0, self._jobs)
        return taken

    def _others(self, set_number: str) -> dict[str, KnownJob]:
        others = [(name, job) for name, job in self._jobs.items() if name != set_number]
        return dict(others[1 - _REMEMBERED :])

    def _become(self, lying: int, jobs: dict[str, KnownJob]) -> None:
        told = {name: {**asdict(job), "state": job.state.value} for name, job in jobs.items()}
        temporary = self._path.with_suffix(".new")
        stable.write(temporary, json.dumps({"complete": self.complete, "lying": lying, "jobs": told}).encode())
        with stable.writing(self._path):
            temporary.replace(self._path)
        stable.sync(self._path.parent)
        self.lying, self._jobs = lying, jobs


def _read(path: Path) -> tuple[bool, int, dict[str, KnownJob]]:
    if not path.exists():
        return True, 0, {}
    try:
        told = json.loads(path.read_bytes())
        jobs = {name: KnownJob(**{**job, "state": JobState(job["state"])}) for name, job in told["jobs"].items()}
        return bool(told["complete"]), int(told["lying"]), jobs
    except (OSError, ValueError, TypeError, KeyError):
        return False, 0, {}
