"""A Dask cluster of our own on this machine, over TLS: for tests and benchmarks."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dask
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from distributed import Client

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
    with Client(address, timeout="120s", set_as_default=False) as client:  # type: ignore[no-untyped-call]
        if workers:
            client.wait_for_workers(workers, timeout=120)  # type: ignore[no-untyped-call]
