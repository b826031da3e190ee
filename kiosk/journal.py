"""The kiosk's durable memory: what was about to be done with money, paper and orders.

Separate because after a crash it alone decides (design 3.3), and it is the one door to sqlite3
on the kiosk's side. A row is durable before the step it announces is taken. Each row carries
SHA-256(hash of the row before ‖ row), so a torn, edited or missing row is found (fault-17,
fault-21). No personal data, no hash of a page or seal (design 5.6).

Row: seq (from 1, no gaps), at (ISO 8601, JST), session, kind, fields (JSON, sorted keys), hash.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk import durable
from kiosk.errors import JournalDamaged, StateNotWritten

Value = str | int
_TABLE = """CREATE TABLE IF NOT EXISTS journal (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, session TEXT NOT NULL,
    kind TEXT NOT NULL, fields TEXT NOT NULL, hash BLOB NOT NULL) STRICT"""
_ROWS = "SELECT seq, at, session, kind, fields, hash FROM journal ORDER BY seq"
_ROWS_AFTER = "SELECT seq, at, session, kind, fields, hash FROM journal WHERE seq > ? ORDER BY seq"
_LAST = "SELECT max(seq) FROM journal WHERE kind = ? AND fields = ?"
_FEE_OF = "SELECT 1 FROM journal WHERE kind = 'fee' AND instr(fields, ?) LIMIT 1"
_INSERT = "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?)"
_GENESIS = hashlib.sha256(b"certificate-kiosk journal 1").digest()

_Row = tuple[int, str, str, str, str, bytes]


@dataclass(frozen=True, slots=True)
class JournalRecord:
    """One row as it was written."""

    seq: int
    at: datetime
    session: str
    kind: str
    fields: Mapping[str, Value]


class Journal:
    """Append-only and open on one file. Used from one thread at a time."""

    def __init__(self, path: Path, now: Callable[[], datetime], hook: durable.Hook = durable.no_hook) -> None:
        """Open `path`, check the whole chain; raises JournalDamaged or StateNotWritten."""
        self.path, self._now, self._hook = path, now, hook
        self._rows = _connect(path)
        try:
            self._seq, self._hash = _check(path, self._rows)
        except BaseException:
            self._rows.close()
            raise

    def records(self, after: int = 0) -> Iterator[JournalRecord]:
        """Records with a number above `after`, oldest first."""
        return (_record(row) for row in self._rows.execute(_ROWS_AFTER, (after,)))

    def last(self, kind: str, fields: Mapping[str, Value]) -> int:
        """Number of the last record of this kind that says exactly this, 0 where there is none."""
        found: int | None = self._rows.execute(_LAST, (kind, _canonical(fields))).fetchone()[0]
        return found or 0

    def knows(self, order_id: str) -> bool:
        """True where a record announces the fee of this order."""
        return self._rows.execute(_FEE_OF, (f'"order":{json.dumps(order_id)}',)).fetchone() is not None

    def append(self, session: str, kind: str, fields: Mapping[str, Value]) -> None:
        """Write one record; it is on stable storage when this returns. Raises StateNotWritten."""
        moment = self._now().isoformat(timespec="milliseconds")
        body = (self._seq + 1, moment, session, kind, _canonical(fields))
        digest = _digest(self._hash, body)
        self._hook(f"journal {kind}: begin")
        try:
            self._rows.execute(_INSERT, (*body, digest))
        except sqlite3.Error as error:
            raise StateNotWritten(f"{self.path}: {error}") from error
        self._hook(f"journal {kind}: done")
        self._seq, self._hash = body[0], digest

    def close(self) -> None:
        """Close the file; may be called again."""
        self._rows.close()


def read(path: Path) -> tuple[JournalRecord, ...]:
    """All records of a journal, checked; raises JournalDamaged. The file is not changed."""
    if not path.exists():
        raise JournalDamaged(f"{path}: there is no journal")
    rows = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        _check(path, rows)
        return tuple(_record(row) for row in rows.execute(_ROWS))
    finally:
        rows.close()


def _connect(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        rows = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise StateNotWritten(f"{path}: {error}") from error
    try:
        rows.execute("PRAGMA journal_mode=WAL")
        rows.execute("PRAGMA synchronous=FULL")
        rows.execute(_TABLE)
    except sqlite3.DatabaseError as error:
        rows.close()
        kind = StateNotWritten if isinstance(error, sqlite3.OperationalError) else JournalDamaged
        raise kind(f"{path}: {error}") from error
    return rows


def _check(path: Path, rows: sqlite3.Connection) -> tuple[int, bytes]:
    """Follow the chain from the first row; returns the last number and hash."""
    last, chain = 0, _GENESIS
    try:
        for row in rows.execute(_ROWS):
            last, chain = _follow(path, last, chain, row)
    except sqlite3.Error as error:
        raise JournalDamaged(f"{path}: unreadable after row {last}: {error}") from error
    return last, chain


def _follow(path: Path, last: int, chain: bytes, row: _Row) -> tuple[int, bytes]:
    if row[0] != last + 1:
        raise JournalDamaged(f"{path}: row {last + 1} is missing")
    if _digest(chain, row[:5]) != row[5]:
        raise JournalDamaged(f"{path}: row {row[0]} is not what was written")
    return row[0], row[5]


def _canonical(fields: Mapping[str, Value]) -> str:
    return json.dumps(dict(fields), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _digest(chain: bytes, body: tuple[int, str, str, str, str]) -> bytes:
    return hashlib.sha256(chain + "\x1f".join(map(str, body)).encode()).digest()


def _record(row: _Row) -> JournalRecord:
    seq, at, session, kind, text, _hash = row
    fields: Mapping[str, Value] = json.loads(text)
    return JournalRecord(seq, datetime.fromisoformat(at), session, kind, fields)


def lines(records: Iterable[JournalRecord]) -> Iterator[str]:
    """Records as text, one a line, for `python -m kiosk journal`."""
    for one in records:
        said = " ".join(f"{name}={value}" for name, value in sorted(one.fields.items()))
        yield f"{one.seq:>6} {one.at:%Y-%m-%d %H:%M:%S} {one.session} {one.kind} {said}".rstrip()
