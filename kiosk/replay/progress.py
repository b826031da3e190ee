"""The progress bar of a replay, and the only place of this package that imports rich.

Separate because a replay from pytest, a pipe or a worker process shows none.
"""

from collections.abc import Iterable, Iterator
from typing import TextIO

from kiosk.replay.results import Result


def shown(results: Iterable[tuple[int, Result]], total: int, to: TextIO) -> Iterator[tuple[int, Result]]:
    """Hand numbered `results` on; on a terminal, draw how many of `total` are done and how many failed."""
    if not to.isatty():
        yield from results
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[failed]} failed"), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=to), transient=True) as progress:
        task = progress.add_task("replay", total=total, failed=0)
        failed = 0
        for number, result in results:
            failed += result.failure is not None
            progress.update(task, advance=1, failed=failed)
            yield number, result
