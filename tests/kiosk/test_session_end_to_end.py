"""From 「行政サービス」 to numbered sheets in the outlet, with every embedded part real."""

from pathlib import Path

import pytest

from kiosk import journal
from printer import readback
from tests.kiosk.machine import Machine


@pytest.mark.proves("S-00", "S-14", "S-17", "I-54", "I-59", "I-61")
def test_a_household_of_three_gets_three_sheets_that_belong_together(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.issue()
    (paper,) = machine.bench.printed()
    faces = readback.sides(paper.read_bytes())[::2]
    size = readback.paint(paper.read_bytes(), 0, 72)
    texts = ["\n".join(side.texts) for side in faces]
    machine.kiosk.close()

    assert len(faces) == 3
    assert (size.width, size.height) == (596, 842)  # A4 is 595.28 x 841.89 points, begun ones count
    assert all(paper.stem in text for text in texts)
    assert [
        next(name for name in ("石狩　太郎", "石狩　花子", "石狩　次郎") if name in text.replace(" ", "　"))
        for text in texts
    ] == ["石狩　太郎", "石狩　花子", "石狩　次郎"]
    kinds = [record.kind for record in journal.read(tmp_path / "journal" / "journal.db")]
    assert kinds[:7] == ["started", "session", "order", "sets", "fee", "fee-taken", "print"]
    assert kinds[-3:] == ["printed", "delivered", "closed"]
