"""Nothing of an application stays at the kiosk: no file of its, no trace, no receipt holds what was typed."""

from pathlib import Path

import pytest

from kiosk.replay.route import Wishes
from kiosk.replay.world import World
from kiosk.session.states import Step

TYPED = (
    "浜益区浜益10",
    "浜益区浜益",
    "石狩\u3000正",
    "石狩 正",
    "石狩正",
    "明夫",
    "国分町",
    "0133721234",
    "AKIO1113",
    "1113",
)


@pytest.mark.proves("O-58")
def test_no_file_and_no_trace_of_the_kiosk_holds_what_was_typed(tmp_path: Path) -> None:
    world = World(tmp_path, "privacy")
    world.customer.hold("akio")
    world.customer.press("行政サービス")
    world.customer.press("戸籍証明書の利用登録申請")
    world.go_to(Step.ENROL_CHECK, Wishes(municipality="石狩市", telephone="0133721234"))
    assert world.sees("浜益区浜益10番地")
    assert world.sees("0133721234")
    world.customer.press("申請する")
    world.expect_screen(Step.APPLIED)
    trace = "\n".join(f"{line}" for line in world.kiosk.bench.trace())
    world.leave()
    shown = world.seen()
    kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and "centre" not in path.parts}
    world.close()

    assert any("journal" in path.name for path in kept)
    assert any(path.parent.name == "receipts" for path in kept)
    for typed in TYPED:
        holding = [path.name for path, raw in kept.items() if typed.encode() in raw]
        assert holding == [], typed
        assert typed not in trace
        assert typed.encode().hex() not in trace.replace(" ", "").lower()
        assert typed not in shown
