"""The centre's database: opened, and handed out one transaction at a time.

Separate from what is written in it (`store_books`): this file knows engines, locks and
durability. SQLite by default (WAL, synchronous=FULL, freed pages overwritten), one writer at a
time; `sqlite://` lives in memory for embedded centres; PostgreSQL by URL.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from municipality_client.centre.store_books import Books
from municipality_client.centre.store_tables import metadata
from municipality_client.errors import StoreFailed

MEMORY = "sqlite://"
# WAL and FULL: a commit survives power loss; secure_delete: a deleted page is overwritten (O-58).
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "secure_delete=ON")


class Store:
    """One database; thread-safe."""

    def __init__(self, url: str = MEMORY) -> None:
        """Open the database at a SQLAlchemy `url` and make missing tables; raises StoreFailed."""
        self._turn = threading.Lock()
        try:
            self._engine = _engine(url)
            metadata.create_all(self._engine, checkfirst=url != MEMORY)
        except (SQLAlchemyError, ImportError) as error:
            raise StoreFailed("the database cannot be opened") from error

    @contextmanager
    def transaction(self) -> Iterator[Books]:
        """Work on the books; committed at the end, rolled back on any exception. Raises StoreFailed.

        Transactions of one process take turns: what one reads stays true until it has written.
        """
        try:
            with self._turn, self._engine.begin() as connection:
                yield Books(connection)
        except SQLAlchemyError as error:
            raise StoreFailed("the database refused") from error

    def close(self) -> None:
        """Close all connections; a database in memory is gone."""
        self._engine.dispose()


def _engine(url: str) -> Engine:
    # Parameters are hidden: the text of a database error must not carry a name.
    if not url.startswith("sqlite"):
        return create_engine(url, hide_parameters=True, isolation_level="SERIALIZABLE")
    if url == MEMORY:
        # One connection is the database; the lock of the store keeps threads apart.
        arguments = {"check_same_thread": False}
        engine = create_engine(url, hide_parameters=True, poolclass=StaticPool, connect_args=arguments)
    else:
        engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver shall not begin by itself
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    """Take the write lock at once: a transaction that has read can then always commit."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
