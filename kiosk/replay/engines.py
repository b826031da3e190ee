"""Where scenarios are played: this process, several here, or the workers of a Dask cluster.

Separate, and the only importer of distributed (extra `fleet`), so that the player knows nothing of
processes. Work travels in batches; what a lost worker had is played again elsewhere by the engine,
and a batch counts once, however often it was begun.
"""

import hashlib
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from kiosk.replay.errors import EngineError
from kiosk.replay.machine import warm_up

_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = ("assets", "card", "kiosk", "municipality_client", "printer")
_PATIENCE = "3s"


@contextmanager
def opened(engine: str, jobs: int) -> Iterator[Executor]:
    """Yield what batches are handed to: `jobs` processes here, or the Dask scheduler at `engine` (dask+tls://…).

    TLS keys of a cluster come from Dask's own configuration. Raises EngineError: no such engine,
    the library is missing, nobody answers, a worker runs another version of this program.
    """
    if not engine:
        # Forked once all is loaded, and before anything starts a thread here.
        warm_up()
        with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
            pool.submit(_begun).result()
            yield pool
        return
    kind, _, address = engine.partition("+")
    if kind != "dask" or "://" not in address:
        raise EngineError(f"--engine {engine}: not like dask+tls://HOST:PORT or dask+tcp://HOST:PORT")
    with _cluster(engine, address) as pool:
        yield pool


@contextmanager
def _cluster(engine: str, address: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError as error:
        raise EngineError(f"--engine {engine}: needs the extra fleet (pip install certificate-kiosk[fleet])") from error
    try:
        client = Client(  # type: ignore[no-untyped-call]  # distributed has no types here
            address, timeout=_PATIENCE, set_as_default=False
        )
    except (OSError, ValueError, TypeError) as error:
        raise EngineError(f"--engine {engine}: {str(error).splitlines()[0]}") from error
    with client:
        _same_everywhere(engine, client.run(version))
        client.run(warm_up)
        yield client.get_executor(pure=False)  # type: ignore[no-untyped-call]


def _same_everywhere(engine: str, found: dict[str, str]) -> None:
    if not found:
        raise EngineError(f"--engine {engine}: there is no worker")
    for worker, theirs in found.items():
        if theirs != version():
            raise EngineError(f"--engine {engine}: worker {worker} runs another version of this program")


def _begun() -> None:
    """Do nothing in a new process."""


@cache
def version() -> str:
    """SHA-256 over every source and asset of the program, so that two machines know whether they play the same."""
    over = hashlib.sha256()
    for folder in _PROGRAM:
        for file in sorted((_ROOT / folder).rglob("*")):
            if file.suffix in (".py", ".toml") and file.is_file():
                over.update(str(file.relative_to(_ROOT)).encode() + hashlib.sha256(file.read_bytes()).digest())
    return over.hexdigest()
