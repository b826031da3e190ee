"""A journal that an older copy was put in the place of: found at start by what the coin box remembers."""

from pathlib import Path

import pytest

from kiosk.errors import JournalDamaged
from kiosk.session.states import Step
from tests.kiosk.machine import Machine


@pytest.mark.proves("fault-21")
@pytest.mark.parametrize("is_gone", [False, True], ids=["an older copy", "gone"])
def test_a_journal_put_back_from_yesterday_stops_the_start_before_anything_is_done(
    tmp_path: Path, is_gone: bool
) -> None:
    machine = Machine(tmp_path)
    machine.issue()
    file = tmp_path / "journal" / "journal.db"
    machine.kiosk.close()
    yesterday = file.read_bytes()
    again = Machine(tmp_path, seed=2)
    again.issue()
    again.kiosk.close()
    today, money = file.read_bytes(), (tmp_path / "journal" / "coins.json").read_bytes()
    if is_gone:
        file.unlink()
    else:
        file.write_bytes(yesterday)

    with pytest.raises(JournalDamaged, match=r"journal\.db: an older copy: .*coins\.json"):
        Machine(tmp_path)
    assert (tmp_path / "journal" / "coins.json").read_bytes() == money
    file.write_bytes(today)
    assert Machine(tmp_path).step is Step.IDLE
