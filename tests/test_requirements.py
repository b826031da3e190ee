"""The collector of proofs itself: what counts as proven, and that the table is whole."""

import pytest

from tests.requirements import TABLE, Row, kept, main, rows, verdict

RULE, NOTE = Row("I-08", frozenset("R"), "x"), Row("I-04", frozenset("N"), "x")


def test_the_table_has_every_row_once() -> None:
    ids = [row.id for row in rows(TABLE.read_text(encoding="utf-8"))]

    pages = (("I", 95), ("O", 64), ("X", 35))
    assert ids == [f"{page}-{number:02}" for page, last in pages for number in range(1, last + 1)]


@pytest.mark.parametrize(
    ("row", "proofs", "outcome", "enough"),
    [
        (RULE, [], {}, False),
        (RULE, ["a"], {"a": "passed"}, True),
        (RULE, ["a"], {"a": "failed"}, False),
        (RULE, ["a", "b"], {"a": "passed", "b": "failed"}, False),
        (RULE, ["a"], {"a": "skipped"}, False),
        (RULE, ["a"], {}, False),
        (NOTE, [], {}, True),
        (Row("I-99", frozenset("N"), "x"), [], {}, False),
    ],
)
def test_what_is_enough(row: Row, proofs: list[str], outcome: dict[str, str], enough: bool) -> None:
    assert verdict(row, proofs, outcome)[1] == enough


def test_a_note_is_kept_where_its_id_stands() -> None:
    assert kept("I-04").startswith("municipality_client/profiles/012351-ishikari.toml:")
    assert kept("I-00") == ""


def test_a_row_that_is_not_there_is_bad_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["I-99"]) == 2
    assert "I-99" in capsys.readouterr().err
