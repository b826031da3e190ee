"""The centre's database: opened, and handed out one transaction at a time.

Separate from what is written in it (`store_books`). SQLite by default (WAL, synchronous=FULL, freed
pages overwritten), one writer at a time; `sqlite://` lives in memory for embedded centres;
PostgreSQL by URL, where every transaction sees one snapshot, and is done again when another's work
came in between.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from municipality_client.centre import schema
from municipality_client.centre.engines import MEMORY, engine, is_sqlite, keep_private
from municipality_client.centre.store_operations import OperationBooks
from municipality_client.centre.store_tables import metadata
from municipality_client.errors import StoreFailed

_TRIES = 16
_PAUSE = 0.001  # s: 1.2 s over all tries
# PostgreSQL: serialization_failure, deadlock_detected
_COLLIDED = {"40001", "40P01"}

T = TypeVar("T")


class Store:
    """One database; thread-safe."""

    def __init__(self, url: str = MEMORY, *, upgrade: bool = True) -> None:
        """Open the database at a SQLAlchemy `url`; make its tables where it has none, bring old ones up to date.

        Raises StoreFailed; BooksUnfit for tables of a newer program, and without `upgrade` for old ones.
        """
        self._engine = engine(url)
        if file := sqlite_file(url):
            keep_private(file)
        # SQLite has one writer: threads queue here, not in the database's busy loop.
        self._turn: AbstractContextManager[object] = threading.Lock() if is_sqlite(self._engine) else nullcontext()
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
    found = engine(url)
    return Path(found.url.database) if is_sqlite(found) and found.url.database else None


def _collided(error: BaseException | None) -> bool:
    """Say whether a transaction may find another world now: rows changed, a key taken, the server back."""
    if not isinstance(error, DBAPIError):
        return False
    collided = getattr(error.orig, "sqlstate", None) in _COLLIDED
    return collided or isinstance(error, IntegrityError) or error.connection_invalidated
