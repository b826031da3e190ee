"""Replays on a Dask cluster over TLS: two workers, one of them killed, and a report that is whole."""

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import dask
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from distributed import Client

from kiosk.replay import command, engines
from kiosk.replay.errors import EngineError
from kiosk.replay.options import Options
from kiosk.report import files
from tests.kiosk.replay.written import feature

ROOT = Path(__file__).resolve().parents[3]


def keys_in(folder: Path) -> dict[str, object]:
    """Dask's settings for TLS with one key for everybody, which is its own authority; made in `folder`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST cluster")])
    begin = datetime.now(UTC) - timedelta(days=1)
    builder = x509.CertificateBuilder().issuer_name(name).subject_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begin)
    cert = builder.not_valid_after(begin + timedelta(days=3)).sign(key, hashes.SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(pem)
    (folder / "cert.pem").write_bytes(cert.public_bytes(Encoding.PEM))
    return {
        "distributed.comm.require-encryption": True,
        "distributed.comm.tls.ca-file": str(folder / "cert.pem"),
        **{
            f"distributed.comm.tls.{role}.{what}": str(folder / f"{what}.pem")
            for role in ("scheduler", "worker", "client")
            for what in ("cert", "key")
        },
    }


@contextmanager
def running(*words: str, program: Path = ROOT) -> Iterator[subprocess.Popen[bytes]]:
    security = dask.config.get("distributed.comm")
    environment = {
        **os.environ,
        "DASK_INTERNAL_INHERIT_CONFIG": dask.config.serialize({"distributed": {"comm": security}}),
        "PYTHONPATH": str(program),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:]],
        env=environment,
        cwd=program,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def cluster(workers: int, program: Path = ROOT) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and its workers; yields the engine's name and the workers' processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tls://127.0.0.1:{free.getsockname()[1]}"
    with ExitStack() as stack:
        stack.enter_context(running("scheduler", "--host", address, "--no-dashboard", "--no-show"))
        words = ("worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard")
        processes = [stack.enter_context(running(*words, program=program)) for _ in range(workers)]
        _wait_for(address, workers)
        yield f"dask+{address}", processes


def _wait_for(address: str, workers: int) -> None:
    with Client(address, timeout="30s", set_as_default=False) as client:  # type: ignore[no-untyped-call]
        if workers:
            client.wait_for_workers(workers, timeout=60)  # type: ignore[no-untyped-call]


@pytest.fixture(autouse=True)
def keys(tmp_path: Path) -> Iterator[None]:
    with dask.config.set(keys_in(tmp_path)):
        yield


class Heard(io.StringIO):
    """What a replay says; the first words set something off."""

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._then = then

    def write(self, words: str) -> int:
        if not self.tell():
            self._then()
        return super().write(words)


def replayed(path: Path, engine: str, outcomes: Path, out: Heard, *, repeat: int = 1) -> tuple[int, str]:
    options = Options(engine=engine, repeat=repeat, reports=[partial(files.outcomes, outcomes)])
    code = command.replay([str(path)], options, out=out, err=out)
    return code, out.getvalue()


def test_a_worker_killed_in_the_middle_leaves_a_whole_report_and_nothing_twice(tmp_path: Path) -> None:
    path = feature(
        tmp_path, "違う\nならば 画面はS-02である", "進む\n前提 「taro」のカードを持っている\nもし S-06まで進む"
    )
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    with cluster(2) as (engine, workers):
        code, said = replayed(path, engine, there, Heard(workers[0].kill), repeat=60)
        assert workers[0].wait() == -signal.SIGKILL

    assert code == 1
    assert said.splitlines()[-1].startswith("60 passed, 60 failed, ")
    assert replayed(path, "", here, Heard(), repeat=60)[0] == 1
    assert there.read_text("utf-8") == here.read_text("utf-8")


def test_a_worker_of_another_version_is_named_and_nothing_is_played(tmp_path: Path) -> None:
    path, program = feature(tmp_path, "撮る\nならば 画面はS-00である"), tmp_path / "program"
    for name in ("assets", "card", "kiosk", "municipality_client", "printer"):
        shutil.copytree(ROOT / name, program / name, ignore=shutil.ignore_patterns("__pycache__", "fonts"))
    (program / "kiosk" / "added.py").write_text('"""One more."""\n', encoding="utf-8")
    with cluster(1, program) as (engine, _):
        code, said = replayed(path, engine, tmp_path / "out.jsonl", Heard())

    assert code == 2
    assert said.count("\n") == 1
    assert "runs another version of this program" in said


def test_a_cluster_without_workers_is_told(tmp_path: Path) -> None:
    with cluster(0) as (engine, _), pytest.raises(EngineError, match="there is no worker"), engines.opened(engine, 1):
        pass
