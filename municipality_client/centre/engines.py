"""How the centre reaches a database: SQLAlchemy engines, set up for durability and isolation.

Separate from the store, which knows transactions, because the check of a server's place
(`topology`) needs a connection before there is a store.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from municipality_client.errors import StoreFailed

MEMORY = "sqlite://"
# WAL and FULL: a commit survives power loss; secure_delete: a deleted page is overwritten (O-58).
_PRAGMAS = ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")


def engine(text: str) -> Engine:
    """Return the engine of a SQLAlchemy URL, not connected yet; raises StoreFailed."""
    try:
        return _engine(_url(text))
    except (SQLAlchemyError, ImportError) as error:
        raise StoreFailed(
            "the database cannot be opened: no such kind of database, or its driver is missing"
        ) from error


def keep_private(file: Path) -> None:
    """Make a file of books that is not there yet so that its owner alone can read it; raises StoreFailed."""
    try:
        file.touch(mode=0o600)
    except OSError as error:
        raise StoreFailed(f"{file}: {error.strerror}") from error


def is_sqlite(engine: Engine) -> bool:
    """Say whether the database is SQLite, which has one writer."""
    return engine.dialect.name == "sqlite"


def _url(text: str) -> URL:
    """Read the URL; PostgreSQL is always spoken to through psycopg."""
    url = make_url(text)
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _engine(url: URL) -> Engine:
    # Parameters are hidden: the text of a database error must not carry a name.
    if url.get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True, isolation_level="REPEATABLE READ")
    if url.database is None:
        # One connection is the database; the lock of the store keeps threads apart.
        arguments = {"check_same_thread": False}
        made = create_engine(url, hide_parameters=True, poolclass=StaticPool, connect_args=arguments)
    else:
        return _of_file(url)
    return _durable(made)


@lru_cache(maxsize=16)
def _of_file(url: URL) -> Engine:
    """Return the engine of a file, the same one when it is opened again: it keeps the statements it has compiled."""
    return _durable(create_engine(url, hide_parameters=True))


def _durable(made: Engine) -> Engine:
    event.listen(made, "connect", _prepare)
    event.listen(made, "begin", _begin)
    return made


def _prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver shall not begin by itself
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    """Take the write lock at once: a transaction that has read can then always commit."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
