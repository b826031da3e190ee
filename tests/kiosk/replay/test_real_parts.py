"""`--parts real`: the same scenarios over pcscd and vpcd, mutual TLS and a real IPP printer, with the same outcome."""

from itertools import islice
from pathlib import Path

import pytest

from kiosk.replay.command import bound
from kiosk.replay.feature import Play, collect
from kiosk.replay.options import Fittings, Turn
from kiosk.replay.player import play
from kiosk.replay.results import told
from kiosk.wires import Wires
from tests.card.private_pcscd import private_pcscd, requires_pcscd
from tests.kiosk.replay.written import feature
from tests.printer.private_ipp_printer import private_ipp_printer, requires_ippeveprinter

FOLDER = Path(__file__).resolve().parents[3] / "scenarios"


def chosen() -> list[Play]:
    """Everything about money, and the first variants of papers."""
    return [*collect([str(FOLDER / "money.feature")]), *islice(collect([str(FOLDER / "variants.feature")]), 10)]


@pytest.mark.system
def test_at_least_twenty_scenarios_pass_over_real_parts(tmp_path: Path) -> None:
    requires_pcscd()
    requires_ippeveprinter()
    plays = chosen()
    with private_pcscd() as daemon, private_ipp_printer(tmp_path / "printer") as printer:
        results = [play(Turn(one, fittings=Fittings(Wires(daemon.port, printer.url))), bound(one)) for one in plays]
        prints = list((tmp_path / "printer").glob("printed-*.pdf"))

    assert len(plays) >= 20
    assert [told(one) for one in results if one.failure] == []
    assert len(prints) >= 10


@pytest.mark.system
def test_a_fault_that_only_emulated_parts_can_play_is_told(tmp_path: Path) -> None:
    requires_pcscd()
    steps = "前提 「taro」のカードを持っている\nもし 暗証番号を送るとカードが黙る"
    (one,) = collect([str(feature(tmp_path, f"黙る\n{steps}"))])
    with private_pcscd() as daemon:
        result = play(Turn(one, fittings=Fittings(Wires(daemon.port))), bound(one))

    assert result.failure is not None
    assert result.failure.why == "the card reader is a real one"
