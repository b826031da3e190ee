"""A record is durable or not there, and whatever was changed afterwards is found."""

import sqlite3
import time
from datetime import datetime
from pathlib import Path

import pytest

from kiosk import journal
from kiosk.clock import JST
from kiosk.errors import JournalDamaged, StateNotWritten
from kiosk.journal import Journal

NOON = datetime(2026, 4, 6, 12, 0, tzinfo=JST)


def opened(path: Path) -> Journal:
    return Journal(path, lambda: NOON)


def with_three(path: Path) -> None:
    book = opened(path)
    for number in range(3):
        book.append("s-1", "sheet", {"order": "s-1-9", "sheets": number + 1})
    book.close()


def change(path: Path, statement: str) -> None:
    rows = sqlite3.connect(path)
    rows.execute(statement)
    rows.commit()
    rows.close()


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with_three(path)
    records = journal.read(path)

    assert [one.seq for one in records] == [1, 2, 3]
    assert records[2].fields == {"order": "s-1-9", "sheets": 3}
    assert (records[0].session, records[0].kind, records[0].at) == ("s-1", "sheet", NOON)


def test_a_record_is_there_when_the_process_ends_without_closing(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    book = opened(path)
    book.append("s-1", "session", {})

    assert len(journal.read(path)) == 1
    book.close()


def test_goes_on_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with_three(path)
    book = opened(path)
    book.append("s-2", "session", {})
    book.close()

    assert [one.seq for one in journal.read(path)] == [1, 2, 3, 4]


@pytest.mark.proves("fault-17", "fault-21")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET fields = replace(fields, '2', '7') WHERE seq = 2",
        "UPDATE journal SET kind = 'void' WHERE seq = 1",
        "UPDATE journal SET session = 's-2' WHERE seq = 3",
        "UPDATE journal SET at = '2026-04-06T12:00:01.000+09:00' WHERE seq = 2",
        "UPDATE journal SET hash = zeroblob(32) WHERE seq = 3",
        "DELETE FROM journal WHERE seq = 2",
        "DELETE FROM journal WHERE seq = 1",
    ],
)
def test_a_changed_or_missing_row_is_found(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "journal.db"
    with_three(path)
    change(path, statement)

    with pytest.raises(JournalDamaged, match="row"):
        opened(path)
    with pytest.raises(JournalDamaged, match="row"):
        journal.read(path)


def test_a_file_that_is_no_journal_is_named(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"not a database, but long enough to look at" * 40)

    with pytest.raises(JournalDamaged, match=r"journal\.db"):
        opened(path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StateNotWritten, match=r"journal\.db"):
        opened(tmp_path / "file" / "journal.db")


def test_no_journal_is_said(tmp_path: Path) -> None:
    with pytest.raises(JournalDamaged, match="no journal"):
        journal.read(tmp_path / "journal.db")


def test_what_stands_before_a_record_need_not_be_read_again(tmp_path: Path) -> None:
    book = opened(tmp_path / "journal.db")
    for kind, number in (("started", 0), ("sheet", 1), ("started", 0), ("sheet", 2), ("started", 1), ("sheet", 3)):
        book.append("", kind, {"open": number})
    last = book.last("started", {"open": 0})
    later = [record.seq for record in book.records(last)]
    none = book.last("void", {})
    book.close()

    assert (last, later, none) == (3, [4, 5, 6], 0)


def test_lines_for_people(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with_three(path)

    assert list(journal.lines(journal.read(path)))[1] == "     2 2026-04-06 12:00:00 s-1 sheet order=s-1-9 sheets=2"


def test_hundred_thousand_records_open_fast(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    book = opened(path)
    book.append("s-0", "session", {})
    book.close()
    _fill(path, 100_000)
    began = time.perf_counter()
    opened(path).close()

    assert time.perf_counter() - began < 5, "a coarse human limit; the figure is the benchmark's"


def _fill(path: Path, count: int) -> None:
    rows = sqlite3.connect(path)
    chain: bytes = rows.execute("SELECT hash FROM journal").fetchone()[0]
    many = []
    for seq in range(2, count + 1):
        body = (seq, "2026-04-06T12:00:00.000+09:00", "s-1", "sheet", f'{{"order":"s-1-9","sheets":{seq}}}')
        chain = journal._digest(chain, body)
        many.append((*body, chain))
    rows.executemany("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?)", many)
    rows.commit()
    rows.close()
