"""Copies of the books on SQLite: made while servers work, checked, and brought back without giving a number twice.

Separate from the store because it works on files and uses SQLite's own online copy. PostgreSQL has
its own programs (docs/centre.md); what must be done after any restore is `renumber`.
"""

import os
import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

from municipality_client.centre import store
from municipality_client.centre.calendar import JST
from municipality_client.centre.engines import keep_private
from municipality_client.centre.store import Store
from municipality_client.centre.store_operations import OperationBooks
from municipality_client.errors import StoreFailed

RESTORED = "restored from a backup: what was issued since is not in the books, compare with the kiosks' journals"


def backup(url: str, file: Path) -> None:
    """Copy the books to `file`, whole and as of one moment; raises StoreFailed, and then `file` is as before."""
    fresh = file.with_name(f"{file.name}.new")
    try:
        _copy(_file_of(url), fresh)
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        fresh.replace(file)
    except OSError as error:
        raise StoreFailed(f"{file}: {error.strerror}") from error
    finally:
        fresh.unlink(missing_ok=True)


def restore(url: str, file: Path, now: datetime) -> None:
    """Make new books from a backup, and renumber; raises StoreFailed, also where there are books already."""
    target = _file_of(url)
    if target.exists():
        raise StoreFailed(f"{target}: there are books; move them away first")
    _copy(file, target)
    with closing(Store(url, upgrade=False)) as opened:
        opened.run(lambda books: renumber(books, now))


def renumber(books: OperationBooks, now: datetime) -> None:
    """Let no number come twice after any restore: serials of the days that the backup may not know jump ahead."""
    today = now.astimezone(JST).date()
    for day in _days(books.newest_day() or today, today):
        books.skip_serials(day)
    books.add_incident(now, "", "", RESTORED)


def _days(first: date, last: date) -> list[date]:
    return [min(first, last) + timedelta(days=n) for n in range(abs((last - first).days) + 1)]


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise StoreFailed(f"{source}: no such file")
    keep_private(target)
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as books,
            closing(sqlite3.connect(target)) as copy,
        ):
            books.backup(copy)
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
            tables = copy.execute("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'").fetchone()[0]
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise StoreFailed(f"{source}: not the books of a centre, or damaged") from error
    if found != "ok" or not tables:
        target.unlink(missing_ok=True)
        raise StoreFailed(f"{source}: not the books of a centre, or damaged")


def _file_of(url: str) -> Path:
    found = store.sqlite_file(url)
    if found is None:
        raise StoreFailed("only books in an SQLite file; for PostgreSQL use pg_dump and pg_restore (docs/centre.md)")
    return found
