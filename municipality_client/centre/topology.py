"""Whether a server may work where it was put: looked at once, before it answers anybody.

Separate because it is about machines, not about books. The incident of 高松 was a program for one
server on a set-up of several (F-08): what cannot be safe is refused here with one line.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from municipality_client.centre.engines import engine, is_sqlite
from municipality_client.errors import BooksUnfit, StoreFailed

_MOUNTS = Path("/proc/self/mountinfo")
# File systems shared between machines, on which SQLite's locks and its WAL are not safe (sqlite.org/wal.html).
_SHARED = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "gluster", "lustre", "ocfs2", "gfs2", "fuse.sshfs", "fuse.s3")
# What PostgreSQL must say, or an acknowledged set could be forgotten by a power cut.
_DURABLE = {"fsync": "on", "full_page_writes": "on", "transaction_read_only": "off"}


@contextmanager
def claimed(database: str, workers: int = 1) -> Iterator[None]:
    """Hold the database for one server of `workers` processes; raises BooksUnfit, StoreFailed."""
    found = engine(database)
    file = found.url.database
    if not is_sqlite(found):
        _check(found)
        yield
    elif file is not None:
        with _only_server(Path(file).absolute()):
            yield
    elif workers > 1:
        raise BooksUnfit("a database in memory is one process's own: --workers 1, or another --database (F-08)")
    else:
        yield


@contextmanager
def _only_server(file: Path) -> Iterator[None]:
    kind = file_system(file.parent, _MOUNTS.read_text(encoding="utf-8") if _MOUNTS.exists() else "")
    if kind.startswith(_SHARED):
        raise BooksUnfit(f"{file}: SQLite on a network file system ({kind}) is not safe: use PostgreSQL (F-08)")
    try:
        lock = file.with_name(f"{file.name}.server").open("wb")
    except OSError as error:
        raise StoreFailed(f"{file}: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BooksUnfit(f"{file}: another server works with it; use PostgreSQL for several (F-08)") from error
        yield


def file_system(folder: Path, mounts: str) -> str:
    """Return the type of the file system a folder is on, by the text of /proc/self/mountinfo; "" if unknown."""
    found = ("", "")
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        point = before.split()[4].replace("\\040", " ")
        # Of mounts one above the other the last counts.
        if folder.is_relative_to(point) and len(point) >= len(found[0]):
            found = point, after.split()[0]
    return found[1]


def _check(found: Engine) -> None:
    """Refuse a PostgreSQL that may forget what it has acknowledged, or that takes no writes."""
    try:
        with found.connect() as connection:
            said = {name: _setting(connection, name) for name in (*_DURABLE, "synchronous_commit")}
    except SQLAlchemyError as error:
        raise StoreFailed("the database cannot be opened") from error
    finally:
        found.dispose()
    for name, wanted in _DURABLE.items():
        if said[name] != wanted:
            raise BooksUnfit(f"PostgreSQL has {name} = {said[name]}: the books need {wanted}")
    if said["synchronous_commit"] == "off":
        raise BooksUnfit("PostgreSQL has synchronous_commit = off: the books need on")


def _setting(connection: Connection, name: str) -> str:
    return str(connection.execute(text("SELECT current_setting(:name)"), {"name": name}).scalar_one())
