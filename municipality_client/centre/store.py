"""The centre's database: opened, and handed out one transaction at a time.

Separate from what is written in it (`store_books`): this file knows engines, isolation and
durability. SQLite by default (WAL, synchronous=FULL, freed pages overwritten), one writer at a
time; `sqlite://` lives in memory for embedded centres; PostgreSQL by URL, where every transaction
sees one snapshot, and is done again when another's work came in between.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from municipality_client.centre import schema
from municipality_client.centre.store_operations import OperationBooks
from municipality_client.centre.store_tables import metadata
from municipality_client.errors import StoreFailed

MEMORY = "sqlite://"
# WAL and FULL: a commit survives power loss; secure_delete: a deleted page is overwritten (O-58).
_PRAGMAS = ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")
_TRIES = 10
_PAUSE = 0.001  # s: 0.3 s over all tries
# PostgreSQL: serialization_failure, deadlock_detected
_COLLIDED = {"40001", "40P01"}

T = TypeVar("T")


class Store:
    """One database; thread-safe."""

    def __init__(self, url: str = MEMORY, *, upgrade: bool = True) -> None:
        """Open the database at a SQLAlchemy `url`; make its tables where it has none, bring old ones up to date.

        Raises StoreFailed; BooksUnfit for tables of a newer program, and without `upgrade` for old ones.
        """
        try:
            where = _url(url)
            self._engine = _engine(where)
        except (SQLAlchemyError, ImportError) as error:
            raise StoreFailed("the database cannot be opened") from error
        # SQLite has one writer: threads queue here, not in the database's busy loop.
        self._turn: AbstractContextManager[object] = threading.Lock() if _is_sqlite(where) else nullcontext()
        try:
            self._prepare(url, upgrade)
        except StoreFailed:
            self.close()
            raise

    def _prepare(self, url: str, upgrade: bool) -> None:
        try:
            if url == MEMORY:
                metadata.create_all(self._engine, checkfirst=False)
            else:
                schema.prepare(self._engine, upgrade)
        except SQLAlchemyError as error:
            raise StoreFailed("the database cannot be opened") from error

    def run(self, work: Callable[[OperationBooks], T]) -> T:
        """Do `work` in one transaction and return what it returns; raises StoreFailed.

        It is rolled back and begun anew, a bounded number of times, when it collided with another's:
        so `work` changes nothing but the books.
        """
        for tried in range(1, _TRIES):
            try:
                with self.transaction() as books:
                    return work(books)
            except StoreFailed as failed:
                if not _collided(failed.__cause__):
                    raise
            # Longer each time, so that who collides again and again is let through in between.
            time.sleep(_PAUSE * tried**2)
        with self.transaction() as books:
            return work(books)

    @contextmanager
    def transaction(self) -> Iterator[OperationBooks]:
        """Work on the books, once; committed at the end, rolled back on any exception. Raises StoreFailed.

        What one transaction reads stays true until it has written: on SQLite they take turns, on
        PostgreSQL all is read as of one moment, and who changes a row changed since is refused.
        """
        try:
            with self._turn, self._engine.begin() as connection:
                yield OperationBooks(connection)
        except SQLAlchemyError as error:
            raise StoreFailed("the database refused") from error

    def close(self) -> None:
        """Close all connections; a database in memory is gone."""
        self._engine.dispose()


def sqlite_file(url: str) -> Path | None:
    """Return the file of books on SQLite, None for any others; raises StoreFailed for what is no URL."""
    try:
        where = _url(url)
    except SQLAlchemyError as error:
        raise StoreFailed("the database's address is not a URL") from error
    return Path(where.database) if _is_sqlite(where) and where.database else None


def _collided(error: BaseException | None) -> bool:
    """Say whether a transaction may find another world now: rows changed, a key taken, the server back."""
    if not isinstance(error, DBAPIError):
        return False
    collided = getattr(error.orig, "sqlstate", None) in _COLLIDED
    return collided or isinstance(error, IntegrityError) or error.connection_invalidated


def _url(text: str) -> URL:
    """Read the URL; PostgreSQL is always spoken to through psycopg."""
    url = make_url(text)
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _engine(url: URL) -> Engine:
    # Parameters are hidden: the text of a database error must not carry a name.
    if not _is_sqlite(url):
        return create_engine(url, hide_parameters=True, isolation_level="REPEATABLE READ")
    if url.database is None:
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
